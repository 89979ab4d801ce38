/** The report for people at a terminal: the answer first, then each finding with the code, the path, the reason and the remedy. */
import { Chalk, type ChalkInstance } from "chalk";
import type { Finding, Place, QueryInfo, Severity, Step } from "../findings/finding.ts";
import { codeFrame, type LineOf, linesOf } from "./code-frame.ts";
import { columnsOf, wrap } from "./columns.ts";
import { exampleOf } from "./example.ts";
import type { Notice, Report, ReportedFinding } from "./report.ts";
import {
  authorshipTotals,
  authorWords,
  coverageWords,
  evidenceWords,
  firstOf,
  incompleteWords,
  notAnalysedWords,
  noticePlace,
  ownNotices,
  plural,
  riskTerms,
  riskWords,
  sectionsOf,
  tally,
  whyNotClean,
} from "./sections.ts";
import { effectMarks, effectWords, entryWords, surfaceGroups } from "./surface.ts";
import { visible } from "./visible.ts";

export interface TextOptions {
  readonly color: boolean;
  readonly width: number;
  /** Also lists what the change has nothing to do with. */
  readonly all: boolean;
}

/** Below this nothing can be laid out. */
const MIN_WIDTH = 40;
/** Above this, prose is hard to read. */
const MAX_WIDTH = 120;
/** Column at which the text beside a label starts. */
const LABEL = 8;
/** Names of files that were not analysed, in the first lines; the rest follow at the end. */
const NAMED_FIRST = 6;
/** A longer path shows its ends; the other reports hold all of it. */
const STEPS_SHOWN = 12;
/** More of them push the findings off the screen; the other reports hold all. */
const NOTICES_SHOWN = 12;
/** Lines of code that do not fit are broken and go on this much further in. */
const CONTINUED = 4;
/** Hex digits of a fingerprint that tell findings apart. */
const SHORT_FINGERPRINT = 12;

const NO_BREAK = "\u00a0";

type Paint = (text: string) => string;

interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly good: Paint;
  readonly warn: Paint;
  readonly bad: Paint;
  readonly place: Paint;
  readonly removed: Paint;
  readonly added: Paint;
  readonly severity: Readonly<Record<Severity, Paint>>;
}

/** Whether to colour and how wide to write, from the environment and the stream: https://no-color.org, https://force-color.org. */
export function terminalOptions(
  env: Readonly<Record<string, string | undefined>>,
  stream: { readonly isTTY?: boolean; readonly columns?: number },
): { color: boolean; width: number } {
  const { FORCE_COLOR: force, NO_COLOR: no, TERM: term } = env;
  const forced = force === undefined || force === "" ? undefined : !["0", "false"].includes(force);
  const refused = no !== undefined && no !== "";
  return {
    color: forced ?? (!refused && stream.isTTY === true && term !== "dumb"),
    width: stream.columns ?? 80,
  };
}

export function toText(report: Report, options: TextOptions): string {
  const style = styleOf(new Chalk({ level: options.color ? 1 : 0 }));
  const width = Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, Math.floor(options.width) || MIN_WIDTH));
  const lineOf = linesOf(report.source);
  const { main, touched, fixed, unrelated, suppressed } = sectionsOf(report);

  const blocks: string[][] = [opening(report, style, width)];
  const firstOfQuery = new Map<string, number>();
  main.forEach((reported, i) => {
    const { id } = reported.finding.query;
    const told = firstOfQuery.get(id);
    if (told === undefined) firstOfQuery.set(id, i + 1);
    blocks.push(findingBlock(reported, i + 1, told, report.mode, lineOf, style, width));
  });
  const lists: readonly (readonly [string, readonly ReportedFinding[]])[] = [
    ["Touched: older than this change, which edits a line on their way", touched],
    ["Fixed by this change", fixed],
    ["Accepted by a comment or the baseline", suppressed],
    ["Unrelated to this change", options.all ? unrelated : []],
  ];
  for (const [title, findings] of lists) {
    if (findings.length > 0) blocks.push(listBlock(title, findings, style, width));
  }
  if (report.surface.length > 0) blocks.push(surfaceBlock(report, options.all, style, width));
  const notices = ownNotices(report);
  if (notices.length > 0) blocks.push(noticesBlock(notices, style, width));
  blocks.push(closing(report, style, width));

  const lines = blocks.flatMap((block) => [...block, ""]).slice(0, -1);
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

