/** The whole story of one finding, or of one query, as text for a terminal. */
import { wrap } from "./columns.ts";
import type { ToldFinding, ToldQuery, ToldReport } from "./told-report.ts";
import { visible } from "./visible.ts";

/** The widest that prose is easy to read. */
const WIDTH = 100;
const INDENT = 4;

type Place = ToldFinding["at"];

export function explainFinding(
  finding: ToldFinding,
  query: ToldQuery | undefined,
  report: ToldReport,
): string {
  const { relevance, reason, primary, at, symbol, flows, related, guards, risk } = finding;
  const [flow = [], ...others] = flows;
  const where = symbol === "" ? words(at) : `${words(at)}, in ${symbol}`;
  return text([
    [`${finding.query}: ${query?.name ?? ""}`, finding.message],
    ["Where", where, ...(same(primary, at) ? [] : [`shown at ${words(primary)}`])],
    [
      "Why it counts",
      `${relevance}${reason === "" ? "" : `: ${reason}`} (${report.subject})`,
      ...(finding.regression ? ["a regression: the baseline remembers that it was fixed"] : []),
      ...(finding.suppressed
        ? [`accepted by ${finding.suppressed.by}: ${finding.suppressed.reason}`]
        : []),
    ],
    flow.length === 0 ? [] : ["The flow, from source to sink", ...flow.map(stepWords)],
    others.length === 0 ? [] : [`${others.length} more to the same place`, ...others.map(ends)],
    related.length === 0 ? [] : ["See also", ...related.map(stepWords)],
    [
      "Guards considered",
      ...(guards.length === 0 && finding.doubts.length === 0
        ? ["none stands on the way"]
        : guards.map(
            ({ text, place }) =>
              `${text} (${words(place)}): on the way, and does not make the data harmless here`,
          )),
      ...finding.doubts.map((doubt) => `confidence is ${finding.confidence}, for ${doubt}`),
    ],
    ["Who wrote it", ...authorship(finding.attribution)],
    [
      `Risk ${risk.score}`,
      `100 x ${risk.factors.map(({ weight }) => weight).join(" x ")} = ${risk.score}`,
      ...risk.factors.map(({ name, value, weight }) => `${name}: ${value} = ${weight}`),
    ],
    query === undefined ? [] : ["Why it matters", query.why],
    ["What to do", ...runbook(finding, query, report.mode)],
    query?.good ? ["As it should be", query.good.trimEnd()] : [],
    [`Id ${finding.fingerprint}`, ...(query?.cwe ?? [])],
  ]);
}

export function explainQuery(query: ToldQuery, report: ToldReport | undefined): string {
  const found = report?.findings.filter((finding) => finding.query === query.id) ?? [];
  return text([
    [`${query.id}: ${query.name}`, query.cwe.join(", ")],
    [
      "What it weighs",
      `severity ${query.severity}: the impact of a true finding`,
      `precision ${query.precision}: how many of its findings are expected to be true`,
      `persona ${query.persona}: whom it is shown to`,
    ],
    ["Why it matters", query.why],
    ["How to fix it", query.fix],
    query.bad ? ["Bad", query.bad.trimEnd()] : [],
    query.good ? ["Good", query.good.trimEnd()] : [],
    report === undefined
      ? []
      : [
          `In the last report (${report.subject})`,
          ...(found.length === 0
            ? ["nothing of it"]
            : found.map(
                ({ fingerprint, at, message }) =>
                  `${fingerprint.slice(0, 12)} ${words(at)} ${message}`,
              )),
        ],
  ]);
}

function runbook(
  { query, at, primary, fingerprint, related }: ToldFinding,
  told: ToldQuery | undefined,
  mode: ToldReport["mode"],
): string[] {
  const change = same(primary, at) ? words(at) : `${words(primary)} (which opens ${words(at)})`;
  const places = related.length === 0 ? "" : `, and look at the ${related.length} related places`;
  const again = mode === "diff" ? "adr-scan diff" : "adr-scan scan";
  return [
    `1. Change ${change}${places}. ${told?.fix ?? ""}`,
    "2. Write a test that fails without the change: the input that would have done harm is refused or does none.",
    `3. Run \`${again}\` again. ${fingerprint.slice(0, 12)} must be gone, with no ${query} elsewhere, nothing silenced and no guard removed.`,
  ];
}

function authorship(attribution: ToldFinding["attribution"]): string[] {
  if (attribution === null) return ["unknown: it is on no changed line"];
  const { verdict, probability, tool, evidence } = attribution;
  const by = tool === null ? "" : ` (${tool})`;
  const estimate = probability === null ? "" : `, probability of AI ${probability}, not proof`;
  return [
    `${verdict}${by}${estimate}`,
    ...evidence.map(({ claim, locus, rule }) => `- ${claim} (${locus}, rule ${rule})`),
  ];
}

function stepWords({ place, note, code }: ToldFinding["related"][number]): string {
  const line = code === null || code.trim() === "" ? "" : `\n    ${code.trim()}`;
  return `${words(place)}  ${note}${line}`;
}

const ends = (flow: ToldFinding["flows"][number]): string =>
  `from ${words(flow[0]!.place)} in ${flow.length} steps`;

const same = (a: Place, b: Place): boolean => a.path === b.path && a.line === b.line;

const words = ({ path, line, column }: Place): string => `${path}:${line}:${column}`;

/** Sections of a title and its paragraphs; lines of code within a paragraph keep their indentation. */
function text(sections: readonly (readonly string[])[]): string {
  const blocks = sections
    .filter((section) => section.length > 0)
    .map(([title = "", ...paragraphs]) =>
      [visible(title), ...paragraphs.filter((one) => one !== "").flatMap(indented)].join("\n"),
    );
  return `${blocks.join("\n\n")}\n`;
}

function indented(paragraph: string): string[] {
  return paragraph.split(/\r\n|\n|\r/).flatMap((line) => {
    const [, indent = "", rest = ""] = /^(\s*)(.*)$/s.exec(line.replaceAll("\t", "  ")) ?? [];
    return wrap(visible(rest), WIDTH - INDENT - indent.length).map(
      (one) => " ".repeat(INDENT) + indent + one,
    );
  });
}
