/**
 * A route nobody has to sign in for, among siblings that ask for it. Deviance, not absence: a service without any
 * authentication is silent.
 */
import { defineLogicQuery } from "../../../src/query-api.ts";
import { unaskedRoutes } from "../unasked.ts";

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

  find: (service) =>
    unaskedRoutes(
      service,
      (route) =>
        !["ACTION", "MUTATION", "QUERY", "SUBSCRIPTION"].includes(route.method) &&
        // What lies below `/share/` is meant to be looked at.
        !(route.method === "GET" && service.isOpenArea(route)),
      false,
    ),
});
