/** Compares two snapshots: which files changed and how, which were renamed, and which lines. */
import type { ChangedFile, ChangeStatus, Hunk } from "./change-set.ts";
import type { Contents, UnreadFile } from "./contents.ts";
import { diffBytes, isBinary, splitLines } from "./lines.ts";
import { type Entry, type Snapshot, unhashed } from "./snapshot.ts";

/** Longer files are compared as binary ones: what is analysed is far shorter. */
const COMPARED_BYTES = 16 * 1024 * 1024;

/** Renames with edits are sought among so many files on each side; renames without edits always. */
const RENAME_FILES = 1000;

/** Longer files are taken for renamed only when their content is the same. */
const RENAME_BYTES = 1024 * 1024;

/** A line in more files than this says nothing about which of them was renamed. */
const COMMON_LINE = 20;

/** Files read at once for line differences. */
const BATCH = 128;

interface Change {
  readonly path: string;
  readonly basePath: string;
  readonly status: ChangeStatus;
  readonly before: Entry | undefined;
  readonly after: Entry | undefined;
}

/** What could not be read is told to `unread`, and its file is taken for binary. */
export async function compare(
  base: Snapshot,
  head: Snapshot,
  baseContents: Contents,
  headContents: Contents,
  unread: (path: string, kind: UnreadFile["kind"]) => void,
): Promise<ChangedFile[]> {
  const changes: Change[] = [];
  const added: Change[] = [];
  const deleted: Change[] = [];
  for (const [path, after] of head.entries) {
    const before = base.entries.get(path);
    if (before === undefined) added.push({ path, basePath: path, status: "added", before, after });
    else {
      const status = statusOf(before, after);
      if (status !== undefined) changes.push({ path, basePath: path, status, before, after });
    }
  }
  for (const [path, before] of base.entries)
    if (!head.entries.has(path))
      deleted.push({ path, basePath: path, status: "deleted", before, after: undefined });

  changes.push(...(await findRenames(deleted, added, baseContents, headContents)));
  changes.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));

  const files: ChangedFile[] = [];
  for (let at = 0; at < changes.length; at += BATCH) {
    const batch = changes.slice(at, at + BATCH);
    const [before, after] = await Promise.all([
      baseContents.read(
        batch.flatMap(({ basePath, before }) => wanted(basePath, before)),
        COMPARED_BYTES,
        unread,
      ),
      headContents.read(
        batch.flatMap(({ path, after }) => wanted(path, after)),
        COMPARED_BYTES,
        unread,
      ),
    ]);
    for (const change of batch) files.push(toFile(change, before, after));
  }
  return files;
}

function statusOf(before: Entry, after: Entry): ChangeStatus | undefined {
  if (before.kind !== after.kind) return "type";
  if (before.id !== after.id) return "modified";
  return before.executable === after.executable ? undefined : "mode";
}

function wanted(path: string, entry: Entry | undefined): { path: string; id: string }[] {
  return entry?.kind === "file" ? [{ path, id: entry.id }] : [];
}

function toFile(
  { path, basePath, status, before, after }: Change,
  baseBytes: ReadonlyMap<string, Buffer>,
  headBytes: ReadonlyMap<string, Buffer>,
): ChangedFile {
  const submodule = before?.kind === "submodule" || after?.kind === "submodule";
  const common = {
    path,
    basePath,
    status,
    baseId: before?.id,
    headId: after?.id,
    submodule,
  };
  // A symbolic link or a submodule has no lines: to the files' readers it is not there.
  const old = before?.kind === "file" ? baseBytes.get(basePath) : EMPTY;
  const now = after?.kind === "file" ? headBytes.get(path) : EMPTY;
  const same = before?.id === after?.id;
  const readable = same || (old !== undefined && now !== undefined);
  const binary =
    !readable || (old !== undefined && isBinary(old)) || (now !== undefined && isBinary(now));
  const hunks: Hunk[] =
    binary || same || old === undefined || now === undefined ? [] : diffBytes(old, now);
  return { ...common, binary, hunks };
}

const EMPTY = Buffer.alloc(0);

