/** The JSON Schema of the JSON report, version 1. */
import { tiers, verdicts } from "../attribution/attribution.ts";
import { confidences, personas, severities } from "../findings/finding.ts";
import { riskLevels } from "../risk/score.ts";
import { surfaceEffects, surfaceKinds } from "../surface/surface.ts";

type Schema = Readonly<Record<string, unknown>>;

const string: Schema = { type: "string" };
const boolean: Schema = { type: "boolean" };
const count: Schema = { type: "integer", minimum: 0 };
const position: Schema = { type: "integer", minimum: 1 };
const score: Schema = { type: "number", minimum: 0, maximum: 100 };
const share: Schema = { type: "number", minimum: 0, maximum: 1 };
const strings = listOf(string);
const severity = oneOf(severities);
const relevance = oneOf(["introduced", "touched", "unrelated", "fixed"]);

const place = record({
  path: string,
  line: position,
  column: position,
  endLine: position,
  endColumn: position,
});

const step = record({ place: ref("place"), note: string, code: orNull(string) });

const query = record({
  id: string,
  name: string,
  cwe: strings,
  severity,
  precision: oneOf(confidences),
  persona: oneOf(personas),
  why: string,
  fix: string,
  good: orNull(string),
  bad: orNull(string),
});

const evidence = record({
  tier: oneOf(tiers),
  rule: string,
  class: oneOf(["A", "B", "C", "D"]),
  tool: orNull(string),
  model: orNull(string),
  locus: string,
  claim: string,
});

const hunk = record({
  path: string,
  status: oneOf(["added", "deleted", "modified", "renamed", "copied", "mode", "type"]),
  baseStart: count,
  baseCount: count,
  headStart: count,
  headCount: count,
  verdict: oneOf(verdicts),
  probability: orNull(share),
  calibrated: boolean,
  tool: orNull(string),
  evidence: listOf(ref("evidence")),
});

const finding = record({
  query: string,
  severity,
  relevance,
  reason: string,
  primary: ref("place"),
  message: string,
  at: ref("place"),
  sourceKind: string,
  sinkKind: string,
  symbol: string,
  flows: listOf(listOf(ref("step"))),
  related: listOf(ref("step")),
  guards: listOf(record({ text: string, place: ref("place") })),
  confidence: oneOf(confidences),
  doubts: strings,
  exposure: oneOf(["unauthenticated", "entry", "library", "none"]),
  fingerprint: string,
  source: orNull(ref("place")),
  risk: record({
    score,
    factors: listOf(
      record({
        name: oneOf(["severity", "confidence", "exposure", "attribution", "relevance"]),
        value: string,
        weight: share,
      }),
    ),
  }),
  attribution: orNull(ref("hunk")),
  suppressed: orNull(record({ by: oneOf(["comment", "baseline"]), reason: string })),
  regression: boolean,
  clones: listOf(record({ at: ref("place"), symbol: string, fingerprint: string })),
});

export const jsonSchema: Schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "adr-scan report, version 1",
  ...record({
    schemaVersion: { const: 1 },
    tool: record({ name: { const: "adr-scan" }, version: string }),
    mode: oneOf(["diff", "scan"]),
    subject: string,
    baseCommit: orNull(string),
    headCommit: orNull(string),
    gate: record({ failOn: string, failed: boolean, reasons: strings, reviews: strings }),
    incomplete: boolean,
    risk: record({ score, level: oneOf(riskLevels), explanation: strings }),
    totals: record({
      reported: count,
      touched: count,
      fixed: count,
      unrelated: count,
      suppressed: count,
    }),
    counts: record({
      changedFiles: count,
      analysedFiles: count,
      leftOut: { type: "object", additionalProperties: count },
      functionsAnalysed: count,
    }),
    notAnalysed: strings,
    notices: listOf(
      record({
        level: oneOf(["note", "warning", "error"]),
        kind: string,
        message: string,
        path: orNull(string),
        line: orNull(position),
      }),
    ),
    queries: listOf(query),
    findings: listOf(finding),
    hunks: listOf(ref("hunk")),
    surface: listOf(
      record({
        kind: oneOf(surfaceKinds),
        effect: oneOf(surfaceEffects),
        name: string,
        detail: string,
        grows: boolean,
        at: ref("place"),
      }),
    ),
  }),
  $defs: { place, step, evidence, hunk },
};

/** Every field is always there. Fields may be added within a version, so readers are to ignore what they do not know. */
function record(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: "object", properties, required: Object.keys(properties) };
}

function listOf(items: Schema): Schema {
  return { type: "array", items };
}

function oneOf(values: readonly string[]): Schema {
  return { enum: values };
}

function orNull(schema: Schema): Schema {
  return { anyOf: [schema, { type: "null" }] };
}

function ref(name: string): Schema {
  return { $ref: `#/$defs/${name}` };
}
