/**
 * Line differences between two versions of a file.
 *
 * They are computed here and not by git, so that a commit, the index and the working tree are compared in one way, and
 * so that nothing a repository can configure (attributes, drivers, filters, algorithms) has a say in it. Lines end at
 * LF, as for git and GitHub; a CR before it is not part of a line.
 */
import { isUtf8 } from "node:buffer";
import { diffArrays } from "diff";
import type { Hunk } from "./change-set.ts";

/** Above this many edits the shortest script is not sought in one piece: its cost grows with their square. */
const EDITS = 400;

/** How far a hunk may be slid to a better place; more is a table of equal lines. */
const SLIDE = 200;

/**
 * As git tells text from binary, but for one thing: a few NULs in UTF-8 do not make a binary file. Compilers accept
 * them in comments and strings, so they must not hide a source file.
 */
export function isBinary(bytes: Buffer): boolean {
  if (!bytes.subarray(0, 8000).includes(0)) return false;
  if (!isUtf8(bytes)) return true;
  let nuls = 0;
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) nuls++;
  return nuls * 100 > bytes.length;
}

/** Text for comparing, one character a byte, with CRLF as LF. */
export function withoutCarriageReturns(bytes: Buffer): string {
  const text = bytes.toString("latin1");
  return text.includes("\r\n") ? text.replaceAll("\r\n", "\n") : text;
}

/** Lines for comparing. A last line without an end is another line than the same with one. */
export function splitLines(bytes: Buffer): string[] {
  const lines = withoutCarriageReturns(bytes).split("\n");
  const last = lines.pop()!;
  // No other line holds a LF.
  if (last !== "") lines.push(`${last}\n`);
  return lines;
}

export function diffBytes(base: Buffer, head: Buffer): Hunk[] {
  return diffLines(splitLines(base), splitLines(head));
}

/** Hunks without context, in order; no two touch each other. */
export function diffLines(base: readonly string[], head: readonly string[]): Hunk[] {
  const numbers = new Map<string, number>();
  const number = (line: string): number => {
    const known = numbers.get(line) ?? numbers.size;
    if (known === numbers.size) numbers.set(line, known);
    return known;
  };
  const left = Int32Array.from(base, number);
  const right = Int32Array.from(head, number);
  const matches: number[] = [];
  match(left, 0, left.length, right, 0, right.length, matches);
  return slide(hunksBetween(matches, left.length, right.length), base, head).map((range) => ({
    baseStart: range.base + (range.baseCount === 0 ? 0 : 1),
    baseCount: range.baseCount,
    headStart: range.head + (range.headCount === 0 ? 0 : 1),
    headCount: range.headCount,
  }));
}

/** Changed lines counted from 0. */
interface Range {
  base: number;
  baseCount: number;
  head: number;
  headCount: number;
}

/** Writes runs of equal lines as triples (base, head, length), in order. */
function match(
  left: Int32Array,
  leftStart: number,
  leftEnd: number,
  right: Int32Array,
  rightStart: number,
  rightEnd: number,
  matches: number[],
): void {
  let [i, iEnd, j, jEnd] = [leftStart, leftEnd, rightStart, rightEnd];
  while (i < iEnd && j < jEnd && left[i] === right[j]) {
    i++;
    j++;
  }
  if (i > leftStart) matches.push(leftStart, rightStart, i - leftStart);
  while (iEnd > i && jEnd > j && left[iEnd - 1] === right[jEnd - 1]) {
    iEnd--;
    jEnd--;
  }
  if (i < iEnd && j < jEnd) matchMiddle(left, i, iEnd, right, j, jEnd, matches);
  if (iEnd < leftEnd) matches.push(iEnd, jEnd, leftEnd - iEnd);
}

function matchMiddle(
  left: Int32Array,
  leftStart: number,
  leftEnd: number,
  right: Int32Array,
  rightStart: number,
  rightEnd: number,
  matches: number[],
): void {
  // Lines of one side only are changed for certain, and leaving them out makes the rest small.
  const inLeft = new Set(left.subarray(leftStart, leftEnd));
  const inRight = new Set(right.subarray(rightStart, rightEnd));
  const i = positions(left, leftStart, leftEnd, inRight);
  const j = positions(right, rightStart, rightEnd, inLeft);
  if (i.length === 0 || j.length === 0) return;
  const changes = diffArrays(
    i.map((at) => left[at]!),
    j.map((at) => right[at]!),
    { maxEditLength: EDITS },
  );
  if (changes === undefined) {
    matchAtAnchors(left, leftStart, leftEnd, right, rightStart, rightEnd, matches);
    return;
  }
  let [p, q] = [0, 0];
  for (const { added, removed, count } of changes) {
    if (added) q += count;
    else if (removed) p += count;
    else for (let k = 0; k < count; k++) matches.push(i[p++]!, j[q++]!, 1);
  }
}

function positions(side: Int32Array, start: number, end: number, other: Set<number>): number[] {
  const found: number[] = [];
  for (let at = start; at < end; at++) if (other.has(side[at]!)) found.push(at);
  return found;
}

