/** SARIF 2.1.0 as GitHub code scanning accepts it: its limits are kept by leaving out the lowest risk first, and saying so. */
import { gzipSync } from "node:zlib";
import type {
  CodeFlow,
  Location,
  Log,
  Notification,
  PhysicalLocation,
  Region,
  ReportingDescriptor,
  Result,
  ToolComponent,
} from "sarif";
import { evidenceRecord, type HunkAttribution } from "../attribution/attribution.ts";
import type { Place, QueryInfo, Relevance, Severity, Step } from "../findings/finding.ts";
import { type LineOf, linesOf } from "./code-frame.ts";
import { lineHashes } from "./line-hash.ts";
import type { Notice, Report, ReportedFinding } from "./report.ts";
import { surfaceResults, surfaceRules } from "./sarif-surface.ts";
import { byRisk, ownNotices, plural, sectionsOf } from "./sections.ts";
import { visible } from "./visible.ts";

export interface SarifOptions {
  /** In a diff, also results that the change does not answer for: touched, unrelated, fixed and suppressed ones. */
  readonly all: boolean;
}

const SCHEMA =
  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/** GitHub shows no more results of an upload than this. */
export const MAX_RESULTS = 5000;
/** GitHub shows no more steps of a result than this, over all its flows. */
export const MAX_STEPS = 1000;
/** GitHub shows no more locations of a result than this. */
export const MAX_LOCATIONS = 100;
/** GitHub shows no more tags of a rule than this. */
export const MAX_TAGS = 10;
/** GitHub refuses an upload that is larger when compressed; a little is kept for another compressor's habits. */
export const MAX_COMPRESSED = 9_500_000;
/** GitHub cuts descriptions of rules here. */
const MAX_DESCRIPTION = 1024;
/** More notifications about files that were not analysed are counted in one. */
const MAX_NOT_ANALYSED = 1000;

const AUTHORSHIP =
  "Where a result states aiAuthorship, that is the probability that an AI tool wrote this hunk under the stated prior; not proof.";

const levels: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
};

/** GitHub's thresholds: above 9.0 critical, from 7.0 high, from 4.0 medium. */
const securitySeverities: Readonly<Record<Severity, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "2.5",
};

const baselineStates: Readonly<Record<Relevance, "new" | "updated" | "unchanged" | "absent">> = {
  introduced: "new",
  touched: "updated",
  unrelated: "unchanged",
  fixed: "absent",
};

/** The log as text, small enough for an upload. The same report gives the same bytes. */
export function sarifText(report: Report, options: SarifOptions): string {
  let limit = MAX_RESULTS;
  let text = stringify(logOf(report, options, limit));
  const all = selected(report, options).length;
  while (limit > 0 && compressedSize(text) > MAX_COMPRESSED) {
    // Results differ in size, so the share that fits is only a guess; halving at worst, it ends soon.
    const share = MAX_COMPRESSED / compressedSize(text);
    const count = Math.min(limit, all);
    limit = Math.min(Math.floor(count * share * 0.95), count - 1);
    text = stringify(logOf(report, options, limit));
  }
  return text;
}

export function toSarif(report: Report, options: SarifOptions): Log {
  return logOf(report, options, MAX_RESULTS);
}

function stringify(log: Log): string {
  return `${JSON.stringify(log, null, 2)}\n`;
}

function compressedSize(text: string): number {
  // What is small when plain is not larger when compressed; the usual report is spared the work.
  return text.length * 3 <= MAX_COMPRESSED ? 0 : gzipSync(text).length;
}

