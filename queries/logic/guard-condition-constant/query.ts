/** A check whose answer is always the same, or the opposite of what it should be. */
import {
  type Arm,
  defineLogicQuery,
  type FunctionComparison,
  type FunctionTest,
  type GuardKind,
  identifying,
  type LogicResult,
  type ServiceFunction,
  titleOf,
} from "../../../src/query-api.ts";

export default defineLogicQuery({
  id: "guard-condition-constant",
  name: "Check that always has the same answer",
  cwe: ["CWE-697", "CWE-570", "CWE-571"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "python"],
  message: "This check in {function} does not tell those who may from those who may not: {reason}",
  why: "A condition that is always true or always false is no check, whatever it looks like. It passes every test but the one with somebody who may not.",
  fix: "Write the condition that is meant: what is compared must be there, and each alternative needs a comparison of its own. Test both answers.",
  good: `
export function requireStaff(request, response, next) {
  if (request.user.role !== "admin" && request.user.role !== "owner") return response.sendStatus(403);
  next();
}
`,
  bad: `
export function requireStaff(request, response, next) {
  if (request.user.role !== "admin" || request.user.role !== "owner") return response.sendStatus(403);
  next();
}
`,

  *find(service) {
    const functions = service.functions();
    const polarity = new Polarity(functions);
    for (const fn of functions)
      for (const test of fn.tests) {
        const reason =
          alwaysOrNever(fn, test) ??
          textAlone(fn, test) ??
          absentParameter(fn, test) ??
          polarity.inverted(test);
        if (!reason) continue;
        const result: LogicResult = {
          at: test.at,
          values: { function: nameOf(fn), reason: reason.text },
          related: reason.related ?? [],
          confidence: reason.confidence,
        };
        yield result;
      }
  },
});

interface Reason {
  readonly text: string;
  readonly confidence: LogicResult["confidence"];
  readonly related?: LogicResult["related"];
}

const nameOf = ({ name, routes: [route] }: ServiceFunction): string =>
  name !== "" ? name : route ? titleOf(route) : "this function";

const isAboutSender = (kinds: readonly GuardKind[]): boolean =>
  kinds.some((kind) => identifying.includes(kind));

const isDenied = ({ refuses }: Arm): boolean =>
  refuses !== undefined && refuses !== "other" && refuses !== "missing";

/** Whether an arm does nothing but refuse; the rest of a function may refuse somebody, too. */
const isRefusal = (arm: Arm): boolean =>
  isDenied(arm) && arm.leaves && arm.tests.length === 0 && arm.after.length === 0;

/** Whether a test is there to keep somebody out. */
const isCheck = (fn: ServiceFunction, test: FunctionTest): boolean =>
  isDenied(test.whenTrue) ||
  isDenied(test.whenFalse) ||
  isAboutSender(test.kinds) ||
  (isAboutSender(fn.kinds) && fn.demands);

/** `role !== "a" || role !== "b"` is true of everything, `role === "a" && role === "b"` of nothing. */
function alwaysOrNever(fn: ServiceFunction, test: FunctionTest): Reason | undefined {
  const { comparison, joined } = test;
  if (!comparison || !joined || !differ(comparison, joined.with) || !isCheck(fn, test))
    return undefined;
  const isUnequal = [comparison, joined.with].every(({ operator }) => /^!==?$/.test(operator));
  const isEqual = [comparison, joined.with].every(({ operator }) => /^===?$/.test(operator));
  const [one, other] = [comparison.constant, joined.with.constant];
  if (joined.how === "or" && isUnequal)
    return {
      text: `whatever is compared is either not "${one}" or not "${other}", so the condition is always true.`,
      confidence: "high",
    };
  if (joined.how === "and" && isEqual)
    return {
      text: `nothing is "${one}" and "${other}" at once, so the condition is never true.`,
      confidence: "high",
    };
  return undefined;
}

/** Whether one value is compared with two constants. */
const differ = (one: FunctionComparison, other: FunctionComparison): boolean =>
  one.left === other.left &&
  one.constant !== undefined &&
  other.constant !== undefined &&
  one.constant !== other.constant;

/** `role == "admin" or "owner"`, `if (role = "admin")` */
function textAlone(fn: ServiceFunction, test: FunctionTest): Reason | undefined {
  if (test.constant === undefined || test.constant === "" || !isCheck(fn, test)) return undefined;
  return {
    text: `"${test.constant}" alone is a condition that is always true; nothing is compared with it.`,
    confidence: "high",
  };
}

/** A part of the path is asked for that no route of the handler has. */
function absentParameter(fn: ServiceFunction, test: FunctionTest): Reason | undefined {
  const [route] = fn.routes;
  if (fn.role !== "handler" || !route) return undefined;
  // Where a part of the path is open, it may have any name.
  if (fn.routes.some(({ path }) => /[*?(]/.test(path))) return undefined;
  const absent = test.pathParameters.find((name) =>
    fn.routes.every(({ parameters }) => !parameters.includes(name)),
  );
  if (absent === undefined) return undefined;
  const arms = [test.whenTrue, test.whenFalse];
  if (!arms.some(isRefusal)) return undefined;
  return {
    text: `it asks for "${absent}" of the path, which ${titleOf(route)} does not have, so it is always undefined.`,
    confidence: "high",
    related: [{ at: route.registration, note: "the path has no such part" }],
  };
}

/** Names that say that true lets pass. */
const POSITIVE = /^(?:is|has|can|may)(?:[_A-Z])/;
const NEGATIVE =
  /not|guest|anonymous|block|bann|lock|expired|disabled|invalid|missing|denied|without/i;
/** Tests of the same that refuse the other way round, before one is called inverted. */
const OTHERS = 3;

/** What the program refuses where a name is false, and where it is true. */
class Polarity {
  readonly #usual = new Map<string, number[]>();

  constructor(functions: readonly ServiceFunction[]) {
    for (const fn of functions)
      for (const test of fn.tests) {
        if (!isPlain(test) || !isRefusal(test.whenFalse)) continue;
        const known = this.#usual.get(test.label);
        if (known) known.push(test.at);
        else this.#usual.set(test.label, [test.at]);
      }
  }

  /** `if (isAdmin(user)) return 403` */
  inverted(test: FunctionTest): Reason | undefined {
    if (!isPlain(test) || !isRefusal(test.whenTrue)) return undefined;
    const isContradiction =
      test.whenTrue.refuses === "unauthenticated" && /authenticated|logged|signed/i.test(test.name);
    const others = this.#usual.get(test.label) ?? [];
    if (!isContradiction && others.length < OTHERS) return undefined;
    return {
      text: `it refuses those of whom "${test.name}" is true${
        others.length > 0 ? `, where ${others.length} other checks refuse the rest` : ""
      }.`,
      confidence: isContradiction ? "high" : "medium",
      related: others.slice(0, 3).map((at) => ({ at, note: "refuses where it is false" })),
    };
  }
}

const isPlain = ({ name, kinds }: FunctionTest): boolean =>
  POSITIVE.test(name) && !NEGATIVE.test(name) && isAboutSender(kinds);
