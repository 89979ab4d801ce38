/** Imports that nothing provides, and dependencies that no lock file has. */
import type { Dependency } from "../manifests/dependency.ts";
import { normalisedName } from "../manifests/python.ts";
import type { EcosystemData } from "./data.ts";
import type { AddedImport } from "./imports.ts";
import { isAliased, isPublished, locks, speaksOf } from "./provided.ts";

/** What a manifest and its lock file have to say. */
export interface Governing {
  readonly manifest: string;
  /** Path of the lock file; undefined where there is none. */
  readonly lock: string | undefined;
}

export interface Missing {
  /** Why it is not sure; undefined where it is. */
  readonly doubt: string | undefined;
}

/** The names under which an import may be declared. */
export function namesOf(
  { ecosystem, name }: AddedImport,
  { distributions }: EcosystemData,
): readonly string[] {
  if (ecosystem === "npm") {
    const types = name.startsWith("@") ? name.slice(1).replace("/", "__") : name;
    return [name, `@types/${types}`];
  }
  return [normalisedName(name), ...(distributions[name] ?? []).map(normalisedName)];
}

/** Whether a declared package may be what an import means. */
export function mayProvide(declared: string, name: string, ecosystem: "npm" | "pypi"): boolean {
  if (ecosystem === "npm") return declared === name;
  // `python-dateutil` gives dateutil, `djangorestframework` rest_framework, `PyJWT` jwt.
  const [package_, module] = [declared, normalisedName(name)].map((one) => one.replace(/-/g, ""));
  const core = package_!.replace(/^py|py$|python/g, "");
  return package_!.includes(module!) || (core.length >= SHORTEST && module!.includes(core));
}

/** Letters of a name that mean something. */
const SHORTEST = 3;

/** Why an import has nothing that provides it; undefined where something may. */
export function missingImport(
  one: AddedImport,
  data: EcosystemData,
  governing: Governing,
  declaring: ReadonlyMap<string, string>,
  needed: readonly Dependency[],
): Missing | undefined {
  const { ecosystem, name } = one;
  const lock = governing.lock === undefined ? undefined : declaring.get(governing.lock);
  // A lock file that cannot be read may have it.
  if (governing.lock !== undefined && lock === undefined) return undefined;
  const names = namesOf(one, data);
  for (const text of declaring.values())
    if (names.some((each) => speaksOf(text, ecosystem, each)) || isAliased(text, name))
      return undefined;
  if (lock === undefined) return { doubt: "no lock file says what is installed" };
  const isOfManifest = locks(lock, ecosystem, needed);
  return { doubt: isOfManifest ? undefined : "the lock file lacks more of what is needed" };
}

/** Dependencies that are new in a manifest, and that its lock file does not have. */
export function unlocked(
  ecosystem: "npm" | "pypi",
  before: readonly Dependency[],
  after: readonly Dependency[],
  lock: string,
): readonly Dependency[] {
  if (!locks(lock, ecosystem, before)) return [];
  const known = new Set(before.map(({ name }) => name));
  return after.filter(
    ({ name, version }) =>
      !known.has(name) && isPublished(version) && !speaksOf(lock, ecosystem, name),
  );
}
