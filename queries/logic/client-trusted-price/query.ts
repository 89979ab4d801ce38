/** What something costs, the client says. */
import {
  type Access,
  defineLogicQuery,
  isGuardedBy,
  type Route,
  type Service,
  titleOf,
} from "../../../src/query-api.ts";
import { fieldsSent, isForAdministrators, isReference, isSale, snake } from "../ties.ts";

/** Amounts that whoever pays them may choose. */
const CHOSEN = /donat|tip|top_?up|bid|offer|budget|deposit|contribution|pledge/;

export default defineLogicQuery({
  id: "client-trusted-price",
  name: "Price or amount to pay taken from the request",
  cwe: ["CWE-602", "CWE-472"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "go"],
  message:
    "Customers name their own price through {route}: {field} of {table} comes from the request, and nothing compares it with what the service charges.",
  why: "A shop that is told the price by its customer sells for a cent. What the page shows and what is paid are two things.",
  fix: "Take identifiers and quantities from the request alone, and compute the amount from the service's own records. Test it by sending a price of 1.",
  good: `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
app.use((req, res, next) => (req.user ? next() : res.status(401).end()));
app.post("/orders", async (req, res) => {
  const productId = String(req.body.productId);
  const product = await db.product.findUnique({ where: { id: productId } });
  res.json(await db.order.create({ data: { userId: req.user.id, productId, total: product.price } }));
});
`,
  bad: `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
app.use((req, res, next) => (req.user ? next() : res.status(401).end()));
app.post("/orders", async (req, res) => {
  const productId = String(req.body.productId);
  res.json(await db.order.create({ data: { userId: req.user.id, productId, total: req.body.total } }));
});
`,

  *find(service) {
    for (const route of service.routes) {
      if (
        isForAdministrators(service, route) ||
        isGuardedBy(route, "role", "permission", "signature")
      )
        continue;
      for (const access of service.accessesOf(route)) {
        const field = pricedBy(service, route, access);
        if (field === undefined) continue;
        yield {
          at: access.value,
          values: { route: titleOf(route), field, table: access.table },
          related: [],
          confidence: isOfGoods(service, access) ? "high" : "medium",
        };
      }
    }
  },
});

/** The field of what is bought whose value the client chose. */
function pricedBy(service: Service, route: Route, access: Access): string | undefined {
  if (!["create", "update", "upsert"].includes(access.operation) || !isSale(access.table))
    return undefined;
  if (CHOSEN.test(snake(route.path)) || CHOSEN.test(snake(access.table))) return undefined;
  // What is bought is named or counted too: without, it may be any amount of anything.
  if (!isOfGoods(service, access) && !access.written.some(({ name }) => name === "currency"))
    return undefined;
  for (const { name, from } of access.written) {
    if (service.fieldClass(name) !== "money" || CHOSEN.test(snake(name))) continue;
    const sent = fieldsSent(from).find(
      (one) => service.fieldClass(one) === "money" && !isCompared(service, route, one),
    );
    if (sent !== undefined) return name;
  }
  return undefined;
}

/** Whether what is written says what is bought, or how much of it. */
const isOfGoods = (service: Service, { written }: Access): boolean =>
  written.some(
    ({ name }) =>
      service.fieldClass(name) === "quantity" ||
      (isReference(name) && !["owner", "tenant", "key"].includes(service.fieldClass(name) ?? "")) ||
      /^items?$|lines?$|products?$/i.test(name),
  );

/** Whether what was sent is compared with something of the service's own. */
const isCompared = (service: Service, route: Route, name: string): boolean =>
  service
    .relationsOf(route)
    .comparisons.some(
      ({ left, right }) =>
        [...left, ...right].some((origin) => origin.kind === "request" && origin.name === name) &&
        [...left, ...right].some(({ kind }) => kind === "database" || kind === "unknown"),
    );
