/** Control flow inside expressions: tests, `&&` and `||`. */
import type { Block, Local, Value } from "../../ir/builder.ts";
import { branch, join, shortCircuit } from "../../ir/regions.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import type { Lowering } from "./lowering.ts";
import { unwrap } from "./syntax.ts";

const operatorOf = (syntax: Syntax): string => syntax.get("operator")?.type ?? "";

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
  const operator = operatorOf(test);
  if (test.type === "unary_expression" && operator === "!" && keep === undefined) {
    lowerCondition(lower, test.get("operand")!, otherwise, then);
    return;
  }
  if (test.type === "binary_expression" && /^(?:&&|\|\|)$/.test(operator)) {
    const isAnd = operator === "&&";
    const side = (field: string) => (yes: Block, no: Block) =>
      lowerCondition(lower, test.get(field)!, yes, no, keep);
    shortCircuit(builder, isAnd, then, otherwise, side("left"), side("right"));
    return;
  }
  const value = lower.expression(test);
  if (keep !== undefined) builder.write(keep, value, test);
  branch(lower, value, then, otherwise, test);
}

/** What no way leads to has no values to speak of. */
export const unlessUnreachable = (lower: Lowering, body: () => void) => (): void => {
  if (!lower.builder.unreachable) body();
};

/** `a && b` and `a || b` as values. */
export function lowerLogical(lower: Lowering, syntax: Syntax): Value {
  const { builder } = lower;
  const right = unwrap(syntax.get("right")!);
  const result = builder.local();
  const more = builder.block();
  const enough = builder.block();
  const isAnd = operatorOf(syntax) === "&&";
  lowerCondition(lower, syntax.get("left")!, isAnd ? more : enough, isAnd ? enough : more, result);
  join(builder, [
    [enough, () => {}],
    [more, unlessUnreachable(lower, () => builder.write(result, lower.expression(right), right))],
  ]);
  return builder.read(result, syntax);
}
