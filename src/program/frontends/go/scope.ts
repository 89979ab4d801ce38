/** Names of a block and of those around it. */
import type { Variable } from "../../ir/variables.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import type { StaticType } from "./types.ts";

export type Literal = string | number | boolean | null;

type Sort = "value" | "constant" | "function" | "type" | "type-parameter";

/** Something declared in the file. */
export class Named implements Variable {
  readonly name: string;
  readonly sort: Sort;
  /** The declaration of a function or type. */
  readonly declaration: Syntax | undefined;
  readonly initialised = true;
  readonly isParameter = false;
  readonly isText = false;
  assignments = 1;
  usedByInner = false;
  writtenByInner = false;
  exported = false;
  type = "";
  owner = -1;
  local = -1;
  number = -1;
  /** What a constant is, once it has been lowered. */
  literal: Literal | undefined = undefined;
  /** As far as the file tells. */
  staticType: StaticType | undefined = undefined;

  constructor(name: string, sort: Sort, declaration: Syntax | undefined) {
    this.name = name;
    this.sort = sort;
    this.declaration = declaration;
  }
}

export class Scope {
  readonly parent: Scope | undefined;
  /** The scope of the function whose code this is. */
  readonly function: Scope;
  readonly names = new Map<string, Named>();

  constructor(parent: Scope | undefined, isFunction: boolean) {
    this.parent = parent;
    this.function = isFunction || parent === undefined ? this : parent.function;
  }

  declare(name: string, sort: Sort, declaration?: Syntax): Named {
    const named = new Named(name, sort, declaration);
    this.names.set(name, named);
    return named;
  }

  find(name: string): { readonly named: Named; readonly scope: Scope } | undefined {
    for (let at: Scope | undefined = this; at !== undefined; at = at.parent) {
      const named = at.names.get(name);
      if (named) return { named, scope: at };
    }
    return undefined;
  }
}
