/**
 * Builds a ModuleIr. Locals become values while a function is written, by the algorithm of Braun et al.,
 * "Simple and Efficient Construction of Static Single Assignment Form" (CC 2013), with two additions:
 * branches make `Guard` values for what their condition tests, and loads are numbered, so that two reads of
 * one path are one value and a test of the first guards the second.
 */
import {
  type CallForm,
  ConstantType,
  forEachValueOperand,
  GuardOutcome,
  Kind,
  ParameterFlag,
  spread as spreadOperand,
  unspread,
} from "./kinds.ts";
import type {
  ClassMember,
  ClassRecord,
  Dialect,
  ExportRecord,
  FunctionRecord,
  FunctionRole,
  ImportRecord,
  Language,
  ModuleIr,
  ModuleProblem,
  Span,
  VariableRecord,
} from "./module-ir.ts";

/** A value inside one FunctionBuilder; becomes a module-wide id when the module is finished. */
export type Value = number;
/** A basic block inside one FunctionBuilder. */
export type Block = number;
/** A local variable inside one FunctionBuilder, as handed out by `local` or `shared`. */
export type Local = number;

/** An argument of a call or an element of a sequence. */
export interface Item {
  readonly value: Value;
  readonly spread: boolean;
}

/** In a block's loads: what was known about this path no longer holds. */
const FORGOTTEN = -1;

/** Values that a call which came back may have let pass. */
const TESTABLE: ReadonlySet<number> = new Set([
  Kind.Parameter,
  Kind.Captured,
  Kind.Load,
  Kind.Guard,
  Kind.Phi,
  Kind.Iterate,
  Kind.Call,
  Kind.Await,
  Kind.Concat,
]);

/** Fields of a value that stands for the several results of a call. */
const PARTS = ["0", "1", "2", "3"];

/** How many operators, calls and loads below a condition are searched for the values it tests. */
const CONDITION_DEPTH = 6;

interface Instruction {
  readonly kind: number;
  operands: number[];
  readonly start: number;
  readonly end: number;
  readonly block: Block;
}

interface BlockState {
  readonly instructions: Value[];
  /** Phis and guards, which stand before the instructions. */
  readonly heads: Value[];
  readonly predecessors: Block[];
  readonly successors: Block[];
  /** The maps are made on first use: most blocks need none, and there are a great many blocks. */
  definitions: Map<Local, Value> | undefined;
  loads: Map<string, Value> | undefined;
  /** Values that the edge into this block has tested, with the guard made for each on first use. */
  guards:
    | { readonly condition: Value; readonly outcome: number; readonly tested: Map<Value, Value> }
    | undefined;
  incomplete: Map<Local, Value> | undefined;
  sealed: boolean;
  terminated: boolean;
}

export interface FunctionHeader {
  readonly name: string;
  readonly role: FunctionRole;
  readonly span: Span;
  readonly parent: number;
  readonly class?: number;
  readonly isStatic?: boolean;
  readonly async?: boolean;
  readonly generator?: boolean;
}

export class ModuleBuilder {
  readonly #strings = new Map<string, number>();
  readonly #functions: FunctionBuilder[] = [];
  readonly #classes: ClassRecord[] = [];
  readonly #classValues: { readonly function: number; readonly value: Value }[] = [];
  readonly #variables: VariableRecord[] = [];
  readonly imports: ImportRecord[] = [];
  readonly exports: ExportRecord[] = [];
  readonly typeAliases: { name: string; target: string }[] = [];
  readonly interfaces: { name: string; methods: readonly string[] }[] = [];
  readonly directives: { readonly function: number; readonly text: string }[] = [];
  readonly problems: ModuleProblem[] = [];
  readonly language: Language;
  readonly dialect: Dialect;

  constructor(language: Language, dialect: Dialect) {
    this.language = language;
    this.dialect = dialect;
  }

  string(text: string): number {
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    this.#strings.set(text, this.#strings.size);
    return this.#strings.size - 1;
  }

  /** Declares a variable that several functions use, or that is exported; returns its number in the module. */
  variable(name: string, owner: number, type = ""): number {
    return this.#variables.push({ name, function: owner, type }) - 1;
  }

