/**
 * A route that changes something behind the guard for readers, in a service that has a guard for writers too:
 * `canRead("board")` where its siblings ask `canEdit("board")`. The couples are found by their names alone.
 */
import {
  type Confidence,
  defineLogicQuery,
  identifying,
  isFromPrincipal,
  type Route,
  type Service,
  tierOf,
  titleOf,
  writes,
} from "../../../src/query-api.ts";

export default defineLogicQuery({
  id: "read-guard-on-write-route",
  name: "Change that asks for the right to read alone",
  cwe: ["CWE-863", "CWE-862"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "go", "java", "python"],
  message:
    "Whoever may look at it can change it through {route}: it asks {guard}, while {doing} of {all} such routes ask {strict}.",
  why: "Those who were given a look at something, guests and readers among them, can change or delete it through this route.",
  fix: "Ask for the right that the operation needs, as its siblings do; do not share one preparing function between reading and changing. Test it as somebody who may only read.",
  good: `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
const canRead = (kind) => (req, res, next) => (req.user.reads.includes(kind) ? next() : res.status(403).end());
const canEdit = (kind) => (req, res, next) => (req.user.edits.includes(kind) ? next() : res.status(403).end());
app.get("/boards", canRead("boards"), async (req, res) => res.json(await db.board.findMany({ where: { old: false } })));
app.post("/boards", canEdit("boards"), async (req, res) => res.json(await db.board.create({ data: { name: "a" } })));
app.put("/boards/names", canEdit("boards"), async (req, res) => res.json(await db.board.updateMany({ where: { old: true }, data: { name: "b" } })));
app.put("/boards/colors", canEdit("boards"), async (req, res) => res.json(await db.board.updateMany({ where: { old: true }, data: { color: "c" } })));
app.delete("/boards/old", canEdit("boards"), async (req, res) => res.json(await db.board.deleteMany({ where: { old: true } })));
`,
  bad: `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
const canRead = (kind) => (req, res, next) => (req.user.reads.includes(kind) ? next() : res.status(403).end());
const canEdit = (kind) => (req, res, next) => (req.user.edits.includes(kind) ? next() : res.status(403).end());
app.get("/boards", canRead("boards"), async (req, res) => res.json(await db.board.findMany({ where: { old: false } })));
app.post("/boards", canEdit("boards"), async (req, res) => res.json(await db.board.create({ data: { name: "a" } })));
app.put("/boards/names", canEdit("boards"), async (req, res) => res.json(await db.board.updateMany({ where: { old: true }, data: { name: "b" } })));
app.put("/boards/colors", canEdit("boards"), async (req, res) => res.json(await db.board.updateMany({ where: { old: true }, data: { color: "c" } })));
app.delete("/boards/old", canRead("boards"), async (req, res) => res.json(await db.board.deleteMany({ where: { old: true } })));
`,

  *find(service) {
    const changing = service.routes.filter((route) => reallyChanges(service, route));
    const couples = strictNames(service.routes);
    for (const route of changing) {
      const asked = nameOfGuards(route);
      for (const [guard, strict] of couples) {
        if (!asked.has(guard) || strict.some((name) => asked.has(name))) continue;
        const peers = changing.filter((one) => {
          const names = nameOfGuards(one);
          return names.has(guard) || strict.some((name) => names.has(name));
        });
        const doing = peers.filter((one) => strict.some((name) => nameOfGuards(one).has(name)));
        const isPlain = strict.some((name) => wordsOf(name).some((word) => WRITE.test(word)));
        const confidence = confidenceOf(doing.length, peers.length, isPlain);
        const [example] = doing;
        if (!confidence || !example) continue;
        yield {
          at: route.registration,
          values: {
            route: titleOf(route),
            guard: written(guard),
            doing: doing.length,
            all: peers.length,
            strict: written(strict.find((name) => nameOfGuards(example).has(name)) ?? strict[0]!),
          },
          deviant: route,
          related: doing.slice(0, 3).map((one) => ({
            at: one.registration,
            note: `${titleOf(one)} asks for the right to change`,
          })),
          confidence,
        };
        break;
      }
    }
  },
});

/** A method for changes that does change a record which is not the sender's own. */
function reallyChanges(service: Service, route: Route): boolean {
  if (/^(?:GET|HEAD|OPTIONS)$/.test(route.method) || service.isOwnArea(route)) return false;
  const written = service.accessesOf(route).filter(writes);
  return (
    written.length > 0 &&
    !written.some(({ where, written: fields }) =>
      [...where, ...fields].some(
        (field) => service.fieldClass(field.name) === "owner" && isFromPrincipal(field),
      ),
    )
  );
}

/**
 * A name is a weak sign: most of those that change something must ask the stricter way, unless its name says that it is
 * for those who write.
 */
function confidenceOf(doing: number, all: number, isPlain: boolean): Confidence | undefined {
  if (doing < 3) return undefined;
  return tierOf(doing, all) ?? (isPlain || doing * 2 > all ? "medium" : undefined);
}

/** `checkAccess` and `can:read`: the function, and the right it is asked for if one is written. */
const nameOfGuards = (route: Route): ReadonlySet<string> => {
  let known = NAMES.get(route);
  if (!known) {
    known = new Set(
      route.guards
        .filter(({ kinds }) => kinds.some((kind) => identifying.includes(kind)))
        .flatMap(({ label }) => namesOf(label)),
    );
    NAMES.set(route, known);
  }
  return known;
};
const NAMES = new WeakMap<Route, ReadonlySet<string>>();

function namesOf(label: string): string[] {
  const head = label.replace(/\(.*$/s, "").split(".").at(-1)!;
  if (!/^\w+$/.test(head)) return [];
  const [one, other] = [...label.matchAll(/"([\w:./-]{2,40})"/g)].map(([, text]) => text!);
  // `can("boards", "read")`: the resource and the right together.
  const right = other === undefined ? one : `${one}.${other}`;
  return [right === undefined ? head : `${head} ${right}`];
}

const LOOK = /^(?:read|view|see|show|list|get|look)$/;
const WRITE = /^(?:write|edit|modify)$/;
const CHANGE = /^(?:write|edit|update|modify|manage|change|admin|create|delete|remove)$/;

const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[\W_]+/);

/** Names of guards for readers, with those of the same guard for writers: a word more, or another one. */
function strictNames(routes: readonly Route[]): [string, string[]][] {
  const all = [...new Set(routes.flatMap((route) => [...nameOfGuards(route)]))].sort();
  const strict = new Map<string, string[]>();
  for (const name of all) {
    const words = wordsOf(name);
    const at = words.findLastIndex((word) => CHANGE.test(word));
    if (at < 0) continue;
    const without = words.toSpliced(at, 1).join(" ");
    for (const other of all) {
      // A function, or a function with a right, and each only with its like.
      if (other.split(" ").length !== name.split(" ").length) continue;
      const theirs = wordsOf(other);
      if (theirs.some((word) => CHANGE.test(word))) continue;
      const reading = theirs.findLastIndex((word) => LOOK.test(word));
      const same =
        (!name.includes(" ") && theirs.join(" ") === without) ||
        (reading >= 0 && theirs.toSpliced(reading, 1).join(" ") === without);
      if (same) strict.set(other, [...(strict.get(other) ?? []), name]);
    }
  }
  return [...strict];
}

const written = (name: string): string => {
  const [head, right] = name.split(" ");
  return right === undefined ? head! : `${head}("${right}")`;
};
