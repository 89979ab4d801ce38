/** TypeScript (and Flow) declarations: enums, namespaces, `import =`, `export =`, and names for types. */
import type * as t from "@babel/types";
import type { ModuleBuilder, Value } from "../../ir/builder.ts";
import { CallForm, ConstantType } from "../../ir/kinds.ts";
import { openFunction } from "./functions.ts";
import type { Lowering } from "./lowering.ts";
import { storeInNamespace } from "./modules.ts";
import { at } from "./syntax.ts";
import { namedParts, typeName } from "./types.ts";

/** An enum is an object of constants. */
export function lowerEnum(lower: Lowering, node: t.TSEnumDeclaration): void {
  if (node.declare) return;
  const { builder } = lower;
  const fields: { name: string; value: Value }[] = [];
  let next: number | undefined = 0;
  lower.within(node, () => {
    for (const member of node.members) {
      const { id, initializer } = member;
      const name = id.type === "Identifier" ? id.name : id.value;
      let value: Value;
      if (initializer) {
        value = lower.expression(initializer);
        next = initializer.type === "NumericLiteral" ? initializer.value + 1 : undefined;
      } else if (next === undefined) {
        value = builder.unknown(member.type, [], at(member));
      } else {
        value = builder.constant(ConstantType.Number, String(next++), at(member));
      }
      lower.define(name, value, member);
      fields.push({ name, value });
    }
  });
  lower.write(node.id.name, builder.record(fields, [], at(node)), node.id);
}

/** A namespace is a function that fills an object. */
export function lowerNamespace(lower: Lowering, node: t.TSModuleDeclaration): void {
  if (node.declare || node.id.type === "StringLiteral") return;
  const { builder } = lower;
  const { name } = node.id;
  // It adds to a class, function or earlier namespace of the same name.
  const adds = (lower.scope.variables.get(name)?.assignments ?? 0) > 1;
  const empty = builder.record([], [], at(node.id));
  const object = adds ? builder.choice([lower.read(name, node.id), empty], at(node.id)) : empty;
  lower.write(name, object, node.id);
  const inner = openFunction(lower, node, name, { role: "function", class: -1, isStatic: false });
  inner.enterScope(lower.module.scopes.get(node)!);
  inner.namespace = inner.builder.parameter(0, at(node.id));
  if (node.body.type === "TSModuleBlock") {
    inner.statements(node.body.body);
  } else {
    inner.statement(node.body);
    storeInNamespace(inner, node.body);
  }
  inner.builder.return(-1, at(node));
  const body = builder.closure(inner.builder, at(node));
  builder.call(CallForm.Call, body, [{ value: object, spread: false }], at(node));
}

export function lowerImportEquals(lower: Lowering, node: t.TSImportEqualsDeclaration): void {
  const { moduleReference: reference, id } = node;
  if (reference.type === "TSExternalModuleReference") {
    const module = reference.expression.value;
    lower.module.builder.imports.push({ local: id.name, module, name: "*" });
    if (node.importKind !== "type")
      lower.write(id.name, lower.builder.imported(module, "*", at(node)), id);
  } else if (node.importKind !== "type") {
    lower.write(id.name, lowerEntity(lower, reference), id);
  }
  if (node.isExport) storeInNamespace(lower, node);
}

const lowerEntity = (lower: Lowering, name: t.TSEntityName): Value =>
  name.type === "TSQualifiedName"
    ? lower.builder.load(lowerEntity(lower, name.left), name.right.name, at(name))
    : lower.expression(name);

/** `export = x` means `module.exports = x`. */
export function lowerExportAssignment(lower: Lowering, node: t.TSExportAssignment): void {
  const { builder } = lower;
  const value = lower.expression(node.expression, "module.exports");
  builder.store(builder.cell("module", at(node)), "exports", value, at(node));
}

/** Records what a type declaration says another type is; false when the statement is none. */
export function recordType(module: ModuleBuilder, node: t.Node): boolean {
  const add = (name: string, targets: readonly string[]): void => {
    for (const target of targets) if (target !== name) module.typeAliases.push({ name, target });
  };
  switch (node.type) {
    case "TSInterfaceDeclaration":
    case "InterfaceDeclaration":
      add(node.id.name, (node.extends ?? []).map(typeName));
      return true;
    case "TSTypeAliasDeclaration":
      add(node.id.name, namedParts(node.typeAnnotation));
      return true;
    case "TypeAlias":
      add(node.id.name, namedParts(node.right));
      return true;
    case "OpaqueType":
      if (node.impltype) add(node.id.name, namedParts(node.impltype));
      return true;
    default:
      return false;
  }
}
