/** A record is read by an identifier from the request, and nothing asks whose it is. */
import { defineLogicQuery } from "../../../src/query-api.ts";
import { unownedAccesses } from "../unowned.ts";

export default defineLogicQuery({
  id: "idor-read-no-owner",
  name: "Record read by an identifier from the request, whoever owns it",
  cwe: ["CWE-639"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "go", "java", "python"],
  message:
    "Anyone signed in can {verb} another one's {table} through {route}: it is found by an identifier from the request alone, while {evidence}.",
  why: "Identifiers are guessed, counted up or seen elsewhere. A query that does not ask whose the record is serves whoever names it.",
  fix: "Put the sender into the condition itself, not into a test after it, and answer 404 where nothing is found. Test it with two users.",
  good: `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
app.use((req, res, next) => (req.user ? next() : res.status(401).end()));
app.post("/invoices", async (req, res) => res.json(await db.invoice.create({ data: { userId: req.user.id } })));
app.get("/invoices/:id", async (req, res) => res.json(await db.invoice.findFirst({ where: { id: req.params.id, userId: req.user.id } })));
`,
  bad: `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
app.use((req, res, next) => (req.user ? next() : res.status(401).end()));
app.post("/invoices", async (req, res) => res.json(await db.invoice.create({ data: { userId: req.user.id } })));
app.get("/invoices/:id", async (req, res) => res.json(await db.invoice.findUnique({ where: { id: req.params.id } })));
`,

  find: (service) => unownedAccesses(service, new Set(["read"])),
});
