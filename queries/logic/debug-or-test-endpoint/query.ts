/** A route that was made for developers, does what only they should, and is open to everybody. */
import {
  type Code,
  defineLogicQuery,
  identifying,
  isGuardedBy,
  plainName,
  type Route,
  type Service,
  titleOf,
} from "../../../src/query-api.ts";
import { presence } from "../presence.ts";
import { reachedFrom } from "../reach.ts";

const DEBUG =
  /(?:^|[/_-])(?:_*debug_*|tests?|seed\w*|dev|development|internal|tmp|dump|phpinfo|env|environment|config|playground|impersonate|reset_?(?:db|database|all|data)|make_?admin|wipe|truncate|drop)(?:$|[/_-])/;
/** A handler of such a name; one that only deletes may be called anything. */
const HANDLER =
  /debug|make_?admin|reset_?(?:db|database)|dump_?(?:env|config)|phpinfo|seed_?(?:db|data)/;
/** The program asks in which mode it runs. */
const MODE =
  /node_env|^env$|environment|production|development|is_?dev|is_?prod|debug|enable_?(?:debug|test|seed)|_dev_/;

export default defineLogicQuery({
  id: "debug-or-test-endpoint",
  name: "A route for developers is open to everybody",
  cwe: ["CWE-489", "CWE-912"],
  severity: "high",
  precision: "high",
  persona: "regular",
  languages: ["javascript", "typescript", "go"],
  message:
    "Anybody who tries the address {route} {deed}: it was made for developers, and nothing keeps others out.",
  why: "Addresses of this kind are the first that are tried. What helps while a program is written gives it away when it runs.",
  fix: "Delete the route. Where it has to stay, register it only in development and ask for an administrator.",
  good: `
const express = require("express");
const app = express();
if (process.env.NODE_ENV === "development") app.get("/debug/env", (req, res) => res.json(process.env));
`,
  bad: `
const express = require("express");
const app = express();
app.get("/debug/env", (req, res) => res.json(process.env));
`,

  *find(service) {
    for (const route of service.routes) {
      if (
        !DEBUG.test(plainName(route.path)) &&
        !HANDLER.test(plainName(route.label.split(".").at(-1) ?? ""))
      )
        continue;
      if (
        isGuardedBy(route, ...identifying) ||
        route.chain !== "whole" ||
        isForMode(service.code, route)
      )
        continue;
      const deed = deedOf(service, route);
      if (deed)
        yield {
          at: route.registration,
          values: { route: titleOf(route), deed: deed.says },
          related: [{ at: deed.at, note: "is what it does" }],
          confidence: "high",
        };
    }
  },
});

/** Whether it is registered, or does anything, in one mode only. */
function isForMode(code: Code, route: Route): boolean {
  const isMode = (branch: number): boolean =>
    [...code.words(branch)].some((word) => MODE.test(plainName(word)));
  for (const { branch } of code.decidedBy(route.registration)) if (isMode(branch)) return true;
  for (const fn of [...route.handlers, ...route.guards.flatMap(({ functions }) => functions)]) {
    const body = code.bodyOf(fn);
    for (let value = body.from; value < body.to; value++) {
      const part = code.part(value);
      if (part.kind === "branch" && presence(code, part.condition) === undefined && isMode(value))
        return true;
      if (
        part.kind === "branch" &&
        isMode(value) &&
        (code.leaves(value, true) || code.leaves(value, false))
      )
        return true;
    }
  }
  // The function that registers it is only called in one.
  const around = code.functionOf(route.registration);
  return code
    .callersOf(around)
    .some((call) => [...code.decidedBy(call)].some(({ branch }) => isMode(branch)));
}

interface Deed {
  readonly at: number;
  readonly says: string;
}

function deedOf(service: Service, route: Route): Deed | undefined {
  const { code } = service;
  for (const access of service.accessesOf(route)) {
    if (access.operation === "delete" && access.where.length === 0 && !access.open)
      return { at: access.value, says: `deletes all of ${access.table || "a table"}` };
    if (
      access.written.some(({ name }) => service.fieldClass(name) === "privilege") &&
      /create|update|upsert/.test(access.operation)
    )
      return { at: access.value, says: "gives rights to an account" };
  }
  for (const fn of reachedFrom(code, route.handlers, 2)) {
    const body = code.bodyOf(fn);
    for (let value = body.from; value < body.to; value++) {
      const part = code.part(value);
      if (part.kind === "call") {
        const given = [...part.args, ...part.named.values()].find((arg) =>
          isEnvironment(code, arg),
        );
        if (
          given !== undefined &&
          /^(?:json|send|end|write|JSON|jsonify|String|dict|render)$/.test(part.name)
        )
          return { at: value, says: "reads the environment with all its secrets" };
        if (
          /^(?:dropDatabase|dropCollection|truncate|drop_all|synchronize|AutoMigrate|sync)$/.test(
            part.name,
          ) &&
          part.name !== "sync"
        )
          return { at: value, says: "empties the database" };
      }
      if (part.kind === "return" && part.input !== undefined && isEnvironment(code, part.input))
        return { at: value, says: "reads the environment with all its secrets" };
    }
  }
  return undefined;
}

/** The environment as a whole, and no setting of it. */
function isEnvironment(code: Code, value: number, depth = 3): boolean {
  const at = code.behind(value);
  const part = code.part(at);
  if (depth === 0) return false;
  if (part.kind === "record")
    return [...part.spreads, ...part.fields.values()].some((one) =>
      isEnvironment(code, one, depth - 1),
    );
  if (part.kind === "call" && /^(?:Environ|dict)$/.test(part.name))
    return part.name === "Environ" || part.args.some((one) => isEnvironment(code, one, depth - 1));
  return part.kind === "member" && part.name === "env" && code.enters(at).has("environment");
}