function logOf(report: Report, options: SarifOptions, limit: number): Log {
  const wanted = selected(report, options);
  const kept = new Set(byRisk(wanted).slice(0, limit));
  const findings = wanted.filter((reported) => kept.has(reported));

  const queries = [...new Map(findings.map(({ finding }) => [finding.query.id, finding.query]))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, query]) => query);
  const cwes = [...new Set(queries.flatMap(({ cwe }) => cwe))].sort(byCweNumber);
  const lineOf = linesOf(report.source);
  const hashOf = hashesOf(report.source);
  const statesSuppression = findings.some(({ suppressed }) => suppressed !== undefined);
  const cuts = { results: wanted.length - findings.length, flows: 0, locations: 0 };

  const results = findings.map((reported): Result => {
    const { finding, primary, relevance, risk, suppressed } = reported;
    const flows = withinSteps(finding.flows);
    if (flows.cut) cuts.flows++;
    const related = relatedLocations(reported, lineOf);
    if (related.length > MAX_LOCATIONS) cuts.locations++;
    const hash = relevance === "fixed" ? undefined : hashOf(primary);
    return {
      ruleId: finding.query.id,
      ruleIndex: queries.findIndex(({ id }) => id === finding.query.id),
      level: levels[finding.query.severity],
      message: { text: plainMessage(finding.message) },
      locations: [{ physicalLocation: physical(oneLine(primary, lineOf)) }],
      ...(related.length > 0 ? { relatedLocations: related.slice(0, MAX_LOCATIONS) } : {}),
      ...(flows.flows.length > 0 ? { codeFlows: flows.flows.map(codeFlow) } : {}),
      partialFingerprints: {
        ...(hash === undefined ? {} : { primaryLocationLineHash: hash }),
        "adrFlow/v1": finding.fingerprint,
      },
      ...(report.mode === "diff" ? { baselineState: baselineStates[relevance] } : {}),
      ...(statesSuppression ? { suppressions: suppressionsOf(suppressed) } : {}),
      rank: risk.score,
      properties: {
        confidence: finding.confidence,
        doubts: finding.doubts,
        exposure: finding.exposure,
        ...(report.mode === "diff" ? { relevance, reason: reported.reason } : {}),
        ...(reported.isRegression ? { regression: true } : {}),
        ...(reported.cloneOf === undefined ? {} : { cloneOf: reported.cloneOf }),
        symbol: finding.symbol,
        sourceKind: finding.sourceKind,
        sinkKind: finding.sinkKind,
        risk: { score: risk.score, factors: risk.factors },
        ...(reported.attribution ? { aiAuthorship: aiAuthorship(reported.attribution) } : {}),
      },
    };
  });

  const surface = options.all ? report.surface.slice(0, limit - results.length) : [];
  const told = surfaceRules(surface);
  results.push(
    ...surfaceResults(surface, queries.length, told, statesSuppression, (place) =>
      physical(oneLine(place, lineOf)),
    ),
  );
  const { descriptors, notifications } = notificationsOf(report, cuts);
  return {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: report.tool.name,
            version: report.tool.version,
            semanticVersion: report.tool.version,
            rules: [...queries.map((query) => rule(query, cwes)), ...told],
            ...(descriptors.length > 0 ? { notifications: descriptors } : {}),
            ...(cwes.length > 0 ? { supportedTaxonomies: [{ name: "CWE", index: 0 }] } : {}),
          },
        },
        automationDetails: { id: "adr-scan/" },
        originalUriBaseIds: {
          "%SRCROOT%": { description: { text: "The root of the scanned tree." } },
        },
        columnKind: "utf16CodeUnits",
        // The run did what it was asked; what it could not analyse is in the notifications and in `incomplete`.
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications }],
        results,
        ...(cwes.length > 0 ? { taxonomies: [taxonomy(cwes)] } : {}),
        properties: runProperties(report),
      },
    ],
  };
}

/** A result of its own: pasted code is annotated, and closed, where it stands. */
interface Selected extends ReportedFinding {
  /** Fingerprint of the finding that stands for it in other reports. */
  readonly cloneOf: string | undefined;
}

function selected(report: Report, { all }: SarifOptions): readonly Selected[] {
  const chosen = all ? report.findings : sectionsOf(report).main;
  return chosen.flatMap((reported): Selected[] => {
    const { finding, clones } = reported;
    const isClone = ({ place }: Step): boolean =>
      clones.some((clone) => clone.finding.at === place);
    const related = finding.related.filter((step) => !isClone(step));
    return [
      { ...reported, finding: { ...finding, related }, cloneOf: undefined },
      ...clones.map((clone) => ({ ...clone, cloneOf: finding.fingerprint })),
    ];
  });
}

function runProperties(report: Report) {
  const { main, touched, fixed, unrelated, suppressed } = sectionsOf(report);
  const verdicts = [...new Set(report.hunks.map(({ verdict }) => verdict))].sort();
  return {
    mode: report.mode,
    subject: report.subject,
    baseCommit: report.baseCommit ?? null,
    headCommit: report.headCommit ?? null,
    risk: report.assessment,
    counts: report.counts,
    findings: {
      [report.mode === "diff" ? "introduced" : "found"]: main.length,
      touched: touched.length,
      fixed: fixed.length,
      unrelated: unrelated.length,
      suppressed: suppressed.length,
    },
    attribution: Object.fromEntries(
      verdicts.map((name) => [name, report.hunks.filter(({ verdict }) => verdict === name).length]),
    ),
    gate: report.gate,
    incomplete: report.incomplete,
    notAnalysed: report.notAnalysed.length,
  };
}

