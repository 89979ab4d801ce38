/** The frontend for Java: source text to intermediate representation. */
import type { ModuleBuilder } from "../../ir/builder.ts";
import type { Frontend } from "../frontend.ts";
import { lowerTree, type TreeLanguage } from "../tree-sitter/lower-tree.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { lowerExpression } from "./expressions.ts";
import { grammar, lists } from "./grammar.ts";
import { Lowering, type SyntaxTable } from "./lowering.ts";
import { Names } from "./names.ts";
import { announce } from "./references.ts";
import { declaredIn, resolve } from "./resolve.ts";
import type { Scope } from "./scope.ts";
import { lowerStatement } from "./statements.ts";
import { isClassDeclaration } from "./syntax.ts";

export const java: Frontend = {
  languages: ["java"],
  version: 1,
  accepts: (path) => (/\.java$/i.test(path) ? "java" : undefined),
  prepare: () => grammar.load(),
  lower: (source) => lowerTree(source, language),
};

const syntax: SyntaxTable = { expression: lowerExpression, statement: lowerStatement };

const language: TreeLanguage = {
  language: "java",
  dialect: "java",
  grammar,
  lists,
  build: buildModule,
};

function buildModule(builder: ModuleBuilder, root: Syntax, text: string): void {
  const span = { start: 0, end: text.length };
  const top = builder.function({ name: "", role: "module", span, parent: -1 });
  const names = new Names(builder, root, text, declaredIn(root, text));
  const { scopes, classes } = resolve(root, text, names);
  const module = { builder, scopes, classes, names, text, syntax, announced: new Map() };
  const lower = new Lowering(module, top, scopes.get(root)!);
  announce(lower, root.children);
  lower.statements(root);
  top.return(-1, span);
  recordExports(lower, root, classes);
}

/** The classes of a file, and what is static in them, by name. The one that the file is called after is its default. */
function recordExports(lower: Lowering, root: Syntax, classes: ReadonlyMap<string, Scope>): void {
  const { exports } = lower.module.builder;
  const known = new Set<string>();
  const add = (name: string, variable: number): void => {
    if (variable < 0 || known.has(name)) return;
    known.add(name);
    exports.push({ name, variable });
  };
  const declared = root.children.filter((one) => isClassDeclaration(one) && one.get("name"));
  const main = declared.find((one) => one.first("modifiers")?.has("public")) ?? declared[0];
  if (main) {
    const name = lower.text(main.get("name"));
    add("default", lower.scope.variables.get(name)?.number ?? -1);
  }
  for (const { name, number } of lower.scope.variables.values()) add(name, number);
  for (const scope of classes.values())
    for (const { name, number } of scope.variables.values()) add(name, number);
}
