/** Routes that decorators declare: methods of controller classes, with the guards of the class and of the method. */
import type { Analysis } from "../dataflow/analysis.ts";
import { CallForm, Kind, unspread } from "../program/ir/kinds.ts";
import type { SourceModule } from "../program/program.ts";
import type { Decoration, Decorations } from "./decorations.ts";
import type { Evaluator, Term } from "./evaluate.ts";
import type { Steps } from "./guards.ts";
import { join, parametersOf } from "./paths.ts";
import { publicReason } from "./public.ts";
import type { Guard, Route } from "./route.ts";

interface Decorated {
  readonly ofClass: Decoration[];
  /** By function of the module. */
  readonly ofMethods: Map<number, Decoration[]>;
  /** Positions of formals that a decorator fills from the request, by function of the module. */
  readonly inputs: Map<number, number[]>;
}

export class Controllers {
  readonly #analysis: Analysis;
  readonly #evaluator: Evaluator;
  readonly #steps: Steps;
  readonly #decorations: Decorations;

  constructor(analysis: Analysis, evaluator: Evaluator, steps: Steps, decorations: Decorations) {
    this.#analysis = analysis;
    this.#evaluator = evaluator;
    this.#steps = steps;
    this.#decorations = decorations;
  }

  routes(): Route[] {
    const everywhere = this.#globalGuards();
    return this.#analysis.program.modules.flatMap((module) =>
      [...this.#decoratedClasses(module)].flatMap(([, decorated]) =>
        this.#routesOf(module, decorated, everywhere),
      ),
    );
  }

  #routesOf(
    module: SourceModule,
    { ofClass, ofMethods, inputs }: Decorated,
    everywhere: readonly Guard[],
  ): Route[] {
    // Where one decorator makes the class a controller and another gives its path, the latter says more.
    const controllers = ofClass.filter(({ row }) => row.is === "controller");
    const controller = controllers.find(({ row }) => row.path !== undefined) ?? controllers[0];
    if (!controller) return [];
    const routes: Route[] = [];
    const classGuards = ofClass.flatMap((one) => this.#decorations.guards(one, "class"));
    const classPublic = ofClass
      .map((one) => this.#decorations.publicBy(one))
      .find((one) => one !== undefined);
    for (const [local, decorations] of [...ofMethods].sort(([a], [b]) => a - b)) {
      const fn = module.functionBase + local;
      for (const { row, made, at } of decorations) {
        if (row.is !== "route") continue;
        for (const prefix of this.#decorations.paths(controller)) {
          for (const own of this.#decorations.paths({ row, made, at })) {
            const path = join(prefix, own);
            routes.push({
              method: row.method ?? "*",
              path,
              parameters: parametersOf(path),
              framework: row.library,
              handlers: [fn],
              inputs: inputs.get(local) ?? [],
              label: this.#analysis.program.symbolOf(fn),
              registration: at.module.valueBase + at.local,
              guards: [
                ...everywhere,
                ...classGuards,
                ...decorations.flatMap((one) => this.#decorations.guards(one, "route")),
                ...this.#steps.inlineOf([fn]),
              ],
              chain: "whole",
              public:
                decorations
                  .map((one) => this.#decorations.publicBy(one))
                  .find((one) => one !== undefined) ??
                classPublic ??
                publicReason(this.#analysis, path, [fn]),
            });
          }
        }
      }
    }
    return routes;
  }

  // --- decorators -----------------------------------------------------------------------------------------------

  #decoratedClasses(module: SourceModule): Map<number, Decorated> {
    const { kinds, operands, operandStart, strings, classes } = module.ir;
    const found = new Map<number, Decorated>();
    const of = (index: number): Decorated => {
      let known = found.get(index);
      if (!known) {
        known = { ofClass: [], ofMethods: new Map(), inputs: new Map() };
        found.set(index, known);
      }
      return known;
    };
    for (let local = 0; local < kinds.length; local++) {
      const from = operandStart[local]!;
      if (kinds[local] !== Kind.Call || operands[from] !== CallForm.Decorator) continue;
      const args = Array.from(operands.subarray(from + 4, operandStart[local + 1]!), unspread);
      const at: Term = { kind: "term", module, local, frame: undefined };
      const decorator: Term = { ...at, local: operands[from + 1]! };
      const [first, second] = args;
      if (first === undefined) continue;
      if (kinds[first] === Kind.ClassValue && second === undefined)
        of(operands[operandStart[first]!]!).ofClass.push(...this.#decorations.read(decorator, at));
      else if (
        kinds[first] === Kind.Closure &&
        second !== undefined &&
        kinds[second] === Kind.ClassValue
      ) {
        const method = operands[operandStart[first]!]!;
        const { ofMethods } = of(operands[operandStart[second]!]!);
        const known = ofMethods.get(method) ?? [];
        known.push(...this.#decorations.read(decorator, at));
        ofMethods.set(method, known);
      } else if (
        kinds[first] === Kind.Constant &&
        second !== undefined &&
        kinds[second] === Kind.Closure
      ) {
        const method = operands[operandStart[second]!]!;
        const record = module.ir.functions[method]!;
        if (
          record.class < 0 ||
          !this.#decorations.read(decorator, at).some(({ row }) => row.is === "input")
        )
          continue;
        const { inputs } = of(record.class);
        const position = Number(strings[operands[operandStart[first]! + 1]!]!);
        inputs.set(method, [...(inputs.get(method) ?? []), position]);
      }
    }
    return classes.length === 0 ? new Map() : found;
  }

  // --- guards ---------------------------------------------------------------------------------------------------

  /** `{provide: APP_GUARD, useClass: AuthGuard}` in any module. */
  #globalGuards(): Guard[] {
    const guards: Guard[] = [];
    for (const module of this.#analysis.program.modules) {
      const { kinds, operands, operandStart, strings } = module.ir;
      for (let local = 0; local < kinds.length; local++) {
        if (kinds[local] !== Kind.Record) continue;
        const fields = new Map<string, number>();
        let at = operandStart[local]!;
        for (let count = operands[at++]!; count > 0; count--, at += 2)
          fields.set(strings[operands[at]!]!, operands[at + 1]!);
        for (const value of fields.values()) {
          if (kinds[value] !== Kind.Imported && kinds[value] !== Kind.Captured) continue;
          const { rows } = this.#analysis.models.rows(
            this.#analysis.tracking.apiOf(module.valueBase + value),
          );
          for (const row of rows) {
            const guard = row.role === "global" ? fields.get(row.guard) : undefined;
            if (row.role !== "global" || guard === undefined || fields.get(row.field) !== value)
              continue;
            const term: Term = { kind: "term", module, local: guard, frame: undefined };
            const given = { meaning: this.#evaluator.meaningOf(term), written: term };
            guards.push(this.#decorations.guardOf(given, term, "global"));
          }
        }
      }
    }
    return guards;
  }
}
