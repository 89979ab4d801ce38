/** Fits the weights of the signs of style on samples, and measures them on authors that were left out. */
import { groupSums, type StyleTable } from "../style/opinion.ts";
import { SIGNALS, type SignalId, type Weights } from "../style/signals.ts";
import type { Pool, Sample } from "./sample.ts";
import { type CalibrationTable, fittedSignals } from "./table.ts";

/** Signs depend on each other even across groups, so what each is worth alone counts in part. */
const SHRINK = 0.6;
/** A sign that no old commit shows is no proof: the ratio is cut here. */
const MOST_RATIO = 30;
const FOLDS = 5;
const BINS = 10;

/** Old pools a weight is fitted against. */
const OLD: readonly Pool[] = ["before2021", "before2023"];

/** Fewer samples of a pool tell nothing. */
export const LEAST_OF_POOL = 50;

/** Logarithm of how much more often a sign is seen in one set of samples than in another, by Jeffreys' prior. */
function logRatio(id: SignalId, some: readonly Sample[], others: readonly Sample[]): number {
  const rate = (samples: readonly Sample[]): number =>
    (samples.filter(({ signals }) => signals.includes(id)).length + 0.5) / (samples.length + 1);
  const ratio = rate(some) / rate(others);
  return Math.log(Math.max(1 / MOST_RATIO, Math.min(MOST_RATIO, ratio)));
}

/** A sign that points one way against one pool and the other against another says nothing. */
export function fitWeights(samples: readonly Sample[], against: readonly Pool[] = OLD): Weights {
  const of = (pool: Pool): Sample[] => samples.filter((sample) => sample.pool === pool);
  const tool = of("tool");
  const pools = against.map(of).filter(({ length }) => length >= LEAST_OF_POOL);
  const weights: Partial<Record<SignalId, number>> = {};
  for (const id of fittedSignals) {
    const ratios = pools.map((pool) => logRatio(id, tool, pool));
    const agree = ratios.every((ratio) => Math.sign(ratio) === Math.sign(ratios[0]!));
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / Math.max(1, ratios.length);
    // Groups are capped on one side each, so a sign may not change sides.
    const isSide = Math.sign(mean) === Math.sign(SIGNALS[id].weight);
    weights[id] = agree && isSide ? Math.round(SHRINK * mean * 100) / 100 : 0;
  }
  return weights;
}

/** Log-odds that style adds for a commit as a whole. */
export function scoreOf({ signals }: Pick<Sample, "signals">, weights: Weights): number {
  const table: StyleTable = { prior: 0.5, weights };
  return [...groupSums(signals, table).values()].reduce((sum, each) => sum + each, 0);
}

/** The samples of each fold, so that no author is in two. */
export function foldOf({ author }: Sample): number {
  let hash = 0;
  for (let at = 0; at < author.length; at++)
    hash = (Math.imul(hash, 31) + author.charCodeAt(at)) >>> 0;
  return hash % FOLDS;
}

export interface Scored {
  readonly score: number;
  readonly isTool: boolean;
}

/** Scores of samples by weights that were fitted without their authors. */
export function crossScores(samples: readonly Sample[], negative: readonly Pool[]): Scored[] {
  return Array.from({ length: FOLDS }, (_, fold) => {
    const weights = fitWeights(samples.filter((sample) => foldOf(sample) !== fold));
    return samples
      .filter((sample) => foldOf(sample) === fold)
      .filter(({ pool }) => pool === "tool" || negative.includes(pool))
      .map((sample) => ({ score: scoreOf(sample, weights), isTool: sample.pool === "tool" }));
  }).flat();
}

/** Probability that a tool's sample scores above another's; ties count half. */
export function areaUnderCurve(scored: readonly Scored[]): number {
  const sorted = [...scored].sort((a, b) => a.score - b.score);
  const positives = scored.filter(({ isTool }) => isTool).length;
  const negatives = scored.length - positives;
  let ranks = 0;
  for (let at = 0; at < sorted.length; ) {
    let end = at;
    while (end < sorted.length && sorted[end]!.score === sorted[at]!.score) end++;
    const rank = (at + 1 + end) / 2;
    ranks += rank * sorted.slice(at, end).filter(({ isTool }) => isTool).length;
    at = end;
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** Share of the tool's samples above a threshold that at most `rate` of the others pass. */
export function recallAt(scored: readonly Scored[], rate: number): number {
  const others = scored
    .filter(({ isTool }) => !isTool)
    .map(({ score }) => score)
    .sort((a, b) => b - a);
  const threshold = others[Math.floor(rate * others.length)] ?? Number.NEGATIVE_INFINITY;
  const tool = scored.filter(({ isTool }) => isTool);
  return tool.filter(({ score }) => score > threshold).length / tool.length;
}

/** How well the scores of held-out authors separate, with both kinds weighing the same. */
export function measure(scored: readonly Scored[]): CalibrationTable["fit"] {
  const positives = scored.filter(({ isTool }) => isTool).length;
  const negatives = scored.length - positives;
  const points = scored.map(({ score, isTool }) => ({
    predicted: 1 / (1 + Math.exp(-score)),
    isTool,
    weight: 0.5 / (isTool ? positives : negatives),
  }));
  const brier = points.reduce(
    (sum, { predicted, isTool, weight }) => sum + weight * (predicted - (isTool ? 1 : 0)) ** 2,
    0,
  );
  const reliability = Array.from({ length: BINS }, (_, bin) => {
    const [from, to] = [bin / BINS, (bin + 1) / BINS];
    const some = points.filter(
      ({ predicted }) => predicted >= from && (predicted < to || bin === BINS - 1),
    );
    const weight = some.reduce((sum, point) => sum + point.weight, 0);
    const mean = (of: (point: (typeof points)[number]) => number) =>
      weight === 0
        ? 0
        : round(some.reduce((sum, point) => sum + point.weight * of(point), 0) / weight);
    return {
      from,
      to,
      predicted: mean(({ predicted }) => predicted),
      observed: mean(({ isTool }) => (isTool ? 1 : 0)),
      count: some.length,
    };
  }).filter(({ count }) => count > 0);
  return {
    auc: round(areaUnderCurve(scored)),
    brier: round(brier),
    recallAt1: round(recallAt(scored, 0.01)),
    recallAt5: round(recallAt(scored, 0.05)),
    reliability,
  };
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
