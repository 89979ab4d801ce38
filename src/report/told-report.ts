/** A JSON report read back: as much of it as `explain` tells, checked, since any program may have written it. */
import { z } from "zod";
import { confidences, severities } from "../findings/finding.ts";

const Place = z.object({ path: z.string(), line: z.number(), column: z.number() });
const Step = z.object({ place: Place, note: z.string(), code: z.string().nullable() });
const Attribution = z.object({
  verdict: z.string(),
  probability: z.number().nullable(),
  tool: z.string().nullable(),
  evidence: z.array(z.object({ claim: z.string(), locus: z.string(), rule: z.string() })),
});

export const ToldFinding = z.object({
  query: z.string(),
  severity: z.enum(severities),
  relevance: z.enum(["introduced", "touched", "unrelated", "fixed"]),
  reason: z.string(),
  primary: Place,
  message: z.string(),
  at: Place,
  symbol: z.string(),
  flows: z.array(z.array(Step)),
  related: z.array(Step),
  guards: z.array(z.object({ text: z.string(), place: Place })),
  confidence: z.enum(confidences),
  doubts: z.array(z.string()),
  fingerprint: z.string(),
  risk: z.object({
    score: z.number(),
    factors: z.array(z.object({ name: z.string(), value: z.string(), weight: z.number() })),
  }),
  attribution: Attribution.nullable(),
  suppressed: z.object({ by: z.string(), reason: z.string() }).nullable(),
  regression: z.boolean(),
});
export type ToldFinding = z.infer<typeof ToldFinding>;

const ToldQuery = z.object({
  id: z.string(),
  name: z.string(),
  cwe: z.array(z.string()),
  severity: z.string(),
  precision: z.string(),
  persona: z.string(),
  why: z.string(),
  fix: z.string(),
  good: z.string().nullable(),
  bad: z.string().nullable(),
});
export type ToldQuery = z.infer<typeof ToldQuery>;

export const ToldReport = z.object({
  schemaVersion: z.literal(1),
  mode: z.enum(["diff", "scan"]),
  subject: z.string(),
  queries: z.array(ToldQuery),
  findings: z.array(ToldFinding),
});
export type ToldReport = z.infer<typeof ToldReport>;
