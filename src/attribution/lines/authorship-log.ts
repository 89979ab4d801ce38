/**
 * The authorship log of Git AI, versions 1 to 3, which other tools write too: attestations (a path, and below it keys
 * with line ranges), a line `---`, and metadata that says what the keys are.
 */
import { z } from "zod";
import {
  addRange,
  isRange,
  type LineAuthor,
  type LineRange,
  type LineRecord,
  modelNamed,
  parseJson,
  toolNamed,
  UnreadableRecord,
} from "./record.ts";

const Agent = z.looseObject({
  agent_id: z.looseObject({ tool: z.string(), model: z.string().nullish() }),
});

const Metadata = z.looseObject({
  schema_version: z.string().regex(/^authorship\/[123]\.\d+\.\d+$/),
  prompts: z.record(z.string(), Agent).default({}),
  sessions: z.record(z.string(), Agent).default({}),
  humans: z.record(z.string(), z.unknown()).default({}),
});
type Metadata = z.infer<typeof Metadata>;

/** The tool by which Git AI tests itself. */
const TEST_TOOL = "mock_ai";

export function parseAuthorshipLog(text: string, source: string, format = "git-ai"): LineRecord {
  const lines = text.split("\n");
  const end = lines.indexOf("---");
  if (end < 0) throw new UnreadableRecord("it has no metadata");
  const parsed = Metadata.safeParse(parseJson(lines.slice(end + 1).join("\n")));
  if (!parsed.success) throw new UnreadableRecord("its metadata is of no known version");
  const found = new Map<string, LineRange[]>();
  let path: string | undefined;
  for (const line of lines.slice(0, end)) {
    if (line === "") continue;
    if (!line.startsWith("  ")) {
      path = line.startsWith('"') && line.endsWith('"') ? line.slice(1, -1) : line;
      continue;
    }
    const [, key, ranges] = /^ {2}(\S+) (\d[\d,-]*)$/.exec(line) ?? [];
    if (path === undefined || key === undefined)
      throw new UnreadableRecord("its attestations are damaged");
    const author = authorOf(key, parsed.data);
    if (author === undefined) continue;
    for (const range of ranges!.split(",")) {
      const [first, last = first] = range.split("-").map(Number) as [number, number?];
      if (!isRange(first, last)) throw new UnreadableRecord("its line numbers are damaged");
      addRange(found, path, { first, last, ...author });
    }
  }
  return { format, source, lines: found, files: [] };
}

/** What a key stands for. The prefix decides; a key that nothing explains says nothing. */
function authorOf(
  key: string,
  { prompts, sessions, humans }: Metadata,
): { author: LineAuthor; tool: string | undefined; model: string | undefined } | undefined {
  if (key.startsWith("h_"))
    return Object.hasOwn(humans, key)
      ? { author: "human", tool: undefined, model: undefined }
      : undefined;
  if (key === "human") return { author: "human", tool: undefined, model: undefined };
  const session = key.split("::", 1)[0]!;
  const agent = Object.hasOwn(sessions, session)
    ? sessions[session]
    : Object.hasOwn(prompts, key)
      ? prompts[key]
      : undefined;
  if (agent === undefined || agent.agent_id.tool === TEST_TOOL) return undefined;
  return {
    author: "ai",
    tool: toolNamed(agent.agent_id.tool),
    model: modelNamed(agent.agent_id.model),
  };
}
