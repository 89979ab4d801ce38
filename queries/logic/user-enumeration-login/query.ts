/** Who tries to sign in, or asks for a new password, learns whether an account exists: by the answer, or by how long it takes. */
import {
  type Body,
  type Code,
  defineLogicQuery,
  type LogicResult,
  plainName,
  type Service,
} from "../../../src/query-api.ts";
import { isAside, isInBrowser } from "../paths.ts";
import { type Asked, askedAt, askedBefore } from "../presence.ts";

/** Functions that compare a password with its hash. */
const COMPARES =
  /^(?:verify|check|compare|validate|match|matches|is_?valid|valid|test)_?(?:user_?)?(?:passw(?:or)?d|pwd|pass_?hash|credentials?)/;
const HASHES = /hash|compare|from_password|bcrypt|scrypt|argon|dummy|fake|constant|verify|check_?p/;
/** What somebody is found by who says who they are. */
const LOOKS_UP = /user|account|member|customer|email|credential|^find|^get|^select|^first|^one/;
const ENTERS =
  /log_?in|sign_?in|authenticat|authori[sz]e|(?:^|[_/])auth(?:$|[_/.])|session|credential|local_?strategy|verify_?user|token/;
const FORGETS =
  /forg[eo]t|reset_?(?:password|link|request|token)|(?:request|send)_?(?:password_?)?reset|password_?reset|recover|magic_?link|resend/;
const ABSENT =
  /not[\s_-]?(?:found|exist|registered)|does[\s_-]?n[o']t[\s_-]?exist|no[\s_-]?(?:such[\s_-]?)?(?:user|account|member)|unknown[\s_-]?(?:user|email|account)|unregistered|^404$/i;
/** Calls that write down or count what happened, and tell the client nothing. */
const NOTES =
  /^(?:log|logger|console|audit\w*|track\w*|metrics?|analytics|sentry|capture\w*|debug|print|counter|winston|logging|slog|zap|log\w+)$/i;

export default defineLogicQuery({
  id: "user-enumeration-login",
  name: "The answer shows whether an account exists",
  cwe: ["CWE-204", "CWE-208"],
  severity: "medium",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "python", "go", "java"],
  message: "Strangers learn who has an account: {claim}.",
  why: "With a list of addresses one finds out who is a customer, and tries passwords on those alone. A hash that is only computed for accounts that exist tells the same by the time it takes.",
  fix: "Answer both cases with the same status and the same words, and compare with the hash of a made-up password where there is no account. Test that both answers are equal.",
  good: `
const express = require("express");
const bcrypt = require("bcrypt");
const app = express();
app.post("/login", async (req, res) => {
  const user = await users.findByEmail(String(req.body.email));
  const matches = await bcrypt.compare(req.body.password, user ? user.hash : DUMMY);
  if (!user || !matches) return res.status(401).json({ error: "wrong address or password" });
  res.json({ ok: true });
});
`,
  bad: `
const express = require("express");
const bcrypt = require("bcrypt");
const app = express();
app.post("/login", async (req, res) => {
  const user = await users.findByEmail(String(req.body.email));
  if (!user) return res.status(404).json({ error: "no such user" });
  if (!(await bcrypt.compare(req.body.password, user.hash))) return res.status(401).json({ error: "wrong password" });
  res.json({ ok: true });
});
`,

  *find(service) {
    for (const body of service.code.bodies) {
      if (isAside(body.file) || isInBrowser(body.file)) continue;
      const result = atLogin(service, body) ?? atReset(service, body);
      if (result) yield result;
    }
  },
});

function atLogin(service: Service, body: Body): LogicResult | undefined {
  const { code } = service;
  for (const call of code.calls(body)) {
    if (!compares(code, call)) continue;
    const part = code.part(call);
    if (part.kind !== "call") continue;
    const given = [
      ...part.args,
      ...part.named.values(),
      ...(part.receiver === undefined ? [] : [part.receiver]),
    ];
    for (const asked of askedBefore(code, call)) {
      const record = code.dependents(asked.call);
      const isCompared =
        given.some((one) => isHash(code, one, record)) ||
        (part.receiver !== undefined && record.has(part.receiver));
      if (!isCompared || !isStranger(service, asked) || isByToken(code, asked)) continue;
      const missing = code.arm(asked.branch, !asked.there);
      // A hash of nobody's password takes as long.
      if (missing.some((one) => isCalled(code, one, HASHES))) break;
      const before = answersOf(code, missing);
      const after = afterCompare(code, call);
      const differs =
        before.length > 0 && after.length > 0 && before.join("\n") !== after.join("\n");
      return {
        at: call,
        values: {
          claim: differs
            ? `without one the answer is ${quoted(before)}, with a wrong password it is ${quoted(after)}`
            : "the password is only hashed and compared where there is one, and that takes time",
        },
        related: [{ at: asked.branch, note: "leaves before the hash where there is no account" }],
        confidence: differs ? "high" : isLogin(code, body) ? "medium" : "low",
      };
    }
  }
  return undefined;
}

