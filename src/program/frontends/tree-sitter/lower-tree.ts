/** What every tree-sitter frontend does with a file around its own lowering: parse, lower, and account for the rest. */
import { ModuleBuilder } from "../../ir/builder.ts";
import type { Dialect, Language, ModuleIr, ModuleProblem } from "../../ir/module-ir.ts";
import { cutDeepest } from "./depth.ts";
import type { Grammar, Parsed } from "./grammar.ts";
import type { Syntax } from "./syntax.ts";

/** Statements that are left out of a module, one after the other, when the stack overflows. */
const MOST_CUTS = 8;
const TOO_DEEP = "nested too deeply";

export interface TreeLanguage {
  readonly language: Language;
  readonly dialect: Dialect;
  readonly grammar: Grammar;
  /** Types whose children are statements or declarations: one of them is what is left out of too deep a tree. */
  readonly lists: ReadonlySet<string>;
  /** Why a text must not be given to the parser, or undefined. */
  refuses?(text: string): string | undefined;
  /** Lowers a whole file, function 0 first. May overflow the stack. */
  build(module: ModuleBuilder, root: Syntax, text: string): void;
}

/** Never throws, if the grammar is loaded. */
export function lowerTree(text: string, to: TreeLanguage): ModuleIr {
  const { root, problems } = parse(text, to);
  const found = [...problems];
  if (root === undefined) return emptyModule(text, to, found);
  for (let cuts = 0; ; cuts++) {
    const module = new ModuleBuilder(to.language, to.dialect);
    try {
      module.problems.push(...found);
      to.build(module, root, text);
      return module.finish();
    } catch (error) {
      const span = { start: 0, end: text.length };
      if (!(error instanceof RangeError))
        return emptyModule(text, to, [{ kind: "not-lowered", message: String(error), span }]);
      if (cuts === MOST_CUTS)
        return emptyModule(text, to, [{ kind: "too-deep", message: TOO_DEEP, span }]);
      found.push({ kind: "too-deep", message: TOO_DEEP, span: cutDeepest(root, to.lists) });
    }
  }
}

function parse(text: string, { grammar, refuses }: TreeLanguage): Parsed {
  const message = refuses?.(text);
  if (message === undefined) return grammar.parse(text);
  const span = { start: 0, end: text.length };
  return { root: undefined, problems: [{ kind: "not-parsed", message, span }] };
}

function emptyModule(text: string, to: TreeLanguage, problems: readonly ModuleProblem[]): ModuleIr {
  const module = new ModuleBuilder(to.language, to.dialect);
  const span = { start: 0, end: text.length };
  module.function({ name: "", role: "module", span, parent: -1 }).return(-1, span);
  module.problems.push(...problems);
  return module.finish();
}
