/** The notes of Qwen Code, version 1: how many characters of each file are the tool's. */
import { z } from "zod";
import { type LineRecord, parseJson, toolNamed, UnreadableRecord } from "./record.ts";

const Schema = z.looseObject({
  version: z.literal(1),
  generator: z.string(),
  files: z.record(
    z.string(),
    z.looseObject({ aiChars: z.number().min(0), humanChars: z.number().min(0) }),
  ),
});

export function parseQwen(text: string, source: string): LineRecord {
  const parsed = Schema.safeParse(parseJson(text));
  if (!parsed.success) throw new UnreadableRecord("it is of no known version");
  const tool = toolNamed(parsed.data.generator);
  return {
    format: "qwen-code",
    source,
    lines: new Map(),
    files: Object.entries(parsed.data.files)
      .filter(([, { aiChars }]) => aiChars > 0)
      .map(([path, { aiChars, humanChars }]) => ({
        path,
        share: aiChars / (aiChars + humanChars),
        tool,
        model: undefined,
      })),
  };
}
