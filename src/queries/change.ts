/** Puts change queries to the lines that a change adds and removes; what is only moved is neither. */
import type { ChangedFile, Hunk } from "../change/change-set.ts";
import type { Finding, Place } from "../findings/finding.ts";
import { normalise, type Unnumbered, withFingerprints } from "../findings/fingerprint.ts";
import { plainFinding } from "../findings/plain.ts";
import { commentStart } from "../support/comments.ts";
import type { ChangeQueryEntry, LineMatch } from "./registry.ts";

/** Texts of changed files by path. */
export interface ChangedTexts {
  /** By the path in base. */
  readonly base: ReadonlyMap<string, string>;
  readonly head: ReadonlyMap<string, string>;
}

/** Annotations and decorators that stand one below the other before what they are about. */
const ANNOTATIONS = 4;
/** Patterns may take time with the square of a text's length, so longer lines are read in pieces of this many characters ... */
const PIECE = 2000;
/** ... that have this many in common: no match is longer. */
const OVERLAP = 200;
/** Characters of a block; a longer one is no step or job. */
const BLOCK = 4000;
/** Characters of a line that a message quotes. */
const QUOTED = 120;

type Side = "base" | "head";

/** One file of the change with the lines of both sides. */
interface File {
  readonly changed: ChangedFile;
  readonly lines: Readonly<Record<Side, readonly string[]>>;
}

/** A line that matches, before moved ones are paired off. */
interface Candidate {
  readonly file: File;
  readonly side: Side;
  readonly hunk: Hunk;
  /** Index of the line on its side, from 0. */
  readonly index: number;
  readonly column: number;
  readonly length: number;
  /** What tells it from others of its file. */
  readonly identity: string;
  /** What the group of the pattern holds. */
  readonly what: string | undefined;
  readonly text: string;
  /** Whether it is about what the query is about; others only count for what is replaced. */
  readonly isAbout: boolean;
}

/** What the queries say of a change; every finding is introduced by it. `isLeftOut`: files that nobody wrote. */
export function findChanges(
  queries: readonly ChangeQueryEntry[],
  changed: readonly ChangedFile[],
  texts: ChangedTexts,
  isLeftOut: (path: string) => boolean,
): Finding[] {
  const files = changed
    .filter((file) => !file.binary && !file.submodule && !isLeftOut(file.path))
    .map((file): File => {
      const split = (text: string | undefined) => text?.split(/\r\n|\n|\r/) ?? [];
      return {
        changed: file,
        lines: {
          base: split(texts.base.get(file.basePath)),
          head: split(texts.head.get(file.path)),
        },
      };
    });
  const found: Unnumbered[] = [];
  for (const query of queries) {
    const taken = new Set<string>();
    for (const match of query.matches) {
      for (const { candidate, more } of matchesOf(match, files)) {
        // The first of several rows that match a line speaks for it.
        const at = placeOf(candidate);
        const key = [at.path, candidate.side, candidate.index].join("\0");
        if (taken.has(key)) continue;
        taken.add(key);
        found.push(findingOf(query, match, candidate, at, more));
      }
    }
  }
  return withFingerprints(found);
}

function* matchesOf(
  match: LineMatch,
  files: readonly File[],
): Iterable<{ candidate: Candidate; more: number }> {
  const own = files.filter(
    ({ changed }) => match.isIn(changed.path) || match.isIn(changed.basePath),
  );
  if (match.on === "file") {
    for (const file of own) {
      const candidate = wholeFile(file);
      if (candidate) yield { candidate, more: 0 };
    }
    return;
  }
  const [side, other]: [Side, Side] = match.on === "added" ? ["head", "base"] : ["base", "head"];
  const stays = own.map((file) => {
    const [here, there] = [candidates(match, file, side), candidates(match, file, other)];
    const alone = without(here, there, ({ identity }) => identity);
    const named = match.on === "removed" ? namedOn(alone, match, file, other) : [];
    const left = alone.filter((one) => !named.includes(one));
    return {
      file,
      left,
      rewritten: here.filter((one) => !left.includes(one)),
      gone: without(there, here, ({ identity }) => identity),
    };
  });
  const elsewhere = stays.flatMap(({ gone }) => gone);
  const unmoved = new Set(
    without(
      stays.flatMap(({ left }) => left),
      elsewhere,
      lineOf,
    ),
  );
  for (const { file, left, rewritten } of stays) {
    const reported = notReplaced(
      left.filter((one) => unmoved.has(one)),
      rewritten,
      match,
      file,
      other,
    );
    if (!match.once) for (const candidate of reported) yield { candidate, more: 0 };
    else if (reported[0]) yield { candidate: reported[0], more: reported.length - 1 };
  }
}

