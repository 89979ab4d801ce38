/** A code that is good once is found first and deleted later, so that it is good twice. */
import {
  type Access,
  defineLogicQuery,
  isFromRequest,
  type Route,
  type Service,
  titleOf,
} from "../../../src/query-api.ts";
import { sameName, snake } from "../ties.ts";

const ONCE = /(?:^|_)(?:code|token|otp|coupon|voucher|nonce|invite|invitation|gift)(?:_|$)/;
const SPENT = /(?:^|_)(?:used|redeemed|claimed|consumed|accepted)(?:_|$)/;

export default defineLogicQuery({
  id: "one-time-token-not-atomic",
  name: "One-time code found first and spent later",
  cwe: ["CWE-367"],
  severity: "medium",
  precision: "medium",
  persona: "pedantic",
  languages: ["javascript", "typescript"],
  message:
    "Two requests to {route} at the same time can both use one {table}: it is found by {field}, and spent only after what it allows is done, without looking whether it was still there.",
  why: "Between finding and deleting other requests find the same code. Each of them is let do what the code allows once.",
  fix: "Spend it first, in one statement with the conditions (`deleteMany`, `update ... where used_at is null`), go on only where one record was changed. Test it with two requests at once.",
  good: example(`
  const { count } = await db.voucher.deleteMany({ where: { code: String(req.body.code) } });
  if (count !== 1) return res.status(400).end();
  await db.membership.create({ data: { userId: req.user.id, level: "plus" } });`),
  bad: example(`
  const voucher = await db.voucher.findUnique({ where: { code: String(req.body.code) } });
  if (!voucher) return res.status(400).end();
  await db.membership.create({ data: { userId: req.user.id, level: "plus" } });
  await db.voucher.delete({ where: { id: voucher.id } });`),

  *find(service) {
    for (const route of service.routes) {
      const accesses = service.accessesOf(route);
      for (const [index, read] of accesses.entries()) {
        if (read.operation !== "read" && read.operation !== "list") continue;
        const code = read.where.find(
          (field) => ONCE.test(snake(field.name)) && isFromRequest(field),
        );
        if (!code || !ONCE.test(snake(read.table)) || read.locked) continue;
        const spent = accesses.findIndex(
          (one, at) => at > index && spends(service, route, read, one),
        );
        if (spent < 0) continue;
        // What the code allows comes between; what is the same when done twice, as a new password, does no harm.
        const between = accesses.slice(index + 1, spent);
        if (!between.some((one) => one.table !== read.table && adds(service, one))) continue;
        yield {
          at: accesses[spent]!.value,
          values: { route: titleOf(route), table: read.table, field: code.name },
          related: [{ at: read.value, note: "found here" }],
          confidence: "medium",
        };
      }
    }
  },
});

/** Whether a write done twice gives twice as much. */
const adds = (service: Service, { operation, written }: Access): boolean =>
  operation === "create" ||
  (operation === "update" &&
    written.some(
      ({ name, atomic }) =>
        atomic || ["money", "quantity"].includes(service.fieldClass(name) ?? ""),
    ));

/** Whether a write spends the code that was read, and nobody looks whether it did. */
function spends(service: Service, route: Route, read: Access, write: Access): boolean {
  if (!sameName(write.table, read.table) || write.locked) return false;
  // A mark that it is spent is another query's.
  if (write.operation !== "delete") return false;
  if (write.where.some(({ name }) => SPENT.test(snake(name)))) return false;
  return !service
    .relationsOf(route)
    .comparisons.some(({ left, right }) =>
      [...left, ...right].some((origin) => origin.kind === "database" && origin.of === write.value),
    );
}

function example(body: string): string {
  return `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
app.use((req, res, next) => (req.user ? next() : res.status(401).end()));
app.post("/vouchers/redeem", async (req, res) => {${body}
  res.end();
});
`;
}