/** Whether a value is the stored password of a record, or the record itself that is asked to compare. */
function isHash(code: Code, value: number, record: ReadonlySet<number>, depth = 4): boolean {
  if (depth === 0 || !record.has(value)) return false;
  const part = code.part(value);
  if (
    part.kind === "member" &&
    /pass|pwd|hash|credential|secret|digest/.test(plainName(part.name ?? ""))
  )
    return true;
  if (part.kind === "call") {
    // `user.getPasswordHash()`
    if (part.receiver === undefined || !record.has(part.receiver)) return false;
    return part.args.length === 0 && /pass|pwd|hash/.test(plainName(part.name));
  }
  return code.inputs(value).some((one) => isHash(code, one, record, depth - 1));
}

/** Asking for a new password fails aloud where there is no account. */
function atReset(service: Service, body: Body): LogicResult | undefined {
  const { code } = service;
  if (!FORGETS.test(placeOf(service, body)) || isForKnown(service, body)) return undefined;
  for (let value = body.from; value < body.to; value++) {
    if (code.part(value).kind !== "branch") continue;
    const asked = askedAt(code, value);
    if (
      !asked ||
      !isStranger(service, asked) ||
      !/email|user|account/i.test([...code.words(asked.call, 4)].join(" "))
    )
      continue;
    const answers = answersOf(code, code.arm(value, !asked.there));
    if (!answers.some((text) => ABSENT.test(text)) || isByToken(code, asked)) continue;
    return {
      at: value,
      values: {
        claim: `who asks for a new password is answered ${quoted(answers)} where there is none`,
      },
      related: [],
      confidence: "medium",
    };
  }
  return undefined;
}

/** A decorator lets in only who is known. */
const isForKnown = ({ code }: Service, { fn }: Body): boolean =>
  code
    .decoratorsOf(fn)
    .some((call) =>
      [...code.words(call)].some((word) =>
        /super_?user|current_?(?:active_?)?user|login_?required|permission|admin/.test(
          plainName(word),
        ),
      ),
    );

/** A record found by the secret of a link is not found by guessing. */
const isByToken = (code: Code, { call }: Asked): boolean =>
  [...code.words(call, 5)].some((word) => /token|code|otp|hash/i.test(word));

const compares = (code: Code, call: number): boolean =>
  code.acts(call).some(({ act }) => act === "compare-password") || isCalled(code, call, COMPARES);

function isCalled(code: Code, value: number, pattern: RegExp): boolean {
  const part = code.part(value);
  return part.kind === "call" && pattern.test(plainName(part.name));
}

/** Whether a record is looked for by what somebody says who is not signed in. */
function isStranger(service: Service, { call }: Asked): boolean {
  const { code } = service;
  const part = code.part(call);
  if (part.kind !== "call") return false;
  const name = plainName(part.name);
  const names = code.names(call).map(plainName);
  if (
    !service.isLookup(part.name) &&
    !LOOKS_UP.test(name) &&
    !names.some((one) => LOOKS_UP.test(one))
  )
    return false;
  // Who is found by a number, and by nothing that people are called, has been found before.
  const keys = [...part.args, ...part.named.values()].flatMap((arg) => keysOf(code, arg));
  const isKey = (key: string): boolean => /^(?:_?id|uuid|(?:user|account|member)_?id)$/.test(key);
  if (keys.some(isKey) && !keys.some((key) => /mail|name|login|phone|identifier|handle/.test(key)))
    return false;
  if (/by_?(?:user_?)?id$|by_?pk$/.test(name)) return false;
  // `request.user`, `session.userId`: who they are is known.
  return ![...part.args, ...part.named.values()].some((arg) => isSender(service, arg));
}

