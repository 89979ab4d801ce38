/** How many records are read at once, the client says. */
import {
  type AccessField,
  defineLogicQuery,
  isGuardedBy,
  type Route,
  type Service,
  titleOf,
} from "../../../src/query-api.ts";

const HTTP = /^(?:GET|POST|PUT|PATCH|DELETE)$/;

export default defineLogicQuery({
  id: "unbounded-limit",
  name: "Number of records taken from the request without a cap",
  cwe: ["CWE-770"],
  severity: "medium",
  precision: "medium",
  persona: "pedantic",
  languages: ["javascript", "typescript", "go"],
  message:
    "One request to {route} can make the service read all of {table} at once: {sent} comes from the request and has no upper bound.",
  why: "A page of a million records costs the database and the memory of the service, and whoever asks nothing.",
  fix: "Cap the number, as by `Math.min(limit, 100)` or a schema with a maximum. Test it with 1e9.",
  good: example("Math.min(Number(req.query.limit) || 20, 100)"),
  bad: example("Number(req.query.limit) || 20"),

  *find(service) {
    for (const route of service.routes) {
      if (!HTTP.test(route.method) || isGuardedBy(route, "validation", "role")) continue;
      for (const access of service.accessesOf(route)) {
        const sent = access.limit?.find(isSent);
        if (sent?.kind !== "request" || isBounded(service, route, sent.name)) continue;
        if (access.limit?.some((origin) => origin.kind === "request" && origin.shaped)) continue;
        yield {
          at: access.value,
          values: {
            route: titleOf(route),
            sent: sent.name,
            table: access.table === "" ? "a table" : access.table,
          },
          related: [],
          confidence: "medium",
        };
      }
    }
  },
});

const isSent = (origin: AccessField["from"][number]): boolean =>
  origin.kind === "request" &&
  !origin.whole &&
  !origin.shaped &&
  (origin.part === "query" || origin.part === "body");

const isBounded = (service: Service, route: Route, name: string): boolean => {
  const isIt = (origin: AccessField["from"][number]): boolean =>
    origin.kind === "request" && origin.name === name;
  const { comparisons, questions } = service.relationsOf(route);
  return (
    comparisons.some(
      ({ operator, left, right }) => !/^[!=]*$/.test(operator) && [...left, ...right].some(isIt),
    ) ||
    questions.some(
      (question) => service.vocabulary.isDemand(question.name) && question.about.some(isIt),
    )
  );
};

function example(take: string): string {
  return `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
app.get("/articles", async (req, res) => res.json(await db.article.findMany({ where: { published: true }, take: ${take} })));
`;
}
