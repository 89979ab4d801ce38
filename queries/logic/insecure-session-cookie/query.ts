/** The cookie that says who somebody is can be read by scripts, or goes over connections that anybody can listen to. */
import { type Code, defineLogicQuery } from "../../../src/query-api.ts";
import { isAside, isInBrowser } from "../paths.ts";

const SESSION =
  /(?:^|[_-])(?:session(?:[_-]?id)?|sid|sess|(?:access|auth|refresh|id|session|bearer)?[_-]?token|jwt|auth|remember[_-]?me)$|^connect\.sid$|^(?:access|auth|refresh|session)Token$|^sessionId$/i;
const OTHER = /csrf|xsrf|state|nonce/i;
const SETTERS = /^(?:cookie|setCookie|set_cookie)$/;

export default defineLogicQuery({
  id: "insecure-session-cookie",
  name: "The cookie of a session is not protected",
  cwe: ["CWE-1004", "CWE-614"],
  severity: "medium",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "python"],
  message: "Sessions can be taken over: the cookie {name} {how}.",
  why: "One script from elsewhere in a page, or one request without encryption, is enough to be, to the server, whom the cookie belongs to.",
  fix: "Set httpOnly, secure and sameSite on whatever says who somebody is. Test the header of the answer to a sign-in.",
  good: `
const express = require("express");
const app = express();
app.post("/login", async (req, res) => {
  res.cookie("session", await start(req.body), { httpOnly: true, secure: true, sameSite: "lax" });
  res.sendStatus(204);
});
`,
  bad: `
const express = require("express");
const app = express();
app.post("/login", async (req, res) => {
  res.cookie("session", await start(req.body));
  res.sendStatus(204);
});
`,

  *find({ code }) {
    for (const body of code.bodies) {
      if (isAside(body.file) || isInBrowser(body.file)) continue;
      for (const call of code.calls(body)) {
        const part = code.part(call);
        if (part.kind !== "call" || !SETTERS.test(part.name) || part.receiver === undefined)
          continue;
        const [first, value, ...rest] = part.args;
        const name = first === undefined ? undefined : code.constant(first);
        if (name === undefined || !SESSION.test(name) || OTHER.test(name)) continue;
        // Taking a cookie away protects nothing.
        const text = value === undefined ? undefined : code.constant(value);
        if (text !== undefined) continue;
        const how =
          body.language === "python" ? ofNames(code, part.named) : ofOptions(code, rest[0]);
        if (how !== undefined)
          yield { at: call, values: { name, how }, related: [], confidence: "medium" };
      }
    }
  },
});

const READ = "can be read by every script in the page";
const HEARD = "is sent without encryption too";

/** Undefined where it is protected, or where not all that is set can be seen. */
function ofOptions(code: Code, options: number | undefined): string | undefined {
  if (options === undefined) return READ;
  const part = code.part(code.behind(options));
  if (part.kind !== "record" || part.spreads.length > 0) return undefined;
  const [http, secure] = [part.fields.get("httpOnly"), part.fields.get("secure")];
  if (http === undefined || code.constant(http) === "false") return READ;
  return secure !== undefined && code.constant(secure) === "false" ? HEARD : undefined;
}

function ofNames(code: Code, named: ReadonlyMap<string, number>): string | undefined {
  if ([...named.keys()].length > 0 && named.has("**")) return undefined;
  const http = named.get("httponly");
  // What is sent without encryption is told by a query of its own.
  return http === undefined || /^false$/i.test(code.constant(http) ?? "") ? READ : undefined;
}
