/** The commits that made a change, and which of them each added line comes from. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ChangedFile, ChangeSet, Hunk } from "./change-set.ts";
import { hunkAt } from "./change-set.ts";
import { type Commit, parseCommit } from "./commit.ts";
import type { Repository } from "./git.ts";
import { unquoted } from "./paths.ts";
import { Records } from "./records.ts";

/** Where a line comes from: the commit of the change that wrote it, and where it lies in that commit. */
export type Origin =
  | {
      readonly kind: "commit";
      readonly commit: string;
      readonly path: string;
      /** From 1. */
      readonly line: number;
    }
  /** `before`: the line is older than the change, and was only moved or formatted by it. */
  | { readonly kind: "uncommitted" | "before" | "unknown" };

const UNCOMMITTED: Origin = { kind: "uncommitted" };
const BEFORE: Origin = { kind: "before" };
const UNKNOWN: Origin = { kind: "unknown" };

export interface History {
  /** Newest first. */
  readonly commits: readonly Commit[];
  /**
   * For lines of head that the change added. Without `blame`, which is slow, it tells only what is not committed yet,
   * and of the rest nothing.
   */
  origins(file: ChangedFile, blame?: boolean): Promise<(line: number) => Origin>;
  /** What tools have recorded beside the commits. */
  readonly records: Records;
  /** What could not be told. Grows with every call of `origins`. */
  readonly notices: readonly string[];
}

/** More commits than this are a release and no change for review; the newest are read. */
const COMMITS = 2000;

/** One process a file: at this many the answer takes some ten seconds. */
const BLAMED_FILES = 400;

/** Blame of longer files takes seconds each. */
const BLAMED_LINES = 20_000;

/** More ranges than this make no shorter work than the whole file. */
const BLAMED_RANGES = 100;

/** Letters and digits that lines share with others before they count as copied: tests and tables repeat themselves. */
const COPIED = 200;

const CONCURRENT = 3;

export async function readHistory(
  repository: Repository,
  change: ChangeSet,
  /** Difference between the tip and head where head is no commit; its hunks are uncommitted. */
  uncommitted: readonly ChangedFile[],
): Promise<History> {
  const notices: string[] = [];
  const commits = await readCommits(repository, change.range, notices);
  const cut = await cutCommits(repository, commits);
  if (cut.size > 0)
    notices.push(
      "the clone ends inside the change: which commit some lines come from is not known (check out with `fetch-depth: 0`)",
    );
  const known = new Set(commits.map(({ id }) => id));
  const sinceTip = new Map(uncommitted.map((file) => [file.path, file]));
  const [only] = commits;
  const single =
    commits.length === 1 &&
    cut.size === 0 &&
    only!.parents.length === 1 &&
    only!.parents[0] === change.baseCommit
      ? only!.id
      : undefined;
  const slots = new Slots(CONCURRENT);
  let blamed = 0;

  const committed = async (
    file: ChangedFile,
    path: string,
    ranges: readonly Span[],
  ): Promise<(line: number) => Origin> => {
    if (commits.length === 0) return () => BEFORE;
    if (single !== undefined) return (line) => ({ kind: "commit", commit: single, path, line });
    if (ranges.length === 0) return () => UNKNOWN;
    if (file.hunks.some(({ headStart, headCount }) => headStart + headCount > BLAMED_LINES)) {
      notices.push(`${path} is too long to tell which commit each line comes from`);
      return () => UNKNOWN;
    }
    if (blamed++ === BLAMED_FILES)
      notices.push(
        `more than ${BLAMED_FILES} files changed in several commits: for the others, no commit is told`,
      );
    if (blamed > BLAMED_FILES) return () => UNKNOWN;
    const origin = await slots.run(() => blame(repository, change.range, path, ranges, known));
    // To blame, the end of a shallow clone has written everything that is older.
    return (line) => {
      const at = origin(line);
      return at.kind === "commit" && cut.has(at.commit) ? UNKNOWN : at;
    };
  };

  return {
    commits,
    records: new Records(repository),
    notices,
    async origins(file, blame = true) {
      const since = sinceTip.get(file.path);
      if (since?.status === "added" || change.range.tip === undefined) return () => UNCOMMITTED;
      const hunks = since?.hunks ?? [];
      const atTip = (line: number) =>
        since !== undefined && hunkAt(since, line) !== undefined ? undefined : toBase(hunks, line);
      const origin: (line: number) => Origin = blame
        ? await committed(file, since?.basePath ?? file.path, runsOf(file.hunks, atTip))
        : () => UNKNOWN;
      return (line) => {
        const there = atTip(line);
        return there === undefined ? UNCOMMITTED : origin(there);
      };
    },
  };
}

