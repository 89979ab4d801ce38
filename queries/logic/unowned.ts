/** Records that a route finds by what the client says alone, though it knows who the client is. */
import {
  type Access,
  type AccessField,
  authorising,
  isFromPrincipal,
  isFromRequest,
  isGuardedBy,
  type LogicResult,
  type Route,
  type Service,
  tierOf,
  titleOf,
} from "../../src/query-api.ts";

/** Fields by which one record is found. */
const KEY = /(?:^_?id$|^pk$|_id$|I[dD]$|^uuid$|^slug$|Slug$)/;

/**
 * Accesses of `operations` whose only condition on the record is a key from the request. Evidence that somebody owns
 * the record: other accesses of the table ask for an owner or a tenant, and take it from whoever is signed in.
 */
export function* unownedAccesses(
  service: Service,
  operations: ReadonlySet<string>,
): Iterable<LogicResult> {
  const all = service.routes.flatMap((route) =>
    service.accessesOf(route).map((access) => ({ route, access })),
  );
  for (const route of service.routes) {
    if (route.public !== undefined || !isGuardedBy(route, "authentication", "permission")) continue;
    // A guard that asks whose the record is, or for a role above owners, has settled it.
    if (isGuardedBy(route, ...authorising.filter((kind) => kind !== "permission"))) continue;
    const accesses = service.accessesOf(route);
    for (const access of accesses) {
      if (!operations.has(access.operation) || access.open || access.table === "") continue;
      const key = access.where.find(({ name }) => KEY.test(name));
      if (!key || !isFromRequest(key) || access.where.some(isBound)) continue;
      if (accesses.some((other) => other !== access && settles(other, key))) continue;
      const result = ownedBy(service, all, route, access);
      if (result) yield result;
    }
  }
}

/** Whether a condition ties the record to the sender, or to a record that was found before. */
const isBound = (field: AccessField): boolean =>
  isFromPrincipal(field) ||
  field.from.some(({ kind }) => kind === "database" || kind === "unknown");

/** Whether another access of the route asks for the same key together with the sender. */
function settles({ where }: Access, key: AccessField): boolean {
  const names = new Set(key.from.flatMap((one) => (one.kind === "request" ? [one.name] : [])));
  return (
    where.some(isFromPrincipal) &&
    where.some(({ from }) => from.some((one) => one.kind === "request" && names.has(one.name)))
  );
}

function ownedBy(
  service: Service,
  all: readonly { readonly route: Route; readonly access: Access }[],
  route: Route,
  access: Access,
): LogicResult | undefined {
  const owners = [...service.fieldsOf(access.table)].filter((name) =>
    ["owner", "tenant"].includes(service.fieldClass(name) ?? ""),
  );
  if (owners.length === 0) return undefined;
  const siblings = all.filter(
    ({ access: other }) =>
      other.table === access.table &&
      other.value !== access.value &&
      other.where.some(({ name }) => KEY.test(name)),
  );
  const bound = siblings.filter(({ access: other }) =>
    other.where.some((field) => owners.includes(field.name) && isFromPrincipal(field)),
  );
  const written = all.some(
    ({ access: other }) =>
      other.table === access.table &&
      other.written.some((field) => owners.includes(field.name) && isFromPrincipal(field)),
  );
  if (bound.length === 0 && !written) return undefined;
  const tier = tierOf(bound.length, siblings.length + 1) ?? "medium";
  return {
    at: access.value,
    values: {
      route: titleOf(route),
      table: access.table,
      owner: owners.join(" or "),
      verb: VERBS[access.operation] ?? "reach",
      evidence:
        bound.length > 0
          ? `${bound.length} of ${siblings.length + 1} queries by key ask for ${owners[0]} too`
          : `records are written with the sender's ${owners[0]}`,
    },
    related: bound.slice(0, 3).map(({ route: one, access: other }) => ({
      at: other.value,
      note: `${titleOf(one)} asks for the owner too`,
    })),
    confidence: tier,
  };
}

const VERBS: Readonly<Record<string, string>> = {
  read: "read",
  update: "change",
  upsert: "change",
  delete: "delete",
};
