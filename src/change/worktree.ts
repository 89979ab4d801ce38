/** Reads the working tree without git's help: git would run the filters that a repository configures. */
import { createHash } from "node:crypto";
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
} from "node:fs";
import { blobId, type ObjectFormat } from "../support/hash.ts";
import { readIndex, records, type Stat, unmergedPaths, unreadablePaths } from "./committed.ts";
import type { Repository } from "./git.ts";
import { withoutCarriageReturns } from "./lines.ts";
import { decodePath, isPlainPath, type RawPaths } from "./paths.ts";
import { type Entry, LOCKED, type Snapshot, TOO_LONG, unhashedId } from "./snapshot.ts";

/** Files longer than this are not hashed, and so never analysed: they are data, and reading them would take seconds. */
export const HASHED_BYTES = 64 * 1024 * 1024;

/** Files longer than this are not compared with their blob but for their bytes; no source file comes near. */
const COMPARED_BYTES = 4 * 1024 * 1024;

/** Not a file that can be read: gone, a folder, a device, or behind a symbolic link. */
type Absent = undefined;

/** A folder of files, seen so that no symbolic link leads out of it. */
export class Folder {
  readonly root: string;
  readonly #rawPaths: RawPaths;
  /** Whether a folder below the root is a real folder. */
  readonly #real = new Map<string, boolean>([["", true]]);

  constructor(root: string, rawPaths: RawPaths) {
    this.root = root;
    this.#rawPaths = rawPaths;
  }

  /** `LOCKED` in a folder that may not be entered. */
  stat(path: string): BigIntStats | typeof LOCKED | Absent {
    if (!isPlainPath(path) || !this.#holds(path)) return undefined;
    try {
      return lstatSync(this.#place(path), { bigint: true, throwIfNoEntry: false });
    } catch (error) {
      if (isDenied(error)) return LOCKED;
      throw error;
    }
  }

  /** The target of a symbolic link. */
  link(path: string): Buffer {
    return readlinkSync(this.#place(path), { encoding: "buffer" });
  }

  /** The bytes of a file of at most `limit` bytes. */
  read(path: string, limit: number): Buffer | "too-large" | Absent {
    return this.#open(path, (file, size) => {
      if (size > limit) return "too-large";
      const bytes = Buffer.allocUnsafe(size);
      let length = 0;
      while (length < size) {
        const count = readSync(file, bytes, length, size - length, length);
        if (count === 0) break;
        length += count;
      }
      return bytes.subarray(0, length);
    });
  }

  /** The id git would give to a file as it is; where it is too long or may not be read, an id that says so. */
  hash(path: string, format: ObjectFormat): string | Absent {
    const id = this.#open(path, (file, size) => {
      if (size > HASHED_BYTES) return unhashedId(TOO_LONG, format);
      const hash = createHash(format).update(`blob ${size}\0`);
      const chunk = Buffer.allocUnsafe(Math.min(size, 1 << 20) || 1);
      let left = size;
      while (left > 0) {
        const count = readSync(file, chunk, 0, Math.min(left, chunk.length), null);
        if (count === 0) break;
        hash.update(chunk.subarray(0, count));
        left -= count;
      }
      return hash.digest("hex");
    });
    return id ?? (this.#isLocked(path) ? unhashedId(LOCKED, format) : undefined);
  }

  /** Whether it is a file, or may be one, that may not be read. */
  #isLocked(path: string): boolean {
    const stat = this.stat(path);
    return stat === LOCKED || (stat?.isFile() ?? false);
  }

  #open<T>(path: string, use: (file: number, size: number) => T): T | Absent {
    if (!isPlainPath(path) || !this.#holds(path)) return undefined;
    let file: number;
    try {
      // Without O_NONBLOCK a named pipe put there in the meantime would wait for ever.
      file = openSync(
        this.#place(path),
        constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
      );
    } catch {
      return undefined;
    }
    try {
      const stat = fstatSync(file);
      return stat.isFile() ? use(file, stat.size) : undefined;
    } finally {
      closeSync(file);
    }
  }

  /** Whether all folders on the way to a path are real. */
  #holds(path: string): boolean {
    const slash = path.lastIndexOf("/");
    if (slash < 0) return true;
    const folder = path.slice(0, slash);
    let isReal = this.#real.get(folder);
    if (isReal === undefined) {
      const stat = this.stat(folder);
      isReal = stat === LOCKED || (stat?.isDirectory() ?? false);
      this.#real.set(folder, isReal);
    }
    return isReal;
  }

  #place(path: string): string | Buffer {
    const raw = this.#rawPaths.get(path);
    return raw === undefined
      ? `${this.root}/${path}`
      : Buffer.concat([Buffer.from(`${this.root}/`), raw]);
  }
}

function isDenied(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "EACCES" || code === "EPERM";
}

