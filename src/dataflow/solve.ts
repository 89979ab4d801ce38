/**
 * Data flow inside one function: facts of every value, by passes over the instructions until nothing changes, with
 * the summaries of callees put in where they are called. Yields the function's own summary and the hits it is apex of.
 */
import { functionsOf } from "../callgraph/callees.ts";
import { kindOfToken, numberOfToken, type Token, TokenKind } from "../callgraph/value-tracking.ts";
import {
  CALLBACK_DEPTH,
  FACTS_PER_ENTRY,
  FACTS_PER_INVOKE,
  FACTS_PER_VALUE,
  INVOKES_PER_SUMMARY,
  PASSES_PER_FUNCTION,
  SINKS_PER_SUMMARY,
  STEPS_PER_FUNCTION,
  WAYS_TO_SINK,
} from "../limits.ts";
import { ArgumentPosition, type Segment } from "../models/path-grammar.ts";
import type { PropagatorRow, SinkRow } from "../models/rows.ts";
import { keywordsOf, writtenField } from "../program/ir/keywords.ts";
import {
  CallForm,
  forEachValueOperand,
  type GuardOutcome,
  IteratePart,
  isSpread,
  Kind,
  ParameterFlag,
  Position,
  unspread,
} from "../program/ir/kinds.ts";
import type { FunctionRecord } from "../program/ir/module-ir.ts";
import type { SourceModule } from "../program/program.ts";
import type { Analysis } from "./analysis.ts";
import {
  ANYTHING,
  CLEAN_LABEL,
  ELEMENT,
  EMPTY_PATH,
  type FactKey,
  type FactMap,
  isElement,
  KEY,
  type LabelId,
  type OriginId,
  OriginKind,
  type PathId,
} from "./facts.ts";
import type { Hit, InvokeEntry, SinkEntry, SinkSite, Summary } from "./summary.ts";

/** Where a fact came from: an earlier fact of this function, and the instruction that made the step. */
export interface Provenance {
  readonly from: number;
  readonly key: FactKey;
  readonly via: number;
}

/**
 * Facts of the argument for a formal (its position, name and flags), and a value that stands for it in traces; -1 when
 * none is given.
 */
type Given = (position: number, name?: string, flags?: number) => readonly [FactMap, number];

/** What a callback is called with. */
interface CallbackArguments {
  readonly byPosition: Map<number, FactMap>;
}

const NO_FACTS: FactMap = new Map();
/** Objects an object is part of, one around the other, that a store into it reaches. */
const STORE_DEPTH = 6;
/** More instructions than a function has, to number its ways to a sink. */
const WAYS = 1 << 22;
/** Texts inside texts whose beginning is looked for. */
const CONCAT_DEPTH = 6;
/** Stands for a part that is not constant in the beginning of a text. */
const HOLE = "\uFFFC";
/** Operators whose result carries no data worth following. */
const ARITHMETIC = /^(?:[-*/%]|add|\*\*|<<|>>>?|[&|^~]|\+\+|--|u\+)=?$/;
const TRUTH = /^(?:[!=]==?|!|[<>]=?|typeof|void|delete|in|instanceof)$/;

export class FunctionSolver {
  readonly #analysis: Analysis;
  readonly #fn: number;
  readonly #module: SourceModule;
  readonly #record: FunctionRecord;
  readonly #facts: (FactMap | undefined)[];
  readonly #first: number;
  /** Contents of variables of this function that others use, and of captured ones as written here. */
  readonly #cells = new Map<number, FactMap>();
  #putInto: Map<number, number[]> | undefined;
  readonly #returns: FactMap = new Map();
  readonly #stores = new Map<OriginId, FactMap>();
  readonly #sinks = new Map<number, Map<FactKey, SinkEntry>>();
  #sinkCount = 0;
  readonly #invokes = new Map<string, InvokeEntry>();
  /** By site, and by source and call. */
  readonly #hits = new Map<number, Map<number, Hit>>();
  /** Facts of results of symbolic calls, by call. */
  readonly #provenance: (Map<FactKey, Provenance> | undefined)[] | undefined;
  #steps = 0;
  #changed = false;
  #summaryChanged = false;
  #via = -1;
  /** A clock that ticks with every change, and by local number when a value changed and when it was last computed. */
  #clock = 0;
  #cellsChangedAt = 0;
  readonly #changedAt: Int32Array;
  readonly #ranAt: Int32Array;
  /** By local number, how much the callees knew when the instruction was last run. */
  readonly #stamps: Int32Array;

  constructor(analysis: Analysis, fn: number, record: boolean) {
    this.#analysis = analysis;
    this.#fn = fn;
    this.#module = analysis.program.moduleOf(fn);
    this.#record = analysis.program.functionAt(fn);
    this.#first = this.#record.firstInstruction;
    this.#facts = new Array(this.#record.endInstruction - this.#first);
    this.#changedAt = new Int32Array(this.#facts.length);
    this.#ranAt = new Int32Array(this.#facts.length).fill(-1);
    this.#stamps = new Int32Array(this.#facts.length);
    this.#provenance = record ? new Array(this.#record.endInstruction - this.#first) : undefined;
  }

