/** Assignment, declaration by `:=`, and values in several parts. */
import type { Value } from "../../ir/builder.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { ELEMENT } from "./builtins.ts";
import type { Lowering } from "./lowering.ts";
import { operate } from "./operators.ts";
import { holderOf, packageOf } from "./selectors.ts";
import { listOf, unwrap } from "./syntax.ts";
import { BOOLEAN, type StaticType, UNKNOWN } from "./types.ts";

/** The values of a list of expressions, or the `count` parts of a single one. */
export function partsOf(
  lower: Lowering,
  expressions: readonly Syntax[],
  count: number,
  names: readonly string[] = [],
): readonly Value[] {
  const [only] = expressions;
  if (only === undefined || expressions.length > 1 || count <= 1)
    return expressions.map((one, index) => lower.expression(one, names[index]));
  const { builder } = lower;
  const syntax = unwrap(only);
  switch (syntax.type) {
    case "index_expression": {
      const value = lower.expression(syntax);
      const map = lower.expression(syntax.get("operand")!);
      const key = lower.expression(syntax.get("index")!);
      return [value, builder.operator("in", [key, map], syntax)];
    }
    case "type_assertion_expression": {
      const operand = lower.expression(syntax.get("operand")!);
      return [lower.expression(syntax), builder.operator("instanceof", [operand], syntax)];
    }
    case "unary_expression":
      return [lower.expression(syntax), builder.operator("next", [], syntax)];
    default: {
      const value = lower.expression(syntax);
      return Array.from({ length: count }, (_, part) => builder.load(value, String(part), syntax));
    }
  }
}

/** Types of the parts, as far as the file tells. */
export function partTypes(
  lower: Lowering,
  expressions: readonly Syntax[],
  count: number,
): readonly StaticType[] {
  const [only] = expressions;
  if (only === undefined || expressions.length > 1 || count <= 1)
    return expressions.map((one) => lower.inferType(one));
  const type = lower.inferType(only);
  if (unwrap(only).type !== "call_expression") return [type, BOOLEAN];
  return Array.from({ length: count }, (_, part) => type.parts?.[part] ?? UNKNOWN);
}

export function assignParts(
  targets: readonly Syntax[],
  values: readonly Value[],
  assignOne: (target: Syntax, value: Value, index: number) => void,
): void {
  targets.forEach((target, index) => {
    const value = values[index];
    if (value !== undefined) assignOne(target, value, index);
  });
}

export function assign(lower: Lowering, syntax: Syntax, value: Value): void {
  const { builder } = lower;
  const target = unwrap(syntax);
  switch (target.type) {
    case "identifier": {
      const named = lower.named(target);
      if (named) lower.write(named, value, target);
      return;
    }
    case "selector_expression": {
      const name = lower.text(target.get("field")!);
      const path = packageOf(lower, target);
      const object =
        path === undefined
          ? holderOf(lower, target, lower.expression(target.get("operand")!))
          : builder.imported(path, "*", target);
      builder.store(object, name, value, target);
      return;
    }
    case "index_expression": {
      const object = lower.expression(target.get("operand")!);
      const key = lower.expression(target.get("index")!);
      const field = lower.fieldOf(key);
      if (field === undefined) builder.storeKey(object, key, value, target);
      else builder.store(object, field, value, target);
      return;
    }
    case "unary_expression":
      // `*pointer = value`
      builder.store(lower.expression(target.get("operand")!), ELEMENT, value, target);
      return;
    default:
      lower.expression(target);
  }
}

/** `a, b := ...`, which assigns to what the same block has declared already. */
export function lowerShortDeclaration(lower: Lowering, syntax: Syntax): void {
  const targets = listOf(syntax.get("left"));
  const expressions = listOf(syntax.get("right"));
  const names = targets.map((target) => lower.text(target));
  const values = partsOf(lower, expressions, targets.length, names);
  const types = partTypes(lower, expressions, targets.length);
  assignParts(targets, values, (target, value, index) =>
    declareOrAssign(lower, target, value, types[index] ?? UNKNOWN),
  );
}

export function declareOrAssign(
  lower: Lowering,
  target: Syntax,
  value: Value,
  type: StaticType,
): void {
  if (target.type === "identifier") lower.declare(target, type, value);
  else assign(lower, target, value);
}

export function lowerAssignment(lower: Lowering, syntax: Syntax): void {
  const targets = listOf(syntax.get("left"));
  const expressions = listOf(syntax.get("right"));
  const operator = (syntax.get("operator")?.type ?? "=").slice(0, -1);
  const [target] = targets;
  if (operator !== "" && target && expressions[0]) {
    const before = lower.expression(target);
    const right = lower.expression(expressions[0]);
    const known = lower.inferType(target);
    const type = known.kind === "unknown" ? lower.inferType(expressions[0]) : known;
    assign(lower, target, operate(lower, operator, before, right, syntax, type));
    return;
  }
  const values = partsOf(lower, expressions, targets.length);
  assignParts(targets, values, (one, value) => assign(lower, one, value));
}

/** `x++` and `x--`. */
export function lowerStep(lower: Lowering, syntax: Syntax): void {
  const target = syntax.children[0];
  if (target)
    assign(lower, target, lower.builder.operator("++", [lower.expression(target)], syntax));
}