function styleOf(chalk: ChalkInstance): Style {
  return {
    bold: chalk.bold,
    dim: chalk.dim,
    good: chalk.green.bold,
    warn: chalk.yellow.bold,
    bad: chalk.red.bold,
    place: chalk.cyan,
    removed: chalk.red,
    added: chalk.green,
    severity: {
      critical: chalk.bgRed.whiteBright.bold,
      high: chalk.red.bold,
      medium: chalk.yellow.bold,
      low: chalk.blue.bold,
    },
  };
}

function opening(report: Report, style: Style, width: number): string[] {
  const { main } = sectionsOf(report);
  const obstacle = whyNotClean(report);
  const subject = visible(report.subject);
  const lines = paragraph(`adr-scan ${report.tool.version}: ${subject}`, width, style.dim);

  if (main.length === 0 && obstacle === undefined) {
    const where =
      report.mode === "scan"
        ? "nothing found"
        : report.counts.changedFiles === 0
          ? "there is no change to look at"
          : "this change introduces nothing that adr-scan knows of";
    lines.push(...paragraph(`Clean: ${where}.`, width, style.good));
    if (report.findings.length > 0 || report.assessment.score > 0) {
      lines.push(...paragraph(`${tally(report)} - ${riskWords(report)}`, width));
    }
  } else {
    const paint = report.gate.failed ? style.bad : style.warn;
    lines.push(...paragraph(`${tally(report)} - ${riskWords(report)}`, width, paint));
  }
  if (report.notAnalysed.length > 0) {
    const names = firstOf(report.notAnalysed.map(visible), NAMED_FIRST);
    lines.push(...paragraph(`${notAnalysedWords(report)}: ${names}`, width, style.warn));
  }
  const incomplete = incompleteWords(report);
  if (incomplete !== undefined) lines.push(...paragraph(incomplete, width, style.warn));
  if (main.length > 0 || report.gate.failed) lines.push(...paragraph(gateWords(report), width));
  for (const sentence of [...report.gate.reasons, ...report.gate.reviews])
    lines.push(...indented(visible(sentence), 2, width));
  return lines;
}

function findingBlock(
  reported: ReportedFinding,
  number: number,
  told: number | undefined,
  mode: Report["mode"],
  lineOf: LineOf,
  style: Style,
  width: number,
): string[] {
  const { finding, primary, risk } = reported;
  const { query } = finding;
  const lines = [
    ...heading(number, query, `risk ${Math.round(risk.score)}`, style, width),
    ...paragraph(visible(finding.message), width, style.bold),
  ];
  const atSink = primary.path === finding.at.path && primary.line === finding.at.line;
  const [path = []] = finding.flows;
  lines.push(...located(primary, atSink ? finding.symbol : "", style, width));
  lines.push("", ...frame(lineOf, atSink ? finding.at : primary, style, width));
  if (!atSink && path.length < 2) {
    lines.push(...located(finding.at, finding.symbol, style, width));
    lines.push("", ...frame(lineOf, finding.at, style, width));
  }
  lines.push(...pathLines(finding, lineOf, style, width));
  for (const step of finding.related) lines.push(...relatedLines(step, style, width));
  const fact = (label: string, texts: readonly string[]) =>
    lines.push(...labelled(label, texts, style, width));

  if (told === undefined) {
    fact("Why", [visible(query.why)]);
    fact("Fix", [visible(query.fix)]);
    lines.push(...example(query, style, width));
  } else {
    fact("Why", [`as for finding ${told}; so is the fix`]);
  }
  const author = authorWords(reported.attribution, mode);
  if (author !== undefined) {
    const evidence = reported.attribution ? evidenceWords(reported.attribution) : [];
    fact("Author", [visible(author), ...evidence.map((claim) => `- ${visible(claim)}`)]);
  }
  if (finding.doubts.length > 0) {
    fact("Doubt", [
      `confidence is ${finding.confidence}: ${finding.doubts.map(visible).join("; ")}`,
    ]);
  }
  if (reported.reason !== "") fact("Change", [visible(reported.reason)]);
  fact("Risk", [riskTerms(reported).map(unbroken).join(" x ")]);
  fact("Id", [[finding.fingerprint.slice(0, SHORT_FINGERPRINT), ...query.cwe].join(", ")]);
  return lines;
}

