/** What a change says of packages that may not exist, or not be the ones that are meant. */
import type { ChangedFile } from "../change/change-set.ts";
import type { Finding, Place } from "../findings/finding.ts";
import { type Unnumbered, withFingerprints } from "../findings/fingerprint.ts";
import { plainFinding } from "../findings/plain.ts";
import type { Dependency } from "../manifests/dependency.ts";
import { manifestKind } from "../manifests/read.ts";
import type { Linker, Program } from "../program/program.ts";
import type { PackageQueryEntry } from "../queries/registry.ts";
import type { EcosystemData, PackageData } from "./data.ts";
import { type AddedImport, addedImports, importedNames } from "./imports.ts";
import { type Governing, type Missing, mayProvide, missingImport, unlocked } from "./missing.ts";
import { nearName } from "./near-names.ts";
import { isPublished, lockAbove, manifestAbove } from "./provided.ts";

export interface PackageInput {
  readonly queries: readonly PackageQueryEntry[];
  readonly data: PackageData;
  readonly files: readonly ChangedFile[];
  readonly texts: {
    readonly base: ReadonlyMap<string, string>;
    readonly head: ReadonlyMap<string, string>;
  };
  readonly base: Program;
  readonly head: Program;
  /** Of head. */
  readonly linker: Linker;
  readonly entries: ReadonlyMap<string, string>;
  /** Reads files of head by path. */
  readonly read: (paths: readonly string[]) => Promise<ReadonlyMap<string, string>>;
}

/** A manifest of the change with what it asked for before and asks for now. */
interface ChangedManifest {
  readonly path: string;
  readonly ecosystem: AddedImport["ecosystem"];
  readonly before: readonly Dependency[];
  readonly after: readonly Dependency[];
}

export async function findPackages(input: PackageInput): Promise<Finding[]> {
  if (input.queries.length === 0) return [];
  const manifests = changedManifests(input);
  const near = input.queries
    .filter(({ claims }) => claims === "near")
    .flatMap((query) => nearNames(query, manifests, input));
  const missing: Unnumbered[] = [];
  for (const query of input.queries.filter(({ claims }) => claims === "missing")) {
    missing.push(...(await missingImports(query, manifests, input)));
    missing.push(...(await notLocked(query, manifests, input)));
  }
  // A name that is another's misspelt is one thing to say of its line.
  const isSaid = ({ at, identity }: Unnumbered): boolean =>
    near.some((one) => one.at.path === at.path && one.identity.statement === identity.statement);
  return withFingerprints([...near, ...missing.filter((one) => !isSaid(one))]);
}

function changedManifests({ files, texts }: PackageInput): ChangedManifest[] {
  return files.flatMap(({ path, basePath }): ChangedManifest[] => {
    const kind = manifestKind(path);
    const after = texts.head.get(path);
    if (!kind || after === undefined) return [];
    if (kind.ecosystem !== "npm" && kind.ecosystem !== "pypi") return [];
    const before = texts.base.get(basePath);
    return [
      {
        path,
        ecosystem: kind.ecosystem,
        before: before === undefined ? [] : kind.read(basePath, before),
        after: kind.read(path, after),
      },
    ];
  });
}

async function missingImports(
  query: PackageQueryEntry,
  manifests: readonly ChangedManifest[],
  input: PackageInput,
): Promise<Unnumbered[]> {
  const { base, head, linker, files, texts, entries } = input;
  const added = addedImports(head, linker, files, texts.head);
  if (added.length === 0) return [];
  const imported = { npm: importedNames(base, "npm"), pypi: importedNames(base, "pypi") };
  const candidates = added.filter((one) => isCandidate(one, imported[one.ecosystem], input));
  const found: Unnumbered[] = [];
  for (const ecosystem of ["npm", "pypi"] as const) {
    const own = candidates.filter((one) => one.ecosystem === ecosystem);
    const data = input.data[ecosystem];
    if (own.length === 0 || !data) continue;
    const declaring = await input.read([...entries.keys()].filter(data.speaks).slice(0, MOST));
    if (ecosystem === "pypi" && hasUnexplained(manifests, head, data)) continue;
    for (const one of own) {
      const manifest = manifestAbove(one.path, ecosystem, entries.keys());
      const text = manifest === undefined ? undefined : declaring.get(manifest);
      if (manifest === undefined || text === undefined) continue;
      const governing = { manifest, lock: lockAbove(manifest, entries, data) };
      const needed =
        manifests.find(({ path }) => path === manifest)?.before ??
        manifestKind(manifest)!.read(manifest, text);
      const missing = missingImport(one, data, governing, declaring, needed);
      if (missing) found.push(importFinding(query, one, governing, missing));
    }
  }
  return found;
}