// Rules

function rule(query: QueryInfo, cwes: readonly string[]): ReportingDescriptor {
  const { severity } = query;
  const tags = ["security", ...query.cwe.map((cwe) => `external/cwe/cwe-${cweNumber(cwe)}`)];
  return {
    id: query.id,
    name: shortened(query.name, 255),
    shortDescription: { text: shortened(query.name, MAX_DESCRIPTION) },
    fullDescription: { text: shortened(query.why, MAX_DESCRIPTION) },
    help: { text: helpText(query), markdown: helpMarkdown(query) },
    defaultConfiguration: { level: levels[severity] },
    ...(query.cwe.length > 0
      ? {
          relationships: query.cwe.map((cwe) => ({
            target: {
              id: cwe,
              index: cwes.indexOf(cwe),
              toolComponent: { name: "CWE", index: 0 },
            },
            kinds: ["superset"],
          })),
        }
      : {}),
    properties: {
      tags: tags.slice(0, MAX_TAGS),
      precision: query.precision,
      "security-severity": securitySeverities[severity],
      "problem.severity": levels[severity] === "note" ? "recommendation" : levels[severity],
    },
  };
}

function helpText({ why, fix, bad, good }: QueryInfo): string {
  return [
    why,
    `To fix it: ${fix}`,
    ...(bad === undefined ? [] : [`Bad:\n${bad.trimEnd()}`]),
    ...(good === undefined ? [] : [`Good:\n${good.trimEnd()}`]),
    AUTHORSHIP,
  ].join("\n\n");
}

function helpMarkdown({ name, why, fix, bad, good }: QueryInfo): string {
  const example = (title: string, code: string | undefined) =>
    code === undefined ? [] : [`## ${title}`, fenced(code)];
  return [
    `# ${name}`,
    why,
    "## How to fix it",
    fix,
    ...example("Bad", bad),
    ...example("Good", good),
    `*${AUTHORSHIP}*`,
  ].join("\n\n");
}