  /** Opens a function; the first one opened is the module's top level. */
  function(header: FunctionHeader): FunctionBuilder {
    const builder = new FunctionBuilder(this, this.#functions.length, header);
    this.#functions.push(builder);
    return builder;
  }

  /** The function that declares a variable. */
  ownerOf(variable: number): number {
    return this.#variables[variable]!.function;
  }

  /** The builder of a function that has been opened. */
  at(index: number): FunctionBuilder {
    return this.#functions[index]!;
  }

  /** Reserves a class number, to be filled by {@link defineClass}. */
  class(): number {
    const placeholder: ClassRecord = {
      name: "",
      span: { start: 0, end: 0 },
      superclass: -1,
      constructor_: -1,
      members: [],
      fieldTypes: [],
    };
    this.#classValues.push({ function: 0, value: -1 });
    return this.#classes.push(placeholder) - 1;
  }

  /** `superclass` is a value of the function numbered `owner`, or -1. */
  defineClass(
    index: number,
    record: {
      readonly name: string;
      readonly span: Span;
      readonly owner: number;
      readonly superclass: Value;
      readonly constructor_: number;
      readonly members: readonly ClassMember[];
      readonly fieldTypes?: ClassRecord["fieldTypes"];
    },
  ): void {
    this.#classValues[index] = { function: record.owner, value: record.superclass };
    this.#classes[index] = {
      name: record.name,
      span: record.span,
      superclass: -1,
      constructor_: record.constructor_,
      members: record.members,
      fieldTypes: record.fieldTypes ?? [],
    };
  }

  finish(): ModuleIr {
    const sink = new Sink(this.#functions[0]?.length ?? 0);
    const functions: FunctionRecord[] = [];
    const numbers: (readonly number[])[] = [];
    for (const builder of this.#functions) {
      const { record, numbering } = builder.layOut(sink);
      functions.push(record);
      numbers.push(numbering);
    }
    const classes = this.#classes.map((record, index) => {
      const { function: owner, value } = this.#classValues[index]!;
      const span = {
        start: Math.min(record.span.start, sink.length),
        end: Math.min(record.span.end, sink.length),
      };
      return { ...record, span, superclass: value < 0 ? -1 : numbers[owner]![value]! };
    });
    return {
      language: this.language,
      dialect: this.dialect,
      strings: [...this.#strings.keys()],
      ...sink.finish(),
      functions,
      classes,
      variables: this.#variables,
      imports: this.imports,
      exports: this.exports,
      typeAliases: this.typeAliases,
      interfaces: this.interfaces,
      directives: this.directives,
      problems: this.problems,
    };
  }
}

/** The module's growing flat arrays. */
class Sink {
  readonly kinds: number[] = [];
  readonly operandStart: number[] = [0];
  readonly operands: number[] = [];
  readonly spans: number[] = [];
  readonly blockStart: number[] = [];
  readonly successorStart: number[] = [0];
  readonly successors: number[] = [];
  /** Where the source ends. A frontend may have closed what the text leaves open, but nothing stands behind its end. */
  readonly length: number;

  constructor(length: number) {
    this.length = length;
  }

  finish(): Pick<
    ModuleIr,
    "kinds" | "operandStart" | "operands" | "spans" | "blockStart" | "successorStart" | "successors"
  > {
    return {
      kinds: new Uint8Array(this.kinds),
      operandStart: new Int32Array(this.operandStart),
      operands: new Int32Array(this.operands),
      spans: new Int32Array(this.spans),
      blockStart: new Int32Array([...this.blockStart, this.kinds.length]),
      successorStart: new Int32Array(this.successorStart),
      successors: new Int32Array(this.successors),
    };
  }
}

export class FunctionBuilder {
  readonly index: number;
  readonly #module: ModuleBuilder;
  readonly #header: FunctionHeader;
  readonly #instructions: Instruction[] = [];
  readonly #blocks: BlockState[] = [];
  readonly #captures = new Set<number>();
  /** Locals that are also module variables: their writes are seen by other functions. */
  readonly #shared = new Map<
    Local,
    { readonly variable: number; readonly readsThrough: boolean }
  >();
  /** Shared locals that are assigned once, by module variable: closures capture their value. */
  readonly #constants = new Map<number, Local>();
  readonly #replaced = new Map<Value, Value>();
  readonly #handlers: Block[] = [];
  /** Every path that some block has loaded or stored: most loads are a path's first. */
  readonly #loaded = new Set<string>();
  #locals = 0;
  #parameters = 0;
  #current: Block;

