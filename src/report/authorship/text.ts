/** Authorship for people at a terminal: bars of added lines, coloured by who is claimed to have written them. */
import { Chalk, type ChalkInstance } from "chalk";
import type { HunkAttribution, Verdict } from "../../attribution/attribution.ts";
import type { LinesByVerdict } from "../../attribution/summary.ts";
import { version } from "../../version.ts";
import { cellsOf, columnsOf, slice, wrap } from "../columns.ts";
import { plural, thousands, verdictWords } from "../sections.ts";
import { visible } from "../visible.ts";
import { type AuthorshipReport, withoutAddresses } from "./authorship-report.ts";
import { dayOf } from "./json.ts";

/** Rows of a list; the other formats hold all of it. */
const ROWS = 12;
const MIN_WIDTH = 40;
const MAX_WIDTH = 110;
/** Columns of a name before a bar, and of the number after it. */
const NAME = 50;
const NUMBER = 9;

/** Told apart without colour too: darker is surer. */
const FILL: Readonly<Record<Verdict, string>> = {
  ai: "█",
  "likely-ai": "▓",
  mixed: "▒",
  "likely-human": "░",
  human: "=",
  unknown: "·",
  bot: "~",
  "not-applicable": " ",
};

type Paint = (text: string) => string;

export function authorshipText(
  report: AuthorshipReport,
  options: { readonly color: boolean; readonly width: number },
): string {
  const chalk = new Chalk({ level: options.color ? 1 : 0 });
  const paint = paints(chalk);
  const width = Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, Math.floor(options.width) || MIN_WIDTH));
  const bars = new Bars(width, paint);
  const { summary, months } = report;
  const blocks: string[][] = [
    wrap(`adr-scan ${version}: who wrote ${visible(report.subject)}`, width).map((line) =>
      chalk.dim(line),
    ),
  ];
  if (months === undefined) {
    blocks.push(answer(report, bars, chalk));
    if (summary.tools.length > 0)
      blocks.push(
        list(chalk.bold("By tool"), summary.tools, ({ key, lines, byVerdict }) =>
          bars.row(key.name, lines, byVerdict, summary.tools[0]!.lines),
        ),
      );
    if (summary.files.length > 1) blocks.push(fileList(report, bars, chalk));
    const told = report.hunks.filter(({ verdict }) => TOLD.includes(verdict));
    if (told.length > 0)
      blocks.push(list(chalk.bold("By hunk"), [...told].sort(largest), hunkRows(chalk)));
    if (summary.commits.length > 0)
      blocks.push(list(chalk.bold("By commit"), summary.commits, commitRows(report, bars, chalk)));
  } else {
    const most = Math.max(1, ...months.map(({ lines }) => lines));
    blocks.push([
      chalk.bold("Added lines by month"),
      ...months.map(({ month, commits, lines, byVerdict }) =>
        bars.row(`${month}  ${plural(commits, "commit")}`, lines, byVerdict, most),
      ),
    ]);
    blocks.push([
      legend(
        months.map(({ byVerdict }) => byVerdict),
        paint,
      ),
    ]);
  }
  if (report.notices.length > 0)
    blocks.push([
      chalk.bold("To know"),
      ...report.notices.flatMap((notice) =>
        wrap(visible(notice), width - 2).map((line, at) => `${at === 0 ? "- " : "  "}${line}`),
      ),
    ]);
  blocks.push(wrap(closing(report), width).map((line) => chalk.dim(line)));
  const lines = blocks.flatMap((block) => [...block, ""]).slice(0, -1);
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

function paints(chalk: ChalkInstance): Readonly<Record<Verdict, Paint>> {
  return {
    ai: chalk.magentaBright,
    "likely-ai": chalk.magenta,
    mixed: chalk.yellow,
    "likely-human": chalk.green,
    human: chalk.greenBright,
    unknown: chalk.gray,
    bot: chalk.blue,
    "not-applicable": chalk.gray,
  };
}

/** The whole change in one bar, and what its colours mean. */
function answer(
  { summary: { all, files } }: AuthorshipReport,
  bars: Bars,
  chalk: ChalkInstance,
): string[] {
  if (all.lines === 0) return ["No line was added."];
  const rows = [...all.byVerdict].map(([verdict, lines]) => {
    const share = `${Math.round((100 * lines) / all.lines)} %`;
    return `${bars.sample(verdict)} ${verdictWords[verdict].padEnd(20)} ${thousands(lines).padStart(NUMBER)}  ${share.padStart(5)}`;
  });
  return [
    chalk.bold(
      `${plural(all.lines, "added line")} in ${plural(all.hunks, "hunk")} of ${plural(files.length, "file")}`,
    ),
    bars.whole(all.byVerdict),
    "",
    ...rows,
  ];
}

/** Files that somebody wrote in, by their ends: the name matters more than the folder. */
function fileList(
  { summary: { files } }: AuthorshipReport,
  bars: Bars,
  chalk: ChalkInstance,
): string[] {
  const written = files.filter(({ byVerdict, lines }) => byVerdict.get("not-applicable") !== lines);
  const most = written[0]?.lines ?? 1;
  const left = files.length - written.length;
  return [
    ...list(chalk.bold("By file"), written, ({ key, lines, byVerdict }) =>
      bars.row(visible(key), lines, byVerdict, most, "end"),
    ),
    ...(left > 0
      ? [
          chalk.dim(
            `and ${plural(left, "file")} of no author: generated, vendored, moved or formatted`,
          ),
        ]
      : []),
  ];
}

