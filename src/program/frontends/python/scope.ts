/** Which function or module each name belongs to, by Python's rule: whoever assigns a name has it, in all of its code. */
import { newVariable, type Variable } from "../../ir/variables.ts";

export class Scope {
  readonly parent: Scope | undefined;
  /** Names of a class are seen by its own statements alone, not by its methods. */
  readonly isClass: boolean;
  /** The scope of the function or module whose code this is: comprehensions and class bodies run inside of it. */
  readonly function: Scope;
  readonly variables = new Map<string, Variable>();
  /** Names that `global` and `nonlocal` hand to another scope. */
  readonly #elsewhere = new Map<string, "global" | "nonlocal">();
  readonly #uses = new Map<string, { reads: number; writes: number }>();

  constructor(parent: Scope | undefined, kind: "function" | "class" | "comprehension") {
    this.parent = parent;
    this.isClass = kind === "class";
    this.function = kind === "function" || parent === undefined ? this : parent.function;
  }

  get module(): Scope {
    return this.parent === undefined ? this : this.parent.module;
  }

  /** A name of this scope, assigned once more. */
  declare(name: string): void {
    const place = this.#elsewhere.get(name);
    if (place !== undefined) {
      this.#use(name).writes++;
      return;
    }
    const known = this.variables.get(name);
    if (known === undefined) this.variables.set(name, newVariable(name, true));
    else known.assignments++;
  }

  /** `:=` in a comprehension assigns in the function around it. */
  declareInFunction(name: string): void {
    const { parent } = this;
    if (this === this.function || this.isClass || parent === undefined) this.declare(name);
    else {
      this.#use(name).writes++;
      parent.declareInFunction(name);
    }
  }

  hand(name: string, to: "global" | "nonlocal"): void {
    this.#elsewhere.set(name, to);
    // What this scope assigned before it said so belongs there too.
    const early = this.variables.get(name);
    if (early === undefined) return;
    this.variables.delete(name);
    this.#use(name).writes += early.assignments;
  }

  use(name: string): void {
    this.#use(name).reads++;
  }

  #use(name: string): { reads: number; writes: number } {
    let use = this.#uses.get(name);
    if (use === undefined) {
      use = { reads: 0, writes: 0 };
      this.#uses.set(name, use);
    }
    return use;
  }

  /** All declarations of the module are known: settles what is used across functions. */
  settle(): void {
    for (const [name, { writes }] of this.#uses) {
      const found = this.find(name);
      if (found === undefined) {
        if (writes > 0) this.module.declareGlobal(name, writes);
        continue;
      }
      const { variable, scope } = found;
      variable.assignments += this.#elsewhere.has(name) ? writes : 0;
      if (scope.function === this.function) continue;
      variable.usedByInner = true;
      if (writes > 0) variable.writtenByInner = true;
    }
  }

  /** A global that functions alone assign. */
  declareGlobal(name: string, assignments: number): void {
    const variable = this.variables.get(name) ?? newVariable(name, false);
    variable.assignments += assignments;
    variable.usedByInner = true;
    variable.writtenByInner = true;
    variable.exported = true;
    this.variables.set(name, variable);
  }

  find(name: string): { readonly variable: Variable; readonly scope: Scope } | undefined {
    const place = this.#elsewhere.get(name);
    if (place === "global") {
      const variable = this.module.variables.get(name);
      return variable && { variable, scope: this.module };
    }
    const own = place === undefined ? this.variables.get(name) : undefined;
    if (own) return { variable: own, scope: this };
    let above = this.parent;
    while (above?.isClass) above = above.parent;
    return above?.find(name);
  }

  lookup(name: string): Variable | undefined {
    return this.find(name)?.variable;
  }
}