/** Commits whose parents are not in a shallow clone. */
async function cutCommits(
  repository: Repository,
  commits: readonly Commit[],
): Promise<ReadonlySet<string>> {
  if (!repository.shallow) return new Set();
  const file = await repository.text("rev-parse", "--git-path", "shallow");
  try {
    const cut = readFileSync(resolve(repository.root ?? repository.gitDir, file), "latin1");
    const ids = new Set(cut.split("\n"));
    return new Set(commits.map(({ id }) => id).filter((id) => ids.has(id)));
  } catch {
    return new Set(commits.map(({ id }) => id));
  }
}

/** First and last line, from 1. */
type Span = readonly [number, number];

/** Added lines as runs in the tip's version of the file. */
function runsOf(hunks: readonly Hunk[], atTip: (line: number) => number | undefined): Span[] {
  const runs: [number, number][] = [];
  for (const { headStart, headCount } of hunks)
    for (let line = headStart; line < headStart + headCount; line++) {
      const there = atTip(line);
      if (there === undefined) continue;
      const last = runs.at(-1);
      if (last !== undefined && last[1] + 1 === there) last[1] = there;
      else runs.push([there, there]);
    }
  return runs;
}

/** Where an unchanged line of head lies in base. */
function toBase(hunks: readonly Hunk[], line: number): number {
  let shift = 0;
  for (const { baseStart, baseCount, headStart, headCount } of hunks) {
    const first = headCount === 0 ? headStart + 1 : headStart;
    if (line < first) break;
    const baseEnd = (baseCount === 0 ? baseStart + 1 : baseStart) + baseCount;
    shift = baseEnd - (first + headCount);
  }
  return line + shift;
}

/**
 * Lines that were only indented, moved or copied stay whose they were. Without text conversion and without lists of
 * commits to pass over: both are the repository's to configure, and a list in base can name no commit of the change.
 */
async function blame(
  repository: Repository,
  { tip, excluded }: ChangeSet["range"],
  path: string,
  ranges: readonly Span[],
  known: ReadonlySet<string>,
): Promise<(line: number) => Origin> {
  const origins = new Map<number, Origin>();
  const spans = ranges.length > BLAMED_RANGES ? [] : ranges;
  const output = await repository
    .bytes(
      "blame",
      "--incremental",
      "--no-textconv",
      "--ignore-revs-file=",
      "-w",
      `-M${COPIED}`,
      `-C${COPIED}`,
      ...spans.flatMap(([first, last]) => ["-L", `${first},${last}`]),
      tip!,
      ...excluded.map((id) => `^${id}`),
      "--",
      path,
    )
    .catch(() => undefined);
  if (output === undefined) return () => UNKNOWN;
  // Each run ends with the name its file had in that commit.
  let run: { commit: string; there: number; here: number; count: number } | undefined;
  for (const line of output.toString("latin1").split("\n")) {
    const [, commit, there, here, count] = /^([0-9a-f]{40,64}) (\d+) (\d+) (\d+)$/.exec(line) ?? [];
    if (commit !== undefined)
      run = { commit, there: Number(there), here: Number(here), count: Number(count) };
    if (run === undefined || !line.startsWith("filename ")) continue;
    const name = unquoted(line.slice("filename ".length));
    for (let at = 0; at < run.count; at++)
      origins.set(
        run.here + at,
        known.has(run.commit)
          ? { kind: "commit", commit: run.commit, path: name, line: run.there + at }
          : BEFORE,
      );
    run = undefined;
  }
  return (line) => origins.get(line) ?? UNKNOWN;
}

async function readCommits(
  repository: Repository,
  { tip, excluded }: ChangeSet["range"],
  notices: string[],
): Promise<Commit[]> {
  if (tip === undefined || excluded.includes(tip)) return [];
  const output = await repository.text(
    "rev-list",
    "--topo-order",
    `--max-count=${COMMITS + 1}`,
    tip,
    ...excluded.map((id) => `^${id}`),
    "--",
  );
  const ids = output.split("\n").filter((line) => line !== "");
  if (ids.length > COMMITS) {
    ids.pop();
    notices.push(`the change has more than ${COMMITS} commits; the newest ${COMMITS} were read`);
  }
  const commits: Commit[] = [];
  for await (const { id, bytes } of repository.blobs.read(ids, undefined, "commit"))
    if (bytes !== undefined) commits.push(parseCommit(id, bytes));
  return commits;
}

/** Lets so many run at once. */
class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((go) => this.#waiting.push(go));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
