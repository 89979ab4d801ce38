/** A check that answers later is asked as if it had answered: a promise is always there, and always counts as true. */
import {
  type Arm,
  defineLogicQuery,
  type FunctionCall,
  type GuardKind,
  identifying,
  type LogicResult,
  type ServiceFunction,
} from "../../../src/query-api.ts";

export default defineLogicQuery({
  id: "async-guard-not-awaited",
  name: "Check whose answer nobody waits for",
  cwe: ["CWE-670", "CWE-252"],
  severity: "high",
  precision: "high",
  persona: "regular",
  languages: ["javascript", "typescript", "python"],
  message: "{call} is asynchronous and nobody waits for it: {consequence}",
  why: "What an asynchronous function returns at once is a promise of an answer. As a condition it is always true, and what it throws later is thrown at nobody.",
  fix: "Await the call. A linter that knows types finds promises in conditions and promises that nobody waits for. Test it with somebody who may not.",
  good: `
async function canEdit(user, id) {
  return (await db.document.count({ where: { id, ownerId: user.id } })) > 0;
}
export async function rename(user, id, title) {
  if (!(await canEdit(user, id))) throw new Error("forbidden");
  await db.document.updateMany({ where: { id, ownerId: user.id }, data: { title } });
}
`,
  bad: `
async function canEdit(user, id) {
  return (await db.document.count({ where: { id, ownerId: user.id } })) > 0;
}
export async function rename(user, id, title) {
  if (!canEdit(user, id)) throw new Error("forbidden");
  await db.document.updateMany({ where: { id, ownerId: user.id }, data: { title } });
}
`,

  *find(service) {
    for (const fn of service.functions())
      for (const call of fn.calls) {
        const result = asCondition(fn, call) ?? asStatement(fn, call) ?? overElements(fn, call);
        if (result) yield result;
      }
  },
});

const isAsync = (fn: ServiceFunction): boolean => fn.isAsync && !fn.isGenerator;

const callsAsync = ({ targets }: FunctionCall): boolean =>
  targets.length > 0 && targets.every(isAsync);

const isAboutSender = (kinds: readonly GuardKind[]): boolean =>
  kinds.some((kind) => identifying.includes(kind));

const isDenied = (arm: Arm | undefined): boolean =>
  arm?.refuses !== undefined &&
  arm.refuses !== "other" &&
  arm.refuses !== "missing" &&
  arm.leaves &&
  arm.tests.length === 0;

/** `if (!canEdit(user, document)) throw ...` */
function asCondition(fn: ServiceFunction, call: FunctionCall): LogicResult | undefined {
  if (call.result !== "tested" || !callsAsync(call)) return undefined;
  const test = fn.tests.find((one) => one.call?.at === call.at);
  // Where everybody is refused, the first try shows it.
  if (isDenied(test?.whenTrue)) return undefined;
  const isRefusal = isDenied(test?.whenFalse);
  if (!isRefusal && !isAboutSender(call.kinds)) return undefined;
  return {
    at: call.at,
    values: {
      call: call.name,
      consequence: "as a condition it is always true, so everybody passes the check.",
    },
    related: declared(call),
    confidence: isRefusal || call.kinds.length > 0 ? "high" : "medium",
  };
}

/** `assertOwner(user, document);`: it is there to throw, and throws when all is done. */
function asStatement(fn: ServiceFunction, call: FunctionCall): LogicResult | undefined {
  if (call.result !== "unused" || !callsAsync(call)) return undefined;
  if (!call.demands || call.later.length === 0) return undefined;
  const throws = call.targets.every(({ throwsFor }) => isAboutSender(throwsFor));
  // A coroutine that nobody waits for does not even begin, whatever it does.
  const isIdle = fn.language === "python" && isAboutSender(call.kinds);
  if (!throws && !isIdle) return undefined;
  return {
    at: call.at,
    values: {
      call: call.name,
      consequence: "what follows is done before it refuses anybody, so everybody passes the check.",
    },
    related: declared(call),
    confidence: "high",
  };
}

/** Methods that ask a function about each element, and take its answer as it is. */
const ASKING = /^(?:some|every|filter|find|findIndex|findLast)$/;

/** `rights.some(async (right) => ...)` */
function overElements(fn: ServiceFunction, call: FunctionCall): LogicResult | undefined {
  if (!ASKING.test(call.name) || call.receiver === "" || call.isAwaited) return undefined;
  const [asked] = call.given;
  if (!asked || !isAsync(asked) || !/script$/.test(fn.language)) return undefined;
  const test = fn.tests.find((one) => one.call?.at === call.at);
  const isCheck =
    isAboutSender(fn.kinds) ||
    asked.calls.some(({ kinds }) => isAboutSender(kinds)) ||
    isDenied(test?.whenFalse);
  if (!isCheck) return undefined;
  return {
    at: call.at,
    values: {
      call: `What ${call.name}() is given`,
      consequence: `to ${call.name}() each promise counts as true, so every element passes the check.`,
    },
    related: [],
    confidence: "high",
  };
}

const declared = ({ targets: [target] }: FunctionCall): LogicResult["related"] =>
  target ? [{ at: target.at, note: `${target.name} is asynchronous` }] : [];
