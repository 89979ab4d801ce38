/** The lines around a place, with the place underlined: what text and Markdown reports show of the source. */
import type { Place } from "../findings/finding.ts";
import { type Cell, cellsOf, ELLIPSIS, slice } from "./columns.ts";

export interface FrameLine {
  /** Undefined for the line of carets. */
  readonly number: number | undefined;
  readonly text: string;
  /** Whether the place starts on this line. */
  readonly marked: boolean;
}

/** Text of a line of a file, without its end; undefined where there is no such line or file. */
export type LineOf = (path: string, line: number) => string | undefined;

/** Reads each file at most once, and only when asked. */
export function linesOf(source: (path: string) => string | undefined): LineOf {
  const files = new Map<string, readonly string[]>();
  return (path, line) => {
    let lines = files.get(path);
    if (lines === undefined) {
      const text = source(path);
      lines = text === undefined ? [] : text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/);
      files.set(path, lines);
    }
    return lines[line - 1];
  };
}

/**
 * At most three lines and the carets, each at most `width` columns; empty where the source is not to be had.
 * Without context, only the line of the place and the carets.
 */
export function codeFrame(
  lineOf: LineOf,
  place: Place,
  width: number,
  withContext = true,
): FrameLine[] {
  const target = lineOf(place.path, place.line);
  if (target === undefined) return [];
  const before = withContext ? lineOf(place.path, place.line - 1) : undefined;
  const after =
    withContext && (place.endLine > place.line || before === undefined || before.trim() === "")
      ? lineOf(place.path, place.line + 1)
      : undefined;
  const context = (text: string | undefined) =>
    text === undefined || text.trim() === "" ? undefined : cellsOf(text);

  const cells = { before: context(before), target: cellsOf(target), after: context(after) };
  const last = place.endLine > place.line ? target.length : place.endColumn - 1;
  const caretStart = columnAt(cells.target, place.column - 1);
  // A place may lie in the indentation itself.
  const indent = Math.min(
    caretStart,
    ...[cells.before, cells.target, cells.after]
      .filter((line) => line !== undefined)
      .map(indentation),
  );
  const caretEnd = Math.max(columnAt(cells.target, last), caretStart + 1);
  const total = columnAt(cells.target, target.length);
  // A line is cut at its start only when its end alone would cut the place; then the place has context on both sides.
  const room = total - indent > width ? width - ELLIPSIS.length : width;
  const start =
    caretEnd - indent <= room
      ? indent
      : Math.min(
          Math.max(indent, caretStart - Math.floor(width / 3)),
          Math.max(indent, total - width),
        );

  const shown = (line: readonly Cell[]) => cutFrom(line, indent, start, width).trimEnd();
  const frame: FrameLine[] = [];
  if (cells.before) {
    frame.push({ number: place.line - 1, text: shown(cells.before), marked: false });
  }
  frame.push({ number: place.line, text: shown(cells.target), marked: true });
  const caretColumn = Math.min(caretStart - start, width - 1);
  frame.push({
    number: undefined,
    text:
      " ".repeat(caretColumn) +
      "^".repeat(Math.max(1, Math.min(caretEnd - start, width) - caretColumn)),
    marked: false,
  });
  if (cells.after) {
    frame.push({ number: place.line + 1, text: shown(cells.after), marked: false });
  }
  return frame;
}

/** Columns of blanks at the start. */
function indentation(cells: readonly Cell[]): number {
  let columns = 0;
  for (const { text, width } of cells) {
    if (text.trim() !== "") return columns;
    columns += width;
  }
  return columns;
}

/** Column at which the code unit at `offset` is shown. */
function columnAt(cells: readonly Cell[], offset: number): number {
  let column = 0;
  for (const cell of cells) {
    if (cell.offset >= offset) return column;
    column += cell.width;
  }
  return column;
}

/** Common indentation is left out without an ellipsis: nothing is lost with it. */
function cutFrom(cells: readonly Cell[], indent: number, start: number, width: number): string {
  let column = 0;
  const rest = cells.filter((cell) => {
    column += cell.width;
    return column > indent;
  });
  return slice(rest, start - indent, width);
}
