/** Operators; those on constants are worked out. */
import type { Value } from "../../ir/builder.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import type { Literal, Lowering } from "./lowering.ts";
import { build } from "./strings.ts";
import { unwrap } from "./syntax.ts";
import { isNumberType } from "./types.ts";

export function lowerBinary(lower: Lowering, syntax: Syntax): Value {
  // A long sum nests to the left, one operator in the other: it is read in a loop.
  const chain: Syntax[] = [];
  let first = syntax;
  while (first.type === "binary_expression" && first.get("left") && !isLogical(first)) {
    chain.push(first);
    first = first.get("left")!;
  }
  let value = lower.expression(first);
  let isNumber = isNumeric(lower, first);
  for (const one of chain.reverse()) {
    const right = one.get("right")!;
    isNumber = isNumber && isNumeric(lower, right);
    value = operate(
      lower,
      one.get("operator")?.type ?? "",
      value,
      lower.expression(right),
      one,
      isNumber,
    );
  }
  return value;
}

const isLogical = (syntax: Syntax): boolean =>
  /^(?:&&|\|\|)$/.test(syntax.get("operator")?.type ?? "");

/** Whether an expression is a number by what is written, so that `+` adds. */
export function isNumeric(lower: Lowering, syntax: Syntax): boolean {
  const at = unwrap(syntax);
  if (/^(?:\w+_integer_literal|\w+_floating_point_literal|character_literal)$/.test(at.type))
    return true;
  if (at.type === "identifier") return isNumberType(lower.typeOfName(lower.text(at)));
  if (at.type === "cast_expression") return isNumberType(lower.typeOf(at.get("type")));
  return at.type === "binary_expression" || at.type === "unary_expression"
    ? at.children.every((one) => one.field === "operator" || isNumeric(lower, one))
    : false;
}

/** `left operator right`. */
export function operate(
  lower: Lowering,
  operator: string,
  left: Value,
  right: Value,
  span: Syntax,
  isNumber: boolean,
): Value {
  const known = [lower.literalOf(left), lower.literalOf(right)] as const;
  const folded = isNumber || operator !== "+" ? fold(operator, ...known) : undefined;
  if (folded !== undefined) return lower.constant(folded, span);
  if (operator === "+" && !isNumber) {
    const sum = fold(operator, ...known);
    if (typeof sum === "number") return lower.constant(sum, span);
    if (lower.isText(left) || lower.isText(right)) return build(lower, [left, right], span);
  }
  const op = operator === "==" ? "===" : operator === "!=" ? "!==" : operator;
  return lower.builder.operator(op, [left, right], span);
}

/** What an operator gives for constants; undefined where it cannot be told. */
function fold(
  operator: string,
  left: Literal | undefined,
  right: Literal | undefined,
): Literal | undefined {
  if (left === undefined || right === undefined || typeof left !== typeof right) return undefined;
  if (operator === "==") return left === right;
  if (operator === "!=") return left !== right;
  if (typeof left === "boolean" && typeof right === "boolean") return logic(operator, left, right);
  if (typeof left !== "number" || typeof right !== "number") return undefined;
  const result = arithmetic(operator, left, right);
  return typeof result === "number" && !Number.isSafeInteger(result) ? undefined : result;
}

function logic(operator: string, left: boolean, right: boolean): boolean | undefined {
  if (operator === "&" || operator === "&&") return left && right;
  if (operator === "|" || operator === "||") return left || right;
  return operator === "^" ? left !== right : undefined;
}

/** Of whole numbers alone. */
function arithmetic(operator: string, left: number, right: number): number | boolean | undefined {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return right === 0 ? undefined : Math.trunc(left / right);
    case "%":
      return right === 0 ? undefined : left % right;
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
  const operator = syntax.get("operator")?.type ?? "";
  const value = lower.part(syntax, "operand");
  const literal = lower.literalOf(value);
  if (operator === "!" && typeof literal === "boolean") return lower.constant(!literal, syntax);
  if (operator === "-" && typeof literal === "number") return lower.constant(-literal, syntax);
  return lower.builder.operator(
    /^[-!]$/.test(operator) ? operator : `u${operator}`,
    [value],
    syntax,
  );
}

/** What two values are compared by: `==`, `equals`, a label of a switch. */
export function equality(lower: Lowering, left: Value, right: Value, span: Syntax): Value {
  const known = fold("==", lower.literalOf(left), lower.literalOf(right));
  return known === undefined
    ? lower.builder.operator("===", [left, right], span)
    : lower.constant(known, span);
}
