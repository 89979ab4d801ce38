/** An object of the request is written to a record as a whole, with whatever fields the client gave it. */
import {
  type Access,
  defineLogicQuery,
  isGuardedBy,
  type Service,
  titleOf,
  writes,
} from "../../../src/query-api.ts";

/** Classes of fields that no client should choose, from the worst. */
const SENSITIVE = ["privilege", "owner", "tenant", "money", "state", "secret", "key"];

export default defineLogicQuery({
  id: "mass-assignment-orm-spread",
  name: "Request object written to a record as a whole",
  cwe: ["CWE-915"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "go", "python"],
  message:
    "{route} writes what the client sent to {table} as a whole: it chooses every field, {fields} among them.",
  why: "A record has fields that only the service should set: whose it is, what its owner may do, what it costs. Who sends them along sets them.",
  fix: "Name the fields that may be sent, or parse the request with a schema that drops the others; set owner, tenant and rights from the session after that. Test it by sending a role and an id.",
  good: `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
app.put("/me", async (req, res) => {
  const { name, bio } = req.body;
  res.json(await db.user.update({ where: { id: req.user.id }, data: { name, bio } }));
});
`,
  bad: `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
app.put("/me", async (req, res) => {
  res.json(await db.user.update({ where: { id: req.user.id }, data: req.body }));
});
`,

  *find(service) {
    for (const route of service.routes) {
      // A schema before the handler may have dropped what it does not know.
      if (isGuardedBy(route, "validation")) continue;
      for (const access of service.accessesOf(route)) {
        if (!writes(access) || !access.spread.some(isWhole)) continue;
        const fields = openFields(service, access);
        yield {
          at: access.value,
          values: {
            route: titleOf(route),
            table: access.table === "" ? "the record" : access.table,
            fields: fields.length > 0 ? fields.slice(0, 3).join(", ") : "its key",
          },
          related: access.through.map((at) => ({ at, note: "what the client sent is handed on" })),
          confidence: isGuardedBy(route, "role") ? "low" : fields.length > 0 ? "high" : "medium",
        };
      }
    }
  },
});

/** An object that the client filled: the body itself, or what it has under a name. */
const isWhole = (origin: Access["spread"][number]): boolean =>
  origin.kind === "request" && !origin.shaped;

/** Sensitive fields of the table that the server does not overwrite. */
function openFields(service: Service, { table, written }: Access): string[] {
  const own = new Set(written.map(({ name }) => name));
  const classOf = (name: string): number => SENSITIVE.indexOf(service.fieldClass(name) ?? "");
  return [...service.fieldsOf(table)]
    .filter((name) => !own.has(name) && classOf(name) >= 0)
    .sort((a, b) => classOf(a) - classOf(b) || (a < b ? -1 : 1));
}
