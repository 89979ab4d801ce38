/** What somebody may do is decided by what the client says: a role it writes, or a switch that turns a check off. */
import {
  type Access,
  defineLogicQuery,
  isGuardedBy,
  type LogicResult,
  type Route,
  type Service,
  titleOf,
} from "../../../src/query-api.ts";
import { HOOK } from "../paths.ts";
import { fieldsSent, isForAdministrators, isPeople, snake, Ties } from "../ties.ts";

/** Switches that turn a check off, by their names in lower case with underscores. */
const SWITCH =
  /(?:^|_)(?:disable|skip|bypass|ignore|without|no)_(?:\w+_)?(?:verification|verify|auth|authentication|authorization|captcha|mfa|2fa|otp|payment|permissions?|signature)(?:_|$)|(?:^|_)(?:verification|auth|authentication|authorization|captcha|mfa|2fa|otp|payment|signature)(?:_\w+)?_(?:disabled|skipped|bypassed|optional)$/;

export default defineLogicQuery({
  id: "client-trusted-privilege-field",
  name: "Rights or the absence of a check taken from the request",
  cwe: ["CWE-269", "CWE-807"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "go"],
  message: "{who} can {harm} through {route}: {field} comes from the request.",
  why: "Everything in a request is the client's own word. A role in it is the role it would like to have, and a switch that turns a check off is turned by those the check is for.",
  fix: "Decide rights and checks on the server, from its configuration and the signed-in user, and drop the field from what may be sent. Test it by sending the highest role.",
  good: `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
app.post("/register", async (req, res) => {
  await db.user.create({ data: { email: req.body.email, role: "member" } });
  res.end();
});
`,
  bad: `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
app.post("/register", async (req, res) => {
  await db.user.create({ data: { email: req.body.email, role: req.body.role } });
  res.end();
});
`,

  *find(service) {
    const hasSwitches = service.mentions((name) => SWITCH.test(snake(name)));
    for (const route of service.routes) {
      if (
        isForAdministrators(service, route) ||
        // Whether it is the provider that says so is another question.
        HOOK.test(route.path) ||
        isGuardedBy(route, "role", "permission", "tenant", "signature")
      )
        continue;
      const accesses = service.accessesOf(route);
      if (accesses.length === 0) continue;
      const ties = new Ties(service, route);
      for (const access of accesses) {
        const result = assigned(service, route, access, ties);
        if (result) yield result;
      }
      if (hasSwitches) yield* switched(service, route);
    }
  },
});

function assigned(
  service: Service,
  route: Route,
  access: Access,
  ties: Ties,
): LogicResult | undefined {
  if (!["create", "update", "upsert"].includes(access.operation) || !isPeople(access.table))
    return undefined;
  for (const { name, from } of access.written) {
    if (service.fieldClass(name) !== "privilege") continue;
    const sent = fieldsSent(from).find(
      (one) => !ties.isFieldChecked(one) && !isCompared(service, route, one),
    );
    if (sent === undefined) continue;
    return {
      at: access.value,
      values: {
        route: titleOf(route),
        who: isGuardedBy(route, "authentication") ? "Anyone signed in" : "Anybody",
        harm: `give ${access.operation === "create" ? "a new account" : "an account"} whatever ${name} they like`,
        field: name,
      },
      related: [],
      confidence: "high",
    };
  }
  return undefined;
}

/** Whether the value that was sent is compared with anything: some values may be refused. */
const isCompared = (service: Service, route: Route, name: string): boolean =>
  service
    .relationsOf(route)
    .comparisons.some(
      ({ operator, left, right }) =>
        operator !== "" &&
        [...left, ...right].some((origin) => origin.kind === "request" && origin.name === name),
    );

function* switched(service: Service, route: Route): Iterable<LogicResult> {
  for (const { value, left, right, operator } of service.relationsOf(route).comparisons) {
    if (operator !== "" && right.some(({ kind }) => kind !== "constant")) continue;
    const [origin, ...others] = left;
    if (origin?.kind !== "request" || others.length > 0 || !SWITCH.test(snake(origin.name)))
      continue;
    yield {
      at: value,
      values: {
        route: titleOf(route),
        who: isGuardedBy(route, "authentication") ? "Anyone signed in" : "Anybody",
        harm: "turn off the check that they should pass",
        field: origin.name,
      },
      related: [],
      confidence: "high",
    };
  }
}
