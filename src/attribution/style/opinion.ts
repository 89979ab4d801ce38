/** What style and context alone make of a hunk: a weak opinion, and never a proof. */
import type { Evidence } from "../attribution.ts";
import type { Sign } from "../context.ts";
import { isLikelyByStyle, type Opinion, PRIOR, STYLE_CAP } from "../verdict.ts";
import { CAPS, groups, SIGNALS, type SignalGroup, type SignalId, type Weights } from "./signals.ts";

/** Most that the context of a change may add, in nats. */
const CONTEXT_CAP = 1.2;

/** A message speaks of a commit, so of one of its hunks it says half. */
const MESSAGE_OF_HUNK = 0.5;

/** The numbers that a repository may have of its own. */
export interface StyleTable {
  readonly prior: number;
  readonly weights: Weights;
}

export const SHIPPED_TABLE: StyleTable = { prior: PRIOR, weights: {} };

export function weightOf(id: SignalId, { weights }: StyleTable): number {
  return weights[id] ?? SIGNALS[id].weight;
}

/** What signs of style add up to, group by group, in nats. */
export function groupSums(
  signals: readonly SignalId[],
  table: StyleTable,
): ReadonlyMap<SignalGroup, number> {
  const sums = new Map<SignalGroup, number>();
  for (const group of groups) {
    const sum = signals
      .filter((id) => SIGNALS[id].group === group)
      .reduce((all, id) => all + weightOf(id, table), 0);
    if (sum !== 0) sums.set(group, Math.max(-CAPS.people, Math.min(CAPS[group], sum)));
  }
  return sums;
}

/** Log-odds that style adds to the prior's for one hunk. */
export function styleOfHunk(sums: ReadonlyMap<SignalGroup, number>): number {
  let all = 0;
  for (const [group, sum] of sums) all += group === "message" ? sum * MESSAGE_OF_HUNK : sum;
  return all;
}

/** Undefined where style alone makes nothing likely: half a suspicion helps nobody. What the context tells is told. */
export function opinionOf(
  signals: readonly SignalId[],
  context: readonly Sign[],
  locus: string,
  table: StyleTable,
): { opinion: Opinion; evidence: readonly Evidence[] } | undefined {
  const sums = groupSums(signals, table);
  const fromContext = Math.min(
    CONTEXT_CAP,
    context.reduce((all, { weight }) => all + weight, 0),
  );
  const logit = Math.log(table.prior / (1 - table.prior)) + styleOfHunk(sums) + fromContext;
  const probability = Math.min(STYLE_CAP, 1 / (1 + Math.exp(-logit)));
  const positive = [...sums.values()].filter((sum) => sum > 0).length;
  const opinion = { probability, groups: positive + (fromContext > 0 ? 1 : 0) };
  const isLikely = isLikelyByStyle(opinion);
  if (!isLikely && context.length === 0) return undefined;
  return {
    opinion,
    evidence: [
      ...context.map(({ evidence }) => evidence),
      ...(isLikely ? signals : []).map(
        (id): Evidence => ({
          tier: "style",
          rule: `style/${id}`,
          class: "D",
          tool: undefined,
          locus,
          claim: `style: ${SIGNALS[id].words}`,
        }),
      ),
    ],
  };
}
