/** `queries/packages.yml`: names of packages that are known, and what provides them. */
import { join } from "node:path";
import picomatch from "picomatch";
import { z } from "zod";
import type { Ecosystem } from "../manifests/dependency.ts";
import { packageRoot } from "../package-root.ts";
import { readDataFile } from "../support/data-file.ts";

const words = z.string().transform((text) => text.split(/\s+/).filter((one) => one !== ""));
const globs = z.array(z.string().min(1)).min(1);

const EcosystemFile = z.strictObject({
  builtin: words.describe("Modules that come with the language"),
  provided: z.array(z.string()).describe("Globs of names that a runtime or a bundler provides"),
  distributions: z
    .record(z.string(), words)
    .default({})
    .describe("What is imported, to the packages that provide it"),
  manifests: globs.describe("Files that say what there is, in whatever form"),
  locks: globs.describe("Files that list all of it"),
  known: words.describe("Packages that many use: no misspellings of others"),
});

const PackageFile = z.strictObject({ npm: EcosystemFile, pypi: EcosystemFile });

export interface EcosystemData {
  readonly isBuiltin: (name: string) => boolean;
  readonly isProvided: (name: string) => boolean;
  readonly distributions: Readonly<Record<string, readonly string[]>>;
  readonly speaks: (path: string) => boolean;
  readonly isLock: (path: string) => boolean;
  readonly known: readonly string[];
}

export type PackageData = Readonly<Record<Ecosystem, EcosystemData | undefined>>;

export function packageData(): PackageData {
  const file = readDataFile(join(packageRoot, "queries", "packages.yml"), PackageFile);
  const compiled = (one: z.infer<typeof EcosystemFile>): EcosystemData => {
    const builtin = new Set(one.builtin);
    return {
      isBuiltin: (name) => builtin.has(name),
      isProvided: one.provided.length === 0 ? () => false : picomatch(one.provided),
      distributions: one.distributions,
      speaks: picomatch([...one.manifests, ...one.locks], { dot: true }),
      isLock: picomatch(one.locks, { dot: true }),
      known: one.known,
    };
  };
  return { npm: compiled(file.npm), pypi: compiled(file.pypi), go: undefined, maven: undefined };
}
