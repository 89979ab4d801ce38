/**
 * A scan is a change seen against two programs: the one before it and the one after. Data flows one way:
 * git range → changed hunks → attribution → two programs → summaries → findings → relevance → risk → report.
 */

import { assemble, type Gate } from "./assemble.ts";
import { attribute } from "./attribution/attribute.ts";
import type { CalibrationTable } from "./attribution/calibration/table.ts";
import { answer, openReceivers } from "./callgraph/open-receivers.ts";
import { ValueTracking } from "./callgraph/value-tracking.ts";
import type { ReadChange, ReadTree } from "./change/read-change.ts";
import { Analysis } from "./dataflow/analysis.ts";
import type { Finding } from "./findings/finding.ts";
import { TYPED_FILES } from "./limits.ts";
import { frontends } from "./program/frontends/registry.ts";
import { createLinker } from "./program/link/linker.ts";
import { libraryEntries } from "./program/link/packages.ts";
import {
  type LoadedProgram,
  type LoadOptions,
  leftOutByPath,
  loadProgram,
  type ModuleCache,
  READ_LIMIT,
  type TextReader,
} from "./program/load.ts";
import type { Program } from "./program/program.ts";
import { createTypeOracle } from "./program/types/ts-morph.ts";
import { createRegexChecker } from "./queries/redos.ts";
import type { QueryEntry, QuerySet } from "./queries/registry.ts";
import { runQueries } from "./queries/run.ts";
import { asIntroduced, classify } from "./relevance/classify.ts";
import type { Report } from "./report/report.ts";

export interface ScanOptions extends LoadOptions {
  readonly queries: QuerySet;
  readonly wanted: (query: QueryEntry) => boolean;
  /** What is sure enough to be reported. */
  readonly shown: (finding: Finding) => boolean;
  readonly gate: Gate;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Numbers for authorship, fitted on the repository's own history. */
  readonly calibration?: CalibrationTable | undefined;
}

export interface ScanPorts {
  readonly cache: ModuleCache | undefined;
  /** What is being done, for a person who waits. */
  readonly progress: (stage: string) => void;
}

/** The findings of a change. */
export async function scanChange(
  read: ReadChange,
  options: ScanOptions,
  ports: ScanPorts,
): Promise<Report> {
  const { change } = read;
  const sides = { base: read.files("base", READ_LIMIT), head: read.files("head", READ_LIMIT) };
  ports.progress("reading the change");
  const history = await read.history();
  const { calibration } = options;
  const { hunks, notices } = await attribute(
    change,
    { history, ...sides },
    {
      environment: options.environment,
      isNotApplicable: (path) =>
        leftOutByPath(path, { ...options, includeTests: true }) !== undefined,
      table: calibration,
    },
  );

  ports.progress("parsing");
  const base = await loadProgram(change.base.entries, sides.base, frontends, ports.cache, options);
  const head = await loadProgram(change.head.entries, sides.head, frontends, ports.cache, options);

  ports.progress("analysing");
  const changed = new Set(change.files.flatMap(({ path, basePath }) => [path, basePath]));
  const isChanged = (path: string): boolean => changed.has(path);
  const before = await findingsOf(base, change.base.entries, sides.base, isChanged, options);
  const after = await findingsOf(head, change.head.entries, sides.head, isChanged, options);

  const classified = classify(
    before.findings.filter(options.shown),
    after.findings.filter(options.shown),
    change,
  );
  return assemble({
    mode: "diff",
    change,
    notices: calibration
      ? [...notices, `the numbers for authorship were ${calibration.description}`]
      : notices,
    classified,
    hunks,
    loaded: head,
    analysed: after,
    options,
  });
}

/** The findings of a whole tree, compared with nothing. */
export async function scanTree(
  subject: string,
  { tree: { entries }, notices, gaps }: Omit<ReadTree, "files">,
  reader: TextReader,
  options: ScanOptions,
  ports: ScanPorts,
): Promise<Report> {
  ports.progress("parsing");
  const loaded = await loadProgram(entries, reader, frontends, ports.cache, options);
  ports.progress("analysing");
  const analysed = await findingsOf(loaded, entries, reader, () => false, options);
  const classified = asIntroduced(analysed.findings.filter(options.shown));
  return assemble({ mode: "scan", subject, notices, gaps, classified, loaded, analysed, options });
}

export interface Analysed {
  readonly findings: readonly Finding[];
  readonly analysis: Analysis;
  readonly textOf: (path: string) => string | undefined;
}

async function findingsOf(
  loaded: LoadedProgram,
  entries: ReadonlyMap<string, string>,
  reader: TextReader,
  isChanged: (path: string) => boolean,
  options: ScanOptions,
): Promise<Analysed> {
  const analysis = await analysisOf(loaded, entries, reader, isChanged, options.queries);
  const found = runQueries(options.queries, analysis, createRegexChecker(), options.wanted);
  // Only files that something is said of are read again; most of a tree never is.
  const textOf = await textsOf(analysis.program, entries, reader, found.paths);
  return { findings: found.findings(textOf), analysis, textOf };
}

async function analysisOf(
  loaded: LoadedProgram,
  entries: ReadonlyMap<string, string>,
  reader: TextReader,
  isChanged: (path: string) => boolean,
  queries: QuerySet,
): Promise<Analysis> {
  const { program, manifests, tsconfigs } = loaded;
  const linker = createLinker(program, manifests, tsconfigs);
  const tracking = new ValueTracking(program, linker, queries.models);
  await askTypes(tracking, entries, reader, isChanged);
  return new Analysis(tracking, libraryEntries(program, manifests));
}

/** Texts of the files named, and of those with problems. */
async function textsOf(
  { modules }: Program,
  entries: ReadonlyMap<string, string>,
  reader: TextReader,
  paths: ReadonlySet<string>,
): Promise<(path: string) => string | undefined> {
  const told = modules.filter(({ path, ir }) => paths.has(path) || ir.problems.length > 0);
  const texts = await reader.read(told.map(({ path }) => ({ path, id: entries.get(path)! })));
  return (path) => texts.get(path);
}

/** A whole tree understood, for commands that show what it is like; `texts` reads the files that are shown. */
export async function understandTree(
  entries: ReadonlyMap<string, string>,
  reader: TextReader,
  queries: QuerySet,
  options: LoadOptions,
  cache: ModuleCache | undefined,
): Promise<{
  readonly analysis: Analysis;
  readonly texts: (paths: ReadonlySet<string>) => Promise<(path: string) => string | undefined>;
}> {
  const loaded = await loadProgram(entries, reader, frontends, cache, options);
  const analysis = await analysisOf(loaded, entries, reader, () => false, queries);
  return { analysis, texts: (paths) => textsOf(analysis.program, entries, reader, paths) };
}

/** The compiler is asked only where a changed file leaves the receiver of a call open: it takes longer than all the rest. */
async function askTypes(
  tracking: ValueTracking,
  entries: ReadonlyMap<string, string>,
  reader: TextReader,
  isChanged: (path: string) => boolean,
): Promise<void> {
  const open = openReceivers(tracking, isChanged);
  if (open.length === 0) return;
  const typed = tracking.program.modules.filter(({ ir }) => ir.language === "typescript");
  if (typed.length > TYPED_FILES) return;
  const texts = await reader.read(typed.map(({ path }) => ({ path, id: entries.get(path)! })));
  answer(tracking, open, createTypeOracle(texts));
}
