/**
 * What values are while the program registers its routes. Registration code is straight-line code with helpers, so it
 * is followed call by call with its arguments; where that ends, value tracking answers for all calls together.
 */
import { kindOfToken, numberOfToken, TokenKind } from "../callgraph/value-tracking.ts";
import type { Analysis } from "../dataflow/analysis.ts";
import { unguarded } from "../dataflow/proofs.ts";
import {
  ALTERNATIVES_PER_VALUE,
  EVALUATION_STEPS,
  REGISTRATION_CALLS,
  REGISTRATION_DEPTH,
  SPREAD_LISTS,
} from "../limits.ts";
import type { ApiToken } from "../models/models.ts";
import { ArgumentPosition, type Segment } from "../models/path-grammar.ts";
import type { Row } from "../models/rows.ts";
import { keywordsOf, writtenField } from "../program/ir/keywords.ts";
import {
  CallForm,
  ConstantType,
  isSpread,
  Kind,
  ParameterFlag,
  unspread,
} from "../program/ir/kinds.ts";
import type { SourceModule } from "../program/program.ts";
import { shapes } from "./shaping.ts";

/** One run of a function: what it was given, and where it was made. */
export interface Frame {
  /** As a number of the program. */
  readonly fn: number;
  /** Undefined: not known what it is called with. */
  readonly args: readonly Argument[] | undefined;
  /** The run of the function it is written in, as far as it is known; else of its caller. */
  readonly outer: Frame | undefined;
  /** What the turns of its loops have chosen, by the value of the turn. */
  readonly chosen: ReadonlyMap<number, Meaning>;
  readonly depth: number;
}

/** An argument or element, and the expression that says it, for people to read. */
export interface Given {
  readonly meaning: readonly Meaning[];
  readonly written: Term | undefined;
}

export interface Argument extends Given {
  readonly spread: boolean;
}

/** A value in a run of its function. */
export interface Term {
  readonly kind: "term";
  readonly module: SourceModule;
  /** The instruction, as a number of the module. */
  readonly local: number;
  readonly frame: Frame | undefined;
}

/** What a value is: an instruction that copies nothing any more, a function, or a router that a scope made. */
export type Meaning =
  | Term
  | { readonly kind: "function"; readonly fn: number; readonly frame: Frame | undefined }
  | { readonly kind: "router"; readonly id: string };

/** Instructions of a function that is read for the text it returns. */
const SMALL_FUNCTION = 24;

export class Evaluator {
  readonly #analysis: Analysis;
  /** What was found before, by frame and by value of the program. */
  readonly #known = new WeakMap<Frame, Map<number, readonly Meaning[]>>();
  readonly #shaping = new Map<number, boolean>();
  #steps = 0;
  readonly #frameless = new Map<number, readonly Meaning[]>();

  constructor(analysis: Analysis) {
    this.#analysis = analysis;
  }

