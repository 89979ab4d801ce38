/**
 * The arithmetic of attribution: from what is claimed of lines to a probability and a verdict for a hunk.
 *
 * What the numbers rest on, and how well they hold, is in docs/attribution.md. A trailer speaks of a commit, so of a
 * hunk it says less; a record of lines speaks of lines.
 */
import type { EvidenceClass, Verdict } from "./attribution.ts";
import type { Claim, Claims } from "./claims.ts";
import type { LineAuthor } from "./lines/record.ts";

/** Of AI authorship, where nothing is known: the share of it among contemporary changes. */
export const PRIOR = 0.3;

/** Of a line, by what a line record says of it. `mixed`: written by a tool, changed by a person. */
const RECORDED: Readonly<Record<LineAuthor, number>> = { ai: 0.98, mixed: 0.8, human: 0.02 };

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

/** Of the lines of a hunk, that a record must cover for its word to be the verdict. */
const COVERED = 0.8;

/** Style is never surer than this; and it must be as sure, from as many independent sides, for a verdict. */
export const STYLE_CAP = 0.75;
const INDEPENDENT_GROUPS = 2;

/** What one claim says of a line of its commit; undefined where it is context only. */
export function probabilityOf({ evidence, role, suggestion, share }: Claim): number | undefined {
  if (evidence.class === "D") return undefined;
  if (role === "environment") return ENVIRONMENT[evidence.class];
  const own = role === "author" ? BLAMED * AUTHOR[evidence.class] : TRAILER[evidence.class];
  // As the author, the reviewer wrote all of it.
  const cap = Math.min(suggestion && role !== "author" ? PARTLY : 1, share ?? 1);
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

/** Lines of a hunk of which the same is said. */
export interface Part {
  readonly lines: number;
  readonly claims: Claims;
  /** What line records say, each once; empty where none speaks of these lines. */
  readonly recorded: readonly LineAuthor[];
}

/** What style and context alone make of a hunk. */
export interface Opinion {
  readonly probability: number;
  /** How many independent groups of signs point to a tool. */
  readonly groups: number;
}

interface Judged {
  readonly lines: number;
  readonly bot: boolean;
  readonly probability: number | undefined;
  readonly by: LineAuthor | "disputed" | undefined;
}

function judgePart({ lines, claims, recorded }: Part): Judged {
  const claimed = lineProbability(claims);
  if (recorded.length === 0)
    return {
      lines,
      bot: claims.bot,
      probability: claims.bot ? undefined : claimed,
      by: undefined,
    };
  const [first] = recorded;
  const said = recorded.map((author) => RECORDED[author]);
  // A record of a person's typing against a trailer that claims the commit for a tool: both are told, each counts half.
  const isContradicted =
    first === "human" && recorded.length === 1 && claimed !== undefined && claimed > PRIOR;
  if (isContradicted) said.push(claimed);
  return {
    lines,
    bot: false,
    probability: said.reduce((sum, each) => sum + each, 0) / said.length,
    by: recorded.length > 1 || isContradicted ? "disputed" : first,
  };
}

export function judge(
  parts: readonly Part[],
  opinion?: Opinion,
): { verdict: Verdict; probability: number | undefined } {
  const judged = parts.map(judgePart);
  const total = judged.reduce((sum, { lines }) => sum + lines, 0);
  const byBot = judged.some(({ bot }) => bot);
  if (byBot && judged.every(({ bot }) => bot)) return { verdict: "bot", probability: undefined };
  if (total === 0) return { verdict: "unknown", probability: undefined };
  if (judged.every(({ probability }) => probability === undefined))
    return byOpinion(byBot ? undefined : opinion);
  // A line that nothing is known of counts with the prior, and a bot's as nobody's.
  const sum = judged.reduce(
    (all, { lines, bot, probability }) => all + lines * (probability ?? (bot ? 0 : PRIOR)),
    0,
  );
  const exact = sum / total;
  return { verdict: verdictOf(judged, total, exact, byBot), probability: twoDigits(exact) };
}

function verdictOf(
  judged: readonly Judged[],
  total: number,
  exact: number,
  byBot: boolean,
): Verdict {
  const shareOf = (...authors: readonly Judged["by"][]) =>
    judged.reduce((sum, { by, lines }) => sum + (authors.includes(by) ? lines : 0), 0) / total;
  if (byBot || shareOf("disputed") > 0) return "mixed";
  const byTool = shareOf("ai", "mixed");
  if (exact >= AI || shareOf("ai") >= COVERED) return "ai";
  if (byTool > 0) return "mixed";
  const byPeople = shareOf("human");
  if (byPeople >= COVERED && exact <= LIKELY_HUMAN) return "human";
  if (byPeople > 0 && exact >= LIKELY_HUMAN) return "mixed";
  if (exact >= LIKELY_AI) return "likely-ai";
  return exact <= LIKELY_HUMAN && byPeople === 0 ? "likely-human" : "unknown";
}

/** Style is no proof: it makes a hunk likely at most, and only when independent signs agree. */
function byOpinion(opinion: Opinion | undefined): {
  verdict: Verdict;
  probability: number | undefined;
} {
  if (opinion === undefined) return { verdict: "unknown", probability: undefined };
  return {
    verdict: isLikelyByStyle(opinion) ? "likely-ai" : "unknown",
    probability: twoDigits(opinion.probability),
  };
}

export function isLikelyByStyle({ probability, groups }: Opinion): boolean {
  return probability >= STYLE_CAP && groups >= INDEPENDENT_GROUPS;
}

const twoDigits = (probability: number): number => Math.round(probability * 100) / 100;
