/**
 * A segment: one file of records that was written in one go and is never changed.
 *
 *     header    magic, byte-order mark                              16 bytes
 *     records   one after the other, each at a multiple of 8
 *     index     for each record, sorted by key: key, place, length, checksum
 *     trailer   place of the index, number of records, checksum of the index, magic
 *
 * A segment appears under its name only when it is whole, so readers and writers need no locks. Checksums are there
 * for what happens to files afterwards: half-restored caches, full disks, bad sectors.
 */
import {
  closeSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";

const MAGIC = Buffer.from("adr-scan pack 1\n", "latin1");
const ORDER = 0x01020304;
const HEADER = 24;
const TRAILER = 32;
/** Words of an index entry: four of the key, place in units of 8 bytes, length, checksum, and one spare. */
const WORDS = 8;

/** Four 32-bit words; a digest, so equal keys are equal texts for all that will ever be. */
export type Key = Uint32Array;

export interface Entry {
  readonly place: number;
  readonly length: number;
  readonly checksum: number;
}

export class Segment {
  readonly path: string;
  readonly size: number;
  /** Milliseconds; when the segment was last of use. */
  readonly used: number;
  readonly #file: number;
  readonly #index: Uint32Array;

  private constructor(path: string, file: number, size: number, used: number, index: Uint32Array) {
    this.path = path;
    this.#file = file;
    this.size = size;
    this.used = used;
    this.#index = index;
  }

  /** Undefined where there is no whole segment: gone, cut short, or something else. */
  static open(path: string): Segment | undefined {
    let file: number | undefined;
    try {
      file = openSync(path, "r");
      const { size, mtimeMs } = fstatSync(file);
      const index = readIndex(file, size);
      if (index !== undefined) return new Segment(path, file, size, mtimeMs, index);
    } catch {
      // Damage of any kind is a miss.
    }
    if (file !== undefined) closeSync(file);
    return undefined;
  }

  find(key: Key): Entry | undefined {
    const index = this.#index;
    let [low, high] = [0, index.length / WORDS - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const order = compareKeys(index, middle * WORDS, key);
      if (order === 0) return this.#entry(middle);
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }

  /** A copy of its own, which a caller may keep and make aligned views of; undefined where it is damaged. */
  read({ place, length, checksum }: Entry): Uint8Array | undefined {
    const bytes = new Uint8Array(new ArrayBuffer(length));
    try {
      if (readSync(this.#file, bytes, 0, length, place) !== length) return undefined;
    } catch {
      return undefined;
    }
    return crc32(bytes) === checksum ? bytes : undefined;
  }

  *entries(): Generator<readonly [Key, Entry]> {
    for (let at = 0; at < this.#index.length / WORDS; at++)
      yield [this.#index.slice(at * WORDS, at * WORDS + 4), this.#entry(at)];
  }

  close(): void {
    closeSync(this.#file);
  }

  #entry(at: number): Entry {
    const words = this.#index.subarray(at * WORDS, at * WORDS + WORDS);
    return { place: words[4]! * 8, length: words[5]!, checksum: words[6]! };
  }
}

function readIndex(file: number, size: number): Uint32Array | undefined {
  if (size < HEADER + TRAILER) return undefined;
  const header = Buffer.alloc(HEADER);
  const trailer = new Uint8Array(new ArrayBuffer(TRAILER));
  if (readSync(file, header, 0, HEADER, 0) !== HEADER) return undefined;
  if (readSync(file, trailer, 0, TRAILER, size - TRAILER) !== TRAILER) return undefined;
  if (!header.subarray(0, 16).equals(MAGIC) || !MAGIC.equals(trailer.subarray(16)))
    return undefined;
  // Numbers are written as the machine has them; another machine's segment is none of ours.
  if (new Uint32Array(header.buffer, header.byteOffset, HEADER / 4)[4] !== ORDER) return undefined;
  const [place = 0, count = 0, checksum] = new Uint32Array(trailer.buffer, 0, 4);
  const length = count * WORDS * 4;
  if (place * 8 + length + TRAILER !== size) return undefined;
  const index = new Uint8Array(new ArrayBuffer(length));
  if (readSync(file, index, 0, length, place * 8) !== length) return undefined;
  return crc32(index) === checksum ? new Uint32Array(index.buffer) : undefined;
}

function compareKeys(index: Uint32Array, at: number, key: Key): number {
  for (let word = 0; word < 4; word++) {
    const order = index[at + word]! - key[word]!;
    if (order !== 0) return order;
  }
  return 0;
}

/** Writes a segment under a name of its own and gives it its place when it is whole. Throws where it cannot. */
export function writeSegment(
  folder: string,
  name: string,
  records: Iterable<readonly [Key, Uint8Array]>,
): void {
  const draft = join(folder, `${name}.draft`);
  const file = openSync(draft, "wx", 0o600);
  try {
    const header = Buffer.alloc(HEADER);
    MAGIC.copy(header);
    new Uint32Array(header.buffer, header.byteOffset, HEADER / 4)[4] = ORDER;
    const writer = new Writer(file);
    writer.write(header);
    let place = HEADER;
    const entries: Uint32Array[] = [];
    for (const [key, bytes] of records) {
      writer.write(bytes);
      entries.push(Uint32Array.of(...key, place / 8, bytes.length, crc32(bytes), 0));
      const padding = (8 - (bytes.length % 8)) % 8;
      if (padding > 0) writer.write(new Uint8Array(padding));
      place += bytes.length + padding;
    }
    entries.sort((a, b) => compareKeys(a, 0, b));
    const index = new Uint32Array(entries.length * WORDS);
    entries.forEach((entry, at) => {
      index.set(entry, at * WORDS);
    });
    const bytes = new Uint8Array(index.buffer);
    const trailer = Buffer.alloc(TRAILER);
    new Uint32Array(trailer.buffer, trailer.byteOffset, 4).set([
      place / 8,
      entries.length,
      crc32(bytes),
    ]);
    MAGIC.copy(trailer, 16);
    writer.write(bytes);
    writer.write(trailer);
    writer.flush();
  } catch (error) {
    closeSync(file);
    unlinkSync(draft);
    throw error;
  }
  closeSync(file);
  renameSync(draft, join(folder, `${name}.pack`));
}

/** Gathers small pieces: a call a record would take longer than the writing. */
class Writer {
  readonly #file: number;
  #pieces: Uint8Array[] = [];
  #held = 0;

  constructor(file: number) {
    this.#file = file;
  }

  write(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#held += bytes.length;
    if (this.#held >= 1 << 20) this.flush();
  }

  flush(): void {
    const bytes = Buffer.concat(this.#pieces);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at, bytes.length - at);
    this.#pieces = [];
    this.#held = 0;
  }
}
