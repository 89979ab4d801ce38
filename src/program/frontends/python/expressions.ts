/** Expressions. */
import type { Item, Value } from "../../ir/builder.ts";
import { CallForm } from "../../ir/kinds.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { lowerCall } from "./calls.ts";
import { lowerComprehension } from "./comprehensions.ts";
import { lowerBoolean, lowerConditional } from "./conditions.ts";
import { lowerLambda } from "./functions.ts";
import type { Lowering } from "./lowering.ts";
import { lowerBinary, lowerComparison, lowerUnary } from "./operators.ts";
import { lowerString } from "./strings.ts";
import { dottedName } from "./syntax.ts";

export function lowerExpression(lower: Lowering, syntax: Syntax, name: string): Value {
  const { builder } = lower;
  switch (syntax.type) {
    case "identifier": {
      const value = lower.read(lower.text(syntax), syntax);
      lower.contents.forget(value);
      return value;
    }
    case "attribute":
      return lowerAttribute(lower, syntax);
    case "call":
      return lowerCall(lower, syntax);
    case "string":
    case "concatenated_string":
      return lowerString(lower, syntax);
    case "integer":
      return lower.constant(integer(lower.text(syntax)), syntax);
    case "float":
      return lower.constant(Number.parseFloat(lower.text(syntax).replaceAll("_", "")), syntax);
    case "true":
    case "false":
      return lower.constant(syntax.type === "true", syntax);
    case "none":
      return lower.constant(null, syntax);
    case "ellipsis":
      return builder.undefined(syntax);
    case "subscript":
      return lowerSubscript(lower, syntax);
    case "binary_operator":
      return lowerBinary(lower, syntax);
    case "unary_operator":
    case "not_operator":
      return lowerUnary(lower, syntax);
    case "comparison_operator":
      return lowerComparison(lower, syntax);
    case "boolean_operator":
      return lowerBoolean(lower, syntax);
    case "conditional_expression":
      return lowerConditional(lower, syntax);
    case "lambda":
      return lowerLambda(lower, syntax, name);
    case "named_expression": {
      const value = lower.expression(syntax.get("value")!);
      const target = syntax.get("name")!;
      lower.write(lower.text(target), value, target);
      return value;
    }
    case "parenthesized_expression":
    case "type":
      return syntax.children.length === 1
        ? lower.expression(syntax.children[0]!, name)
        : lowerUnknown(lower, syntax);
    case "list":
      return lowerList(lower, syntax);
    case "tuple":
    case "set":
    case "expression_list":
    case "pattern_list":
      return builder.sequence(elements(lower, syntax), syntax);
    case "dictionary":
      return lowerDictionary(lower, syntax);
    case "list_comprehension":
    case "set_comprehension":
    case "dictionary_comprehension":
    case "generator_expression":
      return lowerComprehension(lower, syntax);
    case "await":
      return builder.await(lower.expression(syntax.children[0]!), syntax);
    case "yield": {
      const value = syntax.children.find(({ type }) => type !== "from");
      return builder.yield(value ? lower.expression(value) : -1, syntax.has("from"), syntax);
    }
    case "as_pattern":
      return lower.expression(syntax.children[0]!);
    default:
      return lowerUnknown(lower, syntax);
  }
}

const elements = (lower: Lowering, syntax: Syntax): Item[] =>
  syntax.children.map((child) =>
    child.type === "list_splat" || child.type === "list_splat_pattern"
      ? { value: lower.expression(child.children[0]!), spread: true }
      : { value: lower.expression(child), spread: false },
  );

function lowerList(lower: Lowering, syntax: Syntax): Value {
  const items = elements(lower, syntax);
  const list = lower.builder.sequence(items, syntax);
  if (!items.some(({ spread }) => spread))
    lower.contents.made(
      list,
      items.map(({ value }) => value),
    );
  return list;
}

/** Depends on everything below. */
function lowerUnknown(lower: Lowering, syntax: Syntax): Value {
  const inputs = syntax.children.filter(isExpression).map((child) => lower.expression(child));
  return lower.builder.unknown(syntax.type, inputs, syntax);
}

/** Statements turn up in expressions only where the parser found an error. */
const isExpression = ({ type }: Syntax): boolean =>
  !/_statement$|_definition$|_clause$|^block$|^[^a-z]/.test(type);

function integer(text: string): number {
  const digits = text.replaceAll("_", "").replace(/[lLjJ]$/, "");
  return /^0\d/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
}

/** `a.b`; what `import a.b` has made known is the module of that name. */
function lowerAttribute(lower: Lowering, syntax: Syntax): Value {
  const { builder, module } = lower;
  const dotted = module.dottedImports.size > 0 ? dottedName(syntax, module.text) : undefined;
  if (dotted !== undefined && module.dottedImports.has(dotted))
    return builder.imported(dotted, "*", syntax);
  const object = lower.expression(syntax.get("object")!);
  return builder.load(object, lower.text(syntax.get("attribute")!), syntax);
}

function lowerSubscript(lower: Lowering, syntax: Syntax): Value {
  const { builder } = lower;
  const object = lower.holder(syntax.get("value")!);
  const [only, ...more] = syntax.all("subscript");
  if (only === undefined) return object;
  if (only.type === "slice" || more.length > 0) {
    const bounds = [only, ...more].flatMap((one) => (one.type === "slice" ? one.children : [one]));
    const items = bounds.map((one) => ({ value: lower.expression(one), spread: false }));
    const callee = builder.load(object, "__getitem__", syntax);
    return builder.callMethod(CallForm.Call, callee, object, "__getitem__", items, syntax);
  }
  const key = lower.expression(only);
  const text = lower.literalOf(object);
  const index = lower.literalOf(key);
  if (typeof index === "number") {
    if (typeof text === "string") return lower.constant(text.at(index) ?? "", syntax);
    const element = lower.contents.at(object, index);
    if (element !== undefined) return element;
  }
  const field = lower.fieldOf(key);
  return field === undefined
    ? builder.loadKey(object, key, syntax)
    : builder.load(object, field, syntax);
}

function lowerDictionary(lower: Lowering, syntax: Syntax): Value {
  const { builder } = lower;
  const fields = new Map<string, Value>();
  const spreads: { value: Value; except: string[] }[] = [];
  const computed: [key: Value, value: Value, pair: Syntax][] = [];
  for (const child of syntax.children) {
    if (child.type === "dictionary_splat") {
      spreads.push({ value: lower.expression(child.children[0]!), except: [] });
      continue;
    }
    if (child.type !== "pair") continue;
    const key = lower.expression(child.get("key")!);
    const field = lower.fieldOf(key);
    const value = lower.expression(child.get("value")!, field ?? "");
    if (field === undefined) computed.push([key, value, child]);
    else {
      fields.set(field, value);
      // What is written after a spread hides what the spread brings under that name.
      for (const { except } of spreads) except.push(field);
    }
  }
  const named = [...fields].map(([name, value]) => ({ name, value }));
  const record = builder.record(named, spreads, syntax);
  for (const [key, value, pair] of computed) builder.storeKey(record, key, value, pair);
  return record;
}
