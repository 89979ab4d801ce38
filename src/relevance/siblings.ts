/** Claims that rest on what others do: a change to the others is not a flaw that the change brought into the one. */
import type { ChangeSet } from "../change/change-set.ts";
import type { GuardedRoute } from "../findings/guarded-route.ts";
import { Changes } from "./changes.ts";
import type { Classified } from "./classify.ts";
import { uniqueByTitle } from "./removed-guards.ts";

/**
 * What is introduced, but for routes that do otherwise than their siblings and did so before, by the same code behind the
 * same guards: there the siblings changed.
 */
export function withoutSiblings(
  classified: readonly Classified[],
  base: readonly GuardedRoute[],
  head: readonly GuardedRoute[],
  change: ChangeSet,
): Classified[] {
  const changes = new Changes(change);
  const [before, after] = [uniqueByTitle(base), uniqueByTitle(head)];
  return classified.map((one) => {
    const { deviant, at } = one.finding;
    if (one.relevance !== "introduced" || !deviant) return one;
    const [was, is] = [before.get(deviant.route), after.get(deviant.route)];
    const isSame =
      was !== undefined &&
      is !== undefined &&
      kindsOf(was) === kindsOf(is) &&
      ![at, is.place, ...deviant.code].some((place) => changes.touches(place));
    return isSame
      ? {
          ...one,
          relevance: "unrelated",
          reason: "the change is about its siblings, and not about it",
        }
      : one;
  });
}

const kindsOf = ({ guards }: GuardedRoute): string =>
  [...new Set(guards.flatMap(({ kinds }) => kinds))].sort().join(" ");
