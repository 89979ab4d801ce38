/** A token that was made for something else is taken for this, since all of them are signed with one key. */
import {
  type Body,
  type Code,
  defineLogicQuery,
  plainName,
  type Service,
} from "../../../src/query-api.ts";
import { isAside, isInBrowser } from "../paths.ts";

/** What is done for whoever holds a token of its own kind. */
const SPECIAL =
  /(?:confirm|verify|activate|change|update)_?(?:the_?)?(?:new_?)?(?:user_?)?(?:e_?mail|account)|reset_?pass|pass(?:word|wd)_?reset|accept_?inv|unsubscribe|magic_?link|delete_?account|account_?delet/;
const REQUESTS = /request|forg[eo]t|send|generate|create|issue|init|resend|template|page|form/;
/** Claims and options that say what a token is for. */
const PURPOSE =
  /^(?:typ|type|token_?type|purpose|aud|audience|action|kind|use|usage|subject|scope|intent|reason|for|flow|nonce|jti)$/;
/** A claim that no other token has says it too, if it is asked for by name. */
const DEDICATED = /reset|invite|confirm|verif|e?mail|unsub|magic|activat|delet|purpose/;

export default defineLogicQuery({
  id: "token-purpose-not-checked",
  name: "A token made for something else is accepted",
  cwe: ["CWE-345", "CWE-640"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "python"],
  message:
    "Any token of this service passes for {deed}: it is signed with the key of all the others, and nobody asks what it was made for.",
  why: "Who may have one token, for signing in or for an invitation, uses it to change an address or a password of somebody it names.",
  fix: "Write into each token what it is for (a claim of its own, or an audience) and whom it belongs to, and refuse all others. Test it with a token of each other kind.",
  good: `
const jwt = require("jsonwebtoken");
exports.session = (user) => jwt.sign({ id: user.id }, process.env.JWT_KEY, { expiresIn: "1h" });
exports.invite = (email) => jwt.sign({ email, type: "invite" }, process.env.JWT_KEY, { expiresIn: "1h" });
exports.confirmEmail = async (token) => {
  const claims = jwt.verify(token, process.env.JWT_KEY, { algorithms: ["HS256"] });
  if (claims.type !== "confirm") throw new Error("this token is for something else");
  await users.update({ id: claims.id }, { email: claims.email });
};
`,
  bad: `
const jwt = require("jsonwebtoken");
exports.session = (user) => jwt.sign({ id: user.id }, process.env.JWT_KEY, { expiresIn: "1h" });
exports.invite = (email) => jwt.sign({ email }, process.env.JWT_KEY, { expiresIn: "1h" });
exports.confirmEmail = async (token) => {
  const claims = jwt.verify(token, process.env.JWT_KEY, { algorithms: ["HS256"] });
  await users.update({ id: claims.id }, { email: claims.email });
};
`,

  *find(service) {
    const { code } = service;
    let kinds: number | undefined;
    for (const body of code.bodies) {
      if (isAside(body.file) || isInBrowser(body.file)) continue;
      const deed = deedOf(service, body);
      if (deed === undefined) continue;
      for (const call of code.calls(body)) {
        if (!isVerifying(code, call) || asks(code, body, call)) continue;
        // One kind of token can be taken for no other.
        kinds ??= issued(code);
        if (kinds < 2) return;
        yield { at: call, values: { deed }, related: [], confidence: "medium" };
        break;
      }
    }
  },
});

/** In words, from the function's name, its class's or its route's. */
function deedOf({ code, routes }: Service, body: Body): string | undefined {
  const paths = routes.filter(({ handlers }) => handlers.includes(body.fn)).map(({ path }) => path);
  const found = [body.name, code.classOf(body.fn), ...paths]
    .map(plainName)
    .find((name) => SPECIAL.test(name) && !REQUESTS.test(name));
  return found === undefined ? undefined : SPECIAL.exec(found)![0].replaceAll("_", " ");
}

/** A call that verifies a token, or a helper that does and gives back what it says. */
function isVerifying(code: Code, call: number): boolean {
  if (code.acts(call).some(({ act }) => act === "verify-token")) return true;
  return code.targets(call).some((fn) => verifies(code, fn, 3));
}

function verifies(code: Code, fn: number, depth: number): boolean {
  const body = code.bodyOf(fn);
  for (const call of code.calls(body)) {
    const isIt =
      code.acts(call).some(({ act }) => act === "verify-token") ||
      (depth > 0 && code.targets(call).some((one) => one !== fn && verifies(code, one, depth - 1)));
    if (!isIt) continue;
    const content = code.dependents(call);
    if ([...code.returned(body)].some((value) => content.has(value))) return true;
  }
  return false;
}

/** Whether it is asked what the token is for: by a test, by an option, by a key or a helper of its own. */
function asks(code: Code, body: Body, call: number): boolean {
  const part = code.part(call);
  if (part.kind !== "call") return true;
  if ([...part.named.keys()].some((name) => PURPOSE.test(plainName(name)))) return true;
  const [, ...rest] = part.args;
  for (const arg of rest)
    for (const word of code.words(arg, 5))
      if (PURPOSE.test(plainName(word)) || DEDICATED.test(plainName(word))) return true;
  for (const arg of rest) {
    const options = code.part(code.behind(arg));
    if (
      options.kind === "record" &&
      [...options.fields.keys()].some((name) => PURPOSE.test(plainName(name)))
    )
      return true;
  }
  // A helper named for the purpose, or that asks for it itself.
  for (const fn of code.targets(call))
    if (code.acts(call).length === 0 && asksInside(code, fn, 3)) return true;
  const content = code.dependents(call);
  for (const value of content) {
    const one = code.part(value);
    if (one.kind === "member" && PURPOSE.test(plainName(one.name ?? ""))) return true;
    if (one.kind === "call" && value !== call && /valid|check|assert|verify|ensure/i.test(one.name))
      return true;
    // Compared with whoever is signed in.
    if (one.kind === "compare" && body.from <= value) return true;
  }
  return false;
}

function asksInside(code: Code, fn: number, depth: number): boolean {
  const body = code.bodyOf(fn);
  if (/reset|invite|confirm|activat|magic|unsub/.test(plainName(body.name))) return true;
  for (let value = body.from; value < body.to; value++) {
    const part = code.part(value);
    if (part.kind === "member" && PURPOSE.test(plainName(part.name ?? ""))) return true;
    if (part.kind !== "call") continue;
    if ([...part.named.keys()].some((name) => PURPOSE.test(plainName(name)))) return true;
    for (const arg of part.args) {
      const options = code.part(code.behind(arg));
      if (
        options.kind === "record" &&
        [...options.fields.keys()].some((name) => PURPOSE.test(plainName(name)))
      )
        return true;
    }
    if (
      depth > 0 &&
      code.targets(value).some((one) => one !== fn && asksInside(code, one, depth - 1))
    )
      return true;
  }
  return false;
}

/** In how many places tokens are made: where one helper makes them all, its callers count. */
function issued(code: Code): number {
  let places = 0;
  for (const body of code.bodies)
    for (const call of code.calls(body))
      if (code.acts(call).some(({ act }) => act === "issue-token"))
        places += Math.max(1, code.callersOf(body.fn).length);
  return places;
}
