/** A check that fails by an exception, and an exception that nobody minds. */
import {
  type Attempt,
  defineLogicQuery,
  type FunctionCall,
  type GuardKind,
  identifying,
  type LogicResult,
  type ServiceFunction,
} from "../../../src/query-api.ts";

export default defineLogicQuery({
  id: "fail-open-catch",
  name: "Failed check that counts as passed",
  cwe: ["CWE-636", "CWE-755"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "python", "java"],
  message: "When {check} fails in {function}, {consequence}",
  why: "A check that refuses by an exception refuses nobody when the exception is swallowed. A database that is down or a token that cannot be read then opens the door.",
  fix: "Refuse where the failure is taken: answer 401 or 403, or throw again. Take only the exceptions that mean something else. Test it with a check that throws.",
  good: `
import { verifySignature } from "./signatures.js";
export async function webhook(request, response) {
  try {
    await verifySignature(request);
  } catch (error) {
    return response.status(401).end();
  }
  await db.order.update({ where: { id: 1 }, data: { paid: true } });
}
`,
  bad: `
import { verifySignature } from "./signatures.js";
export async function webhook(request, response) {
  try {
    await verifySignature(request);
  } catch (error) {
    console.error(error);
  }
  await db.order.update({ where: { id: 1 }, data: { paid: true } });
}
`,

  *find(service) {
    for (const fn of service.functions()) {
      for (const attempt of fn.attempts) {
        const result = swallowed(fn, attempt) ?? passed(fn, attempt) ?? letOn(fn, attempt);
        if (result) yield result;
      }
      for (const call of fn.calls) {
        const result = caught(fn, call);
        if (result) yield result;
      }
    }
  },
});

const isAboutSender = (kinds: readonly GuardKind[]): boolean =>
  kinds.some((kind) => identifying.includes(kind));

/** Its answer is that it comes back. */
const isDemand = ({ result, checks, demands }: FunctionCall): boolean =>
  (result === "unused" || result === "awaited") && demands && isAboutSender(checks);

/** `try { assertOwner(user, document) } catch (error) { log(error) }`, and on it goes. */
function swallowed(fn: ServiceFunction, { at, calls, handler }: Attempt): LogicResult | undefined {
  const demand = calls.find(isDemand);
  if (!demand || isMinded(handler)) return undefined;
  const [effect] = handler.after;
  // Where something else is tried as well, that is what the failure keeps from being done.
  const isAlone = calls.at(-1) === demand;
  const next =
    effect ?? (isAlone ? handler.later.find(({ result }) => result !== "used") : undefined);
  if (!next) return undefined;
  return {
    at,
    values: {
      check: `${demand.name}()`,
      function: nameOf(fn),
      consequence: `it goes on: ${labelOf(next)} runs for whoever the check should keep out.`,
    },
    related: [{ at: demand.at, note: `${demand.name}() checks by failing` }],
    confidence: effect ? "high" : "medium",
  };
}

/** What is done where something fails keeps the failure from being forgotten. */
const isMinded = ({
  leaves,
  throws,
  refuses,
  refusesLater,
  tells,
  flags,
  stores,
}: Attempt["handler"]): boolean =>
  leaves ||
  throws ||
  (refuses !== undefined && refuses !== "other") ||
  refusesLater ||
  tells ||
  flags ||
  stores;

/** A name that says that true lets pass, and one that says that it does not. */
const POSITIVE =
  /^(?:is|has|can|check|verify|validate|authenticate|authorize|allow|may)(?:[_A-Z]|$)/;
const NEGATIVE =
  /not|disabled|missing|invalid|expired|blocked|banned|locked|revoked|denied|without|needs?|require/i;

/** `catch { return true }` of a function that is asked whether somebody may. */
function passed(fn: ServiceFunction, { at, calls, handler }: Attempt): LogicResult | undefined {
  if (handler.returns !== true || !handler.leaves || handler.throws) return undefined;
  if (!POSITIVE.test(fn.name) || NEGATIVE.test(fn.name) || !isAboutSender(fn.kinds))
    return undefined;
  // Where all answers are true there is nothing to fail.
  if (fn.returns === true) return undefined;
  return {
    at,
    values: {
      check: calls.find(({ checks }) => isAboutSender(checks))?.label ?? "something",
      function: nameOf(fn),
      consequence: "the answer is true: whoever makes the check fail passes it.",
    },
    related: [],
    confidence: "high",
  };
}

/** A step that asks for a proof, and lets on whoever brings one that cannot be read. */
function letOn(fn: ServiceFunction, { at, calls, handler }: Attempt): LogicResult | undefined {
  const check = calls.find(({ checks }) => isAboutSender(checks));
  const goesOn = handler.after.find(({ kind }) => kind === "goes on");
  if (!check || !goesOn || fn.isOptional) return undefined;
  const refuses = handler.refuses !== undefined && handler.refuses !== "other";
  if (refuses || handler.throws || handler.refusesLater || handler.tells || handler.stores)
    return undefined;
  // A step that refuses nobody at all may be there to see who is calling.
  const isStrict = fn.refuses.some((why) => why === "unauthenticated" || why === "forbidden");
  if (!isStrict && !(fn.demands && isAboutSender(fn.kinds))) return undefined;
  return {
    at,
    values: {
      check: `${check.name}()`,
      function: nameOf(fn),
      consequence:
        "the request goes on all the same: a proof that cannot be read is as good as one that holds.",
    },
    related: [{ at: goesOn.at, note: "the request goes on" }],
    confidence: isStrict ? "high" : "medium",
  };
}

/** `isAdmin(user).catch(() => true)` */
function caught(fn: ServiceFunction, call: FunctionCall): LogicResult | undefined {
  const { name, on, given } = call;
  const [taken] = given;
  if (name !== "catch" || !on || !taken || !isAboutSender(on.checks)) return undefined;
  const values = { check: `${on.name}()`, function: nameOf(fn) };
  if (taken.returns === true && POSITIVE.test(on.name) && !NEGATIVE.test(on.name))
    return {
      at: call.at,
      values: {
        ...values,
        consequence: "the answer is true: whoever makes the check fail passes it.",
      },
      related: [],
      confidence: "high",
    };
  const isIdle = taken.calls.length === 0 && taken.stores.length === 0 && taken.returns === false;
  const isUnused = call.result === "unused" || call.result === "awaited";
  const [effect] = fn.effects.filter(({ at }) => at > call.at);
  if (!isIdle || !isUnused || !on.demands || !effect) return undefined;
  return {
    at: call.at,
    values: {
      ...values,
      consequence: `it goes on: ${effect.label} runs for whoever the check should keep out.`,
    },
    related: [],
    confidence: "high",
  };
}

const nameOf = ({ name }: ServiceFunction): string => (name === "" ? "this function" : name);

const labelOf = (one: { readonly label: string; readonly kind?: string }): string =>
  one.kind === "goes on" ? "the next step" : one.label;
