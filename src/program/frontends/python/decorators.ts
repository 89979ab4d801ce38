/** Definitions with decorators: each is a call whose argument is what it decorates. */
import type { Value } from "../../ir/builder.ts";
import { CallForm } from "../../ir/kinds.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import type { Lowering } from "./lowering.ts";
import { dottedName } from "./syntax.ts";

export const decoratorsOf = (syntax: Syntax): readonly Syntax[] =>
  syntax.type === "decorated_definition"
    ? syntax.children.filter(({ type }) => type === "decorator")
    : [];

/** The dotted names of the decorators that are no calls: `property`, `name.setter`, `staticmethod`. */
export const plainDecorators = (syntax: Syntax, text: string): readonly string[] =>
  decoratorsOf(syntax).flatMap((one) => {
    const name = one.children[0] && dottedName(one.children[0], text);
    return name === undefined ? [] : [name];
  });

/**
 * What the decorators, the innermost first, make of a value. A decorator may give back what it was given, so the result
 * is also that; `isApplied` says which of them are calls at all.
 */
export function decorate(
  lower: Lowering,
  syntax: Syntax,
  value: Value,
  isApplied: (decorator: Syntax) => boolean = () => true,
): Value {
  const { builder } = lower;
  let result = value;
  for (const decorator of [...decoratorsOf(syntax)].reverse()) {
    const [expression] = decorator.children;
    if (expression === undefined || !isApplied(decorator)) continue;
    const callee = lower.expression(expression);
    const items = [{ value: result, spread: false }];
    const made = builder.call(CallForm.Decorator, callee, items, decorator);
    result = builder.choice([result, made], decorator);
  }
  return result;
}
