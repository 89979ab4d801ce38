/** Control flow inside expressions: tests, `&&`, `||`, and `a ? b : c`. */
import type { Block, Local, Value } from "../../ir/builder.ts";
import type { Saved } from "../../ir/contents.ts";
import { branch, join, shortCircuit } from "../../ir/regions.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import type { Lowering } from "./lowering.ts";
import { lowerPattern, lowerTypeTest } from "./patterns.ts";
import { isAtom, isWhole, unwrap } from "./syntax.ts";

const isLogical = (syntax: Syntax): boolean =>
  syntax.type === "binary_expression" && /^(?:&&|\|\|)$/.test(syntax.get("operator")?.type ?? "");

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
  if (!isWhole(test)) {
    builder.branch(lower.expression(test), then, otherwise, test);
    return;
  }
  if (
    test.type === "unary_expression" &&
    test.get("operator")?.type === "!" &&
    keep === undefined
  ) {
    lowerCondition(lower, test.get("operand")!, otherwise, then);
    return;
  }
  if (isLogical(test)) {
    const side =
      (field: string) =>
      (yes: Block, no: Block): void =>
        lowerCondition(lower, test.get(field)!, yes, no, keep);
    const isAnd = test.get("operator")?.type === "&&";
    shortCircuit(builder, isAnd, then, otherwise, side("left"), side("right"));
    return;
  }
  if (test.type === "instanceof_expression" && keep === undefined) {
    const value = lower.part(test, "left");
    const pattern = test.get("pattern");
    if (pattern) {
      lowerPattern(lower, pattern, value, otherwise);
      builder.jump(then);
    } else lowerTypeTest(lower, test, value, then, otherwise);
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
  const { builder, contents } = lower;
  const yes = builder.block();
  const no = builder.block();
  const before = contents.save();
  lowerCondition(lower, test, yes, no);
  const ways: Saved[] = [];
  const arm = (body: () => void) => (): void => {
    if (builder.unreachable) return;
    contents.restore(before);
    body();
    if (!builder.unreachable) ways.push(contents.save());
  };
  join(builder, [
    [yes, arm(then)],
    [no, arm(otherwise)],
  ]);
  if (!builder.unreachable) contents.merge(ways, test);
}

/** What no way leads to has no values to speak of. */
const unlessUnreachable = (lower: Lowering, body: () => void) => (): void => {
  if (!lower.builder.unreachable) body();
};

/** `test ? a : b` as a value. */
export function lowerConditional(lower: Lowering, syntax: Syntax): Value {
  const result = lower.builder.local();
  const values: Value[] = [];
  const arm = (field: string) => (): void => {
    const side = syntax.get(field)!;
    const value = lower.expression(side);
    values.push(value);
    lower.builder.write(result, value, side);
  };
  lowerBranches(lower, syntax.get("condition")!, arm("consequence"), arm("alternative"));
  const chosen = lower.builder.read(result, syntax);
  const [first] = values;
  if (values.length === 1 && first !== undefined) return first;
  return values.every((one) => lower.isText(one)) ? lower.noteText(chosen) : chosen;
}

/** `a && b`, `a || b` and `a instanceof B b` as values. */
export function lowerLogical(lower: Lowering, syntax: Syntax): Value {
  const { builder } = lower;
  const left = syntax.get("left")!;
  const right = unwrap(syntax.get("right")!);
  if (isAtom(right) && !isLogical(unwrap(left))) {
    const value = lower.expression(left);
    return builder.choice([value, lower.expression(right)], syntax);
  }
  const result = builder.local();
  const more = builder.block();
  const enough = builder.block();
  const isAnd = syntax.get("operator")?.type === "&&";
  lowerCondition(lower, left, isAnd ? more : enough, isAnd ? enough : more, result);
  join(builder, [
    [enough, () => {}],
    [more, unlessUnreachable(lower, () => builder.write(result, lower.expression(right), right))],
  ]);
  return builder.read(result, syntax);
}
