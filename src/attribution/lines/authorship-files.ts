/** The first format of Git AI: a blob of JSON a commit, with lists of lines by author. */
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

const Lines = z.array(z.union([z.number(), z.tuple([z.number(), z.number()])]));
const Schema = z.looseObject({
  schema_version: z.literal("authorship/0.0.1"),
  files: z.record(
    z.string(),
    z.looseObject({
      authors: z.array(
        z.looseObject({
          author: z.string(),
          lines: Lines,
          agent_metadata: z.looseObject({ model: z.string().nullish() }).nullish(),
        }),
      ),
    }),
  ),
});

export function parseAuthorshipFiles(text: string, source: string): LineRecord {
  const parsed = Schema.safeParse(parseJson(text));
  if (!parsed.success) throw new UnreadableRecord("it is of no known version");
  const found = new Map<string, LineRange[]>();
  for (const [path, { authors }] of Object.entries(parsed.data.files))
    for (const { author, lines, agent_metadata } of authors) {
      const tool = toolNamed(author);
      // An author that is no known tool may be a person or a tool: nothing can be said.
      if (tool === undefined) continue;
      for (const each of lines) {
        const [first, last] = typeof each === "number" ? [each, each] : each;
        if (!isRange(first, last)) throw new UnreadableRecord("its line numbers are damaged");
        addRange(found, path, {
          first,
          last,
          author: "ai",
          tool,
          model: modelNamed(agent_metadata?.model),
        });
      }
    }
  return { format: "git-ai", source, lines: found, files: [] };
}
