/** The report as Markdown for the summary of a CI job: a table to skim, and the details of each finding folded away. */
import type { Place } from "../findings/finding.ts";
import { codeFrame, type LineOf, linesOf } from "./code-frame.ts";
import { exampleOf } from "./example.ts";
import type { Notice, Report, ReportedFinding } from "./report.ts";
import {
  authorshipTotals,
  authorWords,
  byRisk,
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

/** GitHub refuses a job's summary that is larger. */
export const MAX_BYTES = 1024 * 1024;

/** Columns of a code block that a summary shows without scrolling. */
const FRAME_WIDTH = 100;
/** Names of files that were not analysed; the other reports hold all of them. */
const NAMED = 50;
/** Characters of one text; what is longer is no text for people. */
const MAX_TEXT = 2000;
/** Steps of a path; the other reports hold all of them. */
const STEPS_SHOWN = 50;
/** How much of the report the lists after the findings may take. */
const LISTS_SHARE = 0.25;
/** How much of the report the entries of the attack surface may take. */
const SURFACE_SHARE = 0.1;
/** Kept for what is said of the findings left out. */
const RESERVE = 512;

export function toMarkdown(report: Report): string {
  const lineOf = linesOf(report.source);
  const { main, touched, fixed, suppressed } = sectionsOf(report);
  const head = opening(report);
  const tail: string[] = surface(report);
  let listRoom = LISTS_SHARE * MAX_BYTES;
  for (const { title, items } of [
    { title: "Touched by this change, but older", items: touched.map(listItem) },
    { title: "Fixed by this change", items: fixed.map(listItem) },
    { title: "Accepted by a comment or the baseline", items: suppressed.map(listItem) },
    { title: "Notices", items: ownNotices(report).map(noticeItem) },
  ]) {
    if (items.length === 0) continue;
    const listed = withinRoom(items, listRoom);
    listRoom -= bytes(listed);
    tail.push(`### ${title}`, listed);
  }
  tail.push(closing(report));

  const entries = new Map(
    main.map((reported) => [
      reported,
      { row: row(reported, report.mode), details: details(reported, report.mode, lineOf) },
    ]),
  );
  let room = MAX_BYTES - RESERVE - bytes([...head, TABLE_HEAD, ...tail].join("\n\n"));
  const kept = new Set<ReportedFinding>();
  for (const reported of byRisk(main)) {
    const entry = entries.get(reported)!;
    // Two line ends around the details, one after the row.
    room -= bytes(entry.row) + bytes(entry.details) + 3;
    if (room < 0) break;
    kept.add(reported);
  }

  const shown = main.filter((reported) => kept.has(reported));
  const left = main.length - shown.length;
  const blocks = [
    ...head,
    ...(shown.length > 0
      ? [[TABLE_HEAD, ...shown.map((reported) => entries.get(reported)!.row)].join("\n")]
      : []),
    ...(left > 0
      ? [
          `**${plural(left, "finding")} of the lowest risk left out: the summary of a job is limited to 1 MiB.**`,
        ]
      : []),
    ...shown.map((reported) => entries.get(reported)!.details),
    ...tail,
  ];
  return `${blocks.join("\n\n")}\n`;
}

/** Counts and the first names of each kind in a table, and everything with its place folded away. */
function surface({ surface: entries }: Report): string[] {
  if (entries.length === 0) return [];
  const groups = surfaceGroups(entries);
  const rows = groups.map(
    (group) => `| ${group.title} | ${effectWords(group).map(escaped).join("<br>")} |`,
  );
  const items = groups.flatMap(({ title, entries: own }) =>
    own.map(
      (one) =>
        `- ${title}: ${entity(effectMarks[one.effect])} ${escaped(entryWords(one))} ${code(`${visible(one.at.path)}:${one.at.line}`)}`,
    ),
  );
  return [
    "### Attack surface",
    ["| What | Change |", "| --- | --- |", ...rows].join("\n"),
    [
      "<details>\n<summary>Each with its place</summary>",
      withinRoom(items, SURFACE_SHARE * MAX_BYTES),
      "</details>",
    ].join("\n\n"),
  ];
}

function opening(report: Report): string[] {
  const scanned = report.mode === "scan";
  const isClean = sectionsOf(report).main.length === 0 && whyNotClean(report) === undefined;
  const nothing = scanned
    ? "Nothing found."
    : "This change introduces nothing that adr-scan knows of.";
  const incomplete = incompleteWords(report);
  const warnings = [
    ...(report.notAnalysed.length > 0
      ? [`${notAnalysedWords(report)}: ${firstOf(report.notAnalysed.map(visible), NAMED)}`]
      : []),
    ...(incomplete === undefined ? [] : [incomplete]),
  ];
  return [
    `## adr-scan: ${isClean ? "clean" : `${tally(report)} - ${riskWords(report)}`}`,
    ...(isClean ? [nothing] : []),
    ...(warnings.length > 0
      ? [["> [!WARNING]", ...warnings.map((warning) => `> ${paragraph(warning)}`)].join("\n>\n")]
      : []),
    `${scanned ? "Scanned" : "Compared"}: ${escaped(report.subject)}`,
    ...(report.gate.failed ? [`Gate **failed** (fail-on ${escaped(report.gate.failOn)}).`] : []),
    ...[...report.gate.reasons, ...report.gate.reviews].map((sentence) => paragraph(sentence)),
  ];
}

const TABLE_HEAD =
  "| Risk | Severity | Finding | Place | Author |\n| ---: | --- | --- | --- | --- |";

function row(
  { finding, primary, risk, attribution }: ReportedFinding,
  mode: Report["mode"],
): string {
  const { severity, id } = finding.query;
  const cells = [
    String(Math.round(risk.score)),
    severity,
    `${code(id)} ${escaped(finding.message)}`,
    code(placeWords(primary)),
    escaped(authorWords(attribution, mode) ?? ""),
  ];
  return `| ${cells.join(" | ")} |`;
}

function details(reported: ReportedFinding, mode: Report["mode"], lineOf: LineOf): string {
  const { finding, primary, reason, attribution } = reported;
  const { query, flows, related, at } = finding;
  const blocks = [
    `<details>\n<summary>${escaped(query.severity)} ${code(query.id)} ${code(placeWords(primary))}</summary>`,
    paragraph(finding.message),
    ...frame(lineOf, primary),
  ];
  const atSink = at.path === primary.path && at.line === primary.line;
  const [steps = [], ...others] = flows;
  if (steps.length >= 2) {
    const more = others.length > 0 ? ` (and ${plural(others.length, "other path")})` : "";
    const listed = steps
      .slice(0, STEPS_SHOWN)
      .map(
        ({ place, note }, i) =>
          `${i + 1}. ${code(`${visible(place.path)}:${place.line}`)} ${escaped(note)}`,
      );
    const rest = steps.length - listed.length;
    if (rest > 0) listed.push(`${STEPS_SHOWN + 1}. ... and ${plural(rest, "more step")}`);
    blocks.push(`**Path**${more}`, listed.join("\n"));
  } else if (!atSink) {
    blocks.push(`Takes effect at ${code(placeWords(at))}`, ...frame(lineOf, at));
  }
  for (const { place, note } of related) {
    blocks.push(`**See** ${code(placeWords(place))} ${escaped(note)}`);
  }
  blocks.push(`**Why** ${escaped(query.why)}`, `**Fix** ${escaped(query.fix)}`);
  const example = exampleOf(query);
  if (example.length > 0)
    blocks.push(fenced(example.map(({ mark, text }) => `${mark} ${text}`).join("\n"), "diff"));
  const author = authorWords(attribution, mode);
  if (author !== undefined) {
    const evidence = attribution === undefined ? [] : evidenceWords(attribution);
    blocks.push(
      [`**Author** ${escaped(author)}`, ...evidence.map((claim) => `- ${escaped(claim)}`)].join(
        "\n",
      ),
    );
  }
  if (finding.doubts.length > 0) {
    blocks.push(
      `**Doubt** confidence is ${finding.confidence}: ${escaped(finding.doubts.join("; "))}`,
    );
  }
  if (reason !== "") blocks.push(`**Change** ${escaped(reason)}`);
  blocks.push(
    `**Risk** ${escaped(riskTerms(reported).join(" x "))}`,
    `**Id** ${code([finding.fingerprint, ...query.cwe].join(", "))}`,
    "</details>",
  );
  return blocks.join("\n\n");
}

function frame(lineOf: LineOf, place: Place): string[] {
  const lines = codeFrame(lineOf, place, FRAME_WIDTH);
  if (lines.length === 0) return [];
  const digits = String(place.line + 1).length;
  const text = lines.map(({ number, text, marked }) =>
    `${marked ? ">" : " "} ${String(number ?? "").padStart(digits)} | ${text}`.trimEnd(),
  );
  return [fenced(text.join("\n"))];
}

function listItem({ finding, primary, suppressed }: ReportedFinding): string {
  const { severity, id } = finding.query;
  const given = suppressed === undefined ? "" : ` Accepted: ${escaped(suppressed.reason)}`;
  return `- ${severity} ${code(id)} ${code(placeWords(primary))} ${escaped(finding.message)}${given}`;
}

function noticeItem(notice: Notice): string {
  const place = noticePlace(notice);
  const where = place === undefined ? "" : `${code(place)} `;
  return `- ${notice.level}: ${where}${escaped(notice.message)}`;
}

/** As many items as fit; the rest is counted. */
function withinRoom(items: readonly string[], room: number): string {
  const listed: string[] = [];
  let left = room;
  for (const item of items) {
    left -= bytes(item) + 1;
    if (left < 0) break;
    listed.push(item);
  }
  if (listed.length < items.length) listed.push(`- and ${items.length - listed.length} more`);
  return listed.join("\n");
}

function closing(report: Report): string {
  const authorship = authorshipTotals(report);
  return [
    `Looked at: ${escaped(coverageWords(report))}.`,
    ...(authorship === undefined ? [] : [`Authorship of ${escaped(authorship)}.`]),
  ].join(" ");
}

/** Text of unknown origin as text: no markup, no links, no mentions, on one line. */
function escaped(text: string): string {
  return (
    clipped(visible(text))
      .trim()
      .replace(/[&<>`*_{}[\]\\|~$]/g, entity)
      // A comment between keeps addresses, mentions and references to issues from becoming links.
      .replace(/@(?=\w)|#(?=\d+(?!\d*;))|:(?=\/\/)|\bwww(?=\.)|\bGH(?=-\d)/gi, "$&<!-- -->")
  );
}

/** `escaped`, where it is the first of a line and could start a list, a heading or a rule. */
function paragraph(text: string): string {
  return escaped(text).replace(/^[-+=#\d]/, entity);
}

function clipped(text: string): string {
  return text.length <= MAX_TEXT
    ? text
    : `${text.slice(0, MAX_TEXT).replace(/\p{Surrogate}$/u, "")}...`;
}

function entity(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}

function code(text: string): string {
  return `<code>${escaped(text)}</code>`;
}

/** In a fence that is longer than any within; every line made visible, so that none ends the block or hides. */
function fenced(text: string, language = ""): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const lines = text.trimEnd().split(/\r\n|\n|\r/);
  return [
    fence + language,
    ...lines.map((line) => visible(line.replaceAll("\t", "  "))),
    fence,
  ].join("\n");
}

function placeWords({ path, line, column }: Place): string {
  return `${visible(path)}:${line}:${column}`;
}

function bytes(text: string): number {
  return Buffer.byteLength(text, "utf8");
}
