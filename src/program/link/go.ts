/** Finds the file of the tree that declares what a Go import names: packages are folders, below the path of their module. */
import { posix } from "node:path";
import type { Linker, Program, SourceModule } from "../program.ts";

/** A go.mod: the folder it stands in, and what the packages below it are imported by. */
export interface GoModule {
  readonly folder: string;
  readonly path: string;
  /** Import paths that mean folders of the tree. */
  readonly replaced: readonly { readonly path: string; readonly folder: string }[];
}

/** Undefined when it names no module. */
export function readGoModule(file: string, text: string): GoModule | undefined {
  const folder = folderOf(file);
  const path = /^\s*module\s+"?([^\s"/][^\s"]*)"?/m.exec(text)?.[1];
  if (path === undefined) return undefined;
  const replaced = [
    ...text.matchAll(/^\s*(?:replace\s+)?(\S+)(?:\s+v\S+)?\s+=>\s+(\.{1,2}\/\S*)/gm),
  ];
  return {
    folder,
    path,
    replaced: replaced.map(([, from, to]) => ({
      path: from!,
      folder: posix.join(folder, to!).replace(/\/$/, ""),
    })),
  };
}

/** The package that a file itself belongs to, as the frontend calls it. */
const OWN_PACKAGE = ".";

export function createGoLinker(program: Program, modules: readonly GoModule[]): Linker {
  const packages = new Map<string, SourceModule[]>();
  for (const module of program.modules) {
    if (module.ir.language !== "go") continue;
    const folder = folderOf(module.path);
    packages.set(folder, [...(packages.get(folder) ?? []), module]);
  }
  // A path below another one's is that of the module further down.
  const roots = modules
    .flatMap(({ path, folder, replaced }) => [{ path, folder }, ...replaced])
    .sort((a, b) => b.path.length - a.path.length);
  const declaring = new Map<string, Map<string, SourceModule>>();
  const folders = new Map<string, string | undefined>();

  const declaredIn = (folder: string, name: string): SourceModule | undefined => {
    let names = declaring.get(folder);
    if (!names) {
      names = new Map();
      // Files for one system or architecture declare what those for another do: the first stands for all.
      for (const module of packages.get(folder) ?? [])
        for (const record of module.ir.exports)
          if (!names.has(record.name)) names.set(record.name, module);
      declaring.set(folder, names);
    }
    return names.get(name);
  };

  const folderFor = (specifier: string): string | undefined => {
    for (const { path, folder } of roots) {
      if (specifier !== path && !specifier.startsWith(`${path}/`)) continue;
      const found = posix.join(folder, specifier.slice(path.length)).replace(/^\.$/, "");
      const clean = found.replace(/^\//, "").replace(/\/$/, "");
      if (packages.has(clean)) return clean;
    }
    if (roots.length > 0) return undefined;
    // Without any go.mod, the longest end of the path that is a folder here.
    const parts = specifier.split("/");
    for (let at = 1; at < parts.length; at++) {
      const tail = parts.slice(at).join("/");
      if (packages.has(tail)) return tail;
    }
    return undefined;
  };

  return {
    resolve(from, specifier, name) {
      const own = specifier === OWN_PACKAGE;
      if (!own && !folders.has(specifier)) folders.set(specifier, folderFor(specifier));
      const folder = own ? folderOf(from.path) : folders.get(specifier);
      if (folder === undefined) return undefined;
      return name === undefined ? packages.get(folder)?.[0] : declaredIn(folder, name);
    },
    submodule: () => undefined,
    libraries(_from, specifier) {
      if (specifier === OWN_PACKAGE) return [];
      // The major version is part of the path, and the library is the same.
      const plain = specifier.replace(/\/v\d+(?=\/|$)/, "").replace(/\.v\d+(?=\/|$)/, "");
      return plain === specifier ? [[specifier]] : [[specifier], [plain]];
    },
  };
}

const folderOf = (path: string): string => {
  const folder = posix.dirname(path);
  return folder === "." ? "" : folder;
};
