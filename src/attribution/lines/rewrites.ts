/** Finds the commit that a commit was rewritten from, by rebase, amendment or cherry-pick, and carries its lines over. */
import { toHead } from "../../change/change-set.ts";
import type { Commit } from "../../change/commit.ts";
import type { Records } from "../../change/records.ts";
import type { LineRecord } from "./record.ts";

/** Commits with notes that are looked through. */
const CANDIDATES = 50_000;

export interface Original {
  readonly commit: string;
  readonly records: readonly LineRecord[];
}

/**
 * Rewriting keeps author, author's date and subject; a cherry-pick may name its origin besides.
 * @param parse Reads a note; undefined where it is damaged.
 */
export async function findOriginals(
  records: Records,
  ref: string,
  commits: readonly Commit[],
  parse: (text: string, commit: string) => LineRecord | readonly LineRecord[] | undefined,
): Promise<ReadonlyMap<string, Original>> {
  const notes = await records.notesUnder(ref);
  const found = new Map<string, Original>();
  if (notes.size === 0 || notes.size > CANDIDATES) return found;
  const bySignature = new Map<string, string>();
  for (const commit of await records.commits(notes.keys()))
    bySignature.set(signatureOf(commit), commit.id);
  const pairs = commits.flatMap((commit): [string, string][] => {
    const named = /^\(cherry picked from commit ([0-9a-f]{40,64})\)$/m.exec(commit.message)?.[1];
    const original =
      named !== undefined && notes.has(named) ? named : bySignature.get(signatureOf(commit));
    return original === undefined || original === commit.id ? [] : [[commit.id, original]];
  });
  const texts = await records.texts(pairs.map(([, original]) => notes.get(original)!));
  for (const [commit, original] of pairs) {
    const text = texts.get(notes.get(original)!);
    const parsed = text === undefined ? undefined : parse(text, original);
    if (parsed !== undefined)
      found.set(commit, { commit: original, records: [parsed].flat() as LineRecord[] });
  }
  return found;
}

function signatureOf({ author, message }: Commit): string {
  return `${author.name}\n${author.email}\n${author.date}\n${message.split("\n", 1)[0]}`;
}

/** For lines of a file of the rewritten commit, where they lie in the original's version of it. */
export async function lineInOriginal(
  records: Records,
  original: string,
  rewritten: string,
  path: string,
): Promise<(line: number) => number | undefined> {
  const hunks = await records.compare({ commit: rewritten, path }, { commit: original, path });
  return hunks === undefined ? () => undefined : (line) => toHead(hunks, line);
}