  /** What a value may be; at least the value itself. */
  meaningOf(term: Term, depth = REGISTRATION_DEPTH): readonly Meaning[] {
    if (this.#steps >= EVALUATION_STEPS) return [term];
    const known = this.#knownIn(term.frame);
    const value = term.module.valueBase + term.local;
    let found = known.get(value);
    if (!found) {
      // A value that is asked for while it is being found out is a circle, and stands for itself there.
      known.set(value, [term]);
      if (++this.#steps === EVALUATION_STEPS)
        this.#analysis.overrun(
          this.#analysis.program.functionOfValue(value),
          "steps of registration code",
        );
      found = distinct(this.#meaning(term, depth)).slice(0, ALTERNATIVES_PER_VALUE);
      known.set(value, found);
    }
    return found;
  }

  #knownIn(frame: Frame | undefined): Map<number, readonly Meaning[]> {
    if (!frame) return this.#frameless;
    let known = this.#known.get(frame);
    if (!known) {
      known = new Map();
      this.#known.set(frame, known);
    }
    return known;
  }

  /** The library value a term stands for; 0 when none. */
  apiOf({ module, local, frame }: Term): ApiToken {
    const { kinds, operands, operandStart } = module.ir;
    if (kinds[local] === Kind.Load && operands[operandStart[local]! + 1]! < 0) {
      // A member whose name is known in this run alone.
      const from = operandStart[local]!;
      const name = this.textOf({ kind: "term", module, local: operands[from + 2]!, frame });
      const { models } = this.#analysis;
      const object: Term = { kind: "term", module, local: operands[from]!, frame };
      return name === undefined ? 0 : models.member(this.apiOf(object), name);
    }
    return this.#analysis.tracking.apiOf(module.valueBase + local);
  }

  /** What models say of what a call calls. */
  rowsAt(call: Term): readonly Row[] {
    const { callees, models } = this.#analysis;
    const { operands, operandStart } = call.module.ir;
    const { targets, api } = callees.at(call.module, call.local);
    const callee: Term = { ...call, local: operands[operandStart[call.local]! + 1]! };
    // Where nothing of the program is called, names of methods count too.
    const own = this.apiOf(callee);
    return models.rows(targets.length > 0 || (api === 0 && own !== 0) ? own : api).rows;
  }

  /** The call that a chain of calls which makes a query begins with; the call itself where it is no such chain. */
  rootOf(call: Term): Term {
    const { kinds, operands, operandStart } = call.module.ir;
    let root = call;
    let at = operands[operandStart[call.local]! + 2]!;
    for (let steps = 0; at >= 0 && steps < 32; steps++) {
      at = unguarded(call.module, at);
      if (kinds[at] !== Kind.Call) break;
      const one: Term = { ...call, local: at };
      if (this.rowsAt(one).some(({ role }) => role === "access" || role === "clause")) root = one;
      at = operands[operandStart[at]! + 2]!;
    }
    return root;
  }

  /** The text or number a term is; undefined when it is none, or one of several. */
  textOf(term: Term, depth = REGISTRATION_DEPTH): string | undefined {
    let only: string | undefined;
    for (const meaning of this.meaningOf(term, depth)) {
      const text = meaning.kind === "term" ? this.#text(meaning, depth) : undefined;
      if (text === undefined || (only !== undefined && only !== text)) return undefined;
      only = text;
    }
    return only;
  }

  /** The elements of an array, as far as they are known; undefined when the value is no array. */
  elementsOf(meaning: Meaning, depth = REGISTRATION_DEPTH): readonly Argument[] | undefined {
    if (meaning.kind !== "term") return undefined;
    const { module, local, frame } = meaning;
    const { kinds, operands, operandStart } = module.ir;
    if (kinds[local] === Kind.Parameter) return this.#restOf(meaning);
    if (kinds[local] !== Kind.Sequence || depth === 0) return undefined;
    return Array.from(
      operands.subarray(operandStart[local]!, operandStart[local + 1]!),
      (operand) =>
        this.#argument({ kind: "term", module, local: unspread(operand), frame }, operand),
    );
  }

  #argument(term: Term, operand: number): Argument {
    return {
      meaning: this.meaningOf(term),
      written: this.#written(term, REGISTRATION_CALLS),
      spread: isSpread(operand),
    };
  }

  /** The expression a formal was given in this run; any other value is written where it stands. */
  #written(term: Term, depth: number): Term {
    const { module, local, frame } = term;
    const { kinds, operands, operandStart } = module.ir;
    if (depth === 0) return term;
    if (kinds[local] === Kind.Guard)
      return this.#written({ ...term, local: operands[operandStart[local]!]! }, depth - 1);
    if (kinds[local] !== Kind.Parameter || !frame?.args || !this.#runs(module, local, frame))
      return term;
    return this.flatten(frame.args)[operands[operandStart[local]!]!]?.written ?? term;
  }

