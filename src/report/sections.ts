/** What goes where in a report: which findings are told in full, which are only listed, and how they are counted. */
import type { HunkAttribution, Verdict } from "../attribution/attribution.ts";
import type { Notice, Report, ReportedFinding } from "./report.ts";
import { visible } from "./visible.ts";

const LANGUAGES_NAMED = 6;
const GAPS_NAMED = 3;

export interface Sections {
  /** What the report is about: in a diff the introduced findings, in a scan all that are not suppressed. */
  readonly main: readonly ReportedFinding[];
  readonly touched: readonly ReportedFinding[];
  readonly fixed: readonly ReportedFinding[];
  readonly unrelated: readonly ReportedFinding[];
  readonly suppressed: readonly ReportedFinding[];
}

export function sectionsOf({ findings, mode }: Report): Sections {
  const live = findings.filter(({ suppressed }) => suppressed === undefined);
  const of = (relevance: ReportedFinding["relevance"]) =>
    mode === "scan" ? [] : live.filter((reported) => reported.relevance === relevance);
  return {
    main: mode === "scan" ? live : of("introduced"),
    touched: of("touched"),
    fixed: of("fixed"),
    unrelated: of("unrelated"),
    suppressed: findings.filter(({ suppressed }) => suppressed !== undefined),
  };
}

/** Riskiest first; equals stay in the report's order. */
export function byRisk(findings: readonly ReportedFinding[]): ReportedFinding[] {
  return [...findings].sort((a, b) => b.risk.score - a.risk.score);
}

/** "2 introduced, 1 touched, 1 fixed"; introduced is named even when there is none. */
export function tally(report: Report): string {
  const { main, touched, fixed, suppressed } = sectionsOf(report);
  const rest = Object.entries({ touched, fixed, suppressed })
    .filter(([, findings]) => findings.length > 0)
    .map(([name, findings]) => `${findings.length} ${name}`);
  const first =
    report.mode === "scan" ? plural(main.length, "finding") : `${main.length} introduced`;
  return [first, ...rest].join(", ");
}

/** "risk 73/100 high". */
export function riskWords({ assessment: { score, level } }: Report): string {
  return `risk ${Math.round(score)}/100 ${level}`;
}

/** Why a report without findings is not clean; undefined where nothing is in the way. */
export function whyNotClean(report: Report): string | undefined {
  if (report.notAnalysed.length > 0) return notAnalysedWords(report);
  return incompleteWords(report);
}

/** "INCOMPLETE: 2 things could not be looked at (a.js, b.js), see the notices"; undefined where there is nothing like that. */
export function incompleteWords(report: Report): string | undefined {
  const gaps = ownNotices(report).filter(({ level }) => level !== "note");
  const paths = [...new Set(gaps.map(({ path }) => path))].filter((path) => path !== undefined);
  const names = paths.length === 0 ? "" : ` (${firstOf(paths.map(visible), GAPS_NAMED)})`;
  if (gaps.length > 0)
    return `INCOMPLETE: ${plural(gaps.length, "thing")} could not be looked at${names}, see the notices`;
  return report.incomplete && report.notAnalysed.length === 0
    ? "INCOMPLETE: part of the work could not be done"
    : undefined;
}

/** `path:line` of a notice whose message does not name its file itself. */
export function noticePlace({ message, path, line }: Notice): string | undefined {
  if (path === undefined || message.includes(path)) return undefined;
  return line === undefined ? path : `${path}:${line}`;
}

/** "3 changed files in Ruby, SQL" without the names. */
export function notAnalysedWords({ notAnalysed, mode }: Report): string {
  const names = [...new Set(notAnalysed.map(languageOf))].sort();
  const files = plural(notAnalysed.length, mode === "diff" ? "changed file" : "file");
  return `NOT ANALYSED: ${files} in ${firstOf(names, LANGUAGES_NAMED)}`;
}

