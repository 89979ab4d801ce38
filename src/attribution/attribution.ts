/** Who wrote a hunk, as a claim with evidence. */
import type { ChangedFile, Hunk } from "../change/change-set.ts";

export type Verdict =
  | "ai"
  | "likely-ai"
  | "mixed"
  | "likely-human"
  | "human"
  | "unknown"
  | "bot"
  | "not-applicable";

/** How strong a rule is: A vendor-specific and automated, B user-typed, C suggestive, D context only. */
export type EvidenceClass = "A" | "B" | "C" | "D";

export interface Evidence {
  readonly tier: "line" | "commit" | "run-time" | "context" | "style";
  /** Id of the rule that matched: `claude-code/trailer`. */
  readonly rule: string;
  readonly class: EvidenceClass;
  readonly tool: string;
  /** Where it was seen: `commit 1a2b3c4`, `environment`. */
  readonly locus: string;
  /** The claim in words: "trailer claims Claude Code". Holds no e-mail address. */
  readonly claim: string;
  /** The model, as the claim names it. */
  readonly model?: string;
}

export interface HunkAttribution {
  readonly file: ChangedFile;
  readonly hunk: Hunk;
  readonly verdict: Verdict;
  /** Of AI authorship, 0 to 1, at most two digits; undefined where nothing speaks for or against it. */
  readonly probability: number | undefined;
  /** The tool that the strongest evidence names. */
  readonly tool: string | undefined;
  readonly evidence: readonly Evidence[];
}
