/** Routes of head that lack a step they had in base: found by comparing the two services, not by reading the diff. */
import type { ChangeSet } from "../change/change-set.ts";
import type { Place } from "../findings/finding.ts";
import type { GuardedRoute, PlacedGuard } from "../findings/guarded-route.ts";
import { Changes } from "./changes.ts";
import type { Classified } from "./classify.ts";
import type { Checked } from "./lost-checks.ts";
import {
  type GuardClaim,
  introduced,
  OF_ACCESS,
  OF_RECORDS,
  standsIn,
  TELLING,
  told,
} from "./lost-guard.ts";

/**
 * Events and actions are put together by builders of the program's own more often than not, and what these add is not
 * followed far enough to say that it is gone.
 */
const FOLLOWED =
  /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|\*|QUERY|MUTATION|SUBSCRIPTION|METHOD|PUBLISH) /;

interface Loss {
  readonly claim: GuardClaim;
  readonly guard: PlacedGuard;
  readonly primary: Place;
  readonly routes: GuardedRoute[];
}

/**
 * A guard is lost where the change deletes something from its file or the route's and no guard of any of its kinds stands before the
 * route any more. One that was moved up the chain, renamed or replaced by another of its kind is no loss.
 */
export function removedGuards(
  base: Checked,
  head: Checked,
  change: ChangeSet,
  claims: readonly GuardClaim[],
): Classified[] {
  const changes = new Changes(change);
  const before = uniqueByTitle(base.routes);
  const losses = new Map<string, Loss>();
  for (const [title, route] of uniqueByTitle(head.routes)) {
    const had = before.get(title);
    if (!had || !FOLLOWED.test(title)) continue;
    for (const guard of had.guards) {
      // What a handler checks itself is compared function by function.
      if (guard.inline || isReplaced(guard, had, route)) continue;
      if (guard.kinds.every((kind) => kind === "validation") && validates(route, head)) continue;
      if (
        guard.kinds.some((kind) => OF_RECORDS.has(kind)) &&
        route.asks().some(({ scope }) => scope.length > 0)
      )
        continue;
      const primary = placeOf(guard, had, changes);
      if (!primary) continue;
      const claim = claims.find((one) => one.guard === tellingOf(guard));
      if (!claim) continue;
      const key = [claim.guard, guard.label, primary.path, primary.line].join(" ");
      const known = losses.get(key);
      if (known) known.routes.push(route);
      else losses.set(key, { claim, guard, primary, routes: [route] });
    }
  }
  return [...losses.values()].map(classified);
}

const tellingOf = ({ kinds }: PlacedGuard): string | undefined =>
  TELLING.find((kind) => kinds.includes(kind));

/** Whether a handler, as far as it stands in a file that is compared, validates what it is sent itself. */
const validates = ({ handlers }: GuardedRoute, { functions }: Checked): boolean =>
  handlers.some(({ path, line, endLine }) =>
    functions.some(
      ({ place, calls }) =>
        place.path === path &&
        place.line >= line &&
        place.endLine <= endLine &&
        calls.some(({ kinds }) => kinds.includes("validation")),
    ),
  );

/** Whether a guard is still there, something new does what it did, or what stood there besides does the same. */
function isReplaced(guard: PlacedGuard, had: GuardedRoute, route: GuardedRoute): boolean {
  const before = new Set(had.guards.map(({ label }) => label));
  const telling = tellingOf(guard);
  return route.guards.some(({ label, kinds, inline }) => {
    if (label === guard.label) return true;
    if (!before.has(label)) return standsIn(kinds, guard.kinds);
    if (inline) return false;
    return kinds.some(
      (kind) => kind === telling || (telling === "authentication" && OF_ACCESS.has(kind)),
    );
  });
}

/** Where the change took it away: where it stood, where the route is registered, or in the files of the two. */
const placeOf = (guard: PlacedGuard, route: GuardedRoute, changes: Changes): Place | undefined =>
  changes.deletedAt(guard.place) ??
  changes.deletedAt(route.place) ??
  changes.firstDeletion(route.place.path) ??
  changes.firstDeletion(guard.place.path);

/** A title that several registrations share says nothing about any of them. */
export function uniqueByTitle(routes: readonly GuardedRoute[]): Map<string, GuardedRoute> {
  const found = new Map<string, GuardedRoute | undefined>();
  for (const route of routes) found.set(route.title, found.has(route.title) ? undefined : route);
  return new Map(
    [...found].filter((entry): entry is [string, GuardedRoute] => entry[1] !== undefined),
  );
}

function classified({ claim, guard, primary, routes }: Loss): Classified {
  const [first] = routes as [GuardedRoute, ...GuardedRoute[]];
  return introduced({
    claim,
    label: guard.label,
    protects: told(routes.map(({ title }) => title)),
    at: first.place,
    primary,
    symbol: first.symbol,
    identity: first.title,
    related: routes.map(({ title, place }) => ({ place, note: title })),
    doubt: guard.known ? undefined : "that it was a guard is known by its name alone",
  });
}
