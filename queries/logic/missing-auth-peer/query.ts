/**
 * A route nobody has to sign in for, among siblings that ask for it. Deviance, not absence: a service without any
 * authentication is silent.
 */
import {
  defineLogicQuery,
  identifying,
  isFromCredential,
  isGuardedBy,
  type LogicResult,
  type Route,
  type Service,
  tierOf,
  titleOf,
  writes,
} from "../../../src/query-api.ts";

export default defineLogicQuery({
  id: "missing-auth-peer",
  name: "Route without the authentication its siblings have",
  cwe: ["CWE-306", "CWE-862"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "go", "python"],
  message:
    "Anybody can call {route}: {guarded} of {total} {siblings} ask who is calling, by {guard}.",
  why: "What stands behind the other routes is open through this one: whoever finds its address reads or changes the same data without an account.",
  fix: "Add the guard its siblings have, best where all routes of the router get it. Test it: without credentials every route of the router answers 401.",
  good: `
import express from "express";
const app = express();
const requireUser = (req, res, next) => (req.user ? next() : res.status(401).end());
app.get("/orders", requireUser, async (req, res) => res.json(await db.order.findMany({ where: { userId: req.user.id } })));
app.post("/orders", requireUser, async (req, res) => res.json(await db.order.create({ data: { userId: req.user.id } })));
app.put("/orders/:id", requireUser, async (req, res) => res.json(await db.order.updateMany({ where: { id: req.params.id, userId: req.user.id }, data: { note: "" } })));
app.delete("/orders/:id", requireUser, async (req, res) => res.json(await db.order.deleteMany({ where: { id: req.params.id, userId: req.user.id } })));
`,
  bad: `
import express from "express";
const app = express();
const requireUser = (req, res, next) => (req.user ? next() : res.status(401).end());
app.post("/orders", requireUser, async (req, res) => res.json(await db.order.updateMany({ where: { userId: req.user.id }, data: { note: "" } })));
app.put("/orders/:id", requireUser, async (req, res) => res.json(await db.order.updateMany({ where: { id: req.params.id, userId: req.user.id }, data: { note: "" } })));
app.patch("/orders/:id", requireUser, async (req, res) => res.json(await db.order.updateMany({ where: { id: req.params.id, userId: req.user.id }, data: { note: "" } })));
app.delete("/orders/all", async (req, res) => res.json(await db.order.deleteMany({ where: {} })));
`,

  *find(service) {
    const candidates = service.routes.filter(
      (route) =>
        route.public === undefined &&
        !registers(route) &&
        route.chain === "whole" &&
        !isGuardedBy(route, ...identifying) &&
        service.accessesOf(route).length > 0 &&
        // Who finds its records by a cookie or a key asks who is calling by that.
        !service.accessesOf(route).some(({ where }) => where.some(isFromCredential)),
    );
    for (const route of candidates) {
      const result = byPeers(service, route);
      if (result) yield result;
    }
  },
});

/** Who makes an account has none yet: `POST /users`. */
const registers = ({ method, path }: Route): boolean =>
  method === "POST" && /\/(?:users?|accounts?|members?|customers?)\/?$/i.test(path);

/** Siblings in the same file, then in the whole service: those that do the same kind of thing. */
function byPeers(service: Service, route: Route): LogicResult | undefined {
  const isWriting = service.accessesOf(route).some(writes);
  const file = service.fileOf(route);
  const peers = service.routes.filter(
    (one) =>
      one.public === undefined &&
      !registers(one) &&
      one.framework === route.framework &&
      service.accessesOf(one).length > 0 &&
      service.accessesOf(one).some(writes) === isWriting,
  );
  const near = peers.filter((one) => service.fileOf(one) === file);
  for (const { group, siblings } of [
    { group: near, siblings: "routes of this file" },
    { group: peers, siblings: `routes that ${isWriting ? "write" : "read"}` },
  ]) {
    const guarded = group.filter((one) => isGuardedBy(one, ...identifying));
    const tier = tierOf(guarded.length, group.length);
    const [example] = guarded;
    if (!tier || !example) continue;
    const guard = example.guards.find(({ kinds }) =>
      kinds.some((kind) => identifying.includes(kind)),
    );
    return {
      at: route.registration,
      values: {
        route: titleOf(route),
        guarded: guarded.length,
        total: group.length,
        siblings,
        guard: guard?.label ?? "a guard",
      },
      related: guarded.slice(0, 3).map((one) => ({
        at: one.registration,
        note: `${titleOf(one)} asks who is calling`,
      })),
      // What strangers may read is a decision more often than what they may change.
      confidence: isWriting ? tier : tier === "high" ? "medium" : "low",
    };
  }
  return undefined;
}