  /** The elements one after the other, those of spread arrays in their place. */
  flatten(args: readonly Argument[], depth = REGISTRATION_DEPTH): Given[] {
    const flat: Given[] = [];
    // Lists that are spread into each other on several ways are more than anybody can read.
    let spreads = 0;
    const visit = (list: readonly Argument[], left: number): void => {
      for (const arg of left === 0 ? [] : list) {
        if (!arg.spread) flat.push(arg);
        else
          for (const one of arg.meaning)
            if (++spreads <= SPREAD_LISTS) visit(this.elementsOf(one, left - 1) ?? [], left - 1);
      }
    };
    visit(args, depth);
    return flat;
  }

  /** Arguments as written at a call. */
  argumentsOf({ module, local, frame }: Term): Argument[] {
    const { operands, operandStart } = module.ir;
    return Array.from(
      operands.subarray(operandStart[local]! + 4, operandStart[local + 1]!),
      (operand) =>
        this.#argument({ kind: "term", module, local: unspread(operand), frame }, operand),
    );
  }

  /** What stands at a position of a call, one entry for each argument that the position means. */
  at(call: Term, segments: readonly Segment[]): Given[] {
    const [first, ...rest] = segments;
    if (first?.kind === "return") return [this.inside({ meaning: [call], written: call }, rest)];
    if (first?.kind !== "argument") return [];
    const { module, local, frame } = call;
    const { operands, operandStart } = module.ir;
    if (first.from === ArgumentPosition.This) {
      const receiver = operands[operandStart[local]! + 2]!;
      if (receiver < 0) return [];
      const self: Term = { kind: "term", module, local: receiver, frame };
      return [this.inside({ meaning: this.meaningOf(self), written: self }, rest)];
    }
    const keywords = keywordsOf(
      module.ir,
      operands.subarray(operandStart[local]! + 4, operandStart[local + 1]!),
    );
    if (first.from === ArgumentPosition.Keywords) {
      if (keywords < 0) return [];
      const record: Term = { kind: "term", module, local: keywords, frame };
      return [this.inside({ meaning: [record], written: record }, rest)];
    }
    const named =
      keywords < 0 ? [] : first.names.map((name) => writtenField(module.ir, keywords, name));
    for (const given of named) {
      if (given < 0) continue;
      const term: Term = { kind: "term", module, local: given, frame };
      return [this.inside({ meaning: this.meaningOf(term), written: term }, rest)];
    }
    const args = this.flatten(this.argumentsOf(call));
    const low = first.from === ArgumentPosition.Last ? args.length - 1 : first.from;
    const high = first.from === ArgumentPosition.Last ? low : Math.min(first.to, args.length - 1);
    return args.slice(Math.max(low, 0), high + 1).map((one) => this.inside(one, rest));
  }

  /** Whether some arguments of a call are given by name. */
  keywordsAt({ module, local }: Term): boolean {
    const { operands, operandStart } = module.ir;
    const args = operands.subarray(operandStart[local]! + 4, operandStart[local + 1]!);
    return keywordsOf(module.ir, args) >= 0;
  }

  /** What a member of a value is. */
  field(meaning: Meaning, name: string, depth = REGISTRATION_DEPTH): readonly Meaning[] {
    if (meaning.kind !== "term" || depth === 0) return [];
    const { module, local, frame } = meaning;
    const { kinds, operands, operandStart, strings } = module.ir;
    if (kinds[local] === Kind.Sequence || kinds[local] === Kind.Parameter) {
      const index = Number(name);
      const elements = this.elementsOf(meaning, depth - 1);
      return elements && Number.isInteger(index)
        ? (this.flatten(elements, depth - 1)[index]?.meaning ?? [])
        : [];
    }
    if (kinds[local] !== Kind.Record) return [];
    let at = operandStart[local]!;
    const end = operandStart[local + 1]!;
    let found = -1;
    for (let count = operands[at++]!; count > 0; count--, at += 2)
      if (strings[operands[at]!] === name) found = operands[at + 1]!;
    if (found >= 0) return this.meaningOf({ kind: "term", module, local: found, frame }, depth - 1);
    const inherited: Meaning[] = [];
    while (at < end) {
      const spread = this.meaningOf(
        { kind: "term", module, local: operands[at]!, frame },
        depth - 1,
      );
      for (const one of spread) inherited.push(...this.field(one, name, depth - 1));
      at += 2 + operands[at + 1]!;
    }
    return inherited;
  }

