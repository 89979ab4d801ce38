/** Puts queries over files to the texts of a tree. */
import type { Finding } from "../findings/finding.ts";
import { withFingerprints } from "../findings/fingerprint.ts";
import { plainFinding } from "../findings/plain.ts";
import type { FileQueryEntry } from "./registry.ts";

/** Files of one query, and characters of one of them; past it they are data. */
const FILES = 5000;
const LONGEST = 500_000;

/** What the queries say of files; `texts` by path. */
export function findInFiles(
  queries: readonly FileQueryEntry[],
  texts: ReadonlyMap<string, string>,
): Finding[] {
  const found = queries.flatMap((query) => {
    const files = [...texts]
      .filter(([path, text]) => query.isIn(path) && text.length <= LONGEST)
      .map(([path, text]) => ({ path, text }))
      .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
      .slice(0, FILES);
    if (files.length === 0) return [];
    return [...query.find(files)].map(({ path, line, about, values, confidence }) =>
      plainFinding({
        query: query.info,
        message: query.message.replace(/\{(\w+)\}/g, (whole, name: string) =>
          String(values[name] ?? whole),
        ),
        at: { path, line, column: 1, endLine: line, endColumn: 1 },
        about,
        confidence,
        exposure: "entry",
      }),
    );
  });
  return withFingerprints(found);
}
