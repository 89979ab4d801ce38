/** A query's two examples as one: what to take out of the bad one, and what to put there instead. */
import { diffLines } from "diff";
import type { QueryInfo } from "../findings/finding.ts";

export interface ExampleLine {
  /** `-` is only in the bad example, `+` only in the good one; blank where there is no bad one to compare with. */
  readonly mark: "-" | "+" | " ";
  readonly text: string;
}

/** A longer one belongs to the query's own page. */
const LINES = 12;

/** The lines that differ, without the indentation they share; empty where they are too many to help. */
export function exampleOf({ bad, good }: Pick<QueryInfo, "bad" | "good">): ExampleLine[] {
  if (good === undefined) return [];
  const lines: ExampleLine[] = [];
  for (const { added, removed, value } of diffLines(ended(bad ?? good), ended(good))) {
    if (bad !== undefined && !added && !removed) continue;
    const mark = added ? "+" : removed ? "-" : " ";
    for (const text of value.trimEnd().split("\n")) lines.push({ mark, text });
  }
  if (lines.length > LINES) return [];
  const indent = Math.min(...lines.map(({ text }) => text.length - text.trimStart().length));
  return lines.map(({ mark, text }) => ({ mark, text: text.slice(indent) }));
}

/** Without a line end, the last line would differ from the same line elsewhere. */
const ended = (code: string): string => `${code.replace(/\r\n?/g, "\n").trimEnd()}\n`;
