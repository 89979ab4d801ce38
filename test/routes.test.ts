/** The map of a service: its routes with their full paths, and what stands before them in the order it runs. */
import { describe, expect, test } from "@jest/globals";
import { discoverRoutes } from "../src/routes/discover.ts";
import { analyse } from "./support/analyse.ts";

/** `GET /users/:id show: authentication(router auth), owner(inline ...)`; steps that check nothing are left out. */
async function routesOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  const { analysis } = await analyse(new Map(Object.entries(files)));
  return discoverRoutes(analysis).map(({ method, path, handlers, guards, chain, public: open }) => {
    const names = handlers.map((fn) => analysis.program.symbolOf(fn)).join("|");
    const checks = guards
      .filter(({ kinds }) => kinds.length > 0)
      .map(({ kinds, origin, label }) => `${kinds.join("+")}(${origin} ${label})`);
    const marks = [...(chain === "partial" ? ["partial"] : []), ...(open ? ["public"] : [])];
    return `${method} ${path} ${names}: ${[...checks, ...marks].join(", ")}`;
  });
}

const auth = `
  export function requireUser(req, res, next) {
    if (!req.user) return res.status(401).end();
    next();
  }
  export const requireRole = (role) => (req, res, next) => {
    if (req.user?.role !== role) return res.sendStatus(403);
    next();
  };
  export function log(req, res, next) { console.info(req.method); next(); }
`;

