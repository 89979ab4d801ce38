/** The notes of SourceTrace, version 1: lists of lines by who wrote them, `agent|cursor(claude-x)` or `operator`. */
import { z } from "zod";
import {
  addRange,
  isRange,
  type LineRange,
  type LineRecord,
  modelNamed,
  parseJson,
  toolNamed,
  UnreadableRecord,
} from "./record.ts";

const Schema = z.looseObject({
  v: z.literal(1),
  f: z.record(
    z.string(),
    z.array(z.looseObject({ s: z.string(), l: z.array(z.union([z.number(), z.string()])) })),
  ),
});

export function parseSourceTrace(text: string, source: string): LineRecord {
  const parsed = Schema.safeParse(parseJson(text));
  if (!parsed.success) throw new UnreadableRecord("it is of no known version");
  const found = new Map<string, LineRange[]>();
  for (const [path, entries] of Object.entries(parsed.data.f))
    for (const { s, l } of entries) {
      const author = authorOf(s);
      if (author === undefined) continue;
      for (const each of l) {
        const [, from = "", to = from] = /^(\d+)(?:-(\d+))?$/.exec(String(each)) ?? [];
        const [first, last] = [Number(from), Number(to)];
        if (!isRange(first, last)) throw new UnreadableRecord("its line numbers are damaged");
        addRange(found, path, { first, last, ...author });
      }
    }
  return { format: "source-trace", source, lines: found, files: [] };
}

function authorOf(text: string): Pick<LineRange, "author" | "tool" | "model"> | undefined {
  if (text === "operator") return { author: "human", tool: undefined, model: undefined };
  const [, tool, model] = /^agent\|([^()|]+)(?:\(([^()]*)\))?$/.exec(text) ?? [];
  return tool === undefined
    ? undefined
    : { author: "ai", tool: toolNamed(tool), model: modelNamed(model) };
}
