/**
 * What the program says, as logic queries read it: calls, comparisons, branches and what depends on what, whatever
 * language it is written in. Values, functions and parts are numbers of the program.
 */
import { functionsOf } from "../callgraph/callees.ts";
import type { Analysis } from "../dataflow/analysis.ts";
import type { ActKind } from "../models/rows.ts";
import { type Dominance, dominance } from "../program/ir/dominance.ts";
import { keywordsOf, writtenFields } from "../program/ir/keywords.ts";
import {
  CallForm,
  ConstantType,
  forEachValueOperand,
  Kind,
  Position,
  unspread,
} from "../program/ir/kinds.ts";
import { isTest } from "../program/link/packages.ts";
import type { SourceModule } from "../program/program.ts";

/** An instruction as a query reads it. */
export type Part =
  | {
      readonly kind: "call";
      /** Of what is called: `verify` of `jwt.verify(...)`. */
      readonly name: string;
      readonly isNew: boolean;
      readonly isDecorator: boolean;
      readonly callee: number;
      readonly receiver: number | undefined;
      /** Without those that are given by name. */
      readonly args: readonly number[];
      readonly named: ReadonlyMap<string, number>;
    }
  | { readonly kind: "member"; readonly object: number; readonly name: string | undefined }
  | { readonly kind: "compare"; readonly equal: boolean; readonly sides: readonly [number, number] }
  | { readonly kind: "operator"; readonly op: string; readonly inputs: readonly number[] }
  | { readonly kind: "constant"; readonly type: "text" | "number" | "other"; readonly text: string }
  /** One of several values. */
  | { readonly kind: "choice"; readonly inputs: readonly number[] }
  | {
      readonly kind: "record";
      readonly fields: ReadonlyMap<string, number>;
      readonly spreads: readonly number[];
    }
  | { readonly kind: "list"; readonly inputs: readonly number[] }
  | { readonly kind: "text"; readonly inputs: readonly number[] }
  | {
      readonly kind: "store";
      readonly object: number;
      readonly name: string | undefined;
      readonly input: number;
    }
  | { readonly kind: "assign"; readonly name: string; readonly input: number }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "formal"; readonly position: number; readonly name: string }
  | { readonly kind: "branch"; readonly condition: number }
  | { readonly kind: "return"; readonly input: number | undefined }
  | { readonly kind: "throw"; readonly input: number }
  /** A function or a class. */
  | { readonly kind: "function"; readonly name: string }
  /** The same value, tested, awaited or handed on. */
  | { readonly kind: "same"; readonly input: number }
  | { readonly kind: "other" };

/** A function of the program. */
export interface Body {
  readonly fn: number;
  readonly name: string;
  readonly file: string;
  readonly language: string;
  /** The first value and the one after the last, without those of functions written inside it. */
  readonly from: number;
  readonly to: number;
}

/** Copies that are looked behind, and parts of an expression that are looked into. */
const COPIES = 12;
const PARTS = 8;

export class Code {
  readonly #analysis: Analysis;
  #bodies: readonly Body[] | undefined;
  #callers: Map<number, number[]> | undefined;
  #decorators: Map<number, number[]> | undefined;
  readonly #flows = new Map<number, Dominance>();
  readonly #users = new Map<number, ReadonlyMap<number, readonly number[]>>();

  constructor(analysis: Analysis) {
    this.#analysis = analysis;
  }

  /** Functions of the program, its modules' top levels included, without tests; in the order of files. */
  get bodies(): readonly Body[] {
    this.#bodies ??= this.#analysis.program.modules
      .filter(({ path }) => !isTest(path))
      .flatMap((module) =>
        module.ir.functions.map((_, index) => this.bodyOf(module.functionBase + index)),
      );
    return this.#bodies;
  }

  bodyOf(fn: number): Body {
    const module = this.#analysis.program.moduleOf(fn);
    const { name, firstInstruction, endInstruction } = this.#analysis.program.functionAt(fn);
    return {
      fn,
      name,
      file: module.path,
      language: module.ir.language,
      from: module.valueBase + firstInstruction,
      to: module.valueBase + endInstruction,
    };
  }

  /** The function a value belongs to. */
  functionOf(value: number): number {
    return this.#analysis.program.functionOfValue(value);
  }

