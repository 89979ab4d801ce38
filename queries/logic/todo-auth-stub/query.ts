/** A function that says it checks something, and lets everybody pass. */
import {
  defineLogicQuery,
  identifying,
  type LogicResult,
  type ServiceFunction,
} from "../../../src/query-api.ts";

export default defineLogicQuery({
  id: "todo-auth-stub",
  name: "Placeholder where a check should be",
  cwe: ["CWE-546", "CWE-1188"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "python"],
  message: "{function} is named like a check and checks nothing: {body}, so anyone passes.",
  why: "Whoever calls a function of such a name relies on it. A placeholder that says yes is forgotten more easily than one that fails.",
  fix: "Write the check, or let the function fail until it is written. Test it with somebody who may not.",
  good: `
import jwt from "jsonwebtoken";
export const verifyToken = (token) => jwt.verify(token, process.env.KEY, { algorithms: ["HS256"] });
`,
  bad: `
export const verifyToken = (token) => {
  // In production, verify the signature.
  return true;
};
`,

  *find(service) {
    for (const fn of service.functions()) {
      if (!isNamedAsCheck(fn) || isStandIn(fn)) continue;
      const result = saysYes(fn) ?? handsOn(fn);
      if (result) yield result;
    }
  },
});

const VERB =
  /^(?:is|has|can|may|check|verify|validate|require|ensure|assert|authenticate|authori[sz]e|protect|enforce|guard)(?:[_A-Z]|$)/;
/** What a check must be about, besides its verb: much else is asked by "can" and "is". */
const ABOUT =
  /auth|permission|access|admin|role|token|session|signature|owner|logged|signed|jwt|api_?key|credential|privilege|rights|(?:^can_?(?:view|read|edit|write|update|delete|remove|create|manage|publish))/i;
/** True of these lets nobody pass. */
const NEGATIVE =
  /not|guest|anonymous|block|bann|lock|expired|disabled|invalid|missing|denied|without|need|optional/i;

function isNamedAsCheck({ name, kinds, isOptional }: ServiceFunction): boolean {
  return (
    VERB.test(name) &&
    ABOUT.test(name) &&
    !NEGATIVE.test(name) &&
    !isOptional &&
    kinds.some((kind) => identifying.includes(kind))
  );
}

/** What stands in for a check on purpose: for tests, for stories, or for subclasses to write. */
const isStandIn = ({ symbol, path, isInherited }: ServiceFunction): boolean =>
  isInherited ||
  /mock|fake|stub|no_?op|dummy|null|allow_?all|always|public|anonymous|abstract|base|default|test|super_?user|root|system/i.test(
    symbol,
  ) ||
  /(?:^|\/)(?:mocks?|__mocks__|fixtures?|stories|examples?|demo|samples?|docs?|storybook|testing|testutils?|e2e)(?:\/|$)|\.stories\.|\.d\.ts$/i.test(
    path,
  );

/** `verifyToken(token) { return true }` */
function saysYes(fn: ServiceFunction): LogicResult | undefined {
  if (fn.returns !== true || fn.parameters === 0 || !fn.ignored) return undefined;
  if (fn.tests.length > 0 || fn.attempts.length > 0 || fn.calls.some(({ isLog }) => !isLog))
    return undefined;
  return {
    at: fn.at,
    values: { function: fn.name, body: "it reads nothing of what it is given and says yes" },
    related: usesOf(fn),
    confidence: "high",
  };
}

/** `requireAuth(request, response, next) { next() }` */
function handsOn(fn: ServiceFunction): LogicResult | undefined {
  if (
    fn.parameters < 2 ||
    !/^(?:require|ensure|check|verify|authenticate|authori[sz]e|protect|is[A-Z_])/.test(fn.name)
  )
    return undefined;
  // `authorize(record, check)` calls what it is given, too; of a step it is known what comes next.
  if (fn.role !== "middleware" && fn.parameters < 3) return undefined;
  const { effects } = fn;
  const isOnlyNext =
    effects.length > 0 &&
    effects.every(({ kind }) => kind === "goes on") &&
    fn.calls.every(({ at, isLog }) => isLog || effects.some((one) => one.at === at));
  if (!isOnlyNext || fn.tests.length > 0 || fn.attempts.length > 0 || fn.refuses.length > 0)
    return undefined;
  // What it reads of the request to put it elsewhere may be what another step checks.
  const invented = fn.stores.find(({ literal }) => literal);
  if (fn.stores.some(({ literal }) => !literal)) return undefined;
  return {
    at: fn.at,
    values: {
      function: fn.name,
      body: invented
        ? `it makes up "${invented.field}" and hands every request on`
        : "it hands every request on",
    },
    related: usesOf(fn),
    confidence: "high",
  };
}

const usesOf = ({ routes }: ServiceFunction): LogicResult["related"] =>
  routes.slice(0, 3).map((route) => ({ at: route.registration, note: "relies on it" }));
