/** A record is made to belong to another record that the client names, and nobody asks whether it may. */
import {
  type Access,
  defineLogicQuery,
  isFromPrincipal,
  type LogicResult,
  type Route,
  type Service,
  titleOf,
} from "../../../src/query-api.ts";
import {
  fieldsSent,
  isForAdministrators,
  knowsSender,
  Ties,
  tableName,
  targetOf,
  type Use,
  usesOf,
} from "../ties.ts";

export default defineLogicQuery({
  id: "foreign-id-from-body-unchecked",
  name: "Reference to another record taken from the request without asking whose it is",
  cwe: ["CWE-639"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "go"],
  message:
    "Anyone signed in can attach {table} to another one's {target} through {route}: {field} comes from the request, and nothing asks whether the sender may use that {target}.",
  why: "What a record belongs to decides who sees it and what it counts for. An identifier of somebody else's record is as good as one's own when nobody asks.",
  fix: "Look the named record up together with the sender or its tenant before writing, and refuse when there is none. Test it with an id of another tenant.",
  good: `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
app.use((req, res, next) => (req.user ? next() : res.status(401).end()));
app.get("/folders", async (req, res) => res.json(await db.folder.findMany({ where: { ownerId: req.user.id } })));
app.post("/documents", async (req, res) => {
  const folder = await db.folder.findFirst({ where: { id: String(req.body.folderId), ownerId: req.user.id } });
  if (!folder) return res.status(404).end();
  res.json(await db.document.create({ data: { title: req.body.title, folderId: req.body.folderId } }));
});
`,
  bad: `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
app.use((req, res, next) => (req.user ? next() : res.status(401).end()));
app.get("/folders", async (req, res) => res.json(await db.folder.findMany({ where: { ownerId: req.user.id } })));
app.post("/documents", async (req, res) => {
  res.json(await db.document.create({ data: { title: req.body.title, folderId: req.body.folderId } }));
});
`,

  *find(service) {
    const uses = usesOf(service);
    const owned = ownedTables(service, uses);
    for (const route of service.routes) {
      if (route.public !== undefined || isForAdministrators(service, route)) continue;
      const accesses = service.accessesOf(route);
      if (accesses.length === 0) continue;
      const ties = new Ties(service, route);
      for (const access of accesses) {
        const result = attached(route, access, owned, ties);
        if (result && knowsSender(service, route)) yield result;
      }
    }
  },
});

/** Tables that some route asks for what is the sender's, by their names; with one such place. */
function ownedTables(service: Service, uses: readonly Use[]): ReadonlyMap<string, Use> {
  const owned = new Map<string, Use>();
  for (const use of uses) {
    const isOwned = use.access.where.some(
      (field) =>
        isFromPrincipal(field) &&
        ["owner", "tenant"].includes(service.fieldClass(field.name) ?? ""),
    );
    const name = tableName(use.access.table);
    if (isOwned && !owned.has(name)) owned.set(name, use);
  }
  return owned;
}

function attached(
  route: Route,
  access: Access,
  owned: ReadonlyMap<string, Use>,
  ties: Ties,
): LogicResult | undefined {
  if (!["create", "update", "upsert"].includes(access.operation)) return undefined;
  for (const { name, from } of access.written) {
    const target = targetOf(name);
    const peer = owned.get(target);
    if (!peer || !/(?:Id|_id)$/.test(name) || target === tableName(access.table)) continue;
    const isInPath = from.some((origin) => origin.kind === "request" && origin.part === "path");
    const sent = isInPath ? undefined : fieldsSent(from).find((one) => !ties.isFieldChecked(one));
    if (sent === undefined) continue;
    return {
      at: access.value,
      values: {
        route: titleOf(route),
        table: access.table === "" ? "a record" : access.table,
        target,
        field: name,
      },
      related: [
        { at: peer.access.value, note: `${titleOf(peer.route)} asks whose ${target} it is` },
      ],
      confidence: "medium",
    };
  }
  return undefined;
}
