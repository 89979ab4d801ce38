/** How many lines commits added to which files, and which lines, for histories rather than for one change. */

import type { Repository } from "./git.ts";
import { unquoted } from "./paths.ts";

/** Nothing configured has a say in what is compared or how it is written, and no program is started for it. */
const PLAIN = [
  "--no-walk=unsorted",
  "--no-color",
  "--no-ext-diff",
  "--no-textconv",
  "--no-renames",
  "--ignore-submodules=all",
  "--format=%x00%H",
];

/** Commits asked for in one call, which bounds the length of a command and what is held at once. */
const BATCH = 200;

export interface AddedFile {
  readonly path: string;
  /** How many. */
  readonly added: number;
  /** The lines of each hunk without their ends; empty where only numbers were asked for. */
  readonly hunks: readonly (readonly string[])[];
}

export interface AddedLines {
  readonly id: string;
  /** Files with added lines; binary files are left out. */
  readonly files: readonly AddedFile[];
}

/** Numbers of added lines, commit by commit in the order given. Merges have none of their own. */
export async function* countAdded(
  repository: Repository,
  ids: readonly string[],
): AsyncGenerator<AddedLines> {
  for await (const [id, lines] of logs(repository, ids, ["--numstat"]))
    yield {
      id,
      files: lines.flatMap((line): AddedFile[] => {
        const [, added, path] = /^(\d+)\t\d+\t(.+)$/.exec(line) ?? [];
        return added === undefined || added === "0"
          ? []
          : [{ path: unquoted(path!), added: Number(added), hunks: [] }];
      }),
    };
}

/** The added lines themselves. */
export async function* readAdded(
  repository: Repository,
  ids: readonly string[],
): AsyncGenerator<AddedLines> {
  for await (const [id, lines] of logs(repository, ids, ["--patch", "--unified=0", "--no-prefix"]))
    yield { id, files: addedIn(lines) };
}

/** What git says of each commit. A commit whose files are not all in the clone is passed over. */
async function* logs(
  repository: Repository,
  ids: readonly string[],
  how: readonly string[],
): AsyncGenerator<[id: string, lines: string[]]> {
  for (let at = 0; at < ids.length; at += BATCH) {
    const batch = ids.slice(at, at + BATCH);
    const output = await repository.bytes("log", ...PLAIN, ...how, ...batch, "--").catch(() => {
      return undefined;
    });
    if (output !== undefined) yield* sections(output);
    else if (batch.length > 1) {
      const middle = batch.length >> 1;
      yield* logs(repository, batch.slice(0, middle), how);
      yield* logs(repository, batch.slice(middle), how);
    }
  }
}

/** Lines of each commit. A line of a patch begins with a sign, so that none begins like a commit. */
function* sections(output: Buffer): Generator<[id: string, lines: string[]]> {
  let current: [string, string[]] | undefined;
  for (const line of output.toString("latin1").split("\n")) {
    const [, id] = /^\0([0-9a-f]{40,64})$/.exec(line) ?? [];
    if (id === undefined) current?.[1].push(line);
    else {
      if (current !== undefined) yield current;
      current = [id, []];
    }
  }
  if (current !== undefined) yield current;
}

function addedIn(patch: readonly string[]): AddedFile[] {
  const files: AddedFile[] = [];
  let path: string | undefined;
  let hunks: string[][] = [];
  const flush = () => {
    const added = hunks.reduce((sum, { length }) => sum + length, 0);
    if (path !== undefined && added > 0) files.push({ path, added, hunks });
    hunks = [];
  };
  // Changed lines of the hunk that are still to come: only they may begin like anything.
  let left = 0;
  for (const line of patch) {
    if (left > 0) {
      if (line.startsWith("+")) hunks.at(-1)!.push(Buffer.from(line.slice(1), "latin1").toString());
      if (/^[+-]/.test(line)) left--;
      continue;
    }
    const [header, removed = "1", added = "1"] =
      /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line) ?? [];
    if (header !== undefined) {
      left = Number(removed) + Number(added);
      if (added !== "0") hunks.push([]);
    } else if (line.startsWith("diff --git ")) {
      flush();
      path = undefined;
    } else if (line.startsWith("+++ ") && line !== "+++ /dev/null")
      path = unquoted(line.slice("+++ ".length).replace(/\t$/, ""));
  }
  flush();
  return files;
}
