/**
 * A store of records by content: what a key says is for ever, so nothing is ever changed or made invalid.
 *
 * It is a folder of segments. A run reads all that are there and adds one. Two runs at once see each other's segments
 * later or not at all, and may both keep the same record; that costs a little room and nothing else. Whatever is
 * damaged or cannot be written costs time, never the run.
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, statSync, unlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { type Entry, type Key, Segment, writeSegment } from "./segment.ts";

export interface Store {
  /** A copy of the record, at an aligned address. */
  get(key: string): Uint8Array | undefined;
  /** Keeps a record; the bytes must not be changed afterwards. */
  put(key: string, bytes: Uint8Array): void;
  /** Writes what was put, and makes room. */
  close(): void;
  /** Why something was not kept; nothing here is an error. */
  readonly notices: readonly string[];
}

/** All segments together. The modules of a million lines take about 150 MB. */
const BYTES = 512 * 1024 * 1024;

/** How far room is made, so that it is not made every time. */
const ROOM = 0.75;

/** What is held before it is written, so that a first run of a large tree needs no memory for its records. */
const HELD = 32 * 1024 * 1024;

/** At so many small segments they are made one: each costs a look at every missing key. */
const SEGMENTS = 12;
const SMALL = 8 * 1024 * 1024;

/** The time of a segment's last use need not be more exact than this. */
const USE_INTERVAL = 60 * 60 * 1000;

/** A draft this old was left by a run that was ended. */
const ABANDONED = 24 * 60 * 60 * 1000;

/** The store for where nothing may be kept. */
export const noStore: Store = { get: () => undefined, put() {}, close() {}, notices: [] };

export function openStore(folder: string, limit: number = BYTES): Store {
  return new SegmentStore(folder, limit);
}

class SegmentStore implements Store {
  readonly notices: string[] = [];
  readonly #folder: string;
  readonly #limit: number;
  #segments: Segment[];
  readonly #pending = new Map<string, Uint8Array>();
  #pendingBytes = 0;
  /** Records this run read, by segment: they outlive the making of room. */
  readonly #read = new Map<Segment, Map<string, Entry>>();
  #failed = false;

  constructor(folder: string, limit: number) {
    this.#folder = folder;
    this.#limit = limit;
    this.#segments = names(folder)
      .map((name) => Segment.open(join(folder, name)))
      .filter((segment) => segment !== undefined)
      // The newest first: it holds what the last run needed.
      .sort((a, b) => b.used - a.used || (a.path < b.path ? -1 : 1));
  }

  get(key: string): Uint8Array | undefined {
    const pending = this.#pending.get(key);
    if (pending !== undefined) return pending.slice();
    const words = keyOf(key);
    for (const segment of this.#segments) {
      const entry = segment.find(words);
      const bytes = entry === undefined ? undefined : segment.read(entry);
      if (entry === undefined || bytes === undefined) continue;
      const read = this.#read.get(segment) ?? new Map<string, Entry>();
      this.#read.set(segment, read.set(key, entry));
      return bytes;
    }
    return undefined;
  }

  put(key: string, bytes: Uint8Array): void {
    if (this.#failed || this.#pending.has(key)) return;
    this.#pending.set(key, bytes);
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes >= HELD) this.#write(this.#pendingRecords());
  }

  close(): void {
    if (this.#pending.size > 0) this.#write(this.#pendingRecords());
    try {
      this.#markUsed();
      this.#makeRoom();
      this.#merge();
      this.#removeDrafts();
    } catch (error) {
      this.#note(error);
    }
    for (const segment of this.#segments) segment.close();
    this.#segments = [];
  }

  *#pendingRecords(): Generator<readonly [Key, Uint8Array]> {
    for (const [key, bytes] of this.#pending) yield [keyOf(key), bytes];
  }

  #write(records: Iterable<readonly [Key, Uint8Array]>): void {
    const name = `${Date.now().toString(36)}-${process.pid}-${randomBytes(6).toString("hex")}`;
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      writeSegment(this.#folder, name, records);
      const segment = Segment.open(join(this.#folder, `${name}.pack`));
      if (segment !== undefined) this.#segments.unshift(segment);
    } catch (error) {
      this.#failed = true;
      this.#note(error);
    }
    this.#pending.clear();
    this.#pendingBytes = 0;
  }

  #note(error: unknown): void {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    this.notices.push(`the cache ${this.#folder} was not written: ${reason}`);
  }

  #markUsed(): void {
    const now = Date.now();
    for (const segment of this.#read.keys())
      if (now - segment.used > USE_INTERVAL)
        ignoring(() => utimesSync(segment.path, now / 1000, now / 1000));
  }

  /** Drops segments that were not used for longest; what this run used of them is kept. */
  #makeRoom(): void {
    let total = this.#segments.reduce((sum, { size }) => sum + size, 0);
    if (total <= this.#limit) return;
    const usedNow = (segment: Segment) => (this.#read.has(segment) ? 1 : 0);
    const order = [...this.#segments].sort((a, b) => usedNow(a) - usedNow(b) || a.used - b.used);
    const dropped: Segment[] = [];
    for (const segment of order) {
      if (total <= this.#limit * ROOM || dropped.length === order.length - 1) break;
      dropped.push(segment);
      total -= segment.size;
    }
    const kept: (readonly [Key, Uint8Array])[] = [];
    let room = this.#limit * ROOM - total;
    for (const segment of dropped)
      for (const [key, entry] of this.#read.get(segment) ?? []) {
        const bytes = segment.read(entry);
        if (bytes === undefined || bytes.length > room) continue;
        room -= bytes.length;
        kept.push([keyOf(key), bytes]);
      }
    if (kept.length > 0) this.#write(kept);
    this.#drop(dropped);
  }

  #merge(): void {
    const small = this.#segments.filter(({ size }) => size < SMALL);
    if (this.#failed || small.length < SEGMENTS) return;
    const seen = new Set<string>();
    const records = function* (): Generator<readonly [Key, Uint8Array]> {
      for (const segment of small)
        for (const [key, entry] of segment.entries()) {
          const id = key.join();
          if (seen.has(id)) continue;
          const bytes = segment.read(entry);
          if (bytes === undefined) continue;
          seen.add(id);
          yield [key, bytes];
        }
    };
    this.#write(records());
    if (!this.#failed) this.#drop(small);
  }

  /** Another run may have a segment open, which on Windows keeps it there until the next time. */
  #drop(segments: readonly Segment[]): void {
    const gone = new Set(segments);
    this.#segments = this.#segments.filter((segment) => !gone.has(segment));
    for (const segment of segments) {
      segment.close();
      ignoring(() => unlinkSync(segment.path));
    }
  }

  #removeDrafts(): void {
    for (const name of names(this.#folder, ".draft")) {
      const path = join(this.#folder, name);
      ignoring(() => {
        if (Date.now() - statSync(path).mtimeMs > ABANDONED) unlinkSync(path);
      });
    }
  }
}

function names(folder: string, ending = ".pack"): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(ending));
  } catch {
    return [];
  }
}

function keyOf(key: string): Key {
  const digest = createHash("sha256").update(key).digest();
  return new Uint32Array(digest.buffer.slice(digest.byteOffset, digest.byteOffset + 16));
}

function ignoring(work: () => void): void {
  try {
    work();
  } catch {
    // Another run did it, or holds the file.
  }
}
