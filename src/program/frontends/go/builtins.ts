/** Functions and conversions that are part of the language. */
import type { Value } from "../../ir/builder.ts";
import { CallForm } from "../../ir/kinds.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import type { Lowering } from "./lowering.ts";
import { basicType, type StaticType, underlying } from "./types.ts";

/** The field that stands for every element. */
export const ELEMENT = "*";

/** Undefined: it is no function of the language. */
export function lowerBuiltin(
  lower: Lowering,
  name: string,
  list: Syntax,
  span: Syntax,
): Value | undefined {
  const { builder } = lower;
  const [first, ...rest] = list.children;
  if (first === undefined) return undefined;
  switch (name) {
    case "len":
    case "cap":
      return builder.load(lower.expression(first), "length", span);
    case "new":
      // `new(x)` of a value is a pointer to it.
      if (/^call_expression$|_literal$/.test(first.type)) return lower.expression(first);
      return zeroValue(lower, first, lower.typeOf(first), span);
    case "make":
      for (const size of rest) lower.expression(size);
      return zeroValue(lower, first, lower.typeOf(first), span);
    case "append":
      return lowerAppend(lower, first, rest, span);
    case "copy": {
      const target = lower.expression(first);
      const source = lower.expression(rest[0] ?? first);
      builder.store(target, ELEMENT, builder.load(source, ELEMENT, span), span);
      return builder.operator("number", [], span);
    }
    case "panic":
      builder.throw(lower.expression(first), span);
      return builder.undefined(span);
    case "string":
    case "any":
    case "error":
      return lower.expression(first);
    default: {
      if (basicType(name) === undefined) return undefined;
      const item = { value: lower.expression(first), spread: false };
      return builder.call(CallForm.Call, lower.undeclared(name, span), [item], span);
    }
  }
}

function lowerAppend(lower: Lowering, list: Syntax, added: readonly Syntax[], span: Syntax): Value {
  const before = { value: lower.expression(list), spread: true };
  const items = added.map((one) =>
    one.type === "variadic_argument"
      ? { value: lower.expression(one.children[0]!), spread: true }
      : { value: lower.expression(one), spread: false },
  );
  return lower.builder.sequence([before, ...items], span);
}

/** What a variable of a type holds before anything is assigned. */
export function zeroValue(
  lower: Lowering,
  syntax: Syntax | undefined,
  type: StaticType,
  span: Syntax,
): Value {
  const { builder } = lower;
  const { kind } = underlying(type, lower.module);
  switch (kind) {
    case "number":
      return lower.constant(0, span);
    case "string":
      return lower.constant("", span);
    case "boolean":
      return lower.constant(false, span);
    case "list":
      return builder.sequence([], span);
    case "map":
    case "channel":
      return builder.record([], [], span);
    case "named": {
      if (syntax === undefined || type.name === "") return builder.record([], [], span);
      if (syntax.type === "pointer_type")
        return lower.declared(lower.constant(null, span), type, span);
      const made = builder.call(CallForm.New, typeValue(lower, syntax), [], span);
      return typed(lower, made, type, span);
    }
    default:
      return lower.constant(null, span);
  }
}

/** What a literal or variable of a library's type is, its declaration tells. */
export const typed = (lower: Lowering, value: Value, type: StaticType, span: Syntax): Value =>
  type.name.includes(".") ? lower.declared(value, type, span) : value;

/** The value that stands for a type by its name. */
export function typeValue(lower: Lowering, syntax: Syntax): Value {
  const { builder } = lower;
  switch (syntax.type) {
    case "qualified_type": {
      const name = lower.text(syntax.get("package")!);
      const path = lower.module.packages.get(name) ?? name;
      return builder.imported(path, lower.text(syntax.get("name")!), syntax);
    }
    case "generic_type":
      return typeValue(lower, syntax.get("type")!);
    case "pointer_type":
      return typeValue(lower, syntax.children[0]!);
    case "type_identifier":
    case "identifier":
      return lower.read(syntax);
    default:
      return builder.undefined(syntax);
  }
}
