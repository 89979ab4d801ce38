/**
 * What is set on an object before it is used: a response whose type is JSON renders no markup. Only what happens on
 * every way to the use counts, in the function or before the function was made.
 */
import type { Callees } from "../callgraph/callees.ts";
import type { ValueTracking } from "../callgraph/value-tracking.ts";
import type { Models } from "../models/models.ts";
import type { SettingRow } from "../models/rows.ts";
import { type Dominance, dominance } from "../program/ir/dominance.ts";
import { Kind } from "../program/ir/kinds.ts";
import type { Program, SourceModule } from "../program/program.ts";
import type { Constants, ValueAt } from "./constants.ts";

interface Setting {
  readonly name: string;
  /** Of the call or assignment. */
  readonly local: number;
  /** Undefined: it cannot be told. */
  readonly text: string | undefined;
}

interface Settings {
  readonly all: readonly Setting[];
  readonly ways: Dominance;
}

export class SettingsOf {
  readonly #program: Program;
  readonly #models: Models;
  readonly #tracking: ValueTracking;
  readonly #callees: Callees;
  readonly #constants: Constants;
  /** By function; undefined where nothing is set. */
  readonly #settings = new Map<number, Settings | undefined>();

  constructor(
    program: Program,
    models: Models,
    tracking: ValueTracking,
    callees: Callees,
    constants: Constants,
  ) {
    this.#program = program;
    this.#models = models;
    this.#tracking = tracking;
    this.#callees = callees;
    this.#constants = constants;
  }

  /** Whether a sink of the kind does no harm at an instruction of a function, for what was set before. */
  makeHarmless(kind: string, fn: number, local: number): boolean {
    const condition = this.#models.kinds.harmlessWhen.get(kind);
    if (!condition) return false;
    const text = this.#textBefore(condition.setting, fn, local);
    return text !== undefined && condition.matches.test(text);
  }

  /** What was set last on the way; the use may set it itself. */
  #textBefore(name: string, fn: number, local: number): string | undefined {
    const module = this.#program.moduleOf(fn);
    let at = local;
    for (let inner = fn - module.functionBase; inner >= 0; ) {
      const settings = this.#in(module, inner);
      const before = settings?.all.findLast(
        (one) =>
          one.name === name &&
          one.local <= at &&
          settings.ways.dominates(settings.ways.blockOf(one.local), settings.ways.blockOf(at)),
      );
      if (before) return before.text;
      const { parent } = module.ir.functions[inner]!;
      if (parent < 0) return undefined;
      at = this.#creationOf(module, inner, parent);
      if (at < 0) return undefined;
      inner = parent;
    }
    return undefined;
  }

  #creationOf({ ir }: SourceModule, fn: number, parent: number): number {
    const { firstInstruction, endInstruction } = ir.functions[parent]!;
    for (let local = firstInstruction; local < endInstruction; local++) {
      if (ir.kinds[local] === Kind.Closure && ir.operands[ir.operandStart[local]!] === fn)
        return local;
    }
    return -1;
  }

  #in(module: SourceModule, inner: number): Settings | undefined {
    const fn = module.functionBase + inner;
    if (this.#settings.has(fn)) return this.#settings.get(fn);
    const record = module.ir.functions[inner]!;
    const all: Setting[] = [];
    for (let local = record.firstInstruction; local < record.endInstruction; local++)
      all.push(...this.#byCallee(module, local), ...this.#at(module, local));
    const settings = all.length === 0 ? undefined : { all, ways: dominance(module.ir, record) };
    this.#settings.set(fn, settings);
    return settings;
  }

  /** What the function that a call runs sets whatever happens in it. */
  #byCallee(module: SourceModule, local: number): Setting[] {
    if (module.ir.kinds[local] !== Kind.Call) return [];
    const { targets, byName } = this.#callees.at(module, local);
    const [only, ...others] = targets;
    if (only === undefined || others.length > 0 || byName) return [];
    const owner = this.#program.moduleOf(only);
    const { firstInstruction, firstBlock } = this.#program.functionAt(only);
    const found: Setting[] = [];
    for (let at = firstInstruction; at < owner.ir.blockStart[firstBlock + 1]!; at++)
      found.push(...this.#at(owner, at).map((one) => ({ ...one, local })));
    return found;
  }

  #at(module: SourceModule, local: number): Setting[] {
    return this.#rowsAt(module, local).flatMap((row) => this.#settingOf(module, local, row) ?? []);
  }

  #rowsAt(module: SourceModule, local: number): readonly SettingRow[] {
    const { kinds, operands, operandStart, strings } = module.ir;
    const from = operandStart[local]!;
    let api = 0;
    if (kinds[local] === Kind.Call) api = this.#callees.at(module, local).api;
    else if (kinds[local] === Kind.Store && operands[from + 1]! >= 0)
      api = this.#models.member(
        this.#tracking.apiOf(module.valueBase + operands[from]!),
        strings[operands[from + 1]!]!,
      );
    return api === 0 ? [] : this.#models.rows(api).rows.filter((row) => row.role === "setting");
  }

  #settingOf(module: SourceModule, local: number, row: SettingRow): Setting | undefined {
    const { kinds, operands, operandStart } = module.ir;
    const textOf = (at: ValueAt | undefined): string | undefined =>
      at && this.#constants.constantOf(at.module, at.local)?.text;
    const { setting: name } = row;
    if (row.value === undefined) {
      if (kinds[local] !== Kind.Store) return undefined;
      return { name, local, text: textOf({ module, local: operands[operandStart[local]! + 3]! }) };
    }
    if (kinds[local] !== Kind.Call) return undefined;
    if (row.key) {
      const key = textOf(this.#constants.atPosition(module, local, row.key.segments));
      if (key?.toLowerCase() !== name) return undefined;
    }
    const value = this.#constants.atPosition(module, local, row.value.segments);
    return value && { name, local, text: textOf(value) };
  }
}
