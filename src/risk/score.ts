/** The risk of a finding and of a change; the formula is explained in docs/risk.md. */
import type { HunkAttribution } from "../attribution/attribution.ts";
import type { Confidence, Exposure, Finding, Relevance, Severity } from "../findings/finding.ts";
import type { SurfaceEntry, SurfaceKind } from "../surface/surface.ts";

/** One factor of a score: what it is, the value it has here, and the number that value stands for. */
export interface Factor {
  readonly name: "severity" | "confidence" | "exposure" | "attribution" | "relevance";
  readonly value: string;
  readonly weight: number;
}

export interface FindingRisk {
  /** 0 to 100, with one decimal. */
  readonly score: number;
  /** The score is 100 times the product of the factors' weights. */
  readonly factors: readonly Factor[];
}

export const riskLevels = ["none", "low", "medium", "high", "critical"] as const;
export type RiskLevel = (typeof riskLevels)[number];

/** Of the whole change. */
export interface Assessment {
  /** 0 to 100, with one decimal; another finding never lowers it. */
  readonly score: number;
  readonly level: RiskLevel;
  /** How the score came about, in words, one sentence a line. */
  readonly explanation: readonly string[];
}

export const severityWeights: Readonly<Record<Severity, number>> = {
  critical: 1,
  high: 0.8,
  medium: 0.5,
  low: 0.25,
};

export const confidenceWeights: Readonly<Record<Confidence, number>> = {
  high: 1,
  medium: 0.8,
  low: 0.5,
};

export const exposureWeights: Readonly<Record<Exposure, number>> = {
  unauthenticated: 1,
  entry: 0.9,
  library: 0.7,
  none: 0.6,
};

/** An old finding on an edited line is a hint, not the change's doing; what is fixed or unrelated is no risk of the change. */
export const relevanceWeights: Readonly<Record<Relevance, number>> = {
  introduced: 1,
  touched: 0.25,
  unrelated: 0,
  fixed: 0,
};

/** k of `1 + k x p`: sure AI authorship counts a quarter more than sure human authorship. Small, because trailers are stripped for free. */
export const authorshipGain = 0.25;

/** The probability that stands in where nothing is known: the middle, so that hiding authorship gains little. */
export const neutralProbability = 0.5;

/** The share with which every finding but the riskiest raises the score of a change. */
export const furtherShare = 0.25;

/** Points for each thing by which a change lets a program be attacked in more ways; what is not listed has none. */
export const growthPoints: Readonly<Partial<Record<SurfaceKind, number>>> = {
  "open-route": 3,
  permission: 2,
  ci: 2,
  route: 1,
  sink: 1,
  host: 1,
  dependency: 1,
};

/** More to attack is no flaw, so that growth alone never leaves the lowest level. */
export const mostGrowth = 10;

/** The lowest score of each level, highest first; 0 is `none`. */
export const levelFloors: readonly (readonly [level: RiskLevel, floor: number])[] = [
  ["critical", 80],
  ["high", 50],
  ["medium", 25],
  ["low", 0],
];

/** Enough terms to follow the sum; the rest is counted. */
const TERMS_SHOWN = 5;

/** (1 + k x p) / (1 + k): 1 for p = 1, and never below 1 / (1 + k). */
export function authorshipWeight(probability: number): number {
  const p = Math.min(1, Math.max(0, probability));
  return round((1 + authorshipGain * p) / (1 + authorshipGain), 2);
}

/** In a scan of a whole tree, which is compared with nothing, every finding is `introduced`. */
export function scoreFinding(
  finding: Finding,
  relevance: Relevance,
  attribution: HunkAttribution | undefined,
): FindingRisk {
  const { severity } = finding.query;
  const factors: readonly Factor[] = [
    { name: "severity", value: severity, weight: severityWeights[severity] },
    {
      name: "confidence",
      value: finding.confidence,
      weight: confidenceWeights[finding.confidence],
    },
    { name: "exposure", value: finding.exposure, weight: exposureWeights[finding.exposure] },
    {
      name: "attribution",
      value: attribution?.verdict ?? "unknown",
      weight: authorshipWeight(authorshipProbability(attribution)),
    },
    { name: "relevance", value: relevance, weight: relevanceWeights[relevance] },
  ];
  const product = factors.reduce((sofar, { weight }) => sofar * weight, 1);
  return { score: round(100 * product, 1), factors };
}