  /** The function that a function is written in; undefined for a module's top level. */
  parentOf(fn: number): number | undefined {
    const { functionBase } = this.#analysis.program.moduleOf(fn);
    const { parent } = this.#analysis.program.functionAt(fn);
    return parent < 0 ? undefined : functionBase + parent;
  }

  /** Functions that are written in a function, those of its classes included. */
  insideOf(fn: number): number[] {
    const { functionBase, ir } = this.#analysis.program.moduleOf(fn);
    return ir.functions.flatMap(({ parent }, index) =>
      parent === fn - functionBase ? [functionBase + index] : [],
    );
  }

  /** The name of the class a function is a method of; `""` where it is none. */
  classOf(fn: number): string {
    const { ir } = this.#analysis.program.moduleOf(fn);
    return ir.classes[this.#analysis.program.functionAt(fn).class]?.name ?? "";
  }

  fileOf(value: number): string {
    return this.#analysis.program.moduleOfValue(value).path;
  }

  /** Packages and files that the file of a value imports. */
  importsOf(value: number): readonly string[] {
    return this.#analysis.program.moduleOfValue(value).ir.imports.map(({ module }) => module);
  }

  /** Texts that stand first in the file of a value and say how it is run: `use client`. */
  directivesOf(value: number): readonly string[] {
    return this.#analysis.program.moduleOfValue(value).ir.directives.map(({ text }) => text);
  }

  part(value: number): Part {
    const { module, local } = this.#at(value);
    const { ir, valueBase } = module;
    const { kinds, operands, operandStart, strings, variables, functions, classes } = ir;
    const from = operandStart[local]!;
    const to = operandStart[local + 1]!;
    const whole = (one: number): number => valueBase + one;
    const text = (index: number): string | undefined => (index < 0 ? undefined : strings[index]!);
    const list = (start: number): number[] =>
      Array.from(operands.subarray(start, to), (one) => whole(unspread(one)));
    switch (kinds[local]) {
      case Kind.Call: {
        const args = operands.subarray(from + 4, to);
        const keywords = keywordsOf(ir, args);
        const isDecorator = operands[from] === CallForm.Decorator;
        return {
          kind: "call",
          name: text(operands[from + 3]!) ?? this.#lastName(whole(operands[from + 1]!)),
          isNew: operands[from] === CallForm.New,
          isDecorator,
          callee: whole(operands[from + 1]!),
          receiver: operands[from + 2]! < 0 ? undefined : whole(operands[from + 2]!),
          args: Array.from(keywords < 0 ? args : args.subarray(0, -1), (one) =>
            whole(unspread(one)),
          ),
          named: new Map(
            keywords < 0
              ? []
              : [...writtenFields(ir, keywords)].map(([name, one]) => [name, whole(one)]),
          ),
        };
      }
      case Kind.Load:
        return {
          kind: "member",
          object: whole(operands[from]!),
          name:
            text(operands[from + 1]!) ??
            (operands[from + 2]! < 0 ? undefined : this.constant(whole(operands[from + 2]!))),
        };
      case Kind.Operator: {
        const op = strings[operands[from]!]!;
        const inputs = list(from + 1);
        if (/^[!=]==?$/.test(op) && inputs.length === 2)
          return { kind: "compare", equal: op[0] === "=", sides: [inputs[0]!, inputs[1]!] };
        return { kind: "operator", op, inputs };
      }
      case Kind.Constant:
        return {
          kind: "constant",
          type:
            operands[from] === ConstantType.String
              ? "text"
              : operands[from] === ConstantType.Number
                ? "number"
                : "other",
          text: strings[operands[from + 1]!]!,
        };
      case Kind.Phi:
        return { kind: "choice", inputs: list(from) };
      case Kind.Record: {
        const fields = new Map<string, number>();
        let at = from + 1;
        for (let count = operands[from]!; count > 0; count--, at += 2)
          fields.set(strings[operands[at]!]!, whole(operands[at + 1]!));
        const spreads: number[] = [];
        for (; at < to; at += 2 + operands[at + 1]!) spreads.push(whole(operands[at]!));
        return { kind: "record", fields, spreads };
      }
      case Kind.Sequence:
        return { kind: "list", inputs: list(from) };
      case Kind.Concat:
        return { kind: "text", inputs: list(from) };
      case Kind.Store:
        return {
          kind: "store",
          object: whole(operands[from]!),
          name:
            text(operands[from + 1]!) ??
            (operands[from + 2]! < 0 ? undefined : this.constant(whole(operands[from + 2]!))),
          input: whole(operands[from + 3]!),
        };
      case Kind.SetCaptured:
        return {
          kind: "assign",
          name: variables[operands[from]!]!.name,
          input: whole(operands[from + 1]!),
        };
      case Kind.SetCell:
        return {
          kind: "assign",
          name: strings[operands[from]!]!,
          input: whole(operands[from + 1]!),
        };
      case Kind.Cell:
        return { kind: "name", name: strings[operands[from]!]! };
      case Kind.Captured:
        return { kind: "name", name: variables[operands[from]!]!.name };
      case Kind.Imported: {
        const name = strings[operands[from + 1]!]!;
        return {
          kind: "name",
          name: /^(?:\*|default)$/.test(name) ? this.#importedName(module, operands[from]!) : name,
        };
      }
      case Kind.Parameter:
        return { kind: "formal", position: operands[from]!, name: text(operands[from + 3]!) ?? "" };
      case Kind.Branch:
        return { kind: "branch", condition: whole(operands[from]!) };
      case Kind.Return:
        return {
          kind: "return",
          input: operands[from]! < 0 ? undefined : whole(operands[from]!),
        };
      case Kind.Throw:
        return { kind: "throw", input: whole(operands[from]!) };
      case Kind.Closure:
        return { kind: "function", name: functions[operands[from]!]!.name };
      case Kind.ClassValue:
        return { kind: "function", name: classes[operands[from]!]!.name };
      case Kind.Guard:
      case Kind.Await:
        return { kind: "same", input: whole(operands[from]!) };
      default:
        return { kind: "other" };
    }
  }

  /** Calls of a function's own body, in its order. */
  *calls({ from, to }: Body): Iterable<number> {
    for (let value = from; value < to; value++) {
      const { module, local } = this.#at(value);
      const isCall = module.ir.kinds[local] === Kind.Call;
      if (isCall && module.ir.operands[module.ir.operandStart[local]!] !== CallForm.Decorator)
        yield value;
    }
  }

  /** Whether a value is what is caught where something before it failed. */
  isCaught(value: number): boolean {
    const part = this.part(this.behind(value));
    return part.kind === "formal" && part.position === Position.Caught;
  }

  /** What a value is a tested, awaited or handed on copy of. */
  behind(value: number): number {
    let at = value;
    for (let steps = 0; steps < COPIES; steps++) {
      const part = this.part(at);
      if (part.kind === "same") at = part.input;
      else if (part.kind === "choice") {
        // A value that some ways have tested and others have not.
        const [first, ...others] = new Set(
          part.inputs.filter((one) => !this.#isDeclared(one)).map((one) => this.#untested(one)),
        );
        if (first === undefined || others.length > 0) return at;
        at = first;
      } else {
        const { module, local } = this.#at(at);
        if (module.ir.kinds[local] !== Kind.Captured) return at;
        const variable = module.variableBase + module.ir.operands[module.ir.operandStart[local]!]!;
        const written = this.#analysis.constants.writtenTo(variable);
        if (written < 0) return at;
        at = module.valueBase + written;
      }
    }
    return at;
  }

  /** What a declaration says of a value besides what it is made as. */
  #isDeclared(value: number): boolean {
    const { module, local } = this.#at(value);
    const { kinds, operands, operandStart } = module.ir;
    return kinds[local] === Kind.Parameter && operands[operandStart[local]!] === Position.Declared;
  }

  #untested(value: number): number {
    let at = value;
    for (let steps = 0; steps < COPIES; steps++) {
      const part = this.part(at);
      if (part.kind !== "same") return at;
      at = part.input;
    }
    return at;
  }

