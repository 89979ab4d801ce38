/** Which verdicts a policy's word for an author covers. */
import type { HunkAttribution, Verdict } from "../attribution/attribution.ts";
import type { Author } from "../config/schema.ts";

const groups: Readonly<Record<Verdict, Author>> = {
  ai: "ai",
  "likely-ai": "ai",
  // Part of it was written by a tool, and which part cannot be told.
  mixed: "ai",
  "likely-human": "human",
  human: "human",
  bot: "bot",
  unknown: "unknown",
  "not-applicable": "unknown",
};

/** What is on no attributed hunk is of an unknown author. */
export const authorOf = (attribution: HunkAttribution | undefined): Author =>
  attribution === undefined ? "unknown" : groups[attribution.verdict];