/** In a fence that is longer than any within. */
function fenced(code: string): string {
  const longest = Math.max(2, ...(code.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${code.trimEnd()}\n${fence}`;
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${wellFormed(text.slice(0, length - 3))}...`;
}

function taxonomy(cwes: readonly string[]): ToolComponent {
  return {
    name: "CWE",
    organization: "MITRE",
    shortDescription: { text: "The MITRE Common Weakness Enumeration" },
    informationUri: "https://cwe.mitre.org/",
    taxa: cwes.map((id) => ({ id })),
  };
}

/** `CWE-89` to `089`, as code scanning's tags spell it. */
function cweNumber(cwe: string): string {
  return cwe.replace(/^CWE-/i, "").padStart(3, "0");
}

function byCweNumber(a: string, b: string): number {
  return cweNumber(a).localeCompare(cweNumber(b), "en", { numeric: true });
}

// Places

/** Percent-encoded a segment at a time; bytes that were no text in the path are no text here either. */
export function uriOf(path: string): string {
  return wellFormed(path).split("/").map(encodeURIComponent).join("/");
}

function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}

function physical({ path, line, column, endLine, endColumn }: Place): PhysicalLocation {
  const region: Region = { startLine: line, startColumn: column, endLine, endColumn };
  return { artifactLocation: { uri: uriOf(path), uriBaseId: "%SRCROOT%" }, region };
}

/**
 * Code scanning places an alert by its first line alone, and a region of one line is what it shows best. A place
 * without a width, beside which something was deleted, becomes the rest of its line.
 */
function oneLine(place: Place, lineOf: LineOf): Place {
  if (place.endLine === place.line && place.endColumn > place.column) return place;
  const text = lineOf(place.path, place.line);
  const end = text === undefined ? place.column : text.length;
  return { ...place, endLine: place.line, endColumn: Math.max(end, place.column) + 1 };
}

function relatedLocations({ finding, primary }: ReportedFinding, lineOf: LineOf): Location[] {
  const { at, related } = finding;
  const elsewhere = at.path !== primary.path || at.line !== primary.line;
  const sink: readonly Step[] = elsewhere ? [{ place: at, note: "where it takes effect" }] : [];
  return [...sink, ...related].map(({ place, note }, i) => ({
    id: i + 1,
    physicalLocation: physical(oneLine(place, lineOf)),
    message: { text: plainMessage(note) },
  }));
}

/** The flows that fit into the steps a result may have; a single flow that does not keeps its ends. */
function withinSteps(flows: readonly (readonly Step[])[]): {
  flows: readonly (readonly Step[])[];
  cut: boolean;
} {
  const fitting: (readonly Step[])[] = [];
  let room = MAX_STEPS;
  for (const flow of flows) {
    if (flow.length <= room) {
      fitting.push(flow);
      room -= flow.length;
    } else if (fitting.length === 0) {
      const half = room / 2;
      fitting.push([...flow.slice(0, half), ...flow.slice(flow.length - half)]);
      room = 0;
    }
  }
  const before = flows.reduce((sum, flow) => sum + flow.length, 0);
  const after = fitting.reduce((sum, flow) => sum + flow.length, 0);
  return { flows: fitting, cut: after < before };
}

function codeFlow(steps: readonly Step[]): CodeFlow {
  const locations = steps.map(({ place, note }) => ({
    location: { physicalLocation: physical(place), message: { text: plainMessage(note) } },
  }));
  return { threadFlows: [{ locations }] };
}

/** Brackets that could be read as a link are escaped as SARIF demands; nothing in the text is hidden. */
function plainMessage(text: string): string {
  const shown = visible(text);
  return shown.includes("](") ? shown.replace(/[\\[\]]/g, "\\$&") : shown;
}

/** Hash of the line a place starts on, each file hashed at most once. */
function hashesOf(source: Report["source"]): (place: Place) => string | undefined {
  const files = new Map<string, readonly string[]>();
  return ({ path, line }) => {
    let hashes = files.get(path);
    if (hashes === undefined) {
      const text = source(path);
      hashes = text === undefined ? [] : lineHashes(text);
      files.set(path, hashes);
    }
    return hashes[line - 1];
  };
}

// What is said of a result

function suppressionsOf(by: ReportedFinding["suppressed"]): Result["suppressions"] & {} {
  if (by === undefined) return [];
  const kind = by.kind === "comment" ? "inSource" : "external";
  return [{ kind, status: "accepted", justification: visible(by.reason) }];
}

function aiAuthorship({ verdict, probability, calibrated, tool, evidence }: HunkAttribution) {
  return {
    verdict,
    probability: probability ?? null,
    calibrated,
    tool: tool ?? null,
    evidence: evidence.map(evidenceRecord),
  };
}

// Notifications

function notificationsOf(
  report: Report,
  cuts: { readonly results: number; readonly flows: number; readonly locations: number },
): { descriptors: ReportingDescriptor[]; notifications: Notification[] } {
  const truncated = (message: string): Notice => ({
    level: "warning",
    kind: "truncated",
    message,
    path: undefined,
    line: undefined,
  });
  const unseen = report.notAnalysed.slice(0, MAX_NOT_ANALYSED);
  const more = report.notAnalysed.length - unseen.length;
  const notAnalysed = (message: string, path: string | undefined): Notice => ({
    level: "warning",
    kind: "not-analysed",
    message,
    path,
    line: undefined,
  });
  const notices: readonly Notice[] = [
    ...(cuts.results > 0
      ? [
          truncated(
            `${plural(cuts.results, "result")} of the lowest risk left out to keep within the limits of code scanning.`,
          ),
        ]
      : []),
    ...(cuts.flows > 0
      ? [
          truncated(
            `Paths of ${plural(cuts.flows, "result")} shortened to ${MAX_STEPS} steps a result.`,
          ),
        ]
      : []),
    ...(cuts.locations > 0
      ? [
          truncated(
            `Related locations of ${plural(cuts.locations, "result")} cut to ${MAX_LOCATIONS}.`,
          ),
        ]
      : []),
    ...unseen.map((path) =>
      notAnalysed(
        `${visible(path)} was not analysed: its language is not known to adr-scan.`,
        path,
      ),
    ),
    ...(more > 0 ? [notAnalysed(`${plural(more, "further file")} not analysed.`, undefined)] : []),
    ...ownNotices(report),
  ];
  const kinds = [...new Set(notices.map(({ kind }) => kind))].sort();
  return {
    descriptors: kinds.map((id) => ({ id })),
    notifications: notices.map(({ level, kind, message, path, line }) => ({
      descriptor: { id: kind, index: kinds.indexOf(kind) },
      level,
      message: { text: plainMessage(message) },
      ...(path === undefined
        ? {}
        : {
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: uriOf(path), uriBaseId: "%SRCROOT%" },
                  ...(line === undefined ? {} : { region: { startLine: line } }),
                },
              },
            ],
          }),
    })),
  };
}
