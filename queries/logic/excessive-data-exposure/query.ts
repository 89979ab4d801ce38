/** A record is answered with every field it has, secrets among them. */
import {
  type Access,
  defineLogicQuery,
  isGuardedBy,
  type Service,
  titleOf,
} from "../../../src/query-api.ts";
import { isPeople, snake } from "../ties.ts";

/** Fields that nobody should be sent, not even whose they are. */
const SECRET =
  /passw|(?:^|_)(?:hash|salt|otp|mfa|totp)(?:_|$)|hash$|two_factor|(?:mfa|otp|totp|2fa)_secret/;

/** What takes fields away from every record of a kind, wherever that is written down. */
const HIDING = [
  "toJSON",
  "Exclude",
  "instanceToPlain",
  "classToPlain",
  "ClassSerializerInterceptor",
  "defaultScope",
  "omit",
  "toPublic",
];

export default defineLogicQuery({
  id: "excessive-data-exposure",
  name: "Record with secrets answered as a whole",
  cwe: ["CWE-200", "CWE-213"],
  severity: "medium",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript"],
  message:
    "{who} gets {field} of {table} by {route}: the record is answered with all its fields, and the table has it.",
  why: "A hash of a password can be guessed at leisure by who has it. A page that does not show a field does not keep anyone from reading the answer.",
  fix: "Ask for the fields that are needed alone (`select`), and take secrets away where the record is defined too. Test the names of the fields in the answer.",
  good: example("await db.user.findMany({ select: { id: true, name: true }, take: 50 })"),
  bad: example("await db.user.findMany({ take: 50 })"),

  *find(service) {
    if (service.mentions((name) => HIDING.includes(name))) return;
    for (const route of service.routes) {
      if (!service.accessesOf(route).some((access) => secretOf(service, access) !== undefined))
        continue;
      const { answers, removed } = service.relationsOf(route);
      if (answers.length === 0) continue;
      const byValue = new Map(service.accessesOf(route).map((access) => [access.value, access]));
      for (const { value, of } of answers) {
        const access = byValue.get(of);
        if (!access || ["delete", "count"].includes(access.operation)) continue;
        const field = secretOf(service, access);
        if (field === undefined || removed.has(field)) continue;
        yield {
          at: value,
          values: {
            route: titleOf(route),
            field,
            table: access.table,
            who: isGuardedBy(route, "authentication", "role", "permission")
              ? "Anyone signed in"
              : "Anybody",
          },
          related: [{ at: access.value, note: "found here" }],
          confidence: isGuardedBy(route, "role") ? "low" : "high",
        };
      }
    }
  },
});

/** The secret among the fields that an access gives. */
function secretOf(service: Service, { selected, table }: Access): string | undefined {
  if (!isPeople(table)) return undefined;
  if (selected === "all") return [...service.fieldsOf(table)].sort().find(isSecret);
  // `-password` takes a field away and leaves the rest.
  return selected.some((name) => name.startsWith("-")) ? undefined : selected.find(isSecret);
}

const isSecret = (name: string): boolean => SECRET.test(snake(name));

function example(users: string): string {
  return `
import express from "express";
import bcrypt from "bcrypt";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
app.post("/register", async (req, res) => {
  await db.user.create({ data: { email: req.body.email, password: await bcrypt.hash(req.body.password, 12) } });
  res.end();
});
app.get("/users", async (req, res) => {
  const users = ${users};
  res.json(users);
});
`;
}
