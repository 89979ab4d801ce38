/**
 * Conditions of queries that said whose records are asked for, and that a change took away: the same table is asked for
 * as often, but no longer for what is the sender's.
 */
import type { ChangeSet } from "../change/change-set.ts";
import type { Finding } from "../findings/finding.ts";
import type { Ask, GuardedRoute } from "../findings/guarded-route.ts";
import { Changes } from "./changes.ts";
import type { Classified } from "./classify.ts";
import { type GuardClaim, introduced, OF_RECORDS } from "./lost-guard.ts";
import { uniqueByTitle } from "./removed-guards.ts";

/** `said`: what is claimed already; the same of the same place is not said twice. */
export function lostScopes(
  base: readonly GuardedRoute[],
  head: readonly GuardedRoute[],
  change: ChangeSet,
  claims: readonly GuardClaim[],
  said: readonly Classified[],
): Classified[] {
  const changes = new Changes(change);
  const before = uniqueByTitle(base);
  return [...uniqueByTitle(head)].flatMap(([title, route]) => {
    const had = before.get(title);
    if (!had || isChecked(route, had)) return [];
    const [asked, asks] = [had.asks(), route.asks()];
    return asks
      .filter((ask) => isWidened(ask, asked, asks) && changes.isAdded(ask.place))
      .slice(0, 1)
      .flatMap((ask) => claimOf(ask, asked, route, claims) ?? [])
      .filter(({ finding }) => !said.some((one) => saysTheSame(one, finding)));
  });
}

const saysTheSame = ({ finding: { at, query }, relevance }: Classified, other: Finding): boolean =>
  relevance === "introduced" &&
  at.path === other.at.path &&
  at.line === other.at.line &&
  query.cwe.some((one) => other.query.cwe.includes(one));

/** How often a table is asked for, for the sender's records or for anybody's. */
export const countOf = (asks: readonly Ask[], table: string, isScoped: boolean): number =>
  asks.filter((ask) => ask.table === table && ask.scope.length > 0 === isScoped).length;

/** Whether anybody's records are asked for where the sender's were. */
const isWidened = ({ table, scope }: Ask, before: readonly Ask[], after: readonly Ask[]): boolean =>
  scope.length === 0 &&
  countOf(after, table, true) < countOf(before, table, true) &&
  countOf(after, table, false) > countOf(before, table, false);

/** A check that is new, or that was there besides, may say whose the record is. */
function isChecked(route: GuardedRoute, had: GuardedRoute): boolean {
  const labels = new Set(had.guards.map(({ label }) => label));
  return route.guards.some(
    ({ kinds, label }) => !labels.has(label) && kinds.some((kind) => OF_RECORDS.has(kind)),
  );
}

function claimOf(
  ask: Ask,
  before: readonly Ask[],
  route: GuardedRoute,
  claims: readonly GuardClaim[],
): Classified | undefined {
  const lost = before.find(({ table, scope }) => table === ask.table && scope.length > 0);
  const [scope] = lost?.scope ?? [];
  const claim = scope && claims.find(({ guard }) => guard === scope.kind);
  return (
    claim &&
    introduced({
      claim,
      label: `where ${scope.field}`,
      protects: route.title,
      at: ask.place,
      primary: ask.place,
      symbol: route.symbol,
      identity: `${route.title} ${ask.table}`,
      related: [{ place: route.place, note: route.title }],
      doubt: undefined,
    })
  );
}
