/** Sensitive areas: which files and findings belong to which. */
import { join } from "node:path";
import { z } from "zod";
import { globs } from "../config/globs.ts";
import { Area } from "../config/schema.ts";
import type { Finding } from "../findings/finding.ts";
import { packageRoot } from "../package-root.ts";
import { readDataFile } from "../support/data-file.ts";

export interface SensitiveArea {
  readonly name: string;
  readonly hasFile: (path: string) => boolean;
  /** By its query, by what it reaches, or by a place of its flows. */
  readonly hasFinding: (finding: Finding) => boolean;
}

/** The areas that every repository has, as `queries/areas.yml` defines them. */
export const builtInAreas = (): Readonly<Record<string, Area>> =>
  readDataFile(join(packageRoot, "queries", "areas.yml"), z.record(z.string(), Area));

/** Built-in areas with a repository's own, which win. */
export function compileAreas(
  own: Readonly<Record<string, Area>>,
  builtIn: Readonly<Record<string, Area>>,
): ReadonlyMap<string, SensitiveArea> {
  return new Map(
    Object.entries({ ...builtIn, ...own }).map(([name, area]) => [name, compile(name, area)]),
  );
}

function compile(name: string, { paths, does, queries }: Area): SensitiveArea {
  const hasFile = globs(paths);
  const hasQuery = globs(queries);
  return {
    name,
    hasFile,
    hasFinding: ({ query, sinkKind, at, source, flows }) =>
      hasQuery(query.id) ||
      does.includes(sinkKind) ||
      [at, ...(source ? [source] : []), ...flows.flat().map(({ place }) => place)].some(
        ({ path }) => hasFile(path),
      ),
  };
}
