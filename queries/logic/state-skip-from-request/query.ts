/** The state of an order or an approval is what the client says, whatever it was before. */
import {
  type Access,
  defineLogicQuery,
  isGuardedBy,
  type Route,
  type Service,
  titleOf,
  writes,
} from "../../../src/query-api.ts";
import {
  fieldsSent,
  isForAdministrators,
  isSale,
  sameName,
  snake,
  type Use,
  usesOf,
} from "../ties.ts";

/** States that nobody gives to a thing of their own. */
const GRANTED = /^(?:is_)?(?:approved|verified|paid|refunded|fulfilled)(?:_at)?$/;

export default defineLogicQuery({
  id: "state-skip-from-request",
  name: "State of an order or approval taken from the request",
  cwe: ["CWE-841", "CWE-840"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "go"],
  message:
    "Anyone signed in can put {table} into any state through {route}, paid or approved ones too: {field} comes from the request, and nothing asks what it was before.",
  why: "The steps of a purchase or an approval are worth something only in their order. Who may write the state skips the step where somebody pays or looks.",
  fix: "Make one route for each step, which sets a constant state and asks in its condition for the state before. Test each jump that should not be.",
  good: example(
    'where: { id: req.params.id, userId: req.user.id, status: "draft" }, data: { status: "submitted" }',
  ),
  bad: example(
    "where: { id: req.params.id, userId: req.user.id }, data: { status: req.body.status }",
  ),

  *find(service) {
    const uses = usesOf(service);
    for (const route of service.routes) {
      if (
        isForAdministrators(service, route) ||
        isGuardedBy(route, "role", "permission", "tenant", "signature")
      )
        continue;
      for (const access of service.accessesOf(route)) {
        const field = setBy(service, uses, route, access);
        if (field === undefined) continue;
        yield {
          at: access.value,
          values: { route: titleOf(route), field, table: access.table },
          related: [],
          confidence: "medium",
        };
      }
    }
  },
});

function setBy(
  service: Service,
  uses: readonly Use[],
  route: Route,
  access: Access,
): string | undefined {
  if (access.operation !== "update" && access.operation !== "upsert") return undefined;
  for (const { name, from } of access.written) {
    if (service.fieldClass(name) !== "state" && !GRANTED.test(snake(name))) continue;
    // Cards of a board may go where they like; what is sold or approved may not.
    if (!isSale(access.table) && !GRANTED.test(snake(name))) continue;
    if (access.where.some((one) => sameName(one.name, name))) continue;
    const sent = fieldsSent(from)[0];
    if (sent === undefined || isCompared(service, route, access, sent, name)) continue;
    const others = uses.filter(
      ({ access: one }) =>
        writes(one) &&
        one.value !== access.value &&
        one.table === access.table &&
        one.written.some(
          (field) =>
            sameName(field.name, name) && field.from.every(({ kind }) => kind === "constant"),
        ),
    );
    if (others.length > 0 || GRANTED.test(snake(name)) || isSale(access.table)) return name;
  }
  return undefined;
}

/** Whether the state that was sent, or the one that was before, is looked at. */
const isCompared = (
  service: Service,
  route: Route,
  access: Access,
  sent: string,
  name: string,
): boolean =>
  service
    .relationsOf(route)
    .comparisons.some(({ operator, left, right }) =>
      [...left, ...right].some(
        (origin) =>
          (origin.kind === "request" && origin.name === sent && operator !== "") ||
          (origin.kind === "database" && origin.of !== access.value && sameName(origin.name, name)),
      ),
    );

function example(change: string): string {
  return `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
app.use((req, res, next) => (req.user ? next() : res.status(401).end()));
app.patch("/orders/:id", async (req, res) => res.json(await db.order.updateMany({ ${change} })));
`;
}
