/** A number from the request is added to or taken from what the service keeps, and nothing asks whether it is negative. */
import {
  type AccessField,
  defineLogicQuery,
  isGuardedBy,
  type Route,
  type Service,
  titleOf,
} from "../../../src/query-api.ts";
import { isForAdministrators, sameName } from "../ties.ts";

const HTTP = /^(?:GET|POST|PUT|PATCH|DELETE)$/;

export default defineLogicQuery({
  id: "negative-or-unbounded-quantity",
  name: "Amount from the request reckoned with, negative ones too",
  cwe: ["CWE-1284", "CWE-840"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript"],
  message:
    "A negative {sent} sent to {route} turns the reckoning round: {field} of {table} is changed by it, and nothing asks that it is above zero.",
  why: "To transfer or to buy minus one is to be given one. A test of whether there is enough lets every negative number pass.",
  fix: "Take whole numbers above zero and below a limit alone, by a schema or a test before anything is reckoned. Test it with -1, 0, 1e9 and text.",
  good: example("if (!(Number.isInteger(amount) && amount > 0)) return res.status(400).end();"),
  bad: example(""),

  *find(service) {
    for (const route of service.routes) {
      // What is called otherwise than by HTTP mostly has a schema for what it is given.
      if (!HTTP.test(route.method) || isForAdministrators(service, route)) continue;
      if (isGuardedBy(route, "validation", "role", "signature")) continue;
      for (const access of service.accessesOf(route)) {
        if (access.operation !== "update" && access.operation !== "upsert") continue;
        for (const field of access.written) {
          const kind = service.fieldClass(field.name);
          if (kind !== "money" && kind !== "quantity") continue;
          const sent = reckonedWith(field);
          if (sent === undefined || isBounded(service, route, sent)) continue;
          yield {
            at: access.value,
            values: { route: titleOf(route), sent, field: field.name, table: access.table },
            related: [],
            confidence: "high",
          };
        }
      }
    }
  },
});

/** The field of the request that is added to what the field held before. */
function reckonedWith({ name, from, atomic }: AccessField): string | undefined {
  const isOfOld =
    atomic || from.some((origin) => origin.kind === "database" && sameName(origin.name, name));
  if (!isOfOld) return undefined;
  for (const origin of from)
    if (
      origin.kind === "request" &&
      !origin.whole &&
      !origin.shaped &&
      (origin.part === "body" || origin.part === "query")
    )
      return origin.name;
  return undefined;
}

/** Whether what was sent is compared with a constant, or handed to something that refuses. */
function isBounded(service: Service, route: Route, name: string): boolean {
  const { comparisons, questions } = service.relationsOf(route);
  const isIt = (origin: AccessField["from"][number]): boolean =>
    origin.kind === "request" && origin.name === name;
  return (
    comparisons.some(
      ({ operator, left, right }) =>
        (/^[<>]=?$/.test(operator) || !/^[!=]*$/.test(operator)) &&
        [...left, ...right].some(isIt) &&
        [left, right].some(
          (side) => side.length > 0 && side.every(({ kind }) => kind === "constant"),
        ),
    ) ||
    questions.some(
      (question) => service.vocabulary.isDemand(question.name) && question.about.some(isIt),
    )
  );
}

function example(test: string): string {
  return `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
app.use((req, res, next) => (req.user ? next() : res.status(401).end()));
app.post("/transfer", async (req, res) => {
  const amount = Number(req.body.amount);
  ${test}
  const { count } = await db.wallet.updateMany({ where: { userId: req.user.id, balance: { gte: amount } }, data: { balance: { decrement: amount } } });
  res.json(count);
});
`;
}