/** Files that are read for what they declare. */
const MOST = 400;

function isCandidate(
  one: AddedImport,
  imported: ReadonlySet<string>,
  { data, entries }: PackageInput,
): boolean {
  const { ecosystem, name } = one;
  const known = data[ecosystem]!;
  // Base imports it too, so it was there.
  if (imported.has(name) || known.isBuiltin(name) || known.isProvided(name)) return false;
  // A folder or a file of this name is what some bundler or path may mean.
  const pattern = new RegExp(
    `(?:^|/)${name.replace(/[.*+?^$|\\{}()[\]]/g, "\\$&")}(?:/|\\.[\\w.]+$|$)`,
  );
  for (const path of entries.keys()) if (pattern.test(path)) return false;
  return true;
}

/** Whether the change adds a Python package whose modules may have any name. */
function hasUnexplained(
  manifests: readonly ChangedManifest[],
  head: Program,
  { distributions }: EcosystemData,
): boolean {
  const imported = [...importedNames(head, "pypi")];
  return manifests
    .filter(({ ecosystem }) => ecosystem === "pypi")
    .flatMap(addedTo)
    .some(
      ({ name }) =>
        !imported.some(
          (one) => mayProvide(name, one, "pypi") || (distributions[one] ?? []).includes(name),
        ),
    );
}

function addedTo({ before, after }: ChangedManifest): Dependency[] {
  const known = new Set(before.map(({ name }) => name));
  return after.filter(({ name }) => !known.has(name));
}

const placeAt = (path: string, line: number, column = 1, length = 0): Place => ({
  path,
  line,
  column,
  endLine: line,
  endColumn: column + length,
});

function importFinding(
  query: PackageQueryEntry,
  { name, path, line, column }: AddedImport,
  { manifest, lock }: Governing,
  { doubt }: Missing,
): Unnumbered {
  const files = [manifest, ...(lock === undefined ? [] : [lock])].join(" nor ");
  return plainFinding({
    query: query.info,
    message: query.message
      .replaceAll("{name}", () => name)
      .replaceAll(
        "{what}",
        () => `is imported, and neither ${files} nor anything else in the repository provides it`,
      ),
    at: placeAt(path, line, column, name.length),
    about: name,
    kind: "import",
    confidence: doubt === undefined ? "high" : "medium",
    doubts: doubt === undefined ? [] : [doubt],
  });
}

async function notLocked(
  query: PackageQueryEntry,
  manifests: readonly ChangedManifest[],
  { data, entries, read }: PackageInput,
): Promise<Unnumbered[]> {
  const found: Unnumbered[] = [];
  for (const { path, ecosystem, before, after } of manifests) {
    const known = data[ecosystem]!;
    const lock = before.length === 0 ? undefined : lockAbove(path, entries, known);
    const text = lock === undefined ? undefined : (await read([lock])).get(lock);
    if (lock === undefined || text === undefined) continue;
    const wellKnown = new Set(known.known);
    for (const { name, line } of unlocked(ecosystem, before, after, text)) {
      if (wellKnown.has(name)) continue;
      found.push(
        plainFinding({
          query: query.info,
          message: query.message
            .replaceAll("{name}", () => name)
            .replaceAll(
              "{what}",
              () =>
                `is new here, and ${lock} does not have it: nothing shows that it was ever installed`,
            ),
          at: placeAt(path, line),
          about: name,
          kind: "manifest",
          confidence: "medium",
          doubts: ["the lock file may not have been brought up to date"],
        }),
      );
    }
  }
  return found;
}

function nearNames(
  query: PackageQueryEntry,
  manifests: readonly ChangedManifest[],
  { data }: PackageInput,
): Unnumbered[] {
  return manifests.flatMap((manifest) => {
    const { known } = data[manifest.ecosystem]!;
    const wellKnown = new Set(known);
    const others = [...manifest.before.map(({ name }) => name), ...known];
    return addedTo(manifest).flatMap(({ name, version, line }): Unnumbered[] => {
      if (wellKnown.has(name) || !isPublished(version)) return [];
      const near = nearName(name, others);
      if (near === undefined) return [];
      return [
        plainFinding({
          query: query.info,
          message: query.message.replaceAll("{name}", () => name).replaceAll("{near}", () => near),
          at: placeAt(manifest.path, line),
          about: name,
          kind: near,
        }),
      ];
    });
  });
}
