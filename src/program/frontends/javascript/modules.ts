/** Imports and exports. Exports by assignment, `module.exports = ...`, are ordinary stores. */
import type * as t from "@babel/types";
import type { ModuleBuilder, Value } from "../../ir/builder.ts";
import { requiredModule } from "./calls.ts";
import type { Lowering } from "./lowering.ts";
import { DEFAULT, declaredNames, isTypeOnly } from "./resolve.ts";
import { at, keyField, unwrap } from "./syntax.ts";

const textOf = (name: t.Identifier | t.StringLiteral): string =>
  name.type === "Identifier" ? name.name : name.value;

/** Records what an import declares, types included. */
export function recordImport(module: ModuleBuilder, node: t.ImportDeclaration): void {
  for (const specifier of node.specifiers) {
    module.imports.push({
      local: specifier.local.name,
      module: node.source.value,
      name: importedName(specifier),
    });
  }
}

function importedName(specifier: t.ImportDeclaration["specifiers"][number]): string {
  if (specifier.type === "ImportDefaultSpecifier") return "default";
  return specifier.type === "ImportSpecifier" ? textOf(specifier.imported) : "*";
}

/** Imports are there before the module's first statement. */
export function lowerImportDeclaration(lower: Lowering, node: t.ImportDeclaration): void {
  recordImport(lower.module.builder, node);
  if (isTypeOnly(node.importKind)) return;
  for (const specifier of node.specifiers) {
    if (specifier.type === "ImportSpecifier" && isTypeOnly(specifier.importKind)) continue;
    const value = lower.builder.imported(node.source.value, importedName(specifier), at(specifier));
    lower.write(specifier.local.name, value, specifier);
  }
}

/** Records `const a = require("m")` and `const { a: b } = require("m").c` like the imports that they are. */
export function recordRequire(lower: Lowering, { id, init }: t.VariableDeclarator): void {
  if (!init) return;
  let source = unwrap(init);
  if (source.type === "AwaitExpression") source = source.argument;
  let name = "*";
  if (source.type === "MemberExpression") {
    name = keyField(source.property, source.computed) ?? "*";
    source = unwrap(source.object);
  }
  const module =
    source.type === "ImportExpression"
      ? source.source.type === "StringLiteral" && source.source.value
      : requiredModule(lower, source);
  if (!module) return;
  const { imports } = lower.module.builder;
  if (id.type === "Identifier") {
    imports.push({ local: id.name, module, name });
  } else if (id.type === "ObjectPattern" && name === "*") {
    for (const property of id.properties) {
      if (property.type === "RestElement") continue;
      const field = keyField(property.key, property.computed);
      const local =
        property.value.type === "AssignmentPattern" ? property.value.left : property.value;
      if (field !== undefined && local.type === "Identifier")
        imports.push({ local: local.name, module, name: field });
    }
  }
}

/** Records what the module's export declarations export; their variables exist already. */
export function recordExports(lower: Lowering, node: t.Statement): void {
  const { exports } = lower.module.builder;
  const add = (name: string, local: string): void => {
    const variable = lower.lookup(local);
    if (variable !== undefined && variable.number >= 0)
      exports.push({ name, variable: variable.number });
  };
  switch (node.type) {
    case "ExportAllDeclaration":
      if (!isTypeOnly(node.exportKind))
        exports.push({ name: "*", module: node.source.value, imported: "*" });
      return;
    case "ExportDefaultDeclaration": {
      const [name] = declaredNames(node.declaration);
      add("default", name ?? DEFAULT);
      return;
    }
    case "TSImportEqualsDeclaration":
      if (node.isExport) add(node.id.name, node.id.name);
      return;
    case "ExportNamedDeclaration":
      break;
    default:
      return;
  }
  if (isTypeOnly(node.exportKind)) return;
  if (node.declaration) for (const name of declaredNames(node.declaration)) add(name, name);
  for (const specifier of node.specifiers) {
    if (specifier.type === "ExportSpecifier" && isTypeOnly(specifier.exportKind)) continue;
    const name = textOf(specifier.exported);
    if (!node.source) {
      if (specifier.type === "ExportSpecifier") add(name, specifier.local.name);
      continue;
    }
    let imported = "*";
    if (specifier.type === "ExportSpecifier")
      imported = textOf(specifier.local as t.Identifier | t.StringLiteral);
    else if (specifier.type === "ExportDefaultSpecifier") imported = "default";
    exports.push({ name, module: node.source.value, imported });
  }
}

/** The statement itself: only a default export has a value that is not declared elsewhere. */
export function lowerExport(
  lower: Lowering,
  node: t.ExportNamedDeclaration | t.ExportDefaultDeclaration,
): void {
  const { declaration } = node;
  if (!declaration) return;
  if (node.type === "ExportNamedDeclaration") {
    if (declaration.type !== "FunctionDeclaration") lower.statement(declaration);
    storeInNamespace(lower, declaration);
    return;
  }
  switch (declaration.type) {
    case "FunctionDeclaration":
    case "TSDeclareFunction":
      return;
    case "ClassDeclaration":
      if (declaration.id) lower.statement(declaration);
      else writeDefault(lower, lower.expression(declaration, "default"), node);
      return;
    default:
      if ((declaration as t.Node).type === "TSInterfaceDeclaration") lower.statement(declaration);
      else writeDefault(lower, lower.expression(declaration, "default"), node);
  }
}

const writeDefault = (lower: Lowering, value: Value, node: t.Node): void =>
  lower.write(DEFAULT, value, node);

/** In a TypeScript namespace, what is exported is a field of its object. */
export function storeInNamespace(lower: Lowering, declaration: t.Node): void {
  if (lower.namespace === undefined) return;
  for (const name of declaredNames(declaration)) {
    const value = lower.read(name, declaration);
    lower.builder.store(lower.namespace, name, value, at(declaration));
  }
}
