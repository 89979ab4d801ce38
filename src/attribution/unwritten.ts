/** Which added lines nobody wrote for this change: they were moved, copied or formatted, and their author is who wrote them before. */
import type { ChangedFile, Hunk } from "../change/change-set.ts";

/** Lines in a row that must be the same elsewhere in base. */
const BLOCK = 3;

/** Letters and digits that the same lines must hold, as git demands before it calls lines copied: closing brackets are no copy. */
const SUBSTANCE = 40;

/** Lines of base that are kept for comparison; a change with more is a migration, and what it moved is not told. */
const BASE_LINES = 500_000;

/** Languages in which formatters exchange quotes and add semicolons and commas. */
const QUOTES_AND_SEMICOLONS = /\.([cm]?[jt]sx?|vue|svelte)$/;

/** Blocks of lines that the changed files had in base. */
export class BaseLines {
  readonly #blocks = new Set<string>();
  #left = BASE_LINES;

  add(text: string): void {
    const lines = substantial(text.split("\n"));
    this.#left -= lines.length;
    if (this.#left < 0) return;
    for (let at = 0; at + BLOCK <= lines.length; at++) this.#blocks.add(block(lines, at));
  }

  /** Lines of head, counted from 1, in `hunk` that stand in base too. */
  movedIn(head: readonly string[], { headStart, headCount }: Hunk): Set<number> {
    const moved = new Set<number>();
    const added = substantial(head.slice(headStart - 1, headStart - 1 + headCount));
    const same = new Uint8Array(added.length);
    for (let at = 0; at + BLOCK <= added.length; at++)
      if (this.#blocks.has(block(added, at))) same.fill(1, at, at + BLOCK);
    for (let at = 0; at < added.length; ) {
      let end = at;
      while (end < added.length && same[end] === same[at]) end++;
      const run = added.slice(at, end);
      const text = run.map(([line]) => line).join("");
      if (same[at] === 1 && text.replace(/[^\p{L}\p{N}]/gu, "").length >= SUBSTANCE)
        for (let index = run[0]![1]; index <= run.at(-1)![1]; index++) moved.add(headStart + index);
      at = end;
    }
    return moved;
  }
}

/** Lines that are not blank, trimmed, with their index. */
function substantial(lines: readonly string[]): [line: string, index: number][] {
  return lines
    .map((line, index): [string, number] => [line.trim(), index])
    .filter(([line]) => line !== "");
}

const block = (lines: readonly (readonly [string, number])[], at: number): string =>
  `${lines[at]![0]}\n${lines[at + 1]![0]}\n${lines[at + 2]![0]}`;

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
