/** Declarations: variables, constants and types, and the order in which a file's are lowered. */
import type { Syntax } from "../tree-sitter/syntax.ts";
import { assignParts, partsOf, partTypes } from "./assignment.ts";
import { zeroValue } from "./builtins.ts";
import { completeClass, declareClass } from "./classes.ts";
import { defineFunction } from "./functions.ts";
import type { Lowering } from "./lowering.ts";
import { specsOf } from "./resolve.ts";
import { listOf, receiverType } from "./syntax.ts";
import { UNKNOWN } from "./types.ts";

/** At the top the order does not matter: what others need is lowered first. */
export function lowerFile(lower: Lowering, root: Syntax): void {
  for (const named of lower.module.top.values()) placeTop(lower, named);
  const of = (type: string): readonly Syntax[] =>
    root.children.filter((child) => child.type === type);
  for (const declaration of of("const_declaration")) lowerConstants(lower, declaration);
  lowerTypes(lower, of("type_declaration"));
  for (const declaration of of("function_declaration")) lowerFunction(lower, declaration);
  for (const declaration of of("method_declaration")) lowerForeignMethod(lower, declaration);
  for (const declaration of of("var_declaration")) lowerVariables(lower, declaration);
  for (const child of root.children)
    if (/_statement$|^ERROR$/.test(child.type)) lower.statement(child);
}

function placeTop(lower: Lowering, named: Parameters<Lowering["place"]>[0]): void {
  const { declaration, sort } = named;
  if (sort === "function" && declaration)
    lower.place(named, { kind: "function", name: "", syntax: declaration });
  else if (sort === "type") lower.place(named, UNKNOWN);
  lower.module.builder.exports.push({ name: named.name, variable: numberOf(lower, named) });
}

/** A variable of the file gets its number now, and its type when it is lowered. */
function numberOf(lower: Lowering, named: Parameters<Lowering["place"]>[0]): number {
  if (named.owner < 0) lower.place(named, UNKNOWN);
  if (named.sort === "value" || named.sort === "constant") named.staticType = undefined;
  return named.number;
}

function lowerFunction(lower: Lowering, syntax: Syntax): void {
  const name = syntax.get("name")!;
  const fn = defineFunction(lower, syntax, lower.text(name), "function", -1);
  const closure = lower.builder.closure(fn, syntax);
  const named = lower.named(name);
  if (named) lower.write(named, closure, name);
}

/** A method of a type that another file of the package declares. */
function lowerForeignMethod(lower: Lowering, syntax: Syntax): void {
  const { builder } = lower;
  const receiver = receiverType(syntax);
  if (receiver === undefined || lower.named(receiver)?.sort === "type") return;
  const name = lower.text(syntax.get("name")!);
  const fn = defineFunction(lower, syntax, name, "method", -1);
  const closure = builder.closure(fn, syntax);
  const prototype = builder.load(
    lower.undeclared(lower.text(receiver), receiver),
    "prototype",
    syntax,
  );
  builder.store(prototype, name, closure, syntax);
}

/** All types first, since they may mention each other, then what they are made of. */
export function lowerTypes(lower: Lowering, declarations: readonly Syntax[]): void {
  const classes = declarations
    .flatMap(({ children }) => children)
    .flatMap((spec) => declareClass(lower, spec) ?? []);
  for (const one of classes) completeClass(lower, one);
}

export function lowerConstants(lower: Lowering, declaration: Syntax): void {
  const outer = lower.iota;
  let repeated: { type: Syntax | undefined; values: readonly Syntax[] } = {
    type: undefined,
    values: [],
  };
  specsOf(declaration).forEach((spec, index) => {
    // What gives no value repeats the expressions above it, with the next `iota`.
    const given = spec.get("value");
    if (given) repeated = { type: spec.get("type"), values: listOf(given) };
    lower.iota = index;
    spec.all("name").forEach((name, position) => {
      const expression = repeated.values[position];
      const named = lower.named(name);
      if (expression === undefined || named === undefined) return;
      const value = lower.expression(expression);
      const type = repeated.type ? lower.typeOf(repeated.type) : lower.inferType(expression);
      lower.declare(name, type, value);
      named.literal = lower.literalOf(value);
    });
  });
  lower.iota = outer;
}

export function lowerVariables(lower: Lowering, declaration: Syntax): void {
  for (const spec of specsOf(declaration)) {
    const names = spec.all("name");
    const type = spec.get("type");
    const declared = type && lower.typeOf(type);
    const expressions = listOf(spec.get("value"));
    if (expressions.length === 0) {
      for (const name of names)
        lower.declare(name, declared ?? UNKNOWN, zeroValue(lower, type, declared ?? UNKNOWN, name));
      continue;
    }
    const values = partsOf(
      lower,
      expressions,
      names.length,
      names.map((name) => lower.text(name)),
    );
    const types = partTypes(lower, expressions, names.length);
    assignParts(names, values, (name, value, index) =>
      lower.declare(
        name,
        declared ?? types[index]!,
        declared ? lower.declared(value, declared, name) : value,
      ),
    );
  }
}
