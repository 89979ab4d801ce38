/** Puts together what the stages found into the one record that every reporter shows. */
import type { HunkAttribution } from "./attribution/attribution.ts";
import type { ChangeSet, Gap } from "./change/change-set.ts";
import { hunkAt } from "./change/change-set.ts";
import type { Acceptance } from "./findings/acceptance.ts";
import { cloneKey, withClones } from "./findings/clones.ts";
import type { Place } from "./findings/finding.ts";
import { type Gate, judge } from "./policy/gate.ts";
import type { LoadedProgram } from "./program/load.ts";
import type { Classified } from "./relevance/classify.ts";
import { linesOf } from "./report/code-frame.ts";
import type { Notice, Report, ReportedFinding } from "./report/report.ts";
import { assess, scoreFinding } from "./risk/score.ts";
import type { Analysed } from "./scan.ts";
import type { SurfaceEntry } from "./surface/surface.ts";
import { version } from "./version.ts";

interface Parts {
  readonly mode: "diff" | "scan";
  readonly subject?: string;
  readonly change?: ChangeSet;
  readonly notices?: readonly string[];
  /** What of a tree could not be looked at. */
  readonly gaps?: readonly Gap[];
  readonly classified: readonly Classified[];
  readonly accepted: Acceptance;
  readonly hunks?: readonly HunkAttribution[];
  readonly surface?: readonly SurfaceEntry[];
  readonly loaded: LoadedProgram;
  readonly analysed: Analysed;
  readonly options: { readonly gate: Gate; readonly remarks: readonly Notice[] };
}

/** Reasons to leave a file out that somebody could give it on purpose, unlike being a test. */
const UNREAD_REASONS: ReadonlySet<string> = new Set(["generated", "minified", "vendored"]);

/** Files that hold no code anybody would analyse: a change to them alone is no gap. */
const NOT_CODE =
  /\.(?:md|mdx|markdown|txt|rst|adoc|json|jsonc|json5|ya?ml|toml|lock|ini|cfg|conf|env(?:\.\w+)?|properties|csv|tsv|svg|png|jpe?g|gif|webp|avif|ico|bmp|pdf|woff2?|ttf|otf|eot|mp[34]|webm|wav|zip|t?gz|map|snap|css|s[ac]ss|less|styl|d\.[cm]?ts|po|pot|license|log|patch|diff|sum|mod|editorconfig|gitignore|gitattributes|npmignore|npmrc|nvmrc|prettierrc|eslintrc|dockerignore|example|sample|tsbuildinfo|http|drawio|excalidraw)$|(?:^|\/)(?:LICEN[CS]E|NOTICE|AUTHORS|CODEOWNERS|COPYING|CHANGELOG|README|VERSION|\.[\w-]+)$/i;

export function assemble(parts: Parts): Report {
  const { mode, change, loaded, analysed, options } = parts;
  const hunks = parts.hunks ?? [];
  const found = parts.classified.map((one) => report(one, parts));
  const reported = mergeClones(found, analysed.textOf);
  reported.sort(
    (a, b) =>
      order(a) - order(b) ||
      b.risk.score - a.risk.score ||
      compare(a.finding.at.path, b.finding.at.path) ||
      a.finding.at.line - b.finding.at.line ||
      a.finding.at.column - b.finding.at.column ||
      compare(a.finding.query.id, b.finding.query.id) ||
      compare(a.finding.fingerprint, b.finding.fingerprint),
  );
  const counted = reported.filter(({ suppressed }) => suppressed === undefined);
  const notAnalysed = notAnalysedOf(change, loaded);
  const notices = noticesOf(parts, notAnalysed);
  const surface = parts.surface ?? [];
  const assessment = assess(counted, surface);
  const { modules } = analysed.analysis.program;
  return {
    tool: { name: "adr-scan", version },
    mode,
    subject: change?.description ?? parts.subject ?? "",
    baseCommit: change?.baseCommit,
    headCommit: change?.headCommit,
    findings: reported,
    assessment,
    hunks,
    surface,
    notAnalysed,
    notices,
    counts: {
      changedFiles: change?.files.length ?? 0,
      analysedFiles: modules.length,
      leftOut: countBy([...loaded.leftOut.values()]),
      functionsAnalysed: modules.reduce((count, { ir }) => count + ir.functions.length, 0),
    },
    incomplete: notices.some(({ level }) => level !== "note") || notAnalysed.length > 0,
    gate: judge(options.gate, {
      findings: found.filter(({ suppressed }) => suppressed === undefined),
      files: change?.files ?? [],
      hunks,
      score: assessment.score,
    }),
    source: analysed.textOf,
  };
}

function report(
  { finding, relevance, reason, primary }: Classified,
  parts: Parts,
): ReportedFinding {
  const attribution = attributionAt(primary, parts.change, parts.hunks ?? []);
  const isRegression = parts.accepted.isRegression(finding);
  return {
    finding,
    relevance,
    reason: isRegression ? [reason, COMES_BACK].filter((one) => one !== "").join("; ") : reason,
    primary,
    risk: scoreFinding(finding, relevance, attribution),
    attribution,
    suppressed: relevance === "fixed" ? undefined : parts.accepted.of(finding),
    isRegression,
    clones: [],
  };
}

const COMES_BACK = "it was fixed once before and comes back";

