/** Control flow inside expressions: tests, `and`, `or`, and `a if b else c`. */
import type { Block, Local, Value } from "../../ir/builder.ts";
import { branch, join, shortCircuit } from "../../ir/regions.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import type { Lowering } from "./lowering.ts";
import { isAtom, unwrap } from "./syntax.ts";

/**
 * Ends the current block with the edges of a test. Each branch gets one atomic condition, so that what a guard proves is
 * plain; the caller seals both blocks. `keep` is a local for the value that decides.
 */
export function lowerCondition(
  lower: Lowering,
  syntax: Syntax,
  then: Block,
  otherwise: Block,
  keep?: Local,
): void {
  const { builder } = lower;
  const test = unwrap(syntax);
  if (test.type === "not_operator" && keep === undefined) {
    lowerCondition(lower, test.get("argument")!, otherwise, then);
    return;
  }
  if (test.type === "boolean_operator") {
    const isAnd = test.get("operator")?.type === "and";
    const side = (field: string) => (yes: Block, no: Block) =>
      lowerCondition(lower, test.get(field)!, yes, no, keep);
    shortCircuit(builder, isAnd, then, otherwise, side("left"), side("right"));
    return;
  }
  const value = lower.expression(test);
  if (keep !== undefined) builder.write(keep, value, test);
  branch(lower, value, then, otherwise, test);
}

/** Lowers both sides of a test and goes on where they meet. */
export function lowerBranches(
  lower: Lowering,
  test: Syntax,
  then: () => void,
  otherwise: () => void,
): void {
  const yes = lower.builder.block();
  const no = lower.builder.block();
  lowerCondition(lower, test, yes, no);
  join(lower.builder, [
    [yes, unlessUnreachable(lower, then)],
    [no, unlessUnreachable(lower, otherwise)],
  ]);
}

/** What no way leads to has no values to speak of. */
const unlessUnreachable = (lower: Lowering, body: () => void) => (): void => {
  if (!lower.builder.unreachable) body();
};

/** `a if test else b` as a value. */
export function lowerConditional(lower: Lowering, syntax: Syntax): Value {
  const [then, test, otherwise] = syntax.children;
  const result = lower.builder.local();
  const arm = (side: Syntax) => (): void =>
    lower.builder.write(result, lower.expression(side), side);
  lowerBranches(lower, test!, arm(then!), arm(otherwise!));
  return lower.builder.read(result, syntax);
}

/** `a and b` and `a or b` as values. */
export function lowerBoolean(lower: Lowering, syntax: Syntax): Value {
  const { builder } = lower;
  const left = syntax.get("left")!;
  const right = unwrap(syntax.get("right")!);
  if (isAtom(right) && unwrap(left).type !== "boolean_operator") {
    const value = lower.expression(left);
    return builder.choice([value, lower.expression(right)], syntax);
  }
  const result = builder.local();
  const more = builder.block();
  const enough = builder.block();
  const isAnd = syntax.get("operator")?.type === "and";
  lowerCondition(lower, left, isAnd ? more : enough, isAnd ? enough : more, result);
  join(builder, [
    [enough, () => {}],
    [more, unlessUnreachable(lower, () => builder.write(result, lower.expression(right), right))],
  ]);
  return builder.read(result, syntax);
}
