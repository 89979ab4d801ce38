/** Comments that say a finding is known: `adr-scan-ignore sql-injection: the table name is from a fixed list`. */
import { commentStart } from "../support/comments.ts";
import type { Finding } from "./finding.ts";

/** Texts without it hold no suppression. */
export const SUPPRESSION_MARK = "adr-scan-ignore";

export interface Suppression {
  readonly path: string;
  /** Of the comment, 1-based. */
  readonly line: number;
  /** The line it is about: its own where there is code on it, else the next that is no comment. */
  readonly covers: number;
  readonly queries: readonly string[];
  readonly reason: string;
  /** The last day it holds, `YYYY-MM-DD`. */
  readonly until: string | undefined;
}

/** A comment that means to suppress and does not. */
export interface MalformedSuppression {
  readonly path: string;
  readonly line: number;
  readonly problem: string;
}

const FORM = "`adr-scan-ignore <query>: <reason>`";
const GRAMMAR = /^([a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)\s*:\s*(\S.*)$/;
const UNTIL = /\s*\(?\buntil=([^\s)]*)\)?/;

/**
 * Reads the suppressions of a file. One is a comment that begins with the mark; the words in the midst of a sentence or
 * of a string are none. What is not understood is never applied.
 */
export function readSuppressions(
  path: string,
  text: string,
  isQuery: (id: string) => boolean,
): { suppressions: Suppression[]; malformed: MalformedSuppression[] } {
  const suppressions: Suppression[] = [];
  const malformed: MalformedSuppression[] = [];
  if (!text.includes(SUPPRESSION_MARK)) return { suppressions, malformed };
  const lines = text.split(/\r\n|\n|\r/);
  lines.forEach((content, index) => {
    const mark = content.indexOf(SUPPRESSION_MARK);
    if (mark < 0) return;
    const start = commentStart(path, content);
    if (start < 0 || start > mark || !/^[/*#<!{-]*\s*$/.test(content.slice(start, mark))) return;
    const line = index + 1;
    const read = parse(
      // The comment may end before the line does.
      content.slice(mark + SUPPRESSION_MARK.length).replace(/\s*(?:\*\/|-->).*$/, ""),
      isQuery,
    );
    if (typeof read === "string") malformed.push({ path, line, problem: read });
    else suppressions.push({ path, line, covers: coveredBy(path, lines, index), ...read });
  });
  return { suppressions, malformed };
}

/** What the words after the mark say, or what is wrong with them. */
function parse(
  words: string,
  isQuery: (id: string) => boolean,
): Pick<Suppression, "queries" | "reason" | "until"> | string {
  const match = /^\s/.test(words) ? GRAMMAR.exec(words.trim()) : null;
  if (!match) {
    return /^\s*[a-z0-9, -]*:?\s*$/.test(words)
      ? `it gives no reason: write ${FORM}`
      : `it is not understood: write ${FORM}`;
  }
  const queries = match[1]!.split(",").map((id) => id.trim());
  const unknown = queries.find((id) => !isQuery(id));
  if (unknown !== undefined) return `there is no query ${unknown}`;
  const until = UNTIL.exec(match[2]!);
  if (until && !isDay(until[1]!)) return "until= is no day: write until=YYYY-MM-DD";
  const reason = match[2]!.replace(UNTIL, "").trim();
  if (!/[\p{L}\p{N}]/u.test(reason)) return `it gives no reason: write ${FORM}`;
  return { queries, reason, until: until?.[1] };
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function coveredBy(path: string, lines: readonly string[], index: number): number {
  if (!isCommentOnly(path, lines[index]!)) return index + 1;
  let next = index + 1;
  while (next < lines.length && isCommentOnly(path, lines[next]!)) next++;
  return next + 1;
}

function isCommentOnly(path: string, line: string): boolean {
  const start = commentStart(path, line);
  if (start < 0 || !/^[\s{]*$/.test(line.slice(0, start))) return false;
  const rest = /\*\/(.*)$/.exec(line.slice(start));
  return rest === null || /^[\s}]*$/.test(rest[1]!);
}

/** Whether a suppression is about a finding: it names its query and covers a line of its statement. */
export const isAbout = ({ path, covers, queries }: Suppression, { at, query }: Finding): boolean =>
  path === at.path && at.line <= covers && covers <= at.endLine && queries.includes(query.id);
