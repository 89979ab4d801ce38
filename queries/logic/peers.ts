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

/** Whether a route changes something: as far as what it does with records is known, else by its method. */
export function changes(service: Service, route: Route): boolean {
  const accesses = service.accessesOf(route);
  return accesses.length > 0
    ? accesses.some(writes)
    : /^(?:POST|PUT|PATCH|DELETE|MUTATION|ACTION)$/.test(route.method);
}

/** The nearest group of siblings of the same kind most of which have a property. */
export function majorityOf(
  service: Service,
  route: Route,
  isPeer: (one: Route) => boolean,
  has: (one: Route) => boolean,
): Majority | undefined {
  const isWriting = changes(service, route);
  const peers = service.routes.filter(
    (one) =>
      one === route ||
      (one.framework === route.framework && changes(service, one) === isWriting && isPeer(one)),
  );
  const file = service.fileOf(route);
  const near = service.routes.filter(
    (one) =>
      one === route ||
      (one.framework === route.framework && service.fileOf(one) === file && isPeer(one)),
  );
  const tables = tablesOf(service, route);
  const kind = `routes that ${isWriting ? "write" : "read"}`;
  const groups = [
    {
      group: peers.filter((one) => service.fileOf(one) === file),
      siblings: `${kind} in this file`,
    },
    // Where all the others do it, it does not matter what for.
    {
      group: near.every((one) => one === route || has(one)) ? near : [],
      siblings: "routes of this file",
    },
    {
      group: peers.filter(
        (one) => one === route || tablesOf(service, one).some((table) => tables.includes(table)),
      ),
      siblings: `${kind} ${tables[0] ?? ""}`,
    },
    { group: peers, siblings: kind },
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

const tablesOf = (service: Service, route: Route): string[] => [
  ...new Set(
    service
      .accessesOf(route)
      .map(({ table }) => table)
      .filter((table) => table !== ""),
  ),
];

/** Three that do it, to look at. */
export const examplesOf = (
  { doing }: Majority,
  what: string,
): { readonly at: number; readonly note: string }[] =>
  doing.slice(0, 3).map((one) => ({ at: one.registration, note: `${titleOf(one)} ${what}` }));
