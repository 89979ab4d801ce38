/** A secret of the program, or somebody's password, is part of an answer. */
import { type Code, defineLogicQuery, plainName } from "../../../src/query-api.ts";
import { isAside, isInBrowser } from "../paths.ts";
import { answersIn, shownBy } from "../responses.ts";
import { settingAt } from "../settings.ts";

const SECRET =
  /(?:^|_)(?:secret|secret_?key|private_?key|signing_?key|encryption_?key|service_?role(?:_key)?|password|passwd)$|_secret_|(?:^|_)(?:database|mongo|mongodb|redis|postgres)_?(?:url|uri)$/;
/** Meant to be known: keys that pages come with. */
const PUBLIC = /public|publishable|anon|site_?key|client_?id/;
/** Fields of records that are for nobody's eyes, their owner's included. */
const FIELD =
  /^(?:password_?hash|hashed_?password|encrypted_?password|password_?digest|pass_?hash|password|salt|totp_?secret|mfa_?secret|two_?factor_?secret|otp_?secret|reset_?(?:password_?)?token|recovery_?token)$/;

export default defineLogicQuery({
  id: "secret-in-api-response",
  name: "A secret is part of an answer",
  cwe: ["CWE-200", "CWE-522"],
  severity: "high",
  precision: "high",
  persona: "regular",
  languages: ["javascript", "typescript", "python"],
  message: "Whoever asks gets {what} in the answer.",
  why: "What is answered once is in browsers, caches and logs of others. A signing key that is known makes anybody anyone; a hash is tried until the password is found.",
  fix: "Answer whether it is set, or with its last letters. Name the fields of an answer one by one, and replace what was given out.",
  good: `
const express = require("express");
const app = express();
app.get("/settings", (req, res) => res.json({ payments: process.env.STRIPE_SECRET_KEY !== undefined }));
`,
  bad: `
const express = require("express");
const app = express();
app.get("/settings", (req, res) => res.json({ key: process.env.STRIPE_SECRET_KEY }));
`,

  *find({ code }) {
    for (const body of code.bodies) {
      if (isAside(body.file) || isInBrowser(body.file)) continue;
      for (const { call, given } of answersIn(code, body)) {
        const what = given
          .flatMap((one) => [...shownBy(code, one)])
          .map((value) => secretAt(code, value))
          .find((one) => one !== undefined);
        if (what !== undefined)
          yield { at: call, values: { what }, related: [], confidence: "high" };
      }
    }
  },
});

function secretAt(code: Code, value: number): string | undefined {
  const setting = settingAt(code, value);
  if (setting !== undefined) {
    const name = plainName(setting);
    return SECRET.test(name) && !PUBLIC.test(name) ? `the secret ${setting}` : undefined;
  }
  const part = code.part(value);
  if (part.kind !== "member" || part.name === undefined || !FIELD.test(plainName(part.name)))
    return undefined;
  // What the client sent it has; what a message or a form is called is none.
  const above = code.names(part.object).map(plainName);
  if (
    above.some((name) =>
      /^(?:body|query|params|errors?|messages?|form|fields?|data|input|args)$/.test(name),
    )
  )
    return undefined;
  const from = code.part(code.behind(part.object));
  return from.kind === "call" ||
    (from.kind === "member" && /user|account|member|customer/i.test(from.name ?? ""))
    ? `the ${plainName(part.name).replaceAll("_", " ")} of an account`
    : undefined;
}
