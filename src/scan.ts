/**
 * A scan is a change seen against two programs: the one before it and the one after. Data flows one way:
 * git range → changed hunks → attribution → two programs → summaries → findings → relevance → risk → report.
 */

import { assemble } from "./assemble.ts";
import { attribute } from "./attribution/attribute.ts";
import type { CalibrationTable } from "./attribution/calibration/table.ts";
import { answer, openReceivers } from "./callgraph/open-receivers.ts";
import { ValueTracking } from "./callgraph/value-tracking.ts";
import { hunkAt } from "./change/change-set.ts";
import type { ReadChange, ReadTree } from "./change/read-change.ts";
import { Analysis } from "./dataflow/analysis.ts";
import { type Acceptance, type AcceptanceInput, acceptance } from "./findings/acceptance.ts";
import type { Baseline } from "./findings/baseline.ts";
import type { CheckedFunction } from "./findings/checked-function.ts";
import type { Finding } from "./findings/finding.ts";
import type { GuardedRoute } from "./findings/guarded-route.ts";
import type { OptionSite } from "./findings/option.ts";
import { SUPPRESSION_MARK } from "./findings/suppressions.ts";
import { TYPED_FILES } from "./limits.ts";
import { packageData } from "./packages/data.ts";
import { findPackages } from "./packages/find.ts";
import type { Gate } from "./policy/gate.ts";
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
import { type ChangedTexts, findChanges } from "./queries/change.ts";
import { findInFiles } from "./queries/files.ts";
import { loosenedSettings } from "./queries/loosened-settings.ts";
import { createRegexChecker } from "./queries/redos.ts";
import { isRun, type QueryEntry, type QuerySet, queryOf } from "./queries/registry.ts";
import { type IsVulnerable, runQueries } from "./queries/run.ts";
import { asIntroduced, type Classified, classify } from "./relevance/classify.ts";
import { goneGuards } from "./relevance/gone-guards.ts";
import { loosenedOptions, saidOnce } from "./relevance/loosened-options.ts";
import { lostCares } from "./relevance/lost-cares.ts";
import { lostChecks } from "./relevance/lost-checks.ts";
import { lostScopes } from "./relevance/lost-scopes.ts";
import { removedGuards } from "./relevance/removed-guards.ts";
import { withoutSiblings } from "./relevance/siblings.ts";
import { unbound } from "./relevance/unbound.ts";
import type { Notice, Report } from "./report/report.ts";
import { alsoRead, compareSurfaces } from "./surface/compare.ts";
import type { Watched } from "./surface/watch.ts";

export interface ScanOptions extends LoadOptions {
  readonly queries: QuerySet;
  /** What of the change its security log tells. */
  readonly watched: Watched;
  readonly wanted: (query: QueryEntry) => boolean;
  /** What is sure enough to be reported. */
  readonly shown: (finding: Finding) => boolean;
  readonly gate: Gate;
  /** What the user must know of the configuration. */
  readonly remarks: readonly Notice[];
  readonly baseline: Baseline;
  /** `YYYY-MM-DD`: of the scanned commit, so that a scan of it says the same tomorrow. */
  readonly today: string;
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
  // Most expressions stand in both trees, and each takes its time.
  const asking = { ...options, isVulnerable: createRegexChecker() };
  const before = await findingsOf(base, change.base.entries, sides.base, isChanged, asking);
  const after = await findingsOf(head, change.head.entries, sides.head, isChanged, asking);

