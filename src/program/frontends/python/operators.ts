/** Operators; those on constants are worked out. */
import type { Value } from "../../ir/builder.ts";
import { CallForm, Kind } from "../../ir/kinds.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import type { Literal, Lowering } from "./lowering.ts";
import { build, lowerPercent } from "./strings.ts";

export function lowerBinary(lower: Lowering, syntax: Syntax): Value {
  // A long sum nests to the left, one operator in the other: it is read in a loop.
  const chain: Syntax[] = [];
  let first = syntax;
  while (first.type === "binary_operator" && first.get("left")) {
    chain.push(first);
    first = first.get("left")!;
  }
  let value = lower.expression(first);
  for (const one of chain.reverse()) value = lowerOperation(lower, one, value);
  return value;
}

function lowerOperation(lower: Lowering, syntax: Syntax, left: Value): Value {
  const operator = syntax.get("operator")?.type ?? "";
  const right = syntax.get("right")!;
  if (operator === "%") {
    const template = textOf(lower, left);
    if (template !== undefined) return lowerPercent(lower, template, right, syntax);
  }
  return operate(lower, operator, left, lower.expression(right), syntax);
}

/** The template that a value is, with a hole for each part that is not constant; undefined when it may be a number. */
function textOf(lower: Lowering, value: Value): string | undefined {
  const literal = lower.literalOf(value);
  return typeof literal === "string" ? literal : undefined;
}

/** `left operator right`. */
export function operate(
  lower: Lowering,
  operator: string,
  left: Value,
  right: Value,
  span: Syntax,
): Value {
  const folded = fold(operator, lower.literalOf(left), lower.literalOf(right));
  if (folded !== undefined) return lower.constant(folded, span);
  if (operator === "+" && [left, right].some((one) => isText(lower, one)))
    return build(lower, [left, right], span);
  if (operator === "/" && ![left, right].some((one) => typeof lower.literalOf(one) === "number"))
    return joinPaths(lower, left, right, span);
  // What is not a number before `%` is a text to be filled in.
  const isFormat = operator === "%" && typeof lower.literalOf(right) !== "number";
  return lower.builder.operator(isFormat ? "format" : operator, [left, right], span);
}

/** `/` also joins paths, and says so by a method. */
function joinPaths(lower: Lowering, left: Value, right: Value, span: Syntax): Value {
  const { builder } = lower;
  const callee = builder.load(left, "__truediv__", span);
  const items = [{ value: right, spread: false }];
  return builder.callMethod(CallForm.Call, callee, left, "__truediv__", items, span);
}

function isText(lower: Lowering, value: Value): boolean {
  return typeof lower.literalOf(value) === "string" || lower.builder.kindOf(value) === Kind.Concat;
}

function fold(
  operator: string,
  left: Literal | undefined,
  right: Literal | undefined,
): Literal | undefined {
  if (operator === "+" && typeof left === "string" && typeof right === "string")
    return left + right;
  if (typeof left !== "number" || typeof right !== "number") return undefined;
  const result = arithmetic(operator, left, right);
  return result !== undefined && Number.isFinite(result) ? result : undefined;
}

function arithmetic(operator: string, left: number, right: number): number | undefined {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "//":
      return Math.floor(left / right);
    case "%":
      return left - right * Math.floor(left / right);
    case "**":
      return left ** right;
    default:
      return undefined;
  }
}

export function lowerUnary(lower: Lowering, syntax: Syntax): Value {
  const operator = syntax.type === "not_operator" ? "not" : (syntax.get("operator")?.type ?? "");
  const value = lower.expression(syntax.get("argument")!);
  const literal = lower.literalOf(value);
  if (operator === "not")
    return literal === undefined
      ? lower.builder.operator("!", [value], syntax)
      : lower.constant(!literal, syntax);
  if (operator === "-" && typeof literal === "number") return lower.constant(-literal, syntax);
  return lower.builder.operator(operator === "-" ? "-" : `u${operator}`, [value], syntax);
}

/** `a < b <= c`: each pair is compared, and all must hold. */
export function lowerComparison(lower: Lowering, syntax: Syntax): Value {
  const operators = syntax.all("operators");
  const operands = syntax.children.filter(({ field }) => field !== "operators");
  let left = lower.expression(operands[0]!);
  let all: Value | undefined;
  operators.forEach((operator, index) => {
    const operand = operands[index + 1];
    if (operand === undefined) return;
    const right = lower.expression(operand);
    const one = compare(lower, operator.type, left, right, syntax);
    all = all === undefined ? one : lower.builder.operator("&&", [all, one], syntax);
    left = right;
  });
  return all ?? left;
}

/** One comparison; also what a pattern of `match` is tested by. */
export function compare(
  lower: Lowering,
  operator: string,
  left: Value,
  right: Value,
  span: Syntax,
): Value {
  const { builder } = lower;
  const known = compareLiterals(operator, lower.literalOf(left), lower.literalOf(right));
  if (known !== undefined) return lower.constant(known, span);
  switch (operator) {
    case "==":
    case "is":
      return builder.operator("===", [left, right], span);
    case "!=":
    case "<>":
    case "is not":
      return builder.operator("!==", [left, right], span);
    case "in":
    case "not in": {
      const callee = builder.load(right, "__contains__", span);
      const items = [{ value: left, spread: false }];
      const held = builder.callMethod(CallForm.Call, callee, right, "__contains__", items, span);
      return operator === "in" ? held : builder.operator("!", [held], span);
    }
    default:
      return builder.operator(operator, [left, right], span);
  }
}

function compareLiterals(
  operator: string,
  left: Literal | undefined,
  right: Literal | undefined,
): boolean | undefined {
  if (left === undefined || right === undefined || typeof left !== typeof right) return undefined;
  switch (operator) {
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left! < right!;
    case "<=":
      return left! <= right!;
    case ">":
      return left! > right!;
    case ">=":
      return left! >= right!;
    case "in":
      return typeof left === "string" ? (right as string).includes(left) : undefined;
    case "not in":
      return typeof left === "string" ? !(right as string).includes(left) : undefined;
    default:
      return undefined;
  }
}
