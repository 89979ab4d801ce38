/** A signed token that works forever: nothing in it says when it ends, and nothing can take it back. */
import { type Body, type Code, defineLogicQuery, plainName } from "../../../src/query-api.ts";
import { isAside, isInBrowser } from "../paths.ts";

/** Says when it ends, or how old it is, or which stored session it belongs to. */
const ENDS =
  /^(?:exp|expires?_?(?:in|at)?|expiry|expiration(?:_?time)?|not_?after|created_?at|issued_?at|iat|timestamp|jti|sid|session_?id|token_?version|version)$/;
/** Made to last: what is sent by mail or given to a program is another matter. */
const LASTING =
  /api_?(?:key|token)|unsub|invite|feed|share|public|widget|embed|bot|integration|personal|license|webhook|state|guest|anonymous/;
const ENTERS =
  /log_?in|sign_?in|sign_?up|register|authenticat|session|access_?token|auth_?token|user_?token|jwt|issue|token_?for/;

export default defineLogicQuery({
  id: "jwt-no-expiry",
  name: "A token that never ends",
  cwe: ["CWE-613"],
  severity: "medium",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "python", "go"],
  message:
    "Whoever gets hold of one of these tokens keeps the account for good: nothing in it says when it ends.",
  why: "A signed token is valid wherever its signature is. Without an end it outlives the password, the job and the phone it was stolen from.",
  fix: "Let tokens for access end after minutes and give out new ones by a token that can be taken back. Test that an old one is refused.",
  good: `
const jwt = require("jsonwebtoken");
exports.login = (user) => jwt.sign({ sub: user.id }, process.env.JWT_KEY, { expiresIn: "15m" });
`,
  bad: `
const jwt = require("jsonwebtoken");
exports.login = (user) => jwt.sign({ sub: user.id }, process.env.JWT_KEY);
`,

  *find({ code }) {
    for (const body of code.bodies) {
      if (isAside(body.file) || isInBrowser(body.file)) continue;
      for (const call of code.calls(body)) {
        const [act] = code.acts(call).filter(({ act: one }) => one === "issue-token");
        if (!act || act.of === undefined || !isEndless(code, call, act.of)) continue;
        if (isKept(code, call)) continue;
        const name = plainName(`${body.name} ${code.classOf(body.fn)}`);
        yield {
          at: call,
          values: {},
          related: [],
          confidence: LASTING.test(name)
            ? "low"
            : ENTERS.test(whereOf(code, body))
              ? "high"
              : "medium",
        };
      }
    }
  },
});

const whereOf = (code: Code, body: Body): string =>
  plainName([body.name, code.classOf(body.fn), body.file.split("/").at(-1)].join(" "));

/** Whether all that is put into a token is known, and no end is among it. */
function isEndless(code: Code, call: number, payload: number): boolean {
  const fields = fieldsOf(code, payload);
  if (!fields || fields.some((name) => ENDS.test(plainName(name)))) return false;
  const part = code.part(call);
  if (part.kind !== "call") return false;
  // Options beside the key: `{ expiresIn: "15m" }`.
  for (const option of part.args.slice(2)) {
    const options = fieldsOf(code, option);
    const constant = code.constant(option);
    if (!options && constant === undefined) return false;
    if (options?.some((name) => ENDS.test(plainName(name)))) return false;
  }
  return !part.args.slice(2).some((one) => code.part(code.behind(one)).kind === "function");
}

/** Names of the fields of an object that is made here, and of what is stored in it afterwards; undefined where it is not. */
function fieldsOf(code: Code, value: number, depth = 4): string[] | undefined {
  const at = code.behind(value);
  const part = code.part(at);
  if (depth === 0) return undefined;
  const found: string[] = [];
  if (part.kind === "record") {
    found.push(...part.fields.keys());
    for (const spread of part.spreads) {
      const inner = fieldsOf(code, spread, depth - 1);
      if (!inner) return undefined;
      found.push(...inner);
    }
  } else if (part.kind === "call" && part.isNew) {
    if (part.args.length > 0) return undefined;
    for (const [name, field] of part.named) {
      if (!/(?:Registered|Standard)Claims$/.test(name)) {
        found.push(name);
        continue;
      }
      // A claim of no name is a whole set of them.
      const inner = fieldsOf(code, field, depth - 1);
      if (!inner) return undefined;
      found.push(...inner);
    }
  } else return undefined;
  // What the object is given besides: one that is handed on may be given anything.
  for (const alias of code.dependents(at, (user) => isCopy(code, user)))
    for (const user of alias === at || isCopy(code, alias) ? code.users(alias) : []) {
      const one = code.part(user);
      if (one.kind === "store" && one.object === alias) found.push(one.name ?? "exp");
      if (one.kind === "call" && one.receiver === alias) return undefined;
      if (
        one.kind === "member" &&
        code.users(user).some((next) => code.part(next).kind === "call")
      ) {
        const isMethod = code.users(user).some((next) => {
          const called = code.part(next);
          return called.kind === "call" && called.callee === user;
        });
        if (isMethod) return undefined;
      }
    }
  return found;
}

const isCopy = (code: Code, value: number): boolean =>
  /^(?:same|choice)$/.test(code.part(value).kind);

/** A token that is stored, or whose digest is, can be taken back. */
const isKept = (code: Code, call: number): boolean =>
  [...code.dependents(call)].some((value) => {
    const part = code.part(value);
    if (part.kind === "call" && value !== call)
      return /^(?:save|insert|create|update|upsert|set_?ex|hset|put|add|store|push)/i.test(
        part.name,
      );
    return (
      part.kind === "store" &&
      /token/i.test(part.name ?? "") &&
      !/^(?:body|access_?token|token)$/i.test(part.name ?? "")
    );
  });
