/** That somebody may not is written down, and what they may not do is done. */
import {
  type Arm,
  defineLogicQuery,
  type FunctionTest,
  identifying,
  type LogicResult,
  type ServiceFunction,
} from "../../../src/query-api.ts";

export default defineLogicQuery({
  id: "guard-does-not-stop",
  name: "Refusal that is only written down",
  cwe: ["CWE-636"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "go"],
  message:
    "{function} finds out that somebody may not and only writes it down: {effect} still runs for them.",
  why: "A line in a log keeps nobody out. Whoever fails the check gets what it should protect, or goes on with other rights than were asked for.",
  fix: "Leave the function where the check fails: throw, or answer 401 or 403 and return. Test it with somebody who fails the check.",
  good: `
export function allowInternal(request, response, next) {
  if (!isAllowedAddress(request.ip)) {
    console.warn("access denied");
    return response.sendStatus(403);
  }
  next();
}
`,
  bad: `
export function allowInternal(request, response, next) {
  if (!isAllowedAddress(request.ip)) {
    console.warn("access denied");
  }
  next();
}
`,

  *find(service) {
    for (const fn of service.functions())
      for (const test of fn.tests)
        for (const arm of [test.whenTrue, test.whenFalse]) {
          const result = resultOf(fn, test, arm);
          if (result) yield result;
        }
  },
});

/** What a log says where somebody may not. */
const DENIED =
  /\b(?:den(?:ied|ying)|reject(?:ed|ing)|refus(?:ed|ing)|forbidden|unauthori[sz]ed|unauthenticated|not (?:allowed|authori[sz]ed|permitted|an? admin)|no (?:permission|access)|permission check failed|insufficient (?:rights|permissions?|privileges)|invalid (?:token|signature|api key|credentials))\b/i;
/** Words of a test that is about what somebody may. */
const RIGHTS =
  /allow|permit|permission|auth|admin|owner|role|token|signature|access|^ip$|ips?$|address/i;

function resultOf(fn: ServiceFunction, test: FunctionTest, arm: Arm): LogicResult | undefined {
  if (arm.leaves || arm.calls.length === 0 || arm.calls.some(({ isLog }) => !isLog))
    return undefined;
  if (!arm.calls.some(({ arguments: given }) => given.some((one) => DENIED.test(one))))
    return undefined;
  const isAboutRights =
    test.compared.length > 0 ||
    test.presence !== undefined ||
    test.kinds.some((kind) => identifying.includes(kind)) ||
    test.words.some((word) => RIGHTS.test(word));
  // What is stored there may be asked for later.
  if (!isAboutRights || arm.stores) return undefined;
  const effect = arm.after.find(({ kind }) => kind !== "reads");
  if (!effect) return undefined;
  const stops = fn.refuses.some((why) => why === "unauthenticated" || why === "forbidden");
  return {
    at: test.at,
    values: {
      function: fn.name === "" ? "This function" : fn.name,
      effect: effect.kind === "goes on" ? "the next step" : effect.label,
    },
    related: [
      { at: arm.calls[0]!.at, note: "is all that happens to who may not" },
      { at: effect.at, note: "runs nevertheless" },
    ],
    // Who is refused later may go on with fewer rights on purpose.
    confidence: !arm.refusesLater && (stops || effect.kind === "writes") ? "high" : "medium",
  };
}
