/** Adds hunks up: by verdict, by tool, by file and by commit. Lines are added lines. */
import type { Commit } from "../change/commit.ts";
import { groupBy } from "../support/group-by.ts";
import { type HunkAttribution, type Verdict, verdicts } from "./attribution.ts";

/** Lines by verdict; a verdict without a line is absent. In the order of {@link verdicts}. */
export type LinesByVerdict = ReadonlyMap<Verdict, number>;

export interface Total<Key> {
  readonly key: Key;
  readonly hunks: number;
  readonly lines: number;
  readonly byVerdict: LinesByVerdict;
}

export interface CommitTotal extends Total<Commit> {
  /** What is claimed of its lines, each claim once. */
  readonly claims: readonly string[];
}

export interface Summary {
  readonly all: Total<undefined>;
  /** Most lines first. */
  readonly tools: readonly Total<{ readonly id: string; readonly name: string }>[];
  readonly files: readonly Total<string>[];
  /** Newest first; those of which a line is left in the change. */
  readonly commits: readonly CommitTotal[];
}

export function summarise(hunks: readonly HunkAttribution[], commits: readonly Commit[]): Summary {
  const ofCommit = new Map(
    [
      ...groupBy(
        hunks.flatMap((hunk) => hunk.commits.map(({ id }) => ({ id, hunk }))),
        ({ id }) => id,
      ),
    ].map(([id, all]): [string, HunkAttribution[]] => [id, all.map(({ hunk }) => hunk)]),
  );
  return {
    all: total(undefined, hunks),
    tools: [...groupBy(hunks, ({ tool }) => tool)]
      .filter((group): group is [string, HunkAttribution[]] => group[0] !== undefined)
      .map(([id, some]) => total({ id, name: some[0]!.toolName ?? id }, some))
      .sort(byLines),
    files: [...groupBy(hunks, ({ file }) => file.path)]
      .map(([path, some]) => total(path, some))
      .sort(byLines),
    commits: commits.flatMap((commit): CommitTotal[] => {
      const some = ofCommit.get(commit.id);
      if (some === undefined) return [];
      const own = (hunk: HunkAttribution): number =>
        hunk.commits.find(({ id }) => id === commit.id)?.lines ?? 0;
      const short = commit.id.slice(0, 7);
      const claims = some
        .flatMap(({ evidence }) => evidence)
        .filter(({ locus, tier }) => locus.includes(short) && tier !== "style")
        .map(({ claim }) => claim.replace(/ \(\d+ of \d+ lines\)$/, ""));
      return [{ ...total(commit, some, own), claims: [...new Set(claims)] }];
    }),
  };
}

function total<Key>(
  key: Key,
  hunks: readonly HunkAttribution[],
  linesOf: (hunk: HunkAttribution) => number = ({ hunk }) => hunk.headCount,
): Total<Key> {
  const byVerdict = new Map<Verdict, number>();
  for (const verdict of verdicts) {
    const lines = hunks
      .filter((each) => each.verdict === verdict)
      .reduce((sum, each) => sum + linesOf(each), 0);
    if (lines > 0) byVerdict.set(verdict, lines);
  }
  const lines = [...byVerdict.values()].reduce((sum, each) => sum + each, 0);
  return { key, hunks: hunks.length, lines, byVerdict };
}

/** Equal ones stay as they are: in the order of the change. */
const byLines = (a: { lines: number }, b: { lines: number }): number => b.lines - a.lines;
