/** Imports, and what a module exports: every name of its top level. */
import type { Syntax } from "../tree-sitter/syntax.ts";
import type { Lowering } from "./lowering.ts";

/** Records and lowers an `import` or `from ... import` statement. */
export function lowerImport(lower: Lowering, syntax: Syntax): void {
  const from = syntax.get("module_name");
  const names = syntax.all("name");
  if (syntax.type === "future_import_statement") return;
  if (from === undefined) {
    for (const name of names) lowerModule(lower, name);
    return;
  }
  const module = lower.text(from).replace(/\s/g, "");
  for (const name of names) {
    const imported = lower.text(name.type === "aliased_import" ? name.get("name")! : name);
    define(lower, name.get("alias") ?? name, module, imported);
  }
}

/** `import a.b` binds `a` alone, `import a.b as c` binds the module itself. */
function lowerModule(lower: Lowering, name: Syntax): void {
  const alias = name.get("alias");
  if (alias) {
    define(lower, alias, lower.text(name.get("name")!), "*");
    return;
  }
  const [first] = name.children;
  if (first) define(lower, first, lower.text(first), "*");
}

function define(lower: Lowering, local: Syntax, module: string, name: string): void {
  const text = lower.text(local);
  lower.module.builder.imports.push({ local: text, module, name });
  lower.write(text, lower.builder.imported(module, name, local), local);
}

/** Notes what imports say about names that no statement binds, before anything is lowered. */
export function collectImports(lower: Lowering, root: Syntax): void {
  const { starImports, dottedImports, builder } = lower.module;
  const stack = [root];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (at.type === "import_from_statement" && at.first("wildcard_import")) {
      const module = lower.text(at.get("module_name")!).replace(/\s/g, "");
      if (starImports.includes(module)) continue;
      starImports.push(module);
      builder.exports.push({ name: "*", module, imported: "*" });
    } else if (at.type === "import_statement") {
      for (const name of at.all("name"))
        if (name.type === "dotted_name" && name.children.length > 1)
          dottedImports.add(lower.text(name));
    } else if (!/^(?:expression_statement|import_from_statement)$/.test(at.type)) {
      // The stack takes the last first, and the order of modules is that of their lines.
      for (let index = at.children.length - 1; index >= 0; index--) stack.push(at.children[index]!);
    }
  }
}

/** Every name of the top level can be imported. */
export function recordExports(lower: Lowering): void {
  for (const variable of lower.scope.variables.values())
    lower.module.builder.exports.push({ name: variable.name, variable: variable.number });
}
