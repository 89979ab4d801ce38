/** Operators; those on constants are worked out. */
import type { Value } from "../../ir/builder.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { lowerLogical } from "./conditions.ts";
import type { Lowering } from "./lowering.ts";
import type { Literal } from "./scope.ts";
import { build, isText } from "./strings.ts";
import { addressed, unwrap } from "./syntax.ts";
import type { StaticType } from "./types.ts";

export function lowerBinary(lower: Lowering, syntax: Syntax): Value {
  // A long sum nests to the left, one operator in the other: it is read in a loop.
  const chain: Syntax[] = [];
  let first = syntax;
  while (first.type === "binary_expression" && !isLogical(first) && first.get("left")) {
    chain.push(first);
    first = first.get("left")!;
  }
  if (chain.length === 0) return lowerLogical(lower, syntax);
  let value = lower.expression(first);
  let type = lower.inferType(first);
  for (const one of chain.reverse()) {
    const right = one.get("right")!;
    const isNil = unwrap(right).type === "nil";
    if (type.kind === "unknown") type = lower.inferType(right);
    value = isNil
      ? compareWithNil(lower, operatorOf(one), value, one)
      : operate(lower, operatorOf(one), value, lower.expression(right), one, type);
  }
  return value;
}

const operatorOf = (syntax: Syntax): string => syntax.get("operator")?.type ?? "";

export const isLogical = (syntax: Syntax): boolean => /^(?:&&|\|\|)$/.test(operatorOf(syntax));

/** What is not nil counts as true, and nil as false: there is nothing else to know of `err != nil`. */
function compareWithNil(lower: Lowering, operator: string, value: Value, span: Syntax): Value {
  if (operator === "!=") return value;
  return lower.builder.operator(operator === "==" ? "!" : operator, [value], span);
}

/** `left operator right`; `type` is that of the operands, where the file tells. */
export function operate(
  lower: Lowering,
  operator: string,
  left: Value,
  right: Value,
  span: Syntax,
  type: StaticType,
): Value {
  const folded = fold(operator, lower.literalOf(left), lower.literalOf(right));
  if (folded !== undefined) return lower.constant(folded, span);
  if (operator === "+") {
    if (type.kind === "string" || isText(lower, left) || isText(lower, right))
      return build(lower, [left, right], span);
    return lower.builder.operator(type.kind === "number" ? "add" : "+", [left, right], span);
  }
  return lower.builder.operator(COMPARISONS[operator] ?? operator, [left, right], span);
}

const COMPARISONS: Readonly<Record<string, string>> = { "==": "===", "!=": "!==" };

function fold(
  operator: string,
  left: Literal | undefined,
  right: Literal | undefined,
): Literal | undefined {
  if (left === undefined || right === undefined || typeof left !== typeof right) return undefined;
  if (operator === "==") return left === right;
  if (operator === "!=") return left !== right;
  if (typeof left === "string" && operator === "+") return left + (right as string);
  if (typeof left !== "number") return undefined;
  const result = arithmetic(operator, left, right as number);
  return typeof result === "boolean" || Number.isFinite(result) ? result : undefined;
}

function arithmetic(operator: string, left: number, right: number): number | boolean | undefined {
  const isWhole = Number.isInteger(left) && Number.isInteger(right);
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return isWhole ? Math.trunc(left / right) : left / right;
    case "%":
      return left % right;
    case "<<":
      return left * 2 ** right;
    case ">>":
      return Math.floor(left / 2 ** right);
    case "|":
      return left | right;
    case "&":
      return left & right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    default:
      return undefined;
  }
}

export function lowerUnary(lower: Lowering, syntax: Syntax): Value {
  const { builder } = lower;
  const operand = syntax.get("operand")!;
  const operator = operatorOf(syntax);
  switch (operator) {
    case "&":
      return lowerAddress(lower, syntax, operand);
    case "*":
      return lower.expression(operand);
    case "<-":
      return receive(lower, operand, syntax);
    case "!": {
      const value = lower.expression(operand);
      const literal = lower.literalOf(value);
      return literal === undefined
        ? builder.operator("!", [value], syntax)
        : lower.constant(!literal, syntax);
    }
    default: {
      const value = lower.expression(operand);
      const literal = lower.literalOf(value);
      if (operator === "-" && typeof literal === "number") return lower.constant(-literal, syntax);
      return builder.operator(operator === "-" ? "-" : "u+", [value], syntax);
    }
  }
}

/**
 * A pointer is what it points to. Whoever is given the address of a variable may assign to it, so from here on the
 * variable is also something that nobody knows; of structs that is said by their fields.
 */
function lowerAddress(lower: Lowering, syntax: Syntax, operand: Syntax): Value {
  const { builder } = lower;
  const value = lower.expression(operand);
  const variable = addressed(syntax);
  const named = variable && lower.named(variable);
  if (named === undefined || named.staticType?.kind === "named") return value;
  const changed = builder.choice([value, builder.unknown("variable", [], syntax)], syntax);
  lower.write(named, changed, syntax);
  return changed;
}

/** `<-channel` */
export function receive(lower: Lowering, channel: Syntax, span: Syntax): Value {
  const value = lower.builder.iterate(lower.expression(channel), 0, span);
  return lower.declared(value, lower.inferType(span), span);
}
