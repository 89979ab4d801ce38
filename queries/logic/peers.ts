/** What the siblings of a route do: groups from the nearest to the widest, so that the first that says something counts. */
import {
  type Confidence,
  type Route,
  type Service,
  tierOf,
  titleOf,
  writes,
} from "../../src/query-api.ts";

/** What most siblings of a route do, and it does not. */
export interface Majority {
  readonly doing: readonly Route[];
  /** How many there are, the route itself among them. */
  readonly all: number;
  /** "routes of this file" */
  readonly siblings: string;
  readonly confidence: Confidence;
}

/** Siblings of a whole service say something only where there are many of them. */
const WHOLE_SERVICE = 10;

/** Last parts of paths that say that something is only looked at, where everything is sent as POST. */
const LOOKS =
  /(?:^|[./])_?(?:get|list|search|find|info|export|count|download|query|read|view|fetch|load|lookup|check|validate|preview|stats|status|is|has|can|my)(?![a-z])\w*\/?$/;

/** Whether a route changes something: by what it does with records, else by its method. */
export function changes(service: Service, route: Route): boolean {
  if (service.accessesOf(route).some(writes)) return true;
  if (/^(?:PUT|PATCH|DELETE|MUTATION|ACTION)$/.test(route.method)) return true;
  return /^(?:POST|METHOD)$/.test(route.method) && !LOOKS.test(route.path);
}

/** The nearest group of siblings of the same kind most of which have a property. */
export function majorityOf(
  service: Service,
  route: Route,
  isPeer: (one: Route) => boolean,
  has: (one: Route) => boolean,
): Majority | undefined {
  const isWriting = changes(service, route);
  // What is registered at once under several paths is one sibling.
  const counted = new Set([route.registration]);
  const all = service.routes.filter((one) => {
    if (one === route) return true;
    if (one.framework !== route.framework || counted.has(one.registration) || !isPeer(one))
      return false;
    counted.add(one.registration);
    return true;
  });
  const peers = all.filter((one) => one === route || changes(service, one) === isWriting);
  const file = service.fileOf(route);
  const near = all.filter((one) => service.fileOf(one) === file);
  const tables = tablesOf(service, route, isWriting);
  const kind = `routes that ${isWriting ? "change" : "read"}`;
  const groups = [
    {
      group: peers.filter((one) => service.fileOf(one) === file),
      siblings: `${kind} something in this file`,
    },
    // Where all the others do it, it does not matter what for.
    {
      group: near.every((one) => one === route || has(one)) ? near : [],
      siblings: "routes of this file",
    },
    {
      group: peers.filter(
        (one) =>
          one === route ||
          tablesOf(service, one, isWriting).some((table) => tables.includes(table)),
      ),
      siblings: `${kind} ${tables[0] ?? ""}`,
    },
    { group: peers, siblings: `${kind} something` },
  ];
  for (const [at, { group, siblings }] of groups.entries()) {
    const doing = group.filter(has);
    const tier = tierOf(doing.length, group.length);
    if (!tier || doing.length === 0) continue;
    const isWide = at === groups.length - 1;
    if (isWide && group.length < WHOLE_SERVICE) continue;
    return {
      doing,
      all: group.length,
      siblings,
      confidence: isWide && tier === "high" ? "medium" : tier,
    };
  }
  return undefined;
}

/** What a route is about: the tables it changes, or those it reads where that is all it does. */
const tablesOf = (service: Service, route: Route, isWriting: boolean): string[] => [
  ...new Set(
    service
      .accessesOf(route)
      .filter((access) => access.table !== "" && writes(access) === isWriting)
      .map(({ table }) => table),
  ),
];

/** Who makes an account has none yet, and who makes an organisation has no rights in it: `POST /users`. */
export const registers = ({ method, path }: Route): boolean =>
  method === "POST" &&
  /\/(?:users?|accounts?|members?|customers?|organi[sz]ations?|orgs|workspaces?|tenants?|companies)\/?$/i.test(
    path,
  );

/** The function most of them are guarded by: `checkAccess`. */
export function usualGuard(
  { doing }: Majority,
  isMeant: (guard: Route["guards"][number]) => boolean,
): string {
  const counts = new Map<string, number>();
  for (const { guards } of doing)
    for (const name of new Set(
      guards.filter(isMeant).map(({ label }) => label.replace(/\(.*$/s, "")),
    ))
      counts.set(name, (counts.get(name) ?? 0) + 1);
  const [most] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return most && most[0] !== "" ? most[0] : "a check";
}

/** Three that do it, to look at. */
export const examplesOf = (
  { doing }: Majority,
  what: string,
): { readonly at: number; readonly note: string }[] =>
  doing.slice(0, 3).map((one) => ({ at: one.registration, note: `${titleOf(one)} ${what}` }));
