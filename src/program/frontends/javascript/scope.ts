/** Which declaration each name stands for, and which functions use it. */
import { newVariable, type Variable } from "../../ir/variables.ts";

/** What happens to a name inside a scope, packed in one number; inner functions' part of it in the low bits. */
const InnerUse = 1;
const InnerWrite = 2;
const INNER = InnerUse | InnerWrite;
const OneWrite = 4;

export class Scope {
  readonly parent: Scope | undefined;
  /** The scope of the function, or whatever runs like one, that this scope's code belongs to. */
  readonly function: Scope;
  /** The scope that `var` declares in. */
  readonly hoist: Scope;
  /** Has its own `this`. */
  readonly receives: boolean;
  readonly variables = new Map<string, Variable>();
  #uses = new Map<string, number>();

  constructor(
    parent: Scope | undefined,
    options: {
      /** Its code is run by a function of its own. */
      readonly isFunction?: boolean;
      /** `var` in it stays in it. */
      readonly hoists?: boolean;
      readonly receives?: boolean;
    } = {},
  ) {
    this.parent = parent;
    this.function = options.isFunction || parent === undefined ? this : parent.function;
    this.hoist = options.hoists || parent === undefined ? this : parent.hoist;
    this.receives = options.receives ?? false;
  }

  declare(name: string, initialised: boolean): Variable {
    const known = this.variables.get(name);
    if (known !== undefined) {
      if (initialised) {
        known.assignments++;
        known.initialised = true;
      }
      return known;
    }
    const variable = newVariable(name, initialised);
    this.variables.set(name, variable);
    return variable;
  }

  /** Notes that the scope's code mentions a name; what it stands for is known when the scope is closed. */
  use(name: string, isWrite: boolean): void {
    this.#add(name, isWrite ? OneWrite : 0);
  }

  #add(name: string, use: number): void {
    const known = this.#uses.get(name);
    if (known === undefined) this.#uses.set(name, use);
    else this.#uses.set(name, ((known & ~INNER) + (use & ~INNER)) | ((known | use) & INNER));
  }

  /** All its declarations are known: settles the names they explain and hands the others outwards. */
  close(): void {
    for (const [name, use] of this.#uses) {
      const variable = this.variables.get(name) ?? this.#implicit(name);
      if (variable !== undefined) {
        variable.assignments += use >> 2;
        if (use & InnerUse) variable.usedByInner = true;
        if (use & InnerWrite) variable.writtenByInner = true;
      } else if (this.parent !== undefined) {
        const leaves = this.parent.function !== this.function;
        const inner = InnerUse | (use >= OneWrite ? InnerWrite : 0);
        this.parent.#add(name, leaves ? use | inner : use);
      }
    }
    this.#uses = new Map();
  }

  /** `this` and `arguments` exist where they are mentioned. */
  #implicit(name: string): Variable | undefined {
    if (!this.receives) return undefined;
    if (name === "this" || (name === "arguments" && this.parent !== undefined))
      return this.declare(name, true);
    return undefined;
  }

  lookup(name: string): Variable | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      const variable = scope.variables.get(name);
      if (variable !== undefined) return variable;
    }
    return undefined;
  }
}
