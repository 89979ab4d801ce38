/** What a tool has recorded of the lines of one commit, whatever the format. */
import { toolRecordedAs } from "../tool-names.ts";

/** Who wrote a run of lines. `mixed`: a tool did, and a person changed it. */
export type LineAuthor = "ai" | "human" | "mixed";

export interface LineRange {
  /** From 1, inclusive, in the commit's version of the file. */
  readonly first: number;
  readonly last: number;
  readonly author: LineAuthor;
  /** Id of the tool; undefined where the record names none that is known. */
  readonly tool: string | undefined;
  readonly model: string | undefined;
}

/** What is said of a file without saying of which lines. */
export interface FileShare {
  /** Undefined: of the whole commit. */
  readonly path: string | undefined;
  /** The tool's share of the lines of the file, where it is told. */
  readonly share: number | undefined;
  readonly tool: string | undefined;
  readonly model: string | undefined;
}

export interface LineRecord {
  /** Id of the format, which begins its rules: `git-ai`. */
  readonly format: string;
  /** Where it was found, without the commit: `refs/notes/ai`. */
  readonly source: string;
  readonly lines: ReadonlyMap<string, readonly LineRange[]>;
  readonly files: readonly FileShare[];
}

/** A record that cannot be used; the message says why in a few words. */
export class UnreadableRecord extends Error {}

/** Ids in records are as long as their makers please; what is shown must not be. */
const NAME = /^[\w .:()[\]/@+-]{1,80}$/;

/** A model as a record names it, or nothing where it is no name. */
export function modelNamed(model: string | null | undefined): string | undefined {
  return model != null && model !== "unknown" && NAME.test(model) ? model : undefined;
}

/** The id of a tool by the name a record gives it. */
export function toolNamed(name: string | null | undefined): string | undefined {
  return name == null ? undefined : toolRecordedAs(name)?.id;
}

/** Parses JSON from outside, with an error that fits a notice. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableRecord("it is no JSON");
  }
}

export function isRange(first: number, last: number): boolean {
  return Number.isSafeInteger(first) && Number.isSafeInteger(last) && first >= 1 && last >= first;
}

/** Adds a range to those of a file. */
export function addRange(lines: Map<string, LineRange[]>, path: string, range: LineRange): void {
  const known = lines.get(path);
  if (known === undefined) lines.set(path, [range]);
  else known.push(range);
}
