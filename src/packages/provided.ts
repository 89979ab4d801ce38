/** What of a tree provides a package: the manifests first, then whatever file speaks of it. */
import { posix } from "node:path";
import type { Dependency, Ecosystem } from "../manifests/dependency.ts";
import { normalisedName } from "../manifests/python.ts";
import { manifestKind } from "../manifests/read.ts";
import type { EcosystemData } from "./data.ts";

/** Files of one ecosystem that say what there is, by path. */
export type Declaring = ReadonlyMap<string, string>;

/** The folder of a path and all above it, innermost first. */
export function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    folders.push(folder === "." ? "" : folder);
    if (folder === "." || folder === "/" || folder === "") return folders;
  }
}

/** The lock file that a path is subject to: one of the nearest folder that has any. */
export function lockAbove(
  path: string,
  entries: ReadonlyMap<string, string>,
  { isLock }: EcosystemData,
): string | undefined {
  const locks = [...entries.keys()].filter(isLock).sort();
  for (const folder of foldersAbove(path)) {
    const lock = locks.find(
      (one) => (posix.dirname(one) === "." ? "" : posix.dirname(one)) === folder,
    );
    if (lock !== undefined) return lock;
  }
  return undefined;
}

/** Whether a text speaks of a package, in whatever form. */
export function speaksOf(text: string, ecosystem: Ecosystem, name: string): boolean {
  const forms =
    ecosystem === "pypi"
      ? [...new Set([name, normalisedName(name), name.replace(/-/g, "_")])]
      : [name];
  return forms.some((form) =>
    new RegExp(`(?<![\\w.-])${escaped(form)}(?![\\w-])`, ecosystem === "pypi" ? "i" : "").test(
      text,
    ),
  );
}

/** Whether a text gives the scope of a package another meaning: `"@lib/*": ["./lib/*"]`, `alias: { "@lib": "./lib" }`. */
export function isAliased(text: string, name: string): boolean {
  const [scope] = name.split("/");
  return (
    name.startsWith("@") && new RegExp(`["'\`^]${escaped(scope!)}(?:/\\*|/?["'\`])`).test(text)
  );
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** Whether a lock file is that of a manifest: it has what the manifest asked for before. */
export function locks(lock: string, ecosystem: Ecosystem, needed: readonly Dependency[]): boolean {
  const published = needed.filter(({ version }) => isPublished(version));
  return published.length > 0 && published.every(({ name }) => speaksOf(lock, ecosystem, name));
}

/** Whether a version is one of a registry, and not of a folder, a workspace or a repository. */
export const isPublished = (version: string): boolean =>
  !/^(?:workspace|file|link|portal|patch|catalog|git|github|https?|npm|\.|@)|[:/]/i.test(version);

/** The manifest of the nearest folder that has one. */
export function manifestAbove(
  path: string,
  ecosystem: Ecosystem,
  paths: Iterable<string>,
): string | undefined {
  const manifests = [...paths].filter((one) => manifestKind(one)?.ecosystem === ecosystem).sort();
  for (const folder of foldersAbove(path)) {
    const found = manifests.find(
      (one) => (posix.dirname(one) === "." ? "" : posix.dirname(one)) === folder,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}
