/** Types of expressions, as far as one file tells: what is declared in it, literals, and what follows from them. */
import type { Syntax } from "../tree-sitter/syntax.ts";
import type { Named } from "./scope.ts";
import { textOf, unwrap } from "./syntax.ts";
import {
  BOOLEAN,
  basicType,
  elementOf,
  fieldsOf,
  NUMBER,
  resultType,
  STRING,
  type StaticType,
  structOf,
  type TypeContext,
  typeOf,
  UNKNOWN,
} from "./types.ts";

export interface InferenceContext extends TypeContext {
  /** Methods that the file declares, by their type. */
  readonly methods: ReadonlyMap<Named, ReadonlyMap<string, Syntax>>;
}

const DEPTH = 6;

export function inferType(syntax: Syntax | undefined, context: InferenceContext): StaticType {
  switch (syntax?.type) {
    case "identifier":
      return context.names.get(syntax)?.staticType ?? UNKNOWN;
    case "parenthesized_expression":
      return inferType(unwrap(syntax), context);
    case "int_literal":
    case "float_literal":
    case "imaginary_literal":
    case "rune_literal":
    case "iota":
      return NUMBER;
    case "interpreted_string_literal":
    case "raw_string_literal":
      return STRING;
    case "true":
    case "false":
      return BOOLEAN;
    case "composite_literal":
    case "type_conversion_expression":
    case "type_assertion_expression":
      return typeOf(syntax.get("type"), context);
    case "func_literal":
      return { kind: "function", name: "", syntax };
    case "selector_expression":
      return fieldType(
        inferType(syntax.get("operand"), context),
        fieldName(syntax, context),
        context,
      );
    case "index_expression":
      return elementOf(inferType(syntax.get("operand"), context), context);
    case "slice_expression":
      return inferType(syntax.get("operand"), context);
    case "unary_expression":
      return unaryType(syntax, context);
    case "binary_expression":
      return binaryType(syntax, context);
    case "call_expression":
      return callType(syntax, context);
    default:
      return UNKNOWN;
  }
}

const fieldName = (selector: Syntax, { text }: TypeContext): string =>
  textOf(selector.get("field")!, text);

/** The type of a field of a struct that the file declares, its own or that of an embedded one. */
export function fieldType(
  type: StaticType,
  name: string,
  context: TypeContext,
  depth = DEPTH,
): StaticType {
  const struct = structOf(type, context);
  if (struct === undefined || depth === 0) return UNKNOWN;
  const fields = fieldsOf(struct, context.text);
  const own = fields.find((one) => one.name === name);
  if (own) return typeOf(own.type, context);
  for (const { type: embedded, isEmbedded } of fields) {
    if (!isEmbedded) continue;
    const found = fieldType(typeOf(embedded, context), name, context, depth - 1);
    if (found !== UNKNOWN) return found;
  }
  return UNKNOWN;
}

/** The embedded fields on the way to a promoted one: `a.Base.name` for `a.name`. */
export function promotedThrough(
  type: StaticType,
  name: string,
  context: TypeContext,
  depth = DEPTH,
): readonly string[] {
  const struct = structOf(type, context);
  if (struct === undefined || depth === 0) return [];
  const fields = fieldsOf(struct, context.text);
  if (fields.some((one) => one.name === name)) return [];
  for (const { name: embedded, type: inner, isEmbedded } of fields) {
    const held = typeOf(inner, context);
    if (!isEmbedded || fieldType(held, name, context) === UNKNOWN) continue;
    return [embedded, ...promotedThrough(held, name, context, depth - 1)];
  }
  return [];
}

function unaryType(syntax: Syntax, context: InferenceContext): StaticType {
  const operand = inferType(syntax.get("operand"), context);
  switch (syntax.get("operator")?.type) {
    case "&":
    case "*":
      return operand;
    case "<-":
      return elementOf(operand, context);
    case "!":
      return BOOLEAN;
    default:
      return NUMBER;
  }
}

function binaryType(syntax: Syntax, context: InferenceContext): StaticType {
  const operator = syntax.get("operator")?.type ?? "";
  if (/^(?:&&|\|\||[!=<>]=?|==)$/.test(operator)) return BOOLEAN;
  if (operator !== "+") return NUMBER;
  // Both sides have one type. A long sum nests to the left: its last part will do.
  const right = inferType(syntax.get("right"), context);
  if (right !== UNKNOWN) return right;
  let left = syntax;
  while (left.type === "binary_expression" && left.get("left")) left = left.get("left")!;
  return inferType(left, context);
}

function callType(syntax: Syntax, context: InferenceContext): StaticType {
  const callee = unwrap(syntax.get("function")!);
  if (callee.type === "func_literal") return resultType(callee, context);
  if (callee.type === "identifier") {
    const named = context.names.get(callee);
    if (named === undefined) return builtinType(callee, syntax, context);
    if (named.sort === "type") return typeOf(callee, context);
    const signature = named.declaration ?? named.staticType?.syntax;
    return signature ? resultType(signature, context) : UNKNOWN;
  }
  if (callee.type !== "selector_expression") return UNKNOWN;
  const receiver = inferType(callee.get("operand"), context);
  const methods = receiver.named && context.methods.get(receiver.named);
  const method = methods?.get(fieldName(callee, context));
  return method ? resultType(method, context) : UNKNOWN;
}

function builtinType(callee: Syntax, call: Syntax, context: TypeContext): StaticType {
  const name = textOf(callee, context.text);
  switch (name) {
    case "len":
    case "cap":
    case "copy":
      return NUMBER;
    case "new":
    case "make":
      return typeOf(call.get("arguments")?.children[0], context);
    default:
      return basicType(name) ?? UNKNOWN;
  }
}