  /**
   * Solves, or goes on solving after the summaries of callees have grown. `changed`: the summary did too. The summary's
   * maps are live: a later call adds to them.
   */
  solve(): {
    readonly summary: Summary;
    readonly hits: readonly Hit[];
    readonly changed: boolean;
  } {
    const { kinds } = this.#module.ir;
    this.#summaryChanged = false;
    for (let local = this.#first; local < this.#record.endInstruction; local++) {
      const kind = kinds[local];
      if (kind !== Kind.Call && kind !== Kind.Closure && kind !== Kind.ClassValue) continue;
      // Nothing inside the function tells that a callee knows more now.
      const stamp = this.#analysis.stampOf(this.#module, local);
      if (this.#stamps[local - this.#first] !== stamp) this.#ranAt[local - this.#first] = -1;
      this.#stamps[local - this.#first] = stamp;
    }
    let passes = 0;
    do {
      this.#changed = false;
      for (let local = this.#first; local < this.#record.endInstruction; local++) {
        if (!this.#isDue(local)) continue;
        this.#via = local;
        this.#ranAt[local - this.#first] = this.#clock;
        this.#transfer(local);
      }
    } while (this.#changed && ++passes < PASSES_PER_FUNCTION);
    if (this.#changed) this.#analysis.overrun(this.#fn, "passes");
    this.#collectStores();
    return {
      summary: {
        returns: this.#returns,
        stores: this.#stores,
        sinks: [...this.#sinks.values()].flatMap((ways) => [...ways.values()]),
        invokes: [...this.#invokes.values()],
      },
      hits: [...this.#hits.values()].flatMap((hits) => [...hits.values()]),
      changed: this.#summaryChanged,
    };
  }

  /** Whether anything an instruction depends on has changed since it was last run. */
  #isDue(local: number): boolean {
    const ran = this.#ranAt[local - this.#first]!;
    if (ran < 0) return true;
    const { kinds, operands, operandStart } = this.#module.ir;
    const kind = kinds[local]!;
    if (
      kind === Kind.Captured ||
      kind === Kind.Closure ||
      kind === Kind.ClassValue ||
      kind === Kind.Call
    ) {
      if (this.#cellsChangedAt > ran || this.#changedAt[local - this.#first]! > ran) return true;
    }
    let due = false;
    forEachValueOperand(kind, operands, operandStart[local]!, operandStart[local + 1]!, (index) => {
      if (this.#changedAt[unspread(operands[index]!) - this.#first]! > ran) due = true;
    });
    return due;
  }

  #noteChange(local: number): void {
    this.#changed = true;
    this.#changedAt[local - this.#first] = ++this.#clock;
    if (this.#module.ir.kinds[local] === Kind.Parameter) this.#summaryChanged = true;
  }

  #noteSummaryChange(): void {
    this.#changed = true;
    this.#summaryChanged = true;
  }

  /** Facts of a value, given by its local number. */
  factsOf(local: number): FactMap {
    return this.#facts[local - this.#first] ?? NO_FACTS;
  }

  provenanceOf(local: number, key: FactKey): Provenance | undefined {
    return this.#provenance?.[local - this.#first]?.get(key);
  }

  // --- facts ----------------------------------------------------------------------------------------------------

  /** Whether this is news. */
  #add(local: number, key: FactKey, label: LabelId, from: number, fromKey: FactKey): boolean {
    const index = local - this.#first;
    let facts = this.#facts[index];
    if (!facts) {
      facts = new Map();
      this.#facts[index] = facts;
    }
    const known = facts.get(key);
    if (known !== undefined) {
      const met = this.#analysis.facts.meet(known, label);
      if (met === known) return false;
      facts.set(key, met);
      this.#noteChange(local);
      return true;
    }
    if (facts.size >= FACTS_PER_VALUE) {
      // Too many: keep that the whole value comes from the origin, and let the details go.
      const coarse = this.#analysis.facts.coarse(key);
      if (facts.size === FACTS_PER_VALUE) this.#analysis.overrun(this.#fn, "facts");
      if (facts.has(coarse) || facts.size >= FACTS_PER_VALUE * 2) return false;
      facts.set(coarse, label);
    } else facts.set(key, label);
    this.#noteChange(local);
    if (this.#provenance) {
      let provenance = this.#provenance[index];
      if (!provenance) {
        provenance = new Map();
        this.#provenance[index] = provenance;
      }
      if (!provenance.has(key)) provenance.set(key, { from, key: fromKey, via: this.#via });
    }
    return true;
  }

  #merge(into: FactMap, key: FactKey, label: LabelId, cap: number = FACTS_PER_ENTRY): boolean {
    const known = into.get(key);
    if (known === undefined) {
      if (into.size >= cap) return false;
      into.set(key, label);
    } else {
      const met = this.#analysis.facts.meet(known, label);
      if (met === known) return false;
      into.set(key, met);
    }
    this.#noteSummaryChange();
    return true;
  }

  #copy(to: number, from: number, extra: LabelId = CLEAN_LABEL): void {
    const facts = this.#facts[from - this.#first];
    if (!facts) return;
    const table = this.#analysis.facts;
    for (const [key, label] of facts) this.#add(to, key, table.join(label, extra), from, key);
  }

  /** Facts of `value.field`. */
  #through(facts: FactMap, field: string): FactMap {
    if (facts.size === 0) return NO_FACTS;
    const table = this.#analysis.facts;
    const seen: FactMap = new Map();
    for (const [key, label] of facts) {
      const inner = table.throughLoad(key, field);
      if (inner === undefined) continue;
      const known = seen.get(inner);
      seen.set(inner, known === undefined ? label : table.meet(known, label));
    }
    return seen;
  }

  /** Data put somewhere inside an object reaches everything the object is part of. */
  #storeInto(
    object: number,
    path: readonly string[],
    key: FactKey,
    label: LabelId,
    from: number,
    depth = STORE_DEPTH,
  ): void {
    const table = this.#analysis.facts;
    const { kinds, operands, operandStart, strings } = this.#module.ir;
    const stored = table.withOutput(key, table.concat(table.path(path), table.outputOf(key)));
    // What the object has already, what it is part of has too.
    if (!this.#add(object, stored, label, from, key) || depth === 0) return;
    const at = operandStart[object]!;
    switch (kinds[object]) {
      case Kind.Load: {
        const field = operands[at + 1]! >= 0 ? strings[operands[at + 1]!]! : ELEMENT;
        this.#storeInto(operands[at]!, [field, ...path], key, label, from, depth - 1);
        return;
      }
      case Kind.Guard:
      case Kind.Await:
        this.#storeInto(operands[at]!, path, key, label, from, depth - 1);
        return;
      case Kind.Iterate:
        this.#storeInto(operands[at]!, [ELEMENT, ...path], key, label, from, depth - 1);
        return;
      case Kind.Phi:
        for (let index = at; index < operandStart[object + 1]!; index++) {
          if (operands[index] !== object)
            this.#storeInto(operands[index]!, path, key, label, from, Math.max(depth - 2, 0));
        }
        return;
      case Kind.Captured:
        this.#storeInVariable(this.#module.variableBase + operands[at]!, stored, label, depth - 1);
        return;
      default:
        return;
    }
  }

  #writeCell(variable: number, key: FactKey, label: LabelId): void {
    let cell = this.#cells.get(variable);
    if (!cell) {
      cell = new Map();
      this.#cells.set(variable, cell);
    }
    if (this.#merge(cell, key, label)) this.#cellsChangedAt = ++this.#clock;
  }

  /**
   * Another function stored something in a variable, or in the object it holds. This function may read the object by
   * the value that it put into the variable, so what is inside goes there too.
   */
  #storeInVariable(variable: number, key: FactKey, label: LabelId, depth: number): void {
    this.#writeCell(variable, key, label);
    if (depth === 0 || this.#analysis.facts.outputOf(key) === EMPTY_PATH) return;
    for (const value of this.#valuesPutInto(variable - this.#module.variableBase))
      this.#storeInto(value, [], key, label, value, depth - 1);
  }

  // --- instructions ---------------------------------------------------------------------------------------------

  #transfer(local: number): void {
    const { kinds, operands, operandStart, strings } = this.#module.ir;
    const from = operandStart[local]!;
    const to = operandStart[local + 1]!;
    const table = this.#analysis.facts;
    const sources = this.#analysis.sourcesAt(this.#module.valueBase + local);
    if (sources)
      for (const origin of sources)
        this.#add(local, this.#analysis.entered(origin), CLEAN_LABEL, -1, 0);

    switch (kinds[local]) {
      case Kind.Parameter: {
        const position = operands[from]!;
        if (position < Position.Receiver) return;
        this.#add(
          local,
          table.key(table.origin(OriginKind.Parameter, position), 0, 0, 0),
          CLEAN_LABEL,
          -1,
          0,
        );
        return;
      }
      case Kind.Captured: {
        const variable = this.#module.variableBase + operands[from]!;
        if (this.#analysis.program.ownerOf(variable) !== this.#fn) {
          this.#add(
            local,
            table.key(table.origin(OriginKind.Captured, variable), 0, 0, 0),
            CLEAN_LABEL,
            -1,
            0,
          );
        }
        const cell = this.#cells.get(variable);
        if (cell)
          for (const [key, label] of cell)
            this.#add(local, key, label, this.#writerOf(operands[from]!), key);
        return;
      }
      case Kind.SetCaptured: {
        const variable = this.#module.variableBase + operands[from]!;
        for (const [key, label] of this.factsOf(operands[from + 1]!))
          this.#writeCell(variable, key, label);
        this.#named(local, this.#module.ir.variables[operands[from]!]!.name, operands[from + 1]!);
        return;
      }
      case Kind.SetCell: {
        const name = strings[operands[from]!]!;
        this.#named(local, name, operands[from + 1]!);
        for (const row of this.#analysis.models.rows(
          this.#analysis.globalMember(this.#module, name),
        ).rows) {
          if (row.role === "sink" && row.at === undefined)
            this.#reach(local, operands[from + 1]!, row.kind, row, operands[from + 1]!, []);
        }
        return;
      }
      case Kind.Closure:
        this.#create(local);
        return;
      case Kind.ClassValue: {
        const record = this.#module.ir.classes[operands[from]!]!;
        this.#createFunction(local, this.#module.functionBase + record.constructor_, undefined);
        for (const member of record.members) {
          this.#createFunction(local, this.#module.functionBase + member.function, undefined);
        }
        return;
      }
      case Kind.Record: {
        let at = from + 1;
        for (let count = operands[from]!; count > 0; count--, at += 2) {
          const name = strings[operands[at]!]!;
          for (const [key, label] of this.factsOf(operands[at + 1]!)) {
            this.#add(local, table.throughStore(key, name), label, operands[at + 1]!, key);
          }
          this.#named(local, name, operands[at + 1]!);
        }
        while (at < to) {
          const excepted = new Set(
            Array.from(
              operands.slice(at + 2, at + 2 + operands[at + 1]!),
              (name) => strings[name]!,
            ),
          );
          for (const [key, label] of this.factsOf(operands[at]!)) {
            const [head] = table.fields(table.outputOf(key));
            if (head === undefined || !excepted.has(head))
              this.#add(local, key, label, operands[at]!, key);
          }
          at += 2 + operands[at + 1]!;
        }
        return;
      }
      case Kind.Sequence:
        for (let at = from; at < to; at++) {
          const element = unspread(operands[at]!);
          const index = at - from;
          if (isSpread(operands[at]!)) {
            for (const [key, label] of this.#through(this.factsOf(element), ELEMENT)) {
              this.#add(local, table.throughStore(key, ELEMENT), label, element, key);
            }
          } else {
            for (const [key, label] of this.factsOf(element)) {
              this.#add(
                local,
                table.throughStore(key, index > 9 ? ELEMENT : String(index)),
                label,
                element,
                key,
              );
            }
          }
        }
        return;
      case Kind.Concat:
        this.#concat(local, from, to);
        return;
      case Kind.Operator: {
        const op = strings[operands[from]!]!;
        if (TRUTH.test(op) || ARITHMETIC.test(op)) return;
        for (let at = from + 1; at < to; at++) this.#deriveText(local, operands[at]!, CLEAN_LABEL);
        return;
      }
      case Kind.Phi:
        for (let at = from; at < to; at++) this.#copy(local, operands[at]!);
        return;
      case Kind.Guard: {
        const value = operands[from]!;
        if (this.factsOf(value).size === 0) return;
        const proven = this.#analysis.proven(
          this.#module,
          value,
          operands[from + 1]!,
          operands[from + 2] as GuardOutcome,
        );
        const plain = this.#analysis.facts.label(proven);
        const stated = this.#analysis.facts.label(proven & ~this.#analysis.soft.tested);
        for (const [key, label] of this.factsOf(value)) {
          this.#add(
            local,
            key,
            table.join(label, table.stateOf(key) === 0 ? plain : stated),
            value,
            key,
          );
        }
        return;
      }
      case Kind.Await:
        this.#copy(local, operands[from]!);
        return;
      case Kind.Yield:
        if (operands[from]! >= 0) {
          for (const [key, label] of this.factsOf(operands[from]!)) {
            this.#merge(
              this.#returns,
              operands[from + 1] ? key : table.throughStore(key, ELEMENT),
              label,
            );
          }
        }
        return;
      case Kind.Iterate: {
        const part = operands[from + 1];
        const collection = operands[from]!;
        for (const [key, label] of this.factsOf(collection)) {
          const element = table.throughLoad(key, part === IteratePart.Key ? KEY : ELEMENT);
          if (element !== undefined) {
            this.#add(
              local,
              part === IteratePart.Entry ? table.throughStore(element, "1") : element,
              label,
              collection,
              key,
            );
          }
          if (part === IteratePart.Entry) {
            const entryKey = table.throughLoad(key, KEY);
            if (entryKey !== undefined)
              this.#add(local, table.throughStore(entryKey, "0"), label, collection, key);
          }
        }
        return;
      }
      case Kind.Load:
        this.#load(local, from);
        return;
      case Kind.Store:
        this.#store(local, from);
        return;
      case Kind.Call:
        this.#call(local, from, to);
        return;
      case Kind.Return: {
        const value = operands[from]!;
        if (value < 0) return;
        for (const [key, label] of this.factsOf(value)) this.#merge(this.#returns, key, label);
        const handedBack = this.#analysis.tracking.directReturns.get(this.#fn) ?? 0;
        for (const row of this.#analysis.models.rows(handedBack).rows) {
          if (row.role === "sink" && row.at === undefined)
            this.#reach(local, value, row.kind, row, value, []);
        }
        if (this.#record.name !== "") {
          for (const row of this.#analysis.models.named) {
            if (row.returnOf?.test(this.#record.name))
              this.#reach(local, value, row.kind, namedSink(row.bit, this.#record.name), value, []);
          }
        }
        return;
      }
      case Kind.Unknown:
        for (let at = from + 1; at < to; at++) this.#derive(local, operands[at]!, CLEAN_LABEL);
        return;
      default:
        return;
    }
  }

  /** A value written to a variable elsewhere in the function, so that a trace can go on there. */
  #writerOf(variable: number): number {
    return this.#valuesPutInto(variable)[0] ?? -1;
  }

  /** The values this function puts into a variable that others see too. */
  #valuesPutInto(variable: number): readonly number[] {
    if (!this.#putInto) {
      this.#putInto = new Map();
      const { kinds, operands, operandStart } = this.#module.ir;
      for (let local = this.#first; local < this.#record.endInstruction; local++) {
        if (kinds[local] !== Kind.SetCaptured) continue;
        const from = operandStart[local]!;
        const known = this.#putInto.get(operands[from]!);
        if (known) known.push(operands[from + 1]!);
        else this.#putInto.set(operands[from]!, [operands[from + 1]!]);
      }
    }
    return this.#putInto.get(variable) ?? [];
  }

  /** The result is computed from all of the value. */
  #derive(local: number, from: number, extra: LabelId): void {
    const table = this.#analysis.facts;
    for (const [key, label] of this.factsOf(from))
      this.#add(local, table.derived(key), table.join(label, extra), from, key);
  }

  /** The result is text that holds the value's text. */
  #deriveText(local: number, from: number, extra: LabelId): void {
    const table = this.#analysis.facts;
    for (const [key, label] of this.factsOf(from)) {
      const output = table.outputOf(key);
      if (output !== EMPTY_PATH && !table.onlyElements(output)) continue;
      if (table.stateOf(key) !== 0) continue;
      const whole = table.withOutput(key, EMPTY_PATH);
      const text = table.isSource(key) ? table.withInput(whole, table.read) : whole;
      this.#add(local, text, table.join(label, extra), from, key);
    }
  }

  #concat(local: number, from: number, to: number): void {
    const { operands } = this.#module.ir;
    let prefix = "";
    for (let at = from; at < to; at++) {
      const part = operands[at]!;
      const constant = this.#analysis.constants.constantOf(this.#module, part);
      if (constant) {
        prefix += constant.text;
        continue;
      }
      this.#deriveText(local, part, prefix === "" ? CLEAN_LABEL : this.#analysis.openedBy(prefix));
      prefix += this.#shapeOf(part, CONCAT_DEPTH);
    }
  }

  /** A text that was put together before, with a hole for each part that is not constant. */
  #shapeOf(local: number, depth: number): string {
    const { kinds, operands, operandStart } = this.#module.ir;
    const constant = this.#analysis.constants.constantOf(this.#module, local);
    if (constant) return constant.text;
    if (kinds[local] !== Kind.Concat || depth === 0) return HOLE;
    let shape = "";
    for (let at = operandStart[local]!; at < operandStart[local + 1]!; at++)
      shape += this.#shapeOf(operands[at]!, depth - 1);
    return shape;
  }

  #load(local: number, from: number): void {
    const { operands, strings } = this.#module.ir;
    const table = this.#analysis.facts;
    const object = operands[from]!;
    const key = operands[from + 2]!;
    if (operands[from + 1]! >= 0) {
      const name = strings[operands[from + 1]!]!;
      if (this.#analysis.isSize(name)) return;
      for (const [fact, label] of this.factsOf(object)) {
        const inner = table.throughLoad(fact, name);
        if (inner !== undefined) this.#add(local, inner, label, object, fact);
      }
      return;
    }
    for (const [fact, label] of this.factsOf(object)) {
      const inner = table.throughLoad(fact, ELEMENT);
      if (inner !== undefined) this.#add(local, inner, label, object, fact);
    }
    for (const row of this.#analysis.models.rows(
      this.#analysis.syntax(this.#module, "computed-load"),
    ).rows) {
      if (row.role !== "propagator") continue;
      // What an object has of its own is reached by no name that leads elsewhere.
      if (row.state !== 0 && this.#analysis.isOwnKey(this.#module, key, object)) continue;
      const position = row.from.segments[0];
      const operand = position?.kind === "argument" && position.from === 1 ? key : object;
      for (const [fact, label] of this.factsOf(operand)) {
        if (row.state !== 0 && (table.stateOf(fact) !== 0 || table.outputOf(fact) !== EMPTY_PATH))
          continue;
        const moved = row.whole ? fact : table.derived(fact);
        this.#add(
          local,
          row.state === 0 ? moved : table.withState(moved, row.state),
          label,
          operand,
          fact,
        );
      }
    }
  }

  #store(local: number, from: number): void {
    const { operands, strings } = this.#module.ir;
    const object = operands[from]!;
    const value = operands[from + 3]!;
    const computed = operands[from + 1]! < 0;
    const name = computed ? ELEMENT : strings[operands[from + 1]!]!;
    for (const [key, label] of this.factsOf(value))
      this.#storeInto(object, [name], key, label, value);
    if (computed) {
      const key = operands[from + 2]!;
      for (const row of this.#analysis.models.rows(
        this.#analysis.syntax(this.#module, "computed-store"),
      ).rows) {
        if (row.role !== "sink" || !this.#isFreeKey(key, row.bit)) continue;
        const position = row.at?.segments[0];
        const index = position?.kind === "argument" ? position.from : 0;
        const operand = index === 0 ? object : index === 1 ? key : value;
        this.#reach(local, operand, row.kind, row, operand, []);
      }
      return;
    }
    if (!this.#isImplied()) this.#named(local, name, value);
    const api = this.#analysis.models.member(
      this.#analysis.tracking.apiOf(this.#module.valueBase + object),
      name,
    );
    const fallback = this.#analysis.anyMember(this.#module, name);
    const { models } = this.#analysis;
    const rows = models.rows(
      models.rows(api).rows.some(({ role }) => role === "sink") ? api : fallback,
    ).rows;
    for (const row of rows)
      if (row.role === "sink" && row.at === undefined)
        this.#reach(local, value, row.kind, row, value, []);
  }

  /** A key that an outsider may choose: not constant, not a number, and data of some input. */
  #isFreeKey(key: number, bit: bigint): boolean {
    const table = this.#analysis.facts;
    if (this.#analysis.constants.constantOf(this.#module, key)) return false;
    for (const [fact, label] of this.factsOf(key)) {
      if (
        table.stateOf(fact) === 0 &&
        (table.neutralised(label) & (bit | this.#analysis.numeric)) === 0n
      )
        return true;
    }
    return false;
  }

  /** A constructor that nobody wrote: it hands on what the literals and calls give, which are told themselves. */
  #isImplied(): boolean {
    const { role, span, class: index } = this.#record;
    const of = role === "constructor" ? this.#module.ir.classes[index]?.span : undefined;
    return of !== undefined && of.start === span.start && of.end === span.end;
  }

  #named(local: number, name: string, value: number): void {
    for (const row of this.#analysis.models.named) {
      if (row.field?.test(name))
        this.#reach(local, value, row.kind, namedSink(row.bit, name), value, []);
    }
  }

  // --- sinks ----------------------------------------------------------------------------------------------------

  /** The value (or what is at `path` in it) is at a sink. */
  #reach(
    local: number,
    value: number,
    kind: string,
    row: SinkSite["row"],
    argument: number,
    path: readonly string[],
    given?: FactMap,
  ): void {
    const table = this.#analysis.facts;
    const facts = given ?? this.factsOf(value);
    if (facts.size === 0 || this.#analysis.isMadeHarmless(kind, this.#fn, local)) return;
    const site = this.#analysis.site({
      value: this.#module.valueBase + local,
      argument: this.#module.valueBase + argument,
      kind,
      row,
    });
    for (const [original, label] of facts) {
      let key: FactKey | undefined = original;
      for (const field of path) {
        // What lies under some name that is not known need not lie under this one; the places of a list are few.
        const isUnnamed = key !== undefined && table.fields(table.outputOf(key))[0] === ELEMENT;
        if (isUnnamed && !isElement(field)) key = undefined;
        key = key === undefined ? undefined : table.throughLoad(key, field);
      }
      if (key === undefined) continue;
      const output = table.outputOf(key);
      const state = table.stateOf(key);
      // A state is the value's own: a list of such values is not in it.
      if (output !== EMPTY_PATH && !row.deep && !this.#isList(row, output)) continue;
      if (output !== EMPTY_PATH && row.state !== 0) continue;
      if (row.state === 0 && state !== 0) continue;
      if ((table.neutralised(label) & row.bit) !== 0n) continue;
      if (table.isSource(key)) {
        if (row.textual && table.isWhole(key)) continue;
        if (state === row.state) this.#hit(site, key, label, local, value, original, undefined);
        continue;
      }
      if (state !== 0 && state !== row.state) continue;
      const needed = state === row.state ? 0 : row.state;
      let input = table.inputOf(key);
      if (row.deep) input = table.append(input, ANYTHING);
      const wanted = table.key(table.originOf(key), input, EMPTY_PATH, needed);
      this.#sinkEntry({
        fn: this.#fn,
        key: wanted,
        site,
        label,
        call: -1,
        calleeEntry: undefined,
        depth: 0,
      });
    }
  }

  /** Whether a list of what does harm at a sink does the same harm there. */
  #isList(row: SinkSite["row"], output: PathId): boolean {
    return !row.textual && this.#analysis.facts.onlyElements(output);
  }

  #sinkEntry(entry: SinkEntry): void {
    const table = this.#analysis.facts;
    const ways = this.#sinks.get(entry.site);
    const known = ways?.get(entry.key);
    if (known) {
      const met = table.meet(known.label, entry.label);
      if (met !== known.label) {
        known.label = met;
        this.#noteSummaryChange();
      }
      return;
    }
    if (ways && ways.size >= WAYS_TO_SINK) return;
    if (this.#sinkCount >= SINKS_PER_SUMMARY) {
      this.#analysis.overrun(this.#fn, "sinks");
      return;
    }
    this.#sinkCount++;
    if (ways) ways.set(entry.key, entry);
    else this.#sinks.set(entry.site, new Map([[entry.key, entry]]));
    this.#noteSummaryChange();
  }

  #hit(
    site: number,
    key: FactKey,
    label: LabelId,
    at: number,
    argument: number,
    original: FactKey,
    entry: SinkEntry | undefined,
  ): void {
    const table = this.#analysis.facts;
    const source = table.originOf(key);
    // Each call that hands the data on is a way of its own.
    const way = source * WAYS + (entry ? at - this.#first + 1 : 0);
    let hits = this.#hits.get(site);
    if (!hits) {
      hits = new Map();
      this.#hits.set(site, hits);
    }
    const known = hits.get(way);
    if (known && table.sizeOf(known.label) <= table.sizeOf(label)) return;
    hits.set(way, { apex: this.#fn, source, site, label, at, argument, key: original, entry });
    this.#changed = true;
  }

  // --- closures -------------------------------------------------------------------------------------------------

  #create(local: number): void {
    const { operands, operandStart } = this.#module.ir;
    const from = operandStart[local]!;
    const captured = new Map<number, number>();
    for (let at = from + 1; at < operandStart[local + 1]!; at += 2) {
      captured.set(this.#module.variableBase + operands[at]!, operands[at + 1]!);
    }
    this.#createFunction(local, this.#module.functionBase + operands[from]!, captured);
  }

  /** A function is made: what it does with captured variables may happen from now on. */
  #createFunction(
    local: number,
    fn: number,
    captured: ReadonlyMap<number, number> | undefined,
  ): void {
    const summary = this.#analysis.summaryOf(fn);
    const bind = (origin: OriginId): readonly [FactMap, number] => {
      const { kind, number } = this.#analysis.facts.originAt(origin);
      if (kind !== OriginKind.Captured) return [NO_FACTS, -1];
      const value = captured?.get(number);
      if (value !== undefined) return [this.factsOf(value), value];
      return [this.#variableFacts(number), this.#writerOf(number - this.#module.variableBase)];
    };
    this.#effects(
      local,
      summary,
      bind,
      (origin) => this.#analysis.facts.originAt(origin).kind === OriginKind.Captured,
    );
  }

  /** What a variable in scope may hold, as far as this function can tell. */
  #variableFacts(variable: number): FactMap {
    const table = this.#analysis.facts;
    const cell = this.#cells.get(variable) ?? NO_FACTS;
    const owner = this.#analysis.program.ownerOf(variable);
    if (owner === this.#fn || !this.#analysis.encloses(owner, this.#fn))
      return owner === this.#fn ? cell : NO_FACTS;
    const facts = new Map(cell);
    facts.set(table.key(table.origin(OriginKind.Captured, variable), 0, 0, 0), CLEAN_LABEL);
    return facts;
  }

  // --- calls ----------------------------------------------------------------------------------------------------

  #call(local: number, from: number, to: number): void {
    const { operands } = this.#module.ir;
    const site = this.#analysis.callees.at(this.#module, local);
    const form = operands[from]!;
    let receiver = operands[from + 2]!;
    let args: number[] = [];
    for (let at = from + 4; at < to; at++) args.push(operands[at]!);
    let spreadFrom = -1;
    if (site.mode === "call" || site.mode === "bind") {
      receiver = args.length > 0 && !isSpread(args[0]!) ? args[0]! : -1;
      args = args.slice(1);
    } else if (site.mode === "apply") {
      receiver = args.length > 0 && !isSpread(args[0]!) ? args[0]! : -1;
      args = args.slice(1, 2);
      spreadFrom = args.length > 0 ? 0 : -1;
    }
    const keywords = keywordsOf(this.#module.ir, args);
    const positional = keywords < 0 ? args : args.slice(0, -1);
    const argument: Given = (position, name = "", flags = 0) => {
      if (flags & ParameterFlag.Keywords)
        return keywords < 0 ? [NO_FACTS, -1] : [this.factsOf(keywords), keywords];
      const written =
        keywords < 0 || name === "" ? -1 : writtenField(this.#module.ir, keywords, name);
      if (written >= 0) return [this.factsOf(written), written];
      if (position >= 0 && !(flags & ParameterFlag.Named)) {
        const one = this.#argument(positional, spreadFrom, position);
        if (one[1] >= 0) return one;
      }
      return keywords < 0 || name === ""
        ? [NO_FACTS, -1]
        : [this.#through(this.factsOf(keywords), name), keywords];
    };
    const extra = site.byName ? this.#analysis.soft.byNameLabel : CLEAN_LABEL;

    let known = false;
    for (const target of site.targets) {
      known = true;
      this.#instantiate(local, target, argument, receiver, positional.length, form, extra);
    }
    const { rows, known: modelled } = this.#analysis.models.rows(site.api);
    if (rows.length > 0 && (site.targets.length === 0 || !site.apiByName)) {
      this.#library(local, site.apiByName, rows, positional, argument, receiver);
    }
    if (known || modelled) return;
    if (this.#invokeSymbolic(local, operands[from + 1]!, positional, argument)) return;
    this.#defaultPropagation(local, args, receiver, form);
  }

  /** Facts of argument `position`, and a value that stands for it in traces. */
  #argument(
    args: readonly number[],
    spreadFrom: number,
    position: number,
  ): readonly [FactMap, number] {
    if (spreadFrom >= 0 && position >= spreadFrom) {
      const list = unspread(args[spreadFrom]!);
      return [
        this.#through(
          this.factsOf(list),
          position - spreadFrom > 9 ? ELEMENT : String(position - spreadFrom),
        ),
        list,
      ];
    }
    for (let index = 0; index <= position && index < args.length; index++) {
      if (isSpread(args[index]!)) {
        const list = unspread(args[index]!);
        const offset = position - index;
        return [this.#through(this.factsOf(list), offset > 9 ? ELEMENT : String(offset)), list];
      }
    }
    return position < args.length
      ? [this.factsOf(args[position]!), args[position]!]
      : [NO_FACTS, -1];
  }

  #instantiate(
    local: number,
    target: number,
    argument: Given,
    receiver: number,
    count: number,
    form: number,
    extra: LabelId,
  ): void {
    const table = this.#analysis.facts;
    const summary = this.#analysis.summaryOf(target);
    const restFrom = this.#analysis.restOf(target);
    const constructs =
      form === CallForm.New ||
      (form === CallForm.Call && this.#analysis.program.functionAt(target).role === "constructor");
    const given = (number: number): readonly [FactMap, number] => {
      const formal = this.#analysis.formalAt(target, number);
      return argument(number, formal?.name, formal?.flags);
    };
    const bind = (origin: OriginId): readonly [FactMap, number] => {
      const { kind, number } = table.originAt(origin);
      if (kind === OriginKind.Parameter) {
        if (number === Position.Receiver) {
          if (constructs) return [this.factsOf(local), local];
          return receiver < 0 ? [NO_FACTS, -1] : [this.factsOf(receiver), receiver];
        }
        if (number !== restFrom) return given(number);
        return this.#restArgument(argument, restFrom, count);
      }
      if (kind === OriginKind.Captured) return [this.#variableFacts(number), -1];
      return [NO_FACTS, -1];
    };
    const results = this.#resultsOfInvokes(local, summary, bind, argument, 1);
    const bindAll = (origin: OriginId): readonly [FactMap, number] => {
      const { kind, number } = table.originAt(origin);
      return kind === OriginKind.Result ? (results.get(number) ?? [NO_FACTS, -1]) : bind(origin);
    };
    for (const [key, label] of summary.returns) {
      this.#substituteInto(key, table.join(label, extra), bindAll, (fact, joined, passed, value) =>
        this.#add(local, fact, joined, value, passed),
      );
    }
    this.#effects(
      local,
      summary,
      bindAll,
      (origin) => table.originAt(origin).kind !== OriginKind.Captured,
      (origin) => {
        if (table.originAt(origin).number === Position.Receiver)
          return constructs ? local : receiver;
        return given(table.originAt(origin).number)[1];
      },
      extra,
    );
  }

  #restArgument(argument: Given, from: number, count: number): readonly [FactMap, number] {
    const table = this.#analysis.facts;
    const all: FactMap = new Map();
    let value = -1;
    for (let position = from; position < Math.max(count, from + 1); position++) {
      const [facts, one] = argument(position);
      if (value < 0 || facts.size > 0) value = one;
      const index = position - from;
      for (const [key, label] of facts)
        all.set(table.throughStore(key, index > 9 ? ELEMENT : String(index)), label);
    }
    return [all, value];
  }

  /** Counts work; false when the function has had its share. */
  #mayGoOn(steps: number): boolean {
    this.#steps += steps;
    if (this.#steps <= STEPS_PER_FUNCTION) return true;
    this.#analysis.overrun(this.#fn, "steps");
    return false;
  }

  /** A statement of a callee about one of its inputs, in this function's terms. */
  #substituteInto(
    statement: FactKey,
    label: LabelId,
    bind: (origin: OriginId) => readonly [FactMap, number],
    found: (key: FactKey, label: LabelId, passed: FactKey, value: number) => void,
  ): void {
    const table = this.#analysis.facts;
    const origin = table.originOf(statement);
    if (table.originAt(origin).kind === OriginKind.Source) {
      found(statement, label, statement, -1);
      return;
    }
    const [facts, value] = bind(origin);
    if (!this.#mayGoOn(facts.size)) return;
    for (const [passed, passedLabel] of [...facts]) {
      const key = table.substitute(statement, passed);
      if (key !== undefined) found(key, table.join(label, passedLabel), passed, value);
    }
  }

  /** Sinks, stores and symbolic calls of a callee (or a closure being made), for inputs that `concerns` accepts. */
  #effects(
    local: number,
    summary: Summary,
    bind: (origin: OriginId) => readonly [FactMap, number],
    concerns: (origin: OriginId) => boolean,
    boundValue: (origin: OriginId) => number = () => -1,
    extra: LabelId = CLEAN_LABEL,
  ): void {
    const table = this.#analysis.facts;
    for (const entry of summary.sinks) {
      const origin = table.originOf(entry.key);
      if (!concerns(origin)) continue;
      const [facts, value] = bind(origin);
      if (!this.#mayGoOn(facts.size)) return;
      const { row } = this.#analysis.siteAt(entry.site);
      for (const [passed, passedLabel] of facts) {
        const needed = table.stateOf(entry.key);
        const state = table.stateOf(passed);
        if (needed !== 0 ? state !== needed && state !== 0 : state !== 0) continue;
        const met = table.substitute(table.withState(entry.key, 0), table.withState(passed, 0));
        if (met === undefined) continue;
        const output = table.outputOf(met);
        if (output !== EMPTY_PATH && (row.state !== 0 || !this.#isList(row, output))) continue;
        const label = table.join(table.join(entry.label, passedLabel), extra);
        if ((table.neutralised(label) & row.bit) !== 0n) continue;
        if (table.isSource(met)) {
          if (row.textual && table.isWhole(met)) continue;
          if (state === needed) this.#hit(entry.site, met, label, local, value, passed, entry);
          continue;
        }
        this.#sinkEntry({
          fn: this.#fn,
          key: table.key(
            table.originOf(met),
            table.inputOf(met),
            EMPTY_PATH,
            state === needed ? 0 : needed,
          ),
          site: entry.site,
          label,
          call: local,
          calleeEntry: entry,
          depth: entry.depth + 1,
        });
      }
    }
    for (const [target, facts] of summary.stores) {
      const { kind, number } = table.originAt(target);
      for (const [key, label] of facts) {
        const source = table.originOf(key);
        const isCaptured = kind === OriginKind.Captured;
        if (!concerns(source) && !concerns(target)) continue;
        this.#substituteInto(key, table.join(label, extra), bind, (fact, joined, passed, value) => {
          if (isCaptured) {
            if (this.#analysis.encloses(this.#analysis.program.ownerOf(number), this.#fn))
              this.#storeInVariable(number, fact, joined, STORE_DEPTH);
            return;
          }
          const object = boundValue(target);
          if (object >= 0) this.#storeInto(object, [], fact, joined, value >= 0 ? value : object);
          void passed;
        });
      }
    }
    // Also of what does not concern the inputs here: the arguments may.
    for (const invoke of summary.invokes) {
      const [facts] = bind(invoke.callee);
      for (const [passed] of facts) {
        if (
          table.isSource(passed) ||
          table.outputOf(passed) !== EMPTY_PATH ||
          table.stateOf(passed) !== 0
        )
          continue;
        this.#invoke({
          call: invoke.call,
          callee: table.originOf(passed),
          path: table.concat(table.inputOf(passed), invoke.path),
          args: invoke.args.map((arg) => this.#translate(arg, bind)),
        });
      }
    }
  }

  #translate(facts: FactMap, bind: (origin: OriginId) => readonly [FactMap, number]): FactMap {
    const table = this.#analysis.facts;
    const result: FactMap = new Map();
    for (const [key, label] of facts) {
      if (result.size >= FACTS_PER_INVOKE) break;
      this.#substituteInto(key, label, bind, (fact, joined) => {
        const known = result.get(fact);
        result.set(fact, known === undefined ? joined : table.meet(known, joined));
      });
    }
    return result;
  }

  #invoke(entry: InvokeEntry): void {
    if (this.#analysis.facts.fields(entry.path).length > CALLEE_PATH) return;
    const id = `${entry.call},${entry.callee},${entry.path}`;
    const known = this.#invokes.get(id);
    if (!known) {
      if (this.#invokes.size >= INVOKES_PER_SUMMARY) return;
      this.#invokes.set(id, { ...entry, args: entry.args.map(firstFacts) });
      this.#noteSummaryChange();
      return;
    }
    entry.args.forEach((arg, index) => {
      const into = known.args[index];
      if (into) for (const [key, label] of arg) this.#merge(into, key, label, FACTS_PER_INVOKE);
    });
  }

  /** What a callee's calls of its inputs give, where the functions passed are known here. */
  #resultsOfInvokes(
    local: number,
    summary: Summary,
    bind: (origin: OriginId) => readonly [FactMap, number],
    argument: Given,
    depth: number,
  ): Map<number, readonly [FactMap, number]> {
    const table = this.#analysis.facts;
    const results = new Map<number, readonly [FactMap, number]>();
    if (depth > CALLBACK_DEPTH) return results;
    const bindAll = (origin: OriginId): readonly [FactMap, number] => {
      const { kind, number } = table.originAt(origin);
      return kind === OriginKind.Result ? (results.get(number) ?? [NO_FACTS, -1]) : bind(origin);
    };
    for (const invoke of summary.invokes) {
      const { kind, number } = table.originAt(invoke.callee);
      let tokens: readonly Token[] = [];
      let value = -1;
      if (kind === OriginKind.Parameter && number >= 0) {
        value = argument(number)[1];
        if (value >= 0) tokens = this.#analysis.tracking.tokensOf(this.#module.valueBase + value);
      } else if (kind === OriginKind.Captured)
        tokens = this.#analysis.tracking.variableTokens(number);
      for (const field of table.fields(invoke.path)) tokens = this.#fieldTokens(tokens, field);
      const targets = functionsOf(tokens);
      const args = invoke.args.map((arg) => this.#translate(arg, bindAll));
      const returned: FactMap = new Map();
      for (const target of targets) this.#applyClosure(local, target, args, returned);
      if (targets.length === 0) {
        // Still unknown here: it stays symbolic, and so does its result.
        const [facts] = bind(invoke.callee);
        for (const [passed] of facts) {
          if (!table.isSource(passed))
            returned.set(
              table.key(table.origin(OriginKind.Result, invoke.call), 0, 0, 0),
              CLEAN_LABEL,
            );
        }
      }
      results.set(invoke.call, [returned, value]);
    }
    return results;
  }

  #fieldTokens(tokens: readonly Token[], field: string): readonly Token[] {
    const found: Token[] = [];
    for (const token of tokens) {
      const kind = kindOfToken(token);
      const { tracking } = this.#analysis;
      if (field === ELEMENT) for (const [, inner] of tracking.fieldsOf(token)) found.push(...inner);
      else found.push(...tracking.fieldTokens(token, field));
      if (kind === TokenKind.Instance) {
        found.push(...tracking.fieldTokens(numberOfToken(token) * 8 + TokenKind.Prototype, field));
      }
    }
    return found.slice(0, 8);
  }

  /** A known function is called with known facts, by somebody who is not in the program or was handed it. */
  #applyClosure(
    local: number,
    target: number,
    args: readonly FactMap[],
    returned: FactMap,
    extra: LabelId = CLEAN_LABEL,
  ): void {
    const table = this.#analysis.facts;
    const summary = this.#analysis.summaryOf(target);
    const restFrom = this.#analysis.restOf(target);
    const bind = (origin: OriginId): readonly [FactMap, number] => {
      const { kind, number } = table.originAt(origin);
      if (kind === OriginKind.Parameter && number >= 0) {
        if (restFrom >= 0 && number >= restFrom) {
          return this.#restArgument(
            (position) => [args[position] ?? NO_FACTS, local],
            restFrom,
            args.length,
          );
        }
        return [args[number] ?? NO_FACTS, local];
      }
      if (kind === OriginKind.Captured) return [this.#variableFacts(number), -1];
      return [NO_FACTS, -1];
    };
    for (const [key, label] of summary.returns) {
      this.#substituteInto(key, table.join(label, extra), bind, (fact, joined) => {
        const known = returned.get(fact);
        returned.set(fact, known === undefined ? joined : table.meet(known, joined));
      });
    }
    this.#effects(
      local,
      summary,
      bind,
      (origin) => table.originAt(origin).kind === OriginKind.Parameter,
      () => -1,
      extra,
    );
  }

  /** A call of an input of this function: kept for whoever knows the input. */
  #invokeSymbolic(
    local: number,
    callee: number,
    args: readonly number[],
    argument: Given,
  ): boolean {
    const table = this.#analysis.facts;
    let symbolic = false;
    for (const [key] of this.factsOf(callee)) {
      if (table.isSource(key) || table.outputOf(key) !== EMPTY_PATH || table.stateOf(key) !== 0)
        continue;
      const { kind, number } = table.originAt(table.originOf(key));
      if (kind === OriginKind.Result) continue;
      // What stands in a variable of the module is the same for every caller: an import that is not known.
      if (kind === OriginKind.Captured && this.#analysis.isOfModule(number)) continue;
      if (table.fields(table.inputOf(key)).length > 1) continue;
      symbolic = true;
      this.#invoke({
        call: this.#module.valueBase + local,
        callee: table.originOf(key),
        path: table.inputOf(key),
        args: args.map((_, index) => new Map(argument(index)[0])),
      });
      const result = table.key(
        table.origin(OriginKind.Result, this.#module.valueBase + local),
        0,
        0,
        0,
      );
      this.#add(local, result, CLEAN_LABEL, -1, 0);
    }
    return symbolic && this.#record.parameters > 0 && !this.#isMethodOfInput(local);
  }

  /** `input.method()`: the method may well be a library's, so the result is also derived from the input. */
  #isMethodOfInput(local: number): boolean {
    return this.#module.ir.operands[this.#module.ir.operandStart[local]! + 2]! >= 0;
  }

  #defaultPropagation(
    local: number,
    args: readonly number[],
    receiver: number,
    form: number,
  ): void {
    const { kinds } = this.#module.ir;
    const extra = this.#analysis.soft.unmodelledLabel;
    if (receiver >= 0 && form !== CallForm.Super) this.#derive(local, receiver, extra);
    const table = this.#analysis.facts;
    const given: FactMap = new Map();
    for (const operand of args) {
      const arg = unspread(operand);
      if (kinds[arg] === Kind.Closure) continue;
      // What is constructed with names for its fields has them as fields.
      if (form === CallForm.New && isSpread(operand) && kinds[arg] === Kind.Record) {
        this.#copy(local, arg, extra);
        continue;
      }
      this.#derive(local, arg, extra);
      for (const [key, label] of this.factsOf(arg))
        given.set(table.derived(key), table.join(label, extra));
    }
    if (receiver >= 0)
      for (const [key, label] of this.factsOf(receiver))
        given.set(table.derived(key), table.join(label, extra));
    if (given.size === 0) return;
    for (const operand of args) {
      for (const target of functionsOf(
        this.#analysis.tracking.tokensOf(this.#module.valueBase + unspread(operand)),
      )) {
        const count = this.#analysis.program.functionAt(target).parameters;
        const returned: FactMap = new Map();
        this.#applyClosure(
          local,
          target,
          Array.from({ length: Math.min(count, 3) }, () => given),
          returned,
        );
        for (const [key, label] of returned) this.#add(local, key, label, unspread(operand), key);
      }
    }
  }

  // --- library calls --------------------------------------------------------------------------------------------

  #library(
    local: number,
    _byName: boolean,
    rows: readonly { readonly role: string }[],
    args: readonly number[],
    argument: Given,
    receiver: number,
  ): void {
    const propagators = this.#holding(
      local,
      rows.filter((row): row is PropagatorRow => row.role === "propagator"),
    ).map((row) => this.#withKeys(local, row));
    const rewrites = new Map<number, LabelId>();
    for (const row of rows) {
      if (row.role !== "rewrite") continue;
      const rewrite = row as import("../models/rows.ts").RewriteRow;
      const proven = this.#analysis.facts.label(
        this.#analysis.rewritten(this.#module, local, rewrite),
      );
      for (const [, value] of this.#positions(rewrite.value.segments, args, argument, receiver))
        rewrites.set(value, proven);
    }
    const callbacks = new Map<number, CallbackArguments>();
    const later: PropagatorRow[] = [];
    for (const row of propagators) {
      const [, inside] = row.from.segments;
      if (inside?.kind === "return") {
        later.push(row);
        continue;
      }
      if (inside?.kind === "parameter") {
        const [position, , passed, ...rest] = row.from.segments;
        for (const [index, operand] of args.entries()) {
          if (position?.kind !== "argument" || !covers(position, index, args.length)) continue;
          let facts = this.#passedToParameter(unspread(operand), inside, passed);
          for (const segment of rest) facts = this.#step(facts, segment);
          this.#pass(
            local,
            row,
            facts,
            unspread(operand),
            CLEAN_LABEL,
            args,
            argument,
            receiver,
            callbacks,
          );
        }
        continue;
      }
      // What a call gives, it may also put where its arguments point to.
      const origins =
        row.from.segments[0]?.kind === "return"
          ? [[new Map(this.factsOf(local)), local] as const]
          : this.#positions(row.from.segments, args, argument, receiver);
      for (const [facts, value] of origins) {
        this.#pass(
          local,
          row,
          facts,
          value,
          rewrites.get(value) ?? CLEAN_LABEL,
          args,
          argument,
          receiver,
          callbacks,
        );
      }
    }
    const returns = new Map<number, FactMap>();
    for (const operand of args) {
      const arg = unspread(operand);
      const index = args.indexOf(operand);
      const given = callbacks.get(arg)?.byPosition;
      const targets = functionsOf(this.#analysis.tracking.tokensOf(this.#module.valueBase + arg));
      const size = given ? Math.max(-1, ...given.keys()) + 1 : 0;
      const list = Array.from({ length: size }, (_, position) => given?.get(position) ?? NO_FACTS);
      if (targets.length === 0) {
        if (size > 0) this.#handOn(local, arg, list);
        continue;
      }
      const returned: FactMap = new Map();
      for (const target of targets) this.#applyClosure(local, target, list, returned);
      returns.set(index, returned);
    }
    for (const row of later) {
      const [position, , ...rest] = row.from.segments;
      if (position?.kind !== "argument") continue;
      for (const [index, facts] of returns) {
        if (!covers(position, index, args.length)) continue;
        let seen = facts;
        for (const segment of rest) seen = this.#step(seen, segment);
        this.#pass(
          local,
          row,
          seen,
          unspread(args[index]!),
          CLEAN_LABEL,
          args,
          argument,
          receiver,
          callbacks,
        );
      }
    }
    for (const row of rows) {
      if (row.role !== "sink") continue;
      const sink = row as SinkRow;
      if (
        sink.at === undefined ||
        !this.#analysis.holds(this.#module, local, sink.when, true) ||
        !this.#analysis.holds(this.#module, local, sink.unless, false)
      )
        continue;
      for (const [facts, value] of this.#positions(
        sink.at.segments.slice(0, 1),
        args,
        argument,
        receiver,
      )) {
        if (value < 0) continue;
        const paths = this.#memberPaths(sink.at.segments.slice(1));
        for (const path of paths) this.#reach(local, value, sink.kind, sink, value, path, facts);
      }
    }
  }

  /** Rows about texts that begin as this call's do, else those that hold of all. */
  #holding(local: number, rows: readonly PropagatorRow[]): readonly PropagatorRow[] {
    if (!rows.some(({ beginning }) => beginning)) return rows;
    const { constants } = this.#analysis;
    const begun = rows.filter(({ beginning, from }) => {
      const given = beginning && constants.atPosition(this.#module, local, from.segments);
      return given && beginning.test(constants.beginningOf(given.module, given.local));
    });
    return begun.length > 0 ? begun : rows.filter(({ beginning }) => !beginning);
  }

  /** The row for this call: keys that are constant here are the members they name. */
  #withKeys(local: number, row: PropagatorRow): PropagatorRow {
    const isKeyed = [...row.from.segments, ...row.to.segments].some(({ kind }) => kind === "key");
    if (!isKeyed) return row;
    const { constants } = this.#analysis;
    const resolve = (segments: readonly Segment[]): Segment[] =>
      segments.map((segment) => {
        if (segment.kind !== "key") return segment;
        const at = { kind: "argument", from: segment.argument, to: segment.argument, names: [] };
        const given = constants.atPosition(this.#module, local, [at as Segment]);
        const constant = given && constants.constantOf(given.module, given.local);
        return constant === undefined
          ? { kind: "element" }
          : { kind: "member", names: [constant.text] };
      });
    return {
      ...row,
      from: { segments: resolve(row.from.segments) },
      to: { segments: resolve(row.to.segments) },
    };
  }

  /** A library calls an input of this function. */
  #handOn(local: number, callback: number, args: readonly FactMap[]): void {
    const table = this.#analysis.facts;
    for (const [key] of this.factsOf(callback)) {
      if (table.isSource(key) || table.outputOf(key) !== EMPTY_PATH || table.stateOf(key) !== 0)
        continue;
      this.#invoke({
        call: this.#module.valueBase + local,
        callee: table.originOf(key),
        path: table.inputOf(key),
        args,
      });
    }
  }

  /** What functions passed at `value` call one of their formals with: `new Promise((resolve) => resolve(x))`. */
  #passedToParameter(
    value: number,
    formal: Extract<Segment, { kind: "parameter" }>,
    passed: Segment | undefined,
  ): FactMap {
    const table = this.#analysis.facts;
    const facts: FactMap = new Map();
    if (passed?.kind !== "argument") return facts;
    const bind = (origin: OriginId): readonly [FactMap, number] => {
      const { kind, number } = table.originAt(origin);
      return kind === OriginKind.Captured ? [this.#variableFacts(number), -1] : [NO_FACTS, -1];
    };
    for (const target of functionsOf(
      this.#analysis.tracking.tokensOf(this.#module.valueBase + value),
    )) {
      for (const invoke of this.#analysis.summaryOf(target).invokes) {
        const { kind, number } = table.originAt(invoke.callee);
        if (kind !== OriginKind.Parameter || number < formal.from || number > formal.to) continue;
        if (invoke.path !== EMPTY_PATH) continue;
        invoke.args.forEach((arg, index) => {
          if (index < passed.from || index > passed.to) return;
          for (const [key, label] of this.#translate(arg, bind)) {
            const known = facts.get(key);
            facts.set(key, known === undefined ? label : table.meet(known, label));
          }
        });
      }
    }
    return facts;
  }

  #memberPaths(segments: readonly Segment[]): string[][] {
    let paths: string[][] = [[]];
    for (const segment of segments) {
      if (segment.kind === "member") {
        const names = segment.names ?? [ELEMENT];
        paths = paths.flatMap((path) => names.map((name) => [...path, name]));
      } else if (segment.kind === "element") paths = paths.map((path) => [...path, ELEMENT]);
    }
    return paths;
  }

  #pass(
    local: number,
    row: PropagatorRow,
    facts: FactMap,
    value: number,
    rewritten: LabelId,
    args: readonly number[],
    argument: Given,
    receiver: number,
    callbacks: Map<number, CallbackArguments>,
  ): void {
    if (facts.size === 0) return;
    const table = this.#analysis.facts;
    const [first, ...rest] = row.to.segments;
    const cleared = table.join(table.label(row.neutralises), rewritten);
    for (const [key, label] of facts) {
      if (row.state !== 0 && table.stateOf(key) !== 0) continue;
      let moved = row.whole ? key : table.derived(key);
      if (row.state !== 0) moved = table.withState(moved, row.state);
      const kept = row.undoes === 0n ? label : table.without(label, row.undoes);
      const joined = table.join(kept, cleared);
      if (first?.kind === "return") {
        this.#add(local, this.#into(moved, rest), joined, value, key);
      } else if (first?.kind === "argument") {
        const parameter = rest.findIndex((segment) => segment.kind === "parameter");
        for (const [, target] of this.#positions([first], args, argument, receiver)) {
          if (target < 0) continue;
          if (parameter < 0) {
            const path = table.fields(
              table.outputOf(this.#into(table.withOutput(moved, EMPTY_PATH), rest)),
            );
            this.#storeInto(target, path, moved, joined, value >= 0 ? value : local);
          } else {
            const segment = rest[parameter] as { from: number; to: number };
            const inner = this.#into(moved, rest.slice(parameter + 1));
            const known = callbacks.get(target) ?? { byPosition: new Map<number, FactMap>() };
            callbacks.set(target, known);
            for (
              let position = segment.from;
              position <= Math.min(segment.to, segment.from + 4);
              position++
            ) {
              const into = known.byPosition.get(position) ?? new Map();
              const before = into.get(inner);
              into.set(inner, before === undefined ? joined : table.meet(before, joined));
              known.byPosition.set(position, into);
            }
          }
        }
      }
    }
  }

  /** A fact as it is at `segments` inside the target. */
  #into(key: FactKey, segments: readonly Segment[]): FactKey {
    const table = this.#analysis.facts;
    let result = key;
    for (const segment of [...segments].reverse()) {
      if (segment.kind === "member")
        result = table.throughStore(result, segment.names?.[0] ?? ELEMENT);
      else if (segment.kind === "element") result = table.throughStore(result, ELEMENT);
    }
    return result;
  }

  /** Facts at a position of a call, with the value they are of. */
  #positions(
    segments: readonly Segment[],
    args: readonly number[],
    argument: Given,
    receiver: number,
  ): (readonly [FactMap, number])[] {
    const [first, ...rest] = segments;
    if (first?.kind !== "argument") return [];
    const found: (readonly [FactMap, number])[] = [];
    for (const name of first.names) {
      const one = argument(ArgumentPosition.Named, name);
      if (one[1] >= 0) found.push(one);
    }
    if (first.from === ArgumentPosition.Named) {
      // Given by name alone.
    } else if (first.from === ArgumentPosition.This) {
      if (receiver >= 0) found.push([this.factsOf(receiver), receiver]);
    } else {
      const hasSpread = args.some(isSpread);
      const low = first.from === ArgumentPosition.Last ? args.length - 1 : first.from;
      const high =
        first.from === ArgumentPosition.Last
          ? low
          : Math.min(first.to, Math.max(args.length - 1, hasSpread ? low : 0));
      for (let position = Math.max(low, 0); position <= high; position++) {
        const one = argument(position);
        if (one[1] >= 0) found.push(one);
      }
    }
    if (rest.length === 0) return found;
    return found.map(([facts, value]) => {
      let seen = facts;
      for (const segment of rest) seen = this.#step(seen, segment);
      return [seen, value] as const;
    });
  }

  #step(facts: FactMap, segment: Segment): FactMap {
    if (segment.kind === "element") return this.#through(facts, ELEMENT);
    if (segment.kind === "awaited") return facts;
    if (segment.kind !== "member") return NO_FACTS;
    if (!segment.names) return this.#through(facts, ELEMENT);
    const all: FactMap = new Map();
    for (const name of segment.names)
      for (const [key, label] of this.#through(facts, name)) all.set(key, label);
    return all;
  }

  // --- the end --------------------------------------------------------------------------------------------------

  /** What was stored in inputs is read off their facts: everything that is not the input itself. */
  #collectStores(): void {
    const { kinds, operands, operandStart } = this.#module.ir;
    const table = this.#analysis.facts;
    const note = (target: OriginId, key: FactKey, label: LabelId): void => {
      const into = this.#stores.get(target) ?? new Map();
      this.#stores.set(target, into);
      if (into.size < FACTS_PER_ENTRY) into.set(key, label);
    };
    for (let local = this.#first; local < this.#record.endInstruction; local++) {
      if (kinds[local] !== Kind.Parameter) continue;
      const position = operands[operandStart[local]!]!;
      if (position < Position.Receiver) continue;
      const target = table.origin(OriginKind.Parameter, position);
      for (const [key, label] of this.factsOf(local)) {
        if (table.outputOf(key) === EMPTY_PATH) continue;
        note(target, key, label);
      }
      if (operands[operandStart[local]! + 1]! & ParameterFlag.Rest) continue;
    }
    for (const [variable, facts] of this.#cells) {
      if (this.#analysis.program.ownerOf(variable) === this.#fn) continue;
      const target = table.origin(OriginKind.Captured, variable);
      for (const [key, label] of facts) {
        if (table.originOf(key) !== target || table.outputOf(key) !== EMPTY_PATH)
          note(target, key, label);
      }
    }
  }
}

const namedSink = (bit: bigint, label: string): SinkSite["row"] => ({
  bit,
  label,
  state: 0,
  vulnerable: undefined,
  regex: false,
  deep: false,
  textual: false,
});

/** Fields of a symbolic callee's path that are worth keeping: `options.hooks.done`. */
const CALLEE_PATH = 2;

/** As many facts as an argument of a symbolic call keeps. */
const firstFacts = (facts: FactMap): FactMap => new Map([...facts].slice(0, FACTS_PER_INVOKE));

const covers = (range: { from: number; to: number }, index: number, count: number): boolean =>
  range.from === ArgumentPosition.Last
    ? index === count - 1
    : index >= range.from && index <= range.to;
