/** Whoever may not is told so, and what they may not do is done all the same. */
import {
  type Answered,
  defineLogicQuery,
  type Effect,
  type LogicResult,
  type ServiceFunction,
} from "../../../src/query-api.ts";

export default defineLogicQuery({
  id: "auth-response-without-return",
  name: "Refusal that does not stop the request",
  cwe: ["CWE-705", "CWE-841"],
  severity: "high",
  precision: "high",
  persona: "regular",
  languages: ["javascript", "typescript", "python", "go", "java"],
  message:
    "{function} refuses whoever may not, and goes on: {effect} still runs for them, so anyone can do what the refusal should prevent.",
  why: "An answer is no end of a function. Without a return or an exception what comes after the refusal is done for those who were refused, too.",
  fix: "Leave the function where it refuses: return the answer or throw. Test it: without rights, what the route does must not have happened.",
  good: `
export function requireUser(request, response, next) {
  if (!request.user) return response.status(401).json({ error: "sign in" });
  next();
}
`,
  bad: `
export function requireUser(request, response, next) {
  if (!request.user) {
    response.status(401).json({ error: "sign in" });
  }
  next();
}
`,

  *find(service) {
    for (const fn of service.functions())
      for (const answered of fn.answered) {
        const result = resultOf(fn, answered);
        if (result) yield result;
      }
  },
});

function resultOf(fn: ServiceFunction, answered: Answered): LogicResult | undefined {
  const { at, how, label, test, after } = answered;
  if (test === undefined || !/^(?:unauthenticated|forbidden)$/.test(answered.why)) return undefined;
  const effect = after.find((one) => matters(fn, answered, one));
  // An error that nobody throws does nothing, whatever comes after it.
  if (!effect && how !== "dropped") return undefined;
  const next =
    effect?.kind === "goes on" ? "the next step" : (effect?.label ?? answered.calls[0]?.label);
  if (next === undefined) return undefined;
  return {
    at,
    values: {
      function: fn.name === "" ? "This function" : fn.name,
      effect: next,
    },
    related: effect ? [{ at: effect.at, note: `${next} runs after ${label}` }] : [],
    confidence: effect ? "high" : "medium",
  };
}

/** Whether something that is done after a refusal undoes it. */
function matters({ language }: ServiceFunction, { how, label }: Answered, effect: Effect): boolean {
  // A chain that was aborted has no next step.
  if (effect.kind === "goes on") return !(language === "go" && /\bAbort/.test(label));
  // An answer that was given cannot be given again; where it can, what is read is told.
  return effect.kind === "writes" || how === "dropped" || !/script$/.test(language);
}
