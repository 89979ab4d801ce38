/**
 * Finds what functions test and what each answer leads to, where they refuse and what they do all the same, what they
 * try and how they take a failure. Everything is found out when it is asked for.
 */
import { functionsOf } from "../callgraph/callees.ts";
import type { Analysis } from "../dataflow/analysis.ts";
import type { GuardKind } from "../models/rows.ts";
import type { Denial } from "../models/vocabulary.ts";
import { type Dominance, dominance } from "../program/ir/dominance.ts";
import { keywordsOf, writtenField } from "../program/ir/keywords.ts";
import {
  CallForm,
  ConstantType,
  forEachValueOperand,
  Kind,
  Position,
  unspread,
} from "../program/ir/kinds.ts";
import type { FunctionRecord, Language } from "../program/ir/module-ir.ts";
import type { SourceModule } from "../program/program.ts";
import { type Checks, controlling, type Refusal } from "./checks.ts";
import type {
  Answered,
  Arm,
  Attempt,
  Effect,
  FunctionCall,
  FunctionComparison,
  FunctionTest,
  ServiceFunction,
} from "./function.ts";
import { calledName } from "./names.ts";
import { render } from "./render.ts";
import type { Route } from "./route.ts";
import {
  argumentsAt,
  following,
  handlersIn,
  knownAt,
  sameness,
  truthOfConstant,
  type Ways,
  waysFrom,
} from "./ways.ts";

const WRITING: ReadonlySet<string> = new Set(["create", "update", "delete", "upsert"]);
/** Calls down to what reads or writes. */
const DEPTH = 4;

export class Functions {
  readonly #analysis: Analysis;
  readonly #checks: Checks;
  readonly #handlers = new Map<number, Route[]>();
  readonly #steps = new Map<number, Route[]>();
  readonly #known = new Map<number, FunctionView>();
  readonly #touched = new Map<number, "reads" | "writes" | undefined>();
  readonly #comesBack = new Map<number, boolean>();
  readonly #goingOn = new Map<number, boolean>();
  #extended: ReadonlySet<string> | undefined;