/** The riskiest of equal flaws stands for all of them. The gate has judged each by then. */
function mergeClones(
  found: readonly ReportedFinding[],
  textOf: (path: string) => string | undefined,
): ReportedFinding[] {
  const lineOf = linesOf(textOf);
  const groups = new Map<string, ReportedFinding[]>();
  found.forEach((one, index) => {
    // What is fixed stands in no text of head.
    const key = one.relevance === "fixed" ? undefined : cloneKey(one.finding, lineOf);
    const group = [one.relevance, one.suppressed?.reason ?? "", key ?? index].join("\0");
    groups.set(group, [...(groups.get(group) ?? []), one]);
  });
  return [...groups.values()].map((group) => {
    const [first, ...clones] = group.sort((a, b) => b.risk.score - a.risk.score);
    if (clones.length === 0) return first!;
    const findings = clones.map(({ finding }) => finding);
    return { ...first!, finding: withClones(first!.finding, findings), clones };
  });
}

function attributionAt(
  { path, line }: Place,
  change: ChangeSet | undefined,
  hunks: readonly HunkAttribution[],
): HunkAttribution | undefined {
  const file = change?.files.find((one) => one.path === path);
  const hunk = file && hunkAt(file, line);
  return (
    hunk && hunks.find((one) => one.file.path === path && one.hunk.headStart === hunk.headStart)
  );
}

const RELEVANCES = ["introduced", "touched", "fixed", "unrelated"];
const order = ({ relevance, suppressed }: ReportedFinding): number =>
  RELEVANCES.indexOf(relevance) + (suppressed === undefined ? 0 : RELEVANCES.length);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Changed files that hold code in a language that is not analysed. */
function notAnalysedOf(change: ChangeSet | undefined, loaded: LoadedProgram): string[] {
  if (!change) return [];
  // What is known and could not be read is told as that.
  const unread = new Set(loaded.problems.map(({ path }) => path));
  return change.files
    .filter(
      ({ path, status, binary, submodule, headId, hunks }) =>
        status !== "deleted" &&
        headId !== undefined &&
        !binary &&
        !submodule &&
        hunks.length > 0 &&
        !NOT_CODE.test(path) &&
        !loaded.leftOut.has(path) &&
        !unread.has(path) &&
        loaded.program.at(path) === undefined,
    )
    .map(({ path }) => path);
}

function noticesOf(
  { change, notices, gaps, loaded, analysed, accepted, options }: Parts,
  notAnalysed: readonly string[],
): Notice[] {
  const found: Notice[] = [...options.remarks];
  for (const message of [...(change?.notices ?? []), ...(notices ?? [])]) {
    found.push({ level: "note", kind: "change", message, path: undefined, line: undefined });
  }
  // Of a file that was to be parsed the loader says the same.
  const told = new Set(loaded.problems.map(({ path }) => path));
  for (const { path, message } of [...(change?.gaps ?? []), ...(gaps ?? [])]) {
    if (path === undefined || !told.has(path))
      found.push({ level: "warning", kind: "not-read", message, path, line: undefined });
  }
  for (const path of notAnalysed) {
    found.push({
      level: "warning",
      kind: "not-analysed",
      message: `${path} was changed and is not analysed`,
      path,
      line: undefined,
    });
  }
  for (const remark of accepted.remarks) found.push({ level: "note", ...remark });
  for (const { path, submodule, status } of change?.files ?? []) {
    if (!submodule || status === "deleted") continue;
    const message = `${path} is a submodule: what changed in it was not looked at`;
    found.push({ level: "warning", kind: "submodule", message, path, line: undefined });
  }
  for (const file of change?.files ?? []) {
    const reason = loaded.leftOut.get(file.path);
    if (reason === undefined || !UNREAD_REASONS.has(reason) || file.status === "deleted") continue;
    const message = `${file.path} was changed and left out as ${reason}`;
    found.push({ level: "note", kind: "left-out", message, path: file.path, line: undefined });
  }
  for (const { path, line, kind, message } of loaded.problems) {
    found.push({ level: kind === "binary" ? "note" : "warning", kind, message, path, line });
  }
  // A file that does not parse is a gap of a change that touches it, and a fact of life of every other.
  const isOld = (path: string): boolean =>
    change !== undefined && !change.files.some((file) => file.path === path);
  for (const module of analysed.analysis.program.modules) {
    for (const { kind, message, span } of module.ir.problems) {
      const text = analysed.textOf(module.path) ?? "";
      const line = text.slice(0, span.start).split("\n").length;
      found.push({
        level: kind === "not-lowered" || isOld(module.path) ? "note" : "warning",
        kind,
        message,
        path: module.path,
        line,
      });
    }
  }
  if (change === undefined && analysed.analysis.program.modules.length === 0) {
    const message = "there is no file here in a language that is analysed";
    found.push({
      level: "warning",
      kind: "nothing-analysed",
      message,
      path: undefined,
      line: undefined,
    });
  }
  for (const [cap, functions] of analysed.analysis.overruns) {
    const [first] = functions;
    const where =
      first === undefined ? "" : `, the first in ${analysed.analysis.program.moduleOf(first).path}`;
    found.push({
      level: "note",
      kind: "budget",
      message: `${functions.size} ${functions.size === 1 ? "function" : "functions"} hit the cap on ${cap}${where}: flows through them may be missed`,
      path: undefined,
      line: undefined,
    });
  }
  return found;
}
