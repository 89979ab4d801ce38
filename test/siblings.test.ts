/** A route that does otherwise than its siblings is the change's only where the change made it so. */
import { expect, test } from "@jest/globals";
import { classify } from "../src/relevance/classify.ts";
import { withoutSiblings } from "../src/relevance/siblings.ts";
import { analyse } from "./support/analyse.ts";
import { changeOf } from "./support/change-of.ts";

const service = (third: string, last: string): string => `
const express = require("express");
const { PrismaClient } = require("@prisma/client");
const db = new PrismaClient();
const app = express();
const signedIn = (req, res, next) => (req.user ? next() : res.status(401).end());
app.post("/a", signedIn, async (req, res) => res.json(await db.a.updateMany({ where: { on: true }, data: { n: 1 } })));
app.put("/b", signedIn, async (req, res) => res.json(await db.b.updateMany({ where: { on: true }, data: { n: 2 } })));
app.put("/c", ${third}async (req, res) => res.json(await db.c.updateMany({ where: { on: true }, data: { n: 3 } })));
app.delete("/d", ${last}async (req, res) => res.json(await db.d.deleteMany({ where: { on: true } })));
`;

/** What is said of `DELETE /d` in the change from one state to another. */
async function said(before: string, after: string): Promise<string | undefined> {
  const [base, head] = [new Map([["app.js", before]]), new Map([["app.js", after]])];
  const change = changeOf(base, head);
  const [was, is] = [await analyse(base), await analyse(head)];
  return withoutSiblings(
    classify(was.findings, is.findings, change),
    was.routes,
    is.routes,
    change,
  ).find(
    ({ finding }) => finding.query.id === "missing-auth-peer" && finding.message.includes("/d"),
  )?.relevance;
}

test("a sibling that gets a guard does not make the others the change's", async () => {
  expect(await said(service("", ""), service("signedIn, ", ""))).toBe("unrelated");
});

test("a route that loses its guard is the change's", async () => {
  expect(await said(service("signedIn, ", "signedIn, "), service("signedIn, ", ""))).toBe(
    "introduced",
  );
});
