/**
 * What a route ties together: a record to what it was found by, two things that are compared, a thing to the sender who is
 * asked for together with it. What is tied to the sender has been checked; what is not, has not.
 */
import {
  type Access,
  type AccessField,
  identifying,
  isFromPrincipal,
  isGuardedBy,
  type Origin,
  type Route,
  type Service,
} from "../../src/query-api.ts";

/** What stands for whoever sends the request. */
const SENDER = "sender";

export class Ties {
  readonly #parents = new Map<string, string>();
  readonly #service: Service;
  readonly #route: Route;
  #isRead = false;

  constructor(service: Service, route: Route) {
    this.#service = service;
    this.#route = route;
  }

  /** Only where something is asked: to follow all that a route compares takes its time. */
  #read(): void {
    if (this.#isRead) return;
    this.#isRead = true;
    const service = this.#service;
    const route = this.#route;
    const { vocabulary } = service;
    for (const access of service.accessesOf(route))
      this.#tie([`record ${access.value}`, ...access.where.flatMap(({ from }) => keysOf(from))]);
    const { comparisons, questions } = service.relationsOf(route);
    for (const { left, right, operator } of comparisons)
      if (operator !== "") this.#tie([...keysOf(left), ...keysOf(right)]);
    for (const { name, about } of questions) {
      const asks =
        vocabulary.isDemand(name) ||
        vocabulary.isLookup(name) ||
        /^(?:is|has|can|may|belongs|allow)/i.test(name) ||
        vocabulary.guardKinds(name).length > 0;
      if (asks) this.#tie(keysOf(about));
    }
  }

  /** Whether something is tied to whoever sends the request. */
  isChecked(origin: Origin): boolean {
    return keysOf([origin]).some((key) => this.#find(key) === this.#find(SENDER));
  }

  /** Whether two fields of the request are tied to each other. */
  areTied(one: string, other: string): boolean {
    return this.#find(fieldKey(one)) === this.#find(fieldKey(other));
  }

  /** Whether a field of the request is tied to whoever sends it. */
  isFieldChecked(name: string): boolean {
    return this.#find(fieldKey(name)) === this.#find(SENDER);
  }

  #tie(keys: readonly string[]): void {
    const [first, ...others] = keys;
    if (first === undefined) return;
    for (const other of others) this.#parents.set(this.#find(other), this.#find(first));
  }

  #find(key: string): string {
    this.#read();
    let at = key;
    for (let up = this.#parents.get(at); up !== undefined && up !== at; up = this.#parents.get(at))
      at = up;
    return at;
  }
}

const fieldKey = (name: string): string => `field ${name}`;

function keysOf(origins: readonly Origin[]): string[] {
  return origins.flatMap((origin) => {
    switch (origin.kind) {
      case "request":
        return origin.whole || origin.name === "" ? [] : [fieldKey(origin.name)];
      case "principal":
        return [SENDER];
      case "database":
        return [`record ${origin.of}`];
      default:
        return [];
    }
  });
}

/** Names of fields of the request that a value comes from, and nothing else but them. */
export function fieldsSent(from: readonly Origin[]): string[] {
  const sent = from.flatMap((origin) =>
    origin.kind === "request" && !origin.whole && origin.name !== "" ? [origin.name] : [],
  );
  const others = from.some(({ kind }) => kind !== "request" && kind !== "constant");
  return others ? [] : sent;
}

/** A name of what identifies a record. */
export const isReference = (name: string): boolean =>
  /^_?id$|^uuid$|^slug$|Id$|_id$|Slug$|_slug$/.test(name);

/** Whether a condition depends on something that could not be followed. */
export const isUnclear = ({ where, open }: Access): boolean =>
  open ||
  where.some(({ from }) => from.length === 0 || from.some(({ kind }) => kind === "unknown"));

/**
 * Whether a route is for those who stand above all owners: it asks for a role, and for no single permission, and does not
 * ask for it in what the path names.
 */
export function isForAdministrators(service: Service, route: Route): boolean {
  if (/(?:^|\/)(?:admin|internal|superuser|backoffice)(?:\/|$)/i.test(route.path)) return true;
  const roles = route.guards.filter(
    ({ kinds }) =>
      kinds.includes("role") && !kinds.includes("permission") && !kinds.includes("tenant"),
  );
  if (roles.length === 0) return false;
  const { questions } = service.relationsOf(route);
  return roles.some(
    (guard) =>
      !questions.some(
        ({ value, about }) =>
          value === guard.value &&
          about.some((origin) => origin.kind === "request" && origin.part === "path"),
      ),
  );
}

/** Whether a route knows who sends the request: a guard asks for it, or the code uses it. */
export function knowsSender(service: Service, route: Route): boolean {
  const isSender = (field: AccessField): boolean => isFromPrincipal(field);
  return (
    isGuardedBy(route, ...identifying) ||
    service
      .accessesOf(route)
      .some(({ where, written }) => where.some(isSender) || written.some(isSender)) ||
    service
      .relationsOf(route)
      .questions.some(({ about }) => about.some(({ kind }) => kind === "principal"))
  );
}

/** Tables of who belongs to what: the user that is written there is another one by design. */
export const isMembership = (table: string): boolean =>
  /member|user_?role|role_?user|invit|assign|particip|collaborat|follow|friend|share|permission|access|grant|subscri|like|block|contact|_(?:user|account|role|team|group|project)s?$/i.test(
    table.replace(/([a-z])([A-Z])/g, "$1_$2"),
  );

/** Every access of a service with its route. */
export interface Use {
  readonly route: Route;
  readonly access: Access;
}

export const usesOf = (service: Service): readonly Use[] =>
  service.routes.flatMap((route) =>
    service.accessesOf(route).map((access): Use => ({ route, access })),
  );

/** `projectId` and `project_id` are one. */
export const sameName = (one: string, other: string): boolean => plain(one) === plain(other);

const plain = (name: string): string => name.replaceAll("_", "").toLowerCase();

/** The table that a reference by its name leads to: `project` for `projectId`. */
export const targetOf = (field: string): string => plain(field.replace(/(?:_id|Id)s?$/, ""));

/** A table by its name, one or many. */
export const tableName = (table: string): string => plain(table).replace(/s$/, "");

/** `email_verified` for `emailVerified`. */
export const snake = (name: string): string =>
  name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();

/** Tables of things that are bought, booked or paid. */
export const isSale = (table: string): boolean =>
  /(?:^|_)(?:orders?|carts?|checkouts?|purchases?|bookings?|reservations?|payments?|charges?|payment_intents?)(?:_|$)/.test(
    snake(table),
  );

/** Tables of people and accounts. */
export const isPeople = (table: string): boolean =>
  /^(?:app_?|auth_?)?(?:users?|accounts?|profiles?|customers?|employees?|admins?)$/.test(
    snake(table),
  );
