/** The day of a commit: what "today" is to a scan that must say the same of a commit whenever it runs. */

import { parseCommit } from "./commit.ts";
import type { Repository } from "./git.ts";

/** `YYYY-MM-DD` in UTC, by the committer's date; undefined where there is no such commit. */
export async function commitDay(
  repository: Repository,
  commit: string | undefined,
): Promise<string | undefined> {
  if (commit === undefined) return undefined;
  for await (const { id, bytes } of repository.blobs.read([commit], undefined, "commit"))
    if (bytes !== undefined) return dayOf(parseCommit(id, bytes).committer.date);
  return undefined;
}

/** `YYYY-MM-DD` in UTC of seconds since 1970; undefined where it is no day of these ten thousand years. */
export function dayOf(seconds: number): string | undefined {
  const isDay = seconds >= 0 && seconds < 253_402_300_800;
  return isDay ? new Date(seconds * 1000).toISOString().slice(0, 10) : undefined;
}
