/** The frontend for Go: source text to intermediate representation. */
import type { ModuleBuilder } from "../../ir/builder.ts";
import type { Frontend } from "../frontend.ts";
import { lowerTree, type TreeLanguage } from "../tree-sitter/lower-tree.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { lowerFile } from "./declarations.ts";
import { lowerExpression } from "./expressions.ts";
import { grammar, lists } from "./grammar.ts";
import { importsOf } from "./imports.ts";
import { Lowering, type ModuleLowering, type SyntaxTable } from "./lowering.ts";
import { type Resolution, resolve } from "./resolve.ts";
import type { Named } from "./scope.ts";
import { lowerStatement } from "./statements.ts";
import { receiverType, textOf } from "./syntax.ts";

export const go: Frontend = {
  languages: ["go"],
  version: 1,
  accepts: (path) => (path.endsWith(".go") ? "go" : undefined),
  prepare: () => grammar.load(),
  lower: (source) => lowerTree(source, language),
};

const syntax: SyntaxTable = { expression: lowerExpression, statement: lowerStatement };

const language: TreeLanguage = {
  language: "go",
  dialect: "go",
  grammar,
  lists,
  build: buildModule,
};

function buildModule(builder: ModuleBuilder, root: Syntax, text: string): void {
  const span = { start: 0, end: text.length };
  const top = builder.function({ name: "", role: "module", span, parent: -1 });
  const resolution = resolve(root, text);
  const { names, caseNames, qualifiers } = resolution;
  const module: ModuleLowering = {
    builder,
    text,
    syntax,
    names,
    caseNames,
    qualifiers,
    top: resolution.top,
    gotoLabels: resolution.gotoLabels,
    methods: methodsOf(root, text, resolution),
    foreignTypes: new Set(),
    ...importsOf(root, text, qualifiers),
  };
  for (const [local, path] of module.packages)
    builder.imports.push({ local, module: path, name: "*" });
  const lower = new Lowering(module, top, { types: [], named: [] });
  lowerFile(lower, root);
  lower.end(span);
}

function methodsOf(
  root: Syntax,
  text: string,
  { names }: Resolution,
): ReadonlyMap<Named, ReadonlyMap<string, Syntax>> {
  const methods = new Map<Named, Map<string, Syntax>>();
  for (const method of root.children) {
    const receiver = method.type === "method_declaration" ? receiverType(method) : undefined;
    const named = receiver && names.get(receiver);
    if (named?.sort !== "type") continue;
    const own = methods.get(named) ?? new Map<string, Syntax>();
    methods.set(named, own.set(textOf(method.get("name")!, text), method));
  }
  return methods;
}
