/** Expressions. */
import type { Value } from "../../ir/builder.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { typeValue, zeroValue } from "./builtins.ts";
import { lowerCall } from "./calls.ts";
import { lowerFunctionLiteral } from "./functions.ts";
import { lowerComposite } from "./literals.ts";
import type { Lowering } from "./lowering.ts";
import { lowerBinary, lowerUnary } from "./operators.ts";
import { lowerSelector } from "./selectors.ts";
import { literalText } from "./strings.ts";

export function lowerExpression(lower: Lowering, syntax: Syntax, name: string): Value {
  switch (syntax.type) {
    case "identifier":
      return lower.read(syntax);
    case "selector_expression":
      return lowerSelector(lower, syntax);
    case "call_expression":
      return lowerCall(lower, syntax);
    case "interpreted_string_literal":
    case "raw_string_literal":
      return lower.constant(literalText(lower.text(syntax)), syntax);
    case "rune_literal":
      return lower.constant(literalText(lower.text(syntax)).codePointAt(0) ?? 0, syntax);
    case "int_literal":
      return lower.constant(integer(lower.text(syntax)), syntax);
    case "float_literal":
    case "imaginary_literal":
      return lower.constant(Number.parseFloat(lower.text(syntax).replaceAll("_", "")) || 0, syntax);
    case "iota":
      return lower.constant(lower.iota, syntax);
    case "true":
    case "false":
      return lower.constant(syntax.type === "true", syntax);
    case "nil":
      return lower.constant(null, syntax);
    case "composite_literal":
      return lowerComposite(lower, syntax);
    case "func_literal":
      return lowerFunctionLiteral(lower, syntax, name);
    case "binary_expression":
      return lowerBinary(lower, syntax);
    case "unary_expression":
      return lowerUnary(lower, syntax);
    case "parenthesized_expression":
      return syntax.children.length === 1
        ? lower.expression(syntax.children[0]!, name)
        : lowerUnknown(lower, syntax);
    case "index_expression":
      return lowerIndex(lower, syntax);
    case "slice_expression":
      return lowerSlice(lower, syntax);
    case "type_assertion_expression":
      return lower.declared(
        lower.expression(syntax.get("operand")!),
        lower.typeOf(syntax.get("type")),
        syntax,
      );
    case "type_conversion_expression":
      return lower.expression(syntax.get("operand")!);
    case "type_instantiation_expression":
      return lower.expression(syntax.children[0]!);
    case "type_identifier":
    case "qualified_type":
    case "generic_type":
      return typeValue(lower, syntax);
    case "slice_type":
    case "map_type":
    case "array_type":
    case "channel_type":
      return zeroValue(lower, syntax, lower.typeOf(syntax), syntax);
    default:
      return lowerUnknown(lower, syntax);
  }
}

/** Depends on everything below. */
function lowerUnknown(lower: Lowering, syntax: Syntax): Value {
  const inputs = syntax.children.filter(isExpression).map((child) => lower.expression(child));
  return lower.builder.unknown(syntax.type, inputs, syntax);
}

/** Statements and types turn up in expressions only where the parser found an error, or in types. */
const isExpression = ({ type }: Syntax): boolean =>
  !/_statement$|_declaration$|_type$|_list$|_case$|^block$|^[^a-z]/.test(type);

function integer(text: string): number {
  const digits = text.replaceAll("_", "");
  return /^0\d/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
}

function lowerIndex(lower: Lowering, syntax: Syntax): Value {
  const { builder } = lower;
  const object = lower.expression(syntax.get("operand")!);
  const key = lower.expression(syntax.get("index")!);
  const field = lower.fieldOf(key);
  const element =
    field === undefined
      ? builder.loadKey(object, key, syntax)
      : builder.load(object, field, syntax);
  return lower.declared(element, lower.inferType(syntax), syntax);
}

/** A part of a text or list is made of it. */
function lowerSlice(lower: Lowering, syntax: Syntax): Value {
  const [operand] = syntax.children.map((child) => lower.expression(child));
  if (lower.inferType(syntax.get("operand")).kind === "list") return operand!;
  return lower.builder.operator("slice", [operand!], syntax);
}
