/** The same flaw pasted in several places is one finding with several places. */
import type { Finding, Step } from "./finding.ts";
import { normalise } from "./fingerprint.ts";

/**
 * What two findings have in common when one was pasted: the query, and the text of every line on the way, whatever the
 * names around them. Undefined where a line cannot be had.
 */
export function cloneKey(
  { query, sourceKind, sinkKind, at, flows: [flow] }: Finding,
  lineOf: (path: string, line: number) => string | undefined,
): string | undefined {
  const places = flow === undefined ? [at] : flow.map(({ place }) => place);
  const texts: string[] = [];
  for (const { path, line } of places) {
    const text = lineOf(path, line);
    if (text === undefined) return undefined;
    texts.push(normalise(text));
  }
  return [query.id, sourceKind, sinkKind, ...texts].join("\0");
}

/** A finding that stands for its clones: their places are among its related ones. */
export function withClones(finding: Finding, clones: readonly Finding[]): Finding {
  const places = clones.map(
    ({ at, symbol }): Step => ({
      place: at,
      note: symbol === "" ? "the same again" : `the same again, in ${symbol}`,
    }),
  );
  return { ...finding, related: [...finding.related, ...places] };
}
