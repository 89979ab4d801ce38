/** The baseline: findings that a repository has accepted for now, and those it once had and fixed. */
import { z } from "zod";
import { parseDataFile } from "../support/data-file.ts";
import type { Finding } from "./finding.ts";

/** Where it lies in a repository. */
export const BASELINE_NAME = ".adr-scan/baseline.json";

const Entry = z.strictObject({
  fingerprint: z.string().regex(/^[0-9a-f]{32}$/),
  query: z.string(),
  path: z.string(),
  symbol: z.string(),
});
export type BaselineEntry = Readonly<z.infer<typeof Entry>>;

const BaselineFile = z.strictObject({
  version: z.literal(1),
  findings: z.array(Entry),
  fixed: z.array(Entry).default([]),
});

/** Both lists are multisets: two equal flaws are two entries. */
export interface Baseline {
  readonly findings: readonly BaselineEntry[];
  readonly fixed: readonly BaselineEntry[];
}

export const emptyBaseline: Baseline = { findings: [], fixed: [] };

/** Throws a {@link DataFileError} with file and line. */
export const parseBaseline = (text: string, path: string = BASELINE_NAME): Baseline =>
  parseDataFile(path, text, BaselineFile);

/** One entry a line, sorted, so that two branches that change it merge. */
export function baselineText({ findings, fixed }: Baseline): string {
  const list = (entries: readonly BaselineEntry[]): string =>
    entries.length === 0
      ? "[]"
      : `[\n${[...entries]
          .sort(inOrder)
          .map(
            ({ fingerprint, query, path, symbol }) =>
              `    ${JSON.stringify({ query, path, symbol, fingerprint })}`,
          )
          .join(",\n")}\n  ]`;
  return `{\n  "version": 1,\n  "findings": ${list(findings)},\n  "fixed": ${list(fixed)}\n}\n`;
}

const entryOf = ({ fingerprint, query, at, symbol }: Finding): BaselineEntry => ({
  fingerprint,
  query: query.id,
  path: at.path,
  symbol,
});

function inOrder(a: BaselineEntry, b: BaselineEntry): number {
  const [left, right] = [a, b].map((one) =>
    [one.path, one.query, one.symbol, one.fingerprint].join("\0"),
  );
  return left! < right! ? -1 : left! > right! ? 1 : 0;
}

/**
 * Pairs findings with entries, each entry with one finding at most: by content and path, then by content, then by
 * query, path and symbol, where a statement of a named function was edited.
 */
export function matchBaseline(
  entries: readonly BaselineEntry[],
  findings: readonly Finding[],
): { accepted: ReadonlyMap<Finding, BaselineEntry>; unused: readonly BaselineEntry[] } {
  const accepted = new Map<Finding, BaselineEntry>();
  const left = new Set([...entries].sort(inOrder));
  const keys: readonly ((entry: BaselineEntry) => string | undefined)[] = [
    ({ fingerprint, path }) => `${fingerprint} ${path}`,
    ({ fingerprint }) => fingerprint,
    // What has no name has no place that could be told from its neighbours'.
    ({ query, path, symbol }) => (symbol === "" ? undefined : [query, path, symbol].join("\0")),
  ];
  for (const keyOf of keys) {
    const waiting = new Map<string, BaselineEntry[]>();
    for (const entry of left) {
      const key = keyOf(entry);
      if (key === undefined) continue;
      const list = waiting.get(key);
      if (list) list.push(entry);
      else waiting.set(key, [entry]);
    }
    for (const finding of findings) {
      if (accepted.has(finding)) continue;
      const entry = waiting.get(keyOf(entryOf(finding)) ?? "")?.shift();
      if (!entry) continue;
      accepted.set(finding, entry);
      left.delete(entry);
    }
  }
  return { accepted, unused: [...left] };
}

export interface BaselineUpdate {
  /** Accept nothing new: what is new stays a finding. */
  readonly prune: boolean;
  /** Whether a query was run; entries of one that was not are kept as they are. */
  readonly ran: (query: string) => boolean;
  /** Whether a finding is sure enough to be accepted: what nobody was shown, nobody accepts. */
  readonly isShown: (finding: Finding) => boolean;
}

/** The baseline after a scan that found `findings`: what it named and is no more becomes fixed. */
export function updateBaseline(
  before: Baseline,
  findings: readonly Finding[],
  { prune, ran, isShown }: BaselineUpdate,
): Baseline {
  const { accepted, unused } = matchBaseline(before.findings, findings);
  const kept = [
    ...findings
      .filter((finding) => accepted.has(finding) || (!prune && isShown(finding)))
      .map(entryOf),
    ...unused.filter(({ query }) => !ran(query)),
  ];
  const known = new Set(before.fixed.map(({ fingerprint }) => fingerprint));
  const present = new Set(kept.map(({ fingerprint }) => fingerprint));
  const gone = unused.filter(
    ({ fingerprint, query }) => ran(query) && !present.has(fingerprint) && !known.has(fingerprint),
  );
  return {
    findings: kept,
    // What is accepted again is no more called fixed.
    fixed: [...before.fixed, ...gone].filter(({ fingerprint }) => !present.has(fingerprint)),
  };
}