/** Points for the growth of what can be attacked; what has one name counts once. */
export function growthOf(surface: readonly SurfaceEntry[]): number {
  const grown = surface.filter(({ grows }) => grows);
  const things = new Map(grown.map(({ kind, name }) => [`${kind} ${name}`, kind]));
  const points = [...things.values()].reduce((sum, kind) => sum + (growthPoints[kind] ?? 0), 0);
  return Math.min(points, mostGrowth);
}

/** Scores of the findings a change answers for; suppressed findings are not to be among them. */
export function assess(
  risks: readonly { readonly risk: FindingRisk; readonly relevance: Relevance }[],
  surface: readonly SurfaceEntry[] = [],
): Assessment {
  const growth = growthOf(surface);
  const grown =
    growth === 0 ? [] : [`The attack surface grows, which counts as ${growth} of ${mostGrowth}.`];
  const scores = risks
    .map(({ risk }) => risk.score)
    .filter((score) => score > 0)
    .sort((a, b) => b - a);
  if (scores.length === 0) {
    const none = "No finding is introduced or touched, so the risk is";
    return {
      score: growth,
      level: levelOf(growth),
      explanation:
        growth === 0
          ? [`${none} 0.`]
          : [
              ...grown,
              `${none} that of the growth: 100 x (1 - (1 - ${growth / 100})) = ${growth}, which is low.`,
            ],
    };
  }

  // risk = 1 - (1 - s1) x product(1 - c x si, i > 1), with s1 >= s2 >= ...: rises with each si and with their number.
  const terms = [
    ...scores.map((score, i) => (i === 0 ? score / 100 : (furtherShare * score) / 100)),
    ...(growth === 0 ? [] : [growth / 100]),
  ];
  const safe = terms.reduce((sofar, term) => sofar * (1 - term), 1);
  const score = round(100 * (1 - safe), 1);
  const level = levelOf(score);

  const count = (relevance: Relevance) =>
    risks.filter((entry) => entry.relevance === relevance && entry.risk.score > 0).length;
  const counted = (["introduced", "touched"] as const)
    .filter((relevance) => count(relevance) > 0)
    .map((relevance) => `${count(relevance)} ${relevance}`)
    .join(" and ");
  const shown = terms.slice(0, TERMS_SHOWN).map((term) => `(1 - ${round(term, 3)})`);
  const more = terms.length - shown.length;
  const product = shown.join(" x ") + (more > 0 ? ` x ... (${more} more)` : "");
  return {
    score,
    level,
    explanation: [
      `Counted: ${counted} ${scores.length === 1 ? "finding" : "findings"}, the riskiest with a score of ${scores[0]}.`,
      ...(scores.length > 1
        ? [`The riskiest counts in full, each other with ${furtherShare} of its score.`]
        : []),
      ...grown,
      `100 x (1 - ${product}) = ${score}, which is ${level}.`,
    ],
  };
}

export function levelOf(score: number): RiskLevel {
  if (score <= 0) return "none";
  return levelFloors.find(([, floor]) => score >= floor)![0];
}

/** Evidence too weak for a verdict does not move the score, whichever way it points. */
function authorshipProbability(attribution: HunkAttribution | undefined): number {
  if (attribution === undefined || attribution.verdict === "unknown") return neutralProbability;
  return attribution.probability ?? neutralProbability;
}

function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  // The nudge puts 0.125 and its like above the half that binary fractions leave them below.
  return Math.round(value * scale + 1e-9) / scale;
}
