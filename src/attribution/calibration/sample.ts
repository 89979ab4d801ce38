/** Chooses commits of a history to fit on: those that a tool surely wrote, and those that none can have written. */
import type { AddedLines } from "../../change/added-lines.ts";
import type { Commit } from "../../change/commit.ts";
import { groupBy } from "../../support/group-by.ts";
import { isAuthorlessPath } from "../authorless.ts";
import { isBot, isRunner } from "../bots.ts";
import { claimsOf } from "../claims.ts";
import { codeSignals } from "../style/code-signals.ts";
import { measuredLanguage } from "../style/comments.ts";
import { messageSignals } from "../style/message-signals.ts";
import type { SignalId } from "../style/signals.ts";
import { sizeSignals } from "../style/size-signals.ts";

/** Pools of commits. The contemporary one holds undisclosed work of tools too, and serves for measuring only. */
export const pools = ["tool", "before2021", "before2023", "contemporary"] as const;
export type Pool = (typeof pools)[number];

const date = (year: number, month: number): number => Date.UTC(year, month - 1, 1) / 1000;

/** One author with thousands of commits is a style, not a kind. */
const PER_AUTHOR = 80;
const PER_REPOSITORY = 240;

/** Smaller commits show nothing, larger ones are imports. */
const LEAST_LINES = 5;
const MOST_LINES = 4000;

export interface Sample {
  readonly pool: Pool;
  /** In lower case. */
  readonly author: string;
  readonly signals: readonly SignalId[];
  /** Of most of its code. */
  readonly language: string;
}

export function poolOf(commit: Commit): Pool | undefined {
  const { author, committer } = commit;
  if (commit.parents.length !== 1) return undefined;
  if (isBot(author.name, author.email) || isRunner(author.name, author.email)) return undefined;
  const { claims } = claimsOf(commit);
  const isTool = claims.some(
    ({ evidence, role }) => evidence.class === "A" && role !== "committer",
  );
  // A date that is written by hand may be any; both must agree for a commit to be old.
  const latest = Math.max(author.date, committer.date);
  if (isTool) return author.date >= date(2021, 1) ? "tool" : undefined;
  if (claims.length > 0) return undefined;
  if (latest < date(2021, 1)) return "before2021";
  if (author.date >= date(2021, 7) && latest < date(2022, 12)) return "before2023";
  return author.date >= date(2025, 6) ? "contemporary" : undefined;
}

/** Commits of each pool, at most so many of one author and in all, spread evenly over the history. */
export function choose(commits: readonly Commit[]): ReadonlyMap<string, Pool> {
  const chosen = new Map<string, Pool>();
  for (const [pool, all] of groupBy(commits, poolOf)) {
    if (pool === undefined) continue;
    const ofAuthor = new Map<string, number>();
    const few = spread(all, all.length).filter(({ author }) => {
      const count = (ofAuthor.get(author.email.toLowerCase()) ?? 0) + 1;
      ofAuthor.set(author.email.toLowerCase(), count);
      return count <= PER_AUTHOR;
    });
    for (const { id } of spread(few, PER_REPOSITORY)) chosen.set(id, pool);
  }
  return chosen;
}

/** At most `count`, in an order that the ids decide and not the time. */
function spread(commits: readonly Commit[], count: number): Commit[] {
  return [...commits].sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, count);
}

/** Undefined where a commit holds too little code of a measured language, or too much. */
export function sampleOf(
  commit: Commit,
  pool: Pool,
  { files }: AddedLines,
  seconds: number | undefined,
): Sample | undefined {
  const code = files.filter(
    ({ path }) => measuredLanguage(path) !== undefined && !isAuthorlessPath(path),
  );
  const lines = code.reduce((sum, { added }) => sum + added, 0);
  if (lines < LEAST_LINES || lines > MOST_LINES) return undefined;
  const [largest] = [...code].sort((a, b) => b.added - a.added);
  const signals = new Set<SignalId>([
    ...messageSignals(commit.message),
    ...sizeSignals(
      lines,
      files.map(({ path }) => path),
      seconds,
    ),
    ...code.flatMap((file) => codeSignals(file.hunks.flat(), file.path)),
  ]);
  return {
    pool,
    author: commit.author.email.toLowerCase(),
    signals: [...signals],
    language: measuredLanguage(largest!.path)!,
  };
}

/** Seconds from an author's previous commit to each; undefined for the first. */
export function pauses(commits: readonly Commit[]): (commit: Commit) => number | undefined {
  const byAuthor = new Map(
    [...groupBy(commits, ({ author }) => author.email)].map(([email, all]): [string, number[]] => [
      email,
      all.map(({ author }) => author.date).sort((a, b) => a - b),
    ]),
  );
  return ({ author }) => {
    const dates = byAuthor.get(author.email) ?? [];
    const at = dates.indexOf(author.date);
    return at > 0 ? author.date - dates[at - 1]! : undefined;
  };
}
