/** The report as JSON for other programs: versioned, explained in docs/reports.md, described by json-schema.ts. */
import { evidenceRecord, type HunkAttribution } from "../attribution/attribution.ts";
import type { Finding, Place, Step } from "../findings/finding.ts";
import { type LineOf, linesOf } from "./code-frame.ts";
import type { Report, ReportedFinding } from "./report.ts";
import { sectionsOf } from "./sections.ts";

/** Rises when a field goes or changes its meaning; a new field does not raise it. */
export const SCHEMA_VERSION = 1;

export function toJson(report: Report): string {
  return `${JSON.stringify(jsonOf(report), null, 2)}\n`;
}

function jsonOf(report: Report) {
  const { main, touched, fixed, unrelated, suppressed } = sectionsOf(report);
  const lineOf = linesOf(report.source);
  const queries = [
    ...new Map(report.findings.map(({ finding }) => [finding.query.id, finding.query])).values(),
  ].sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: report.tool,
    mode: report.mode,
    subject: report.subject,
    baseCommit: report.baseCommit ?? null,
    headCommit: report.headCommit ?? null,
    gate: report.gate,
    incomplete: report.incomplete,
    risk: report.assessment,
    totals: {
      reported: main.length,
      touched: touched.length,
      fixed: fixed.length,
      unrelated: unrelated.length,
      suppressed: suppressed.length,
    },
    counts: report.counts,
    notAnalysed: report.notAnalysed,
    notices: report.notices.map(({ level, kind, message, path, line }) => ({
      level,
      kind,
      message,
      path: path ?? null,
      line: line ?? null,
    })),
    queries: queries.map((query) => ({
      id: query.id,
      name: query.name,
      cwe: query.cwe,
      severity: query.severity,
      precision: query.precision,
      persona: query.persona,
      why: query.why,
      fix: query.fix,
      good: query.good ?? null,
      bad: query.bad ?? null,
    })),
    findings: report.findings.map((one) => findingJson(one, lineOf)),
    hunks: report.hunks.map(hunkJson),
    surface: report.surface.map(({ kind, effect, name, detail, grows, at }) => ({
      kind,
      effect,
      name,
      detail,
      grows,
      at,
    })),
  };
}

function findingJson(
  {
    finding,
    relevance,
    reason,
    primary,
    risk,
    attribution,
    suppressed,
    isRegression,
    clones,
  }: ReportedFinding,
  lineOf: LineOf,
) {
  // What is fixed stands in no text of head.
  const codeAt = ({ path, line }: Place) =>
    relevance === "fixed" ? null : (lineOf(path, line) ?? null);
  const stepJson = ({ place, note }: Step) => ({ place, note, code: codeAt(place) });
  const { query, source, ...rest } = finding;
  // Spelt out, so that a new field of the record does not reach the format unseen.
  const told: Omit<Finding, "query" | "source" | "flows" | "related" | "passes"> = {
    message: rest.message,
    at: rest.at,
    sourceKind: rest.sourceKind,
    sinkKind: rest.sinkKind,
    symbol: rest.symbol,
    guards: rest.guards.map(({ text, place }) => ({ text, place })),
    confidence: rest.confidence,
    doubts: rest.doubts,
    exposure: rest.exposure,
    fingerprint: rest.fingerprint,
  };
  return {
    query: query.id,
    severity: query.severity,
    relevance,
    reason,
    primary,
    ...told,
    flows: rest.flows.map((flow) => flow.map(stepJson)),
    related: rest.related.map(stepJson),
    source: source ?? null,
    risk,
    attribution: attribution === undefined ? null : hunkJson(attribution),
    suppressed:
      suppressed === undefined ? null : { by: suppressed.kind, reason: suppressed.reason },
    regression: isRegression,
    clones: clones.map(({ finding: { at, symbol, fingerprint } }) => ({ at, symbol, fingerprint })),
  };
}

function hunkJson({
  file,
  hunk,
  verdict,
  probability,
  calibrated,
  tool,
  evidence,
}: HunkAttribution) {
  return {
    path: file.path,
    status: file.status,
    baseStart: hunk.baseStart,
    baseCount: hunk.baseCount,
    headStart: hunk.headStart,
    headCount: hunk.headCount,
    verdict,
    probability: probability ?? null,
    calibrated,
    tool: tool ?? null,
    evidence: evidence.map(evidenceRecord),
  };
}
