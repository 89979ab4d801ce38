/** Expressions. */
import type { Value } from "../../ir/builder.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { lowerAssignment, lowerUpdate } from "./assignment.ts";
import { lowerCall } from "./calls.ts";
import { lowerCreation } from "./classes.ts";
import { lowerConditional, lowerLogical } from "./conditions.ts";
import { lowerLambda, lowerReference } from "./lambdas.ts";
import type { Lowering } from "./lowering.ts";
import { lowerBinary, lowerUnary } from "./operators.ts";
import { staticField } from "./references.ts";
import { lowerString } from "./strings.ts";
import { lowerSwitchValue } from "./switch.ts";
import { dottedName, isWhole } from "./syntax.ts";

export function lowerExpression(lower: Lowering, syntax: Syntax, name: string): Value {
  const { builder } = lower;
  if (!isWhole(syntax)) return lowerUnknown(lower, syntax);
  switch (syntax.type) {
    case "identifier": {
      const value = lower.read(lower.text(syntax), syntax);
      lower.contents.forget(value);
      return value;
    }
    case "this":
      return lower.self(syntax) ?? builder.undefined(syntax);
    case "field_access":
      return lowerField(lower, syntax);
    case "method_invocation":
      return lowerCall(lower, syntax);
    case "object_creation_expression":
      return lowerCreation(lower, syntax);
    case "string_literal":
      return lowerString(lower, syntax);
    case "character_literal":
      return lowerString(lower, syntax);
    case "decimal_integer_literal":
    case "hex_integer_literal":
    case "octal_integer_literal":
    case "binary_integer_literal":
      return lower.constant(integer(lower.text(syntax)), syntax);
    case "decimal_floating_point_literal":
    case "hex_floating_point_literal":
      return builder.operator("number", [], syntax);
    case "true":
    case "false":
      return lower.constant(syntax.type === "true", syntax);
    case "null_literal":
      return lower.constant(null, syntax);
    case "class_literal":
      // An object that says what a class is: to hand it on is not to call its constructor.
      return builder.operator("class", [], syntax);
    case "binary_expression":
      return /^(?:&&|\|\|)$/.test(syntax.get("operator")?.type ?? "")
        ? lowerLogical(lower, syntax)
        : lowerBinary(lower, syntax);
    case "unary_expression":
      return lowerUnary(lower, syntax);
    case "update_expression":
      return lowerUpdate(lower, syntax);
    case "assignment_expression":
      return lowerAssignment(lower, syntax);
    case "ternary_expression":
      return lowerConditional(lower, syntax);
    case "instanceof_expression":
      return builder.operator("instanceof", [lower.part(syntax, "left")], syntax);
    case "cast_expression": {
      const value = lower.part(syntax, "value", name);
      const type = lower.typeOf(syntax.get("type"));
      return lower.typed(lower.numbered(value, type, syntax), type, syntax);
    }
    case "lambda_expression":
      return lowerLambda(lower, syntax, name);
    case "method_reference":
      return lowerReference(lower, syntax);
    case "switch_expression":
      return lowerSwitchValue(lower, syntax);
    case "parenthesized_expression":
      return syntax.children.length === 1
        ? lower.expression(syntax.children[0]!, name)
        : lowerUnknown(lower, syntax);
    case "array_creation_expression":
      return lowerArray(lower, syntax);
    case "array_initializer":
    case "element_value_array_initializer":
      return builder.sequence(
        syntax.children.map((one) => ({ value: lower.expression(one), spread: false })),
        syntax,
      );
    case "array_access":
      return lowerElement(lower, syntax);
    default:
      return lowerUnknown(lower, syntax);
  }
}

/** Depends on everything below. */
function lowerUnknown(lower: Lowering, syntax: Syntax): Value {
  const inputs = syntax.children.filter(isExpression).map((child) => lower.expression(child));
  return lower.builder.unknown(syntax.type, inputs, syntax);
}

/** Statements, types and declarations turn up in expressions only where the parser found an error. */
const isExpression = ({ type }: Syntax): boolean =>
  !/_statement$|_declaration$|_clause$|_type$|type_|^block$|^modifiers$|^[^a-z]/.test(type);

function integer(text: string): number {
  const digits = text.replaceAll("_", "").replace(/[lL]$/, "");
  return /^0\d/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
}

/** `a.b`; where `a` is a class of another file, its static field. */
function lowerField(lower: Lowering, syntax: Syntax): Value {
  const { builder, module } = lower;
  const field = syntax.get("field")!;
  const object = syntax.get("object")!;
  if (field.type === "this") return lowerOuter(lower, object, syntax);
  const parts = dottedName(syntax, module.text);
  const [first = "", second = "", ...rest] = parts ?? [];
  if (parts && !lower.isKnown(first)) {
    const qualified = /^[A-Z]/.test(first)
      ? undefined
      : module.names.qualified(builder, parts, syntax);
    if (qualified !== undefined) return qualified;
    if (/^[A-Z]/.test(first)) {
      let value = module.names.field(builder, first, second, syntax);
      for (const name of rest) value = builder.load(value, name, syntax);
      return value;
    }
  }
  const name = lower.text(field);
  const own =
    object.type === "identifier" ? staticField(lower, lower.text(object), name) : undefined;
  if (own) return lower.readVariable(own, syntax);
  return builder.load(lower.expression(object), name, syntax);
}

/** `Outer.this` */
function lowerOuter(lower: Lowering, owner: Syntax, span: Syntax): Value {
  const name = lower.text(owner).replace(/^.*\./s, "");
  for (let scope = lower.scope.enclosingClass(); scope; scope = scope.parent?.enclosingClass())
    if (scope.members?.name === name) return lower.receiver(scope, span);
  return lower.self(span) ?? lower.builder.undefined(span);
}

function lowerArray(lower: Lowering, syntax: Syntax): Value {
  for (const one of syntax.all("dimensions"))
    for (const size of one.children) lower.expression(size);
  const value = syntax.get("value");
  return value ? lower.expression(value) : lower.builder.sequence([], syntax);
}

function lowerElement(lower: Lowering, syntax: Syntax): Value {
  const { builder } = lower;
  const array = lower.part(syntax, "array");
  const index = lower.part(syntax, "index");
  const literal = lower.literalOf(index);
  return typeof literal === "number"
    ? builder.load(array, literal > 9 ? "*" : String(literal), syntax)
    : builder.loadKey(array, index, syntax);
}
