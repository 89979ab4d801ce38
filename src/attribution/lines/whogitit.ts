/** The notes of whogitit, versions 2 and 3: each line of each file with where it came from. */
import { z } from "zod";
import {
  addRange,
  isRange,
  type LineAuthor,
  type LineRange,
  type LineRecord,
  modelNamed,
  parseJson,
  UnreadableRecord,
} from "./record.ts";

const Source = z.union([z.string(), z.looseObject({ type: z.string() })]);
const Schema = z
  .looseObject({
    version: z.number().optional(),
    schema_version: z.number().optional(),
    session: z
      .looseObject({ model: z.looseObject({ id: z.string().nullish() }).nullish() })
      .nullish(),
    files: z.array(
      z.looseObject({
        path: z.string(),
        lines: z.array(z.looseObject({ line_number: z.number(), source: Source })),
      }),
    ),
  })
  .refine(({ version, schema_version }) => [2, 3].includes(version ?? schema_version ?? 0));

const AUTHORS: Readonly<Record<string, LineAuthor>> = {
  AI: "ai",
  AIModified: "mixed",
  Human: "human",
};

export function parseWhogitit(text: string, source: string): LineRecord {
  const parsed = Schema.safeParse(parseJson(text));
  if (!parsed.success) throw new UnreadableRecord("it is of no known version");
  const model = modelNamed(parsed.data.session?.model?.id);
  const found = new Map<string, LineRange[]>();
  for (const { path, lines } of parsed.data.files)
    for (const { line_number: line, source: from } of lines) {
      const type = typeof from === "string" ? from : from.type;
      const author = Object.hasOwn(AUTHORS, type) ? AUTHORS[type] : undefined;
      if (author === undefined) continue;
      if (!isRange(line, line)) throw new UnreadableRecord("its line numbers are damaged");
      addRange(found, path, { first: line, last: line, author, tool: undefined, model });
    }
  return { format: "whogitit", source, lines: found, files: [] };
}
