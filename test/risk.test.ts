/** The risk score keeps what docs/risk.md promises: its numbers, its worked example, and that more is never less. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { HunkAttribution, Verdict } from "../src/attribution/attribution.ts";
import {
  type Confidence,
  confidences,
  type Exposure,
  type Relevance,
  type Severity,
  severities,
} from "../src/findings/finding.ts";
import {
  assess,
  authorshipGain,
  authorshipWeight,
  confidenceWeights,
  exposureWeights,
  type FindingRisk,
  furtherShare,
  growthPoints,
  levelFloors,
  levelOf,
  mostGrowth,
  neutralProbability,
  relevanceWeights,
  scoreFinding,
  severityWeights,
} from "../src/risk/score.ts";
import type { SurfaceEntry, SurfaceKind } from "../src/surface/surface.ts";
import { at, attributed, finding, sqlInjection } from "./report-sample.ts";

const exposures: readonly Exposure[] = ["none", "library", "entry", "unauthenticated"];
const relevances: readonly Relevance[] = ["unrelated", "fixed", "touched", "introduced"];
const document = readFileSync("docs/risk.md", "utf8");

interface Inputs {
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly exposure: Exposure;
  readonly attribution: HunkAttribution | undefined;
  readonly relevance: Relevance;
}

function score({ severity, confidence, exposure, attribution, relevance }: Inputs): FindingRisk {
  const query = { ...sqlInjection, severity };
  return scoreFinding(
    finding(query, at("a.ts", 1, 1), { confidence, exposure }),
    relevance,
    attribution,
  );
}

function by(verdict: Verdict, probability?: number): HunkAttribution {
  return attributed("a.ts", 1, 1, verdict, probability, undefined);
}

const probabilities = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);
const attributions = fc.oneof(
  fc.constant(undefined),
  fc.constant(by("unknown")),
  probabilities.map((p) => by("likely-ai", p)),
);
const inputs: fc.Arbitrary<Inputs> = fc.record({
  severity: fc.constantFrom(...severities),
  confidence: fc.constantFrom(...confidences),
  exposure: fc.constantFrom(...exposures),
  attribution: attributions,
  relevance: fc.constantFrom(...relevances),
});
const counted = inputs.map((input) => ({ risk: score(input), relevance: input.relevance }));
const many = fc.array(counted, { maxLength: 40 });

/** Rows of the table that follows a heading. */
function table(heading: string): string[][] {
  const [, section = ""] = document.split(`\n## ${heading}\n`);
  return section
    .split("\n## ")[0]
    .split("\n")
    .filter((line) => line.startsWith("|") && !line.startsWith("| ---"))
    .slice(1)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

describe("the score of a finding", () => {
  it("is 100 times the product of the weights shown", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { score: value, factors } = score(input);
        const product = factors.reduce((sofar, { weight }) => sofar * weight, 100);
        expect(Math.abs(value - product)).toBeLessThanOrEqual(0.0500001);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(100);
        expect(factors.map(({ name }) => name)).toEqual([
          "severity",
          "confidence",
          "exposure",
          "attribution",
          "relevance",
        ]);
      }),
    );
  });

  it("reaches 100, and no more", () => {
    const most: Inputs = {
      severity: "critical",
      confidence: "high",
      exposure: "unauthenticated",
      attribution: by("ai", 1),
      relevance: "introduced",
    };
    expect(score(most).score).toBe(100);
  });

  const orders = {
    severity: severities,
    confidence: confidences,
    exposure: exposures,
    relevance: relevances,
  } as const;
  it.each(Object.entries(orders))("never falls when %s rises", (name, values) => {
    fc.assert(
      fc.property(inputs, fc.nat(values.length - 1), fc.nat(values.length - 1), (input, i, j) => {
        const lower = score({ ...input, [name]: values[Math.min(i, j)] } as Inputs);
        const higher = score({ ...input, [name]: values[Math.max(i, j)] } as Inputs);
        expect(higher.score).toBeGreaterThanOrEqual(lower.score);
      }),
    );
  });

  it("never falls when AI authorship becomes more probable", () => {
    fc.assert(
      fc.property(inputs, probabilities, probabilities, (input, p, q) => {
        const lower = score({ ...input, attribution: by("mixed", Math.min(p, q)) });
        const higher = score({ ...input, attribution: by("mixed", Math.max(p, q)) });
        expect(higher.score).toBeGreaterThanOrEqual(lower.score);
      }),
    );
  });

  it("treats unknown authorship as the middle, whatever the weak evidence says", () => {
    fc.assert(
      fc.property(inputs, probabilities, (input, p) => {
        const unknown = score({ ...input, attribution: undefined });
        expect(score({ ...input, attribution: by("unknown", p) }).score).toBe(unknown.score);
        const human = score({ ...input, attribution: by("human", 0) });
        const ai = score({ ...input, attribution: by("ai", 1) });
        expect(human.score).toBeLessThanOrEqual(unknown.score);
        expect(human.score).toBeGreaterThanOrEqual(0.88 * unknown.score - 0.1);
        expect(ai.score).toBeGreaterThanOrEqual(unknown.score);
      }),
    );
  });
});