/** Tracked files as they are now, and untracked ones that are not ignored. */
export async function readWorktree(repository: Repository): Promise<Snapshot> {
  const root = repository.root!;
  // Before the index is read: a file as young as that may have changed since without its times telling.
  const written = lstatSync(repository.indexFile, { bigint: true, throwIfNoEntry: false })?.mtimeNs;
  const [index, untracked] = await Promise.all([
    readIndex(repository),
    repository.bytesAndWarnings("ls-files", "-o", "-z", "--exclude-standard"),
  ]);
  const rawPaths: RawPaths = new Map(index.rawPaths);
  const folder = new Folder(root, rawPaths);
  const entries = new Map<string, Entry>();
  const onDisk = new Set<string>();
  const suspects: { path: string; tracked: Entry; now: Entry }[] = [];
  const notices: string[] = [];

  for (const [path, tracked] of index.entries) {
    if (tracked.kind === "submodule") {
      entries.set(path, tracked);
      continue;
    }
    const stat = folder.stat(path);
    if (stat === undefined) {
      if (tracked.skipped) entries.set(path, tracked);
      continue;
    }
    if (stat === LOCKED) {
      entries.set(path, { ...tracked, id: unhashedId(LOCKED, repository.objectFormat) });
      continue;
    }
    if (stat.isSymbolicLink()) {
      const id = blobId(folder.link(path), repository.objectFormat);
      entries.set(path, { kind: "symlink", executable: false, id });
      continue;
    }
    if (!stat.isFile()) continue;
    // Where links cannot be made, git writes their target into a file.
    if (tracked.kind === "symlink" && !repository.settings.symlinks) {
      entries.set(path, tracked);
      continue;
    }
    const executable = repository.settings.trustExecutableBit
      ? (stat.mode & 0o100n) !== 0n
      : tracked.executable;
    if (tracked.kind === "file" && isUnchanged(stat, tracked.stat, written)) {
      entries.set(path, { kind: "file", executable, id: tracked.id });
      continue;
    }
    const id = folder.hash(path, repository.objectFormat);
    if (id === undefined) continue;
    const now: Entry = { kind: "file", executable, id };
    entries.set(path, now);
    if (id === tracked.id) continue;
    onDisk.add(path);
    if (tracked.kind === "file" && stat.size <= BigInt(COMPARED_BYTES))
      suspects.push({ path, tracked, now });
  }
  await keepConverted(repository, folder, suspects, entries, onDisk);

  for (const record of records(untracked.output)) {
    const path = decodePath(record, rawPaths);
    if (path.endsWith("/")) {
      notices.push(`${path} is a repository of its own and was left out`);
      continue;
    }
    const stat = folder.stat(path);
    if (stat === LOCKED) continue;
    if (stat?.isSymbolicLink()) {
      const id = blobId(folder.link(path), repository.objectFormat);
      entries.set(path, { kind: "symlink", executable: false, id });
    } else if (stat?.isFile()) {
      const id = folder.hash(path, repository.objectFormat);
      if (id === undefined) continue;
      entries.set(path, { kind: "file", executable: (stat.mode & 0o100n) !== 0n, id });
      onDisk.add(path);
    }
  }
  return {
    label: "worktree",
    entries,
    rawPaths,
    folder: root,
    onDisk,
    notices: [...notices, ...unreadablePaths(rawPaths), ...unmergedPaths(index.unmerged)],
    gaps: untracked.warnings.map((message) => ({ path: undefined, message })),
  };
}

/** Whether a file is surely the one git saw when it wrote the index. Anything else is read. */
function isUnchanged(
  now: BigIntStats,
  then: Stat | undefined,
  indexWritten: bigint | undefined,
): boolean {
  if (then === undefined || indexWritten === undefined) return false;
  if ((now.size & 0xffffffffn) !== BigInt(then.size)) return false;
  if (!sameTime(now.mtimeNs, then.mtime, then.mtimeNanoseconds)) return false;
  // On Windows git keeps other things under these names.
  if (process.platform !== "win32") {
    if (!sameTime(now.ctimeNs, then.ctime, then.ctimeNanoseconds)) return false;
    if ((now.ino & 0xffffffffn) !== BigInt(then.inode)) return false;
  }
  return then.mtimeNanoseconds === 0
    ? BigInt(then.mtime) < indexWritten / 1_000_000_000n
    : now.mtimeNs < indexWritten;
}

function sameTime(now: bigint, seconds: number, nanoseconds: number): boolean {
  return nanoseconds === 0
    ? now / 1_000_000_000n === BigInt(seconds)
    : now === BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
}

/** Files that differ from their blob only as checking out made them differ keep the blob's id. */
async function keepConverted(
  repository: Repository,
  folder: Folder,
  suspects: readonly { path: string; tracked: Entry; now: Entry }[],
  entries: Map<string, Entry>,
  onDisk: Set<string>,
): Promise<void> {
  const byId = new Map<string, typeof suspects>();
  for (const each of suspects)
    byId.set(each.tracked.id, [...(byId.get(each.tracked.id) ?? []), each]);
  for await (const { id, bytes } of repository.blobs.read(byId.keys(), COMPARED_BYTES)) {
    if (bytes === undefined) continue;
    for (const { path, tracked, now } of byId.get(id)!) {
      const content = folder.read(path, COMPARED_BYTES);
      if (!Buffer.isBuffer(content)) continue;
      const sameText = withoutCarriageReturns(content) === withoutCarriageReturns(bytes);
      if (!sameText && !isPointerTo(bytes, content)) continue;
      entries.set(path, { ...now, id: tracked.id });
      onDisk.delete(path);
    }
  }
}

/** Git LFS keeps a small text in the repository that names what the working tree holds. */
function isPointerTo(blob: Buffer, content: Buffer): boolean {
  if (blob.length > 1024 || !blob.toString("latin1", 0, 43).startsWith("version https://git-lfs."))
    return false;
  const named = /^oid sha256:([0-9a-f]{64})$/m.exec(blob.toString("latin1"))?.[1];
  return named === createHash("sha256").update(content).digest("hex");
}
