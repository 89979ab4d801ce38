/** Control flow inside expressions: tests, `&&`, `||`, `??` and `?:`. */
import type * as t from "@babel/types";
import type { Block, Local, Value } from "../../ir/builder.ts";
import { ConstantType } from "../../ir/kinds.ts";
import type { Span } from "../../ir/module-ir.ts";
import { join } from "../../ir/regions.ts";
import type { Lowering } from "./lowering.ts";
import { at, constantTruth, isAtom, unwrap } from "./syntax.ts";

/**
 * Ends the current block with the edges of a test. Each branch gets one atomic condition, so that what a guard
 * proves is plain; the caller seals both blocks.
 */
export function lowerCondition(
  lower: Lowering,
  node: t.Node,
  then: Block,
  otherwise: Block,
  keep?: Local,
): void {
  const { builder } = lower;
  const test = unwrap(node);
  if (test.type === "UnaryExpression" && test.operator === "!" && keep === undefined) {
    lowerCondition(lower, test.argument, otherwise, then);
    return;
  }
  if (test.type === "SequenceExpression") {
    for (const one of test.expressions.slice(0, -1)) lowerEffect(lower, one);
    lowerCondition(lower, test.expressions.at(-1)!, then, otherwise, keep);
    return;
  }
  if (test.type === "LogicalExpression" && test.operator !== "??") {
    const isAnd = test.operator === "&&";
    const outcome = isAnd ? otherwise : then;
    const right = builder.block();
    // Both sides can decide. Each does so by a block of its own, or what it proves would be lost where they join.
    const byLeft = builder.block();
    const byRight = builder.block();
    lowerCondition(lower, test.left, isAnd ? right : byLeft, isAnd ? byLeft : right, keep);
    builder.seal(byLeft);
    builder.enter(byLeft);
    builder.jump(outcome);
    builder.seal(right);
    builder.enter(right);
    lowerCondition(lower, test.right, isAnd ? then : byRight, isAnd ? byRight : otherwise, keep);
    builder.seal(byRight);
    builder.enter(byRight);
    builder.jump(outcome);
    return;
  }
  const truth = keep === undefined ? constantTruth(test) : undefined;
  if (truth !== undefined) {
    builder.jump(truth ? then : otherwise);
    return;
  }
  const value = lower.expression(test);
  if (keep !== undefined) builder.write(keep, value, at(test));
  builder.branch(value, then, otherwise, at(test));
}

/** Lowers both sides of a test and goes on where they meet. */
export function lowerBranches(
  lower: Lowering,
  test: t.Node,
  then: () => void,
  otherwise: () => void,
): void {
  const { builder } = lower;
  const yes = builder.block();
  const no = builder.block();
  lowerCondition(lower, test, yes, no);
  join(builder, [
    [yes, then],
    [no, otherwise],
  ]);
}

/** `a ? b : c` as a value. */
export function lowerConditional(
  lower: Lowering,
  node: t.ConditionalExpression,
  name: string,
): Value {
  const { builder } = lower;
  const result = builder.local();
  const arm = (side: t.Node) => () => builder.write(result, lower.expression(side, name), at(side));
  lowerBranches(lower, node.test, arm(node.consequent), arm(node.alternate));
  return builder.read(result, at(node));
}

/** `a && b`, `a || b` and `a ?? b` as values. */
export function lowerLogical(lower: Lowering, node: t.LogicalExpression, name: string): Value {
  const { builder } = lower;
  const span = at(node);
  const right = unwrap(node.right);
  if (isAtom(right) && unwrap(node.left).type !== "LogicalExpression") {
    const left = lower.expression(node.left, name);
    return builder.choice([left, lower.expression(right, name)], span);
  }
  const result = builder.local();
  const more = builder.block();
  const enough = builder.block();
  if (node.operator === "??") {
    const left = lower.expression(node.left, name);
    builder.write(result, left, at(node.left));
    builder.branch(isMissing(lower, left, at(node.left)), more, enough, span);
  } else {
    const isAnd = node.operator === "&&";
    lowerCondition(lower, node.left, isAnd ? more : enough, isAnd ? enough : more, result);
  }
  join(builder, [
    [enough, () => {}],
    [more, () => builder.write(result, lower.expression(right, name), at(right))],
  ]);
  return builder.read(result, span);
}

/** The value, or the default when the value is missing. */
export function lowerDefault(lower: Lowering, value: Value, fallback: t.Node, name = ""): Value {
  const { builder } = lower;
  const span = at(fallback);
  if (isAtom(fallback)) return builder.choice([value, lower.expression(fallback, name)], span);
  const missing = builder.operator("===", [value, builder.undefined(span)], span);
  return lowerUnless(lower, value, missing, "more", fallback, name);
}

/** The value of `a ||= b` and its like, given the value of `a`. */
export function lowerLogicalAssignment(
  lower: Lowering,
  operator: string,
  value: Value,
  right: t.Node,
  name: string,
): Value {
  if (isAtom(right)) return lower.builder.choice([value, lower.expression(right, name)], at(right));
  const condition = operator === "??=" ? isMissing(lower, value, at(right)) : value;
  return lowerUnless(lower, value, condition, operator === "||=" ? "enough" : "more", right, name);
}

/** `value`, or the right side when the condition's outcome asks for more. */
function lowerUnless(
  lower: Lowering,
  value: Value,
  condition: Value,
  whenTrue: "enough" | "more",
  right: t.Node,
  name: string,
): Value {
  const { builder } = lower;
  const span: Span = at(right);
  const result = builder.local();
  const more = builder.block();
  const enough = builder.block();
  builder.write(result, value, span);
  if (whenTrue === "more") builder.branch(condition, more, enough, span);
  else builder.branch(condition, enough, more, span);
  join(builder, [
    [enough, () => {}],
    [more, () => builder.write(result, lower.expression(right, name), span)],
  ]);
  return builder.read(result, span);
}

function isMissing(lower: Lowering, value: Value, span: Span): Value {
  const { builder } = lower;
  return builder.operator("==", [value, builder.constant(ConstantType.Null, "null", span)], span);
}

/** An expression whose value nobody reads. */
export function lowerEffect(lower: Lowering, node: t.Node): void {
  const expression = unwrap(node);
  const effect = (inner: t.Node) => () => lowerEffect(lower, inner);
  const nothing = () => {};
  switch (expression.type) {
    case "LogicalExpression":
      if (expression.operator === "??") lower.expression(expression);
      else if (expression.operator === "&&")
        lowerBranches(lower, expression.left, effect(expression.right), nothing);
      else lowerBranches(lower, expression.left, nothing, effect(expression.right));
      return;
    case "ConditionalExpression":
      lowerBranches(
        lower,
        expression.test,
        effect(expression.consequent),
        effect(expression.alternate),
      );
      return;
    case "SequenceExpression":
      for (const one of expression.expressions) lowerEffect(lower, one);
      return;
    case "UnaryExpression":
      if (expression.operator === "!" || expression.operator === "void")
        lowerEffect(lower, expression.argument);
      else lower.expression(expression);
      return;
    case "AwaitExpression":
    case "CallExpression":
      lower.builder.returned(lower.expression(expression));
      return;
    default:
      lower.expression(expression);
  }
}