  const texts = await changedTexts(change, sides);
  const wantedOptions = options.queries.option.filter(options.wanted);
  const isLeftOut = (path: string): boolean =>
    leftOutByPath(path, { ...options, includeTests: true }) !== undefined;
  const edits = [
    ...findChanges(options.queries.change.filter(options.wanted), change.files, texts, isLeftOut),
    ...loosenedSettings(
      wantedOptions,
      change.files.filter(({ path }) => !isLeftOut(path)),
      texts,
    ),
    ...(await findPackages({
      queries: options.queries.package.filter(options.wanted),
      data: packageData(),
      files: change.files,
      texts,
      base: base.program,
      head: head.program,
      linker: after.analysis.tracking.linker,
      entries: change.head.entries,
      read: (paths) => readPaths(paths, change.head.entries, sides.head),
    })),
  ];
  const guards = options.queries.guard.filter(options.wanted);
  const flows = unbound(
    withoutSiblings(
      classify(before.findings.filter(options.shown), after.findings.filter(options.shown), change),
      before.routes,
      after.routes,
      change,
    ),
    change,
    texts,
    (kind) => options.queries.models.kinds.bindings(kind),
  );
  const lost = [
    ...removedGuards(before, after, change, guards),
    ...lostChecks(before, after, change, guards),
  ];
  const found = [
    ...flows,
    ...[
      ...lost,
      ...lostCares(before, after, change, guards, texts, [...flows, ...lost]),
      ...lostScopes(before.routes, after.routes, change, guards, flows),
      ...loosenedOptions(before.options, after.options, change),
      ...goneGuards(before, after, change),
    ].filter(({ finding }) => options.shown(finding)),
    ...edits.filter(options.shown).map(byTheChange),
  ];
  const classified = saidOnce(found, wantedOptions);
  const introduced = new Set(
    classified
      .filter(({ relevance }) => relevance === "introduced")
      .map(({ finding }) => finding.fingerprint),
  );
  const accepted = await accept(
    [...after.findings, ...edits],
    change.head.entries,
    sides.head,
    [...changed, ...after.findings.map(({ at }) => at.path)],
    {
      isIntroduced: ({ fingerprint }) => introduced.has(fingerprint),
      isAdded(path, line) {
        const file = change.files.find((one) => one.path === path);
        return file !== undefined && hunkAt(file, line) !== undefined;
      },
    },
    options,
  );
  return assemble({
    mode: "diff",
    change,
    notices: calibration
      ? [...notices, `the numbers for authorship were ${calibration.description}`]
      : notices,
    classified,
    accepted,
    hunks,
    loaded: head,
    surface: compareSurfaces(
      options.watched,
      change.files,
      { ...before, texts: texts.base },
      { ...after, texts: texts.head },
      await unchangedTexts(change, isChanged, sides.base, options.watched),
    ),
    analysed: { ...after, textOf: (path) => after.textOf(path) ?? texts.head.get(path) },
    options,
  });
}

/** Texts of the files that a change is made of. */
async function changedTexts(
  { files }: ReadChange["change"],
  sides: { readonly base: TextReader; readonly head: TextReader },
): Promise<ChangedTexts> {
  const told = files.filter(
    ({ binary, submodule, hunks }) => !binary && !submodule && hunks.length > 0,
  );
  const before = told.flatMap(({ basePath: path, baseId: id }) =>
    id === undefined ? [] : [{ path, id }],
  );
  const after = told.flatMap(({ path, headId: id }) => (id === undefined ? [] : [{ path, id }]));
  return { base: await sides.base.read(before), head: await sides.head.read(after) };
}

/** Texts of files of a tree. */
const readPaths = (
  paths: readonly string[],
  entries: ReadonlyMap<string, string>,
  reader: TextReader,
): Promise<ReadonlyMap<string, string>> =>
  reader.read(
    paths.flatMap((path) => {
      const id = entries.get(path);
      return id === undefined ? [] : [{ path, id }];
    }),
  );

/** Texts of files of base that say what is not new though the change leaves them alone. */
function unchangedTexts(
  { base }: ReadChange["change"],
  isChanged: (path: string) => boolean,
  reader: TextReader,
  watched: Watched,
): Promise<ReadonlyMap<string, string>> {
  const isRead = alsoRead(watched);
  const files = [...base.entries].filter(([path]) => isRead(path) && !isChanged(path));
  return reader.read(files.map(([path, id]) => ({ path, id })));
}

const byTheChange = (finding: Finding): Classified => ({
  finding,
  relevance: "introduced",
  reason: "the change itself does it",
  primary: finding.at,
});

/** The findings of a whole tree, compared with nothing. */
export async function scanTree(
  subject: string,
  { tree: { entries }, notices, gaps }: Omit<ReadTree, "files">,
  reader: TextReader,
  options: ScanOptions,
  ports: ScanPorts,
): Promise<Report> {
  const { loaded, analysed, accepted } = await analyseTree(entries, reader, options, ports);
  const classified = asIntroduced(
    analysed.findings.filter(options.shown),
    (finding) => accepted.of(finding)?.kind ?? "",
  );
  return assemble({
    mode: "scan",
    subject,
    notices,
    gaps,
    classified,
    accepted,
    loaded,
    analysed,
    options,
  });
}