  /** Names and values of an object literal, those it spreads included. */
  *entries(
    meaning: Meaning,
    depth = REGISTRATION_DEPTH,
  ): Iterable<readonly [name: string, value: Term]> {
    if (meaning.kind !== "term" || depth === 0) return;
    const { module, local, frame } = meaning;
    const { kinds, operands, operandStart, strings } = module.ir;
    if (kinds[local] !== Kind.Record) return;
    let at = operandStart[local]!;
    const end = operandStart[local + 1]!;
    for (let count = operands[at++]!; count > 0; count--, at += 2)
      yield [strings[operands[at]!]!, { kind: "term", module, local: operands[at + 1]!, frame }];
    while (at < end) {
      for (const one of this.meaningOf(
        { kind: "term", module, local: operands[at]!, frame },
        depth - 1,
      ))
        yield* this.entries(one, depth - 1);
      at += 2 + operands[at + 1]!;
    }
  }

  /** The functions a call runs in this run of its function. */
  calleesOf({ module, local, frame }: Term): Extract<Meaning, { kind: "function" }>[] {
    const { operands, operandStart } = module.ir;
    const callee = operands[operandStart[local]! + 1]!;
    const direct = this.meaningOf({ kind: "term", module, local: callee, frame }).filter(
      (one) => one.kind === "function",
    );
    if (direct.length > 0) return direct;
    return this.#analysis.callees
      .at(module, local)
      .targets.map((fn) => ({ kind: "function", fn, frame: undefined }));
  }

  /** The run of a function that a call starts. */
  frameOf(
    fn: number,
    madeIn: Frame | undefined,
    args: readonly Argument[] | undefined,
    caller: Frame | undefined,
  ): Frame {
    return {
      fn,
      args,
      outer: madeIn ?? caller,
      chosen: new Map(),
      depth: (caller?.depth ?? 0) + 1,
    };
  }

  /** The same for two runs with the same arguments. */
  identityOf(frame: Frame): string {
    const args = frame.args?.map(
      ({ meaning, spread }) => `${spread ? "..." : ""}${meaning.map(keyOf).join("|")}`,
    );
    return args === undefined ? "?" : args.join(",");
  }

  // --- steps ----------------------------------------------------------------------------------------------------

