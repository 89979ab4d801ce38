/** Routes that a change adds, takes away or guards in another way. */
import type { GuardedRoute } from "../findings/guarded-route.ts";
import type { SurfaceEntry } from "./surface.ts";

export function compareRoutes(
  base: readonly GuardedRoute[],
  head: readonly GuardedRoute[],
  isChanged: (path: string) => boolean,
): SurfaceEntry[] {
  const before = byTitle(base);
  const after = byTitle(head);
  const found: SurfaceEntry[] = [];
  for (const [title, route] of after) {
    const was = before.get(title);
    if (!was) found.push(entry(route, "added", guardsOf(route), true));
    // Several registrations of one title cannot be told apart.
    else if (was.only && route.only) found.push(...changed(was, route));
  }
  for (const [title, route] of before)
    if (!after.has(title) && isChanged(route.place.path))
      found.push({ ...entry(route, "removed", "", false), kind: "route" });
  return found;
}

function changed(was: Titled, is: Titled): SurfaceEntry[] {
  const [before, after] = [kindsOf(was), kindsOf(is)];
  const lost = before.filter((kind) => !after.includes(kind));
  const gained = after.filter((kind) => !before.includes(kind));
  if (lost.length === 0 && gained.length === 0) return [];
  const told = [
    ...(lost.length > 0 ? [`no ${lost.join(", ")} any more`] : []),
    ...(gained.length > 0 ? [`now ${gained.join(", ")}`] : []),
  ];
  return [entry(is, "changed", told.join("; "), lost.length > 0)];
}

interface Titled extends GuardedRoute {
  readonly only: boolean;
}

function byTitle(routes: readonly GuardedRoute[]): Map<string, Titled> {
  const found = new Map<string, Titled>();
  for (const route of routes)
    found.set(route.title, { ...(found.get(route.title) ?? route), only: !found.has(route.title) });
  return found;
}

const kindsOf = ({ guards }: GuardedRoute): string[] =>
  [...new Set(guards.flatMap(({ kinds }) => kinds))].sort();

function guardsOf(route: GuardedRoute): string {
  const kinds = kindsOf(route);
  if (kinds.length > 0) return `${kinds.join(", ")}${isOpen(route) ? "; no authentication" : ""}`;
  return isOpen(route) ? "no guard" : "";
}

/** What procedures, events and actions are put together by is not followed far enough to say what they lack. */
const OF_HTTP = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|\*) /;

const isOpen = (route: GuardedRoute): boolean => route.isOpen && OF_HTTP.test(route.title);

const entry = (
  route: GuardedRoute,
  effect: SurfaceEntry["effect"],
  detail: string,
  grows: boolean,
): SurfaceEntry => ({
  kind: isOpen(route) ? "open-route" : "route",
  effect,
  name: route.title,
  detail,
  grows,
  at: route.place,
});