  constructor(analysis: Analysis, checks: Checks, routes: readonly Route[]) {
    this.#analysis = analysis;
    this.#checks = checks;
    const add = (to: Map<number, Route[]>, fn: number, route: Route): void => {
      const known = to.get(fn);
      if (!known) to.set(fn, [route]);
      else if (!known.includes(route)) known.push(route);
    };
    for (const route of routes) {
      for (const fn of route.handlers) add(this.#handlers, fn, route);
      for (const guard of route.guards)
        if (guard.origin !== "inline")
          for (const fn of guard.functions)
            for (const one of [fn, ...this.#written(fn)]) add(this.#steps, one, route);
    }
  }

  /** All functions of the program, in the order of files and lines. */
  all(): readonly ServiceFunction[] {
    return Array.from({ length: this.#analysis.program.functionCount }, (_, fn) => this.at(fn));
  }

  at(fn: number): ServiceFunction {
    let known = this.#known.get(fn);
    if (!known) {
      known = new FunctionView(this.#analysis, this.#checks, this, fn);
      this.#known.set(fn, known);
    }
    return known;
  }

  routesOf(fn: number): {
    readonly role: ServiceFunction["role"];
    readonly routes: readonly Route[];
  } {
    const handled = this.#handlers.get(fn);
    if (handled) return { role: "handler", routes: handled };
    const stepped = this.#steps.get(fn);
    return stepped ? { role: "middleware", routes: stepped } : { role: "other", routes: [] };
  }

  /** Functions that a function which makes a step gives back. */
  #written(fn: number): readonly number[] {
    const { program, tracking } = this.#analysis;
    const module = program.moduleOf(fn);
    return functionsOf(tracking.returnTokens(fn)).filter(
      (one) =>
        program.moduleOf(one) === module &&
        program.functionAt(one).parent === fn - module.functionBase,
    );
  }

  /** Whether some way through a function leaves it without an exception. */
  comesBack(fn: number): boolean {
    let known = this.#comesBack.get(fn);
    if (known === undefined) {
      this.#comesBack.set(fn, true);
      known = (this.at(fn) as FunctionView).comesBack();
      this.#comesBack.set(fn, known);
    }
    return known;
  }

  /** Whether a function hands requests on, itself or by what it hands them to. */
  goesOn(fn: number): boolean {
    let known = this.#goingOn.get(fn);
    if (known === undefined) {
      this.#goingOn.set(fn, false);
      known = this.at(fn).effects.some(({ kind }) => kind === "goes on");
      this.#goingOn.set(fn, known);
    }
    return known;
  }

  /** What a function does with records, itself or in what it calls. */
  touches(fn: number, depth = DEPTH): "reads" | "writes" | undefined {
    if (!this.#touched.has(fn)) {
      this.#touched.set(fn, undefined);
      const module = this.#analysis.program.moduleOf(fn);
      const { firstInstruction, endInstruction } = this.#analysis.program.functionAt(fn);
      let found: "reads" | "writes" | undefined;
      for (let local = firstInstruction; local < endInstruction && found !== "writes"; local++)
        if (module.ir.kinds[local] === Kind.Call)
          found = this.touchedBy(module, local, depth) ?? found;
      this.#touched.set(fn, found);
    }
    return this.#touched.get(fn);
  }

  /** What a call does with records. */
  touchedBy(module: SourceModule, call: number, depth = DEPTH): "reads" | "writes" | undefined {
    const { kinds, operands, operandStart } = module.ir;
    if (operands[operandStart[call]!] === CallForm.Decorator) return undefined;
    const { api, targets, byName } = this.#analysis.callees.at(module, call);
    let found: "reads" | "writes" | undefined;
    for (const row of this.#analysis.models.rows(api).rows) {
      if (row.role !== "access") continue;
      const isWrite = row.sql ? this.#writesBySql(module, call) : WRITING.has(row.operation);
      if (isWrite) return "writes";
      found = "reads";
    }
    if (depth === 0) return found;
    const inner = byName ? [] : [...targets];
    for (const one of argumentsAt(module, call))
      if (kinds[one] === Kind.Closure)
        inner.push(module.functionBase + operands[operandStart[one]!]!);
    for (const fn of inner) {
      const touched = this.touches(fn, depth - 1);
      if (touched === "writes") return touched;
      found ??= touched;
    }
    return found;
  }

  /** `delete from ...`: by the first word of the statement. */
  #writesBySql(module: SourceModule, call: number): boolean {
    const { kinds, operands, operandStart } = module.ir;
    return argumentsAt(module, call).some((one) => {
      const first = kinds[one] === Kind.Concat ? operands[operandStart[one]!]! : one;
      const text = this.#analysis.constants.constantOf(module, first)?.text;
      return (
        text !== undefined &&
        /^\s*(?:insert|update|delete|replace|merge|drop|alter|truncate)\b/i.test(text)
      );
    });
  }

  /** Whether a class extends another, or others extend it. */
  isInherited(module: SourceModule, cls: number): boolean {
    const { classes, kinds, operands, operandStart, strings } = module.ir;
    this.#extended ??= new Set(
      this.#analysis.program.modules.flatMap(({ ir }) =>
        ir.classes.flatMap(({ superclass }) => {
          if (superclass < 0) return [];
          const at = ir.operandStart[superclass]!;
          switch (ir.kinds[superclass]) {
            case Kind.Captured:
              return [ir.variables[ir.operands[at]!]!.name];
            case Kind.Imported:
              return [ir.strings[ir.operands[at + 1]!]!];
            case Kind.Load:
              return ir.operands[at + 1]! < 0 ? [] : [ir.strings[ir.operands[at + 1]!]!];
            case Kind.ClassValue:
              return [ir.classes[ir.operands[at]!]!.name];
            default:
              return [];
          }
        }),
      ),
    );
    const { superclass, name } = classes[cls]!;
    // `object` is what every class of some languages extends.
    const isObject =
      superclass >= 0 &&
      kinds[superclass] === Kind.Imported &&
      strings[operands[operandStart[superclass]! + 1]!] === "object";
    return (superclass >= 0 && !isObject) || this.#extended.has(name);
  }
}

class FunctionView implements ServiceFunction {
  readonly fn: number;
  readonly #analysis: Analysis;
  readonly #checks: Checks;
  readonly #functions: Functions;
  readonly #module: SourceModule;
  readonly #record: FunctionRecord;
  #flow: Dominance | undefined;
  #uses: ReadonlyMap<number, readonly number[]> | undefined;
  #tests: readonly FunctionTest[] | undefined;
  #calls: readonly FunctionCall[] | undefined;
  #attempts: readonly Attempt[] | undefined;
  #answered: readonly Answered[] | undefined;
  #refusals: readonly Refusal[] | undefined;
  readonly #callAt = new Map<number, FunctionCall>();

  constructor(analysis: Analysis, checks: Checks, functions: Functions, fn: number) {
    this.#analysis = analysis;
    this.#checks = checks;
    this.#functions = functions;
    this.#module = analysis.program.moduleOf(fn);
    this.#record = analysis.program.functionAt(fn);
    this.fn = fn;
  }

  get name(): string {
    return this.#record.name;
  }

  get symbol(): string {
    return this.#analysis.program.symbolOf(this.fn);
  }

  get path(): string {
    return this.#module.path;
  }

  get language(): Language {
    return this.#module.ir.language;
  }

  get at(): number {
    const { firstInstruction, endInstruction } = this.#record;
    const { kinds } = this.#module.ir;
    let local = firstInstruction;
    while (local + 1 < endInstruction && kinds[local] === Kind.Parameter) local++;
    return this.#module.valueBase + local;
  }

  get role(): ServiceFunction["role"] {
    return this.#functions.routesOf(this.fn).role;
  }

  get routes(): readonly Route[] {
    return this.#functions.routesOf(this.fn).routes;
  }

  get isAsync(): boolean {
    return this.#record.async;
  }

  get isGenerator(): boolean {
    return this.#record.generator;
  }

  get parameters(): number {
    return this.#record.parameters;
  }

  get isInherited(): boolean {
    return this.#record.class >= 0 && this.#functions.isInherited(this.#module, this.#record.class);
  }

  get kinds(): readonly GuardKind[] {
    return this.#kindsOf(this.#record.name);
  }

  get demands(): boolean {
    return this.#analysis.models.vocabulary.isDemand(this.#record.name);
  }

  get isOptional(): boolean {
    return this.#analysis.models.vocabulary.isOptional(this.#record.name);
  }

  get throwsFor(): readonly GuardKind[] {
    const kinds = this.#checks
      .of(this.fn)
      .filter(({ throws, denies }) => throws && denies)
      .flatMap((check) => check.kinds);
    return [...new Set(kinds)].sort();
  }

  get refuses(): readonly Denial[] {
    const found = this.#allRefusals().flatMap(({ why }) => (why === "other" ? [] : [why]));
    return [...new Set(found)].sort();
  }

  get effects(): readonly Effect[] {
    return this.#effectsAmong(this.#locals());
  }

  get tests(): readonly FunctionTest[] {
    this.#tests ??= this.#locals()
      .filter((local) => this.#module.ir.kinds[local] === Kind.Branch)
      .flatMap((local) => this.#testAt(local));
    return this.#tests;
  }

  get calls(): readonly FunctionCall[] {
    this.#calls ??= this.#callsAmong(this.#locals());
    return this.#calls;
  }

  get returns(): boolean | undefined {
    return this.#returnedAmong(this.#locals());
  }

  get fallsThrough(): boolean {
    const { kinds, operands, operandStart } = this.#module.ir;
    return this.#locals().some(
      (local) => kinds[local] === Kind.Return && operands[operandStart[local]!]! < 0,
    );
  }

  get stores(): ServiceFunction["stores"] {
    const { kinds, operands, operandStart, strings, variables } = this.#module.ir;
    return this.#locals().flatMap((local) => {
      const at = operandStart[local]!;
      const isLiteral = (value: number): boolean =>
        kinds[value] === Kind.Record || kinds[value] === Kind.Constant;
      const found = { at: this.#module.valueBase + local };
      if (kinds[local] === Kind.Store)
        return [
          {
            ...found,
            field: operands[at + 1]! < 0 ? "" : strings[operands[at + 1]!]!,
            literal: isLiteral(operands[at + 3]!),
          },
        ];
      if (kinds[local] === Kind.SetCaptured)
        return [
          {
            ...found,
            field: variables[operands[at]!]!.name,
            literal: isLiteral(operands[at + 1]!),
          },
        ];
      if (kinds[local] === Kind.SetCell)
        return [
          { ...found, field: strings[operands[at]!]!, literal: isLiteral(operands[at + 1]!) },
        ];
      return [];
    });
  }

  get ignored(): boolean {
    const { kinds, operands, operandStart } = this.#module.ir;
    const uses = this.#usesOf();
    const isRead = this.#locals().some(
      (local) =>
        kinds[local] === Kind.Parameter &&
        operands[operandStart[local]!]! >= 0 &&
        (uses.get(local)?.length ?? 0) > 0,
    );
    return (
      !isRead &&
      !this.#analysis.program
        .moduleOf(this.fn)
        .ir.functions.some(
          ({ parent, captures }) =>
            parent === this.fn - this.#module.functionBase && captures.length > 0,
        )
    );
  }

  get decorators(): readonly FunctionCall[] {
    const { kinds, operands, operandStart } = this.#module.ir;
    const { parent } = this.#record;
    if (parent < 0) return [];
    const { firstInstruction, endInstruction } = this.#module.ir.functions[parent]!;
    const outer = this.#functions.at(this.#module.functionBase + parent) as FunctionView;
    /** The function itself, and what decorators have made of it. */
    const same = new Set<number>();
    const found: FunctionCall[] = [];
    for (let local = firstInstruction; local < endInstruction; local++) {
      const from = operandStart[local]!;
      if (kinds[local] === Kind.Closure && operands[from] === this.fn - this.#module.functionBase)
        same.add(local);
      else if (kinds[local] === Kind.Phi) {
        if (operands.subarray(from, operandStart[local + 1]!).some((one) => same.has(one)))
          same.add(local);
      } else if (kinds[local] === Kind.Call && operands[from] === CallForm.Decorator) {
        if (!argumentsAt(this.#module, local).some((one) => same.has(one))) continue;
        same.add(local);
        // `@app.route("/")` decorates by what the call gives.
        const decorator = operands[from + 1]!;
        found.push(outer.callAt(kinds[decorator] === Kind.Call ? decorator : local));
      }
    }
    return found;
  }

  /** A call of this function, by its number in the module. */
  callAt(local: number): FunctionCall {
    return this.#call(local);
  }

  /** Where it refuses without leaving, and goes on. */
  get answered(): readonly Answered[] {
    this.#answered ??= this.#findAnswered();
    return this.#answered;
  }

  get attempts(): readonly Attempt[] {
    this.#attempts ??= this.#findAttempts();
    return this.#attempts;
  }

  comesBack(): boolean {
    return this.#ways(this.#record.firstBlock, this.#record.firstInstruction, new Map()).comesBack;
  }

  // --- instructions ---------------------------------------------------------------------------------------------

  #locals(): number[] {
    const { firstInstruction, endInstruction } = this.#record;
    return Array.from(
      { length: endInstruction - firstInstruction },
      (_, n) => firstInstruction + n,
    );
  }

  #instructionsOf(block: number): number[] {
    const { blockStart } = this.#module.ir;
    const first = blockStart[block]!;
    return Array.from({ length: blockStart[block + 1]! - first }, (_, n) => first + n);
  }

  #dominance(): Dominance {
    this.#flow ??= dominance(this.#module.ir, this.#record);
    return this.#flow;
  }

  #ways(block: number, first: number, known: ReadonlyMap<string, boolean>): Ways {
    return waysFrom(this.#module, this.#dominance(), block, first, known, (call) =>
      this.#stops(call),
    );
  }