  #meaning(term: Term, depth: number): readonly Meaning[] {
    const { module, local, frame } = term;
    const { kinds, operands, operandStart, strings } = module.ir;
    const from = operandStart[local]!;
    const to = operandStart[local + 1]!;
    if (depth === 0) return [term];
    const chosen = frame?.chosen.get(local);
    if (chosen && this.#runs(module, local, frame)) return [chosen];
    const through = (value: number): readonly Meaning[] =>
      this.meaningOf({ kind: "term", module, local: value, frame }, depth - 1);
    switch (kinds[local]) {
      case Kind.Guard:
      case Kind.Await:
        return through(operands[from]!);
      case Kind.Phi:
        return Array.from(operands.subarray(from, to)).flatMap(through);
      case Kind.Closure:
        return [{ kind: "function", fn: module.functionBase + operands[from]!, frame }];
      case Kind.ClassValue: {
        const { constructor_ } = module.ir.classes[operands[from]!]!;
        return [{ kind: "function", fn: module.functionBase + constructor_, frame }];
      }
      case Kind.Parameter: {
        const given = this.#given(term);
        return given ?? this.#tracked(term);
      }
      case Kind.Captured: {
        const variable = module.variableBase + operands[from]!;
        const written = this.#analysis.constants.writtenTo(variable);
        if (written < 0) return this.#tracked(term);
        const owner = module.functionBase + module.ir.variables[operands[from]!]!.function;
        return this.meaningOf(
          { kind: "term", module, local: written, frame: enclosing(frame, owner) },
          depth - 1,
        );
      }
      case Kind.Load: {
        const name =
          operands[from + 1]! >= 0
            ? strings[operands[from + 1]!]!
            : this.textOf({ kind: "term", module, local: operands[from + 2]!, frame }, depth - 1);
        if (name === undefined) return this.#tracked(term);
        const found = through(operands[from]!).flatMap((object) =>
          this.field(object, name, depth - 1),
        );
        if (found.length > 0) return found;
        const stored = this.#storedIn(module, operands[from]!, name);
        return stored ? this.meaningOf(stored, depth - 1) : this.#tracked(term);
      }
      case Kind.Call:
        return this.#result(term, depth);
      case Kind.Imported: {
        const name = strings[operands[from + 1]!]!;
        const target = this.#analysis.tracking.linker.resolve(
          module,
          strings[operands[from]!]!,
          name,
        );
        const exported = target && this.#analysis.constants.exportOf(target, name);
        return exported
          ? this.meaningOf({ kind: "term", ...exported, frame: undefined }, depth - 1)
          : this.#tracked(term);
      }
      default:
        return [term];
    }
  }

  /** The one value that is stored in a field of what the module's code alone says an object is. */
  #storedIn(module: SourceModule, object: number, name: string): Term | undefined {
    const stored = this.#analysis.constants.fieldOf(module, object, name);
    return stored && { kind: "term", ...stored, frame: undefined };
  }

  /** The call that makes a value, behind all its copies; undefined when no call does. */
  callBehind(term: Term, depth = REGISTRATION_DEPTH): Term | undefined {
    const { module, local, frame } = term;
    const { kinds, operands, operandStart, strings } = module.ir;
    const from = operandStart[local]!;
    if (depth === 0) return undefined;
    switch (kinds[local]) {
      case Kind.Call:
        return term;
      case Kind.Guard:
      case Kind.Await:
        return this.callBehind({ ...term, local: operands[from]! }, depth - 1);
      case Kind.Parameter: {
        const written = this.#written(term, REGISTRATION_CALLS);
        return written === term ? undefined : this.callBehind(written, depth - 1);
      }
      case Kind.Captured: {
        const written = this.#analysis.constants.writtenTo(module.variableBase + operands[from]!);
        const owner = module.functionBase + module.ir.variables[operands[from]!]!.function;
        return written < 0
          ? undefined
          : this.callBehind({ ...term, local: written, frame: enclosing(frame, owner) }, depth - 1);
      }
      case Kind.Load: {
        if (operands[from + 1]! < 0) return undefined;
        const name = strings[operands[from + 1]!]!;
        for (const object of this.meaningOf({ ...term, local: operands[from]! })) {
          for (const [field, value] of this.entries(object))
            if (field === name) return this.callBehind(value, depth - 1);
        }
        const stored = this.#storedIn(module, operands[from]!, name);
        return stored && this.callBehind(stored, depth - 1);
      }
      case Kind.Imported: {
        const name = strings[operands[from + 1]!]!;
        const target = this.#analysis.tracking.linker.resolve(
          module,
          strings[operands[from]!]!,
          name,
        );
        const exported = target && this.#analysis.constants.exportOf(target, name);
        return (
          exported && this.callBehind({ kind: "term", ...exported, frame: undefined }, depth - 1)
        );
      }
      default:
        return undefined;
    }
  }

  /** What value tracking knows: functions, and objects by where they are made. */
  #tracked(term: Term): readonly Meaning[] {
    const { program, tracking } = this.#analysis;
    const found: Meaning[] = [];
    for (const token of tracking.tokensOf(term.module.valueBase + term.local)) {
      const number = numberOfToken(token);
      if (kindOfToken(token) === TokenKind.Function)
        found.push({ kind: "function", fn: number, frame: undefined });
      else if (kindOfToken(token) === TokenKind.Object) {
        const module = program.moduleOfValue(number);
        found.push({ kind: "term", module, local: number - module.valueBase, frame: undefined });
      }
    }
    return found.length > 0 ? found : [term];
  }

  /** What a formal was given in this run. */
  #given({ module, local, frame }: Term): readonly Meaning[] | undefined {
    if (!frame?.args || !this.#runs(module, local, frame)) return undefined;
    const { operands, operandStart } = module.ir;
    const position = operands[operandStart[local]!]!;
    if (position < 0 || operands[operandStart[local]! + 1]! & ParameterFlag.Rest) return undefined;
    const name = operands[operandStart[local]! + 3]!;
    const last = frame.args.at(-1);
    // What is given by name stands in a record behind the others.
    for (const record of name >= 0 && last?.spread ? last.meaning : []) {
      const given = this.field(record, module.ir.strings[name]!);
      if (given.length > 0) return given;
    }
    if (operands[operandStart[local]! + 1]! & ParameterFlag.Named) return undefined;
    return this.flatten(frame.args)[position]?.meaning;
  }

  #restOf({ module, local, frame }: Term): readonly Argument[] | undefined {
    const { operands, operandStart } = module.ir;
    const from = operandStart[local]!;
    if ((operands[from + 1]! & ParameterFlag.Rest) === 0) return undefined;
    if (!frame?.args || !this.#runs(module, local, frame)) return undefined;
    return this.flatten(frame.args)
      .slice(operands[from]!)
      .map((given) => ({ ...given, spread: false }));
  }

  /** Whether an instruction belongs to the function that the frame is a run of. */
  #runs(module: SourceModule, local: number, frame: Frame | undefined): boolean {
    if (!frame) return false;
    const record = module.ir.functions[frame.fn - module.functionBase];
    return (
      record !== undefined && local >= record.firstInstruction && local < record.endInstruction
    );
  }

  /** Whether a call lets only some fields of what it is given through, by its name or by what it runs. */
  isShaping({ module, local }: Term, name: string): boolean {
    if (this.#analysis.models.vocabulary.isShaper(name)) return true;
    const { targets, byName } = this.#analysis.callees.at(module, local);
    const [only, ...others] = targets;
    if (only === undefined || others.length > 0 || byName) return false;
    let known = this.#shaping.get(only);
    if (known === undefined) {
      const { program } = this.#analysis;
      known = shapes(program.moduleOf(only), program.functionAt(only));
      this.#shaping.set(only, known);
    }
    return known;
  }

  /** What a call gives: what a model says it hands on, or what the functions it runs return. */
  #result(term: Term, depth: number): readonly Meaning[] {
    const { module, local, frame } = term;
    const { operands, operandStart, strings } = module.ir;
    const from = operandStart[local]!;
    const { models, callees } = this.#analysis;
    if (operands[from] === CallForm.New) return [term];
    const site = callees.at(module, local);
    if (site.mode === "bind" && strings[operands[from + 3]!] === "bind" && operands[from + 2]! >= 0)
      return this.meaningOf({ kind: "term", module, local: operands[from + 2]!, frame }, depth - 1);
    const callee: Term = { kind: "term", module, local: operands[from + 1]!, frame };
    const name = operands[from + 3]! < 0 ? "" : strings[operands[from + 3]!]!;
    // What a schema lets through is not what it was given.
    if (this.isShaping(term, name)) return [term];
    for (const row of models.rows(this.apiOf(callee)).rows) {
      if (row.role === "router") return [term];
      if (row.role !== "propagator" || !row.whole || row.to.segments[0]?.kind !== "return")
        continue;
      const handed = this.at(term, row.from.segments).flatMap(({ meaning }) => meaning);
      if (handed.length > 0) return handed;
    }
    const returned: Meaning[] = [];
    for (const { fn, frame: madeIn } of this.calleesOf(term)) {
      if ((frame?.depth ?? 0) >= REGISTRATION_CALLS || !this.#returnsSomething(fn)) break;
      const run = this.frameOf(fn, madeIn, this.argumentsOf(term), frame);
      returned.push(...this.#returnedBy(fn, run, depth - 1));
    }
    return returned.length > 0 ? returned : [term];
  }

  /** Whether what a function returns may matter to a registration: functions, objects, or a text it puts together. */
  #returnsSomething(fn: number): boolean {
    const { firstInstruction, endInstruction } = this.#analysis.program.functionAt(fn);
    return (
      endInstruction - firstInstruction <= SMALL_FUNCTION ||
      this.#analysis.tracking.returnTokens(fn).length > 0
    );
  }

  #returnedBy(fn: number, frame: Frame, depth: number): Meaning[] {
    const module = this.#analysis.program.moduleOf(fn);
    const { firstInstruction, endInstruction } = this.#analysis.program.functionAt(fn);
    const { kinds, operands, operandStart } = module.ir;
    const found: Meaning[] = [];
    for (let local = firstInstruction; local < endInstruction; local++) {
      if (kinds[local] !== Kind.Return) continue;
      const value = operands[operandStart[local]!]!;
      if (value >= 0)
        found.push(...this.meaningOf({ kind: "term", module, local: value, frame }, depth));
    }
    return found;
  }

  #text(term: Term, depth: number): string | undefined {
    const { module, local, frame } = term;
    const { kinds, operands, operandStart, strings } = module.ir;
    const from = operandStart[local]!;
    const to = operandStart[local + 1]!;
    const part = (value: number): string | undefined =>
      depth === 0
        ? undefined
        : this.textOf({ kind: "term", module, local: value, frame }, depth - 1);
    switch (kinds[local]) {
      case Kind.Constant:
        return operands[from] === ConstantType.Undefined ? undefined : strings[operands[from + 1]!];
      case Kind.Concat: {
        const parts = Array.from(operands.subarray(from, to), part);
        return parts.every((one) => one !== undefined) ? parts.join("") : undefined;
      }
      case Kind.Operator: {
        const op = strings[operands[from]!]!;
        if (to - from !== 3 || (op !== "-" && op !== "+")) return undefined;
        const [left, right] = [part(operands[from + 1]!), part(operands[from + 2]!)];
        if (left === undefined || right === undefined) return undefined;
        const [a, b] = [Number(left), Number(right)];
        if (op === "-") return Number.isNaN(a - b) ? undefined : String(a - b);
        return Number.isNaN(a + b) ? left + right : String(a + b);
      }
      case Kind.Load: {
        if (operands[from + 1]! < 0 || strings[operands[from + 1]!] !== "length") return undefined;
        const [array] = this.meaningOf({ kind: "term", module, local: operands[from]!, frame });
        const elements = array && this.elementsOf(array);
        return elements && String(this.flatten(elements).length);
      }
      default:
        return undefined;
    }
  }

  /** What a path of members and elements leads to. */
  inside(given: Given, segments: readonly Segment[]): Given {
    if (segments.length === 0) return given;
    let found = given.meaning;
    for (const segment of segments) {
      found = found.flatMap((one) => {
        if (segment.kind === "member" && segment.names)
          return segment.names.flatMap((name) => this.field(one, name));
        if (segment.kind === "element")
          return this.flatten(this.elementsOf(one) ?? []).flatMap(({ meaning }) => meaning);
        return [];
      });
    }
    return { meaning: found, written: undefined };
  }
}

/** The run of `owner` that a run of a function written in it belongs to. */
function enclosing(frame: Frame | undefined, owner: number): Frame | undefined {
  for (let at = frame; at; at = at.outer) if (at.fn === owner) return at;
  return undefined;
}

const keyOf = (meaning: Meaning): string =>
  meaning.kind === "term"
    ? `${meaning.module.valueBase + meaning.local}`
    : meaning.kind === "function"
      ? `f${meaning.fn}`
      : meaning.id;

/** Each meaning once, in the order they come. */
function distinct(meanings: readonly Meaning[]): Meaning[] {
  const seen = new Set<string>();
  return meanings.filter((one) => {
    const key = keyOf(one);
    return !seen.has(key) && seen.add(key);
  });
}

/** The functions among meanings. */
export const functionsIn = (meanings: readonly Meaning[]): number[] => [
  ...new Set(meanings.flatMap((one) => (one.kind === "function" ? [one.fn] : []))),
];
