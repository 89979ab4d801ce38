/** Loads a grammar that the build has put into dist/grammars, and parses with it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Language, Parser } from "web-tree-sitter";
import { PARSE_STEPS_PER_CHARACTER, PARSED_TEXT } from "../../../limits.ts";
import { packageRoot } from "../../../package-root.ts";
import type { ModuleProblem } from "../../ir/module-ir.ts";
import { copyTree, Kept, type Selection } from "./copy-tree.ts";
import type { Syntax } from "./syntax.ts";

/** Steps that even an empty text may take. */
const FEWEST_STEPS = 1000;

export interface GrammarOptions {
  /** As in the name of its package: `python` is `tree-sitter-python`. */
  readonly name: string;
  /** Unnamed tokens that mean something wherever they stand: modifiers. Most others, such as brackets, are not kept. */
  readonly tokens: readonly string[];
  /** Unnamed tokens that mean something where the grammar gives them a field: operators. */
  readonly operators: readonly string[];
  /** Named syntax that means nothing, wherever it stands: comments. */
  readonly skipped: readonly string[];
  /** Named syntax that has no children, or none that are of use: it is not asked for them, which saves much time. */
  readonly leaves: readonly string[];
}

/** Undefined root: nothing of the text could be read, and a problem says why. */
export interface Parsed {
  readonly root: Syntax | undefined;
  readonly problems: readonly ModuleProblem[];
}

export class Grammar {
  readonly #options: GrammarOptions;
  #loading: Promise<void> | undefined;
  #parser: Parser | undefined;
  #selection: Selection | undefined;

  constructor(options: GrammarOptions) {
    this.#options = options;
  }

  /** Loads the runtime and the grammar, once. Rejects where the installation lacks the grammar. */
  load(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async #load(): Promise<void> {
    const { name } = this.#options;
    const path = join(packageRoot, "dist", "grammars", `tree-sitter-${name}.wasm`);
    if (!existsSync(path))
      throw new Error(
        `the installation lacks dist/grammars/tree-sitter-${name}.wasm: build it anew`,
      );
    // Whoever has no file in such a language does not pay for the runtime.
    const { Language, Parser } = await import("web-tree-sitter");
    await Parser.init();
    const language = await Language.load(path);
    this.#parser = new Parser().setLanguage(language);
    this.#selection = selectionOf(language, this.#options);
  }

  /** Never throws, if the grammar is loaded. The parser's own tree is deleted before this returns. */
  parse(text: string): Parsed {
    if (this.#parser === undefined || this.#selection === undefined)
      throw new Error(`the grammar ${this.#options.name} has not been loaded`);
    if (text.length > PARSED_TEXT)
      return refusal(
        text,
        `longer than ${PARSED_TEXT} characters, which is what the parser is given`,
      );
    // The parser reports its progress at intervals of its own work, so that counting the reports counts steps.
    const most = FEWEST_STEPS + text.length * PARSE_STEPS_PER_CHARACTER;
    let steps = 0;
    try {
      const tree = this.#parser.parse(text, null, { progressCallback: () => ++steps > most });
      if (tree === null) {
        this.#parser.reset();
        return refusal(text, "the parser takes too many steps over it");
      }
      try {
        return copyTree(tree, this.#selection);
      } finally {
        tree.delete();
      }
    } catch (error) {
      return refusal(text, `the parser failed: ${String(error)}`);
    }
  }
}

function refusal(text: string, message: string): Parsed {
  const span = { start: 0, end: text.length };
  return { root: undefined, problems: [{ kind: "not-parsed", message, span }] };
}

function selectionOf(language: Language, options: GrammarOptions): Selection {
  const tokens = new Set(options.tokens);
  const operators = new Set(options.operators);
  const skipped = new Set(options.skipped);
  const leaves = new Set(options.leaves);
  const count = language.nodeTypeCount;
  const kept = new Uint8Array(count);
  const inner = new Uint8Array(count);
  const types = Array.from({ length: count }, (_, id) => language.nodeTypeForId(id) ?? "");
  types.forEach((type, id) => {
    const isNamed = language.nodeTypeIsNamed(id);
    const isWanted = isNamed ? !skipped.has(type) : tokens.has(type);
    kept[id] = isWanted
      ? Kept.Always
      : !isNamed && operators.has(type)
        ? Kept.WithField
        : Kept.Never;
    inner[id] = Number(isNamed && !leaves.has(type));
  });
  const fields = Array.from({ length: language.fieldCount + 1 }, (_, id) =>
    id === 0 ? "" : (language.fieldNameForId(id) ?? ""),
  );
  return { types, kept, inner, fields };
}