/** Turns pairs of a deleted and an added file into renames, and returns all that is left beside them. */
async function findRenames(
  deleted: readonly Change[],
  added: readonly Change[],
  baseContents: Contents,
  headContents: Contents,
): Promise<Change[]> {
  const gone = new Set(deleted.filter(({ before }) => before!.kind === "file"));
  const fresh = new Set(added.filter(({ after }) => after!.kind === "file"));
  const renames: Change[] = [];
  const rename = (from: Change, to: Change) => {
    gone.delete(from);
    fresh.delete(to);
    renames.push({
      path: to.path,
      basePath: from.path,
      status: "renamed",
      before: from.before,
      after: to.after,
    });
  };

  const byId = group(gone);
  for (const to of [...fresh]) {
    const same = (byId.get(to.after!.id) ?? []).filter((each) => gone.has(each));
    const from = same.find(({ path }) => nameOf(path) === nameOf(to.path)) ?? same[0];
    if (from !== undefined && !isEmptyId(to.after!.id)) rename(from, to);
  }

  if (gone.size > 0 && fresh.size > 0 && gone.size <= RENAME_FILES && fresh.size <= RENAME_FILES) {
    const before = await signatures(gone, baseContents, (each) => each.before!);
    const after = await signatures(fresh, headContents, (each) => each.after!);
    for (const [from, to] of mostAlike(before, after))
      if (gone.has(from) && fresh.has(to)) rename(from, to);
  }
  const rest = (each: Change) =>
    each.before === undefined
      ? each.after!.kind !== "file" || fresh.has(each)
      : each.before.kind !== "file" || gone.has(each);
  return [...renames, ...deleted.filter(rest), ...added.filter(rest)];
}

function group(changes: Iterable<Change>): Map<string, Change[]> {
  const byId = new Map<string, Change[]>();
  for (const change of changes) {
    const id = change.before!.id;
    byId.set(id, [...(byId.get(id) ?? []), change]);
  }
  return byId;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

const EMPTY_IDS = new Set([
  "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
  "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
]);

function isEmptyId(id: string): boolean {
  return EMPTY_IDS.has(id) || unhashed(id) !== undefined;
}

/** How many characters of each line a file holds. */
interface Signature {
  readonly lines: ReadonlyMap<string, number>;
  readonly size: number;
}

async function signatures(
  changes: ReadonlySet<Change>,
  contents: Contents,
  entry: (change: Change) => Entry,
): Promise<Map<Change, Signature>> {
  const found = new Map<Change, Signature>();
  const all = [...changes];
  for (let at = 0; at < all.length; at += BATCH) {
    const batch = all.slice(at, at + BATCH);
    const bytes = await contents.read(
      batch.map((each) => ({ path: each.path, id: entry(each).id })),
      RENAME_BYTES,
    );
    for (const change of batch) {
      const content = bytes.get(change.path);
      if (content === undefined || content.length === 0 || isBinary(content)) continue;
      const lines = new Map<string, number>();
      let size = 0;
      for (const line of splitLines(content)) {
        const length = line.length + 1;
        lines.set(line, (lines.get(line) ?? 0) + length);
        size += length;
      }
      found.set(change, { lines, size });
    }
  }
  return found;
}

/** Pairs of which at least half is the same, the most alike first. */
function mostAlike(
  before: ReadonlyMap<Change, Signature>,
  after: ReadonlyMap<Change, Signature>,
): [Change, Change][] {
  const holders = new Map<string, Change[]>();
  for (const [change, { lines }] of before)
    for (const line of lines.keys()) {
      const list = holders.get(line);
      if (list === undefined) holders.set(line, [change]);
      else list.push(change);
    }
  const pairs: { from: Change; to: Change; score: number }[] = [];
  for (const [to, signature] of after) {
    const shared = new Map<Change, number>();
    for (const [line, length] of signature.lines) {
      const list = holders.get(line);
      if (list === undefined || list.length > COMMON_LINE) continue;
      for (const from of list) shared.set(from, (shared.get(from) ?? 0) + length);
    }
    // A file that shares only common lines is still the first guess when it keeps its name.
    for (const from of before.keys())
      if (nameOf(from.path) === nameOf(to.path) && !shared.has(from)) shared.set(from, 0);
    const candidates = [...shared].sort((a, b) => b[1] - a[1]).slice(0, 10);
    for (const [from] of candidates) {
      const score = similarity(before.get(from)!, signature);
      if (score >= 0.5) pairs.push({ from, to, score });
    }
  }
  const sameName = ({ from, to }: { from: Change; to: Change }) =>
    nameOf(from.path) === nameOf(to.path) ? 1 : 0;
  pairs.sort(
    (a, b) =>
      b.score - a.score ||
      sameName(b) - sameName(a) ||
      (a.from.path < b.from.path ? -1 : a.from.path > b.from.path ? 1 : 0) ||
      (a.to.path < b.to.path ? -1 : 1),
  );
  return pairs.map(({ from, to }) => [from, to]);
}

function similarity(left: Signature, right: Signature): number {
  let common = 0;
  for (const [line, length] of left.lines) common += Math.min(length, right.lines.get(line) ?? 0);
  return common / Math.max(left.size, right.size);
}
