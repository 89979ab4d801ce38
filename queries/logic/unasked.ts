/** Routes that nobody has to sign in for, among siblings that ask who is calling. */
import {
  identifying,
  isFromCredential,
  isFromPrincipal,
  isGuardedBy,
  type LogicResult,
  type Route,
  type Service,
  titleOf,
} from "../../src/query-api.ts";
import { changes, examplesOf, majorityOf, registers, usualGuard } from "./peers.ts";

/**
 * Deviance, not absence: a service without any authentication is silent. `isMeant`: the routes that a query is about;
 * `readsCount`: that strangers may read something is as much of a sign as that they may change it.
 */
export function* unaskedRoutes(
  service: Service,
  isMeant: (route: Route) => boolean,
  readsCount: boolean,
): Iterable<LogicResult> {
  const isPeer = (one: Route): boolean =>
    isMeant(one) &&
    one.public === undefined &&
    !registers(one) &&
    service.accessesOf(one).length > 0;
  for (const route of service.routes) {
    if (!isPeer(route) || route.chain !== "whole" || asksWho(service, route)) continue;
    const majority = majorityOf(service, route, isPeer, (one) => asksWho(service, one));
    if (!majority) continue;
    yield {
      at: route.registration,
      values: {
        route: titleOf(route),
        guarded: majority.doing.length,
        total: majority.all,
        siblings: majority.siblings,
        guard: usualGuard(majority, ({ kinds }) =>
          kinds.some((kind) => identifying.includes(kind)),
        ),
      },
      deviant: route,
      related: examplesOf(majority, "asks who is calling"),
      // What strangers may read is a decision more often than what they may change.
      confidence:
        readsCount || changes(service, route)
          ? majority.confidence
          : majority.confidence === "high"
            ? "medium"
            : "low",
    };
  }
}

/** By a guard, or because it cannot do its work without: by what it takes of the sender or finds records by. */
const asksWho = (service: Service, route: Route): boolean =>
  isGuardedBy(route, ...identifying) ||
  service.needsSender(route) ||
  service
    .accessesOf(route)
    .some(({ where }) => where.some((field) => isFromCredential(field) || isFromPrincipal(field)));