/** Verdicts that say something about a hunk. */
const TOLD: readonly Verdict[] = ["ai", "likely-ai", "mixed", "likely-human", "human"];

const largest = (a: HunkAttribution, b: HunkAttribution): number =>
  b.hunk.headCount - a.hunk.headCount;

function hunkRows(chalk: ChalkInstance) {
  return ({ file, hunk, verdict, toolName, probability, evidence }: HunkAttribution): string[] => {
    const { headStart: first, headCount: count } = hunk;
    const lines = count === 1 ? String(first) : `${first}-${first + count - 1}`;
    const who = toolName === undefined ? "" : ` (${toolName})`;
    const estimate = probability === undefined ? "" : `, probability of AI ${probability}`;
    return [
      `${visible(file.path)}:${lines}  ${verdictWords[verdict]}${who}${estimate}`,
      ...evidence.map(({ claim, locus }) => chalk.dim(`  ${visible(claim)} (${visible(locus)})`)),
    ];
  };
}

function commitRows(report: AuthorshipReport, bars: Bars, chalk: ChalkInstance) {
  const most = Math.max(...report.summary.commits.map(({ lines }) => lines));
  return ({
    key,
    lines,
    byVerdict,
    claims,
  }: AuthorshipReport["summary"]["commits"][number]): string[] => {
    const subject = visible(withoutAddresses(key.message.split("\n", 1)[0]!, report));
    const who = report.showAuthors ? [`${key.author.name} <${key.author.email}>`] : [];
    return [
      bars.row(
        `${key.id.slice(0, 7)} ${dayOf(key.author.date)} ${subject}`,
        lines,
        byVerdict,
        most,
      ),
      ...[...who.map(visible), ...claims.map(visible)].map((line) => chalk.dim(`  ${line}`)),
    ];
  };
}

function list<T>(title: string, all: readonly T[], row: (item: T) => string | string[]): string[] {
  const shown = all.slice(0, ROWS).flatMap(row);
  const more = all.length - ROWS;
  return [title, ...shown, ...(more > 0 ? [`... and ${thousands(more)} more`] : [])];
}

function legend(all: readonly LinesByVerdict[], paint: Readonly<Record<Verdict, Paint>>): string {
  const seen = new Set(all.flatMap((byVerdict) => [...byVerdict.keys()]));
  return (Object.keys(FILL) as Verdict[])
    .filter((verdict) => seen.has(verdict) && verdict !== "not-applicable")
    .map((verdict) => `${paint[verdict](FILL[verdict].repeat(2))} ${verdictWords[verdict]}`)
    .join("   ");
}

function closing({ prior, calibration }: AuthorshipReport): string {
  const fitted =
    calibration === undefined
      ? "Its numbers are those adr-scan comes with, not fitted on this repository."
      : `Its numbers were fitted: ${calibration}.`;
  return `These are claims with evidence and no proof: what leaves no trace is unknown, and a trace can be forged or removed. ${fitted} Where nothing is known, AI authorship counts as ${prior} likely.`;
}

/** Draws lines by verdict as a bar. */
class Bars {
  readonly #width: number;
  readonly #paint: Readonly<Record<Verdict, Paint>>;

  constructor(width: number, paint: Readonly<Record<Verdict, Paint>>) {
    this.#width = width;
    this.#paint = paint;
  }

  /** A name, a bar as long as its share of `most`, and the number. */
  row(
    name: string,
    lines: number,
    byVerdict: LinesByVerdict,
    most: number,
    keep = "start",
  ): string {
    const columns = Math.min(NAME, Math.floor(this.#width / 2));
    const cells = cellsOf(name);
    const start = keep === "end" ? Math.max(0, columnsOf(name) - columns) : 0;
    const shown = slice(cells, start, columns);
    const room = this.#width - columns - NUMBER - 2;
    const length = Math.max(1, Math.round((room * lines) / Math.max(1, most)));
    const bar = this.#bar(byVerdict, length);
    return `${shown}${" ".repeat(Math.max(0, columns - columnsOf(shown)))}  ${thousands(lines).padStart(NUMBER - 2)}  ${bar}`;
  }

  whole(byVerdict: LinesByVerdict): string {
    return this.#bar(byVerdict, this.#width);
  }

  sample(verdict: Verdict): string {
    return this.#paint[verdict](FILL[verdict].repeat(2));
  }

  /** Whole columns by the largest remainder, so that they add up to the length. */
  #bar(byVerdict: LinesByVerdict, length: number): string {
    const all = [...byVerdict.values()].reduce((sum, lines) => sum + lines, 0);
    const parts = [...byVerdict].map(([verdict, lines]) => {
      const exact = (length * lines) / Math.max(1, all);
      return { verdict, columns: Math.floor(exact), rest: exact - Math.floor(exact) };
    });
    let left = length - parts.reduce((sum, { columns }) => sum + columns, 0);
    for (const part of [...parts].sort((a, b) => b.rest - a.rest)) if (left-- > 0) part.columns++;
    return parts
      .map(({ verdict, columns }) => this.#paint[verdict](FILL[verdict].repeat(columns)))
      .join("");
  }
}