/** Those whose matter is named on a changed line of the other side, in whatever form: they are rewritten. */
function namedOn(
  list: readonly Candidate[],
  { part }: LineMatch,
  file: File,
  side: Side,
): Candidate[] {
  const lines = [...changedLines(file, side)].map(
    ({ index }) => partOf(part, pathOn(file, side), file.lines[side][index]!)[1],
  );
  return list.filter(({ what }) => what !== undefined && lines.some((line) => line.includes(what)));
}

const lineOf = ({ file, side, index }: Candidate): string => normalise(file.lines[side][index]!);

/** Those of a list that have no twin in another, each twin taken once. */
function without(
  list: readonly Candidate[],
  twins: readonly Candidate[],
  keyOf: (one: Candidate) => string,
): Candidate[] {
  const waiting = new Map<string, number>();
  for (const one of twins) waiting.set(keyOf(one), (waiting.get(keyOf(one)) ?? 0) + 1);
  return list.filter((one) => {
    const count = waiting.get(keyOf(one)) ?? 0;
    if (count > 0) waiting.set(keyOf(one), count - 1);
    return count === 0;
  });
}

/** Changed lines of one side of a file that match. */
function candidates(match: LineMatch, file: File, side: Side): Candidate[] {
  const lines = file.lines[side];
  const list: Candidate[] = [];
  for (const { hunk, index } of changedLines(file, side)) {
    const line = lines[index]!;
    const [from, part] = partOf(match.part, pathOn(file, side), line);
    const found = search(match.pattern!, part);
    if (!found || matches(match.unless, line)) continue;
    if (match.block || match.notBlock) {
      const block = blockAround(lines, index);
      if (match.block && !match.block.test(block)) continue;
      if (match.notBlock?.test(block)) continue;
    }
    const what = found.result.groups?.what;
    list.push({
      file,
      side,
      hunk,
      index,
      column: from + found.at + 1,
      length: found.result[0].length,
      identity: what === undefined ? normalise(line) : what.toLowerCase(),
      what,
      text: (what ?? line).trim().slice(0, QUOTED),
      isAbout: match.about === undefined || matches(match.about, withAnnotated(lines, index)),
    });
  }
  return list;
}

/** The first match in a text, piece by piece. */
function search(
  pattern: RegExp,
  text: string,
): { readonly at: number; readonly result: RegExpExecArray } | undefined {
  for (let from = 0; from === 0 || from + OVERLAP < text.length; from += PIECE - OVERLAP) {
    const result = pattern.exec(text.slice(from, from + PIECE));
    if (result) return { at: from + result.index, result };
  }
  return undefined;
}

const matches = (pattern: RegExp | undefined, text: string): boolean =>
  pattern !== undefined && search(pattern, text) !== undefined;

/**
 * What no line of the other side makes up for: within a hunk they pair off in order; of what is left over in a file,
 * one that is about the same makes up for one. A line in a comment makes up for none in code.
 */
function notReplaced(
  list: readonly Candidate[],
  rewritten: readonly Candidate[],
  { replacedBy, part, about }: LineMatch,
  file: File,
  side: Side,
): Candidate[] {
  const lines = file.lines[side];
  const replacements = [...changedLines(file, side)].filter(
    ({ index }) =>
      matches(replacedBy, partOf(part, pathOn(file, side), lines[index]!)[1]) &&
      !rewritten.some(({ what }) => what !== undefined && lines[index]!.includes(what)),
  );
  const left: Candidate[] = [];
  let spare = 0;
  for (const hunk of file.changed.hunks) {
    const own = list.filter((one) => one.hunk === hunk);
    const instead = replacements.filter((one) => one.hunk === hunk);
    left.push(...own.slice(instead.length).filter(({ isAbout }) => isAbout));
    spare += instead
      .slice(own.length)
      .filter(({ index }) => !about || matches(about, withAnnotated(lines, index))).length;
  }
  return left.slice(spare);
}

