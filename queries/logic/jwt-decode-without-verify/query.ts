/** What a token says is acted on, though nobody has checked who wrote it. */
import {
  type Code,
  defineLogicQuery,
  type LogicResult,
  plainName,
  type Service,
} from "../../../src/query-api.ts";
import { isAside, isInBrowser } from "../paths.ts";
import { type Decoding, decodings, isVerified } from "../tokens.ts";

/** Claims that choose a key or say how long a token lives: nobody is taken for somebody by them. */
const HARMLESS =
  /^(?:exp|iat|nbf|header|kid|alg|typ|cty|iss|x5c|x5t|jwk|jku|azp|expires?_?at|get_?expiration|get_?expires_?at|get_?issuer|get_?header|get_?key_?id|get_?algorithm)$/;

/** Functions that tell who somebody is. */
const TELLS =
  /^(?:verify|authenticate|validate|authori[sz]e|check|get|current|load|fetch|resolve|read|extract|parse)_?(?:\w+_)?(?:user|auth|session|identity|principal|token|account|claims|invite|request|context)(?:_|$)|^(?:verify|authenticate|authori[sz]e|validate)$/;

export default defineLogicQuery({
  id: "jwt-decode-without-verify",
  name: "A token is believed without a check of its signature",
  cwe: ["CWE-347", "CWE-345"],
  severity: "high",
  precision: "high",
  persona: "regular",
  languages: ["javascript", "typescript", "go", "java"],
  message: "Anybody can be anyone here: the token is only decoded, and what it says {deed}.",
  why: "Decoding reads a token and checks nothing. Whoever sends one writes any name and any right into it.",
  fix: "Verify the token with the key and the algorithms you issue, and use what that returns. Test it with a token that has one character of its signature changed.",
  good: `
const express = require("express");
const jwt = require("jsonwebtoken");
const app = express();
app.use((req, res, next) => {
  req.user = jwt.verify(req.headers.authorization.slice(7), process.env.JWT_KEY, { algorithms: ["HS256"] });
  next();
});
`,
  bad: `
const express = require("express");
const jwt = require("jsonwebtoken");
const app = express();
app.use((req, res, next) => {
  req.user = jwt.decode(req.headers.authorization.slice(7));
  next();
});
`,

  *find(service) {
    const { code } = service;
    const told = new Set<number>();
    for (const one of decodings(code, ({ call }) => told.has(call))) {
      const result = believed(service, one);
      if (!result) continue;
      told.add(one.call);
      if (!isVerified(code, one)) yield result;
    }
  },
});

function believed(service: Service, one: Decoding): LogicResult | undefined {
  const { code } = service;
  const { call, token, body } = one;
  if (token !== undefined && isOwn(code, token)) return undefined;
  const claims = code.dependents(call, (user) => !isHarmless(code, user));
  const deed = deedOf(service, one, claims);
  if (!deed) return undefined;
  const file = body.file;
  // A page shows what a token says; only a server has something to decide.
  const isPage = isInBrowser(file) || code.directivesOf(call).includes("use client");
  const names = token === undefined ? [] : [...code.words(token)];
  // What the provider itself handed over on a connection of its own need not be checked again.
  const isFromProvider = names.some((name) => /^id_?token$/i.test(name));
  return {
    at: call,
    values: { deed: deed.says },
    related: deed.at === call ? [] : [{ at: deed.at, note: "what the token says is used" }],
    confidence: isPage || isAside(file) || isFromProvider || !deed.sure ? "low" : "high",
  };
}

/** A member that says nothing of who somebody is. */
function isHarmless(code: Code, value: number): boolean {
  const part = code.part(value);
  const name = part.kind === "member" || part.kind === "call" ? part.name : undefined;
  return name !== undefined && HARMLESS.test(plainName(name));
}

/** The token was made here. */
const isOwn = (code: Code, token: number): boolean => {
  const at = code.behind(token);
  return code.part(at).kind === "call" && code.acts(at).some(({ act }) => act === "issue-token");
};

interface Deed {
  readonly at: number;
  readonly says: string;
  readonly sure: boolean;
}

/** What is done because of what a token says; the worst first. */
function deedOf(
  service: Service,
  { call, body }: Decoding,
  claims: ReadonlySet<number>,
): Deed | undefined {
  const { code } = service;
  const found: Deed[] = [];
  const values = [...claims].sort((a, b) => a - b);
  for (const value of values) {
    const part = code.part(value);
    if (part.kind === "store" && part.name !== undefined && claims.has(part.input)) {
      if (service.vocabulary.isPrincipal(part.name))
        found.push({ at: value, says: "becomes who the sender is", sure: true });
    } else if (part.kind === "call" && value !== call) {
      const given = [...part.args, ...part.named.values()].some((arg) =>
        isGiven(code, arg, claims),
      );
      if (given && service.isLookup(part.name) && part.name !== "get" && isAsking(part.name))
        found.push({ at: value, says: "decides whose record is used", sure: true });
    } else if (part.kind === "branch") {
      const names = [...code.words(part.condition)];
      if (names.some((name) => service.fieldClass(name) === "privilege"))
        found.push({ at: value, says: "decides what its sender may do", sure: true });
    }
  }
  if (found.length > 0) return found[0];
  if (!TELLS.test(plainName(body.name))) return undefined;
  const [returned] = [...code.returned(body)].filter((value) => isGiven(code, value, claims));
  // Whoever only hands the content on decides nothing; a function that promises more does.
  const says = /^(?:verify|authenticate|validate|authori[sz]e|check)/.test(plainName(body.name));
  return returned === undefined
    ? undefined
    : { at: call, says: `is what ${body.name}() answers with`, sure: says };
}

/** Functions that ask a database rather than an object. */
const isAsking = (name: string): boolean => !/^(?:get|set|has|read|select)$/i.test(name);

/** Whether a value is of the claims, or an object that has some. */
function isGiven(code: Code, value: number, claims: ReadonlySet<number>, depth = 4): boolean {
  if (claims.has(value)) return true;
  const part = code.part(value);
  return (
    depth > 0 &&
    /^(?:record|list)$/.test(part.kind) &&
    code.inputs(value).some((one) => isGiven(code, one, claims, depth - 1))
  );
}