/** On one line filled up to the width; where that is too narrow, the score goes below. */
function heading(
  number: number,
  { severity, id }: QueryInfo,
  score: string,
  style: Style,
  width: number,
): string[] {
  const badge = severity.toUpperCase();
  const start = `${style.dim(`${number}.`)} ${style.severity[severity](badge)}`;
  const before = `${number}. ${badge} `.length;
  const gap = width - before - id.length - score.length - 2;
  if (gap >= 1) return [`${start} ${style.bold(id)} ${style.dim("-".repeat(gap))} ${score}`];
  const [first, ...rest] = wrap(id, width - before);
  return [`${start} ${style.bold(first)}`, ...rest.map((line) => style.bold(line)), score];
}

/** `--> path:line:column in Symbol`, the symbol on a line of its own where it does not fit. */
function located(place: Place, symbol: string, style: Style, width: number): string[] {
  const where = placeWords(place);
  const named = symbol === "" ? "" : `in ${visible(symbol)}`;
  const oneLine = `--> ${where}${named === "" ? "" : ` ${named}`}`;
  if (columnsOf(oneLine) <= width) {
    return [
      `${style.dim("-->")} ${style.place(where)}${named === "" ? "" : ` ${style.dim(named)}`}`,
    ];
  }
  const [first, ...rest] = wrap(where, width - 4);
  return [
    `${style.dim("-->")} ${style.place(first)}`,
    ...rest.map((line) => `    ${style.place(line)}`),
    ...(named === "" ? [] : wrap(named, width - 4).map((line) => `    ${style.dim(line)}`)),
  ];
}

function frame(lineOf: LineOf, place: Place, style: Style, width: number): string[] {
  const digits = String(place.line + 1).length;
  // Beside the digits: two blanks, the mark and its blank, and " | ".
  const lines = codeFrame(lineOf, place, width - digits - 7);
  if (lines.length === 0) return [];
  return [
    ...lines.map(({ number, text, marked }) => {
      const gutter = `${marked ? ">" : " "} ${String(number ?? "").padStart(digits)} |`;
      const code = number === undefined ? style.bad(text) : marked ? text : style.dim(text);
      return `  ${marked ? style.bold(gutter) : style.dim(gutter)} ${code}`;
    }),
    "",
  ];
}

