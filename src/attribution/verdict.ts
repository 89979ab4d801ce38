/**
 * The arithmetic of attribution: from what commits claim to a probability and a verdict for a hunk.
 *
 * The numbers were measured over public histories in which line notes tell the truth: 81 % of the hunks of a commit
 * with a tool's trailer held lines the tool wrote, 19 % none. A trailer speaks of a commit, so of a hunk it says less.
 */
import type { EvidenceClass, Verdict } from "./attribution.ts";
import type { Claim, Claims } from "./claims.ts";

/** Of AI authorship, where nothing is known: the share of it among contemporary changes. */
export const PRIOR = 0.3;

/** Where the author is a tool, blame still may miss what a person changed before the commit. */
const BLAMED = 0.95;

const AUTHOR: Readonly<Record<EvidenceClass, number>> = { A: 0.97, B: 0.8, C: 0.6, D: 0 };
const TRAILER: Readonly<Record<EvidenceClass, number>> = { A: 0.8, B: 0.7, C: 0.5, D: 0 };
const ENVIRONMENT: Readonly<Record<EvidenceClass, number>> = { A: 0.85, B: 0.7, C: 0.5, D: 0 };

/** A commit that is a tool's only in part. */
const PARTLY = 0.65;

/** Lines written before there were such tools. */
const OLD = 0.05;

const AI = 0.9;
const LIKELY_AI = 0.6;
const LIKELY_HUMAN = 0.25;

/** What one claim says of a line of its commit; undefined where it is context only. */
export function probabilityOf({ evidence, role, suggestion, share }: Claim): number | undefined {
  if (evidence.class === "D") return undefined;
  if (role === "environment") return ENVIRONMENT[evidence.class];
  const own = role === "author" ? BLAMED * AUTHOR[evidence.class] : TRAILER[evidence.class];
  const cap = Math.min(suggestion ? PARTLY : 1, share ?? 1);
  return Math.min(own, cap);
}

/** What all claims of a commit say of a line: the strongest, for they do not add up. */
export function lineProbability(claims: Claims): number | undefined {
  let best: number | undefined;
  for (const claim of claims.claims) {
    let probability = probabilityOf(claim);
    if (probability === undefined) continue;
    if (claims.squashedWithPeople && claim.role !== "author")
      probability = Math.min(probability, PARTLY);
    if (best === undefined || probability > best) best = probability;
  }
  return best ?? (claims.tooOld ? OLD : undefined);
}

/** Lines of a hunk that share their claims. */
export interface Part {
  readonly lines: number;
  readonly claims: Claims;
}

export function judge(parts: readonly Part[]): {
  verdict: Verdict;
  probability: number | undefined;
} {
  const judged = parts.map(({ lines, claims }) => ({
    lines,
    bot: claims.bot,
    probability: claims.bot ? undefined : lineProbability(claims),
  }));
  const total = judged.reduce((sum, { lines }) => sum + lines, 0);
  const byBot = judged.some(({ bot }) => bot);
  if (byBot && judged.every(({ bot }) => bot)) return { verdict: "bot", probability: undefined };
  if (total === 0 || judged.every(({ probability }) => probability === undefined))
    return { verdict: "unknown", probability: undefined };
  // A line that nothing is known of counts with the prior, and a bot's as nobody's.
  const sum = judged.reduce(
    (all, { lines, bot, probability }) => all + lines * (probability ?? (bot ? 0 : PRIOR)),
    0,
  );
  const exact = sum / total;
  const probability = Math.round(exact * 100) / 100;
  if (byBot) return { verdict: "mixed", probability };
  if (exact >= AI) return { verdict: "ai", probability };
  if (exact >= LIKELY_AI) return { verdict: "likely-ai", probability };
  if (exact <= LIKELY_HUMAN) return { verdict: "likely-human", probability };
  return { verdict: "unknown", probability };
}
