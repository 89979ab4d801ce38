/**
 * Decides whether a change passes. The general thresholds hold for every finding; a policy can only add to them, so
 * that no combination of policies asks less of anybody than the general gate does.
 */
import type { HunkAttribution } from "../attribution/attribution.ts";
import type { ChangedFile } from "../change/change-set.ts";
import { globs } from "../config/globs.ts";
import type { Author, Policy } from "../config/schema.ts";
import {
  type Confidence,
  confidences,
  type Finding,
  type Relevance,
  type Severity,
  severities,
} from "../findings/finding.ts";
import type { SensitiveArea } from "./areas.ts";
import { authorOf } from "./authors.ts";

export interface Gate {
  /** `none`: no finding fails the gate by itself, as far as no policy says otherwise. */
  readonly failOn: Severity | "none";
  readonly minConfidence: Confidence;
  /** Of the score of the change, 0 to 100. */
  readonly riskBudget: number | undefined;
  readonly policies: readonly Policy[];
  /** By name; holds every area that the policies name. */
  readonly areas: ReadonlyMap<string, SensitiveArea>;
}

/** A finding that counts: neither suppressed nor in the baseline. */
export interface Judged {
  readonly finding: Finding;
  readonly relevance: Relevance;
  readonly attribution: HunkAttribution | undefined;
}

export interface Judgement {
  readonly failOn: string;
  readonly failed: boolean;
  /** Why it failed, one sentence each; empty when it passed. */
  readonly reasons: readonly string[];
  /** What a person has to look at, one sentence each. They do not fail the gate: only people can say that it was done. */
  readonly reviews: readonly string[];
}

export interface Judgeable {
  readonly findings: readonly Judged[];
  readonly files: readonly ChangedFile[];
  readonly hunks: readonly HunkAttribution[];
  /** Of the change, 0 to 100. */
  readonly score: number;
}

export function judge(gate: Gate, change: Judgeable): Judgement {
  const introduced = change.findings.filter(({ relevance }) => relevance === "introduced");
  const reasons: string[] = [];
  const reviews: string[] = [];
  const failing = introduced.filter(({ finding }) => isAtLeast(finding, gate));
  if (failing.length > 0)
    reasons.push(`${counted(failing.length)} ${thresholds(gate.failOn, gate.minConfidence)}.`);
  if (gate.riskBudget !== undefined && change.score > gate.riskBudget)
    reasons.push(overBudget(change.score, gate.riskBudget));

  gate.policies.forEach((policy, at) => {
    const { failOn, minConfidence, riskBudget, requireReview } = policy.then;
    const name = `Policy ${policy.name === undefined ? at + 1 : `"${policy.name}"`}`;
    const concerned = introduced.filter((one) => concerns(policy, one, gate.areas));
    const floor = {
      failOn: stricter(severities, failOn, gate.failOn),
      minConfidence: stricter(confidences, minConfidence, gate.minConfidence),
    };
    const more = concerned.filter((one) => isAtLeast(one.finding, floor) && !failing.includes(one));
    if (more.length > 0)
      reasons.push(
        `${name}: ${counted(more.length)} ${thresholds(floor.failOn, floor.minConfidence)}.`,
      );
    if (riskBudget === undefined && requireReview !== true) return;
    const because = concernsChange(policy, concerned, change, gate.areas);
    if (because === undefined) return;
    if (riskBudget !== undefined && change.score > riskBudget)
      reasons.push(`${name}: ${overBudget(change.score, riskBudget)}`);
    if (requireReview === true) reviews.push(`${name} asks for a review: ${because}.`);
  });
  return { failOn: gate.failOn, failed: reasons.length > 0, reasons, reviews };
}

const counted = (count: number): string =>
  count === 1 ? "1 introduced finding is" : `${count} introduced findings are`;

const thresholds = (severity: string, confidence: Confidence): string =>
  `at least ${severity} with confidence ${confidence}${confidence === "high" ? "" : " or better"}`;

const overBudget = (score: number, budget: number): string =>
  `The risk score ${score} is above the budget of ${budget}.`;

function isAtLeast(
  { query, confidence }: Finding,
  { failOn, minConfidence }: Pick<Gate, "failOn" | "minConfidence">,
): boolean {
  return (
    failOn !== "none" &&
    severities.indexOf(query.severity) >= severities.indexOf(failOn) &&
    confidences.indexOf(confidence) >= confidences.indexOf(minConfidence)
  );
}

/** The lower of two floors; `none` is above all. */
function stricter<T extends string>(
  scale: readonly T[],
  own: T | undefined,
  general: T | "none",
): T {
  if (own === undefined) return general as T;
  return general === "none" || scale.indexOf(own) < scale.indexOf(general) ? own : general;
}

function concerns(
  { when }: Policy,
  { finding, attribution }: Judged,
  areas: ReadonlyMap<string, SensitiveArea>,
): boolean {
  return (
    (when.author?.includes(authorOf(attribution)) ?? true) &&
    (when.touches?.some((name) => areas.get(name)!.hasFinding(finding)) ?? true) &&
    (when.queries === undefined || globs(when.queries)(finding.query.id))
  );
}

/** Why a policy holds for the change as a whole, in words; undefined where it does not. */
function concernsChange(
  policy: Policy,
  concerned: readonly Judged[],
  { files, hunks }: Judgeable,
  areas: ReadonlyMap<string, SensitiveArea>,
): string | undefined {
  const { author, touches, queries } = policy.when;
  const [first] = concerned;
  if (first !== undefined)
    return `${first.finding.query.id} in ${first.finding.at.path}:${first.finding.at.line}`;
  if (queries !== undefined) return undefined;
  for (const file of files) {
    const area = touches?.find((name) => {
      const { hasFile } = areas.get(name)!;
      return hasFile(file.path) || hasFile(file.basePath);
    });
    if (touches !== undefined && area === undefined) continue;
    const by = author === undefined ? undefined : authorAmong(author, file, hunks);
    if (author !== undefined && by === undefined) continue;
    const what = area === undefined ? file.path : `${file.path} belongs to ${area}`;
    return by === undefined ? what : `${what}, author ${by}`;
  }
  return undefined;
}

/** An author of the file's hunks that a policy asks for. Deletions alone are of an unknown author. */
function authorAmong(
  wanted: readonly Author[],
  file: ChangedFile,
  hunks: readonly HunkAttribution[],
): Author | undefined {
  const own = hunks.filter((hunk) => hunk.file.path === file.path);
  const found = own.length === 0 ? [authorOf(undefined)] : own.map(authorOf);
  return found.find((one) => wanted.includes(one));
}
