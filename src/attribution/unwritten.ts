/** Which added lines nobody wrote for this change: they were moved, copied or formatted, and their author is who wrote them before. */
import type { ChangedFile, Hunk } from "../change/change-set.ts";

/** What makes lines the same as others: so many in a row, with so many letters and digits among them. */
interface Likeness {
  readonly lines: number;
  readonly substance: number;
}

/** Of lines that the change takes away elsewhere: as git demands before it calls lines moved. */
const MOVED: Likeness = { lines: 3, substance: 40 };

/** Of lines that stay where they are. More, for tests and tables repeat themselves, and who repeats them writes them. */
const COPIED: Likeness = { lines: 10, substance: 200 };

/** Lines of base that are kept for comparison; a change with more is a migration, and what it moved is not told. */
const BASE_LINES = 500_000;

/** Languages in which formatters exchange quotes and add semicolons and commas. */
const QUOTES_AND_SEMICOLONS = /\.([cm]?[jt]sx?|vue|svelte)$/;

/** Blocks of lines that the changed files had in base. */
export class BaseLines {
  readonly #removed = new Set<string>();
  readonly #kept = new Set<string>();
  #left = BASE_LINES;

  add(text: string, hunks: readonly Hunk[]): void {
    const lines = text.split("\n");
    this.#left -= lines.length;
    if (this.#left < 0) return;
    addBlocks(this.#kept, substantial(lines), COPIED);
    for (const { baseStart, baseCount } of hunks)
      if (baseCount > 0)
        addBlocks(
          this.#removed,
          substantial(lines.slice(baseStart - 1, baseStart - 1 + baseCount)),
          MOVED,
        );
  }

  /** Lines of head, counted from 1, in `hunk` that stand in base too. */
  movedIn(head: readonly string[], { headStart, headCount }: Hunk): Set<number> {
    const added = substantial(head.slice(headStart - 1, headStart - 1 + headCount));
    const moved = new Set<number>();
    for (const [blocks, likeness] of [
      [this.#removed, MOVED],
      [this.#kept, COPIED],
    ] as const)
      for (const index of alike(added, blocks, likeness)) moved.add(headStart + index);
    return moved;
  }
}

type Line = readonly [text: string, index: number];

function addBlocks(blocks: Set<string>, lines: readonly Line[], { lines: count }: Likeness): void {
  for (let at = 0; at + count <= lines.length; at++) blocks.add(block(lines, at, count));
}

/** Indices of lines, blank ones between them included, that stand in one of the blocks. */
function* alike(
  added: readonly Line[],
  blocks: ReadonlySet<string>,
  { lines: count, substance }: Likeness,
): Generator<number> {
  const same = new Uint8Array(added.length);
  for (let at = 0; at + count <= added.length; at++)
    if (blocks.has(block(added, at, count))) same.fill(1, at, at + count);
  for (let at = 0; at < added.length; ) {
    let end = at;
    while (end < added.length && same[end] === same[at]) end++;
    const run = added.slice(at, end);
    const text = run.map(([line]) => line).join("");
    if (same[at] === 1 && text.replace(/[^\p{L}\p{N}]/gu, "").length >= substance)
      for (let index = run[0]![1]; index <= run.at(-1)![1]; index++) yield index;
    at = end;
  }
}

/** Lines that are not blank, trimmed, with their index. */
function substantial(lines: readonly string[]): Line[] {
  return lines.map((line, index): Line => [line.trim(), index]).filter(([line]) => line !== "");
}

const block = (lines: readonly Line[], at: number, count: number): string =>
  lines
    .slice(at, at + count)
    .map(([line]) => line)
    .join("\n");

/** Whether a hunk changed only what a formatter changes. Blank lines alone are nobody's either. */
export function isFormatting(
  file: ChangedFile,
  { baseStart, baseCount, headStart, headCount }: Hunk,
  base: readonly string[],
  head: readonly string[],
): boolean {
  const plain = (lines: readonly string[], start: number, count: number): string =>
    unformatted(lines.slice(Math.max(0, start - 1), Math.max(0, start - 1) + count), file.path);
  const added = plain(head, headStart, headCount);
  return added === (baseCount === 0 ? "" : plain(base, baseStart, baseCount));
}

function unformatted(lines: readonly string[], path: string): string {
  const text = lines.join("").replace(/\s+/g, "");
  if (!QUOTES_AND_SEMICOLONS.test(path)) return text;
  return text
    .replace(/[;]/g, "")
    .replace(/['`]/g, '"')
    .replace(/,(?=[)\]}]|$)/g, "");
}
