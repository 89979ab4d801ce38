/** What is answered to whoever asked. */
import type { Body, Code } from "../../src/query-api.ts";

/** A call that answers, and what it is given. */
export interface Answer {
  readonly call: number;
  readonly given: readonly number[];
}

const ANSWERS =
  /^(?:json|jsonp|send|end|jsonify|JSON|IndentedJSON|JSONResponse|JsonResponse|HttpResponse|AbortWithStatusJSON)$/;
const RESPONSES =
  /^(?:res|resp|response|reply|ctx|context|c|NextResponse|Response|status|code|type|header|set)$/;

/** Answers of a function's own body. */
export function* answersIn(code: Code, body: Body): Iterable<Answer> {
  for (const call of code.calls(body)) {
    const part = code.part(call);
    if (part.kind !== "call" || !ANSWERS.test(part.name)) continue;
    if (part.receiver !== undefined && !isResponse(code, part.receiver)) continue;
    if (part.receiver === undefined && !/^(?:jsonify|\w*Response)$/.test(part.name)) continue;
    const given = [...part.args, ...part.named.values()];
    if (given.length > 0) yield { call, given };
  }
  // `context.body = ...`
  for (let value = body.from; value < body.to; value++) {
    const part = code.part(value);
    if (part.kind !== "store" || part.name !== "body") continue;
    if (code.part(code.behind(part.object)).kind === "formal")
      yield { call: value, given: [part.input] };
  }
}

/** A formal of the function, or a chain of calls on it that ends in one: `response.status(500)`. */
function isResponse(code: Code, value: number): boolean {
  let at = code.behind(value);
  for (let steps = 0; steps < 5; steps++) {
    const part = code.part(at);
    if (part.kind === "formal") return true;
    if (part.kind === "name") return RESPONSES.test(part.name);
    if (part.kind === "call" && part.receiver !== undefined && RESPONSES.test(part.name))
      at = code.behind(part.receiver);
    else return false;
  }
  return false;
}

/** Values that a value shows as they are: those of objects, lists and texts that are made here, too. */
export function* shownBy(code: Code, value: number, depth = 5): Iterable<number> {
  const at = code.behind(value);
  yield at;
  if (depth === 0) return;
  const part = code.part(at);
  if (/^(?:record|list|text)$/.test(part.kind))
    for (const input of code.inputs(at)) yield* shownBy(code, input, depth - 1);
  // Of a call only what writes a value down as it is.
  if (
    part.kind === "call" &&
    /^(?:stringify|dumps|String|str|format|dict|toString|Sprintf|Sprint)$/.test(part.name)
  )
    for (const input of [...part.args, ...part.named.values()])
      yield* shownBy(code, input, depth - 1);
}