describe("middleware", () => {
  test("counts for what is registered after it, below its path", async () => {
    const routes = await routesOf({
      "auth.js": auth,
      "app.js": `
        import express from "express";
        import { log, requireRole, requireUser } from "./auth.js";
        const app = express();
        app.use(express.json(), log);
        app.get("/early", function early(req, res) { res.json(1); });
        app.use(requireUser);
        app.use("/admin", requireRole("admin"));
        app.get("/late", function late(req, res) { res.json(1); });
        app.delete("/admin/users/:id", function remove(req, res) { res.json(1); });
        app.get("/administration", function other(req, res) { res.json(1); });
      `,
    });
    expect(routes).toEqual([
      "GET /early early: ",
      "GET /late late: authentication(global requireUser)",
      'DELETE /admin/users/:id remove: authentication(global requireUser), role(router requireRole("admin"))',
      "GET /administration other: authentication(global requireUser)",
    ]);
  });

  test("of a parameter counts where the path has it", async () => {
    const routes = await routesOf({
      "app.js": `
        const app = require("express")();
        app.param("project", (req, res, next, id) => {
          if (!req.user.projects.includes(id)) return next(new Error("Forbidden"));
          next();
        });
        app.get("/projects/:project", function show(req, res) { res.json(1); });
        app.get("/projects", function list(req, res) { res.json(1); });
      `,
    });
    expect(routes[0]).toMatch(/^GET \/projects\/:project show: .+\(router /);
    expect(routes[1]).toBe("GET /projects list: ");
  });

  test("that is registered as a route of its own", async () => {
    const routes = await routesOf({
      "auth.js": auth,
      "app.js": `
        import express from "express";
        import { requireUser } from "./auth.js";
        const app = express();
        app.post("/items", requireUser);
        app.get("/items", function list(req, res) { res.json(1); });
        app.post("/items", function create(req, res) { res.json(1); });
      `,
    });
    expect(routes).toEqual([
      "GET /items list: ",
      "POST /items create: authentication(route requireUser)",
    ]);
  });

  test("in arrays, in chains, and made by a library", async () => {
    const routes = await routesOf({
      "auth.js": auth,
      "app.js": `
        import express, { Router } from "express";
        import passport from "passport";
        import rateLimit from "express-rate-limit";
        import { requireUser, requireRole } from "./auth.js";
        const app = express();
        const guards = [requireUser, requireRole("editor")];
        const router = Router();
        router.route("/posts/:id")
          .get(function show(req, res) { res.json(1); })
          .put(guards, function update(req, res) { res.json(1); });
        router.post("/jwt", passport.authenticate("jwt", { session: false }), function jwt(req, res) {});
        router.post("/slow", [rateLimit({ max: 5 })], function slow(req, res) {});
        app.use("/api", router);
      `,
    });
    expect(routes).toEqual([
      "GET /api/posts/:id show: ",
      'PUT /api/posts/:id update: authentication(route requireUser), role(route requireRole("editor"))',
      'POST /api/jwt jwt: authentication(route passport.authenticate("jwt", {...}))',
      "POST /api/slow slow: rate(route rateLimit({...}))",
    ]);
  });
});

describe("routers", () => {
  test("are mounted several times, below each other, and in other files", async () => {
    const routes = await routesOf({
      "auth.js": auth,
      "items.js": `
        import { Router } from "express";
        const router = Router();
        router.get("/:item", function show(req, res) { res.json(1); });
        export default router;
      `,
      "api.js": `
        const express = require("express");
        const api = express.Router();
        api.use("/items", require("./items").default);
        module.exports = api;
      `,
      "app.js": `
        import express from "express";
        import api from "./api.js";
        import { requireUser } from "./auth.js";
        const app = express();
        app.use("/v1", api);
        app.use("/v2", requireUser, api);
        app.listen(80);
      `,
    });
    expect(routes).toEqual([
      "GET /v1/items/:item show: ",
      "GET /v2/items/:item show: authentication(router requireUser)",
    ]);
  });

  test("that nobody mounts are not known as a whole", async () => {
    const routes = await routesOf({
      "app.js": `
        import { Router } from "express";
        export const router = Router();
        router.get("/a", function a(req, res) { res.json(1); });
      `,
    });
    expect(routes).toEqual(["GET /a a: partial"]);
  });

  test("are passed to functions that register on them", async () => {
    const routes = await routesOf({
      "auth.js": auth,
      "app.js": `
        const express = require("express");
        const { requireUser } = require("./auth");
        const app = express();
        function resource(app, name, guards, list) {
          app.get("/" + name, ...guards, list);
          for (const verb of ["put", "delete"]) app[verb](\`/\${name}/:id\`, guards, list);
        }
        resource(app, "open", [], function listOpen(req, res) { res.json(1); });
        resource(app, "closed", [requireUser], function listClosed(req, res) { res.json(1); });
        [{ at: "/one", run: function one(req, res) {} }, { at: "/two", run: function two(req, res) {} }]
          .forEach((entry) => app.post(entry.at, entry.run));
      `,
    });
    expect(routes.sort()).toEqual([
      "DELETE /closed/:id listClosed: authentication(route requireUser)",
      "DELETE /open/:id listOpen: ",
      "GET /closed listClosed: authentication(route requireUser)",
      "GET /open listOpen: ",
      "POST /one one: ",
      "POST /two two: ",
      "PUT /closed/:id listClosed: authentication(route requireUser)",
      "PUT /open/:id listOpen: ",
    ]);
  });
});

describe("handlers", () => {
  test("are found behind wrappers, and checks in them and in their helpers", async () => {
    const routes = await routesOf({
      "controller.js": `
        const wrap = (fn) => (req, res, next) => Promise.resolve(fn(req, res, next)).catch(next);
        const withUser = (fn) => (req, res) => {
          if (!req.session.userId) return res.status(401).json({});
          return fn(req, res);
        };
        function assertOwner(user, document) {
          if (document.ownerId !== user.id) throw new ForbiddenError();
        }
        exports.show = wrap(async function show(req, res) {
          const document = await load(req.params.id);
          assertOwner(req.user, document);
          res.json(document);
        });
        exports.mine = withUser(function mine(req, res) { res.json(1); });
        exports.open = wrap(async function open(req, res) { res.json(1); });
      `,
      "app.js": `
        const app = require("express")();
        const controller = require("./controller");
        app.get("/show/:id", controller.show);
        app.get("/mine", controller.mine);
        app.get("/open", controller.open);
      `,
    });
    expect(routes).toEqual([
      "GET /show/:id show: owner(inline assertOwner(argument 1.user, load(....params.id)))",
      "GET /mine mine: authentication(wrapper controller.mine)",
      "GET /open open: ",
    ]);
  });

  test("a question about a record found is no guard", async () => {
    const [route] = await routesOf({
      "app.js": `
        const app = require("express")();
        app.get("/users/:id", async function show(req, res) {
          const user = await db.user.findUnique({ where: { id: req.params.id } });
          if (!user) return res.status(404).end();
          if (!req.body.userId) throw new Error("userId is missing");
          res.json(user);
        });
      `,
    });
    expect(route).toBe("GET /users/:id show: ");
  });

  test("a step that lets strangers pass is no guard", async () => {
    const [route] = await routesOf({
      "app.js": `
        const app = require("express")();
        async function authenticate(req, res, next) {
          const token = req.headers.authorization;
          if (token) req.user = await verify(token);
          next();
        }
        app.get("/a", authenticate, function a(req, res) { res.json(1); });
      `,
    });
    expect(route).toBe("GET /a a: ");
  });

  test("names tell what is public", async () => {
    const routes = await routesOf({
      "app.js": `
        const app = require("express")();
        app.post("/auth/login", function signIn(req, res) { res.json(1); });
        app.post("/invoices", function create(req, res) { res.json(1); });
      `,
    });
    expect(routes).toEqual(["POST /auth/login signIn: public", "POST /invoices create: "]);
  });
});
