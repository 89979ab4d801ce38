/** Names of a block and of those around it. */
import { newVariable, type Variable } from "../../ir/variables.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import type { StaticType } from "./types.ts";

export type Literal = string | number | boolean | null;

/** Something declared in the file. */
export interface Named extends Variable {
  readonly sort: "value" | "constant" | "function" | "type" | "type-parameter";
  /** The declaration of a function or type. */
  readonly declaration: Syntax | undefined;
  /** What a constant is, once it has been lowered. */
  literal: Literal | undefined;
  /** As far as the file tells. */
  staticType: StaticType | undefined;
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

  declare(name: string, sort: Named["sort"], declaration?: Syntax): Named {
    const named: Named = {
      ...newVariable(name, true),
      sort,
      declaration,
      literal: undefined,
      staticType: undefined,
    };
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
