/** Types: a struct is a class whose constructor takes its fields, and what it embeds is what it extends. */
import type { FunctionBuilder, Value } from "../../ir/builder.ts";
import { Position } from "../../ir/kinds.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { typeValue } from "./builtins.ts";
import { defineFunction } from "./functions.ts";
import type { Lowering } from "./lowering.ts";
import type { Named } from "./scope.ts";
import { type Field, fieldsOf, structOf } from "./types.ts";

interface DeclaredClass {
  readonly spec: Syntax;
  readonly named: Named;
  readonly index: number;
}

/** Makes the value of a type; undefined when there is no more to it. */
export function declareClass(lower: Lowering, spec: Syntax): DeclaredClass | undefined {
  const { builder, module } = lower;
  const name = spec.get("name");
  const named = name && lower.named(name);
  const type = spec.get("type");
  if (name === undefined || named === undefined || type === undefined) return undefined;
  if (spec.type === "type_alias") {
    const target = lower.typeName(lower.typeOf(type));
    if (target !== "") module.builder.typeAliases.push({ name: named.name, target });
    lower.declare(name, lower.typeOf(name), typeValue(lower, type));
    return undefined;
  }
  if (type.type === "interface_type") {
    lower.declare(name, lower.typeOf(name), builder.unknown("interface", [], spec));
    const methods = type.children.filter((one) => one.type === "method_elem");
    if (methods.length > 0)
      module.builder.interfaces.push({
        name: named.name,
        methods: methods.map((one) => lower.text(one.get("name")!)),
      });
    return undefined;
  }
  const index = module.builder.class();
  lower.declare(name, lower.typeOf(name), builder.classValue(index, spec));
  return { spec, named, index };
}

export function completeClass(lower: Lowering, { spec, named, index }: DeclaredClass): void {
  const { builder, module } = lower;
  const struct = structOf(lower.typeOf(spec.get("name")), module);
  const fields = struct === undefined ? [] : fieldsOf(struct, module.text);
  const constructor_ =
    struct === undefined
      ? conversion(lower, spec, index)
      : impliedConstructor(lower, spec, index, fields);
  const members = [...(module.methods.get(named) ?? [])].map(([name, method]) => ({
    name,
    function: defineFunction(lower, method, name, "method", index).index,
    isStatic: false,
    role: "method" as const,
  }));
  module.builder.defineClass(index, {
    name: named.name,
    span: spec,
    owner: builder.index,
    superclass: superclassOf(lower, fields, spec),
    constructor_: constructor_.index,
    members,
    fieldTypes: fields.flatMap(({ name, type }) => {
      const declared = lower.typeName(lower.typeOf(type));
      return declared === "" ? [] : [{ field: name, type: declared }];
    }),
  });
}

/** The value that stands for all embedded types, whose fields and methods are promoted; -1 when there is none. */
function superclassOf(lower: Lowering, fields: readonly Field[], span: Syntax): Value | -1 {
  const values = fields
    .filter(({ isEmbedded }) => isEmbedded)
    .map(({ type }) => typeValue(lower, type));
  if (values.length === 0) return -1;
  return values.length === 1 ? values[0]! : lower.builder.choice(values, span);
}

const openConstructor = (lower: Lowering, spec: Syntax, index: number): FunctionBuilder =>
  lower.module.builder.function({
    name: "",
    role: "constructor",
    span: spec,
    parent: lower.builder.index,
    class: index,
  });

/** A literal gives the fields in order or by name. */
function impliedConstructor(
  lower: Lowering,
  spec: Syntax,
  index: number,
  fields: readonly Field[],
): FunctionBuilder {
  const builder = openConstructor(lower, spec, index);
  const self = builder.parameter(Position.Receiver, spec);
  const values = fields.map(({ name, type, syntax }, position) =>
    builder.parameter(position, syntax, { name, type: lower.typeName(lower.typeOf(type)) }),
  );
  fields.forEach(({ name, syntax }, position) => {
    builder.store(self, name, values[position]!, syntax);
  });
  builder.return(-1, spec);
  return builder;
}

/** `T(x)`, where `T` is no struct, is `x`. */
function conversion(lower: Lowering, spec: Syntax, index: number): FunctionBuilder {
  const builder = openConstructor(lower, spec, index);
  builder.parameter(Position.Receiver, spec);
  builder.return(builder.parameter(0, spec), spec);
  return builder;
}