function pathLines(
  { flows, symbol }: Finding,
  lineOf: LineOf,
  style: Style,
  width: number,
): string[] {
  const [steps = [], ...others] = flows;
  if (steps.length < 2) return [];
  const title = symbol === "" ? "Path" : `Path to ${visible(symbol)}`;
  const lines = paragraph(title, width, style.bold);
  const half = STEPS_SHOWN / 2;
  const digits = String(steps.length).length;
  const indent = " ".repeat(digits + 4);
  steps.forEach(({ place, note }, i) => {
    if (steps.length > STEPS_SHOWN && i >= half && i < steps.length - half) {
      if (i === half)
        lines.push(style.dim(`${indent}... ${steps.length - STEPS_SHOWN} more steps`));
      return;
    }
    const number = `  ${String(i + 1).padStart(digits)}. `;
    const where = `${visible(place.path)}:${place.line}`;
    const words = visible(note);
    if (columnsOf(number) + columnsOf(where) + columnsOf(words) + 2 <= width) {
      lines.push(`${style.dim(number)}${style.place(where)}  ${words}`);
    } else {
      const [first, ...rest] = wrap(where, width - indent.length);
      lines.push(`${style.dim(number)}${style.place(first)}`);
      lines.push(...rest.map((line) => indent + style.place(line)));
      lines.push(...wrap(words, width - indent.length).map((line) => indent + line));
    }
    const code = codeLine(lineOf, place, width - indent.length);
    if (code !== undefined) lines.push(indent + style.dim(code));
  });
  if (others.length > 0) {
    lines.push(style.dim(`${indent}and ${plural(others.length, "other path")} to the same place`));
  }
  return [...lines, ""];
}

function relatedLines({ place, note }: Step, style: Style, width: number): string[] {
  return labelled("See", [`${placeWords(place)} ${visible(note)}`], style, width);
}

function listBlock(
  title: string,
  findings: readonly ReportedFinding[],
  style: Style,
  width: number,
): string[] {
  const lines = paragraph(title, width, style.bold);
  for (const { finding, primary, reason, suppressed } of findings) {
    const { severity, id } = finding.query;
    const where = placeWords(primary);
    const head = `  ${style.severity[severity](severity.toUpperCase())} ${style.bold(id)}`;
    if (2 + severity.length + 1 + id.length + 2 + columnsOf(where) <= width) {
      lines.push(`${head}  ${style.place(where)}`);
    } else {
      lines.push(head, ...indented(where, 4, width, style.place));
    }
    lines.push(...indented(visible(finding.message), 4, width));
    if (reason !== "") lines.push(...indented(visible(reason), 4, width, style.dim));
    if (suppressed !== undefined) {
      lines.push(...indented(`accepted: ${visible(suppressed.reason)}`, 4, width, style.dim));
    }
  }
  return lines;
}

/** Counts and the first names of each kind; every entry with its place where `all` is asked for. */
function surfaceBlock({ surface }: Report, all: boolean, style: Style, width: number): string[] {
  const lines = paragraph(
    "Attack surface: what this change adds, changes and takes away",
    width,
    style.bold,
  );
  for (const group of surfaceGroups(surface)) {
    if (!all) {
      const words = `${group.title}: ${effectWords(group).join("; ")}`;
      const [first, ...rest] = wrap(visible(words), width - 4);
      lines.push(`  ${first}`, ...rest.map((line) => `    ${line}`));
      continue;
    }
    lines.push(`  ${group.title}`);
    for (const entry of group.entries) {
      const words = `${effectMarks[entry.effect]} ${visible(entryWords(entry))}`;
      lines.push(...indented(words, 4, width));
      lines.push(...indented(`${visible(entry.at.path)}:${entry.at.line}`, 6, width, style.place));
    }
  }
  if (!all) lines.push(...indented("(--all lists each with its place)", 2, width, style.dim));
  return lines;
}

function noticesBlock(notices: readonly Notice[], style: Style, width: number): string[] {
  const paints: Readonly<Record<Notice["level"], Paint>> = {
    error: style.bad,
    warning: style.warn,
    note: style.dim,
  };
  const lines = [style.bold("Notices")];
  const order: readonly Notice["level"][] = ["error", "warning", "note"];
  const sorted = [...notices].sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
  for (const notice of sorted.slice(0, NOTICES_SHOWN)) {
    const { level } = notice;
    const place = noticePlace(notice);
    const words = visible(place === undefined ? notice.message : `${place}: ${notice.message}`);
    const [first, ...rest] = wrap(words, width - 4 - level.length);
    lines.push(
      `  ${paints[level](level)}: ${first}`,
      ...rest.map((text) => `${" ".repeat(level.length + 4)}${text}`),
    );
  }
  const more = notices.length - NOTICES_SHOWN;
  if (more > 0) lines.push(`  and ${plural(more, "more notice")}, which --format json lists`);
  return lines;
}

