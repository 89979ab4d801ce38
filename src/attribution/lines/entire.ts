/** Checkpoints of Entire: which files an agent's session touched, and its share of the commit. No lines. */
import { z } from "zod";
import {
  type FileShare,
  type LineRecord,
  parseJson,
  toolNamed,
  UnreadableRecord,
} from "./record.ts";

const Session = z.looseObject({
  checkpoint_id: z.string(),
  files_touched: z.array(z.string()).nullish(),
  agent: z.string().nullish(),
  initial_attribution: z
    .looseObject({ agent_percentage: z.number().min(0).max(100), total_committed: z.number() })
    .nullish(),
});

/** One session of a checkpoint. */
export function parseCheckpoint(text: string, source: string): LineRecord {
  const parsed = Session.safeParse(parseJson(text));
  if (!parsed.success) throw new UnreadableRecord("it is no known kind of checkpoint");
  const { files_touched, agent, initial_attribution: share } = parsed.data;
  const files = (files_touched ?? []).map(
    (path): FileShare => ({
      path,
      share:
        share == null || share.total_committed === 0 ? undefined : share.agent_percentage / 100,
      tool: toolNamed(agent),
      model: undefined,
    }),
  );
  return { format: "entire", source, lines: new Map(), files };
}
