/** Reads objects by id through one `git cat-file --batch` process, with memory bounded by the largest one taken. */
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { type ObjectFormat, objectId } from "../support/hash.ts";
import { explain, type GitError } from "./errors.ts";

export type ReadObject =
  | { readonly id: string; readonly bytes: Buffer; readonly problem: undefined }
  | {
      readonly id: string;
      readonly bytes: undefined;
      readonly problem: "missing" | "too-large" | "damaged";
    };

/** Requests written ahead of their answers: enough to keep git busy, too few to fill its pipe. */
const AHEAD = 256;

/** After so many objects have ended the process, the repository is beyond help. */
const DEATHS = 64;

export class BlobReader {
  readonly #start: () => ChildProcessWithoutNullStreams;
  readonly #format: ObjectFormat;
  /** A reader that nobody is using, kept for the next call. */
  #idle: Batch | undefined;
  #closed = false;

  constructor(start: () => ChildProcessWithoutNullStreams, format: ObjectFormat) {
    this.#start = start;
    this.#format = format;
  }

  /**
   * Objects in the order asked for. One longer than `limit` bytes is passed over without being held. An object whose
   * bytes do not hash to its id is `damaged`: ids are cache keys, so what is read must be what was named.
   */
  async *read(
    ids: Iterable<string>,
    limit = Number.POSITIVE_INFINITY,
    type: "blob" | "commit" = "blob",
  ): AsyncGenerator<ReadObject, void, undefined> {
    const wanted = [...ids];
    let batch = this.#take();
    let asked = 0;
    let deaths = 0;
    let finished = false;
    try {
      for (let at = 0; at < wanted.length; at++) {
        if (asked <= at) {
          asked = Math.min(wanted.length, at + AHEAD);
          batch.ask(wanted.slice(at, asked));
        }
        const id = wanted[at]!;
        const answer = await batch.answer(limit);
        if (answer === "ended") {
          // A partial clone of an older git dies of an object it may not fetch.
          if (++deaths > DEATHS) throw batch.failure();
          batch.end();
          batch = new Batch(this.#start());
          asked = at + 1;
          yield { id, bytes: undefined, problem: "missing" };
        } else if (typeof answer === "string") yield { id, bytes: undefined, problem: answer };
        else if (objectId(type, answer, this.#format) !== id)
          yield { id, bytes: undefined, problem: "damaged" };
        else yield { id, bytes: answer, problem: undefined };
      }
      finished = true;
    } finally {
      if (finished && !this.#closed && this.#idle === undefined) {
        batch.rest();
        this.#idle = batch;
      } else batch.end();
    }
  }

  /** All at once, for callers that know there are few; what could not be read is absent. */
  async readAll(
    ids: Iterable<string>,
    limit?: number,
    type?: "blob" | "commit",
  ): Promise<Map<string, Buffer>> {
    const found = new Map<string, Buffer>();
    for await (const { id, bytes } of this.read(new Set(ids), limit, type))
      if (bytes !== undefined) found.set(id, bytes);
    return found;
  }

  close(): void {
    this.#closed = true;
    this.#idle?.end();
    this.#idle = undefined;
  }

  #take(): Batch {
    const batch = this.#idle ?? new Batch(this.#start());
    this.#idle = undefined;
    batch.work();
    return batch;
  }
}

/** One process: questions in, answers out, in order. */
class Batch {
  readonly #child: ChildProcessWithoutNullStreams;
  #chunks: Buffer[] = [];
  #held = 0;
  #ended = false;
  #errors = "";
  #wake: (() => void) | undefined;

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    const wake = () => {
      this.#wake?.();
      this.#wake = undefined;
    };
    const end = () => {
      this.#ended = true;
      wake();
    };
    child.stdout.on("readable", wake);
    child.stdout.on("end", end);
    child.on("error", (error) => {
      this.#errors += String(error);
      end();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      if (this.#errors.length < 10_000) this.#errors += chunk.toString();
    });
    // Writing to a process that has just died is reported by its end, which is handled.
    child.stdin.on("error", () => {});
  }

  ask(ids: readonly string[]): void {
    for (const id of ids)
      if (!/^[0-9a-f]{40,64}$/.test(id)) throw new TypeError(`not an object id: ${id}`);
    this.#child.stdin.write(`${ids.join("\n")}\n`);
  }

  async answer(limit: number): Promise<Buffer | "missing" | "too-large" | "ended"> {
    const line = await this.#line();
    if (line === undefined) return "ended";
    const size = /^[0-9a-f]+ [a-z]+ (\d+)$/.exec(line)?.[1];
    if (size === undefined) return "missing";
    if (Number(size) > limit) {
      return (await this.#skip(Number(size) + 1)) ? "too-large" : "ended";
    }
    const bytes = await this.#take(Number(size) + 1);
    return bytes === undefined ? "ended" : bytes.subarray(0, -1);
  }

  failure(): GitError {
    return explain(this.#errors || "cat-file ended without a word", "the repository");
  }

  /** Lets the program end while nothing is being read. */
  rest(): void {
    for (const handle of this.#handles()) handle.unref?.();
  }

  work(): void {
    for (const handle of this.#handles()) handle.ref?.();
  }

  end(): void {
    this.#child.stdin.destroy();
    this.#child.stdout.destroy();
    this.#child.stderr.destroy();
    this.#child.kill();
  }

  #handles(): { ref?: () => unknown; unref?: () => unknown }[] {
    const { stdin, stdout, stderr } = this.#child;
    return [this.#child, stdin, stdout, stderr] as { ref?: () => unknown; unref?: () => unknown }[];
  }

  async #more(): Promise<boolean> {
    for (;;) {
      const chunk = this.#child.stdout.read() as Buffer | null;
      if (chunk !== null) {
        this.#chunks.push(chunk);
        this.#held += chunk.length;
        return true;
      }
      if (this.#ended) return false;
      await new Promise<void>((done) => {
        this.#wake = done;
      });
    }
  }

  async #line(): Promise<string | undefined> {
    for (;;) {
      const all = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
      this.#chunks = all.length > 0 ? [all] : [];
      const end = all.indexOf(10);
      if (end >= 0) {
        this.#chunks = [all.subarray(end + 1)];
        this.#held -= end + 1;
        return all.toString("latin1", 0, end);
      }
      if (!(await this.#more())) return undefined;
    }
  }

  async #take(count: number): Promise<Buffer | undefined> {
    while (this.#held < count) if (!(await this.#more())) return undefined;
    const all = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    this.#chunks = [all.subarray(count)];
    this.#held -= count;
    return all.subarray(0, count);
  }

  async #skip(count: number): Promise<boolean> {
    let left = count;
    for (;;) {
      if (this.#held >= left) {
        const all = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
        this.#chunks = [all.subarray(left)];
        this.#held -= left;
        return true;
      }
      left -= this.#held;
      this.#chunks = [];
      this.#held = 0;
      if (!(await this.#more())) return false;
    }
  }
}