/** For texts with little in common: lines that stand once on each side, in the longest common order, hold it together. */
function matchAtAnchors(
  left: Int32Array,
  leftStart: number,
  leftEnd: number,
  right: Int32Array,
  rightStart: number,
  rightEnd: number,
  matches: number[],
): void {
  const inLeft = onlyOnce(left, leftStart, leftEnd);
  const inRight = onlyOnce(right, rightStart, rightEnd);
  const pairs: [number, number][] = [];
  for (const [line, at] of inLeft) {
    const other = inRight.get(line);
    if (at >= 0 && other !== undefined && other >= 0) pairs.push([at, other]);
  }
  pairs.sort((a, b) => a[0] - b[0]);
  let [i, j] = [leftStart, rightStart];
  for (const [at, other] of longestIncreasing(pairs)) {
    if (at < i || other < j) continue;
    match(left, i, at, right, j, other, matches);
    matches.push(at, other, 1);
    [i, j] = [at + 1, other + 1];
  }
  // Without anchors, what is left counts as replaced; with them, the tail may still have some in common.
  if (i > leftStart) match(left, i, leftEnd, right, j, rightEnd, matches);
}

/** Line to its place, or to -1 where it stands more than once. */
function onlyOnce(side: Int32Array, start: number, end: number): Map<number, number> {
  const places = new Map<number, number>();
  for (let at = start; at < end; at++) places.set(side[at]!, places.has(side[at]!) ? -1 : at);
  return places;
}

/** The longest run of pairs, sorted by their first, whose second increases too. */
function longestIncreasing(pairs: readonly [number, number][]): [number, number][] {
  const tails: number[] = [];
  const previous = new Int32Array(pairs.length).fill(-1);
  for (let at = 0; at < pairs.length; at++) {
    let [low, high] = [0, tails.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[tails[middle]!]![1] < pairs[at]![1]) low = middle + 1;
      else high = middle;
    }
    if (low > 0) previous[at] = tails[low - 1]!;
    tails[low] = at;
  }
  const run: [number, number][] = [];
  for (let at = tails.at(-1) ?? -1; at >= 0; at = previous[at]!) run.push(pairs[at]!);
  return run.reverse();
}

function hunksBetween(matches: readonly number[], leftEnd: number, rightEnd: number): Range[] {
  const ranges: Range[] = [];
  let [i, j] = [0, 0];
  for (let at = 0; at <= matches.length; at += 3) {
    const base = matches[at] ?? leftEnd;
    const head = matches[at + 1] ?? rightEnd;
    if (base > i || head > j)
      ranges.push({ base: i, baseCount: base - i, head: j, headCount: head - j });
    const length = matches[at + 2] ?? 0;
    [i, j] = [base + length, head + length];
  }
  return ranges;
}

/**
 * An added (or deleted) block among equal lines fits in several places. The one a reader expects begins and ends where
 * the text is indented least, and does not begin with the end of what stood there before.
 */
function slide(
  ranges: readonly Range[],
  base: readonly string[],
  head: readonly string[],
): readonly Range[] {
  ranges.forEach((range, at) => {
    if ((range.baseCount === 0) === (range.headCount === 0)) return;
    const [side, start, count] =
      range.headCount > 0
        ? [head, range.head, range.headCount]
        : [base, range.base, range.baseCount];
    const before = ranges[at - 1];
    const after = ranges[at + 1];
    // One equal line is left between neighbours, else they would be one hunk.
    const up = Math.min(
      range.base - (before === undefined ? 0 : before.base + before.baseCount + 1),
      range.head - (before === undefined ? 0 : before.head + before.headCount + 1),
    );
    const down = Math.min(
      (after === undefined ? base.length : after.base - 1) - range.base - range.baseCount,
      (after === undefined ? head.length : after.head - 1) - range.head - range.headCount,
    );
    let best = 0;
    let bestCost = Number.POSITIVE_INFINITY;
    let shift = 0;
    while (
      shift > -Math.min(up, SLIDE) &&
      side[start + shift - 1] === side[start + shift + count - 1]
    )
      shift--;
    for (; ; shift++) {
      const cost = splitCost(side, start + shift) + splitCost(side, start + shift + count);
      if (cost <= bestCost) [best, bestCost] = [shift, cost];
      if (shift >= Math.min(down, SLIDE) || side[start + shift] !== side[start + shift + count])
        break;
    }
    range.base += best;
    range.head += best;
  });
  return ranges;
}

/** How badly a text is torn when it is split before a line. */
function splitCost(lines: readonly string[], at: number): number {
  let next = at;
  while (next < lines.length && lines[next]!.trim() === "") next++;
  if (next >= lines.length) return 0;
  const line = lines[next]!;
  const indent = line.length - line.trimStart().length;
  const closes = /^\s*([})\]]|end\b)/.test(line) ? 3 : 0;
  const afterBlank = at > 0 && lines[at - 1]!.trim() === "" ? -1 : 0;
  return 4 * indent + closes + afterBlank;
}
