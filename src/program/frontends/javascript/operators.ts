/** Operators: arithmetic, comparison, string building, assignment. */
import type * as t from "@babel/types";
import type { Value } from "../../ir/builder.ts";
import { ConstantType, Kind } from "../../ir/kinds.ts";
import { lowerLogicalAssignment } from "./conditions.ts";
import type { Lowering } from "./lowering.ts";
import { assign, lowerMember, nameOf } from "./patterns.ts";
import { at, templateText, unwrap } from "./syntax.ts";

export function lowerBinary(lower: Lowering, node: t.BinaryExpression): Value {
  if (node.operator === "+") return lowerAddition(lower, node);
  const { builder } = lower;
  if (node.left.type === "PrivateName") {
    const name = builder.constant(ConstantType.String, `#${node.left.id.name}`, at(node.left));
    return builder.operator(node.operator, [name, lower.expression(node.right)], at(node));
  }
  // Chains of operators are walked with a loop: generated code makes them thousands deep.
  const chain: t.BinaryExpression[] = [];
  let left: t.Node = node;
  while (
    left.type === "BinaryExpression" &&
    left.operator !== "+" &&
    left.left.type !== "PrivateName"
  ) {
    chain.push(left);
    left = unwrap(left.left);
  }
  let value = lower.expression(left);
  for (const one of chain.reverse())
    value = builder.operator(one.operator, [value, lower.expression(one.right)], at(one));
  return value;
}

/** `a + b + c`: string building from the first operand on that is known to be text. */
function lowerAddition(lower: Lowering, node: t.BinaryExpression): Value {
  const { builder } = lower;
  const operands: t.Node[] = [];
  let left: t.Node = node;
  while (left.type === "BinaryExpression" && left.operator === "+") {
    operands.push(left.right);
    left = unwrap(left.left);
  }
  let value = lower.expression(left);
  let parts = isText(lower, left, value) ? [value] : undefined;
  for (const operand of operands.reverse()) {
    const right = lower.expression(operand);
    if (parts !== undefined) parts.push(right);
    else if (isText(lower, operand, right)) parts = [value, right];
    else value = builder.operator("+", [value, right], at(node));
  }
  return parts === undefined ? value : builder.concat(parts, at(node));
}

/** Whether an operand makes `+` build text. */
function isText(lower: Lowering, node: t.Node, value: Value): boolean {
  const operand = unwrap(node);
  switch (operand.type) {
    case "StringLiteral":
    case "TemplateLiteral":
      return true;
    case "Identifier":
      return lower.lookup(operand.name)?.isText === true || isConcat(lower, value);
    default:
      return isConcat(lower, value);
  }
}

const isConcat = (lower: Lowering, value: Value): boolean =>
  lower.builder.kindOf(value) === Kind.Concat;

export function lowerTemplate(lower: Lowering, node: t.TemplateLiteral): Value {
  const { builder } = lower;
  if (node.expressions.length === 0)
    return builder.constant(ConstantType.String, templateText(node.quasis[0]!), at(node));
  const parts: Value[] = [];
  node.quasis.forEach((part, index) => {
    const text = templateText(part);
    if (text !== "") parts.push(builder.constant(ConstantType.String, text, at(part)));
    const hole = node.expressions[index];
    if (hole) parts.push(lower.expression(hole));
  });
  return builder.concat(parts, at(node));
}

export function lowerUnary(lower: Lowering, node: t.UnaryExpression): Value {
  const { builder } = lower;
  const argument = unwrap(node.argument);
  if (node.operator === "-" && argument.type === "NumericLiteral")
    return builder.constant(ConstantType.Number, `-${argument.value}`, at(node));
  if (node.operator === "void" && argument.type === "NumericLiteral")
    return builder.undefined(at(node));
  return builder.operator(node.operator, [lower.expression(argument)], at(node));
}

export function lowerUpdate(lower: Lowering, node: t.UpdateExpression): Value {
  const { builder } = lower;
  const target = unwrap(node.argument);
  const step = (before: Value): Value => builder.operator(node.operator, [before], at(node));
  if (target.type === "MemberExpression") {
    const member = lowerMember(lower, target);
    const before = member.load(target);
    const after = step(before);
    member.store(after, node);
    return node.prefix ? after : before;
  }
  const before = lower.expression(target);
  const after = step(before);
  assign(lower, target, after);
  return node.prefix ? after : before;
}

const LOGICAL = new Set(["||=", "&&=", "??="]);

export function lowerAssignment(lower: Lowering, node: t.AssignmentExpression): Value {
  const { operator } = node;
  const target = unwrap(node.left);
  const name = nameOf(target);
  const isMember = target.type === "MemberExpression" || target.type === "OptionalMemberExpression";
  if (operator === "=") {
    const member = isMember ? lowerMember(lower, target) : undefined;
    const value = lower.expression(node.right, name);
    if (member) member.store(value, node);
    else assign(lower, target, value);
    return value;
  }
  const member = isMember ? lowerMember(lower, target) : undefined;
  const before = member ? member.load(target) : lower.expression(target);
  const after = LOGICAL.has(operator)
    ? lowerLogicalAssignment(lower, operator, before, node.right, name)
    : lowerCompound(lower, node, target, before);
  if (member) member.store(after, node);
  else assign(lower, target, after);
  return after;
}

function lowerCompound(
  lower: Lowering,
  node: t.AssignmentExpression,
  target: t.Node,
  before: Value,
): Value {
  const { builder } = lower;
  const right = lower.expression(node.right);
  const operator = node.operator.slice(0, -1);
  const buildsText =
    operator === "+" && (isText(lower, target, before) || isText(lower, node.right, right));
  return buildsText
    ? builder.concat([before, right], at(node))
    : builder.operator(operator, [before, right], at(node));
}
