/** Calls: functions, methods, conversions, and the functions that are part of the language. */
import type { Item, Value } from "../../ir/builder.ts";
import { CallForm } from "../../ir/kinds.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { lowerBuiltin } from "./builtins.ts";
import type { Lowering } from "./lowering.ts";
import { memberOf, packageOf } from "./selectors.ts";
import { format } from "./strings.ts";
import { unwrap } from "./syntax.ts";
import { basicType } from "./types.ts";

/** The package of formatted text, and which of its functions take a format, with its position. */
const FORMATTER = "fmt";
const FORMATS: Readonly<Record<string, number>> = {
  Sprintf: 0,
  Printf: 0,
  Errorf: 0,
  Fprintf: 1,
  Appendf: 1,
};

export function lowerCall(lower: Lowering, syntax: Syntax, form: CallForm = CallForm.Call): Value {
  const { builder } = lower;
  const callee = calleeOf(lower, syntax);
  const list = syntax.get("arguments")!;
  if (callee.type === "identifier" && lower.named(callee) === undefined) {
    const built = lowerBuiltin(lower, lower.text(callee), list, syntax);
    if (built !== undefined) return built;
  }
  const converted = lowerConversion(lower, callee, list, syntax);
  if (converted !== undefined) return converted;
  if (callee.type !== "selector_expression") {
    const value = lower.expression(callee);
    return builder.call(form, value, argumentsOf(lower, list), syntax);
  }
  const name = lower.text(callee.get("field")!);
  const path = packageOf(lower, callee);
  if (path !== undefined) {
    const items = argumentsOf(lower, list);
    const position = path === FORMATTER ? FORMATS[name] : undefined;
    const formatted =
      position === undefined ? undefined : lowerFormat(lower, items, position, list, syntax);
    if (formatted !== undefined && name === "Sprintf") return formatted;
    const given =
      formatted === undefined
        ? items
        : [...items.slice(0, position), { value: formatted, spread: false }];
    return builder.call(form, builder.imported(path, name, callee), given, syntax);
  }
  const receiver = lower.expression(callee.get("operand")!);
  const method = memberOf(lower, callee, receiver);
  return builder.callMethod(form, method, receiver, name, argumentsOf(lower, list), syntax);
}

/** What is called, without the types that a generic function is given. */
function calleeOf(lower: Lowering, call: Syntax): Syntax {
  const callee = unwrap(call.get("function")!);
  if (callee.type !== "index_expression") return callee;
  const operand = unwrap(callee.get("operand")!);
  const index = callee.get("index");
  const isFunction =
    lower.named(operand)?.sort === "function" ||
    (operand.type === "selector_expression" && packageOf(lower, operand) !== undefined);
  return isFunction || (index !== undefined && isType(lower, index)) ? operand : callee;
}

function isType(lower: Lowering, syntax: Syntax): boolean {
  if (syntax.type !== "identifier") return /_type$/.test(syntax.type);
  const named = lower.named(syntax);
  return named === undefined
    ? basicType(lower.text(syntax)) !== undefined
    : /^type/.test(named.sort);
}

/** `T(x)` and `(*T)(x)` of a type of the file: the value, which has the methods of the type from then on. */
function lowerConversion(
  lower: Lowering,
  callee: Syntax,
  list: Syntax,
  span: Syntax,
): Value | undefined {
  const isPointer = callee.type === "unary_expression" && callee.get("operator")?.type === "*";
  const name = isPointer ? unwrap(callee.get("operand")!) : callee;
  const named = name.type === "identifier" ? lower.named(name) : undefined;
  const [operand] = list.children;
  if (named === undefined || !/^type/.test(named.sort) || operand === undefined) return undefined;
  const value = lower.expression(operand);
  return lower.module.methods.has(named) ? lower.declared(value, lower.typeOf(name), span) : value;
}

export function argumentsOf(lower: Lowering, list: Syntax): Item[] {
  return list.children.map((child) =>
    child.type === "variadic_argument"
      ? { value: lower.expression(child.children[0]!), spread: true }
      : { value: lower.expression(child), spread: false },
  );
}

/** The text that a constant format makes of its arguments. */
function lowerFormat(
  lower: Lowering,
  items: readonly Item[],
  position: number,
  list: Syntax,
  span: Syntax,
): Value | undefined {
  const template = items[position] && lower.literalOf(items[position].value);
  if (typeof template !== "string" || items.some(({ spread }) => spread)) return undefined;
  const values = items.slice(position + 1).map(({ value }) => value);
  const types = list.children.slice(position + 1).map((one) => lower.inferType(one));
  return format(lower, template, values, types, span);
}
