/** How many columns of a terminal a text takes, and how to break or cut it by columns. */
import { visible } from "./visible.ts";

/** A tab in source is shown as this many blanks; the caret below counts them too. */
const TAB_WIDTH = 2;

/** Plain characters: not every terminal has the single one. */
export const ELLIPSIS = "...";

const ZERO_WIDTH = /^\p{M}$/u;
const WIDE_EMOJI = /^\p{Emoji_Presentation}$/u;

/** Code points that take two columns, by Unicode's East Asian Width; first and last of each run. */
const WIDE: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x3fffd],
];

/** A character of source as it is shown: the UTF-16 code units it stands for and the columns it takes. */
export interface Cell {
  readonly text: string;
  readonly width: number;
  /** Offset of its first code unit. */
  readonly offset: number;
}

/** The characters of one line of source, with tabs widened and unseen characters spelt out. */
export function cellsOf(line: string): Cell[] {
  const cells: Cell[] = [];
  let offset = 0;
  for (const character of line) {
    const text = character === "\t" ? " ".repeat(TAB_WIDTH) : visible(character);
    cells.push({ text, width: columnsOf(text), offset });
    offset += character.length;
  }
  return cells;
}

/** Columns that a text takes which holds no control characters. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOfCharacter(character);
  return columns;
}

function columnsOfCharacter(character: string): number {
  const code = character.codePointAt(0)!;
  if (code < 0x300) return 1;
  if (ZERO_WIDTH.test(character)) return 0;
  const wide =
    WIDE.some(([first, last]) => code >= first && code <= last) || WIDE_EMOJI.test(character);
  return wide ? 2 : 1;
}

/** Breaks at blanks into lines of at most `width` columns; a word that is longer is broken where it must be. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  let columns = 0;
  const flush = () => {
    lines.push(line);
    line = "";
    columns = 0;
  };
  for (const word of text.split(" ").filter((part) => part !== "")) {
    const wordColumns = columnsOf(word);
    if (columns > 0 && columns + 1 + wordColumns > width) flush();
    if (columns > 0) {
      line += " ";
      columns++;
    }
    if (columns + wordColumns <= width) {
      line += word;
      columns += wordColumns;
      continue;
    }
    for (const character of word) {
      const characterColumns = columnsOfCharacter(character);
      if (columns > 0 && columns + characterColumns > width) flush();
      line += character;
      columns += characterColumns;
    }
  }
  if (line !== "" || lines.length === 0) lines.push(line);
  return lines;
}

/**
 * The columns from `start` on, `width` of them, with an ellipsis at an end where something is cut away.
 * A character that straddles an end becomes blanks, so that columns stay aligned.
 */
export function slice(cells: readonly Cell[], start: number, width: number): string {
  const total = cells.reduce((sum, cell) => sum + cell.width, 0);
  const end = start + width;
  const from = start > 0 ? start + ELLIPSIS.length : 0;
  const to = total > end ? end - ELLIPSIS.length : end;
  let text = "";
  let column = 0;
  for (const cell of cells) {
    const next = column + cell.width;
    if (column >= from && next <= to) text += cell.text;
    else if (next > from && column < to) {
      text += " ".repeat(Math.min(next, to) - Math.max(column, from));
    }
    column = next;
  }
  const before = start > 0 && total > start ? ELLIPSIS : "";
  return before + text + (total > end ? ELLIPSIS : "");
}
