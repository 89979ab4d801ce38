/** What is said where a change takes a guard away. */
import type { Place, QueryInfo, Step } from "../findings/finding.ts";
import { fingerprint } from "../findings/fingerprint.ts";
import type { Classified } from "./classify.ts";

/** What is said of a kind of guard that is gone. */
export interface GuardClaim {
  readonly guard: string;
  readonly info: QueryInfo;
  readonly message: string;
}

export interface LostGuard {
  readonly claim: GuardClaim;
  /** The guard as it was written. */
  readonly label: string;
  /** What it stood before, in words: `DELETE /notes/:id`, "`remove()` in purge()". */
  readonly protects: string;
  readonly at: Place;
  readonly primary: Place;
  readonly symbol: string;
  /** Tells what it stood before from other such places. */
  readonly identity: string;
  readonly related: readonly Step[];
  /** Why it is not certain that it was a guard; undefined when it is. */
  readonly doubt: string | undefined;
}

/** Kinds that a condition in the query itself stands in for. */
export const OF_RECORDS: ReadonlySet<string> = new Set(["owner", "tenant"]);

/** Kinds of which a stricter one stands in for another: who is asked for a role is asked who they are. */
export const OF_ACCESS: ReadonlySet<string> = new Set(["permission", "role", "owner", "tenant"]);

/** What a guard checks, the most telling first: that it also asks who somebody is goes without saying. */
export const TELLING = [
  "signature",
  "csrf",
  "role",
  "permission",
  "owner",
  "tenant",
  "rate",
  "validation",
  "authentication",
];
/** Whether what is new checks what was lost, or something stricter. */
export function standsIn(kinds: readonly string[], lost: readonly string[]): boolean {
  if (lost.some((kind) => OF_ACCESS.has(kind))) return kinds.some((kind) => OF_ACCESS.has(kind));
  return kinds.some(
    (kind) => lost.includes(kind) || (lost.includes("authentication") && OF_ACCESS.has(kind)),
  );
}

/** Things that a message names; the rest are counted. */
const NAMED = 3;

/** `a, b, c and 2 more` */
export function told(names: readonly string[]): string {
  const more = names.length - NAMED;
  const first = names.slice(0, NAMED).join(", ");
  return more > 0 ? `${first} and ${more} more` : first;
}

export function introduced(lost: LostGuard): Classified {
  const { claim, label, at, primary, symbol, related, doubt } = lost;
  return {
    finding: {
      query: claim.info,
      message: claim.message
        .replaceAll("{guard}", () => label)
        .replaceAll("{routes}", () => lost.protects),
      at,
      source: undefined,
      sourceKind: "",
      sinkKind: claim.guard,
      symbol,
      flows: [],
      related: related.slice(0, NAMED),
      guards: [],
      passes: [],
      confidence: doubt === undefined ? "high" : "medium",
      doubts: doubt === undefined ? [] : [doubt],
      exposure: "entry",
      fingerprint: fingerprint(
        {
          query: claim.info.id,
          sourceKind: "",
          sinkKind: claim.guard,
          symbol,
          sourceSymbol: "",
          statement: label,
          sourceStatement: lost.identity,
          through: "",
        },
        0,
      ),
    },
    relevance: "introduced",
    reason: `the change removes \`${label}\``,
    primary,
  };
}
