/** The report of the last scan of a repository, kept for `explain`. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { digest } from "../support/hash.ts";
import { defaultCacheFolder, refusal, repositoryAround } from "./folder.ts";

/** Where it lies for a folder of a repository; undefined where the cache folder must not be used. */
function fileFor(cacheFolder: string | undefined, scanned: string): string | undefined {
  const place = resolve(cacheFolder ?? defaultCacheFolder());
  const repository = repositoryAround(resolve(scanned));
  if (refusal(place, repository) !== undefined) return undefined;
  return join(place, "reports", `${digest(repository).slice(0, 32)}.json`);
}

/** Keeps a JSON report; a cache that cannot be written keeps none. */
export function keepReport(cacheFolder: string | undefined, scanned: string, text: string): void {
  const file = fileFor(cacheFolder, scanned);
  if (file === undefined) return;
  try {
    mkdirSync(dirname(file), { recursive: true });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, text);
    renameSync(draft, file);
  } catch {
    // It is a convenience; the report itself has been written.
  }
}

export function lastReport(cacheFolder: string | undefined, scanned: string): string | undefined {
  const file = fileFor(cacheFolder, scanned);
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