  /** The text of a constant. */
  constant(value: number): string | undefined {
    const { module, local } = this.#at(value);
    return this.#analysis.constants.constantOf(module, local)?.text;
  }

  /** Names of a chain of members and calls, outermost first: `request`, `body`, `token`. */
  names(value: number, depth = PARTS): string[] {
    if (depth === 0) return [];
    const at = this.behind(value);
    const part = this.part(at);
    switch (part.kind) {
      case "member":
        return [...this.names(part.object, depth - 1), ...(part.name ? [part.name] : [])];
      case "call":
        return part.receiver !== undefined
          ? [...this.names(part.receiver, depth - 1), part.name]
          : [...this.#packageOf(part.callee), part.name];
      case "name":
      case "formal":
        return part.name === "" ? [] : [...this.#packageOf(at), part.name];
      default:
        return [];
    }
  }

  /** `log` of `log.Errorf`, where what is imported is named by its package at each use. */
  #packageOf(value: number): string[] {
    const { module, local } = this.#at(value);
    const { kinds, operands, operandStart, strings, language } = module.ir;
    if (language !== "go" || kinds[local] !== Kind.Imported) return [];
    return strings[operands[operandStart[local]!]!]!.split("/").slice(-1);
  }

  /** The decorators of a function, as calls. */
  decoratorsOf(fn: number): readonly number[] {
    if (!this.#decorators) {
      this.#decorators = new Map();
      for (const { ir, valueBase, functionBase } of this.#analysis.program.modules)
        for (let local = 0; local < ir.kinds.length; local++) {
          const from = ir.operandStart[local]!;
          if (ir.kinds[local] !== Kind.Call || ir.operands[from] !== CallForm.Decorator) continue;
          const given = ir.operands[from + 4];
          if (given === undefined || from + 4 >= ir.operandStart[local + 1]!) continue;
          const decorated = unspread(given);
          let at = decorated;
          // What one decorator makes is given to the next.
          while (
            ir.kinds[at] === Kind.Call &&
            ir.operands[ir.operandStart[at]!] === CallForm.Decorator
          )
            at = unspread(ir.operands[ir.operandStart[at]! + 4]!);
          if (ir.kinds[at] !== Kind.Closure) continue;
          const key = functionBase + ir.operands[ir.operandStart[at]!]!;
          const list = this.#decorators.get(key);
          if (list) list.push(valueBase + local);
          else this.#decorators.set(key, [valueBase + local]);
        }
    }
    return this.#decorators.get(fn) ?? [];
  }

  /** Names and constant texts that an expression is made of, within its function. */
  words(value: number, depth = PARTS): Set<string> {
    const words = new Set<string>();
    const seen = new Set<number>();
    const visit = (one: number, left: number): void => {
      if (left === 0 || seen.has(one)) return;
      seen.add(one);
      const part = this.part(one);
      if ("name" in part && part.name) words.add(part.name);
      if (part.kind === "constant" && part.type === "text") words.add(part.text);
      for (const input of this.inputs(one)) visit(input, left - 1);
    };
    visit(value, depth);
    return words;
  }

  /** Values that an instruction is made of. */
  inputs(value: number): number[] {
    const { module, local } = this.#at(value);
    const { kinds, operands, operandStart } = module.ir;
    const found: number[] = [];
    // What a value was tested with is no part of it.
    if (kinds[local] === Kind.Guard) return [module.valueBase + operands[operandStart[local]!]!];
    forEachValueOperand(
      kinds[local]!,
      operands,
      operandStart[local]!,
      operandStart[local + 1]!,
      (index) => found.push(module.valueBase + unspread(operands[index]!)),
    );
    return found;
  }

  /** Instructions of the same function that a value is put into. */
  users(value: number): readonly number[] {
    const fn = this.functionOf(value);
    let known = this.#users.get(fn);
    if (!known) {
      const found = new Map<number, number[]>();
      const { from, to } = this.bodyOf(fn);
      for (let at = from; at < to; at++)
        for (const input of new Set(this.inputs(at))) {
          const list = found.get(input);
          if (list) list.push(at);
          else found.set(input, [at]);
        }
      known = found;
      this.#users.set(fn, known);
    }
    return known.get(value) ?? [];
  }

  /** Everything of the same function that depends on a value, itself included; `through`: whether on what an instruction makes of it too. */
  dependents(value: number, through: (user: number) => boolean = () => true): Set<number> {
    const found = new Set([value]);
    const queue = [value];
    for (let one = queue.pop(); one !== undefined; one = queue.pop())
      for (const user of this.users(one)) {
        if (found.has(user)) continue;
        found.add(user);
        if (through(user)) queue.push(user);
      }
    return found;
  }

  /** What a call does, as models say. */
  acts(call: number): { readonly act: ActKind; readonly of: number | undefined }[] {
    const { module, local } = this.#at(call);
    const site = this.#analysis.callees.at(module, local);
    if (site.targets.length > 0 && !site.byName) return [];
    return this.#analysis.models.rows(site.api).rows.flatMap((row) => {
      if (row.role !== "act") return [];
      const at = row.of && this.#analysis.constants.atPosition(module, local, row.of.segments);
      return [{ act: row.act, of: at ? at.module.valueBase + at.local : undefined }];
    });
  }

