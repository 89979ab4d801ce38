/** Copies a tree-sitter tree in one walk of its cursor, and notes what in it is an error. */
import type { Tree, TreeCursor } from "web-tree-sitter";
import { SYNTAX_ERRORS_PER_FILE } from "../../../limits.ts";
import type { ModuleProblem } from "../../ir/module-ir.ts";
import { ERROR, Syntax } from "./syntax.ts";

/** The type number that every grammar has for what it could not read. */
const ERROR_TYPE = 65535;

export const Kept = { Never: 0, Always: 1, WithField: 2 } as const;

/** What is copied, by type number. */
export interface Selection {
  readonly types: readonly string[];
  /** A {@link Kept}. */
  readonly kept: Uint8Array;
  /** Whether it may have children. */
  readonly inner: Uint8Array;
  readonly fields: readonly string[];
}

export function copyTree(
  tree: Tree,
  selection: Selection,
): { root: Syntax; problems: ModuleProblem[] } {
  const cursor = tree.walk();
  try {
    const errors = tree.rootNode.hasError ? new Errors() : undefined;
    return { root: copy(cursor, selection, errors), problems: errors?.problems() ?? [] };
  } finally {
    cursor.delete();
  }
}

function copy(cursor: TreeCursor, selection: Selection, errors: Errors | undefined): Syntax {
  const { types, kept, inner, fields } = selection;
  const root = new Syntax(
    types[cursor.nodeTypeId] ?? ERROR,
    "",
    cursor.startIndex,
    cursor.endIndex,
  );
  const open = [root];
  if (!cursor.gotoFirstChild()) return root;
  for (;;) {
    const id = cursor.nodeTypeId;
    const isError = id === ERROR_TYPE;
    if (errors !== undefined) {
      if (isError) errors.add(cursor.startIndex, cursor.endIndex);
      else if (cursor.nodeIsMissing) errors.addMissing(types[id]!, cursor.startIndex);
    }
    const field = isError || kept[id] !== Kept.Never ? fields[cursor.currentFieldId]! : "";
    if (isError || kept[id] === Kept.Always || (kept[id] === Kept.WithField && field !== "")) {
      const type = isError ? ERROR : types[id]!;
      const syntax = new Syntax(type, field, cursor.startIndex, cursor.endIndex);
      open.at(-1)!.append(syntax);
      if ((isError || inner[id] === 1) && cursor.gotoFirstChild()) {
        open.push(syntax);
        continue;
      }
    }
    while (!cursor.gotoNextSibling()) {
      open.pop();
      if (open.length === 0) return root;
      cursor.gotoParent();
    }
  }
}

/** The errors of one file, outermost alone: what is wrong inside of an error is part of it. */
class Errors {
  readonly #found: ModuleProblem[] = [];
  #count = 0;
  #reached = -1;

  add(start: number, end: number): void {
    if (end <= this.#reached) return;
    this.#reached = end;
    this.#note("cannot be read", start, end);
  }

  addMissing(type: string, start: number): void {
    if (start < this.#reached) return;
    this.#note(`${type} is missing`, start, start);
  }

  #note(message: string, start: number, end: number): void {
    this.#count++;
    if (this.#found.length < SYNTAX_ERRORS_PER_FILE)
      this.#found.push({ kind: "syntax-error", message, span: { start, end } });
  }

  problems(): ModuleProblem[] {
    const last = this.#found.at(-1);
    const more = this.#count - this.#found.length;
    if (last === undefined || more === 0) return this.#found;
    const message = `${last.message}, and ${more} more syntax errors below`;
    return [...this.#found.slice(0, -1), { ...last, message }];
  }
}
