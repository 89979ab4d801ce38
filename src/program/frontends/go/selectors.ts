/** `a.b`: a member of a package, a field, a promoted field, a method. */
import type { Value } from "../../ir/builder.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { promotedThrough } from "./inference.ts";
import type { Lowering } from "./lowering.ts";
import { unwrap } from "./syntax.ts";

/** The path of the package that a selector names a member of. */
export function packageOf(lower: Lowering, selector: Syntax): string | undefined {
  const operand = selector.get("operand")!;
  if (operand.type !== "identifier" || lower.named(operand) !== undefined) return undefined;
  return lower.module.packages.get(lower.text(operand));
}

export function lowerSelector(lower: Lowering, syntax: Syntax): Value {
  const { builder } = lower;
  const name = lower.text(syntax.get("field")!);
  const path = packageOf(lower, syntax);
  if (path !== undefined) return builder.imported(path, name, syntax);
  const operand = unwrap(syntax.get("operand")!);
  const type = operand.type === "unary_expression" ? unwrap(operand.get("operand")!) : operand;
  if (type.type === "identifier" && lower.named(type)?.sort === "type") {
    // `T.Method` and `(*T).Method`
    return builder.load(builder.load(lower.read(type), "prototype", syntax), name, syntax);
  }
  return memberOf(lower, syntax, lower.expression(operand));
}

/** A field or method of a value; what is promoted is read from where it is embedded. */
export function memberOf(lower: Lowering, selector: Syntax, object: Value): Value {
  const name = lower.text(selector.get("field")!);
  return lower.builder.load(holderOf(lower, selector, object), name, selector);
}

/** What really has the field that a selector names. */
export function holderOf(lower: Lowering, selector: Syntax, object: Value): Value {
  const name = lower.text(selector.get("field")!);
  const type = lower.inferType(selector.get("operand"));
  let holder = object;
  for (const embedded of promotedThrough(type, name, lower.module))
    holder = lower.builder.load(holder, embedded, selector);
  return holder;
}
