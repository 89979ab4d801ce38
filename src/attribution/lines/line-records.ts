/** Finds the line records of the commits of a change, wherever tools keep them, and answers for single lines. */
import type { Commit } from "../../change/commit.ts";
import type { Records } from "../../change/records.ts";
import { readMessage } from "../message.ts";
import { parseTrace, type Trace, withoutLines } from "./agent-trace.ts";
import { parseAuthorshipFiles } from "./authorship-files.ts";
import { parseAuthorshipLog } from "./authorship-log.ts";
import { parseCheckpoint } from "./entire.ts";
import { parseQwen } from "./qwen.ts";
import { type LineRange, type LineRecord, UnreadableRecord } from "./record.ts";
import { findOriginals, lineInOriginal, type Original } from "./rewrites.ts";
import { parseSourceTrace } from "./source-trace.ts";
import { parseWhogitit } from "./whogitit.ts";

type Parse = (text: string, source: string, commit: string) => LineRecord | readonly LineRecord[];

const gitAi: Parse = (text, source) => parseAuthorshipLog(text, source);

/** Refs of notes and the format of what lies under them. */
const NOTES: readonly (readonly [ref: string, parse: Parse])[] = [
  ["refs/notes/ai", gitAi],
  [
    // Two tools use this ref; only one of them writes JSON.
    "refs/notes/ai-attribution",
    (text, source) =>
      text.trimStart().startsWith("{")
        ? parseQwen(text, source)
        : parseAuthorshipLog(text, source, "ai-attr"),
  ],
  ["refs/notes/exceeds-ink", (text, source) => parseAuthorshipLog(text, source, "exceeds-ink")],
  ["refs/notes/whogitit", parseWhogitit],
  ["refs/notes/srctrace/attribution", parseSourceTrace],
  [
    "refs/notes/agent-trace",
    (text, source, commit) =>
      tracesIn(text, source).map(({ revision, record }) =>
        revision === commit ? record : withoutLines(record),
      ),
  ],
  [
    "refs/notes/claude-conversations",
    (_, source) => ({
      format: "claudit",
      source,
      lines: new Map(),
      files: [{ path: undefined, share: undefined, tool: "claude-code", model: undefined }],
    }),
  ],
];

/** Git AI keeps what it fetched apart from its own notes. */
const FETCHED_NOTES = "refs/notes/ai-remote/";
const AUTHORSHIP_BLOBS = "refs/ai/authorship/";
const CHECKPOINTS = "entire/checkpoints/v1";
const CHECKPOINT_REFS = "refs/entire/checkpoints/";
export const TRACES_FILE = ".agent-trace/traces.jsonl";

/** More records of one kind than this are not read: a log of traces has no end by itself. */
const TRACES = 20_000;

/** Sessions of one checkpoint. */
const SESSIONS = 10;

/** What a record says of a line. */
export interface Statement {
  readonly record: LineRecord;
  readonly range: LineRange;
  /** The commit that the record speaks of. */
  readonly commit: string;
}

export class LineRecords {
  readonly #byCommit: ReadonlyMap<string, readonly LineRecord[]>;
  readonly #originals: ReadonlyMap<string, Original>;
  readonly #records: Records;
  readonly #inOriginal = new Map<string, (line: number) => number | undefined>();
  readonly notices: readonly string[];

  constructor(
    records: Records,
    byCommit: ReadonlyMap<string, readonly LineRecord[]>,
    originals: ReadonlyMap<string, Original>,
    notices: readonly string[],
  ) {
    this.#records = records;
    this.#byCommit = byCommit;
    this.#originals = originals;
    this.notices = notices;
  }

  get isEmpty(): boolean {
    return this.#byCommit.size === 0 && this.#originals.size === 0;
  }

  /** All records of a commit, its own or those of the commit it was rewritten from. */
  of(commit: string): readonly LineRecord[] {
    return this.#byCommit.get(commit) ?? this.#originals.get(commit)?.records ?? [];
  }

