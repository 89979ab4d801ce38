/** A finding that is about one place, with no flow that leads there. */
import type { Exposure, Place, QueryInfo } from "./finding.ts";
import type { Unnumbered } from "./fingerprint.ts";

export interface PlainClaim {
  readonly query: QueryInfo;
  readonly message: string;
  readonly at: Place;
  /** What it is about, which stays the same wherever that stands. */
  readonly about: string;
  /** What tells it from others that are about the same. */
  readonly kind?: string;
  readonly confidence?: Unnumbered["confidence"];
  readonly doubts?: readonly string[];
  readonly exposure?: Exposure;
}

export function plainFinding(claim: PlainClaim): Unnumbered {
  const { query, message, at, about, kind = "", exposure = "none" } = claim;
  return {
    query,
    message,
    at,
    source: undefined,
    sourceKind: "",
    sinkKind: "",
    symbol: "",
    flows: [],
    related: [],
    guards: [],
    passes: [],
    confidence: claim.confidence ?? query.precision,
    doubts: claim.doubts ?? [],
    exposure,
    identity: {
      query: query.id,
      sourceKind: "",
      sinkKind: kind,
      symbol: "",
      sourceSymbol: "",
      statement: about,
      sourceStatement: "",
      through: "",
    },
  };
}
