/** The content of files of one side of a change, wherever it lies. */
import { blobId, type ObjectFormat } from "../support/hash.ts";
import type { BlobReader } from "./blobs.ts";
import { isBinary } from "./lines.ts";
import { LOCKED, type Snapshot, unhashed } from "./snapshot.ts";
import { Folder } from "./worktree.ts";

export interface FileId {
  readonly path: string;
  readonly id: string;
}

/** Text of files by path, for whoever parses them. A file that cannot be given is absent, and told in `unread`. */
export interface Files {
  /** Decoded as UTF-8; a byte order mark is kept. Ask for some hundred at a time: all are held at once. */
  read(files: readonly FileId[]): Promise<ReadonlyMap<string, string>>;
  /** Grows with every call of `read`. */
  readonly unread: readonly UnreadFile[];
}

export interface UnreadFile {
  readonly path: string;
  readonly kind: "missing" | "too-large" | "locked" | "binary" | "changed" | "damaged";
  readonly message: string;
}

const MESSAGES = {
  missing: "its object is not in this clone",
  "too-large": "it is longer than the limit",
  locked: "permission to read it is denied",
  binary: "it is not text in UTF-8",
  changed: "it changed while it was read",
  damaged: "its object is damaged",
} as const;

/** Bytes of files by path, from objects or from the working tree. */
export class Contents {
  readonly #blobs: BlobReader | undefined;
  readonly #folder: Folder | undefined;
  readonly #onDisk: ReadonlySet<string>;
  readonly #format: ObjectFormat;

  constructor(snapshot: Snapshot, blobs: BlobReader | undefined, format: ObjectFormat) {
    this.#blobs = blobs;
    this.#folder =
      snapshot.folder === undefined ? undefined : new Folder(snapshot.folder, snapshot.rawPaths);
    this.#onDisk = snapshot.onDisk;
    this.#format = format;
  }

  async read(
    files: readonly FileId[],
    limit: number,
    unread?: (path: string, kind: UnreadFile["kind"]) => void,
  ): Promise<Map<string, Buffer>> {
    const found = new Map<string, Buffer>();
    const byId = new Map<string, string[]>();
    for (const { path, id } of files) {
      const why = unhashed(id);
      if (why !== undefined) unread?.(path, why === LOCKED ? "locked" : "too-large");
      else if (this.#blobs === undefined || this.#onDisk.has(path))
        this.#readDisk(path, id, limit, found, unread);
      else {
        const paths = byId.get(id);
        if (paths === undefined) byId.set(id, [path]);
        else paths.push(path);
      }
    }
    if (byId.size === 0 || this.#blobs === undefined) return found;
    for await (const { id, bytes, problem } of this.#blobs.read(byId.keys(), limit))
      for (const path of byId.get(id)!) {
        if (bytes !== undefined) found.set(path, bytes);
        // In a partial clone the working tree may hold what the objects lack.
        else if (problem === "missing" && this.#folder !== undefined)
          this.#readDisk(path, id, limit, found, (at) => unread?.(at, "missing"));
        else unread?.(path, problem);
      }
    return found;
  }

  /** What is read must be what was named, for ids are cache keys. */
  #readDisk(
    path: string,
    id: string,
    limit: number,
    found: Map<string, Buffer>,
    unread: ((path: string, kind: UnreadFile["kind"]) => void) | undefined,
  ): void {
    const bytes = this.#folder?.read(path, limit);
    if (bytes === "too-large") unread?.(path, "too-large");
    else if (bytes === undefined || blobId(bytes, this.#format) !== id) unread?.(path, "changed");
    else found.set(path, bytes);
  }
}

/** Texts of files no longer than `limit` bytes. */
export function textFiles(contents: Contents, limit: number): Files {
  const unread: UnreadFile[] = [];
  const miss = (path: string, kind: UnreadFile["kind"]) =>
    unread.push({ path, kind, message: `${path} was not read: ${MESSAGES[kind]}` });
  return {
    unread,
    async read(files) {
      const texts = new Map<string, string>();
      for (const [path, bytes] of await contents.read(files, limit, miss)) {
        // Text in another encoding of one byte a character is read all the same: code is ASCII.
        if (isBinary(bytes)) miss(path, "binary");
        else texts.set(path, bytes.toString("utf8"));
      }
      return texts;
    },
  };
}
