/** Functions: their parameters, `this`, `arguments` and bodies. */
import type * as t from "@babel/types";
import type { FunctionBuilder, Item, Value } from "../../ir/builder.ts";
import { Position } from "../../ir/kinds.ts";
import type { FunctionRole } from "../../ir/module-ir.ts";
import { Lowering } from "./lowering.ts";
import { assign } from "./patterns.ts";
import { at } from "./syntax.ts";
import { annotatedType } from "./types.ts";

/** What a function is to the class or object that it is written in. */
export interface Membership {
  readonly role: FunctionRole;
  readonly class: number;
  readonly isStatic: boolean;
}

/** A function value. The body is lowered first, so that what it captures is known. */
export function lowerFunction(lower: Lowering, node: t.Function, name: string): Value {
  if (node.type !== "FunctionExpression" || !node.id)
    return lower.builder.closure(defineFunction(lower, node, name), at(node));
  const { id } = node;
  let value: Value = -1;
  lower.within(id, () => {
    value = lower.builder.closure(defineFunction(lower, node, id.name), at(node));
    lower.define(id.name, value, id);
  });
  return value;
}

export function defineFunction(
  lower: Lowering,
  node: t.Function,
  name: string,
  membership: Membership = { role: roleOf(node), class: -1, isStatic: false },
): FunctionBuilder {
  const inner = openFunction(lower, node, name, membership);
  const scope = lower.module.scopes.get(node)!;
  inner.enterScope(scope);
  receiveParameters(inner, node);
  lowerBody(inner, node);
  return inner.builder;
}

function roleOf(node: t.Function): FunctionRole {
  if (node.type === "ArrowFunctionExpression") return "arrow";
  if (node.type !== "ObjectMethod") return "function";
  if (node.kind === "get") return "getter";
  return node.kind === "set" ? "setter" : "method";
}

export function openFunction(
  lower: Lowering,
  node: t.Function | t.Class | t.TSModuleDeclaration,
  name: string,
  membership: Membership,
): Lowering {
  const builder = lower.module.builder.function({
    name,
    ...membership,
    span: at(node),
    parent: lower.builder.index,
    async: "async" in node && node.async === true,
    generator: "generator" in node && node.generator === true,
  });
  return new Lowering(lower.module, builder, lower.scope);
}

/** Emits the formals and, where they are used, `this` and `arguments`; then takes the patterns apart. */
export function receiveParameters(lower: Lowering, node: t.Function): void {
  const { builder } = lower;
  // TypeScript declares the type of `this` as if it were a parameter.
  const formals = node.params.filter(({ type, name }: { type: string; name?: unknown }) => {
    return !(type === "Identifier" && name === "this");
  });
  const values = formals.map((formal, position) =>
    builder.parameter(position, at(formal), {
      rest: formal.type === "RestElement",
      type: formalType(formal),
    }),
  );
  receiveThis(lower, node);
  const implicit = lower.lookup("arguments");
  if (implicit?.owner === builder.index && !implicit.isParameter) {
    const items: Item[] = values.map((value, position) => ({
      value,
      spread: formals[position]!.type === "RestElement",
    }));
    if (formals.at(-1)?.type !== "RestElement")
      items.push({ value: builder.undeclaredRest(values.length, at(node)), spread: true });
    lower.write("arguments", builder.sequence(items, at(node)), node);
  }
  formals.forEach((formal, position) => {
    assign(lower, formal, values[position]!);
  });
}

/** `this` is a value only where it is mentioned. */
export function receiveThis(lower: Lowering, node: t.Node): void {
  const { builder } = lower;
  if (lower.lookup("this")?.owner === builder.index)
    lower.write("this", builder.parameter(Position.Receiver, at(node)), node);
}

function formalType(formal: t.Node): string {
  if (formal.type === "TSParameterProperty") return formalType(formal.parameter);
  if (formal.type === "AssignmentPattern") return annotatedType(formal.left);
  return annotatedType(formal);
}

export function lowerBody(lower: Lowering, node: t.Function): void {
  const { body } = node;
  if (body.type !== "BlockStatement") {
    lower.exits.return(lower.expression(body), at(body));
    return;
  }
  recordDirectives(lower, body);
  lower.statements(body.body);
  lower.initialiseFields?.();
  lower.builder.return(-1, at(body));
}

/** `"use strict"` says nothing that matters here. */
export function recordDirectives(
  lower: Lowering,
  { directives }: t.Program | t.BlockStatement,
): void {
  for (const { value } of directives ?? []) {
    if (value.value !== "use strict")
      lower.module.builder.directives.push({ function: lower.builder.index, text: value.value });
  }
}
