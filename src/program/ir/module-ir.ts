/** One source file in intermediate form: flat arrays over a string pool, with no path and no text of the source. */

export type Language = "javascript" | "typescript" | "python" | "java" | "go";

/** How a file is to be read within its language; decided by its name before its text is seen. */
export type Dialect = "js" | "ts" | "tsx" | "dts" | "vue" | "python" | "java" | "go" | "document";

export interface Span {
  /** Offsets into the source in UTF-16 code units; the end is exclusive. */
  readonly start: number;
  readonly end: number;
}

export type FunctionRole =
  | "module"
  | "function"
  | "arrow"
  | "method"
  | "constructor"
  | "getter"
  | "setter";

export interface FunctionRecord {
  /** As written, or as inferred from what it is assigned to; `""` when there is no name. */
  readonly name: string;
  readonly role: FunctionRole;
  readonly span: Span;
  /** The function it is written in; -1 for function 0, the module's top level. */
  readonly parent: number;
  /** The class it is a member of, or -1. */
  readonly class: number;
  readonly isStatic: boolean;
  readonly async: boolean;
  readonly generator: boolean;
  /** Number of declared formals, the rest parameter included. */
  readonly parameters: number;
  /** Variables of enclosing functions that it, or a function inside it, reads or writes. */
  readonly captures: readonly number[];
  /** Its instructions are `[firstInstruction, endInstruction)`, its blocks `[firstBlock, endBlock)`. */
  readonly firstInstruction: number;
  readonly endInstruction: number;
  readonly firstBlock: number;
  readonly endBlock: number;
}

export interface ClassMember {
  readonly name: string;
  readonly function: number;
  readonly isStatic: boolean;
  readonly role: FunctionRole;
}

export interface ClassRecord {
  readonly name: string;
  readonly span: Span;
  /** The value of the superclass expression, or -1. */
  readonly superclass: number;
  /** Always present: a class that writes none gets an implicit one. Field initialisers are stores in it. */
  readonly constructor_: number;
  readonly members: readonly ClassMember[];
  /** Declared types of fields, as written. */
  readonly fieldTypes: readonly { readonly field: string; readonly type: string }[];
}

/** A variable that more than one function uses, or that is exported. Others are values only. */
export interface VariableRecord {
  readonly name: string;
  /** The function that declares it. */
  readonly function: number;
  /** Its declared type as written, or `""`. */
  readonly type: string;
}

/** A local name for something of another module, type-only imports included (declared types resolve through it). */
export interface ImportRecord {
  readonly local: string;
  readonly module: string;
  /** `*`, `default` or the exported name. */
  readonly name: string;
}

/** An export by declaration; exports by assignment (`module.exports = ...`) are ordinary stores. */
export type ExportRecord =
  | { readonly name: string; readonly variable: number }
  /** `export { imported as name } from "module"`; `name: "*"` re-exports everything. */
  | { readonly name: string; readonly module: string; readonly imported: string };

export interface ModuleProblem {
  readonly kind: "syntax-error" | "not-parsed" | "too-deep" | "not-lowered";
  readonly message: string;
  readonly span: Span;
}

export interface ModuleIr {
  readonly language: Language;
  readonly dialect: Dialect;
  readonly strings: readonly string[];
  /** One {@link Kind} an instruction. */
  readonly kinds: Uint8Array;
  /** Operands of instruction `i` are `operands[operandStart[i], operandStart[i + 1])`. */
  readonly operandStart: Int32Array;
  readonly operands: Int32Array;
  /** Start and end offset of instruction `i` at `2 * i` and `2 * i + 1`. */
  readonly spans: Int32Array;
  /** Block `b` holds instructions `[blockStart[b], blockStart[b + 1])`; blocks of a function are in reverse postorder. */
  readonly blockStart: Int32Array;
  /** Successors of block `b` are `successors[successorStart[b], successorStart[b + 1])`, as block numbers of the module. */
  readonly successorStart: Int32Array;
  readonly successors: Int32Array;
  readonly functions: readonly FunctionRecord[];
  readonly classes: readonly ClassRecord[];
  readonly variables: readonly VariableRecord[];
  readonly imports: readonly ImportRecord[];
  readonly exports: readonly ExportRecord[];
  /** Interfaces and type aliases that name another type: `interface A extends B`, `type A = B`. */
  readonly typeAliases: readonly { readonly name: string; readonly target: string }[];
  /** Types that any type is which has these methods: nobody says that it implements them. */
  readonly interfaces: readonly { readonly name: string; readonly methods: readonly string[] }[];
  /** Texts that stand first in a function and say how it is to be run (`"use server"`); function 0 is the module. */
  readonly directives: readonly { readonly function: number; readonly text: string }[];
  readonly problems: readonly ModuleProblem[];
}

/** Offset of each line's first code unit, for turning spans into lines. */
export function lineStarts(text: string): Int32Array {
  const starts = [0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 13 && text.charCodeAt(at + 1) === 10) continue;
    if (code === 10 || code === 13) starts.push(at + 1);
  }
  return Int32Array.from(starts);
}

/** 1-based line of an offset. */
export function lineOf(starts: Int32Array, offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}
