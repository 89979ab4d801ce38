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

describe("Python", () => {
  test("Flask: blueprints, decorators below the route, what runs before, classes", async () => {
    const routes = await routesOf({
      "shop/auth.py": `
from functools import wraps
from flask import abort, g

def staff(view):
    @wraps(view)
    def checked(*args, **kwargs):
        if not g.user.is_staff:
            abort(403)
        return view(*args, **kwargs)
    return checked
`,
      "shop/orders.py": `
from flask import Blueprint, abort, g
from flask.views import MethodView
from flask_login import login_required
from .auth import staff

orders = Blueprint("orders", __name__, url_prefix="/orders")
reports = Blueprint("reports", __name__, url_prefix="/old")

@reports.before_request
def ask():
    if g.user is None:
        abort(401)

@orders.route("/<int:pk>", methods=["GET", "DELETE"])
@login_required
def one(pk):
    return {}

@login_required
@orders.get("/open")
def too_late():
    return {}

@reports.post("/")
@staff
def report():
    return {}

class Notes(MethodView):
    decorators = [login_required]
    def get(self, pk):
        return {}
    def put(self, pk):
        return {}

orders.add_url_rule("/<int:pk>/notes", view_func=Notes.as_view("notes"))
`,
      "app.py": `
from flask import Flask
from shop.orders import orders, reports

app = Flask(__name__)
app.register_blueprint(orders)
app.register_blueprint(reports, url_prefix="/reports")
`,
    });
    expect(routes).toEqual([
      "GET /orders/<int:pk> one: authentication(route @login_required)",
      "DELETE /orders/<int:pk> one: authentication(route @login_required)",
      "GET /orders/open too_late: ",
      "POST /reports report: authentication(router ask), role(route @staff)",
      "GET /orders/<int:pk>/notes Notes.get: authentication(class login_required)",
      "PUT /orders/<int:pk>/notes Notes.put: authentication(class login_required)",
    ]);
  });

  test("FastAPI: dependencies of applications, routers, mounts, routes and formals", async () => {
    const routes = await routesOf({
      "deps.py": `
from typing import Annotated
from fastapi import Depends, HTTPException, status
from fastapi.security import OAuth2PasswordBearer

scheme = OAuth2PasswordBearer(tokenUrl="login")
lenient = OAuth2PasswordBearer(tokenUrl="login", auto_error=False)

def current_user(token: str = Depends(scheme)):
    return find(token)

def perhaps_user(token: str = Depends(lenient)):
    return find(token)

CurrentUser = Annotated[User, Depends(current_user)]

def admin(user: CurrentUser):
    if not user.is_superuser:
        raise HTTPException(status_code=status.HTTP_403_FORBIDDEN)
    return user
`,
      "items.py": `
from fastapi import APIRouter, Depends
from .deps import CurrentUser, admin, perhaps_user

router = APIRouter(prefix="/items")
internal = APIRouter()

@router.get("/")
def index(user=Depends(perhaps_user)):
    return []

@router.get("/{pk}")
def show(pk: int, user: CurrentUser):
    return []

@router.delete("/{pk}", dependencies=[Depends(admin)])
def remove(pk: int):
    return []

@internal.get("/jobs")
def jobs():
    return []
`,
      "main.py": `
from fastapi import Depends, FastAPI
from . import items
from .deps import admin

app = FastAPI()
app.include_router(items.router, prefix="/api")
app.include_router(items.internal, prefix="/internal", dependencies=[Depends(admin)])
`,
    });
    expect(routes).toEqual([
      "GET /api/items index: ",
      "GET /api/items/{pk} show: authentication(route current_user)",
      "DELETE /api/items/{pk} remove: authentication+role(route admin)",
      "GET /internal/jobs jobs: authentication+role(router admin)",
    ]);
  });

  test("Django: tables of paths that include each other, classes, view sets, defaults of settings", async () => {
    const routes = await routesOf({
      "site/settings.py": `
REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}
`,
      "site/urls.py": `
from django.contrib.auth.decorators import login_required
from django.urls import include, path, re_path
from rest_framework.routers import DefaultRouter
from shop import views

router = DefaultRouter()
router.register("orders", views.OrderViewSet)
inner = [path("stats/", views.stats)]
urlpatterns = [
    path("api/", include(router.urls)),
    path("shop/", include("shop.urls")),
    path("staff/", include((inner, "staff"))),
    re_path(r"^hidden/(?P<pk>\\d+)/$", login_required(views.stats)),
]
`,
      "shop/__init__.py": "",
      "shop/urls.py": `
from django.urls import path
from . import views

urlpatterns = [path("me/", views.me), path("invoices/<int:pk>/", views.InvoiceView.as_view())]
urlpatterns += [path("ping/", views.pong)]
`,
      "shop/views.py": `
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.views import View
from rest_framework import viewsets
from rest_framework.decorators import action, api_view
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated

class IsOwner(BasePermission):
    def has_object_permission(self, request, view, order):
        return order.owner == request.user

class OrderViewSet(viewsets.ReadOnlyModelViewSet):
    permission_classes = [IsAuthenticated, IsOwner]
    @action(detail=True, methods=["post"], permission_classes=[AllowAny])
    def pay(self, request, pk=None):
        return 1

class InvoiceView(LoginRequiredMixin, View):
    def get(self, request, pk):
        return 1

@login_required
def me(request):
    return 1

@api_view(["GET"])
def pong(request):
    return 1

def stats(request):
    return 1
`,
    });
    expect(routes).toEqual([
      "* /shop/me me: authentication(route @login_required)",
      "GET /shop/invoices/<int:pk> InvoiceView.get: authentication(class LoginRequiredMixin)",
      "GET /shop/ping pong: authentication(global IsAuthenticated), public",
      "GET /api/orders : authentication(class IsAuthenticated), owner(class IsOwner)",
      "GET /api/orders/{pk} : authentication(class IsAuthenticated), owner(class IsOwner)",
      "POST /api/orders/{pk}/pay OrderViewSet.pay: public",
      "* /staff/stats stats: ",
      "* /hidden/(?P<pk>\\d+) stats: authentication(wrapper login_required(views.stats))",
    ]);
  });

  test("aiohttp and Tornado: tables and classes of handlers", async () => {
    const routes = await routesOf({
      "table.py": `
from aiohttp import web

routes = web.RouteTableDef()

@routes.get("/orders")
async def index(request):
    return web.json_response([])

async def create(request):
    return web.json_response({})

app = web.Application()
app.add_routes(routes)
app.add_routes([web.post("/orders", create)])
`,
      "handlers.py": `
import tornado.web

class OrderHandler(tornado.web.RequestHandler):
    @tornado.web.authenticated
    def get(self, pk):
        self.finish({})
    def delete(self, pk):
        self.finish({})

def make():
    return tornado.web.Application([(r"/orders/(\\d+)", OrderHandler)])
`,
    });
    expect(routes).toEqual([
      "GET /orders/(\\d+) OrderHandler.get: authentication(route @authenticated)",
      "DELETE /orders/(\\d+) OrderHandler.delete: ",
      "GET /orders index: ",
      "POST /orders create: ",
    ]);
  });

  test("documents that name the functions which answer", async () => {
    const routes = await routesOf({
      "api/openapi.yml": `
openapi: 3.0.0
paths:
  /orders/{order_id}:
    get:
      operationId: views.orders.show
    delete:
      operationId: views.orders.remove
`,
      "api/views/orders.py": `
def show(order_id):
    return {}

def remove(order_id):
    return {}
`,
    });
    expect(routes).toEqual(["GET /orders/{order_id} show: ", "DELETE /orders/{order_id} remove: "]);
  });
});
