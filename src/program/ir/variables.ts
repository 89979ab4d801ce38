/** Variables of a scope as frontends resolve them, before the builder has a place for them. */
import type { FunctionBuilder, Local, ModuleBuilder } from "./builder.ts";

export interface Variable {
  readonly name: string;
  /** Whether its declaration gives it its first value: not so for `let x;` and `var x;`. */
  initialised: boolean;
  /** How often it is assigned, its initialisation included. */
  assignments: number;
  usedByInner: boolean;
  writtenByInner: boolean;
  exported: boolean;
  isParameter: boolean;
  /** It starts as text, so that `+=` on it builds text. */
  isText: boolean;
  /** Its declared type as written, or `""`. */
  type: string;
  /** Set when the scope is entered: the function that owns it, its local there, and its number in the module or -1. */
  owner: number;
  local: Local;
  number: number;
}

export const newVariable = (name: string, initialised: boolean): Variable => ({
  name,
  initialised,
  assignments: initialised ? 1 : 0,
  usedByInner: false,
  writtenByInner: false,
  exported: false,
  isParameter: false,
  isText: false,
  type: "",
  owner: -1,
  local: -1,
  number: -1,
});

/** How inner functions and other modules may see a variable change. */
export function writtenBy(variable: Variable): "once" | "here" | "elsewhere" {
  if (variable.initialised && variable.assignments === 1) return "once";
  return variable.writtenByInner ? "elsewhere" : "here";
}

/** Gives a variable its place in the function whose code its scope is. */
export function bind(variable: Variable, builder: FunctionBuilder, module: ModuleBuilder): void {
  if (variable.owner === builder.index) return;
  variable.owner = builder.index;
  if (variable.usedByInner || variable.exported) {
    variable.number = module.variable(variable.name, builder.index, variable.type);
    variable.local = builder.shared(variable.number, writtenBy(variable));
  } else {
    variable.local = builder.local();
  }
}