function closing(report: Report, style: Style, width: number): string[] {
  const { main } = sectionsOf(report);
  const lines = paragraph(`Looked at: ${coverageWords(report)}.`, width, style.dim);
  const authorship = authorshipTotals(report);
  if (authorship !== undefined) {
    lines.push(...paragraph(`Authorship of ${authorship}.`, width, style.dim));
  }
  if (report.notAnalysed.length > NAMED_FIRST) {
    lines.push(...paragraph("Not analysed:", width, style.dim));
    for (const path of report.notAnalysed)
      lines.push(...indented(visible(path), 2, width, style.dim));
  }
  if (main.length > 0) {
    const { id } = main[0].finding.query;
    lines.push(
      ...paragraph("To accept a finding, say why in a comment above its line:", width, style.dim),
      ...indented(`adr-scan-ignore ${id}: the reason`, 2, width, style.dim),
      // The report of many findings ends far below its first lines.
      "",
      ...paragraph(
        `${tally(report)} - ${riskWords(report)}. ${gateWords(report)}.`,
        width,
        report.gate.failed ? style.bad : style.warn,
      ),
    );
  }
  return lines;
}

function gateWords({ gate }: Report): string {
  return `Gate ${gate.failed ? "failed" : "passed"} (fail-on ${visible(gate.failOn)})`;
}

/** The line of a place, without its indentation, cut around the place. */
function codeLine(lineOf: LineOf, place: Place, width: number): string | undefined {
  const marked = codeFrame(lineOf, place, width, false).find((line) => line.marked);
  return marked?.text === "" ? undefined : marked?.text;
}

/** What to write instead, as far as it is short enough to help here. */
function example(query: QueryInfo, style: Style, width: number): string[] {
  const paints = { "-": style.removed, "+": style.added, " ": style.dim };
  return exampleOf(query).flatMap(({ mark, text }) => {
    const shown = visible(text.replaceAll("\t", "  "));
    const indent = shown.length - shown.trimStart().length;
    const room = Math.max(width - LABEL - 2 - indent - CONTINUED, CONTINUED);
    const [first, ...rest] = wrap(shown, room);
    return [
      `${" ".repeat(LABEL)}${paints[mark](`${mark} ${" ".repeat(indent)}${first}`)}`,
      ...rest.map((line) => `${" ".repeat(LABEL + 2 + indent + CONTINUED)}${paints[mark](line)}`),
    ];
  });
}

/** A text that `labelled` does not break at its blanks. */
function unbroken(text: string): string {
  return text.replaceAll(" ", NO_BREAK);
}

/** A bold label and its text beside it, each text on lines of its own; those that start with a dash hang by it. */
function labelled(label: string, texts: readonly string[], style: Style, width: number): string[] {
  return texts
    .flatMap((text) =>
      text.startsWith("- ")
        ? wrap(text.slice(2), width - LABEL - 2).map((line, i) => (i === 0 ? "- " : "  ") + line)
        : wrap(text, width - LABEL),
    )
    .map((line) => line.replaceAll(NO_BREAK, " "))
    .map((line, i) =>
      i === 0 ? `${style.bold(label.padEnd(LABEL))}${line}` : " ".repeat(LABEL) + line,
    );
}

function indented(text: string, by: number, width: number, paint: Paint = plain): string[] {
  return wrap(text, width - by).map((line) => " ".repeat(by) + paint(line));
}

function paragraph(text: string, width: number, paint: Paint = plain): string[] {
  return wrap(text, width).map((line) => paint(line));
}

function plain(text: string): string {
  return text;
}

function placeWords({ path, line, column }: Place): string {
  return `${visible(path)}:${line}:${column}`;
}
