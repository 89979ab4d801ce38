/** JSX: an element is a call of its component with one object of properties. */
import type * as t from "@babel/types";
import type { Value } from "../../ir/builder.ts";
import { CallForm, ConstantType } from "../../ir/kinds.ts";
import type { Lowering } from "./lowering.ts";
import { at, isHostElement } from "./syntax.ts";

export function lowerElement(lower: Lowering, node: t.JSXElement): Value {
  const { builder } = lower;
  const { name, attributes } = node.openingElement;
  const component = lowerComponent(lower, name);
  const fields = new Map<string, Value>();
  const spreads: { value: Value; except: string[] }[] = [];
  const add = (field: string, value: Value): void => {
    fields.set(field, value);
    for (const { except } of spreads) except.push(field);
  };
  for (const attribute of attributes) {
    if (attribute.type === "JSXSpreadAttribute")
      spreads.push({ value: lower.expression(attribute.argument), except: [] });
    else add(attributeName(attribute.name), lowerAttribute(lower, attribute));
  }
  const children = lowerChildren(lower, node.children);
  if (children.length === 1) add("children", children[0]!);
  else if (children.length > 1) add("children", sequence(lower, children, node));
  const properties = builder.record(
    [...fields].map(([field, value]) => ({ name: field, value })),
    spreads,
    at(node.openingElement),
  );
  return builder.call(CallForm.Call, component, [{ value: properties, spread: false }], at(node));
}

export const lowerFragment = (lower: Lowering, node: t.JSXFragment): Value =>
  sequence(lower, lowerChildren(lower, node.children), node);

const sequence = (lower: Lowering, values: readonly Value[], node: t.Node): Value =>
  lower.builder.sequence(
    values.map((value) => ({ value, spread: false })),
    at(node),
  );

/** Elements of the page are fields of one global, `JSX`. */
function lowerComponent(lower: Lowering, name: t.Node): Value {
  const { builder } = lower;
  switch (name.type) {
    case "JSXMemberExpression":
      return builder.load(lowerObject(lower, name.object), name.property.name, at(name));
    case "JSXNamespacedName":
      return builder.load(builder.cell("JSX", at(name)), attributeName(name), at(name));
    case "JSXIdentifier":
      return isHostElement(name.name)
        ? builder.load(builder.cell("JSX", at(name)), name.name, at(name))
        : lower.read(name.name, name);
    default:
      return lower.expression(name);
  }
}

const lowerObject = (lower: Lowering, name: t.JSXMemberExpression["object"]): Value =>
  name.type === "JSXMemberExpression" ? lowerComponent(lower, name) : lower.read(name.name, name);

const attributeName = (name: t.JSXIdentifier | t.JSXNamespacedName): string =>
  name.type === "JSXIdentifier" ? name.name : `${name.namespace.name}:${name.name.name}`;

function lowerAttribute(lower: Lowering, { name, value }: t.JSXAttribute): Value {
  if (!value) return lower.builder.constant(ConstantType.Boolean, "true", at(name));
  if (value.type === "JSXExpressionContainer")
    return lower.expression(value.expression, attributeName(name));
  return lower.expression(value);
}

function lowerChildren(lower: Lowering, children: t.JSXElement["children"]): Value[] {
  const values: Value[] = [];
  for (const child of children) {
    if (child.type === "JSXText") {
      const text = child.value.trim();
      if (text !== "") values.push(lower.builder.constant(ConstantType.String, text, at(child)));
    } else if (child.type !== "JSXExpressionContainer") {
      values.push(lower.expression(child.type === "JSXSpreadChild" ? child.expression : child));
    } else if (child.expression.type !== "JSXEmptyExpression") {
      values.push(lower.expression(child.expression));
    }
  }
  return values;
}
