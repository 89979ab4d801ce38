/** Records that a route finds by what the client says alone, though it knows who the client is. */
import {
  type Access,
  type AccessField,
  identifying,
  isFromPrincipal,
  isFromRequest,
  isGuardedBy,
  type LogicResult,
  type Route,
  type Service,
  tierOf,
  titleOf,
} from "../../src/query-api.ts";
import { isForAdministrators, Ties, tableName, targetOf } from "./ties.ts";

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
    if (
      route.public !== undefined ||
      service.isOpenArea(route) ||
      !isGuardedBy(route, "authentication", "permission")
    )
      continue;
    // A guard that asks whose the record is, or for a role above owners, has settled it. What everybody of a tenant is
    // given by a role, as a permission to write, has not.
    if (isGuardedBy(route, "owner", "tenant") || isForAdministrators(service, route)) continue;
    const accesses = service.accessesOf(route);
    if (!accesses.some(({ operation }) => operations.has(operation))) continue;
    const ties = new Ties(service, route);
    for (const access of accesses) {
      if (!operations.has(access.operation) || access.open || access.table === "") continue;
      const key = access.where.find(({ name }) => KEY.test(name));
      if (!key || !isFromRequest(key) || access.where.some(isBound)) continue;
      // What the sender adds of itself, as a mark that it likes something, is nobody else's.
      if (access.written.length > 0 && access.written.every(isFromPrincipal)) continue;
      if (access.operation === "read" && isForEverybody(all, access)) continue;
      const result =
        ownedBy(service, all, route, access) ?? partOfOwned(service, all, route, access, key);
      if (!result) continue;
      // The record, or what it was found by, is tied to the sender by another query, a comparison or a call that asks.
      if (key.from.some((origin) => ties.isChecked(origin))) continue;
      if (ties.isChecked({ kind: "database", name: "", of: access.value })) continue;
      yield result;
    }
  }
}

/** Whether a route that nobody has to sign in for finds records of the table by a key too. */
const isForEverybody = (
  all: readonly { readonly route: Route; readonly access: Access }[],
  access: Access,
): boolean =>
  all.some(
    ({ route, access: other }) =>
      other.table === access.table &&
      (other.operation === "read" || other.operation === "list") &&
      !isGuardedBy(route, ...identifying) &&
      other.where.some((field) => KEY.test(field.name) && isFromRequest(field)),
  );

/** Whether a condition ties the record to the sender, or to a record that was found before. */
const isBound = (field: AccessField): boolean =>
  isFromPrincipal(field) ||
  field.from.some(({ kind }) => kind === "database" || kind === "unknown");

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
    deviant: route,
    related: bound.slice(0, 3).map(({ route: one, access: other }) => ({
      at: other.value,
      note: `${titleOf(one)} asks for the owner too`,
    })),
    confidence: tier,
  };
}

/**
 * What belongs to an owned record without saying whose it is: `score` by `runId`, where `run` is asked for together with
 * its tenant elsewhere.
 */
function partOfOwned(
  service: Service,
  all: readonly { readonly route: Route; readonly access: Access }[],
  route: Route,
  access: Access,
  key: AccessField,
): LogicResult | undefined {
  const target = targetOf(key.name);
  if (access.operation === "read" || !/(?:Id|_id)$/.test(key.name) || target === "")
    return undefined;
  if (target === tableName(access.table)) return undefined;
  const parents = all.filter(
    ({ access: other }) =>
      tableName(other.table) === target && other.where.some(({ name }) => KEY.test(name)),
  );
  const bound = parents.filter(({ access: other }) =>
    other.where.some(
      (field) =>
        isFromPrincipal(field) &&
        ["owner", "tenant"].includes(service.fieldClass(field.name) ?? ""),
    ),
  );
  // One query that asks is a habit of nobody.
  if (bound.length < 3) return undefined;
  const owner = bound[0]!.access.where.find(
    (field) =>
      isFromPrincipal(field) && ["owner", "tenant"].includes(service.fieldClass(field.name) ?? ""),
  )!.name;
  return {
    at: access.value,
    values: {
      route: titleOf(route),
      table: access.table,
      owner,
      verb: VERBS[access.operation] ?? "reach",
      evidence: `${bound.length} queries of ${target} by key ask for ${owner} too`,
    },
    deviant: route,
    related: bound.slice(0, 3).map(({ route: one, access: other }) => ({
      at: other.value,
      note: `${titleOf(one)} asks for the owner too`,
    })),
    confidence: "medium",
  };
}

const VERBS: Readonly<Record<string, string>> = {
  read: "read",
  update: "change",
  upsert: "change",
  delete: "delete",
};
