/**
 * Agent Trace 0.1: one JSON record an edit, one a line. A record names the revision it was made at. The lines hold for
 * that revision; a hook that runs before the commit names the commit's parent, and then only the file can be believed.
 */
import { z } from "zod";
import {
  addRange,
  type FileShare,
  isRange,
  type LineAuthor,
  type LineRange,
  type LineRecord,
  modelNamed,
  parseJson,
  toolNamed,
  UnreadableRecord,
} from "./record.ts";

const Contributor = z.looseObject({
  type: z.enum(["human", "ai", "mixed", "unknown"]),
  model_id: z.string().nullish(),
});
const Range = z.looseObject({
  start_line: z.number(),
  end_line: z.number(),
  content_hash: z.string().nullish(),
  contributor: Contributor.nullish(),
});
const Schema = z.looseObject({
  // The reference implementation writes two numbers where its own schema wants three.
  version: z.string().regex(/^\d+\.\d+(\.\d+)?$/),
  id: z.string(),
  timestamp: z.string(),
  vcs: z.looseObject({ type: z.string(), revision: z.string() }).nullish(),
  tool: z.looseObject({ name: z.string().nullish() }).nullish(),
  files: z.array(
    z.looseObject({
      path: z.string(),
      conversations: z.array(
        z.looseObject({ contributor: Contributor.nullish(), ranges: z.array(Range) }),
      ),
    }),
  ),
});

/** A record with the commit it was made at. */
export interface Trace {
  readonly revision: string;
  readonly record: LineRecord;
}

/** One record; undefined for one of another version control system, or of no revision. */
export function parseTrace(text: string, source: string): Trace | undefined {
  const parsed = Schema.safeParse(parseJson(text));
  if (!parsed.success) throw new UnreadableRecord("it does not fit Agent Trace 0.1");
  const { vcs, tool, files } = parsed.data;
  if (vcs == null || vcs.type !== "git" || !/^[0-9a-f]{40,64}$/.test(vcs.revision))
    return undefined;
  const id = toolNamed(tool?.name);
  const lines = new Map<string, LineRange[]>();
  const shares: FileShare[] = [];
  for (const { path, conversations } of files)
    for (const { contributor, ranges } of conversations)
      for (const range of ranges) {
        const who = range.contributor ?? contributor;
        if (who == null || who.type === "unknown") continue;
        const author: LineAuthor = who.type;
        const model = modelNamed(who.model_id);
        const { start_line: first, end_line: last } = range;
        if (!isRange(first, last)) throw new UnreadableRecord("its line numbers are damaged");
        // Written where the lines were not known: it says no more than that the file was edited.
        if (first === 1 && last === 1 && range.content_hash == null) {
          if (author !== "human") shares.push({ path, share: undefined, tool: id, model });
        } else addRange(lines, path, { first, last, author, tool: id, model });
      }
  return {
    revision: vcs.revision,
    record: { format: "agent-trace", source, lines, files: shares },
  };
}

/** What remains of a record where its lines are those of no commit: the files it names. */
export function withoutLines(record: LineRecord): LineRecord {
  const named = [...record.lines].flatMap(([path, ranges]): FileShare[] => {
    const by = ranges.find(({ author }) => author !== "human");
    return by === undefined ? [] : [{ path, share: undefined, tool: by.tool, model: by.model }];
  });
  return { ...record, lines: new Map(), files: [...record.files, ...named] };
}