describe("the score of a change", () => {
  it("is not lowered by another finding, wherever it is inserted", () => {
    fc.assert(
      fc.property(many, counted, fc.nat(), (risks, another, place) => {
        const i = place % (risks.length + 1);
        const more = [...risks.slice(0, i), another, ...risks.slice(i)];
        expect(assess(more).score).toBeGreaterThanOrEqual(assess(risks).score);
      }),
    );
  });

  it("is not lowered when one finding's score rises", () => {
    const scored = (value: number) => ({
      risk: { score: value, factors: [] },
      relevance: "introduced" as const,
    });
    const values = fc.array(
      fc.integer({ min: 0, max: 1000 }).map((n) => n / 10),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(values, fc.nat(), fc.integer({ min: 0, max: 1000 }), (scores, place, rise) => {
        const i = place % scores.length;
        const raised = scores.with(i, Math.min(100, scores[i] + rise / 10));
        expect(assess(raised.map(scored)).score).toBeGreaterThanOrEqual(
          assess(scores.map(scored)).score,
        );
      }),
    );
  });

  it("does not depend on the order of the findings", () => {
    fc.assert(
      fc.property(many, (risks) => {
        expect(assess(risks.toReversed())).toEqual(assess(risks));
      }),
    );
  });

  it("is no lower than its riskiest finding and no higher than 100", () => {
    fc.assert(
      fc.property(many, (risks) => {
        const { score: value } = assess(risks);
        expect(value).toBeGreaterThanOrEqual(Math.max(0, ...risks.map(({ risk }) => risk.score)));
        expect(value).toBeLessThanOrEqual(100);
      }),
    );
  });

  it("is none without findings, and with only unrelated and fixed ones", () => {
    expect(assess([])).toMatchObject({ score: 0, level: "none" });
    const input: Inputs = {
      severity: "critical",
      confidence: "high",
      exposure: "unauthenticated",
      attribution: undefined,
      relevance: "fixed",
    };
    const nothing = (["fixed", "unrelated"] as const).map((relevance) => ({
      risk: score({ ...input, relevance }),
      relevance,
    }));
    expect(assess(nothing)).toMatchObject({ score: 0, level: "none" });
  });

  it("explains itself with a sum that comes out", () => {
    fc.assert(
      fc.property(fc.array(counted, { maxLength: 5 }), (risks) => {
        const { score: value, explanation } = assess(risks);
        if (value === 0) return;
        const factors = [...explanation.at(-1)!.matchAll(/\(1 - ([\d.]+)\)/g)].map(
          ([, n]) => 1 - Number(n),
        );
        const sum = 100 * (1 - factors.reduce((product, factor) => product * factor, 1));
        expect(Math.abs(sum - value)).toBeLessThan(0.3);
      }),
    );
  });
});

