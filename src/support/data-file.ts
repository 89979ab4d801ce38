/** Reads a YAML data file against its schema; an error names the file and the line. */
import { readFileSync } from "node:fs";
import { LineCounter, parseDocument, visit } from "yaml";
import type { z } from "zod";

/** A query or model that cannot be used. The message is one line: file, line, what is wrong. */
export class DataFileError extends Error {}

export function readDataFile<T extends z.ZodType>(file: string, schema: T): z.infer<T> {
  return parseDataFile(file, readFileSync(file, "utf8"), schema);
}

export function parseDataFile<T extends z.ZodType>(
  file: string,
  text: string,
  schema: T,
): z.infer<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error)
    throw new DataFileError(`${file}:${lines.linePos(error.pos[0]).line}: ${error.message}`);
  visit(document, {
    // Nested aliases make a small file a huge record.
    Alias(_, { source, range }) {
      const { line } = lines.linePos(range?.[0] ?? 0);
      throw new DataFileError(`${file}:${line}: an alias (*${source}) is not allowed`);
    },
  });
  const result = schema.safeParse(document.toJS({ maxAliasCount: 0 }));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path ?? [];
  let line = 1;
  for (let length = path.length; length >= 0; length--) {
    const node: unknown =
      length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    const range = (node as { range?: [number, number, number] } | undefined)?.range;
    if (range) {
      line = lines.linePos(range[0]).line;
      break;
    }
  }
  const where = path.length > 0 ? ` at ${path.join(".")}` : "";
  throw new DataFileError(
    `${file}:${line}: ${issue?.message ?? "does not fit the schema"}${where}`,
  );
}