function* changedLines(
  { changed, lines }: File,
  side: Side,
): Iterable<{ readonly hunk: Hunk; readonly index: number }> {
  for (const hunk of changed.hunks) {
    const [start, count] =
      side === "head" ? [hunk.headStart, hunk.headCount] : [hunk.baseStart, hunk.baseCount];
    for (let index = start - 1; index < start - 1 + count; index++) {
      const line = lines[side][index];
      if (line !== undefined) yield { hunk, index };
    }
  }
}

const pathOn = ({ changed }: File, side: Side): string =>
  side === "head" ? changed.path : changed.basePath;

/** Where the part begins, and the part. */
function partOf(part: LineMatch["part"], path: string, line: string): [number, string] {
  if (part === "line") return [0, line];
  const start = commentStart(path, line);
  if (part === "code") return [0, start < 0 ? line : line.slice(0, start)];
  return start < 0 ? [0, ""] : [start, line.slice(start)];
}

/** A line, or an annotation with what it is about. */
function withAnnotated(lines: readonly string[], index: number): string {
  const told = [lines[index]!];
  while (told.length <= ANNOTATIONS && /^\s*@/.test(told.at(-1)!))
    told.push(lines[index + told.length] ?? "");
  return told.join("\n");
}

/** The list item a line belongs to by indentation, or else what it is indented under: a step or a job of a workflow. */
function blockAround(lines: readonly string[], index: number): string {
  const isItem = (at: number): boolean => /^\s*- /.test(lines[at]!);
  let start = isItem(index) ? index : parentOf(lines, index);
  for (let above = start; above > 0; above = parentOf(lines, above)) {
    if (!isItem(above)) continue;
    start = above;
    break;
  }
  let end = start + 1;
  const outer = indentation(lines[start]!);
  while (end < lines.length && (isBlank(lines[end]!) || indentation(lines[end]!) > outer)) end++;
  return lines.slice(start, end).join("\n").slice(0, BLOCK);
}

/** The nearest line above that is indented less; the first where there is none. */
function parentOf(lines: readonly string[], index: number): number {
  const own = indentation(lines[index]!);
  let at = index - 1;
  while (at > 0 && (isBlank(lines[at]!) || indentation(lines[at]!) >= own)) at--;
  return Math.max(at, 0);
}

const isBlank = (line: string): boolean => line.trim() === "";

const indentation = (line: string): number => line.length - line.trimStart().length;

/** The first changed line of a file stands for the file. */
function wholeFile(file: File): Candidate | undefined {
  const [hunk] = file.changed.hunks;
  if (!hunk) return undefined;
  const side: Side = hunk.headCount > 0 ? "head" : "base";
  const index = (side === "head" ? hunk.headStart : hunk.baseStart) - 1;
  const text = file.lines[side][index] ?? "";
  const path = pathOn(file, side);
  const whole = {
    column: 1,
    length: text.length,
    identity: path,
    text: path,
    isAbout: true,
    what: undefined,
  };
  return { file, side, hunk, index, ...whole };
}

/** In head wherever that is possible: what was removed is shown where it stood. */
function placeOf({ file, side, hunk, index, column, length }: Candidate): Place {
  const { path, status } = file.changed;
  if (side === "head" || status === "deleted") {
    const line = index + 1;
    return { path, line, column, endLine: line, endColumn: column + length };
  }
  const line = Math.max(1, Math.min(hunk.headStart, file.lines.head.length));
  return { path, line, column: 1, endLine: line, endColumn: 1 };
}

function findingOf(
  query: ChangeQueryEntry,
  match: LineMatch,
  candidate: Candidate,
  at: Place,
  more: number,
): Unnumbered {
  const message = query.message
    .replaceAll("{label}", () => match.label)
    .replaceAll("{text}", () => candidate.text);
  return plainFinding({
    query: query.info,
    message: more === 0 ? message : `${message} (and ${more} more in this file)`,
    at,
    about: candidate.identity,
    kind: match.label,
  });
}