describe("growth of the attack surface", () => {
  const entry = (kind: SurfaceKind, name: string, grows = true): SurfaceEntry => ({
    kind,
    effect: "added",
    name,
    detail: "",
    grows,
    at: at("a.ts", 1, 1),
  });

  it("counts each thing once, and only what is new", () => {
    const one = entry("open-route", "GET /a");
    expect(assess([], [one, one, entry("host", "a.dev")])).toMatchObject({
      score: 4,
      level: "low",
    });
    expect(assess([], [entry("open-route", "GET /a", false), entry("migration", "1.sql")])).toEqual(
      assess([]),
    );
  });

  it("alone never leaves the lowest level", () => {
    const many = Array.from({ length: 50 }, (_, i) => entry("ci", String(i)));
    expect(assess([], many)).toMatchObject({ score: mostGrowth, level: "low" });
  });

  it("raises the score of any findings, and shows in the sum", () => {
    fc.assert(
      fc.property(fc.array(counted, { maxLength: 3 }), (risks) => {
        const { score: value, explanation } = assess(risks, [entry("permission", "root")]);
        expect(value).toBeGreaterThanOrEqual(assess(risks).score);
        expect(explanation.at(-1)).toContain(`= ${value}, which is`);
      }),
    );
  });
});

describe("docs/risk.md", () => {
  it("states the weights that are used", () => {
    const weights = {
      ...Object.fromEntries(Object.entries(severityWeights).map(([k, v]) => [`severity ${k}`, v])),
      ...Object.fromEntries(
        Object.entries(confidenceWeights).map(([k, v]) => [`confidence ${k}`, v]),
      ),
      ...Object.fromEntries(Object.entries(exposureWeights).map(([k, v]) => [`exposure ${k}`, v])),
      ...Object.fromEntries(
        Object.entries(relevanceWeights).map(([k, v]) => [`relevance ${k}`, v]),
      ),
      "attribution sure AI (p = 1)": authorshipWeight(1),
      [`attribution unknown (p = ${neutralProbability})`]: authorshipWeight(neutralProbability),
      "attribution sure human (p = 0)": authorshipWeight(0),
    };
    const stated = Object.fromEntries(
      table("The score of a finding").map(([factor, value, weight]) => [
        `${factor} ${value}`,
        Number(weight),
      ]),
    );
    expect(stated).toEqual(weights);
    expect(document).toContain(`k = ${authorshipGain}`);
    expect(document).toContain(`c = ${furtherShare}`);
  });

  it("states the levels that are used", () => {
    const stated = table("The score of a change").map(([level, from]) => [level, Number(from)]);
    expect(stated).toEqual(levelFloors.map(([level, floor]) => [level, floor]));
  });

  it("states the points that are used", () => {
    const stated = table("Growth of the attack surface").map(([kind, points]) => [
      kind.replaceAll("`", ""),
      Number(points),
    ]);
    expect(stated).toEqual(Object.entries(growthPoints));
    expect(document).toContain(`at most ${mostGrowth}`);
  });

  it("works out an example that comes out", () => {
    const rows = table("A worked example");
    expect(rows).toHaveLength(3);
    const risks = rows.map(([, severity, confidence, exposure, author, relevance, stated]) => {
      const probability = /p = ([\d.]+)/.exec(author)?.[1];
      const risk = score({
        severity: severity as Severity,
        confidence: confidence as Confidence,
        exposure: exposure as Exposure,
        attribution: probability === undefined ? undefined : by("likely-ai", Number(probability)),
        relevance: relevance as Relevance,
      });
      expect(risk.score).toBe(Number(stated));
      return { risk, relevance: relevance as Relevance };
    });
    const { score: value, level, explanation } = assess(risks);
    expect(document).toContain(explanation.at(-1));
    expect(document).toContain(`**${value}, ${level}**`);
    expect(levelOf(value)).toBe(level);
  });
});
