/** Subtracts the findings of the base program from those of the head program: what the change has to do with each. */
import type { ChangeSet } from "../change/change-set.ts";
import type { Finding, Place, Relevance } from "../findings/finding.ts";
import { FLOWS_PER_FINDING } from "../limits.ts";
import { Changes } from "./changes.ts";

export interface Classified {
  readonly finding: Finding;
  readonly relevance: Relevance;
  readonly reason: string;
  readonly primary: Place;
}

export function classify(
  base: readonly Finding[],
  head: readonly Finding[],
  change: ChangeSet,
): Classified[] {
  const changes = new Changes(change);
  const left = new Set(base);
  const matched = new Map<Finding, Finding>();
  const pairOff = (
    rest: readonly Finding[],
    headKey: (finding: Finding) => string | undefined,
    baseKey: (finding: Finding) => string | undefined,
  ): void => {
    const waiting = new Map<string, Finding[]>();
    for (const finding of left) {
      const key = baseKey(finding);
      if (key === undefined) continue;
      const list = waiting.get(key) ?? [];
      list.push(finding);
      waiting.set(key, list);
    }
    for (const finding of rest) {
      const key = headKey(finding);
      const twin = key === undefined ? undefined : waiting.get(key)?.shift();
      if (!twin) continue;
      matched.set(finding, twin);
      left.delete(twin);
    }
  };
  // Of two equal statements the one on an added line is the new one, so the others take what base has first.
  const unmatched = (): Finding[] =>
    head
      .filter((finding) => !matched.has(finding))
      .sort((a, b) => Number(changes.isAdded(a.at)) - Number(changes.isAdded(b.at)));
  const same = (finding: Finding, path: string): string => `${finding.fingerprint} ${path}`;
  pairOff(
    unmatched(),
    (one) => same(one, one.at.path),
    (one) => same(one, changes.renamed(one.at.path)),
  );
  const content = (finding: Finding): string => `${finding.fingerprint}`;
  pairOff(unmatched(), content, content);
  // The same flow with other words: its sink stands where it stood.
  const placed = (finding: Finding, path: string, line: number | undefined): string | undefined =>
    line === undefined
      ? undefined
      : [finding.query.id, finding.sinkKind, finding.sourceKind, finding.symbol, path, line].join(
          " ",
        );
  pairOff(
    unmatched(),
    (one) => placed(one, one.at.path, one.at.line),
    (one) => placed(one, changes.renamed(one.at.path), changes.line(one.at)),
  );
  // ... or its statement was edited in place, within the same function.
  const edited = (finding: Finding, path: string): string =>
    [
      finding.query.id,
      finding.sinkKind,
      finding.sourceKind,
      finding.symbol,
      finding.source?.path ?? "",
      path,
    ].join(" ");
  pairOff(
    unmatched().filter((one) => changes.isAdded(one.at)),
    (one) => edited(one, one.at.path),
    (one) =>
      changes.line(one.at) === undefined ? edited(one, changes.renamed(one.at.path)) : undefined,
  );

  const classified: Classified[] = [];
  const lost = new Map<string, number>();
  for (const finding of head) {
    const twin = matched.get(finding);
    if (twin) {
      const unguarded = withoutGuard(twin, finding, changes);
      if (unguarded) {
        // One guard that is gone is one thing to say, however many flows it stood before.
        const { query } = unguarded.finding;
        const key = [query.id, unguarded.primary.path, unguarded.primary.line].join(" ");
        const first = lost.get(key);
        if (first === undefined) lost.set(key, classified.push(unguarded) - 1);
        else classified[first] = withAnother(classified[first]!, unguarded);
        continue;
      }
      const touched = stepsOf(finding).some((place) => changes.isAdded(place));
      classified.push({
        finding,
        relevance: touched ? "touched" : "unrelated",
        reason: touched ? "a step of it stands on a changed line" : "",
        primary: finding.at,
      });
    } else classified.push({ finding, relevance: "introduced", ...causeOf(finding, changes) });
  }
  for (const finding of left) {
    classified.push({
      finding,
      relevance: "fixed",
      reason: "head has it no more",
      primary: finding.at,
    });
  }
  return mergeSinks(classified);
}

/**
 * A flow that both sides have, but that met a test or a rewriting call in base which the change deletes. Where it puts
 * another one into the flow's way, that is a rewording, and nothing is claimed.
 */