/** Names of the fields that a record is looked for by. */
function keysOf(code: Code, value: number, depth = 3): string[] {
  const part = code.part(code.behind(value));
  if (part.kind !== "record" || depth === 0) return [];
  return [...part.fields].flatMap(([name, field]) =>
    /^(?:select|include|attributes|omit)$/.test(name)
      ? []
      : [plainName(name), ...keysOf(code, field, depth - 1)],
  );
}

function isSender(service: Service, value: number, depth = 3): boolean {
  const { code } = service;
  const names = code.names(value);
  if (
    names.length > 1 &&
    names.slice(0, -1).some((name) => /^[^A-Z]/.test(name) && service.vocabulary.isPrincipal(name))
  )
    return !names.some((name) => /^(?:body|input|credentials?|cred|payload|data)$/i.test(name));
  const part = code.part(code.behind(value));
  return (
    depth > 0 &&
    part.kind === "record" &&
    [...part.fields.values()].some((one) => isSender(service, one, depth - 1))
  );
}

/** What somebody whose password is wrong is told. */
function afterCompare(code: Code, call: number): string[] {
  const own = code.dependents(call);
  for (const value of [...own].sort((a, b) => a - b)) {
    if (code.part(value).kind !== "branch") continue;
    if (!isAbout(code, value, call)) continue;
    // The way that goes on ends somewhere too, much later.
    const arms = [code.arm(value, true), code.arm(value, false)].sort(
      (a, b) => a.length - b.length,
    );
    for (const arm of arms) {
      const answers = answersOf(code, arm);
      const ends = arm.some((one) => /^(?:return|throw)$/.test(code.part(one).kind));
      if (ends && answers.length > 0) return answers;
    }
  }
  return [];
}

/** Whether a branch asks what a call has answered, and nothing else. */
function isAbout(code: Code, branch: number, call: number): boolean {
  const part = code.part(branch);
  if (part.kind !== "branch") return false;
  const visit = (value: number, depth: number): boolean =>
    code.behind(value) === call ||
    (depth > 0 &&
      /^(?:operator|compare|member)$/.test(code.part(code.behind(value)).kind) &&
      code.inputs(code.behind(value)).some((one) => visit(one, depth - 1)));
  return visit(part.condition, 3);
}

/** Texts and statuses of an answer or an error, in their order, without what is only noted. */
function answersOf(code: Code, arm: readonly number[]): string[] {
  const found: string[] = [];
  if (arm.length > 60) return found;
  for (const value of arm) {
    const part = code.part(value);
    if (part.kind === "call") {
      const names = code.names(value);
      if (names.some((name) => NOTES.test(name)) || NOTES.test(part.name)) continue;
      for (const arg of [...part.args, ...part.named.values()]) found.push(...textsOf(code, arg));
    } else if (part.kind === "return" && part.input !== undefined)
      found.push(...textsOf(code, part.input));
    else if (part.kind === "throw") found.push(...textsOf(code, part.input));
    else if (part.kind === "store") found.push(...textsOf(code, part.input));
  }
  return [...new Set(found)];
}

function textsOf(code: Code, value: number, depth = 4): string[] {
  const part = code.part(value);
  if (part.kind === "constant") return part.type === "other" || part.text === "" ? [] : [part.text];
  if (depth === 0 || part.kind === "call" || part.kind === "same") return [];
  if (part.kind === "member" && part.name !== undefined && /^[A-Z][A-Z0-9_]+$/.test(part.name))
    return [part.name];
  if (!/^(?:record|list|text)$/.test(part.kind)) return [];
  return code.inputs(value).flatMap((one) => textsOf(code, one, depth - 1));
}

const quoted = (texts: readonly string[]): string =>
  texts
    .slice(0, 3)
    .map((text) => (/^\d+$/.test(text) ? text : `"${text.slice(0, 60)}"`))
    .join(" ");

const isLogin = (code: Code, body: Body): boolean =>
  ENTERS.test(
    plainName(
      [body.name, code.classOf(body.fn), body.file.split("/").slice(-2).join("/")].join(" "),
    ),
  );

/** Names of a function, of the function around it, and of the routes it handles. */
function placeOf({ code, routes }: Service, body: Body): string {
  const parent = code.parentOf(body.fn);
  const paths = routes.filter(({ handlers }) => handlers.includes(body.fn)).map(({ path }) => path);
  return plainName(
    [body.name, parent === undefined ? "" : code.bodyOf(parent).name, ...paths].join(" "),
  );
}
