/** Whose a record is gets asked of whoever is signed in, and of nobody else. */
import {
  type Arm,
  defineLogicQuery,
  type Effect,
  type FunctionTest,
  type GuardKind,
  identifying,
  type LogicResult,
  type ServiceFunction,
} from "../../../src/query-api.ts";

export default defineLogicQuery({
  id: "optional-principal-guard",
  name: "Check that strangers do not have to pass",
  cwe: ["CWE-863", "CWE-636"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript"],
  message:
    "{function} asks only those who are signed in whether they may: for everybody else {effect} runs unchecked.",
  why: 'A check that begins with "if there is a user" is skipped by whoever has none. Signing out is then all it takes.',
  fix: "Refuse first where nobody is signed in, and compare after that; or put the authentication before the route. Test it without credentials.",
  good: `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
app.post("/items/:id/close", async (req, res) => {
  const item = await db.item.findUnique({ where: { id: req.params.id } });
  if (!req.user || req.user.id !== item.sellerId) return res.sendStatus(403);
  await db.item.update({ where: { id: item.id }, data: { open: false } });
});
`,
  bad: `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
app.post("/items/:id/close", async (req, res) => {
  const item = await db.item.findUnique({ where: { id: req.params.id } });
  if (req.user && req.user.id !== item.sellerId) return res.sendStatus(403);
  await db.item.update({ where: { id: item.id }, data: { open: false } });
});
`,

  *find(service) {
    for (const fn of service.functions()) {
      if (isClosed(fn)) continue;
      for (const test of fn.tests) {
        const result = skipped(fn, test);
        if (result) yield result;
      }
    }
  },
});

const isAboutSender = (kinds: readonly GuardKind[]): boolean =>
  kinds.some((kind) => identifying.includes(kind));

/** Whether strangers do not come as far as the function, or are refused in it. */
function isClosed(fn: ServiceFunction): boolean {
  const isGuarded = fn.routes.some(
    (route) =>
      route.public !== undefined ||
      route.guards.some(({ origin, kinds }) => origin !== "inline" && isAboutSender(kinds)),
  );
  return (
    isGuarded ||
    fn.refuses.includes("unauthenticated") ||
    fn.calls.some(({ demands, checks }) => demands && isAboutSender(checks)) ||
    fn.tests.some((test) => {
      const unknown = armsOf(test)?.unknown;
      return unknown?.refuses !== undefined && unknown.leaves;
    })
  );
}

/** What is done where the sender is known, and where not. */
const armsOf = ({
  presence,
  whenTrue,
  whenFalse,
}: FunctionTest): { readonly known: Arm; readonly unknown: Arm } | undefined =>
  presence === undefined
    ? undefined
    : presence === "true"
      ? { known: whenTrue, unknown: whenFalse }
      : { known: whenFalse, unknown: whenTrue };

function skipped(fn: ServiceFunction, test: FunctionTest): LogicResult | undefined {
  const arms = armsOf(test);
  if (!arms || arms.unknown.leaves) return undefined;
  // What a function is given may be asked for by whoever calls it; what it finds out itself is not.
  const isKnownHere = fn.role === "handler" || (fn.role === "other" && test.call !== undefined);
  if (!isKnownHere || test.call?.demands) return undefined;
  const inner = fn.tests.find((one) => arms.known.tests.includes(one.at) && refusesOthers(one));
  if (!inner) return undefined;
  const own = new Set(arms.unknown.calls.map(({ at }) => at));
  const isChecked = new Set(arms.known.after.map(({ at }) => at));
  const effect = arms.unknown.after.find(
    (one: Effect) => one.at > inner.at && !own.has(one.at) && isChecked.has(one.at),
  );
  if (!effect) return undefined;
  const isWhole = fn.routes.every(({ chain }) => chain === "whole");
  return {
    at: inner.at,
    values: {
      function: fn.name === "" ? (fn.routes[0]?.path ?? "This function") : fn.name,
      effect: effect.kind === "goes on" ? "the next step" : effect.label,
    },
    related: [{ at: effect.at, note: "runs without a check where nobody is signed in" }],
    confidence: effect.kind === "writes" && isWhole ? "high" : "medium",
  };
}

/** Whether a test compares whose a record is, or asks for a role, and refuses whoever fails it. */
const refusesOthers = ({ compared, kinds, whenTrue, whenFalse }: FunctionTest): boolean =>
  (compared.length > 0 || kinds.includes("role")) &&
  [whenTrue, whenFalse].some(
    ({ refuses, leaves, after }) =>
      leaves && after.length === 0 && (refuses === "forbidden" || refuses === "missing"),
  );
