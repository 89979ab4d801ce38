/** A value is read, tested and written back, and another request may do the same in between. */
import {
  type Access,
  type AccessField,
  defineLogicQuery,
  type LogicResult,
  type Route,
  type Service,
  titleOf,
} from "../../../src/query-api.ts";
import { sameName, snake } from "../ties.ts";

/** Fields that count something down or up. */
const COUNTER =
  /(?:^|_)(?:count|counter|remaining|available|uses|redemptions|attempts|quota|inventory|points|coins|wallet|seats_left|places)(?:_|$)/;
/** Fields that say that something is spent. */
const SPENT =
  /^(?:is_|has_been_)?(?:used|redeemed|claimed|consumed|spent|withdrawn|refunded)(?:_at|_by|_on)?$/;
/** Fields by which a write notices that another came first. */
const VERSION = /^(?:version|revision|rev|etag|updated_?at|_?_?v)$/;

export default defineLogicQuery({
  id: "check-then-act-race",
  name: "Value read, tested and written back while others do the same",
  cwe: ["CWE-362", "CWE-367"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript"],
  message:
    "Two requests to {route} at the same time can {harm}: {field} of {table} is read, tested and written back, and nothing keeps the other request from reading the same value.",
  why: "Between reading and writing other requests run. All of them see the old value, all of them pass the test, and the last write wins.",
  fix: "Put the test into the condition of the write and let the database count (`where: { id, balance: { gte: amount } }, data: { balance: { decrement: amount } }`), then look at how many records it changed. Test it with twenty requests at once.",
  good: `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
app.use((req, res, next) => (req.user ? next() : res.status(401).end()));
const PRICE = 100;
app.post("/wallet/buy", async (req, res) => {
  const { count } = await db.wallet.updateMany({ where: { userId: req.user.id, balance: { gte: PRICE } }, data: { balance: { decrement: PRICE } } });
  if (count !== 1) return res.status(400).end();
  res.end();
});
`,
  bad: `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
app.use((req, res, next) => (req.user ? next() : res.status(401).end()));
const PRICE = 100;
app.post("/wallet/buy", async (req, res) => {
  const wallet = await db.wallet.findUnique({ where: { userId: req.user.id } });
  if (wallet.balance < PRICE) return res.status(400).end();
  await db.wallet.update({ where: { userId: req.user.id }, data: { balance: wallet.balance - PRICE } });
  res.end();
});
`,

  *find(service) {
    for (const route of service.routes) {
      const accesses = service.accessesOf(route);
      for (const access of accesses) {
        if (access.operation !== "update" && access.operation !== "upsert") continue;
        // Who has to wait sees the new value; who asks for the version notices.
        if (access.locked || access.where.some(({ name }) => VERSION.test(snake(name)))) continue;
        const result = raced(service, route, accesses, access);
        if (result) yield result;
      }
    }
  },
});

function raced(
  service: Service,
  route: Route,
  accesses: readonly Access[],
  access: Access,
): LogicResult | undefined {
  for (const field of access.written) {
    if (field.atomic || access.where.some(({ name }) => sameName(name, field.name))) continue;
    const read = accesses.find(
      (one) =>
        (one.operation === "read" || one.operation === "list") &&
        !one.locked &&
        sameName(one.table, access.table) &&
        one.value !== access.value &&
        (isCounted(service, field, one) || isSpent(field)) &&
        isTested(service, route, one, field.name),
    );
    if (!read) continue;
    return {
      at: access.value,
      values: {
        route: titleOf(route),
        table: access.table,
        field: field.name,
        harm: isSpent(field) ? "use the same thing twice" : "spend or take the same amount twice",
      },
      related: [{ at: read.value, note: `${field.name} is read here` }],
      // A transaction alone does not keep others from reading, unless it is told to.
      confidence: access.inTransaction ? "medium" : "high",
    };
  }
  return undefined;
}

/** Whether the new value is made of the old one that was read. */
function isCounted(service: Service, { name, from }: AccessField, read: Access): boolean {
  const kind = service.fieldClass(name);
  if (kind !== "money" && kind !== "quantity" && !COUNTER.test(snake(name))) return false;
  return (
    from.length > 1 &&
    from.some(
      (origin) =>
        origin.kind === "database" && origin.of === read.value && sameName(origin.name, name),
    )
  );
}

/** Whether a mark is set that the thing is spent. */
const isSpent = ({ name, from }: AccessField): boolean =>
  SPENT.test(snake(name)) && from.every(({ kind }) => kind === "constant");

/** Whether the field of the record that was read decides what is done. */
const isTested = (service: Service, route: Route, read: Access, name: string): boolean =>
  service
    .relationsOf(route)
    .comparisons.some(({ left, right }) =>
      [...left, ...right].some(
        (origin) =>
          origin.kind === "database" && origin.of === read.value && sameName(origin.name, name),
      ),
    );
