/** Blocks, functions and classes, with the names each declares. */
import { newVariable, type Variable } from "../../ir/variables.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";

export type ScopeKind = "block" | "function" | "class";

/** The methods of a class under one name. */
export interface Methods {
  /** Whether all of them are static. */
  isStatic: boolean;
  /** The declared types of each one's formals. */
  readonly formals: (readonly string[])[];
}

/** What a method is called beside its name where its class has several of that name and number of formals. */
export const signature = (name: string, formals: readonly string[]): string =>
  `${name}(${formals.join()})`;

/** The instance members of a class, which are reached through an object; what is static are variables of its scope. */
export interface Members {
  /** What declared types call it. */
  readonly name: string;
  /** Types it extends or implements. */
  readonly supertypes: readonly Syntax[];
  /** Whether it has members of somebody else. */
  readonly inherits: boolean;
  /** Declared types of instance fields. */
  readonly fields: Map<string, string>;
  readonly methods: Map<string, Methods>;
}

/** What a name in an expression is. */
export type Meaning =
  | { readonly kind: "variable"; readonly variable: Variable }
  | { readonly kind: "member"; readonly owner: Scope };

/** The name under which a function's receiver is known to the functions inside of it. */
export const RECEIVER = "this";

export class Scope {
  readonly parent: Scope | undefined;
  readonly kind: ScopeKind;
  /** The function whose code this is. */
  readonly function: Scope;
  /** Of a class. */
  readonly members: Members | undefined;
  readonly variables = new Map<string, Variable>();
  readonly #uses = new Map<string, { writes: number }>();

  constructor(parent: Scope | undefined, kind: ScopeKind, members?: Members) {
    this.parent = parent;
    this.kind = kind;
    this.members = members;
    this.function = kind === "function" || parent === undefined ? this : parent.function;
  }

  /** A name of this scope; `initialised` if its declaration gives it its first value. */
  declare(name: string, initialised: boolean, type = ""): Variable {
    let variable = this.variables.get(name);
    if (variable === undefined) {
      variable = newVariable(name, initialised);
      this.variables.set(name, variable);
    } else variable.assignments++;
    variable.type = type;
    return variable;
  }

  use(name: string, writes = 0): void {
    const known = this.#uses.get(name);
    if (known === undefined) this.#uses.set(name, { writes });
    else known.writes += writes;
  }

  /** All declarations of the file are known: settles which variables several functions use. */
  settle(): void {
    for (const [name, { writes }] of this.#uses) {
      const found = this.#find(name);
      if (found === undefined) continue;
      const { variable, scope } = found;
      variable.assignments += writes;
      if (scope.function === this.function) continue;
      variable.usedByInner = true;
      if (writes > 0) variable.writtenByInner = true;
    }
  }

  #find(name: string): { readonly variable: Variable; readonly scope: Scope } | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      const variable = scope.variables.get(name);
      if (variable !== undefined) return { variable, scope };
      if (scope.members?.fields.has(name)) return undefined;
    }
    return undefined;
  }

  /** What a name means here; undefined where nothing in the file declares it. */
  lookup(name: string): Meaning | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      const variable = scope.variables.get(name);
      if (variable !== undefined) return { kind: "variable", variable };
      if (scope.members?.fields.has(name)) return { kind: "member", owner: scope };
    }
    return undefined;
  }

  /** The innermost class around that declares a method. */
  ownerOfMethod(name: string): Scope | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent)
      if (scope.members?.methods.has(name)) return scope;
    return undefined;
  }

  /** The innermost class around; with `inherits`, of those that have members of somebody else. */
  enclosingClass(inherits = false): Scope | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent)
      if (scope.members !== undefined && (!inherits || scope.members.inherits)) return scope;
    return undefined;
  }

  /** The variable that holds the object of a class around; undefined where there is none, as in static code. */
  receiverOf(owner: Scope): Variable | undefined {
    let inner: Scope | undefined;
    for (let scope: Scope | undefined = this; scope !== owner; scope = scope.parent) {
      if (scope === undefined) return undefined;
      if (scope.kind === "function") inner = scope;
      else if (scope.kind === "class") inner = undefined;
    }
    return inner?.variables.get(RECEIVER);
  }
}
