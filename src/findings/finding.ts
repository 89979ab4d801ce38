/** A finding: a claim about the code, with where, how sure, and by which path. */

export const severities = ["low", "medium", "high", "critical"] as const;
export type Severity = (typeof severities)[number];

export const confidences = ["low", "medium", "high"] as const;
export type Confidence = (typeof confidences)[number];

export const personas = ["regular", "pedantic", "auditor"] as const;
export type Persona = (typeof personas)[number];

/** A place in a file of the scanned tree. Lines and columns are 1-based; columns count UTF-16 code units; `endColumn` is exclusive. */
export interface Place {
  /** Repository-relative, with `/`. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** One step of a flow, from source to sink. */
export interface Step {
  readonly place: Place;
  /** What happens here, in a few words: "request.query", "is returned by build()", "reaches query()". */
  readonly note: string;
}

/** A test or a rewriting call on the path of a flow. */
export interface Guard {
  /** Without differences of layout. */
  readonly text: string;
  readonly place: Place;
}

/** How far an outsider is from the flow's source. */
export type Exposure = "unauthenticated" | "entry" | "library" | "none";

/** What a query says of itself; every text a report shows about a kind of finding comes from here. */
export interface QueryInfo {
  readonly id: string;
  readonly name: string;
  /** `CWE-89`. */
  readonly cwe: readonly string[];
  readonly severity: Severity;
  /** Expected share of true findings. */
  readonly precision: Confidence;
  readonly persona: Persona;
  readonly why: string;
  readonly fix: string;
  readonly good?: string;
  readonly bad?: string;
}

export interface Finding {
  readonly query: QueryInfo;
  /** One sentence. */
  readonly message: string;
  /** The sink, or the place of a finding that has no flow. */
  readonly at: Place;
  readonly source: Place | undefined;
  /** Kinds as the query names them: `remote`, `sql`; `""` where there is no source. */
  readonly sourceKind: string;
  readonly sinkKind: string;
  /** Names of the enclosing functions and classes, outermost first: `UserStore.find`. */
  readonly symbol: string;
  /** Shortest first; at most three. Empty where the finding has no flow. */
  readonly flows: readonly (readonly Step[])[];
  readonly related: readonly Step[];
  /** What the data meets on its way: tests and rewriting calls, as text and place. */
  readonly guards: readonly Guard[];
  /** Functions whose result the data goes on with, though the sink is elsewhere: what they do decides what arrives. */
  readonly passes: readonly Place[];
  readonly confidence: Confidence;
  /** Why the confidence is not higher, in words; empty when nothing lowers it. */
  readonly doubts: readonly string[];
  readonly exposure: Exposure;
  /** Where what others do is the evidence: the route that does otherwise, and all the code of it that may say so. */
  readonly deviant?: { readonly route: string; readonly code: readonly Place[] };
  /** Hex; the same for the same flaw after moving, re-indenting and renaming files. */
  readonly fingerprint: string;
}

/** What the change has to do with a finding. */
export type Relevance = "introduced" | "touched" | "unrelated" | "fixed";