  /** What may run after an instruction, given what every way to it has found. */
  #after(local: number): Ways {
    const flow = this.#dominance();
    const block = flow.blockOf(local);
    return this.#ways(block, local + 1, knownAt(this.#module, flow, block));
  }

  /** Instructions that use a value, its tested forms included; being a condition that guards others is no use. */
  #usesOf(): ReadonlyMap<number, readonly number[]> {
    if (this.#uses) return this.#uses;
    const { kinds, operands, operandStart } = this.#module.ir;
    const direct = new Map<number, number[]>();
    for (const local of this.#locals()) {
      const from = operandStart[local]!;
      forEachValueOperand(kinds[local]!, operands, from, operandStart[local + 1]!, (index) => {
        if (kinds[local] === Kind.Guard && index > from) return;
        const value = unspread(operands[index]!);
        const known = direct.get(value);
        if (known) known.push(local);
        else direct.set(value, [local]);
      });
    }
    const whole = new Map<number, readonly number[]>();
    const usesOf = (value: number): readonly number[] => {
      const known = whole.get(value);
      if (known) return known;
      whole.set(value, []);
      const found = (direct.get(value) ?? []).flatMap((one) =>
        kinds[one] === Kind.Guard ? usesOf(one) : [one],
      );
      whole.set(value, found);
      return found;
    };
    for (const value of direct.keys()) usesOf(value);
    this.#uses = whole;
    return whole;
  }

  #nameOf(call: number): string {
    const { operands, operandStart, strings, kinds, variables } = this.#module.ir;
    const name = operands[operandStart[call]! + 3]!;
    if (name >= 0) return strings[name]!;
    const callee = operands[operandStart[call]! + 1]!;
    if (kinds[callee] === Kind.Closure)
      return this.#module.ir.functions[operands[operandStart[callee]!]!]!.name;
    if (kinds[callee] === Kind.ClassValue)
      return this.#module.ir.classes[operands[operandStart[callee]!]!]!.name;
    if (kinds[callee] === Kind.Captured) return variables[operands[operandStart[callee]!]!]!.name;
    if (kinds[callee] === Kind.Load && operands[operandStart[callee]! + 1]! >= 0)
      return strings[operands[operandStart[callee]! + 1]!]!;
    return calledName(this.#module, call);
  }

  /** The name that a value is called by: of a variable, a global or what was imported. */
  #nameOfRoot(value: number): string {
    const { kinds, operands, operandStart, strings, variables } = this.#module.ir;
    const from = operandStart[value]!;
    switch (kinds[value]) {
      case Kind.Cell:
        return strings[operands[from]!]!;
      case Kind.Captured:
        return variables[operands[from]!]!.name;
      case Kind.Imported:
        return strings[operands[from + 1]!]!;
      default:
        return "";
    }
  }

  #kindsOf(name: string): readonly GuardKind[] {
    return name === "" ? [] : this.#analysis.models.vocabulary.guardKinds(name).sort();
  }

  #render(local: number): string {
    return render(this.#analysis, this.#module, local);
  }

  /** The formal that a value is, after copies and tests; also of a function around this one. */
  #formal(
    value: number,
    depth = 6,
  ): { readonly position: number; readonly of: number } | undefined {
    const { kinds, operands, operandStart } = this.#module.ir;
    const at = operandStart[value]!;
    if (depth === 0) return undefined;
    switch (kinds[value]) {
      case Kind.Parameter:
        return operands[at]! < 0
          ? undefined
          : {
              position: operands[at]!,
              of:
                this.#analysis.program.functionOfValue(this.#module.valueBase + value) -
                this.#module.functionBase,
            };
      case Kind.Guard:
      case Kind.Await:
        return this.#formal(operands[at]!, depth - 1);
      case Kind.Phi: {
        for (const one of operands.subarray(at, operandStart[value + 1]!)) {
          const formal = one === value ? undefined : this.#formal(one, depth - 1);
          if (formal) return formal;
        }
        return undefined;
      }
      case Kind.Captured: {
        const written = this.#analysis.constants.writtenTo(
          this.#module.variableBase + operands[at]!,
        );
        if (written >= 0) return this.#formal(written, depth - 1);
        return this.#capturedFormal(operands[at]!);
      }
      default:
        return undefined;
    }
  }

  /** A variable that a closure captures by value: what it was given where it was made. */
  #capturedFormal(
    variable: number,
  ): { readonly position: number; readonly of: number } | undefined {
    const { kinds, operands, operandStart, functions } = this.#module.ir;
    let inner = this.fn - this.#module.functionBase;
    for (let depth = 4; depth > 0 && inner > 0; depth--) {
      const { parent } = functions[inner]!;
      if (parent < 0) return undefined;
      const { firstInstruction, endInstruction } = functions[parent]!;
      for (let local = firstInstruction; local < endInstruction; local++) {
        if (kinds[local] !== Kind.Closure || operands[operandStart[local]!] !== inner) continue;
        for (let at = operandStart[local]! + 1; at < operandStart[local + 1]!; at += 2)
          if (operands[at] === variable) {
            const value = operands[at + 1]!;
            if (kinds[value] !== Kind.Captured) return this.#formal(value, 4);
          }
      }
      inner = parent;
    }
    return undefined;
  }

  // --- calls ----------------------------------------------------------------------------------------------------

  #isCall(local: number): boolean {
    const { kinds, operands, operandStart } = this.#module.ir;
    return kinds[local] === Kind.Call && operands[operandStart[local]!] !== CallForm.Decorator;
  }

  #callsAmong(locals: readonly number[]): FunctionCall[] {
    return locals.filter((local) => this.#isCall(local)).map((local) => this.#call(local));
  }

  #call(local: number): FunctionCall {
    let known = this.#callAt.get(local);
    if (!known) {
      known = this.#makeCall(local);
      this.#callAt.set(local, known);
    }
    return known;
  }

  #makeCall(local: number): FunctionCall {
    const { kinds, operands, operandStart, strings } = this.#module.ir;
    const { targets, byName } = this.#analysis.callees.at(this.#module, local);
    const name = this.#nameOf(local);
    const receiver = operands[operandStart[local]! + 2]!;
    const args = argumentsAt(this.#module, local);
    const stored = operands.subarray(operandStart[local]! + 4, operandStart[local + 1]!);
    const keywords = keywordsOf(this.#module.ir, stored);
    const first =
      args[0] === undefined
        ? undefined
        : this.#analysis.constants.constantOf(this.#module, args[0]);
    const functions = this.#functions;
    const { vocabulary } = this.#analysis.models;
    const render = (value: number): string => this.#render(value);
    const kindsOf = (): readonly GuardKind[] => this.#checkedBy(local, name);
    const effectsAfter = (): readonly Effect[] => this.#effectsAmong(this.#after(local).reached);
    const callsAfter = (): readonly FunctionCall[] =>
      this.#callsAmong(this.#after(local).reached.filter((one) => !this.#isLog(one)));
    const on = receiver < 0 ? -1 : this.#unawaited(receiver);
    const callOn = (): FunctionCall | undefined =>
      on >= 0 && this.#isCall(on) ? this.#call(on) : undefined;
    return {
      at: this.#module.valueBase + local,
      name,
      get label() {
        return render(local);
      },
      receiver: receiver < 0 ? "" : this.#render(receiver),
      isLog: this.#isLog(local),
      kinds: this.#kindsOf(name),
      demands: vocabulary.isDemand(name),
      get checks() {
        return kindsOf();
      },
      get on() {
        return callOn();
      },
      get targets() {
        return byName ? [] : targets.map((fn) => functions.at(fn));
      },
      result: this.#resultOf(local),
      isAwaited: (this.#usesOf().get(local) ?? []).some((one) => kinds[one] === Kind.Await),
      given: args
        .filter((one) => kinds[one] === Kind.Closure)
        .map((one) =>
          this.#functions.at(this.#module.functionBase + operands[operandStart[one]!]!),
        ),
      arguments: args.flatMap((one) => {
        if (one !== keywords) return [this.#render(one)];
        let at = operandStart[one]!;
        const named: string[] = [];
        for (let count = operands[at++]!; count > 0; count--, at += 2)
          named.push(`${strings[operands[at]!]!}: ${this.#render(operands[at + 1]!)}`);
        return named;
      }),
      text: first?.type === ConstantType.String ? first.text : undefined,
      get after() {
        return effectsAfter();
      },
      get later() {
        return callsAfter();
      },
    };
  }

  /** What a call checks: what its name and its arguments are about, if it is there to fail, and what it fails for. */
  #checkedBy(local: number, name: string): readonly GuardKind[] {
    const { operands, operandStart, strings } = this.#module.ir;
    const { vocabulary } = this.#analysis.models;
    const { api, targets, byName } = this.#analysis.callees.at(this.#module, local);
    const found = new Set<GuardKind>();
    for (const row of this.#analysis.models.rows(this.#analysis.models.result(api)).rows)
      if (row.role === "check") found.add(row.kind);
    if (vocabulary.isDemand(name) || /^(?:is|has|can|validate)(?:$|[_A-Z])/.test(name)) {
      for (const kind of this.#kindsOf(name)) found.add(kind);
    }
    if (/^(?:verify|check|validate|authenticate)$/.test(name))
      for (const one of [
        operands[operandStart[local]! + 2]!,
        ...argumentsAt(this.#module, local),
      ]) {
        if (one < 0) continue;
        const words = this.#checks.wordsOf(this.#module, one);
        const last =
          this.#module.ir.kinds[one] === Kind.Load && operands[operandStart[one]! + 1]! >= 0
            ? [strings[operands[operandStart[one]! + 1]!]!]
            : [];
        for (const word of [...words, ...last]) {
          if (vocabulary.isCredential(word)) found.add("authentication");
          if (vocabulary.guardKinds(word).includes("signature")) found.add("signature");
        }
      }
    if (!byName && targets.length > 0) {
      const [first, ...others] = targets.map((fn) => this.#functions.at(fn).throwsFor);
      for (const kind of first!) if (others.every((kinds) => kinds.includes(kind))) found.add(kind);
    }
    return [...found].sort();
  }

  /** What is done with a result, given that somebody waits for it or not. */
  #resultOf(local: number, depth = 3): FunctionCall["result"] {
    const { kinds } = this.#module.ir;
    const uses = this.#usesOf().get(local) ?? [];
    if (uses.length === 0) return "unused";
    if (uses.every((one) => kinds[one] === Kind.Await)) {
      const after = uses.map((one) => (depth > 0 ? this.#resultOf(one, depth - 1) : "used"));
      return after.every((one) => one === "unused") ? "awaited" : "used";
    }
    const isTest = (one: number): boolean =>
      kinds[one] === Kind.Branch || (kinds[one] === Kind.Operator && this.#isNegation(one));
    return uses.every(isTest) ? "tested" : "used";
  }

  #isNegation(local: number): boolean {
    const { operands, operandStart, strings } = this.#module.ir;
    return strings[operands[operandStart[local]!]!] === "!";
  }

  /** Whether a call never comes back. */
  #stops(call: number): boolean {
    const { operands, operandStart } = this.#module.ir;
    const { vocabulary } = this.#analysis.models;
    const { targets, byName } = this.#analysis.callees.at(this.#module, call);
    if (!byName && targets.length > 0) return targets.every((fn) => !this.#functions.comesBack(fn));
    if (operands[operandStart[call]!] === CallForm.New) return false;
    const name = this.#nameOf(call);
    return operands[operandStart[call]! + 2]! >= 0
      ? vocabulary.isStopping(name) && !this.#isLog(call)
      : /^[a-z_]/.test(name) && vocabulary.isStoppingFunction(name);
  }

  #isLog(call: number): boolean {
    const { kinds, operands, operandStart, strings } = this.#module.ir;
    const { vocabulary } = this.#analysis.models;
    if (kinds[call] !== Kind.Call) return false;
    const receiver = operands[operandStart[call]! + 2]!;
    if (receiver >= 0) {
      const object = this.#unawaited(receiver);
      const at = operandStart[object]!;
      // `options.logger || console`
      const any =
        kinds[object] === Kind.Phi
          ? Array.from(operands.subarray(at, operandStart[object + 1]!))
          : [object];
      return any.some((one) => vocabulary.isLogger(this.#render(one)));
    }
    const callee = operands[operandStart[call]! + 1]!;
    // A function of a package is a log's by its package: `Error` of `net/http` is none.
    const isPackage =
      kinds[callee] === Kind.Imported &&
      !vocabulary.isLogger(strings[operands[operandStart[callee]!]!]!.replaceAll("/", "."));
    return vocabulary.isLog(this.#nameOf(call)) && !isPackage;
  }

  /** Whether a call hands the request on to the next step, or to what this function wraps. */
  #goesOn(call: number): boolean {
    const { kinds, operands, operandStart, functions } = this.#module.ir;
    const from = operandStart[call]!;
    if (kinds[call] !== Kind.Call || operands[from] !== CallForm.Call) return false;
    const args = argumentsAt(this.#module, call);
    const given = args.map((one) => this.#formal(one)).filter((one) => one !== undefined);
    const receiver = operands[from + 2]!;
    // `limit(request, response, next)`
    const last = given.find(
      ({ position, of }) => position >= 2 && position === functions[of]!.parameters - 1,
    );
    if (last && given.length === args.length && args.length >= 3) {
      const { targets, byName } = this.#analysis.callees.at(this.#module, call);
      if (!byName && targets.length > 0) return targets.every((fn) => this.#functions.goesOn(fn));
    }
    if (receiver >= 0) {
      // `chain.doFilter(request, response)`, `next.ServeHTTP(w, r)`, `context.Next()`
      const object = this.#formal(receiver);
      if (!object) return false;
      const name = this.#nameOf(call);
      if (args.length === 0) return /^next$/i.test(name);
      return (
        args.length >= 2 &&
        given.length === args.length &&
        !given.some((one) => one.of === object.of && one.position === object.position)
      );
    }
    const callee = this.#formal(operands[from + 1]!);
    if (!callee) return false;
    const { parameters } = functions[callee.of]!;
    // `next()`
    if (args.length === 0) return parameters >= 2 && callee.position === parameters - 1;
    // `handler(request, response)`, `next(context)` of what wraps one function alone
    if (given.length < args.length) return false;
    return args.length >= 2 || (parameters === 1 && given.every((one) => one.of !== callee.of));
  }

  #effectsAmong(locals: readonly number[]): Effect[] {
    return locals.flatMap((local): Effect[] => {
      if (!this.#isCall(local)) return [];
      const kind = this.#goesOn(local) ? "goes on" : this.#functions.touchedBy(this.#module, local);
      return kind ? [{ at: this.#module.valueBase + local, kind, label: this.#render(local) }] : [];
    });
  }

  // --- refusals -------------------------------------------------------------------------------------------------

  #allRefusals(): readonly Refusal[] {
    this.#refusals ??= this.#checks.refusalsIn(this.fn);
    return this.#refusals;
  }

  #findAnswered(): Answered[] {
    const { kinds } = this.#module.ir;
    const flow = this.#dominance();
    const found: Answered[] = [];
    const add = (local: number, why: Denial, how: Answered["how"]): void => {
      const { reached } = this.#after(local);
      const branches = controlling(this.#module, flow, flow.blockOf(local));
      const branch = branches.at(-1);
      found.push({
        at: this.#module.valueBase + local,
        why,
        how,
        label: this.#render(local),
        test: branch === undefined ? undefined : this.#conditionOf(branch),
        // What is written beside the refusal is done because of it: a record of who was refused.
        after: this.#effectsAmong(
          reached.filter(
            (one) =>
              how === "dropped" ||
              this.#goesOn(one) ||
              !flow.dominates(flow.blockOf(local), flow.blockOf(one)),
          ),
        ),
        calls: this.#callsAmong(reached),
      });
    };
    const dropped = new Set<number>();
    for (const local of this.#locals()) {
      const why = this.#isCall(local) ? this.#droppedAt(local) : undefined;
      if (!why) continue;
      dropped.add(local);
      add(local, why, "dropped");
    }
    for (const { local, why, throws } of this.#allRefusals()) {
      if (throws || why === "other" || kinds[local] === Kind.Return || dropped.has(local)) continue;
      if (this.#answers(local)) add(local, why, "answered");
    }
    return found.sort((a, b) => a.at - b.at);
  }

  /** Whether an instruction answers by what the function was given, and comes back. */
  #answers(local: number): boolean {
    const { kinds, operands, operandStart } = this.#module.ir;
    const from = operandStart[local]!;
    if (kinds[local] === Kind.Store) return this.#rootedInFormal(operands[from]!);
    if (kinds[local] !== Kind.Call || this.#stops(local) || this.#isLog(local)) return false;
    const result = this.#resultOf(local);
    if (result !== "unused" && result !== "awaited" && !this.#isChained(local)) return false;
    const receiver = operands[from + 2]!;
    if (receiver >= 0 && this.#rootedInFormal(receiver)) return true;
    return (
      this.#formal(operands[from + 1]!) !== undefined ||
      argumentsAt(this.#module, local).some((one) => this.#rootedInFormal(one))
    );
  }

  /** `response.status(401)` of `response.status(401).json(...)`, whose result nobody uses. */
  #isChained(local: number, depth = 4): boolean {
    const { kinds, operands, operandStart } = this.#module.ir;
    const uses = this.#usesOf().get(local) ?? [];
    return (
      depth > 0 &&
      uses.every((one) => {
        // The member that is called, which stands beside the call itself.
        if (kinds[one] === Kind.Load) return true;
        if (kinds[one] === Kind.Await) return this.#isChained(one, depth);
        return (
          kinds[one] === Kind.Call &&
          operands[operandStart[one]! + 2]! === local &&
          !this.#stops(one) &&
          (this.#resultOf(one) === "unused" || this.#isChained(one, depth - 1))
        );
      })
    );
  }

  #rootedInFormal(value: number, depth = 6): boolean {
    const { kinds, operands, operandStart } = this.#module.ir;
    const from = operandStart[value]!;
    if (depth === 0) return false;
    if (kinds[value] === Kind.Load) return this.#rootedInFormal(operands[from]!, depth - 1);
    if (kinds[value] === Kind.Call)
      return operands[from + 2]! >= 0 && this.#rootedInFormal(operands[from + 2]!, depth - 1);
    const isReceiver = kinds[value] === Kind.Parameter && operands[from] === Position.Receiver;
    return isReceiver || this.#formal(value) !== undefined;
  }

  /** Why an error or an answer refuses that is made as a statement of its own: `new ForbiddenError()`. */
  #droppedAt(local: number): Denial | undefined {
    if (this.#resultOf(local) !== "unused") return undefined;
    const { operands, operandStart } = this.#module.ir;
    const from = operandStart[local]!;
    const name = this.#nameOf(local);
    const denial = (text: string): Denial | undefined => {
      const why = this.#analysis.models.vocabulary.denial(text);
      return why === "missing" ? undefined : why;
    };
    const { targets } = this.#analysis.callees.at(this.#module, local);
    const isMade =
      operands[from] === CallForm.New ||
      (this.#module.ir.language === "python" && /^[A-Z]/.test(name));
    // What a function does with what it makes is its own business, unless it is a constructor.
    const isConstructor = targets.every(
      (fn) => this.#analysis.program.functionAt(fn).role === "constructor",
    );
    const isError =
      /(?:Error|Exception|Denied|Forbidden|Unauthorized|Unauthenticated|NotAuthenticated|Failed)$/.test(
        name,
      );
    const isAnswer = /(?:Response|^HttpResponse\w*)$/.test(name);
    if (isMade && isConstructor && isError) return denial(name) ?? this.#denialIn(local);
    if (isMade && isAnswer) return denial(name) ?? this.#statusOf(local);
    // `NextResponse.json(body, {status: 401})`, made by a class that is no part of what the function was given.
    const receiver = operands[from + 2]!;
    if (receiver < 0 || operands[from] !== CallForm.Call || targets.length > 0) return undefined;
    const isClass = /^\w*Response$/.test(this.#nameOfRoot(receiver));
    return isClass && /^(?:json|redirect|error)$/.test(name) ? this.#statusOf(local) : undefined;
  }

  /** The status among the arguments of a call, as a reason to refuse. */
  #statusOf(local: number): Denial | undefined {
    const { kinds } = this.#module.ir;
    for (const one of argumentsAt(this.#module, local)) {
      if (kinds[one] !== Kind.Record) continue;
      for (const field of ["status", "status_code", "code"]) {
        const value = writtenField(this.#module.ir, one, field);
        const why = value < 0 ? undefined : this.#checks.denialOf(this.#module, value);
        if (why && why !== "missing") return why;
      }
    }
    return undefined;
  }

  #denialIn(local: number): Denial | undefined {
    for (const one of argumentsAt(this.#module, local)) {
      const why = this.#checks.denialOf(this.#module, one);
      if (why && why !== "missing") return why;
    }
    return undefined;
  }

  #conditionOf(branch: number): string {
    const { operands, operandStart } = this.#module.ir;
    return this.#render(operands[operandStart[branch]!]!);
  }

  // --- tests ----------------------------------------------------------------------------------------------------

  #testAt(branch: number): FunctionTest[] {
    const { kinds, operands, operandStart, successorStart, successors } = this.#module.ir;
    const flow = this.#dominance();
    const block = flow.blockOf(branch);
    const [then, otherwise] = successors.subarray(
      successorStart[block]!,
      successorStart[block + 1]!,
    );
    if (then === undefined || otherwise === undefined) return [];
    const condition = operands[operandStart[branch]!]!;
    const module = this.#module;
    const view = this;
    const { vocabulary } = this.#analysis.models;
    const constant = this.#textOf(condition);
    const lazy = <T>(make: () => T): (() => T) => {
      let made: { readonly value: T } | undefined;
      return () => {
        made ??= { value: make() };
        return made.value;
      };
    };
    const words = lazy(() => [...this.#checks.wordsOf(module, branch)]);
    const whenTrue = lazy(() => this.#arm(block, then));
    const whenFalse = lazy(() => this.#arm(block, otherwise));
    return [
      {
        at: module.valueBase + branch,
        get label() {
          return view.#render(condition);
        },
        get words() {
          return words();
        },
        get kinds() {
          return [...new Set(words().flatMap((word) => vocabulary.guardKinds(word)))].sort();
        },
        get compared() {
          return [...new Set(view.#checks.comparedBy(module, branch))].sort();
        },
        get presence() {
          return view.#presence(condition);
        },
        get comparison() {
          return view.#comparison(condition);
        },
        get name() {
          return view.#lastName(condition);
        },
        constant,
        get joined() {
          return view.#joined(block, then, otherwise);
        },
        get call() {
          const value = view.#unawaited(condition);
          const whole = kinds[value] === Kind.Await ? operands[operandStart[value]!]! : value;
          return kinds[whole] === Kind.Call ? view.#call(whole) : undefined;
        },
        get pathParameters() {
          return [...view.#pathParameters(condition)];
        },
        get whenTrue() {
          return whenTrue();
        },
        get whenFalse() {
          return whenFalse();
        },
      },
    ];
  }

  #lastName(condition: number): string {
    const { kinds, operands, operandStart, strings } = this.#module.ir;
    const from = operandStart[condition]!;
    switch (kinds[condition]) {
      case Kind.Guard:
      case Kind.Await:
        return this.#lastName(operands[from]!);
      case Kind.Load:
        return operands[from + 1]! < 0 ? "" : strings[operands[from + 1]!]!;
      case Kind.Call:
        return this.#nameOf(condition);
      default:
        return this.#nameOfRoot(condition);
    }
  }

  #unawaited(value: number): number {
    const { kinds, operands, operandStart } = this.#module.ir;
    return kinds[value] === Kind.Guard ? this.#unawaited(operands[operandStart[value]!]!) : value;
  }

  #textOf(value: number): string | undefined {
    const { kinds, operands, operandStart, strings } = this.#module.ir;
    const from = operandStart[value]!;
    return kinds[value] === Kind.Constant && operands[from] === ConstantType.String
      ? strings[operands[from + 1]!]
      : undefined;
  }

  #comparison(value: number): FunctionComparison | undefined {
    const { kinds, operands, operandStart, strings } = this.#module.ir;
    const from = operandStart[value]!;
    if (kinds[value] !== Kind.Operator || operandStart[value + 1]! - from !== 3) return undefined;
    const operator = strings[operands[from]!]!;
    if (!/^(?:[!=]==?|[<>]=?|in|is)$/.test(operator)) return undefined;
    const [left, right] = [operands[from + 1]!, operands[from + 2]!];
    const known =
      kinds[right] === Kind.Constant
        ? this.#analysis.constants.constantOf(this.#module, right)
        : undefined;
    return {
      left: sameness(this.#module, left),
      operator,
      right: sameness(this.#module, right),
      constant:
        known && (known.type === ConstantType.String || known.type === ConstantType.Number)
          ? known.text
          : undefined,
    };
  }

  /** The comparison that is made next where a condition has not decided, if both lead to the same side. */
  #joined(block: number, then: number, otherwise: number): FunctionTest["joined"] {
    const { kinds, operands, operandStart } = this.#module.ir;
    const flow = this.#dominance();
    const next = (at: number): number[] => following(this.#module, at);
    /** The block that an empty one leads to. */
    const through = (at: number, depth = 3): number => {
      const rest = this.#instructionsOf(at).filter(
        (one) => kinds[one] !== Kind.Guard && kinds[one] !== Kind.Phi,
      );
      const [only, ...others] = next(at);
      return rest.length === 0 && only !== undefined && others.length === 0 && depth > 0
        ? through(only, depth - 1)
        : at;
    };
    for (const [how, decided, open] of [
      ["or", then, otherwise],
      ["and", otherwise, then],
    ] as const) {
      if (flow.predecessors(open).length !== 1 || flow.predecessors(open)[0] !== block) continue;
      const locals = this.#instructionsOf(open);
      // Nothing but reading and comparing: it is a part of the same condition.
      const isPart = locals.every((one) =>
        [
          Kind.Guard,
          Kind.Load,
          Kind.Operator,
          Kind.Constant,
          Kind.Branch,
          Kind.Captured,
          Kind.Cell,
          Kind.Imported,
        ].includes(kinds[one] as 0),
      );
      if (!isPart) continue;
      const last = locals.at(-1);
      if (last === undefined) continue;
      if (kinds[last] === Kind.Branch) {
        const [to, otherwiseTo] = next(open);
        const side = how === "or" ? to : otherwiseTo;
        if (side === undefined || through(side) !== through(decided)) continue;
        const comparison = this.#comparison(operands[operandStart[last]!]!);
        if (comparison) return { how, with: comparison };
      } else if (kinds[last] === Kind.Operator) {
        const [join, ...others] = next(open);
        if (join === undefined || others.length > 0 || through(decided) !== join) continue;
        // Either answer is the value of the whole.
        const isValue = this.#instructionsOf(join).some(
          (one) =>
            kinds[one] === Kind.Phi &&
            operands.subarray(operandStart[one]!, operandStart[one + 1]!).includes(last),
        );
        const comparison = isValue ? this.#comparison(last) : undefined;
        if (comparison) return { how, with: comparison };
      }
    }
    return undefined;
  }

  /** On which side of a test whoever sends the request is known, where it asks for nothing else. */
  #presence(condition: number): "true" | "false" | undefined {
    const { kinds, operands, operandStart, strings } = this.#module.ir;
    const from = operandStart[condition]!;
    switch (kinds[condition]) {
      case Kind.Guard:
      case Kind.Await:
        return this.#presence(operands[from]!);
      case Kind.Operator: {
        const operator = strings[operands[from]!]!;
        if (operator === "!") {
          const inner = this.#presence(operands[from + 1]!);
          return inner && (inner === "true" ? "false" : "true");
        }
        if (!/^(?:[!=]==?|is|is not)$/.test(operator)) return undefined;
        const right = operands[from + 2]!;
        const isNothing =
          kinds[right] === Kind.Constant &&
          (operands[operandStart[right]!] === ConstantType.Null ||
            operands[operandStart[right]!] === ConstantType.Undefined);
        if (!isNothing || !this.#isPrincipal(operands[from + 1]!)) return undefined;
        return operator.startsWith("!") || operator === "is not" ? "true" : "false";
      }
      default:
        return this.#isPrincipal(condition) ? "true" : undefined;
    }
  }

  /** Whether a value is whoever sends the request, by its name. */
  #isPrincipal(value: number): boolean {
    const { kinds, operands, operandStart, strings, variables } = this.#module.ir;
    const { vocabulary } = this.#analysis.models;
    const from = operandStart[value]!;
    const isName = (name: string): boolean => /^[^A-Z]/.test(name) && vocabulary.isPrincipal(name);
    switch (kinds[value]) {
      case Kind.Guard:
      case Kind.Await:
        return this.#isPrincipal(operands[from]!);
      case Kind.Load: {
        if (operands[from + 1]! < 0 || !isName(strings[operands[from + 1]!]!)) return false;
        // A member of a record that was found is not whoever asks for it.
        return this.#rootedInFormal(operands[from]!) && !this.#isInput(operands[from]!);
      }
      case Kind.Captured:
        return isName(variables[operands[from]!]!.name);
      case Kind.Cell:
        return isName(strings[operands[from]!]!);
      case Kind.Call: {
        const name = this.#nameOf(value);
        const receiver = operands[from + 2]!;
        return isName(name) && (receiver < 0 || !vocabulary.isQuery(name));
      }
      default:
        return false;
    }
  }

  #isInput(value: number): boolean {
    const { kinds, operands, operandStart, strings } = this.#module.ir;
    const from = operandStart[value]!;
    if (kinds[value] === Kind.Guard || kinds[value] === Kind.Await)
      return this.#isInput(operands[from]!);
    return (
      kinds[value] === Kind.Load &&
      operands[from + 1]! >= 0 &&
      (this.#analysis.models.vocabulary.isInput(strings[operands[from + 1]!]!) ||
        this.#isInput(operands[from]!))
    );
  }

  /** `id` of `request.params.id`, anywhere in a condition. */
  #pathParameters(value: number, depth = 5): Set<string> {
    const { kinds, operands, operandStart, strings } = this.#module.ir;
    const found = new Set<string>();
    if (depth === 0) return found;
    const from = operandStart[value]!;
    if (kinds[value] === Kind.Load && operands[from + 1]! >= 0) {
      const object = this.#unawaited(operands[from]!);
      const at = operandStart[object]!;
      const isParams =
        kinds[object] === Kind.Load &&
        operands[at + 1]! >= 0 &&
        strings[operands[at + 1]!] === "params";
      const owner = isParams ? this.#unawaited(operands[at]!) : -1;
      const isRequest =
        owner >= 0 &&
        (this.#formal(owner) !== undefined ||
          (kinds[owner] === Kind.Load &&
            operands[operandStart[owner]! + 1]! >= 0 &&
            /^req(?:uest)?$/.test(strings[operands[operandStart[owner]! + 1]!]!) &&
            this.#formal(operands[operandStart[owner]!]!) !== undefined));
      if (isRequest) found.add(strings[operands[from + 1]!]!);
    }
    forEachValueOperand(kinds[value]!, operands, from, operandStart[value + 1]!, (index) => {
      for (const one of this.#pathParameters(unspread(operands[index]!), depth - 1)) found.add(one);
    });
    return found;
  }

  /** What is done from a block on, up to where it meets what does not depend on it. */
  #arm(branching: number, side: number): Arm {
    const { blockStart } = this.#module.ir;
    const flow = this.#dominance();
    const isOwn = flow.predecessors(side).every((one) => one === branching);
    const blocks: number[] = [];
    if (isOwn)
      for (let at = side; at < this.#record.endBlock; at++)
        if (flow.dominates(side, at)) blocks.push(at);
    return this.#armOf(blocks, side, blockStart[side]!, branching);
  }

  /** `branching`: the block whose test leads there; -1 for what no test leads to. */
  #armOf(blocks: readonly number[], side: number, first: number, branching: number): Arm {
    const { kinds } = this.#module.ir;
    const flow = this.#dominance();
    const own = new Set(blocks);
    const locals = blocks.flatMap((at) => this.#instructionsOf(at));
    const within = new Set(locals);
    const refusal = this.#allRefusals()
      .filter(({ local }) => within.has(local))
      .sort((a, b) => Number(a.why === "other") - Number(b.why === "other"))[0];
    const isStopped = (at: number): boolean =>
      this.#instructionsOf(at).some((one) => kinds[one] === Kind.Call && this.#stops(one));
    const leaves =
      blocks.length > 0 &&
      blocks.every((at) => isStopped(at) || following(this.#module, at).every((to) => own.has(to)));
    const view = this;
    let ways: readonly number[] | undefined;
    const reached = (): readonly number[] => {
      const known =
        branching < 0 ? knownAt(view.#module, flow, side) : view.#knownOn(flow, branching, side);
      ways ??= view.#ways(side, first, known).reached;
      return ways;
    };
    return {
      refuses: refusal?.why,
      leaves,
      returns: leaves ? this.#returnedAmong(locals) : undefined,
      calls: this.#callsAmong(locals),
      tests: locals
        .filter((one) => kinds[one] === Kind.Branch)
        .map((one) => this.#module.valueBase + one),
      stores: locals.some(
        (one) =>
          kinds[one] === Kind.Store ||
          kinds[one] === Kind.SetCaptured ||
          kinds[one] === Kind.SetCell,
      ),
      get after() {
        return view.#effectsAmong(reached());
      },
      get later() {
        return view.#callsAmong(reached().filter((one) => !view.#isLog(one)));
      },
      get refusesLater() {
        const among = new Set(reached());
        return view.#allRefusals().some(({ local, why }) => why !== "other" && among.has(local));
      },
    };
  }

  /** What is known behind one side of a branch. */
  #knownOn(flow: Dominance, branching: number, side: number): ReadonlyMap<string, boolean> {
    const { blockStart, kinds, operands, operandStart, successorStart, successors } =
      this.#module.ir;
    const known = new Map(knownAt(this.#module, flow, branching));
    const branch = blockStart[branching + 1]! - 1;
    if (branch >= blockStart[branching]! && kinds[branch] === Kind.Branch)
      known.set(
        sameness(this.#module, operands[operandStart[branch]!]!),
        successors[successorStart[branching]!] === side,
      );
    return known;
  }

  /** Whether what is returned is constants that all count as true, or all as false. */
  #returnedAmong(locals: readonly number[]): boolean | undefined {
    const { kinds, operands, operandStart } = this.#module.ir;
    let only: boolean | undefined;
    for (const local of locals) {
      if (kinds[local] !== Kind.Return) continue;
      const value = operands[operandStart[local]!]!;
      const truth = value < 0 ? false : truthOfConstant(this.#module, value);
      if (truth === undefined || (only !== undefined && only !== truth)) return undefined;
      only = truth;
    }
    return only;
  }

  // --- attempts -------------------------------------------------------------------------------------------------

  #findAttempts(): Attempt[] {
    const { blockStart, kinds, operands, operandStart } = this.#module.ir;
    const flow = this.#dominance();
    const instructionsOf = (at: number): number[] => this.#instructionsOf(at);
    return handlersIn(this.#module, this.#record).flatMap((block) => {
      // The block before a `try` leads to its handler too; what it does is not tried.
      const tried = [...flow.predecessors(block)]
        .filter((at) => flow.immediate(block) !== at)
        .sort((a, b) => a - b)
        .flatMap(instructionsOf);
      const calls = this.#callsAmong(tried);
      const blocks: number[] = [];
      for (let at = block; at < this.#record.endBlock; at++)
        if (flow.dominates(block, at)) blocks.push(at);
      const locals = blocks.flatMap(instructionsOf);
      const caught = locals.find(
        (one) => kinds[one] === Kind.Parameter && operands[operandStart[one]!] === Position.Caught,
      );
      const first = caught ?? locals.find((one) => kinds[one] !== Kind.Phi);
      const at = first === undefined ? calls.at(-1)?.at : this.#module.valueBase + first;
      if (at === undefined) return [];
      const throws = locals.some(
        (one) =>
          kinds[one] === Kind.Throw &&
          // What no clause of the `try` takes goes on by itself.
          (caught === undefined || !this.#isUncaught(one, caught)),
      );
      const tells = locals.some(
        (one) => this.#isCall(one) && !this.#isLog(one) && !this.#isMessage(one),
      );
      const arm = this.#armOf(blocks, block, blockStart[block]!, -1);
      const handler = Object.assign(arm, { throws, tells, flags: this.#flags(blocks) });
      return [{ at, calls, handler }];
    });
  }

  /** A throw of what was caught, because no clause takes it. */
  #isUncaught(thrown: number, caught: number): boolean {
    const { operands, operandStart, blockStart, kinds, strings } = this.#module.ir;
    if (operands[operandStart[thrown]!] !== caught) return false;
    const flow = this.#dominance();
    return flow.predecessors(flow.blockOf(thrown)).every((one) => {
      const branch = blockStart[one + 1]! - 1;
      if (branch < blockStart[one]! || kinds[branch] !== Kind.Branch) return false;
      const condition = operands[operandStart[branch]!]!;
      return (
        kinds[condition] === Kind.Operator &&
        strings[operands[operandStart[condition]!]!] === "catches"
      );
    });
  }

  /** A call that makes text or reads something of what went wrong. */
  #isMessage(local: number): boolean {
    const name = this.#nameOf(local);
    return /^(?:toString|stringify|String|str|format|repr|join|now|getMessage|getClass|getName|getSimpleName|is(?:instance|Error)|Sprintf|Error|get|type)$/.test(
      name,
    );
  }

  /** Whether a variable differs after a handler from what it is otherwise, and is used then. */
  #flags(blocks: readonly number[]): boolean {
    const { blockStart, kinds, operands, operandStart } = this.#module.ir;
    const own = new Set(blocks);
    const joins = new Set(
      blocks.flatMap((at) => following(this.#module, at).filter((to) => !own.has(to))),
    );
    for (const join of joins)
      for (let local = blockStart[join]!; local < blockStart[join + 1]!; local++) {
        if (kinds[local] !== Kind.Phi) break;
        const inputs = Array.from(
          operands.subarray(operandStart[local]!, operandStart[local + 1]!),
        );
        // Copies that guards make of one value are that value.
        const roots = new Set(inputs.map((one) => this.#rootOf(one)));
        if (roots.size > 1 && (this.#usesOf().get(local)?.length ?? 0) > 0) return true;
      }
    return false;
  }

  #rootOf(value: number, depth = 6): number {
    const { kinds, operands, operandStart } = this.#module.ir;
    const from = operandStart[value]!;
    if (depth === 0) return value;
    if (kinds[value] === Kind.Guard) return this.#rootOf(operands[from]!, depth - 1);
    if (kinds[value] === Kind.Phi) {
      const roots = new Set(
        Array.from(operands.subarray(from, operandStart[value + 1]!))
          .filter((one) => one !== value)
          .map((one) => this.#rootOf(one, depth - 1)),
      );
      const [only] = roots;
      return roots.size === 1 ? only! : value;
    }
    return value;
  }
}
