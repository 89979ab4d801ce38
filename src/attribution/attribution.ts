/** Who wrote a hunk, as a claim with evidence. */
import type { ChangedFile, Hunk } from "../change/change-set.ts";

export const verdicts = [
  "ai",
  "likely-ai",
  "mixed",
  "likely-human",
  "human",
  "unknown",
  "bot",
  "not-applicable",
] as const;
export type Verdict = (typeof verdicts)[number];

/** How strong a rule is: A vendor-specific and automated, B user-typed, C suggestive, D context only. */
export type EvidenceClass = "A" | "B" | "C" | "D";

export const tiers = ["line", "commit", "run-time", "context", "style"] as const;
export type Tier = (typeof tiers)[number];

export interface Evidence {
  readonly tier: Tier;
  /** Id of the rule that matched: `claude-code/trailer`. */
  readonly rule: string;
  readonly class: EvidenceClass;
  /** Id of the tool it names; undefined where it names none. */
  readonly tool: string | undefined;
  /** Where it was seen: `commit 1a2b3c4`, `refs/notes/ai of commit 1a2b3c4`, `environment`. */
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
  /** Whether the numbers were fitted on this repository's own history. */
  readonly calibrated: boolean;
  /** Id of the tool that the strongest evidence names, for machines; and its name, for people. */
  readonly tool: string | undefined;
  readonly toolName: string | undefined;
  readonly evidence: readonly Evidence[];
  /** The commits its lines come from, those with most lines first; none for what is not committed yet. */
  readonly commits: readonly { readonly id: string; readonly lines: number }[];
}

/** Evidence as machines are given it: every field is there. */
export function evidenceRecord({ tier, rule, class: given, tool, model, locus, claim }: Evidence) {
  return { tier, rule, class: given, tool: tool ?? null, model: model ?? null, locus, claim };
}
