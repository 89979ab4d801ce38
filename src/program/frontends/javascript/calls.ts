/** Calls of every form, and the calls that are really imports. */
import type * as t from "@babel/types";
import type { Item, Value } from "../../ir/builder.ts";
import { CallForm, ConstantType } from "../../ir/kinds.ts";
import type { Lowering } from "./lowering.ts";
import { lowerMember } from "./patterns.ts";
import { SUPER } from "./resolve.ts";
import { at, constantText, templateText, unwrap } from "./syntax.ts";

export function lowerCall(
  lower: Lowering,
  node: t.CallExpression | t.OptionalCallExpression,
): Value {
  const { builder } = lower;
  const required = requiredModule(lower, node);
  if (required !== undefined) return builder.imported(required, "*", at(node));
  const callee = unwrap(node.callee);
  if (callee.type === "Super") {
    const superclass = lower.read(SUPER, callee);
    const receiver = lower.read("this", callee);
    const items = lowerItems(lower, node.arguments, node);
    const result = builder.callMethod(CallForm.Super, superclass, receiver, "", items, at(node));
    lower.initialiseFields?.();
    return result;
  }
  const { value, receiver, name } = lowerCallee(lower, callee);
  const items = lowerItems(lower, node.arguments, node);
  return receiver === undefined
    ? builder.call(CallForm.Call, value, items, at(node))
    : builder.callMethod(CallForm.Call, value, receiver, name, items, at(node));
}

interface Callee {
  readonly value: Value;
  readonly receiver: Value | undefined;
  /** `""` for a computed name. */
  readonly name: string;
}

function lowerCallee(lower: Lowering, callee: t.Node): Callee {
  if (callee.type !== "MemberExpression" && callee.type !== "OptionalMemberExpression")
    return { value: lower.expression(callee), receiver: undefined, name: "" };
  const member = lowerMember(lower, callee);
  const receiver =
    callee.object.type === "Super" ? lower.read("this", callee.object) : member.object;
  return { value: member.load(callee), receiver, name: member.field ?? "" };
}

export function lowerNew(lower: Lowering, node: t.NewExpression): Value {
  const callee = lower.expression(node.callee);
  const items = lowerItems(lower, node.arguments, node);
  return lower.builder.call(CallForm.New, callee, items, at(node));
}

/** A tag gets the constant parts as one sequence, then the holes. */
export function lowerTagged(lower: Lowering, node: t.TaggedTemplateExpression): Value {
  const { builder } = lower;
  const { value, receiver, name } = lowerCallee(lower, unwrap(node.tag));
  const { quasis, expressions } = node.quasi;
  const parts = quasis.map((part) => ({
    value: builder.constant(ConstantType.String, templateText(part), at(part)),
    spread: false,
  }));
  const items: Item[] = [{ value: builder.sequence(parts, at(node.quasi)), spread: false }];
  for (const hole of expressions) items.push({ value: lower.expression(hole), spread: false });
  return receiver === undefined
    ? builder.call(CallForm.Tag, value, items, at(node))
    : builder.callMethod(CallForm.Tag, value, receiver, name, items, at(node));
}

/** Arguments of a call, or elements of an array. */
export function lowerItems(
  lower: Lowering,
  nodes: readonly (t.Node | null)[],
  whole: t.Node,
): Item[] {
  return nodes.map((node) => {
    if (node === null) return { value: lower.builder.undefined(at(whole)), spread: false };
    return node.type === "SpreadElement"
      ? { value: lower.expression(node.argument), spread: true }
      : { value: lower.expression(node), spread: false };
  });
}

/** `import("module")`: what it gives when awaited; the rest of a promise is not modelled. */
export function lowerImport(lower: Lowering, node: t.ImportExpression): Value {
  const { builder } = lower;
  const module = constantText(node.source);
  if (module !== undefined) return builder.imported(module, "*", at(node));
  const source = lower.expression(node.source);
  const callee = builder.cell("import", at(node));
  return builder.call(CallForm.Call, callee, [{ value: source, spread: false }], at(node));
}

/** The module that `require("module")` names, when `require` is the module system's. */
export function requiredModule(lower: Lowering, node: t.Node): string | undefined {
  if (node.type !== "CallExpression" || node.arguments.length !== 1) return undefined;
  const { callee } = node;
  if (callee.type !== "Identifier" || callee.name !== "require") return undefined;
  // AMD and bundlers pass it as a parameter.
  const variable = lower.lookup("require");
  if (variable !== undefined && !variable.isParameter) return undefined;
  return constantText(node.arguments[0]!);
}