  /** Has to be called before {@link at} for a file of a commit. */
  async prepare(commit: string, path: string): Promise<void> {
    const original = this.#originals.get(commit);
    const key = `${commit}:${path}`;
    if (original === undefined || this.#byCommit.has(commit) || this.#inOriginal.has(key)) return;
    this.#inOriginal.set(key, await lineInOriginal(this.#records, original.commit, commit, path));
  }

  /** What is recorded of a line of a file of a commit. */
  at(commit: string, path: string, line: number): Statement[] {
    const own = this.#byCommit.get(commit);
    if (own !== undefined) return statementsOf(own, commit, path, line);
    const original = this.#originals.get(commit);
    const there = this.#inOriginal.get(`${commit}:${path}`)?.(line);
    return original === undefined || there === undefined
      ? []
      : statementsOf(original.records, original.commit, path, there);
  }
}

function statementsOf(
  records: readonly LineRecord[],
  commit: string,
  path: string,
  line: number,
): Statement[] {
  return records.flatMap((record) =>
    (record.lines.get(path) ?? [])
      .filter(({ first, last }) => line >= first && line <= last)
      .map((range) => ({ record, range, commit })),
  );
}

/**
 * @param traces Text of {@link TRACES_FILE}, where the head has one.
 */
export async function readLineRecords(
  records: Records,
  commits: readonly Commit[],
  traces: string | undefined,
): Promise<LineRecords> {
  const byCommit = new Map<string, LineRecord[]>();
  const unread = new Unread();
  const add = (commit: string, source: string, parse: () => LineRecord | readonly LineRecord[]) => {
    const parsed = unread.tryOf(source, parse);
    if (parsed === undefined) return;
    const known = byCommit.get(commit) ?? [];
    byCommit.set(commit, known.concat(parsed));
  };

  const refs = await noteRefs(records);
  for (const [ref, parse] of refs) {
    const notes = await records.notesUnder(ref);
    const wanted = commits.filter(({ id }) => notes.has(id) && !byCommit.has(id));
    const texts = await records.texts(wanted.map(({ id }) => notes.get(id)!));
    for (const { id } of wanted) {
      const text = texts.get(notes.get(id)!);
      if (text === undefined) unread.add(ref, "it is missing or too long");
      else add(id, ref, () => parse(text, ref, id));
    }
  }
  await addBlobs(records, commits, add);
  await addCheckpoints(records, commits, add);
  if (traces !== undefined) addTraces(traces, commits, unread, byCommit);

  const without = commits.filter(({ id, parents }) => !byCommit.has(id) && parents.length < 2);
  const [main] = refs;
  const originals =
    main === undefined || without.length === 0
      ? new Map<string, Original>()
      : await findOriginals(records, main[0], without, (text, commit) =>
          unread.tryOf(main[0], () => main[1](text, main[0], commit)),
        );
  const lost = without.length - originals.size;
  const notices = unread.notices();
  if (main !== undefined && lost > 0)
    notices.push(
      `${main[0]} has no note for ${lost} of the ${commits.length} commits of the change: notes are lost when commits are rewritten, and some were never made`,
    );
  return new LineRecords(records, byCommit, originals, notices);
}

/** The refs of notes that are there. */
async function noteRefs(records: Records): Promise<(readonly [string, Parse])[]> {
  const there = new Set(await records.refs("refs/notes/"));
  const fetched = [...there].filter((ref) => ref.startsWith(FETCHED_NOTES)).sort();
  return [
    ...NOTES.filter(([ref]) => there.has(ref)),
    ...fetched.map((ref): readonly [string, Parse] => [ref, gitAi]),
  ];
}

type Add = (
  commit: string,
  source: string,
  parse: () => LineRecord | readonly LineRecord[],
) => void;

async function addBlobs(records: Records, commits: readonly Commit[], add: Add): Promise<void> {
  const blobs = await records.blobRefs(AUTHORSHIP_BLOBS);
  const wanted = commits.filter(({ id }) => blobs.has(id));
  const texts = await records.texts(wanted.map(({ id }) => blobs.get(id)!));
  for (const { id } of wanted) {
    const text = texts.get(blobs.get(id)!);
    const source = AUTHORSHIP_BLOBS.slice(0, -1);
    if (text !== undefined) add(id, source, () => parseAuthorshipFiles(text, source));
  }
}

/** A commit names its checkpoints; a squash may name several. */
async function addCheckpoints(
  records: Records,
  commits: readonly Commit[],
  add: Add,
): Promise<void> {
  const named = commits.flatMap(({ id, message }) =>
    readMessage(message)
      .trailers.filter(({ key }) => key === "entire-checkpoint")
      .map(({ value }) => ({ commit: id, checkpoint: value })),
  );
  if (named.length === 0) return;
  const all = await records.refs("refs/");
  const branches = all.filter((ref) => ref.endsWith(`/${CHECKPOINTS}`));
  for (const { commit, checkpoint } of named) {
    const folder = `${checkpoint.slice(0, 2)}/${checkpoint.slice(2)}/`;
    const own = `${CHECKPOINT_REFS}${checkpoint.slice(-2)}/${checkpoint}`;
    const places: (readonly [ref: string, folder: string])[] = [
      ...branches.map((ref) => [ref, folder] as const),
      ...(all.includes(own) ? [[own, ""] as const] : []),
    ];
    for (const [ref, below] of places) {
      const ids: string[] = [];
      for (let session = 0; session < SESSIONS; session++) {
        const id = await records.fileUnder(ref, `${below}${session}/metadata.json`);
        if (id !== undefined) ids.push(id);
      }
      for (const text of (await records.texts(ids)).values())
        add(commit, CHECKPOINTS, () => parseCheckpoint(text, CHECKPOINTS));
      if (ids.length > 0) break;
    }
  }
}

/** A trace speaks of the commit it names, or of what was committed on top of it. */
function addTraces(
  text: string,
  commits: readonly Commit[],
  unread: Unread,
  byCommit: Map<string, LineRecord[]>,
): void {
  const children = new Map(
    commits.flatMap(({ id, parents }) => parents.map((parent): [string, string] => [parent, id])),
  );
  const known = new Set(commits.map(({ id }) => id));
  const put = (commit: string, record: LineRecord) =>
    byCommit.set(commit, [...(byCommit.get(commit) ?? []), record]);
  for (const line of text.split("\n", TRACES)) {
    if (line.trim() === "") continue;
    const trace = unread.tryOf(TRACES_FILE, () => parseTrace(line, TRACES_FILE));
    if (trace === undefined) continue;
    if (known.has(trace.revision)) put(trace.revision, trace.record);
    const child = children.get(trace.revision);
    if (child !== undefined) put(child, withoutLines(trace.record));
  }
}

function tracesIn(text: string, source: string): Trace[] {
  return text
    .split("\n", TRACES)
    .filter((line) => line.trim() !== "")
    .flatMap((line) => parseTrace(line, source) ?? []);
}

/** Counts what could not be read, so that a hundred damaged notes are one notice. */
class Unread {
  readonly #counts = new Map<string, number>();

  add(source: string, why: string): void {
    const key = `${source} (${why})`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  tryOf<T>(source: string, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error;
      this.add(source, error.message);
      return undefined;
    }
  }

  notices(): string[] {
    return [...this.#counts].map(
      ([key, count]) =>
        `${count === 1 ? "a record" : `${count} records`} of ${key} passed over: who wrote these lines is taken from other evidence`,
    );
  }
}
