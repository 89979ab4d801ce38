/** Conditions that ask whether something is there, and what was asked for it. */
import type { Code } from "../../src/query-api.ts";

/** What a condition asks to be there, and which outcome says that it is. */
export function presence(
  code: Code,
  condition: number,
): { readonly value: number; readonly present: boolean } | undefined {
  const part = code.part(condition);
  if (part.kind === "operator" && /^(?:!|not)$/.test(part.op) && part.inputs.length === 1) {
    const inner = presence(code, part.inputs[0]!);
    return inner && { ...inner, present: !inner.present };
  }
  if (part.kind === "compare") {
    const [left, right] = part.sides;
    const other = code.constant(right);
    return other === undefined || !/^(?:|null|undefined|None|nil)$/.test(other)
      ? undefined
      : { value: left, present: !part.equal };
  }
  return { value: condition, present: true };
}

/** The call that a value is the answer of, or a part of the answer of. */
export function answerOf(code: Code, value: number): number | undefined {
  let at = code.behind(value);
  for (let steps = 0; steps < 8; steps++) {
    const part = code.part(at);
    if (part.kind === "call") return at;
    if (part.kind !== "member") return undefined;
    at = code.behind(part.object);
  }
  return undefined;
}

/** Whether a tested value is the error that a call gives beside its answer: where it is there, the answer is not. */
export const isError = (code: Code, value: number): boolean =>
  code.bodyOf(code.functionOf(value)).language === "go" &&
  code.part(code.behind(value)).kind !== "member"
    ? code.part(code.behind(value)).kind === "call"
    : /^[1-9]$/.test(nameAt(code, value));

function nameAt(code: Code, value: number): string {
  const part = code.part(code.behind(value));
  const isGo = code.bodyOf(code.functionOf(value)).language === "go";
  return isGo && part.kind === "member" ? (part.name ?? "") : "";
}

/** A record that was asked for and may not be there. */
export interface Asked {
  /** The call that asks for it. */
  readonly call: number;
  readonly branch: number;
  /** The way the branch takes where it is there. */
  readonly there: boolean;
}

/** Answers whose absence decides that a value does not run, the nearest first. */
export function* askedBefore(code: Code, value: number): Iterable<Asked> {
  for (const { branch, way } of code.decidedBy(value)) {
    const asked = askedAt(code, branch);
    if (asked?.there === way) yield asked;
  }
}

/** What a branch asks the presence of. */
export function askedAt(code: Code, branch: number): Asked | undefined {
  const part = code.part(branch);
  const tested = part.kind === "branch" ? presence(code, part.condition) : undefined;
  if (!tested) return undefined;
  const call = answerOf(code, tested.value);
  if (call === undefined) return undefined;
  return { call, branch, there: isError(code, tested.value) ? !tested.present : tested.present };
}
