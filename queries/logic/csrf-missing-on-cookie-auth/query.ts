/** A link in a foreign page is enough to change something in the name of whoever is signed in. */
import {
  type Code,
  defineLogicQuery,
  isFromRequest,
  isGuardedBy,
  plainName,
  titleOf,
  writes,
} from "../../../src/query-api.ts";
import { isAside } from "../paths.ts";
import { reachedFrom, wordsOf } from "../reach.ts";

/** Read from a request that a foreign page cannot send along. */
const SENT =
  /authorization|bearer|x-api-key|api_?key|x-requested-with|csrf|xsrf|unsubscribe|confirm|verify|token|code|callback/i;
const DOES =
  /(?:^|[/_-])(?:delete|remove|destroy|update|edit|disable|enable|approve|transfer|promote|ban|cancel|add|create|reset|revoke)(?:$|[/_-])/;

export default defineLogicQuery({
  id: "csrf-missing-on-cookie-auth",
  name: "A link changes something in the name of whoever is signed in",
  cwe: ["CWE-352"],
  severity: "medium",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "python"],
  message: "{claim}",
  why: "Browsers send the cookie of a service with requests that other sites make them send. Who looks at a page, or opens a mail, does what it says.",
  fix: "Change things by POST only, with a token of the session that is checked, and give the cookie SameSite. Test it with a request from another origin.",
  good: `
const express = require("express");
const { PrismaClient } = require("@prisma/client");
const db = new PrismaClient();
const app = express();
app.use((req, res, next) => (req.session.userId ? next() : res.status(401).end()));
app.post("/notes/:id/delete", async (req, res) => res.json(await db.note.deleteMany({ where: { id: req.params.id, userId: req.session.userId } })));
`,
  bad: `
const express = require("express");
const { PrismaClient } = require("@prisma/client");
const db = new PrismaClient();
const app = express();
app.use((req, res, next) => (req.session.userId ? next() : res.status(401).end()));
app.get("/notes/:id/delete", async (req, res) => res.json(await db.note.deleteMany({ where: { id: req.params.id, userId: req.session.userId } })));
`,

  *find(service) {
    const { code } = service;
    for (const route of service.routes) {
      if (
        route.method !== "GET" ||
        !DOES.test(plainName(route.path)) ||
        isGuardedBy(route, "csrf", "signature")
      )
        continue;
      if (!isGuardedBy(route, "authentication", "role", "permission", "owner", "tenant")) continue;
      const changed = service
        .accessesOf(route)
        .find(
          (access) => writes(access) && [...access.where, ...access.written].some(isFromRequest),
        );
      if (!changed) continue;
      const run = reachedFrom(code, [
        ...route.handlers,
        ...route.guards.flatMap(({ functions }) => functions),
      ]);
      const words = [...wordsOf(code, run), route.path];
      if (
        words.some((word) => SENT.test(word)) ||
        !words.some((word) => /session|cookie|isAuthenticated/i.test(word))
      )
        continue;
      yield {
        at: route.registration,
        values: {
          claim: `A picture or a link in any page does ${titleOf(route)} in the name of whoever looks at it: a GET request changes ${changed.table || "a record"}.`,
        },
        related: [{ at: changed.value, note: "is changed" }],
        confidence: "medium",
      };
    }
    for (const body of code.bodies) {
      if (isAside(body.file) || !isExempt(code, body.fn)) continue;
      const words = [...wordsOf(code, reachedFrom(code, [body.fn], 2))];
      if (words.some((word) => SENT.test(word) || /hook|signature|hmac|ipn|notif/i.test(word)))
        continue;
      const isOwn = words.includes("user") || words.includes("session");
      const isChanging = words.some((word) =>
        /^(?:save|delete|create|update|bulk_create|add)$/.test(word),
      );
      if (isOwn && isChanging)
        yield {
          at: body.from,
          values: {
            claim: `Any page can make its visitor's browser do what ${body.name}() does in that person's name: it is taken out of the protection that the framework gives.`,
          },
          related: [],
          confidence: "medium",
        };
    }
  },
});

const isExempt = (code: Code, fn: number): boolean =>
  code.decoratorsOf(fn).some((call) => {
    const part = code.part(call);
    return part.kind === "call" && code.names(part.callee).at(-1) === "csrf_exempt";
  });
