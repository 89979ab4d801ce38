/** The frontend for Python: source text to intermediate representation. */
import type { ModuleBuilder } from "../../ir/builder.ts";
import type { Frontend } from "../frontend.ts";
import { lowerTree, type TreeLanguage } from "../tree-sitter/lower-tree.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { lowerExpression } from "./expressions.ts";
import { grammar, lists, refuses } from "./grammar.ts";
import { Lowering, type SyntaxTable } from "./lowering.ts";
import { collectImports, recordExports } from "./modules.ts";
import { resolve } from "./resolve.ts";
import { lowerStatement } from "./statements.ts";

const SHEBANG = /^#!.*\bpython[\d.]*\b/;

export const python: Frontend = {
  languages: ["python"],
  version: 3,
  accepts(path, firstLine) {
    const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
    if (name.lastIndexOf(".") <= 0) return SHEBANG.test(firstLine) ? "python" : undefined;
    return /\.pyw?$/.test(name) ? "python" : undefined;
  },
  prepare: () => grammar.load(),
  lower: (source) => lowerTree(source, language),
};

const syntax: SyntaxTable = { expression: lowerExpression, statement: lowerStatement };

const language: TreeLanguage = {
  language: "python",
  dialect: "python",
  grammar,
  lists,
  refuses,
  build: buildModule,
};

function buildModule(builder: ModuleBuilder, root: Syntax, text: string): void {
  const span = { start: 0, end: text.length };
  const top = builder.function({ name: "", role: "module", span, parent: -1 });
  const scopes = resolve(root, text);
  const scope = scopes.get(root)!;
  const module = {
    builder,
    scopes,
    text,
    syntax,
    starImports: [],
    dottedImports: new Set<string>(),
  };
  const lower = new Lowering(module, top, scope, undefined);
  lower.enterScope(scope);
  collectImports(lower, root);
  recordExports(lower);
  lower.statements(root);
  top.return(-1, span);
}
