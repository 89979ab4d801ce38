/** Classes of the program: what they extend, and what their bodies assign. */
import type { Analysis } from "../dataflow/analysis.ts";
import { Kind } from "../program/ir/kinds.ts";
import type { SourceModule } from "../program/program.ts";
import type { Evaluator, Term } from "./evaluate.ts";

/** Classes that one class is made of. */
const BASES = 12;

/** What a class of the program extends, itself included. */
export interface Lineage {
  /** Classes of the program, the class itself first. */
  readonly classes: readonly { readonly module: SourceModule; readonly index: number }[];
  /** Classes of libraries, as values. */
  readonly bases: readonly Term[];
}

export class Classes {
  readonly #analysis: Analysis;
  readonly #evaluator: Evaluator;
  readonly #attributes = new Map<SourceModule, Map<number, Map<string, number>>>();

  constructor(analysis: Analysis, evaluator: Evaluator) {
    this.#analysis = analysis;
    this.#evaluator = evaluator;
  }

  /** A class with what it extends, the nearest first; undefined where a function is no class. */
  lineageOf(constructor_: number): Lineage | undefined {
    const { program } = this.#analysis;
    const first = program.functionAt(constructor_).class;
    const module = program.moduleOf(constructor_);
    if (first < 0 || module.ir.classes[first]?.constructor_ !== constructor_ - module.functionBase)
      return undefined;
    const classes: { module: SourceModule; index: number }[] = [];
    const bases: Term[] = [];
    const visit = (of: SourceModule, index: number): void => {
      if (classes.length >= BASES) return;
      if (classes.some((one) => one.module === of && one.index === index)) return;
      classes.push({ module: of, index });
      const { superclass } = of.ir.classes[index]!;
      if (superclass >= 0) above({ kind: "term", module: of, local: superclass, frame: undefined });
    };
    const above = (value: Term): void => {
      const { kinds, operands, operandStart } = value.module.ir;
      if (kinds[value.local] === Kind.Phi) {
        for (const one of operands.subarray(
          operandStart[value.local]!,
          operandStart[value.local + 1]!,
        ))
          above({ ...value, local: one });
        return;
      }
      const own = this.#evaluator
        .meaningOf(value)
        .flatMap((one) => (one.kind === "function" ? [one.fn] : []));
      for (const fn of own) {
        const owner = program.moduleOf(fn);
        const { class: index } = program.functionAt(fn);
        if (index >= 0) visit(owner, index);
      }
      if (own.length === 0) bases.push(value);
    };
    visit(module, first);
    return { classes, bases };
  }

  /** What the body of a class assigns to its names, as values of the module. */
  attributesOf(module: SourceModule, index: number): ReadonlyMap<string, number> {
    let known = this.#attributes.get(module);
    if (!known) {
      known = new Map();
      const { kinds, operands, operandStart, strings } = module.ir;
      for (let local = 0; local < kinds.length; local++) {
        const from = operandStart[local]!;
        const object = operands[from]!;
        if (kinds[local] !== Kind.Store || kinds[object] !== Kind.ClassValue) continue;
        if (operands[from + 1]! < 0) continue;
        const of = operands[operandStart[object]!]!;
        const fields = known.get(of) ?? new Map<string, number>();
        fields.set(strings[operands[from + 1]!]!, operands[from + 3]!);
        known.set(of, fields);
      }
      this.#attributes.set(module, known);
    }
    return known.get(index) ?? new Map();
  }
}