/** What stands in a tree and no comment accepts, however sure it is: one by one, as a baseline names them. */
export async function standingFindings(
  entries: ReadonlyMap<string, string>,
  reader: TextReader,
  options: ScanOptions,
  ports: ScanPorts,
): Promise<Finding[]> {
  const { analysed, accepted } = await analyseTree(entries, reader, options, ports);
  return analysed.findings.filter((finding) => accepted.of(finding)?.kind !== "comment");
}

async function analyseTree(
  entries: ReadonlyMap<string, string>,
  reader: TextReader,
  options: ScanOptions,
  ports: ScanPorts,
): Promise<{ loaded: LoadedProgram; analysed: Analysed; accepted: Acceptance }> {
  ports.progress("parsing");
  const loaded = await loadProgram(entries, reader, frontends, ports.cache, options);
  ports.progress("analysing");
  const asking = { ...options, isVulnerable: createRegexChecker() };
  const analysed = await findingsOf(loaded, entries, reader, undefined, asking);
  const paths = [
    ...loaded.program.modules.map(({ path }) => path),
    ...analysed.findings.map(({ at }) => at.path),
  ];
  const accepted = await accept(analysed.findings, entries, reader, paths, undefined, options);
  return { loaded, analysed, accepted };
}

/** Texts asked for at a time. */
const BATCH = 256;

/** What the suppressions of some files and the baseline accept. */
async function accept(
  findings: readonly Finding[],
  entries: ReadonlyMap<string, string>,
  reader: TextReader,
  paths: readonly string[],
  change: AcceptanceInput["change"],
  { baseline, today, queries, wanted }: ScanOptions,
): Promise<Acceptance> {
  const files = [...new Set(paths)].flatMap((path) => {
    const id = entries.get(path);
    return id === undefined ? [] : [{ path, id }];
  });
  const texts = new Map<string, string>();
  for (let at = 0; at < files.length; at += BATCH) {
    for (const [path, text] of await reader.read(files.slice(at, at + BATCH)))
      if (text.includes(SUPPRESSION_MARK)) texts.set(path, text);
  }
  return acceptance({
    findings,
    texts,
    baseline,
    change,
    today,
    isQuery: (id) => queryOf(queries, id) !== undefined,
    ran: (id) => isRun(queries, wanted, id),
  });
}

export interface Analysed {
  readonly findings: readonly Finding[];
  readonly routes: readonly GuardedRoute[];
  readonly functions: readonly CheckedFunction[];
  readonly options: readonly OptionSite[];
  readonly analysis: Analysis;
  readonly textOf: (path: string) => string | undefined;
}

/** `isChanged`: undefined for a tree that is compared with nothing. */
async function findingsOf(
  loaded: LoadedProgram,
  entries: ReadonlyMap<string, string>,
  reader: TextReader,
  isChanged: ((path: string) => boolean) | undefined,
  options: ScanOptions & { readonly isVulnerable: IsVulnerable },
): Promise<Analysed> {
  const analysis = await analysisOf(
    loaded,
    entries,
    reader,
    isChanged ?? (() => false),
    options.queries,
  );
  const found = runQueries(
    options.queries,
    analysis,
    options.isVulnerable,
    options.wanted,
    isChanged,
  );
  // Only files that something is said of are read again; most of a tree never is.
  const inProgram = await textsOf(analysis.program, entries, reader, found.paths);
  const files = options.queries.file.filter(options.wanted);
  const paths = [...entries.keys()].filter(
    (path) =>
      files.some(({ isIn }) => isIn(path)) &&
      leftOutByPath(path, { ...options, includeTests: true }) === undefined,
  );
  const texts = await readPaths(paths, entries, reader);
  const textOf = (path: string): string | undefined => inProgram(path) ?? texts.get(path);
  return {
    findings: [...found.findings(textOf), ...findInFiles(files, texts)],
    routes: found.routes(textOf),
    functions: found.functions(textOf),
    options: found.options(textOf),
    analysis,
    textOf,
  };
}

async function analysisOf(
  loaded: LoadedProgram,
  entries: ReadonlyMap<string, string>,
  reader: TextReader,
  isChanged: (path: string) => boolean,
  queries: QuerySet,
): Promise<Analysis> {
  const { program, manifests, tsconfigs, goModules } = loaded;
  const linker = createLinker(program, manifests, tsconfigs, goModules);
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
