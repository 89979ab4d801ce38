/** Repairs of text that does not parse: blanks in place of what is wrong, so that every offset stays as it was. */

export interface Repair {
  readonly text: string;
  /** What was blanked. */
  readonly start: number;
  readonly end: number;
}

/** Spaces in place of everything but line ends. */
export const blank = (text: string): string => text.replace(/[^\r\n\u2028\u2029]/g, " ");

const blankRange = (text: string, start: number, end: number): Repair => ({
  text: text.slice(0, start) + blank(text.slice(start, end)) + text.slice(end),
  start,
  end,
});

/** Lines that a merge left behind; both sides of the conflict stay. */
export function blankConflictMarkers(text: string): Repair {
  let start = -1;
  let end = 0;
  const blanked = text.replace(
    /^(?:<{7}|\|{7}|={7}|>{7})(?:[ \t].*)?$/gm,
    (line: string, at: number) => {
      if (start < 0) start = at;
      end = at + line.length;
      return blank(line);
    },
  );
  return { text: blanked, start: Math.max(start, 0), end };
}

/** The line that has the offset, unless it is blank already. */
export function blankLine(text: string, offset: number): Repair | undefined {
  const start = lineStart(text, offset);
  const end = lineEnd(text, offset);
  return text.slice(start, end).trim() === "" ? undefined : blankRange(text, start, end);
}

/**
 * The declaration around the offset: from the last line before it that starts with code at column 0 to the next
 * such line. Each call takes one more declaration back when the nearest is blank already.
 */
export function blankChunk(text: string, offset: number): Repair | undefined {
  let start = lineStart(text, offset);
  while (start > 0 && !startsWithCode(text, start)) start = lineStart(text, start - 1);
  let end = lineEnd(text, offset);
  while (end < text.length && !startsWithCode(text, end + 1)) end = lineEnd(text, end + 1);
  return text.slice(start, end).trim() === "" ? undefined : blankRange(text, start, end);
}

const CLOSERS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/**
 * Brackets outside of strings and comments, with the offset of each. Close enough to find where text is broken:
 * holes of templates are taken for text, and regular expressions are not told from division.
 */
function* brackets(text: string): Generator<{ readonly bracket: string; readonly offset: number }> {
  const tokens =
    /\/\/[^\n]*|\/\*.*?\*\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|[([{}\])]/gs;
  for (const { 0: token, index } of text.matchAll(tokens))
    if (token.length === 1) yield { bracket: token, offset: index };
}

/** For text that ends too early: the closing brackets that it lacks, added behind its end. */
export function closeBrackets(text: string, offset: number): Repair | undefined {
  if (text.slice(offset).trim() !== "") return undefined;
  const open: string[] = [];
  for (const { bracket } of brackets(text)) {
    if (bracket in CLOSERS) open.push(CLOSERS[bracket]!);
    else if (bracket === open.at(-1)) open.pop();
  }
  if (open.length === 0) return undefined;
  const closers = open.reverse().join("");
  return { text: `${text}\n${closers}`, start: text.length, end: text.length };
}

/** For text that nests too deeply: nothing is left inside the brackets at that depth. */
export function blankBelow(text: string, depth: number): Repair | undefined {
  const pieces: string[] = [];
  let kept = 0;
  let start = -1;
  let level = 0;
  for (const { bracket, offset } of brackets(text)) {
    if (bracket in CLOSERS) {
      if (++level === depth) {
        pieces.push(text.slice(kept, offset + 1));
        kept = offset + 1;
      }
    } else if (level > 0 && level-- === depth) {
      pieces.push(blank(text.slice(kept, offset)));
      if (start < 0) start = kept;
      kept = offset;
    }
  }
  if (start < 0) return undefined;
  pieces.push(level < depth ? text.slice(kept) : blank(text.slice(kept)));
  return { text: pieces.join(""), start, end: kept };
}

const isLineEnd = (code: number): boolean => code === 10 || code === 13;

function lineStart(text: string, offset: number): number {
  let at = Math.min(offset, text.length);
  while (at > 0 && !isLineEnd(text.charCodeAt(at - 1))) at--;
  return at;
}

function lineEnd(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && !isLineEnd(text.charCodeAt(at))) at++;
  return at;
}

const startsWithCode = (text: string, start: number): boolean =>
  /[\w$@'"([]/.test(text[start] ?? "");
