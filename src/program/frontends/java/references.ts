/** What names of classes stand for where they are written. */
import type { FunctionBuilder, Value } from "../../ir/builder.ts";
import type { Span } from "../../ir/module-ir.ts";
import type { Variable } from "../../ir/variables.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import type { Lowering } from "./lowering.ts";
import type { Scope } from "./scope.ts";
import { dottedName, isClassDeclaration, isTypeName } from "./syntax.ts";
import { typeParts } from "./types.ts";

/** The classes among declarations, so that each can name those that stand below it. */
export function announce(lower: Lowering, declarations: readonly Syntax[]): void {
  for (const one of declarations) {
    const name = isClassDeclaration(one) ? one.get("name") : undefined;
    if (name === undefined || lower.builder.unreachable) continue;
    const index = lower.module.builder.class();
    const value = lower.builder.classValue(index, one);
    lower.module.announced.set(one, { index, value });
    lower.define(lower.text(name), value, name);
  }
}

/** A class by its simple name. */
export function classNamed(lower: Lowering, name: string, span: Span): Value {
  const meaning = lower.scope.lookup(name);
  return meaning?.kind === "variable" && lower.module.classes.has(name)
    ? lower.readVariable(meaning.variable, span)
    : lower.module.names.classValue(lower.builder, name, span);
}

/** A class of this file, in a function that nobody wrote. */
export function classIn(
  lower: Lowering,
  builder: FunctionBuilder,
  name: string,
  span: Span,
): Value {
  const meaning = lower.scope.lookup(name);
  return meaning?.kind === "variable" && meaning.variable.number >= 0
    ? builder.readCaptured(meaning.variable.number, span)
    : builder.undefined(span);
}

/** A class by a name of several parts: packages, or classes around it. */
export function classPath(lower: Lowering, parts: readonly string[], span: Span): Value {
  const [first = "", second, ...rest] = parts;
  const { builder, module } = lower;
  if (second === undefined) return classNamed(lower, first, span);
  if (!isTypeName(first))
    return module.names.qualified(builder, parts, span) ?? builder.undefined(span);
  let value = lower.isKnown(first)
    ? builder.load(classNamed(lower, first, span), second, span)
    : module.names.field(builder, first, second, span);
  for (const name of rest) value = builder.load(value, name, span);
  return value;
}

/** The class that a type names. */
export function classOf(lower: Lowering, type: Syntax): Value {
  const parts =
    type.type === "field_access"
      ? dottedName(type, lower.module.text)
      : typeParts(type, lower.module.text);
  return parts === undefined || parts.length === 0
    ? lower.builder.undefined(type)
    : classPath(lower, parts, type);
}

/** The class that a scope is of; undefined where it has no name. */
export function classValueOf(lower: Lowering, owner: Scope, span: Span): Value {
  const variable = owner.parent?.lookup(owner.members?.name ?? "");
  return variable?.kind === "variable"
    ? lower.readVariable(variable.variable, span)
    : lower.builder.undefined(span);
}

/** The value that stands for all types which the class around extends or implements. */
export function superclassOf(lower: Lowering, span: Span): Value {
  const types = lower.scope.enclosingClass()?.members?.supertypes ?? [];
  if (types.length === 0) return classPath(lower, ["java", "lang", "Object"], span);
  const values = types.map((one) => classOf(lower, one));
  return values.length === 1 ? values[0]! : lower.builder.choice(values, span);
}

/** A static field of a class of this file. */
export function staticField(lower: Lowering, owner: string, name: string): Variable | undefined {
  const variable = lower.module.classes.get(owner)?.variables.get(name);
  return variable === undefined || variable.owner < 0 ? undefined : variable;
}

/** Whether the owner of a method that is referred to is a type rather than a value. */
export function isTypeReference(lower: Lowering, owner: Syntax): boolean {
  if (/type|^scoped/.test(owner.type)) return true;
  const parts = dottedName(owner, lower.module.text);
  if (parts === undefined || !isTypeName(parts.at(-1)!)) return false;
  const [first = ""] = parts;
  return !lower.isKnown(first) || lower.module.classes.has(first);
}