  constructor(module: ModuleBuilder, index: number, header: FunctionHeader) {
    this.#module = module;
    this.index = index;
    this.#header = header;
    this.#current = this.block();
    this.seal(this.#current);
  }

  /** The offset at which it ends. */
  get length(): number {
    return this.#header.span.end;
  }

  // --- blocks ---------------------------------------------------------------------------------------------------

  /** A new block with no predecessors yet; seal it when it has them all. */
  block(): Block {
    return (
      this.#blocks.push({
        instructions: [],
        heads: [],
        predecessors: [],
        successors: [],
        definitions: undefined,
        loads: undefined,
        guards: undefined,
        incomplete: undefined,
        sealed: false,
        terminated: false,
      }) - 1
    );
  }

  get current(): Block {
    return this.#current;
  }

  /** True when nothing can be reached here: after `return`, `throw`, `break` or `continue`. */
  get unreachable(): boolean {
    const state = this.#blocks[this.#current]!;
    return (
      state.terminated || (state.sealed && state.predecessors.length === 0 && this.#current !== 0)
    );
  }

  /** Goes on writing in `block`. Sealing is the caller's: at once when all predecessors are known. */
  enter(block: Block): void {
    this.#current = block;
  }

  /** All predecessors are known from here on. */
  seal(block: Block): void {
    const state = this.#blocks[block]!;
    if (state.sealed) return;
    state.sealed = true;
    if (state.incomplete === undefined) return;
    for (const [local, phi] of state.incomplete) this.#completePhi(local, phi, block);
    state.incomplete = undefined;
  }

  /** Ends the current block with an unconditional edge. */
  jump(to: Block): void {
    if (this.unreachable) return;
    this.#edge(this.#current, to);
    this.#terminate();
  }

  /** Ends the current block with a conditional edge; values that `condition` tests are guarded on both sides. */
  branch(condition: Value, then: Block, otherwise: Block, span: Span): void {
    if (this.unreachable) return;
    this.emit(Kind.Branch, [condition], span);
    this.#edge(this.#current, then);
    this.#edge(this.#current, otherwise);
    const tested = this.#testedBy(condition);
    if (then !== otherwise && tested.size > 0) {
      this.#guard(then, condition, GuardOutcome.Passed, tested);
      this.#guard(otherwise, condition, GuardOutcome.Failed, tested);
    }
    this.#terminate();
  }

  /**
   * A call has come back, and did not throw: from here on its arguments are values that it let pass. `call` may be
   * what was awaited of it.
   */
  returned(call: Value): void {
    if (this.unreachable) return;
    const tested = new Set<Value>();
    const made = this.#instructions[this.#resolve(call)]!;
    const { kind, operands } =
      made.kind === Kind.Await ? this.#instructions[this.#resolve(made.operands[0]!)]! : made;
    if (kind !== Kind.Call) return;
    for (let index = 4; index < operands.length; index++) {
      const value = this.#resolve(unspread(operands[index]!));
      if (TESTABLE.has(this.#instructions[value]!.kind)) tested.add(value);
    }
    if (tested.size === 0) return;
    const after = this.block();
    this.jump(after);
    this.seal(after);
    this.#guard(after, call, GuardOutcome.Returned, tested);
    this.enter(after);
  }

  return(value: Value | -1, span: Span): void {
    if (this.unreachable) return;
    this.emit(Kind.Return, [value], span);
    this.#terminate();
  }

  throw(value: Value, span: Span): void {
    if (this.unreachable) return;
    this.emit(Kind.Throw, [value], span);
    this.#terminate();
  }

  /** From here to {@link endTry}, an exception may lead from the end of each block to `handler`. */
  beginTry(handler: Block): void {
    // The state before the first statement reaches the handler too.
    const body = this.block();
    this.jump(body);
    this.seal(body);
    const before = this.#blocks[body]!.predecessors[0];
    if (before !== undefined) this.#edge(before, handler);
    this.enter(body);
    this.#handlers.push(handler);
  }

  endTry(): void {
    const handler = this.#handlers.pop()!;
    if (!this.unreachable) {
      const after = this.block();
      this.#edge(this.#current, after);
      this.#edge(this.#current, handler);
      this.#blocks[this.#current]!.terminated = true;
      this.seal(after);
      this.enter(after);
    }
  }

  #terminate(): void {
    const handler = this.#handlers.at(-1);
    if (handler !== undefined) this.#edge(this.#current, handler);
    this.#blocks[this.#current]!.terminated = true;
  }

  #edge(from: Block, to: Block): void {
    if (this.#blocks[from]!.successors.includes(to)) return;
    this.#blocks[from]!.successors.push(to);
    this.#blocks[to]!.predecessors.push(from);
  }

  #guard(block: Block, condition: Value, outcome: number, tested: ReadonlySet<Value>): void {
    const state = this.#blocks[block]!;
    // Only an edge that is the block's one way in proves anything there.
    if (state.predecessors.length !== 1 || state.guards !== undefined) return;
    state.guards = { condition, outcome, tested: new Map([...tested].map((value) => [value, -1])) };
  }

  // --- locals ---------------------------------------------------------------------------------------------------

  /** A variable that only this function uses. */
  local(): Local {
    return this.#locals++;
  }

  /**
   * A variable of this function that inner functions use too, or that is exported. `written`: `once` (a closure then
   * captures its value), `here` (several times, but only by this function), or `elsewhere` (some other function
   * writes it, so reads here must not rely on what was last written here).
   */
  shared(variable: number, written: "once" | "here" | "elsewhere"): Local {
    const local = this.#locals++;
    this.#shared.set(local, { variable, readsThrough: written === "elsewhere" });
    if (written === "once") this.#constants.set(variable, local);
    return local;
  }

  /** Notes that this function, or one inside it, uses a variable of an enclosing function. */
  #capture(variable: number): void {
    if (this.#captures.has(variable)) return;
    this.#captures.add(variable);
    const { parent } = this.#header;
    if (parent >= 0 && parent !== this.#module.ownerOf(variable))
      this.#module.at(parent).#capture(variable);
  }

  write(local: Local, value: Value, span: Span): void {
    if (this.unreachable) return;
    this.#define(local, value, this.#current);
    const shared = this.#shared.get(local);
    if (shared === undefined) return;
    this.emit(Kind.SetCaptured, [shared.variable, value], span);
    // What was read before this write is out of date, and what is read after it may be another function's.
    if (shared.readsThrough) this.#remember(`^${shared.variable}`, FORGOTTEN);
  }

  read(local: Local, span: Span): Value {
    const shared = this.#shared.get(local);
    if (shared?.readsThrough)
      return this.#numbered(`^${shared.variable}`, Kind.Captured, [shared.variable], span);
    return this.#resolve(this.#read(local, this.#current));
  }

  /** Reads a variable of an enclosing function. */
  readCaptured(variable: number, span: Span): Value {
    this.#capture(variable);
    return this.#numbered(`^${variable}`, Kind.Captured, [variable], span);
  }

  /** Writes a variable of an enclosing function. */
  writeCaptured(variable: number, value: Value, span: Span): void {
    this.#capture(variable);
    if (this.unreachable) return;
    this.emit(Kind.SetCaptured, [variable, value], span);
    this.#remember(`^${variable}`, value);
  }

  #read(local: Local, block: Block): Value {
    // Blocks with one way in are followed with a loop: straight code with many branches makes long chains of them.
    const chain: Block[] = [];
    let at = block;
    let value: Value | undefined;
    while (value === undefined) {
      const state = this.#blocks[at]!;
      const known = state.definitions?.get(local);
      if (known !== undefined) {
        value = known;
      } else if (!state.sealed) {
        value = this.#head(Kind.Phi, [], at);
        state.incomplete ??= new Map();
        state.incomplete.set(local, value);
        this.#define(local, value, at);
      } else if (state.predecessors.length === 1 && chain.length < this.#blocks.length) {
        chain.push(at);
        at = state.predecessors[0]!;
      } else if (state.predecessors.length < 2) {
        // The entry; or a loop that nothing leads into, where no value matters.
        value = this.#head(
          Kind.Constant,
          [ConstantType.Undefined, this.#module.string("undefined")],
          at,
        );
        this.#define(local, value, at);
      } else {
        const phi = this.#head(Kind.Phi, [], at);
        this.#define(local, phi, at);
        value = this.#completePhi(local, phi, at);
        this.#define(local, value, at);
      }
    }
    for (let index = chain.length - 1; index >= 0; index--) {
      value = this.#guarded(this.#resolve(value), chain[index]!);
      this.#define(local, value, chain[index]!);
    }
    return value;
  }

  #define(local: Local, value: Value, block: Block): void {
    const state = this.#blocks[block]!;
    state.definitions ??= new Map();
    state.definitions.set(local, value);
  }

  #completePhi(local: Local, phi: Value, block: Block): Value {
    const inputs = this.#blocks[block]!.predecessors.map((from) =>
      this.#resolve(this.#read(local, from)),
    );
    this.#instructions[phi]!.operands = inputs;
    return this.#simplify(phi, inputs);
  }

  /** A phi of one value is that value. */
  #simplify(phi: Value, inputs: readonly Value[]): Value {
    let only: Value | undefined;
    for (const input of inputs) {
      const value = this.#resolve(input);
      if (value === phi || value === only) continue;
      if (only !== undefined) return phi;
      only = value;
    }
    if (only === undefined) return phi;
    this.#replaced.set(phi, only);
    return only;
  }

  #resolve(value: Value): Value {
    let at = value;
    for (let next = this.#replaced.get(at); next !== undefined; next = this.#replaced.get(at))
      at = next;
    return at;
  }

  /** The value as the block's incoming edge knows it. */
  #guarded(value: Value, block: Block): Value {
    const guards = this.#blocks[block]!.guards;
    const made = guards?.tested.get(value);
    if (guards === undefined || made === undefined) return value;
    if (made >= 0) return made;
    const guard = this.#head(Kind.Guard, [value, guards.condition, guards.outcome], block);
    guards.tested.set(value, guard);
    return guard;
  }

  /** The values a condition says something about: its operands, through operators, calls and `.length`. */
  #testedBy(condition: Value): Set<Value> {
    const tested = new Set<Value>();
    const visit = (value: Value, depth: number): void => {
      const at = this.#resolve(value);
      const { kind, operands } = this.#instructions[at]!;
      if (kind === Kind.Constant || kind === Kind.Closure || kind === Kind.Imported) return;
      if (tested.has(at)) return;
      tested.add(at);
      if (depth === 0) return;
      const below = (index: number): void => visit(unspread(operands[index]!), depth - 1);
      if (kind === Kind.Operator || kind === Kind.Sequence || kind === Kind.Concat) {
        forEachValueOperand(kind, operands, 0, operands.length, below);
      } else if (kind === Kind.Call) {
        if (operands[2]! >= 0) visit(operands[2]!, depth - 1);
        for (let index = 4; index < operands.length; index++) below(index);
      } else if (kind === Kind.Await || (kind === Kind.Phi && operands.length > 0)) {
        forEachValueOperand(kind, operands, 0, operands.length, below);
      } else if (kind === Kind.Load && operands[1] === this.#module.string("length")) {
        below(0);
      } else if (kind === Kind.Guard || this.#isPartOfResult(at)) {
        below(0);
      } else if (kind === Kind.Load && operands[2]! >= 0) {
        // `allowed[name]` tests the name.
        below(2);
      }
    };
    visit(condition, CONDITION_DEPTH);
    return tested;
  }

  /** One of several results of a call, which says something about what the call was given: `_, err := parse(x)`. */
  #isPartOfResult(value: Value): boolean {
    const { kind, operands } = this.#instructions[value]!;
    if (kind !== Kind.Load || operands[1]! < 0) return false;
    if (this.#instructions[this.#resolve(operands[0]!)]!.kind !== Kind.Call) return false;
    return PARTS.some((part) => operands[1] === this.#module.string(part));
  }

  // --- instructions ---------------------------------------------------------------------------------------------

  /** Appends an instruction; the typed methods below are to be preferred where there is one. */
  emit(kind: number, operands: number[], span: Span): Value {
    if (this.#blocks[this.#current]!.terminated) {
      // Nothing reaches what follows a `return`; a block of its own keeps it behind no terminator.
      this.#current = this.block();
      this.seal(this.#current);
    }
    const block = this.#current;
    const value =
      this.#instructions.push({ kind, operands, start: span.start, end: span.end, block }) - 1;
    this.#blocks[block]!.instructions.push(value);
    return value;
  }

  #head(kind: number, operands: number[], block: Block): Value {
    const { start, end } = this.#header.span;
    const value = this.#instructions.push({ kind, operands, start, end, block }) - 1;
    this.#blocks[block]!.heads.push(value);
    return value;
  }

  kindOf(value: Value): number {
    return this.#instructions[this.#resolve(value)]!.kind;
  }

  constant(type: ConstantType, text: string, span: Span): Value {
    return this.emit(Kind.Constant, [type, this.#module.string(text)], span);
  }

  undefined(span: Span): Value {
    return this.constant(ConstantType.Undefined, "undefined", span);
  }

  parameter(
    position: number,
    span: Span,
    options: { rest?: boolean; type?: string; name?: string; flags?: number } = {},
  ): Value {
    if (position >= 0) this.#parameters = Math.max(this.#parameters, position + 1);
    return this.emit(
      Kind.Parameter,
      [
        position,
        (options.flags ?? 0) | (options.rest ? ParameterFlag.Rest : 0),
        options.type ? this.#module.string(options.type) : -1,
        options.name ? this.#module.string(options.name) : -1,
      ],
      span,
    );
  }

  /** The parameter from `position` on, without counting as a declared formal (`arguments`). */
  undeclaredRest(position: number, span: Span): Value {
    return this.emit(Kind.Parameter, [position, ParameterFlag.Rest, -1, -1], span);
  }

  imported(module: string, name: string, span: Span): Value {
    return this.emit(Kind.Imported, [this.#module.string(module), this.#module.string(name)], span);
  }

  /** Reads a global. */
  cell(name: string, span: Span): Value {
    return this.#numbered(`%${name}`, Kind.Cell, [this.#module.string(name)], span);
  }

  setCell(name: string, value: Value, span: Span): void {
    if (this.unreachable) return;
    this.emit(Kind.SetCell, [this.#module.string(name), value], span);
    this.#remember(`%${name}`, value);
  }

  /** A function value. Written after the function's body, it captures the values of variables that are set once. */
  closure(fn: FunctionBuilder, span: Span): Value {
    const operands = [fn.index];
    for (const variable of fn.#captures) {
      const local = this.#constants.get(variable);
      if (local === undefined || this.unreachable) continue;
      const value = this.#resolve(this.#read(local, this.#current));
      const { kind, operands: known } = this.#instructions[value]!;
      const unset = kind === Kind.Constant && known[0] === ConstantType.Undefined;
      if (!unset) operands.push(variable, value);
    }
    return this.emit(Kind.Closure, operands, span);
  }

  classValue(index: number, span: Span): Value {
    return this.emit(Kind.ClassValue, [index], span);
  }

  record(
    fields: readonly { readonly name: string; readonly value: Value }[],
    spreads: readonly { readonly value: Value; readonly except: readonly string[] }[],
    span: Span,
  ): Value {
    const operands = [fields.length];
    for (const { name, value } of fields) operands.push(this.#module.string(name), value);
    for (const { value, except } of spreads) {
      operands.push(value, except.length, ...except.map((name) => this.#module.string(name)));
    }
    return this.emit(Kind.Record, operands, span);
  }

  sequence(items: readonly Item[], span: Span): Value {
    return this.emit(Kind.Sequence, items.map(encode), span);
  }

  concat(parts: readonly Value[], span: Span): Value {
    return this.emit(Kind.Concat, [...parts], span);
  }

  operator(op: string, operands: readonly Value[], span: Span): Value {
    return this.emit(Kind.Operator, [this.#module.string(op), ...operands], span);
  }

  /** A choice in place, with no blocks: `a ? b : c`, `a || b` where neither side does anything. */
  choice(inputs: readonly Value[], span: Span): Value {
    return this.emit(Kind.Phi, [...inputs], span);
  }

  /** `object.field`. Two loads of one path with no store to that field between are one value. */
  load(object: Value, field: string, span: Span): Value {
    const name = this.#module.string(field);
    return this.#numbered(`${this.#root(object)}.${name}`, Kind.Load, [object, name, -1], span);
  }

  /** `object[key]`. */
  loadKey(object: Value, key: Value, span: Span): Value {
    return this.#numbered(
      `${this.#root(object)}[${this.#root(key)}`,
      Kind.Load,
      [object, -1, key],
      span,
    );
  }

  store(object: Value, field: string, value: Value, span: Span): void {
    if (this.unreachable) return;
    const name = this.#module.string(field);
    this.emit(Kind.Store, [object, name, -1, value], span);
    this.#remember(`${this.#root(object)}.${name}`, value);
  }

  storeKey(object: Value, key: Value, value: Value, span: Span): void {
    if (this.unreachable) return;
    this.emit(Kind.Store, [object, -1, key, value], span);
    this.#remember(`${this.#root(object)}[${this.#root(key)}`, value);
  }

  call(form: CallForm, callee: Value, args: readonly Item[], span: Span): Value {
    return this.emit(Kind.Call, [form, callee, -1, -1, ...args.map(encode)], span);
  }

  /** `receiver.name(...)`; `callee` is the load of the method. A computed name is `""`. */
  callMethod(
    form: CallForm,
    callee: Value,
    receiver: Value,
    name: string,
    args: readonly Item[],
    span: Span,
  ): Value {
    const named = name === "" ? -1 : this.#module.string(name);
    return this.emit(Kind.Call, [form, callee, receiver, named, ...args.map(encode)], span);
  }

  await(value: Value, span: Span): Value {
    return this.emit(Kind.Await, [value], span);
  }

  yield(value: Value | -1, delegate: boolean, span: Span): Value {
    return this.emit(Kind.Yield, [value, delegate ? 1 : 0], span);
  }

  iterate(collection: Value, part: number, span: Span): Value {
    return this.emit(Kind.Iterate, [collection, part], span);
  }

  unknown(syntax: string, inputs: readonly Value[], span: Span): Value {
    return this.emit(Kind.Unknown, [this.#module.string(syntax), ...inputs], span);
  }

  #root(value: Value): Value {
    let at = this.#resolve(value);
    while (this.#instructions[at]!.kind === Kind.Guard)
      at = this.#resolve(this.#instructions[at]!.operands[0]!);
    return at;
  }

  #numbered(key: string, kind: number, operands: number[], span: Span): Value {
    if (this.#loaded.has(key)) {
      const known = this.#readLoad(key, this.#current, new Set());
      if (known !== undefined) return known;
    }
    const value = this.emit(kind, operands, span);
    this.#remember(key, value);
    return value;
  }

  #remember(key: string, value: Value): void {
    this.#loaded.add(key);
    this.#keepLoad(key, value, this.#current);
  }

  #keepLoad(key: string, value: Value, block: Block): void {
    const state = this.#blocks[block]!;
    state.loads ??= new Map();
    state.loads.set(key, value);
  }

  #readLoad(key: string, block: Block, seen: Set<Block>): Value | undefined {
    const chain: Block[] = [];
    let at = block;
    let value: Value | undefined;
    while (value === undefined) {
      const state = this.#blocks[at]!;
      const known = state.loads?.get(key);
      if (known === FORGOTTEN || (known === undefined && seen.has(at))) return undefined;
      seen.add(at);
      if (known !== undefined) {
        value = this.#resolve(known);
      } else if (
        state.predecessors.length === 1 ||
        (!state.sealed && state.predecessors.length > 0)
      ) {
        // An open loop head: what was read before the loop holds in it. A store later in the loop is not seen by
        // reads above it in the next turn; that is accepted for guards that stand before loops.
        chain.push(at);
        at = state.predecessors[0]!;
      } else {
        const all = state.predecessors.map((from) => this.#readLoad(key, from, seen));
        if (all.length === 0 || all.includes(undefined)) return undefined;
        value = all.every((one) => one === all[0])
          ? all[0]!
          : this.#head(Kind.Phi, all as Value[], at);
        this.#keepLoad(key, value, at);
      }
    }
    for (let index = chain.length - 1; index >= 0; index--) {
      value = this.#guarded(value, chain[index]!);
      this.#keepLoad(key, value, chain[index]!);
    }
    return value;
  }

  // --- layout ---------------------------------------------------------------------------------------------------

  /** Appends this function to the module's arrays; `numbering` maps its values to their module-wide ids. */
  layOut(sink: Sink): { readonly record: FunctionRecord; readonly numbering: readonly number[] } {
    for (let block = 0; block < this.#blocks.length; block++) this.seal(block);
    const order = this.#reversePostorder();
    const firstInstruction = sink.kinds.length;
    const firstBlock = sink.blockStart.length;
    const numbering = new Array<number>(this.#instructions.length).fill(-1);
    const blockNumbers = new Array<number>(this.#blocks.length).fill(-1);
    let next = firstInstruction;
    order.forEach((block, index) => {
      blockNumbers[block] = firstBlock + index;
      const { heads, instructions } = this.#blocks[block]!;
      for (const value of heads) if (!this.#replaced.has(value)) numbering[value] = next++;
      for (const value of instructions) numbering[value] = next++;
    });
    // A value of an unreachable block stands for nothing; what uses it sees the undefined constant made for it.
    for (const value of this.#replaced.keys()) numbering[value] = numbering[this.#resolve(value)]!;
    const renumber = (index: number): void => {
      const operand = sink.operands[index]!;
      const target = numbering[unspread(operand)]!;
      sink.operands[index] = operand < 0 ? spreadOperand(target) : target;
    };
    for (const block of order) {
      const state = this.#blocks[block]!;
      sink.blockStart.push(sink.kinds.length);
      for (const value of state.heads)
        if (!this.#replaced.has(value)) this.#write(value, sink, numbering, renumber);
      for (const value of state.instructions) this.#write(value, sink, numbering, renumber);
      for (const to of state.successors) sink.successors.push(blockNumbers[to]!);
      sink.successorStart.push(sink.successors.length);
    }
    const { name, role, span, parent } = this.#header;
    return {
      numbering,
      record: {
        name,
        role,
        span: { start: Math.min(span.start, sink.length), end: Math.min(span.end, sink.length) },
        parent,
        class: this.#header.class ?? -1,
        isStatic: this.#header.isStatic ?? false,
        async: this.#header.async ?? false,
        generator: this.#header.generator ?? false,
        parameters: this.#parameters,
        captures: [...this.#captures].sort((one, other) => one - other),
        firstInstruction,
        endInstruction: sink.kinds.length,
        firstBlock,
        endBlock: sink.blockStart.length,
      },
    };
  }

  #write(
    value: Value,
    sink: Sink,
    numbering: readonly number[],
    renumber: (index: number) => void,
  ): void {
    const { kind, operands, start, end } = this.#instructions[value]!;
    const from = sink.operands.length;
    if (kind === Kind.Phi) {
      for (const input of operands) {
        const target = numbering[input]!;
        if (target >= 0 && sink.operands.indexOf(target, from) < 0) sink.operands.push(target);
      }
    } else {
      for (const operand of operands) sink.operands.push(operand);
      forEachValueOperand(kind, sink.operands, from, sink.operands.length, renumber);
    }
    sink.kinds.push(kind);
    sink.operandStart.push(sink.operands.length);
    sink.spans.push(Math.min(start, sink.length), Math.min(end, sink.length));
  }

  #reversePostorder(): Block[] {
    const order: Block[] = [];
    const state = new Uint8Array(this.#blocks.length);
    const stack: Block[] = [0];
    while (stack.length > 0) {
      const block = stack.at(-1)!;
      if (state[block] === 0) {
        state[block] = 1;
        const { successors } = this.#blocks[block]!;
        for (let index = successors.length - 1; index >= 0; index--) {
          if (state[successors[index]!] === 0) stack.push(successors[index]!);
        }
      } else {
        stack.pop();
        if (state[block] === 1) {
          state[block] = 2;
          order.push(block);
        }
      }
    }
    return order.reverse();
  }
}

const encode = ({ value, spread }: Item): number => (spread ? spreadOperand(value) : value);
