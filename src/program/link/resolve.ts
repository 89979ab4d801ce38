/** Finds the module of the tree that a JavaScript or TypeScript import means, on the tree's paths alone. */
import { posix } from "node:path";
import { createPathsMatcher } from "get-tsconfig";
import { exports as resolveExports, imports as resolveImports } from "resolve.exports";
import { parse as parseYaml } from "yaml";
import type { Linker, Program, SourceModule } from "../program.ts";
import { candidates, type Manifest } from "./packages.ts";

export interface TsConfigText {
  readonly path: string;
  readonly text: string;
}

type PathsMatcher = (specifier: string) => string[];

/** An absolute folder that stands for the tree's root: get-tsconfig works on absolute paths. */
const ROOT = "/tree";

export function createScriptLinker(
  program: Program,
  manifests: readonly Manifest[],
  tsconfigs: readonly TsConfigText[],
): Linker {
  const byName = new Map(
    manifests.filter(({ name }) => name !== "").map((manifest) => [manifest.name, manifest]),
  );
  const byFolder = [...manifests].sort((a, b) => b.folder.length - a.folder.length);
  const matchers = tsconfigs
    .map(({ path, text }) => ({ folder: folderOf(path), match: pathsMatcher(path, text) }))
    .filter((one): one is { folder: string; match: PathsMatcher } => one.match !== undefined)
    .sort((a, b) => b.folder.length - a.folder.length);
  const cache = new Map<string, SourceModule | undefined>();

  const file = (path: string): SourceModule | undefined => {
    for (const candidate of candidates(path)) {
      const module = program.at(candidate);
      if (module) return module;
    }
    return undefined;
  };

  const inPackage = (manifest: Manifest, subpath: string): SourceModule | undefined => {
    const { folder, json } = manifest;
    const found = quietly(() =>
      json.exports === undefined
        ? undefined
        : resolveExports(json as { name: string }, subpath === "" ? "." : `./${subpath}`, {
            conditions: ["import", "require", "node", "default", "source"],
            unsafe: true,
          }),
    );
    const targets: string[] = [...(found ?? [])];
    if (subpath === "")
      for (const key of ["source", "module", "main"]) targets.push(String(json[key] ?? ""));
    for (const target of targets.filter((one) => one !== "")) {
      const module = file(posix.normalize(posix.join(folder, target)));
      if (module) return module;
    }
    const within = (name: string): SourceModule | undefined =>
      file(posix.normalize(posix.join(folder, name)));
    return subpath === ""
      ? (within("src/index") ?? within("index") ?? within("src"))
      : (within(subpath) ?? within(`src/${subpath}`));
  };

  /** The nearest package that a file lies in. */
  const ownPackage = (from: SourceModule): Manifest | undefined =>
    byFolder.find(
      (manifest) => manifest.folder === "" || from.path.startsWith(`${manifest.folder}/`),
    );

  const resolve = (from: SourceModule, specifier: string): SourceModule | undefined => {
    const folder = folderOf(from.path);
    if (/^\.\.?(?:\/|$)/.test(specifier)) {
      const path = posix.normalize(posix.join(folder, specifier)).replace(/\/$/, "");
      if (path.startsWith("..")) return undefined;
      const packaged = byFolder.find((manifest) => manifest.folder === (path === "." ? "" : path));
      return (
        file(path === "." ? "index" : path) ?? (packaged ? inPackage(packaged, "") : undefined)
      );
    }
    // Meteor and Vite: from the folder of the application.
    if (specifier.startsWith("/")) {
      const root = ownPackage(from)?.folder ?? "";
      return file(posix.normalize(posix.join(root, specifier.slice(1))));
    }
    for (const { folder: root, match } of matchers) {
      if (root !== "" && !from.path.startsWith(`${root}/`)) continue;
      for (const absolute of match(specifier)) {
        const module = absolute.startsWith(`${ROOT}/`)
          ? file(absolute.slice(ROOT.length + 1))
          : undefined;
        if (module) return module;
      }
    }
    if (specifier.startsWith("#")) {
      const own = ownPackage(from);
      const found =
        own &&
        quietly(() =>
          resolveImports(own.json as { name: string }, specifier, {
            conditions: ["node", "import", "default"],
          }),
        );
      for (const target of found ?? []) {
        const module = file(posix.normalize(posix.join(own!.folder, target)));
        if (module) return module;
      }
      return undefined;
    }
    const [name, subpath] = splitSpecifier(specifier);
    const manifest = byName.get(name);
    return manifest ? inPackage(manifest, subpath) : undefined;
  };

  return {
    resolve(from, specifier) {
      const key = `${folderOf(from.path)}\0${specifier}`;
      if (!cache.has(key)) cache.set(key, resolve(from, specifier));
      return cache.get(key);
    },
    submodule: () => undefined,
    libraries(_from, specifier) {
      const bare = specifier.replace(/^node:/, "");
      const [name, subpath] = splitSpecifier(bare);
      if (subpath === "") return [[bare]];
      // `lodash/merge` is lodash's `merge` where nothing says otherwise.
      const member = subpath
        .split("/")
        .at(-1)!
        .replace(/\.[cm]?js$/, "");
      return [[bare], [name, member]];
    },
  };
}

/** `@scope/name/sub/path` to its package and the rest. */
function splitSpecifier(specifier: string): [name: string, subpath: string] {
  const parts = specifier.split("/");
  const length = specifier.startsWith("@") ? 2 : 1;
  return [parts.slice(0, length).join("/"), parts.slice(length).join("/")];
}

const folderOf = (path: string): string => {
  const folder = posix.dirname(path);
  return folder === "." ? "" : folder;
};

/** tsconfig.json is JSON with comments and trailing commas, which YAML's flow syntax reads once comments are gone. */
function pathsMatcher(path: string, text: string): PathsMatcher | undefined {
  return quietly(() => {
    const stripped = text.replace(
      /("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
      (_, string) => string ?? "",
    );
    const config: unknown = parseYaml(stripped.replace(/\t/g, " "));
    if (typeof config !== "object" || config === null) return undefined;
    const matcher = createPathsMatcher({ path: posix.join(ROOT, path), config: config as object });
    return matcher ?? undefined;
  });
}

function quietly<T>(attempt: () => T | undefined): T | undefined {
  try {
    return attempt() ?? undefined;
  } catch {
    // A manifest that means nothing resolves nothing.
    return undefined;
  }
}
