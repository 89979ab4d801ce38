/** Fits the numbers of attribution on the history of one repository, or says why it cannot. */
import { readAdded } from "../../change/added-lines.ts";
import type { Commit } from "../../change/commit.ts";
import type { Repository } from "../../change/git.ts";
import { isBot, isRunner } from "../bots.ts";
import { claimsOf } from "../claims.ts";
import { lineProbability } from "../verdict.ts";
import { crossScores, fitWeights, LEAST_OF_POOL, measure } from "./fit.ts";
import { choose, pauses, type Sample, sampleOf } from "./sample.ts";
import type { CalibrationTable } from "./table.ts";

/** Fewer commits of a tool fit noise. */
const LEAST_POSITIVES = 150;
const LEAST_NEGATIVES = 150;

/** The prior is read from so many commits, newest first. */
const RECENT = 500;
/** About half of what tools write carries a trace. */
const TRACED = 0.5;

export interface Refusal {
  readonly refused: string;
}

export async function samplesOf(
  repository: Repository,
  commits: readonly Commit[],
): Promise<Sample[]> {
  const chosen = choose(commits);
  const pause = pauses(commits);
  const byId = new Map(commits.map((commit) => [commit.id, commit]));
  const samples: Sample[] = [];
  for await (const added of readAdded(repository, [...chosen.keys()])) {
    const commit = byId.get(added.id)!;
    const sample = sampleOf(commit, chosen.get(added.id)!, added, pause(commit));
    if (sample !== undefined) samples.push(sample);
  }
  return samples;
}

/** @param commits All of the history, newest first. */
export async function calibrate(
  repository: Repository,
  commits: readonly Commit[],
): Promise<CalibrationTable | Refusal> {
  const samples = await samplesOf(repository, commits);
  const count = (pool: Sample["pool"]): number =>
    samples.filter((sample) => sample.pool === pool).length;
  const [positives, before2021, before2023] = [
    count("tool"),
    count("before2021"),
    count("before2023"),
  ];
  const used = [before2021, before2023].filter((pool) => pool >= LEAST_OF_POOL);
  const negatives = used.reduce((sum, pool) => sum + pool, 0);
  if (positives < LEAST_POSITIVES || negatives < LEAST_NEGATIVES)
    return {
      refused: `the history holds ${positives} commits with code that a tool surely wrote and ${before2021 + before2023} from before there were such tools: ${LEAST_POSITIVES} and ${LEAST_NEGATIVES} are needed, and at most 80 of one author count`,
    };
  const authors = new Set(samples.map(({ author }) => author)).size;
  const newest = new Date(commits[0]!.committer.date * 1000).toISOString().slice(0, 10);
  return {
    version: 1,
    description: `fitted on this repository up to ${newest}: ${positives} commits of tools, ${negatives} from before there were any, ${authors} authors`,
    prior: priorOf(commits),
    weights: fitWeights(samples),
    positives,
    negatives: { before2021, before2023 },
    fit: measure(crossScores(samples, ["before2021", "before2023"])),
  };
}

/** Share of recent commits that a tool is claimed to have written, for a trace is left by some only. */
export function priorOf(commits: readonly Commit[]): number {
  const recent = commits
    .filter(
      ({ author, parents }) =>
        parents.length < 2 &&
        !isBot(author.name, author.email) &&
        !isRunner(author.name, author.email),
    )
    .slice(0, RECENT);
  const claimed = recent.filter((commit) => {
    const claims = claimsOf(commit);
    return claims.claims.length > 0 && (lineProbability(claims) ?? 0) > 0.5;
  }).length;
  const share = (claimed + 3) / (recent.length + 10) / TRACED;
  return Math.round(Math.max(0.05, Math.min(0.8, share)) * 100) / 100;
}
