/** What nobody else should see is written where many look: passwords, tokens, whole requests to sign in. */
import {
  type Body,
  type Code,
  defineLogicQuery,
  plainName,
  type Service,
} from "../../../src/query-api.ts";
import { isAside, isInBrowser } from "../paths.ts";
import { shownBy } from "../responses.ts";

const LOGS =
  /^(?:log|info|warn|warning|error|debug|trace|fatal|verbose|notice|critical|exception|infof|warnf|errorf|debugf|fatalf|printf|println|print)$/i;
const LOGGERS =
  /^(?:console|log|logger|logging|winston|pino|\w*_?log(?:ger)?|slog|zap|logrus|sentry)$/i;
/** What lets somebody in, or is about money. */
const SECRET =
  /^(?:(?:new_?|old_?|current_?|plain_?|user_?|raw_?)?pass(?:word|wd|phrase)|pwd|(?:client_?|api_?|jwt_?|app_?)?secret(?:_?key)?|api_?key|private_?key|access_?token|refresh_?token|auth_?token|bearer_?token|session_?token|id_?token|reset_?token|credit_?card(?:_?number)?|card_?number|cvv|cvc|ssn|otp(?:_?code)?|authorization)$/;
/** Requests that bring a password along. */
const ENTERS = /log_?in|sign_?in|sign_?up|register|password|authenticat|session/;

export default defineLogicQuery({
  id: "sensitive-data-in-logs",
  name: "Secrets are written to the log",
  cwe: ["CWE-532"],
  severity: "medium",
  precision: "high",
  persona: "regular",
  languages: ["javascript", "typescript", "python", "go"],
  message: "{what} ends up in the log, where everybody who may read logs can take it.",
  why: "Logs are copied, kept for long and read by many: by colleagues, by services, by whoever finds a bucket of them. A password in them is known.",
  fix: "Log who and what by identifiers, and let the logger leave out fields of such names. Change what was logged, and delete the old logs.",
  good: `
const express = require("express");
const app = express();
app.post("/login", (req, res) => {
  console.log("login", req.body.email.length);
  res.sendStatus(204);
});
`,
  bad: `
const express = require("express");
const app = express();
app.post("/login", (req, res) => {
  console.log("login", { password: req.body.password });
  res.sendStatus(204);
});
`,

  *find(service) {
    const { code } = service;
    for (const body of code.bodies) {
      if (isAside(body.file) || isInBrowser(body.file) || isForTerminal(body.file)) continue;
      for (const call of code.calls(body)) {
        const part = code.part(call);
        if (part.kind !== "call" || !LOGS.test(part.name) || !isLogger(code, call)) continue;
        const what = [...part.args, ...part.named.values()]
          .flatMap((arg) => [...shownBy(code, arg)])
          .map((value) => secretAt(service, body, value))
          .find((one) => one !== undefined);
        if (what !== undefined)
          yield { at: call, values: { what }, related: [], confidence: "high" };
      }
    }
  },
});

/** What somebody who runs a program by hand is shown, nobody else sees. */
const isForTerminal = (file: string): boolean =>
  /(?:^|\/)(?:cli|bin|commands?|install(?:er)?|setup|management)(?:\/|\.\w+$)/i.test(file);

function isLogger(code: Code, call: number): boolean {
  const names = code.names(call).slice(0, -1);
  return names.length > 0 && LOGGERS.test(plainName(names.at(-1)!));
}

function secretAt(service: Service, body: Body, value: number): string | undefined {
  const { code } = service;
  const part = code.part(value);
  if (part.kind === "member" && part.name !== undefined) {
    const name = plainName(part.name);
    const above = code.names(part.object).map(plainName);
    // The text of a message, a schema or a translation of that name is none.
    if (
      above.some((one) =>
        /^(?:messages?|errors?|labels?|i18n|schema|shape|constants?|types?|codes?|attributes?)$/.test(
          one,
        ),
      )
    )
      return undefined;
    if (SECRET.test(name) && !/^[A-Z]/.test(part.name))
      return `${/^[aeio]/.test(name) ? "An" : "A"} ${name.replaceAll("_", " ")}`;
    if (part.name === "env" && code.enters(value).has("environment"))
      return "The environment with all its secrets";
    if (
      name === "body" &&
      code.part(code.behind(part.object)).kind === "formal" &&
      brings(service, body)
    )
      return "A request with the password in it";
  }
  return undefined;
}

/** Whether a function handles requests that bring a password along. */
function brings({ code, routes }: Service, body: Body): boolean {
  return (
    routes.some(
      ({ handlers, path, label, method }) =>
        handlers.includes(body.fn) &&
        method !== "GET" &&
        ENTERS.test(plainName(`${path} ${label}`)),
    ) && code.bodyOf(body.fn).fn === body.fn
  );
}