/** "a, b and 3 more". */
export function firstOf(names: readonly string[], count: number): string {
  const more = names.length - count;
  return names.slice(0, count).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** Notices without those that only repeat the list of files that were not analysed. */
export function ownNotices({ notices, notAnalysed }: Report): Notice[] {
  return notices.filter(
    ({ kind, path }) =>
      !(kind === "not-analysed" && path !== undefined && notAnalysed.includes(path)),
  );
}

/** "14 changed files; 212 files with 3,412 functions analysed; left out: 2 generated, 1 vendored". */
export function coverageWords({ counts, mode }: Report): string {
  const leftOut = Object.entries(counts.leftOut)
    .filter(([, count]) => count > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([reason, count]) => `${count} ${reason}`);
  return [
    ...(mode === "diff" ? [plural(counts.changedFiles, "changed file")] : []),
    `${plural(counts.analysedFiles, "file")} with ${plural(counts.functionsAnalysed, "function")} analysed`,
    ...(leftOut.length > 0 ? [`left out: ${leftOut.join(", ")}`] : []),
  ].join("; ");
}

export const verdictWords: Readonly<Record<Verdict, string>> = {
  ai: "AI",
  "likely-ai": "likely AI",
  mixed: "mixed AI and human",
  "likely-human": "likely human",
  human: "human",
  unknown: "unknown",
  bot: "bot",
  "not-applicable": "not applicable",
};

/** "likely AI (Cursor), probability 0.83, not proof"; undefined where authorship was not asked for. */
export function authorWords(
  attribution: HunkAttribution | undefined,
  mode: Report["mode"],
): string | undefined {
  if (attribution === undefined) {
    return mode === "scan" ? undefined : "unknown: the finding is on no changed line";
  }
  const { verdict, probability, toolName, evidence } = attribution;
  if (evidence.length === 0 && verdict === "unknown") return "unknown: no evidence either way";
  const name = toolName === undefined ? "" : ` (${toolName})`;
  const estimate =
    probability === undefined ? "" : `, probability of AI ${twoDigits(probability)}, not proof`;
  return `${verdictWords[verdict]}${name}${estimate}`;
}

/** "trailer claims Claude Code (commit 1a2b3c4, rule claude-code/trailer)". */
export function evidenceWords({ evidence }: HunkAttribution): string[] {
  return evidence.map(({ claim, locus, rule }) => `${claim} (${locus}, rule ${rule})`);
}

/** "5 changed hunks: 2 AI, 3 unknown"; undefined where there are none. */
export function authorshipTotals({ hunks }: Report): string | undefined {
  if (hunks.length === 0) return undefined;
  const totals = (Object.keys(verdictWords) as Verdict[])
    .map((verdict) => [verdict, hunks.filter((hunk) => hunk.verdict === verdict).length] as const)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${verdictWords[verdict]}`);
  return `${plural(hunks.length, "changed hunk")}: ${totals.join(", ")}`;
}

/** The score and what it is the product of: "72.8 = 100", "severity high 0.8" ... */
export function riskTerms({ risk: { score, factors } }: ReportedFinding): string[] {
  return [
    `${score} = 100`,
    ...factors.map(({ name, value, weight }) => `${name} ${value} ${weight}`),
  ];
}

export function twoDigits(probability: number): string {
  return String(Math.round(probability * 100) / 100);
}

/** "1 file", "3,412 files". */
export function plural(count: number, noun: string): string {
  return `${thousands(count)} ${noun}${count === 1 ? "" : "s"}`;
}

export function thousands(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Languages that changes often hold and that are worth naming better than by an extension. */
const languages: Readonly<Record<string, string>> = {
  bash: "shell",
  c: "C",
  cc: "C++",
  clj: "Clojure",
  cpp: "C++",
  cs: "C#",
  dart: "Dart",
  ex: "Elixir",
  exs: "Elixir",
  erb: "ERB",
  fs: "F#",
  go: "Go",
  graphql: "GraphQL",
  h: "C",
  hpp: "C++",
  html: "HTML",
  java: "Java",
  js: "JavaScript",
  kt: "Kotlin",
  kts: "Kotlin",
  lua: "Lua",
  m: "Objective-C",
  php: "PHP",
  pl: "Perl",
  ps1: "PowerShell",
  py: "Python",
  r: "R",
  rb: "Ruby",
  rs: "Rust",
  scala: "Scala",
  sh: "shell",
  sol: "Solidity",
  sql: "SQL",
  svelte: "Svelte",
  swift: "Swift",
  tf: "Terraform",
  ts: "TypeScript",
  vb: "Visual Basic",
  vue: "Vue",
  zig: "Zig",
};

function languageOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  if (dot <= 0) return visible(name);
  const extension = name.slice(dot + 1).toLowerCase();
  return Object.hasOwn(languages, extension) ? languages[extension] : `.${visible(extension)}`;
}
