/** Reads the trees that git holds: a commit's, and the index. */
import type { Repository } from "./git.ts";
import { decodePath, type RawPaths } from "./paths.ts";
import { type Entry, entryOf, type Snapshot } from "./snapshot.ts";

export async function readCommit(repository: Repository, commit: string): Promise<Snapshot> {
  const output = await repository.bytes("ls-tree", "-r", "-z", "--full-tree", commit);
  const entries = new Map<string, Entry>();
  const rawPaths: RawPaths = new Map();
  for (const line of records(output)) {
    const tab = line.indexOf("\t");
    const [mode = "", , id = ""] = line.slice(0, tab).split(" ");
    const entry = entryOf(mode, id);
    if (entry !== undefined) entries.set(decodePath(line.slice(tab + 1), rawPaths), entry);
  }
  return {
    label: commit,
    entries,
    rawPaths,
    folder: undefined,
    onDisk: new Set(),
    notices: unreadablePaths(rawPaths),
    gaps: [],
  };
}

/** The tree without files. */
export function emptySnapshot(label: string): Snapshot {
  return {
    label,
    entries: new Map(),
    rawPaths: new Map(),
    folder: undefined,
    onDisk: new Set(),
    notices: [],
    gaps: [],
  };
}

/** What git remembers of a file in the working tree, to see whether it changed without reading it. */
export interface Stat {
  readonly ctime: number;
  readonly ctimeNanoseconds: number;
  readonly mtime: number;
  readonly mtimeNanoseconds: number;
  readonly inode: number;
  readonly size: number;
}

export interface IndexEntry extends Entry {
  readonly stat: Stat | undefined;
  /** Left out of the working tree by a sparse checkout. */
  readonly skipped: boolean;
  /** By `git add --intent-to-add`: the file is tracked, and nothing of it is staged yet. */
  readonly announced: boolean;
}

export interface Index {
  readonly entries: ReadonlyMap<string, IndexEntry>;
  readonly unmerged: ReadonlySet<string>;
  readonly rawPaths: RawPaths;
}

const ENTRY = /([A-Za-z?]) (\d{6}) ([0-9a-f]+) (\d)\t([^\0]+)\0/y;
const STAT =
  / {2}ctime: (\d+):(\d+)\n {2}mtime: (\d+):(\d+)\n {2}dev: \d+\tino: (\d+)\n {2}uid: \d+\tgid: \d+\n {2}size: (\d+)\tflags: ([0-9a-f]+)\n/y;

const INTENT_TO_ADD = 1 << 29;

export async function readIndex(repository: Repository): Promise<Index> {
  // What --debug prints is not promised to stay as it is. Where it is not as expected, the files are read instead.
  const detailed = parseIndex(
    (await repository.bytes("ls-files", "-v", "-s", "-z", "--debug")).toString("latin1"),
  );
  if (detailed !== undefined) return detailed;
  const plain = parseIndex(
    (await repository.bytes("ls-files", "-v", "-s", "-z")).toString("latin1"),
  );
  if (plain === undefined) throw new Error("git ls-files wrote something unexpected");
  return plain;
}

function parseIndex(text: string): Index | undefined {
  const entries = new Map<string, IndexEntry>();
  const unmerged = new Set<string>();
  const rawPaths: RawPaths = new Map();
  ENTRY.lastIndex = 0;
  while (ENTRY.lastIndex < text.length) {
    const match = ENTRY.exec(text);
    if (match === null) return undefined;
    const [, tag = "", mode = "", id = "", stage, bytes = ""] = match;
    STAT.lastIndex = ENTRY.lastIndex;
    const debug = STAT.exec(text);
    if (debug !== null) ENTRY.lastIndex = STAT.lastIndex;
    const entry = entryOf(mode, id);
    if (entry === undefined) continue;
    const announced = debug !== null && (Number.parseInt(debug[7]!, 16) & INTENT_TO_ADD) !== 0;
    const path = decodePath(bytes, rawPaths);
    if (stage !== "0") {
      unmerged.add(path);
      // Our side of a conflict stands for the path until it is resolved; any side, where we have none.
      if (stage === "2" || !entries.has(path))
        entries.set(path, { ...entry, stat: undefined, skipped: false, announced: false });
      continue;
    }
    const stat: Stat | undefined =
      debug === null
        ? undefined
        : {
            ctime: Number(debug[1]),
            ctimeNanoseconds: Number(debug[2]),
            mtime: Number(debug[3]),
            mtimeNanoseconds: Number(debug[4]),
            inode: Number(debug[5]),
            size: Number(debug[6]),
          };
    entries.set(path, { ...entry, stat, skipped: tag.toLowerCase() === "s", announced });
  }
  return { entries, unmerged, rawPaths };
}

export function indexSnapshot(index: Index): Snapshot {
  return {
    label: "index",
    entries: new Map([...index.entries].filter(([, { announced }]) => !announced)),
    rawPaths: index.rawPaths,
    folder: undefined,
    onDisk: new Set(),
    notices: [...unreadablePaths(index.rawPaths), ...unmergedPaths(index.unmerged)],
    gaps: [],
  };
}

/** NUL-terminated records, one character a byte. */
export function records(output: Buffer): string[] {
  const lines = output.toString("latin1").split("\0");
  lines.pop();
  return lines;
}

export function unreadablePaths(rawPaths: RawPaths): string[] {
  if (rawPaths.size === 0) return [];
  const [first] = rawPaths.keys();
  return [
    `${rawPaths.size === 1 ? "a path is" : `${rawPaths.size} paths are`} not UTF-8 and shown with escapes: ${first}`,
  ];
}

export function unmergedPaths(unmerged: ReadonlySet<string>): string[] {
  if (unmerged.size === 0) return [];
  const [first] = unmerged;
  return [
    `${unmerged.size === 1 ? "a path has" : `${unmerged.size} paths have`} merge conflicts that are not resolved: ${first}`,
  ];
}
