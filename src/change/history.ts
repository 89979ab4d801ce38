/** The commits that made a change, and which of them each added line comes from. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ChangedFile, ChangeSet, Hunk } from "./change-set.ts";
import { hunkAt } from "./change-set.ts";
import type { Repository } from "./git.ts";

export interface Signature {
  readonly name: string;
  readonly email: string;
  /** Seconds since 1970. */
  readonly date: number;
}

export interface Commit {
  readonly id: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  /** Subject, an empty line, body. As recorded: no mailmap, which could rename a tool to a person. */
  readonly message: string;
}

/** The id of the commit a line was last changed by; `before` where that is not of the change. */
export type Origin = string | "uncommitted" | "before" | "unknown";

export interface History {
  /** Newest first. */
  readonly commits: readonly Commit[];
  /**
   * For lines of head that the change added. Without `blame`, which is slow, it tells only what is not committed yet,
   * and of the rest nothing.
   */
  origins(file: ChangedFile, blame?: boolean): Promise<(line: number) => Origin>;
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

  const committed = async (file: ChangedFile, path: string, ranges: readonly Span[]) => {
    if (commits.length === 0) return () => "before";
    if (single !== undefined) return () => single;
    if (ranges.length === 0) return () => "unknown";
    if (file.hunks.some(({ headStart, headCount }) => headStart + headCount > BLAMED_LINES)) {
      notices.push(`${path} is too long to tell which commit each line comes from`);
      return () => "unknown";
    }
    if (blamed++ === BLAMED_FILES)
      notices.push(
        `more than ${BLAMED_FILES} files changed in several commits: for the others, no commit is told`,
      );
    if (blamed > BLAMED_FILES) return () => "unknown";
    const origin = await slots.run(() => blame(repository, change.range, path, ranges, known));
    // To blame, the end of a shallow clone has written everything that is older.
    return (line: number) => (cut.has(origin(line)) ? "unknown" : origin(line));
  };

  return {
    commits,
    notices,
    async origins(file, blame = true) {
      const since = sinceTip.get(file.path);
      if (since?.status === "added" || change.range.tip === undefined) return () => "uncommitted";
      const hunks = since?.hunks ?? [];
      const atTip = (line: number) =>
        since !== undefined && hunkAt(since, line) !== undefined ? undefined : toBase(hunks, line);
      const origin: (line: number) => Origin = blame
        ? await committed(file, since?.basePath ?? file.path, runsOf(file.hunks, atTip))
        : () => "unknown";
      return (line) => {
        const there = atTip(line);
        return there === undefined ? "uncommitted" : origin(there);
      };
    },
  };
}

/** Commits whose parents are not in a shallow clone. */
async function cutCommits(
  repository: Repository,
  commits: readonly Commit[],
): Promise<ReadonlySet<Origin>> {
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

/** Without text conversion and without lists of commits to pass over: both are the repository's to configure. */
async function blame(
  repository: Repository,
  { tip, excluded }: ChangeSet["range"],
  path: string,
  ranges: readonly Span[],
  known: ReadonlySet<string>,
): Promise<(line: number) => Origin> {
  const origins = new Map<number, string>();
  const spans = ranges.length > BLAMED_RANGES ? [] : ranges;
  const output = await repository
    .bytes(
      "blame",
      "--incremental",
      "--no-textconv",
      "--ignore-revs-file=",
      "-w",
      "-M",
      ...spans.flatMap(([first, last]) => ["-L", `${first},${last}`]),
      tip!,
      ...excluded.map((id) => `^${id}`),
      "--",
      path,
    )
    .catch(() => undefined);
  if (output === undefined) return () => "unknown";
  for (const [, id, first, count] of output
    .toString("latin1")
    .matchAll(/^([0-9a-f]{40,64}) \d+ (\d+) (\d+)$/gm))
    for (let at = 0; at < Number(count); at++)
      origins.set(Number(first) + at, known.has(id!) ? id! : "before");
  return (line) => origins.get(line) ?? "unknown";
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

/** A commit object is read as it is: the options and settings of `git log` have no say in it. */
export function parseCommit(id: string, bytes: Buffer): Commit {
  const split = bytes.indexOf("\n\n");
  const headers = bytes.toString("latin1", 0, split < 0 ? bytes.length : split).split("\n");
  const value = (name: string) =>
    headers
      .filter((line) => line.startsWith(`${name} `))
      .map((line) => line.slice(name.length + 1));
  const decode = decoder(value("encoding")[0]);
  const signature = (line = ""): Signature => {
    const [, name = "", email = "", date = "0"] = /^(.*?) ?<([^<>]*)> ?(-?\d+)?/.exec(line) ?? [];
    const text = (latin1: string) => decode(Buffer.from(latin1, "latin1"));
    return { name: text(name), email: text(email), date: Number(date) };
  };
  return {
    id,
    parents: value("parent"),
    author: signature(value("author")[0]),
    committer: signature(value("committer")[0]),
    message: split < 0 ? "" : decode(bytes.subarray(split + 2)),
  };
}

function decoder(encoding: string | undefined): (bytes: Uint8Array) => string {
  try {
    const text = new TextDecoder(encoding ?? "utf-8");
    return (bytes) => text.decode(bytes);
  } catch {
    return (bytes) => Buffer.from(bytes).toString("latin1");
  }
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
