/** Who may pass without a check is told by a piece of a text that the sender writes. */
import {
  type Arm,
  defineLogicQuery,
  type FunctionTest,
  identifying,
  type LogicResult,
  type ServiceFunction,
} from "../../../src/query-api.ts";

export default defineLogicQuery({
  id: "guard-substring-allowlist",
  name: "Guard that a piece of a text switches off",
  cwe: ["CWE-863", "CWE-185"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "python", "go"],
  message:
    '{function} lets everybody pass whose {subject} {relation} "{text}": an address such as {example} does, too.',
  why: "A piece of a text says little about the whole. Who writes the text puts the piece where it is looked for, and the rest is theirs.",
  fix: "Compare the whole: an exact set of paths, best of the route that was found; a host after parsing the address. Test it with the piece in another place.",
  good: `
const OPEN = new Set(["/public"]);
export function requireUser(request, response, next) {
  if (OPEN.has(request.path)) return next();
  if (!request.user) return response.sendStatus(401);
  next();
}
`,
  bad: `
export function requireUser(request, response, next) {
  if (request.originalUrl.includes("/public")) return next();
  if (!request.user) return response.sendStatus(401);
  next();
}
`,

  *find(service) {
    for (const fn of service.functions())
      for (const test of fn.tests) {
        const result = resultOf(fn, test);
        if (result) yield result;
      }
  },
});

/** What the sender writes, by the last name of what is looked at. */
const ADDRESS =
  /(?:^|\.)(?:url|uri|path|pathname|originalUrl|original_url|full_path|endpoint|URL\.Path|RequestURI|requestUri)(?:\(\))?$/i;
const HOST = /(?:^|\.|\["?)(?:origin|host|hostname|referr?er|domain|email)"?\]?(?:\(\))?$/i;

function resultOf(fn: ServiceFunction, test: FunctionTest): LogicResult | undefined {
  const piece = pieceOf(test);
  if (!piece || piece.text.length < 2 || !opens(fn, test.whenTrue, test.whenFalse))
    return undefined;
  return {
    at: test.at,
    values: {
      function: fn.name === "" ? "This function" : fn.name,
      subject: piece.subject,
      relation: piece.relation,
      text: piece.text,
      example: piece.example,
    },
    related: [],
    confidence: piece.confidence,
  };
}

/** Whether one side of a test lets everybody on that the other side would ask for something. */
function opens(fn: ServiceFunction, when: Arm, otherwise: Arm): boolean {
  const goesOn = when.leaves && when.after.some(({ kind }) => kind === "goes on");
  const saysYes =
    when.leaves && when.returns === true && fn.kinds.some((kind) => identifying.includes(kind));
  return (goesOn || saysYes) && !when.refusesLater && (otherwise.refusesLater || saysYes);
}

interface Piece {
  readonly subject: string;
  readonly relation: string;
  readonly text: string;
  readonly example: string;
  readonly confidence: LogicResult["confidence"];
}

function pieceOf({ call }: FunctionTest): Piece | undefined {
  if (!call) return undefined;
  const isFunction =
    /^(?:Contains|HasSuffix|HasPrefix)$/.test(call.name) && call.arguments.length === 2;
  const subject = isFunction ? call.arguments[0]! : call.receiver;
  const written = isFunction ? /^"(.*)"$/.exec(call.arguments[1]!)?.[1] : call.text;
  if (written === undefined || call.arguments.length !== (isFunction ? 2 : 1)) return undefined;
  if (/^(?:includes|contains|Contains|__contains__)$/.test(call.name))
    return contains(subject, written);
  const isHost = HOST.test(subject);
  if (
    /^(?:endsWith|endswith|HasSuffix)$/.test(call.name) &&
    isHost &&
    /^[a-z0-9-]+\./i.test(written)
  )
    return {
      subject: lastOf(subject),
      relation: "ends in",
      text: written,
      example: `evil${written}`,
      confidence: "high",
    };
  if (
    /^(?:startsWith|startswith|HasPrefix)$/.test(call.name) &&
    isHost &&
    /^https?:\/\/[^/:]+$/i.test(written)
  )
    return {
      subject: lastOf(subject),
      relation: "begins with",
      text: written,
      example: `${written}.evil.example`,
      confidence: "high",
    };
  return undefined;
}

function contains(subject: string, text: string): Piece | undefined {
  if (!ADDRESS.test(subject) && !HOST.test(subject)) return undefined;
  const isHost = HOST.test(subject);
  // The query of an address is free for anything.
  const isWhole = isHost || /(?:url|uri|full_path)(?:\(\))?$/i.test(subject);
  return {
    subject: lastOf(subject),
    relation: "contains",
    text,
    example: isHost
      ? `${text}.evil.example`
      : isWhole
        ? `/admin?x=${text}`
        : `/admin${text.startsWith("/") ? "" : "/"}${text}`,
    confidence: isWhole ? "high" : "medium",
  };
}

const lastOf = (subject: string): string => /(\w+)[^\w]*$/.exec(subject)?.[1] ?? subject;