function withoutGuard(base: Finding, head: Finding, changes: Changes): Classified | undefined {
  const kept = new Set(head.guards.map(({ text }) => text));
  const before = new Set(base.guards.map(({ text }) => text));
  if (head.guards.some(({ text }) => !before.has(text))) return undefined;
  const gone = base.guards.find(
    ({ text, place }) => !kept.has(text) && changes.deletedAt(place) !== undefined,
  );
  const primary = gone && changes.deletedAt(gone.place);
  if (!gone || !primary) return undefined;
  const text = gone.text.length > GUARD_TEXT ? `${gone.text.slice(0, GUARD_TEXT)}...` : gone.text;
  return {
    finding: {
      ...head,
      confidence: head.confidence === "high" ? "medium" : head.confidence,
      doubts: [...head.doubts, "how much the removed guard kept out is not known"],
      related: [...head.related, { place: primary, note: `\`${text}\` stood here` }],
    },
    relevance: "introduced",
    reason: `the change removes \`${text}\`, which this data had to pass`,
    primary,
  };
}

/** Other sinks behind one lost guard that are shown. */
const SINKS_SHOWN = 3;

/** The claim, with another sink that the guard stood before. */
function withAnother(claim: Classified, { finding: { at } }: Classified): Classified {
  const { related } = claim.finding;
  if (related.length > SINKS_SHOWN) return claim;
  return {
    ...claim,
    finding: {
      ...claim.finding,
      related: [...related, { place: at, note: "it stood before this too" }],
    },
  };
}

/** Characters of a guard's text that are shown. */
const GUARD_TEXT = 80;

/** Every place of a finding: sink, source, steps. */
function stepsOf(finding: Finding): Place[] {
  return [
    finding.at,
    ...(finding.source ? [finding.source] : []),
    ...finding.flows.flatMap((flow) => flow.map(({ place }) => place)),
  ];
}

function causeOf(finding: Finding, changes: Changes): { reason: string; primary: Place } {
  if (changes.isAdded(finding.at)) return { reason: "the change adds it", primary: finding.at };
  const steps = finding.flows[0]?.map(({ place }) => place) ?? [];
  const added =
    steps.findLast((place) => changes.isAdded(place)) ??
    (finding.source && changes.isAdded(finding.source) ? finding.source : undefined);
  if (added) return { reason: "the change adds a step that opens it", primary: added };
  for (const place of finding.passes) {
    const line = changes
      .shownAt(place.path)
      .find((one) => one >= place.line && one <= place.endLine);
    if (line !== undefined)
      return {
        reason: "the change lets it pass here",
        primary: { path: place.path, line, column: 1, endLine: line, endColumn: 1 },
      };
  }
  // Nothing was added on the path: something that stood in it was taken away or changed beside it.
  let nearest: Place | undefined;
  let distance = Number.POSITIVE_INFINITY;
  for (const place of [finding.at, ...steps]) {
    for (const line of changes.shownAt(place.path)) {
      const away = Math.abs(line - place.line);
      if (away < distance) {
        distance = away;
        nearest = { path: place.path, line, column: 1, endLine: line, endColumn: 1 };
      }
    }
  }
  return nearest
    ? { reason: "the change takes away what stood in its way", primary: nearest }
    : { reason: "the change opens it from elsewhere", primary: finding.at };
}

/** Several sources of one sink are one finding with several flows, within a group. */
function mergeSinks(
  classified: readonly Classified[],
  groupOf: (finding: Finding) => string = () => "",
): Classified[] {
  const bySink = new Map<string, Classified>();
  const merged: Classified[] = [];
  const order = { high: 0, medium: 1, low: 2 };
  const sorted = [...classified].sort(
    (a, b) => order[a.finding.confidence] - order[b.finding.confidence],
  );
  for (const one of sorted) {
    const { query, at, flows } = one.finding;
    if (flows.length === 0) {
      merged.push(one);
      continue;
    }
    const key = [query.id, one.relevance, groupOf(one.finding), at.path, at.line, at.column].join(
      " ",
    );
    const known = bySink.get(key);
    if (!known) {
      bySink.set(key, one);
      merged.push(one);
    } else if (known.finding.flows.length < FLOWS_PER_FINDING) {
      const together = {
        ...known,
        finding: { ...known.finding, flows: [...known.finding.flows, ...flows] },
      };
      merged[merged.indexOf(known)] = together;
      bySink.set(key, together);
    }
  }
  return merged;
}

/** A scan compares with nothing: everything counts. Flows of one sink are told apart by their group. */
export function asIntroduced(
  findings: readonly Finding[],
  groupOf: (finding: Finding) => string,
): Classified[] {
  return mergeSinks(
    findings.map((finding) => ({
      finding,
      relevance: "introduced" as const,
      reason: "",
      primary: finding.at,
    })),
    groupOf,
  );
}
