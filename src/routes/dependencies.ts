/** Formals that are filled by functions which run before the one that has them, and formals that the client fills. */
import type { Analysis } from "../dataflow/analysis.ts";
import { Kind, unspread } from "../program/ir/kinds.ts";
import type { SourceModule } from "../program/program.ts";
import type { Evaluator, Given, Term } from "./evaluate.ts";

/** A formal of a function. */
interface Formal {
  readonly position: number;
  readonly type: string;
  readonly value: Term;
}

export class Dependencies {
  readonly #analysis: Analysis;
  readonly #evaluator: Evaluator;
  readonly #known = new Map<number, readonly (Given & { readonly position: number })[]>();

  constructor(analysis: Analysis, evaluator: Evaluator) {
    this.#analysis = analysis;
    this.#evaluator = evaluator;
  }

  /** What fills the formals of a function that its caller does not fill, in their order. */
  of(fn: number): readonly (Given & { readonly position: number })[] {
    let known = this.#known.get(fn);
    if (!known) {
      known = this.#formals(fn).flatMap((formal) =>
        this.#injected(formal).flatMap((call) =>
          this.#filler(call).map((given) => ({ ...given, position: formal.position })),
        ),
      );
      this.#known.set(fn, known);
    }
    return known;
  }

  /** The step itself, or what it says is to run in its place: `auth` of `Depends(auth)`. */
  unwrap(step: Given): Given {
    for (const one of step.meaning) {
      if (one.kind !== "term" || !this.#isInjector(one)) continue;
      const [filler] = this.#filler(one);
      if (filler) return filler;
    }
    return step;
  }

  /** Positions of the formals of a handler that hold what the client sent, by what models say of its formals. */
  inputsOf(fn: number): number[] {
    return this.#formals(fn)
      .filter((formal) => {
        const { models, tracking } = this.#analysis;
        const { module, local } = formal.value;
        const isSource = models
          .rows(tracking.apiOf(module.valueBase + local))
          .rows.some((row) => row.role === "source" && row.kind.startsWith("remote"));
        return isSource && this.#injected(formal).length === 0;
      })
      .map(({ position }) => position);
  }

  #formals(fn: number): Formal[] {
    const module = this.#analysis.program.moduleOf(fn);
    const { firstInstruction, endInstruction } = this.#analysis.program.functionAt(fn);
    const { kinds, operands, operandStart, strings } = module.ir;
    const found: Formal[] = [];
    for (let local = firstInstruction; local < endInstruction; local++) {
      const from = operandStart[local]!;
      if (kinds[local] !== Kind.Parameter || operands[from]! < 0) continue;
      found.push({
        position: operands[from]!,
        type: operands[from + 2]! < 0 ? "" : strings[operands[from + 2]!]!,
        value: { kind: "term", module, local, frame: undefined },
      });
    }
    return found;
  }

  /** The calls that say where a formal's value comes from: as its default, beside its type, or in what its type stands for. */
  #injected({ value, type }: Formal): Term[] {
    const { module, local } = value;
    const { kinds, operands, operandStart } = module.ir;
    const found: Term[] = [];
    const fn = this.#analysis.program.functionOfValue(module.valueBase + local);
    const { endInstruction } = this.#analysis.program.functionAt(fn);
    for (let at = local + 1; at < endInstruction; at++) {
      if (kinds[at] !== Kind.Phi) continue;
      const inputs = operands.subarray(operandStart[at]!, operandStart[at + 1]!);
      if (!inputs.includes(local)) continue;
      for (const input of inputs) {
        const one: Term = { ...value, local: input };
        if (input !== local && this.#isInjector(one)) found.push(one);
      }
    }
    const named = /^\w+$/.test(type) ? variableOf(module, type) : -1;
    const written =
      named < 0 ? -1 : this.#analysis.constants.writtenTo(module.variableBase + named);
    if (written < 0) return found;
    for (const one of this.#evaluator.meaningOf({ ...value, local: written })) {
      if (one.kind !== "term" || one.module.ir.kinds[one.local] !== Kind.Call) continue;
      for (const { written: part } of this.#evaluator.argumentsOf(one))
        if (part && this.#isInjector(part)) found.push(part);
    }
    return found;
  }

  #filler(call: Term): Given[] {
    const { operands, operandStart } = call.module.ir;
    const given = this.#evaluator.at(call, [
      { kind: "argument", from: 0, to: 0, names: ["dependency"] },
    ]);
    if (given.length > 0) return given.slice(0, 1);
    // Nothing is said: the type is made.
    return operandStart[call.local + 1]! === operandStart[call.local]! + 4 && operands.length > 0
      ? [{ meaning: [], written: call }]
      : [];
  }

  #isInjector({ module, local, frame }: Term): boolean {
    const { kinds, operands, operandStart } = module.ir;
    if (kinds[local] !== Kind.Call) return false;
    const callee: Term = {
      kind: "term",
      module,
      local: unspread(operands[operandStart[local]! + 1]!),
      frame,
    };
    return this.#analysis.models
      .rows(this.#evaluator.apiOf(callee))
      .rows.some(({ role }) => role === "injector");
  }
}

/** The variable of a module that has a name. */
function variableOf({ ir }: SourceModule, name: string): number {
  return ir.variables.findIndex((one) => one.name === name && one.function === 0);
}
