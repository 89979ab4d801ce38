/** Puts the security log of a change together from its two programs and the texts it changes. */
import type { ChangedFile } from "../change/change-set.ts";
import type { Analysis } from "../dataflow/analysis.ts";
import type { GuardedRoute } from "../findings/guarded-route.ts";
import { compareSites } from "./code.ts";
import { compareDependencies } from "./dependencies.ts";
import { type ChangedText, compareFiles, speaksForAll } from "./files.ts";
import { newHosts } from "./hosts.ts";
import { compareRoutes } from "./routes.ts";
import { type Site, sitesOf, variablesOf } from "./sites.ts";
import { type SurfaceEntry, sorted, wholeLine } from "./surface.ts";
import type { Watched } from "./watch.ts";

/** One of the two programs. */
export interface SurfaceSide {
  readonly analysis: Analysis;
  readonly routes: readonly GuardedRoute[];
  /** Texts of the files that the change is made of, by path on this side. */
  readonly texts: ReadonlyMap<string, string>;
}

/** What of base's unchanged files is to be read, see {@link speaksForAll}. */
export const alsoRead = (watched: Watched): ((path: string) => boolean) =>
  speaksForAll(watched.file);

export function compareSurfaces(
  watched: Watched,
  files: readonly ChangedFile[],
  base: SurfaceSide,
  head: SurfaceSide,
  unchanged: ReadonlyMap<string, string>,
): SurfaceEntry[] {
  const byBase = new Map(files.map(({ path, basePath }) => [basePath, path]));
  const renamed = (path: string): string => byBase.get(path) ?? path;
  const before = sitesOn(watched, base);
  const after = sitesOn(watched, head);
  const texts = files.map(
    ({ path, basePath, status }): ChangedText => ({
      path,
      basePath,
      // A copy says nothing that its original did not say, but it is a file of its own.
      base: status === "copied" || status === "added" ? undefined : base.texts.get(basePath),
      head: status === "deleted" ? undefined : head.texts.get(path),
    }),
  );
  return sorted([
    ...compareRoutes(base.routes, head.routes, (path) => byBase.has(path)),
    ...compareSites(before, after, renamed),
    ...newHosts(
      base.analysis.program,
      head.analysis.program,
      new Set(head.texts.keys()),
      (path) => head.texts.get(path),
      watched.file.hosts.ignored,
    ),
    ...newVariables(watched, base, after),
    ...compareDependencies(texts),
    ...compareFiles(watched.file, texts, unchanged),
  ]);
}

const sitesOn = (watched: Watched, { analysis, texts }: SurfaceSide): Site[] =>
  sitesOf(analysis, watched, new Set(texts.keys()), (path) => texts.get(path));

/** Variables that nothing in base reads. */
function newVariables(
  watched: Watched,
  { analysis }: SurfaceSide,
  after: readonly Site[],
): SurfaceEntry[] {
  const read = after.filter(({ kind }) => kind === "environment");
  if (read.length === 0) return [];
  const known = variablesOf(analysis, watched, () => true);
  const first = new Map<string, Site>();
  for (const site of read) if (!first.has(site.name)) first.set(site.name, site);
  return [...first.values()]
    .filter(({ name }) => !known.has(name))
    .map(({ name, path, line }) => ({
      kind: "environment",
      effect: "added",
      name,
      detail: "",
      grows: false,
      at: wholeLine(path, line),
    }));
}
