/** A path names a parent and a child; the sender's rights are checked for the one, the other is taken as it comes. */
import {
  type Access,
  defineLogicQuery,
  type LogicResult,
  type Route,
  type Service,
  titleOf,
  writes,
} from "../../../src/query-api.ts";
import { fieldsSent, isForAdministrators, isReference, isUnclear, Ties } from "../ties.ts";

export default defineLogicQuery({
  id: "nested-resource-parent-unchecked",
  name: "Nested record that is not tied to the parent that was checked",
  cwe: ["CWE-639"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "go"],
  message:
    "Who may use one {parent} can {verb} the {table} of any other through {route}: it is found by {child} alone, and nothing asks whether it belongs to the {parent} that was checked.",
  why: "The path says which parent and which child. When only the parent is checked, anyone puts a parent of their own beside a child of somebody else's.",
  fix: "Put the parent's key into the condition of the child too, or load the child and check the parent that it names. Test it with a child of another parent.",
  good: `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
app.delete("/boards/:boardId/cards/:cardId", async (req, res) => {
  const { boardId, cardId } = req.params;
  const member = await db.membership.findFirst({ where: { boardId, userId: req.user.id } });
  if (!member) return res.status(403).end();
  await db.card.deleteMany({ where: { id: cardId, boardId } });
  res.end();
});
`,
  bad: `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
app.delete("/boards/:boardId/cards/:cardId", async (req, res) => {
  const { boardId, cardId } = req.params;
  const member = await db.membership.findFirst({ where: { boardId, userId: req.user.id } });
  if (!member) return res.status(403).end();
  await db.card.delete({ where: { id: cardId } });
  res.end();
});
`,

  *find(service) {
    for (const route of service.routes) {
      if (route.public !== undefined || route.parameters.length < 2) continue;
      // Who stands above all parents may use every child.
      if (isForAdministrators(service, route)) continue;
      const ties = new Ties(service, route);
      const checked = route.parameters.filter(
        (name) => ties.isFieldChecked(name) || isGuarded(service, route, name),
      );
      if (checked.length === 0) continue;
      const isLoose = (name: string): boolean => {
        const at = route.parameters.indexOf(name);
        return (
          at > 0 &&
          isReference(name) &&
          !checked.some((one) => one === name || ties.areTied(one, name)) &&
          checked.some((one) => route.parameters.indexOf(one) < at)
        );
      };
      const parent = (name: string): string =>
        checked.findLast((one) => route.parameters.indexOf(one) < route.parameters.indexOf(name))!;
      // One claim for a child, best of what is changed by it.
      const told = new Set<string>();
      const accesses = service.accessesOf(route);
      for (const access of [
        ...accesses.filter(writes),
        ...accesses.filter((one) => !writes(one)),
      ]) {
        const child = childOf(access, isLoose);
        if (child === undefined || told.has(child)) continue;
        told.add(child);
        yield resultOf(route, access, parent(child), child);
      }
      for (const { value, name, by } of service.relationsOf(route).lookups) {
        const sent = fieldsSent(by);
        const child = sent.find(isLoose);
        if (child === undefined || told.has(child) || !sent.every(isLoose)) continue;
        told.add(child);
        yield {
          at: value,
          values: {
            route: titleOf(route),
            parent: parent(child),
            child,
            verb: "read",
            table: name.replace(/^[a-z]+_?/, "") || "record",
          },
          related: [],
          confidence: "medium",
        };
      }
    }
  },
});

/** Whether a guard before the handler that asks for rights looks at a parameter. */
const isGuarded = (service: Service, route: Route, name: string): boolean =>
  route.guards.some(
    (guard) =>
      guard.kinds.some((kind) => kind === "owner" || kind === "tenant" || kind === "permission") &&
      service.guardReads(guard, name),
  );

/** The parameter by which alone an access finds its record, or that it writes as what the record belongs to. */
function childOf(access: Access, isLoose: (name: string) => boolean): string | undefined {
  if (access.table === "" || isUnclear(access)) return undefined;
  if (access.where.length > 0) {
    const sent = access.where.map(({ from }) => fieldsSent(from));
    const names = sent.flat();
    // A condition on anything else that is not constant ties the record to that.
    const isAlone = access.where.every(
      ({ from }, index) => sent[index]!.length > 0 || from.every(({ kind }) => kind === "constant"),
    );
    return isAlone && names.every(isLoose) ? names[0] : undefined;
  }
  if (access.operation !== "create") return undefined;
  for (const { name, from } of access.written) {
    if (!isReference(name)) continue;
    const child = fieldsSent(from).find(isLoose);
    if (child !== undefined) return child;
  }
  return undefined;
}

const VERBS: Readonly<Record<string, string>> = {
  read: "read",
  list: "read",
  count: "count",
  create: "add to",
  update: "change",
  upsert: "change",
  delete: "delete",
};

const resultOf = (route: Route, access: Access, parent: string, child: string): LogicResult => ({
  at: access.value,
  values: {
    route: titleOf(route),
    parent,
    child,
    verb: VERBS[access.operation] ?? "reach",
    table: access.table,
  },
  related: access.through.slice(0, 3).map((at) => ({ at, note: "called here" })),
  confidence: writes(access) ? "high" : "medium",
});
