/** Analyses files held in memory, as the pipeline does those of a tree. */
import { ValueTracking } from "../../src/callgraph/value-tracking.ts";
import { Analysis } from "../../src/dataflow/analysis.ts";
import type { CheckedFunction } from "../../src/findings/checked-function.ts";
import type { Finding } from "../../src/findings/finding.ts";
import type { GuardedRoute } from "../../src/findings/guarded-route.ts";
import type { OptionSite } from "../../src/findings/option.ts";
import { frontends } from "../../src/program/frontends/registry.ts";
import { createLinker } from "../../src/program/link/linker.ts";
import { libraryEntries } from "../../src/program/link/packages.ts";
import { loadProgram } from "../../src/program/load.ts";
import { findInFiles } from "../../src/queries/files.ts";
import { createRegexChecker } from "../../src/queries/redos.ts";
import { loadQueries, type QuerySet } from "../../src/queries/registry.ts";
import { runQueries } from "../../src/queries/run.ts";

let loaded: QuerySet | undefined;
export const queries = (): QuerySet => {
  loaded ??= loadQueries();
  return loaded;
};
const isVulnerable = createRegexChecker();

export async function analyse(files: ReadonlyMap<string, string>): Promise<{
  analysis: Analysis;
  findings: Finding[];
  routes: GuardedRoute[];
  functions: CheckedFunction[];
  options: OptionSite[];
}> {
  const program = await loadProgram(
    new Map([...files.keys()].map((path) => [path, path])),
    {
      unread: [],
      read: async (wanted) => new Map(wanted.map(({ path }) => [path, files.get(path)!])),
    },
    frontends,
    undefined,
    { includeTests: true, excluded: () => false },
  );
  const linker = createLinker(
    program.program,
    program.manifests,
    program.tsconfigs,
    program.goModules,
  );
  const entries = libraryEntries(program.program, program.manifests);
  const analysis = new Analysis(
    new ValueTracking(program.program, linker, queries().models),
    entries,
  );
  const found = runQueries(
    queries(),
    analysis,
    isVulnerable,
    () => true,
    () => true,
  );
  const textOf = (path: string): string | undefined => files.get(path);
  return {
    analysis,
    findings: [...found.findings(textOf), ...findInFiles(queries().file, files)],
    routes: found.routes(textOf),
    functions: found.functions(textOf),
    options: found.options(textOf),
  };
}
