/** Assignment to variables, fields and elements. */
import type { Value } from "../../ir/builder.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import type { Lowering } from "./lowering.ts";
import { isNumeric, operate } from "./operators.ts";
import { staticField } from "./references.ts";
import { unwrap } from "./syntax.ts";
import { isTextType } from "./types.ts";

export function assign(lower: Lowering, syntax: Syntax, value: Value): void {
  const { builder } = lower;
  const target = unwrap(syntax);
  switch (target.type) {
    case "identifier":
      lower.write(lower.text(target), value, target);
      return;
    case "field_access": {
      const object = target.get("object")!;
      const name = lower.text(target.get("field"));
      const own =
        object.type === "identifier" ? staticField(lower, lower.text(object), name) : undefined;
      if (own) lower.writeVariable(own, value, target);
      else builder.store(lower.expression(object), name, value, target);
      return;
    }
    case "array_access": {
      const array = lower.part(target, "array");
      const index = lower.part(target, "index");
      const literal = lower.literalOf(index);
      if (typeof literal === "number")
        builder.store(array, literal > 9 ? "*" : String(literal), value, target);
      else builder.storeKey(array, index, value, target);
      return;
    }
    default:
      lower.expression(target);
  }
}

/** `left = right` and `left operator= right`. */
export function lowerAssignment(lower: Lowering, syntax: Syntax): Value {
  const left = syntax.get("left")!;
  const right = syntax.get("right")!;
  const operator = (syntax.get("operator")?.type ?? "=").replace(/=$/, "");
  const name = left.type === "identifier" ? lower.text(left) : "";
  const type = name === "" ? "" : lower.typeOfName(name);
  if (operator === "") {
    const given = lower.expression(right, name);
    const value = isCalled(right) ? lower.typed(given, type, right) : given;
    assign(lower, left, value);
    return value;
  }
  const before = lower.expression(left);
  if (isTextType(type)) lower.noteText(before);
  const isNumber = isNumeric(lower, left);
  const value = operate(lower, operator, before, lower.expression(right), syntax, isNumber);
  assign(lower, left, value);
  return value;
}

/** Whether only what is declared tells what an expression gives. */
export const isCalled = (syntax: Syntax): boolean =>
  /^(?:method_invocation|array_access|field_access|identifier|switch_expression|ternary_expression)$/.test(
    unwrap(syntax).type,
  );

/** `i++` and the like: as a value, what it was before or after makes no difference to anybody. */
export function lowerUpdate(lower: Lowering, syntax: Syntax): Value {
  const target = syntax.children.find(({ type }) => !/^[-+]/.test(type));
  if (target === undefined) return lower.builder.undefined(syntax);
  const before = lower.expression(target);
  const operator = syntax.has("++") ? "+" : "-";
  const one = lower.constant(1, syntax);
  const after = operate(lower, operator, before, one, syntax, true);
  assign(lower, target, after);
  return syntax.children[0] === target ? before : after;
}
