/** Tokens that are read, and whether the same token is verified as well. */
import type { Body, Code } from "../../src/query-api.ts";

/** A place where the content of a token is taken without a check of its signature. */
export interface Decoding {
  readonly call: number;
  readonly token: number | undefined;
  readonly body: Body;
}

/**
 * Calls that decode, and calls of helpers that do nothing more with the token than that; `isSettled`: enough is known
 * of one, so that who calls its function is not asked any more.
 */
export function* decodings(code: Code, isSettled: (one: Decoding) => boolean): Iterable<Decoding> {
  const done = new Set<number>();
  const queue: Decoding[] = [];
  for (const body of code.bodies)
    for (const call of code.calls(body))
      for (const { act, of } of code.acts(call))
        if (act === "decode-token") queue.push({ call, token: of, body });
  for (let one = queue.shift(); one; one = queue.shift()) {
    if (done.has(one.call)) continue;
    done.add(one.call);
    yield one;
    const position = formalOf(code, one.token);
    if (position === undefined || isSettled(one) || !givesBack(code, one)) continue;
    for (const caller of code.callersOf(one.body.fn)) {
      const part = code.part(caller);
      if (part.kind !== "call") continue;
      queue.push({
        call: caller,
        token: part.args[position],
        body: code.bodyOf(code.functionOf(caller)),
      });
    }
  }
}

/** The position of the formal that a token is. */
function formalOf(code: Code, token: number | undefined): number | undefined {
  const part = token === undefined ? undefined : code.part(code.behind(token));
  return part?.kind === "formal" && part.position >= 0 ? part.position : undefined;
}

/** Whether a function gives back what was decoded, or a member of it. */
function givesBack(code: Code, { call, body }: Decoding): boolean {
  const own = code.dependents(call, (user) =>
    /^(?:same|member|choice)$/.test(code.part(user).kind),
  );
  return [...code.returned(body)].some((value) => own.has(value));
}

/** Whether a token is verified where it is decoded, or by whoever calls that function with it. */
export function isVerified(code: Code, { call, token, body }: Decoding, depth = 2): boolean {
  for (const other of code.calls(body)) {
    if (other === call) continue;
    const part = code.part(other);
    if (part.kind !== "call") continue;
    const acts = code.acts(other).filter(({ act }) => act === "verify-token");
    const isVerifying =
      acts.length > 0 || /verif|introspect|check_?sig|validate_?(?:id_?)?token/i.test(part.name);
    if (!isVerifying) continue;
    if (token === undefined) return true;
    const given = [
      ...part.args,
      ...part.named.values(),
      ...(part.receiver === undefined ? [] : [part.receiver]),
    ];
    if (given.some((one) => isSame(code, one, token) || code.dependents(call).has(one)))
      return true;
  }
  const position = formalOf(code, token);
  if (position === undefined || depth === 0) return false;
  const callers = code.callersOf(body.fn);
  return (
    callers.length > 0 &&
    callers.every((caller) => {
      const part = code.part(caller);
      return (
        part.kind === "call" &&
        isVerified(
          code,
          {
            call: caller,
            token: part.args[position],
            body: code.bodyOf(code.functionOf(caller)),
          },
          depth - 1,
        )
      );
    })
  );
}

/** Whether two values are certainly one, or made of one: `header` and `header.slice(7)`. */
export function isSame(code: Code, one: number, other: number): boolean {
  const [a, b] = [code.behind(one), code.behind(other)];
  if (a === b) return true;
  const [left, right] = [code.names(a).join("."), code.names(b).join(".")];
  return left !== "" && left === right;
}