  /** Kinds of data that come in at a value, as models say. */
  enters(value: number): ReadonlySet<string> {
    const origins = this.#analysis.sourcesAt(value) ?? [];
    return new Set(origins.map((origin) => this.#analysis.sourceOf(origin).kind));
  }

  /** What stands under a name in an object that a value certainly is. */
  field(value: number, name: string): number | undefined {
    const part = this.part(this.behind(value));
    if (part.kind === "record" && part.fields.has(name)) return part.fields.get(name);
    const { module, local } = this.#at(value);
    const at = this.#analysis.constants.fieldOf(module, local, name);
    return at && at.module.valueBase + at.local;
  }

  /** Functions that a value may be. */
  functionsAt(value: number): readonly number[] {
    return functionsOf(this.#analysis.tracking.tokensOf(value));
  }

  /** Functions of the program that a call certainly means. */
  targets(call: number): readonly number[] {
    const { module, local } = this.#at(call);
    const { targets, byName } = this.#analysis.callees.at(module, local);
    return byName ? [] : targets;
  }

  /** Calls that certainly mean a function of the program. */
  callersOf(fn: number): readonly number[] {
    if (!this.#callers) {
      this.#callers = new Map();
      for (const body of this.bodies)
        for (const call of this.calls(body))
          for (const target of this.targets(call)) {
            const list = this.#callers.get(target);
            if (list) list.push(call);
            else this.#callers.set(target, [call]);
          }
    }
    return this.#callers.get(fn) ?? [];
  }

  /** What a function gives back, one for each place where it does. */
  *returned({ from, to }: Body): Iterable<number> {
    for (let value = from; value < to; value++) {
      const part = this.part(value);
      if (part.kind === "return" && part.input !== undefined) yield part.input;
    }
  }

  /** Whether every way to a value goes through another one of the same function. */
  dominates(one: number, other: number): boolean {
    const flow = this.#flow(one);
    const [a, b] = [this.#block(one), this.#block(other)];
    return a === b ? one <= other : flow.dominates(a, b);
  }

  /** Whether a value may run after another one of the same function. */
  mayFollow(one: number, other: number): boolean {
    const { module } = this.#at(one);
    const { successorStart, successors } = module.ir;
    const [start, end] = [this.#block(one), this.#block(other)];
    if (start === end && one <= other) return true;
    const seen = new Set<number>();
    const queue = [start];
    for (let at = queue.pop(); at !== undefined; at = queue.pop())
      for (const next of successors.subarray(successorStart[at]!, successorStart[at + 1]!)) {
        if (next === end) return true;
        if (!seen.has(next)) {
          seen.add(next);
          queue.push(next);
        }
      }
    return false;
  }

  /** The instructions that run only if a branch takes its first (`true`) or its second way. */
  arm(branch: number, way: boolean): number[] {
    const { module } = this.#at(branch);
    const { successorStart, successors, blockStart } = module.ir;
    const flow = this.#flow(branch);
    const block = this.#block(branch);
    const first = successors[successorStart[block]! + (way ? 0 : 1)];
    if (first === undefined || flow.predecessors(first).length !== 1) return [];
    const { firstBlock, endBlock } = this.#analysis.program.functionAt(this.functionOf(branch));
    const found: number[] = [];
    for (let one = firstBlock; one < endBlock; one++)
      if (flow.dominates(first, one))
        for (let at = blockStart[one]!; at < blockStart[one + 1]!; at++)
          found.push(module.valueBase + at);
    return found;
  }

  /** Whether nothing after a branch runs if it takes a way: it ends in a return or an exception of its own. */
  leaves(branch: number, way: boolean): boolean {
    return (
      this.arm(branch, way).some((value) => /^(?:return|throw)$/.test(this.part(value).kind)) ||
      this.#endsAlone(branch, way)
    );
  }

  /** The way leads to a place that ends the function and that other branches lead to as well. */
  #endsAlone(branch: number, way: boolean): boolean {
    const { module } = this.#at(branch);
    const { successorStart, successors, blockStart, kinds } = module.ir;
    let at = successors[successorStart[this.#block(branch)]! + (way ? 0 : 1)];
    for (let steps = 0; at !== undefined && steps < COPIES; steps++) {
      const last = blockStart[at + 1]! - 1;
      if (last >= blockStart[at]!) {
        if (kinds[last] === Kind.Throw || kinds[last] === Kind.Return)
          return last - blockStart[at]! < COPIES;
        if (kinds[last] === Kind.Branch) return false;
      }
      if (successorStart[at + 1]! - successorStart[at]! !== 1) return false;
      at = successors[successorStart[at]!];
    }
    return false;
  }

  /** The branches that decide whether a value runs, the nearest first, with the way that leads to it. */
  *decidedBy(value: number): Iterable<{ readonly branch: number; readonly way: boolean }> {
    const { module } = this.#at(value);
    const flow = this.#flow(value);
    const { blockStart, kinds, successorStart, successors } = module.ir;
    let at = this.#block(value);
    for (
      let next = flow.immediate(at);
      next !== at && next >= 0;
      at = next, next = flow.immediate(at)
    ) {
      const last = blockStart[next + 1]! - 1;
      if (last < blockStart[next]! || kinds[last] !== Kind.Branch) continue;
      const target = this.#block(value);
      const [yes, no] = [
        successors[successorStart[next]!]!,
        successors[successorStart[next]! + 1]!,
      ];
      const viaYes = yes === target || flow.dominates(yes, target);
      const viaNo = no === target || flow.dominates(no, target);
      if (viaYes !== viaNo) yield { branch: module.valueBase + last, way: viaYes };
    }
  }

  /** The branch whose ways meet in a choice; undefined where the choice is made in place: `a || b`. */
  met(choice: number): number | undefined {
    const { module, local } = this.#at(choice);
    const { blockStart, kinds } = module.ir;
    const flow = this.#flow(choice);
    const block = this.#block(choice);
    if (flow.predecessors(block).length < 2) return undefined;
    for (let at = blockStart[block]!; at < local; at++)
      if (kinds[at] !== Kind.Phi) return undefined;
    const last = blockStart[flow.immediate(block) + 1]! - 1;
    return kinds[last] === Kind.Branch ? module.valueBase + last : undefined;
  }

  /** A run of whatever stands in the source between the ends of a value: the parts of a condition written in place. */
  within(value: number): number[] {
    const { module, local } = this.#at(value);
    const { spans } = module.ir;
    const { from, to } = this.bodyOf(this.functionOf(value));
    const found: number[] = [];
    for (let at = from; at < to; at++) {
      const one = at - module.valueBase;
      if (spans[one * 2]! >= spans[local * 2]! && spans[one * 2 + 1]! <= spans[local * 2 + 1]!)
        found.push(at);
    }
    return found;
  }

  #at(value: number): { readonly module: SourceModule; readonly local: number } {
    const module = this.#analysis.program.moduleOfValue(value);
    return { module, local: value - module.valueBase };
  }

  #flow(value: number): Dominance {
    const fn = this.functionOf(value);
    let flow = this.#flows.get(fn);
    if (!flow) {
      flow = dominance(
        this.#analysis.program.moduleOf(fn).ir,
        this.#analysis.program.functionAt(fn),
      );
      this.#flows.set(fn, flow);
    }
    return flow;
  }

  #block(value: number): number {
    return this.#flow(value).blockOf(this.#at(value).local);
  }

  #lastName(value: number): string {
    const part = this.part(value);
    if (part.kind === "name" || part.kind === "function") return part.name;
    return part.kind === "member"
      ? (part.name ?? "")
      : part.kind === "same"
        ? this.#lastName(part.input)
        : "";
  }

  /** What a module calls what it imports as a whole. */
  #importedName({ ir }: SourceModule, specifier: number): string {
    const module = ir.strings[specifier]!;
    return (
      ir.imports.find(({ module: from, name }) => from === module && /^(?:\*|default)$/.test(name))
        ?.local ??
      // A class may be named where it stands, by all of its name: `shop.Orders`.
      /^[\w.]*\.([A-Z]\w*)(?:\||$)/.exec(module)?.[1] ??
      module
    );
  }
}
