/**
 * A route that is open to everybody who is signed in, among siblings that ask what somebody may do. Deviance, not
 * absence: where few routes ask, nothing is said.
 */
import {
  defineLogicQuery,
  identifying,
  isFromPrincipal,
  isGuardedBy,
  type Route,
  type Service,
  titleOf,
} from "../../../src/query-api.ts";
import { changes, examplesOf, majorityOf, registers, usualGuard } from "../peers.ts";

export default defineLogicQuery({
  id: "missing-role-check-peer",
  name: "Route without the check of rights its siblings have",
  cwe: ["CWE-862", "CWE-285", "CWE-863"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "go", "java", "python"],
  message:
    "Everybody who is signed in can call {route}, whatever their role: {guarded} of {total} {siblings} ask for rights, by {guard}.",
  why: "Whoever has an account, with the fewest rights or in a trial, does through this route what the others reserve for those who may.",
  fix: "Add the check its siblings have, with the right for this operation. Test it as somebody who lacks the right: the answer is 403.",
  good: `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
app.use((req, res, next) => (req.user ? next() : res.status(401).end()));
const can = (right) => (req, res, next) => (req.user.permissions.includes(right) ? next() : res.status(403).end());
app.post("/tags", can("tags:create"), async (req, res) => res.json(await db.tag.create({ data: { name: "a" } })));
app.put("/tags/:id", can("tags:update"), async (req, res) => res.json(await db.tag.updateMany({ where: { old: true }, data: { name: "b" } })));
app.put("/tags/:id/color", can("tags:update"), async (req, res) => res.json(await db.tag.updateMany({ where: { old: true }, data: { color: "c" } })));
app.delete("/tags/:id", can("tags:delete"), async (req, res) => res.json(await db.tag.deleteMany({ where: { old: true } })));
`,
  bad: `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
app.use((req, res, next) => (req.user ? next() : res.status(401).end()));
const can = (right) => (req, res, next) => (req.user.permissions.includes(right) ? next() : res.status(403).end());
app.post("/tags", can("tags:create"), async (req, res) => res.json(await db.tag.create({ data: { name: "a" } })));
app.put("/tags/:id", can("tags:update"), async (req, res) => res.json(await db.tag.updateMany({ where: { old: true }, data: { name: "b" } })));
app.put("/tags/:id/color", can("tags:update"), async (req, res) => res.json(await db.tag.updateMany({ where: { old: true }, data: { color: "c" } })));
app.delete("/tags/:id", async (req, res) => res.json(await db.tag.deleteMany({ where: { old: true } })));
`,

  *find(service) {
    for (const route of service.routes) {
      if (!isReserved(service, route) || !isGuardedBy(route, ...identifying)) continue;
      if (asksForRights(route) || asksWhose(route) || route.chain !== "whole") continue;
      const majority = majorityOf(service, route, (one) => isReserved(service, one), asksForRights);
      if (!majority) continue;
      yield {
        at: route.registration,
        values: {
          route: titleOf(route),
          guarded: majority.doing.length,
          total: majority.all,
          siblings: majority.siblings,
          guard: usualGuard(
            majority,
            ({ kinds, origin }) => origin !== "global" && kinds.some(isRight),
          ),
        },
        deviant: route,
        related: examplesOf(majority, "asks for rights"),
        // What everybody may read is a decision more often than what everybody may change.
        confidence: changes(service, route)
          ? majority.confidence
          : majority.confidence === "high"
            ? "medium"
            : "low",
      };
    }
  },
});

const isRight = (kind: string): boolean => kind === "role" || kind === "permission";

/** What stands before everything the service serves says nothing of one route. */
const own = ({ guards }: Route) => guards.filter(({ origin }) => origin !== "global");
const asksForRights = (route: Route): boolean =>
  own(route).some(({ kinds }) => kinds.some(isRight));
const asksWhose = (route: Route): boolean =>
  own(route).some(({ kinds }) => kinds.some((kind) => kind === "owner" || kind === "tenant"));

/** Routes that are about others' things: not for everybody, and not about what is the sender's own. */
function isReserved(service: Service, route: Route): boolean {
  if (
    route.public !== undefined ||
    registers(route) ||
    service.isOpenArea(route) ||
    service.isOwnArea(route)
  )
    return false;
  const accesses = service.accessesOf(route);
  return (
    accesses.length > 0 &&
    !accesses.some(({ where, written }) =>
      [...where, ...written].some(
        (field) => service.fieldClass(field.name) === "owner" && isFromPrincipal(field),
      ),
    )
  );
}
