/** Routes that decorators declare: methods of controller classes, with the guards of the class and of the method. */
import { functionsOf } from "../callgraph/callees.ts";
import type { Analysis } from "../dataflow/analysis.ts";
import type { DecoratorRow, GuardKind } from "../models/rows.ts";
import { CallForm, Kind, unspread } from "../program/ir/kinds.ts";
import type { SourceModule } from "../program/program.ts";
import type { Checks } from "./checks.ts";
import type { Evaluator, Given, Meaning, Term } from "./evaluate.ts";
import type { Steps } from "./guards.ts";
import { join, parametersOf } from "./paths.ts";
import { publicReason } from "./public.ts";
import { labelOf } from "./render.ts";
import type { Guard, GuardOrigin, Route } from "./route.ts";

/** Decorators that decorators put together, one in the other. */
const DECORATORS = 4;

/** A decorator that no model knows: its name may say that it guards something. */
const UNMODELLED = { is: "unmodelled", path: undefined } as const;

/** A decorator with what a model says of it. */
interface Decoration {
  readonly row: DecoratorRow | typeof UNMODELLED;
  /** The call that makes it; the decorator itself where nothing makes it. */
  readonly made: Term;
  /** Where it decorates. */
  readonly at: Term;
}

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
  readonly #checks: Checks;

  constructor(analysis: Analysis, evaluator: Evaluator, steps: Steps, checks: Checks) {
    this.#analysis = analysis;
    this.#evaluator = evaluator;
    this.#steps = steps;
    this.#checks = checks;
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
    const classGuards = ofClass.flatMap((one) => this.#guards(one, "class"));
    const classPublic = ofClass.map((one) => this.#publicBy(one)).find((one) => one !== undefined);
    for (const [local, decorations] of [...ofMethods].sort(([a], [b]) => a - b)) {
      const fn = module.functionBase + local;
      for (const { row, made, at } of decorations) {
        if (row.is !== "route") continue;
        for (const prefix of this.#paths(controller)) {
          for (const own of this.#paths({ row, made, at })) {
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
                ...decorations.flatMap((one) => this.#guards(one, "route")),
                ...this.#steps.inlineOf([fn]),
              ],
              chain: "whole",
              public:
                decorations.map((one) => this.#publicBy(one)).find((one) => one !== undefined) ??
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
        of(operands[operandStart[first]!]!).ofClass.push(...this.#decorations(decorator, at));
      else if (
        kinds[first] === Kind.Closure &&
        second !== undefined &&
        kinds[second] === Kind.ClassValue
      ) {
        const method = operands[operandStart[first]!]!;
        const { ofMethods } = of(operands[operandStart[second]!]!);
        const known = ofMethods.get(method) ?? [];
        known.push(...this.#decorations(decorator, at));
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
          !this.#decorations(decorator, at).some(({ row }) => row.is === "input")
        )
          continue;
        const { inputs } = of(record.class);
        const position = Number(strings[operands[operandStart[first]! + 1]!]!);
        inputs.set(method, [...(inputs.get(method) ?? []), position]);
      }
    }
    return classes.length === 0 ? new Map() : found;
  }

  /** What a decorator is, by the rows of what makes it; one of the program's own is what it puts together. */
  #decorations(decorator: Term, at: Term, depth = DECORATORS): Decoration[] {
    if (depth === 0) return [];
    const found: Decoration[] = [];
    for (const meaning of this.#evaluator.meaningOf(decorator)) {
      if (meaning.kind !== "term") continue;
      const { module, local } = meaning;
      const { kinds, operands, operandStart } = module.ir;
      const callee: Term =
        kinds[local] === Kind.Call
          ? { ...meaning, local: operands[operandStart[local]! + 1]! }
          : meaning;
      for (const row of this.#analysis.models.rows(this.#evaluator.apiOf(callee)).rows) {
        if (row.role !== "decorator") continue;
        if (row.is !== "several") found.push({ row, made: meaning, at });
        else if (row.steps)
          for (const given of this.#evaluator.at(meaning, row.steps.segments))
            for (const one of given.meaning)
              if (one.kind === "term") found.push(...this.#decorations(one, at, depth - 1));
      }
    }
    if (found.length === 0 && depth === DECORATORS)
      found.push({ row: UNMODELLED, made: decorator, at });
    return found;
  }

  #paths({ row, made }: Decoration): string[] {
    if (!row.path || made.module.ir.kinds[made.local] !== Kind.Call) return [""];
    const texts = this.#evaluator
      .at(made, row.path.segments)
      .flatMap(({ meaning }) => meaning)
      .flatMap((one) => {
        const elements = this.#evaluator.elementsOf(one);
        return elements
          ? this.#evaluator.flatten(elements).flatMap(({ meaning }) => meaning)
          : [one];
      })
      .flatMap((one) => [
        ...(one.kind === "term" ? [this.#evaluator.textOf(one)] : []),
        ...this.#evaluator
          .field(one, "path")
          .map((path) => (path.kind === "term" ? this.#evaluator.textOf(path) : undefined)),
      ])
      .filter((text) => text !== undefined);
    return texts.length > 0 ? texts : [""];
  }

  #publicBy({ row, made, at }: Decoration): string | undefined {
    if (row.is === "public") return "it is marked as public";
    if (row.is !== "metadata" || made.module.ir.kinds[made.local] !== Kind.Call) return undefined;
    const [key] = this.#evaluator.argumentsOf(made);
    const texts = (key?.meaning ?? []).map((one) =>
      one.kind === "term" ? (this.#evaluator.textOf(one) ?? "") : "",
    );
    const name = labelOf(this.#analysis, { meaning: [], written: calleeOf(at) });
    const isOpen = [...texts, name.replace(/\(.*$/s, "")].some((text) =>
      this.#analysis.models.vocabulary.isOpen(text),
    );
    return isOpen ? `it is marked by @${name}` : undefined;
  }

  // --- guards ---------------------------------------------------------------------------------------------------

  #guards({ row, made, at }: Decoration, origin: GuardOrigin): Guard[] {
    if (row.is === "unmodelled") {
      const named = this.#steps.guardOf(
        this.#steps.stepOf({ meaning: [], written: made }, at),
        origin,
      );
      const kinds = named.kinds.filter((kind) => kind !== "validation");
      return kinds.length > 0 ? [{ ...named, kinds, label: `@${named.label}` }] : [];
    }
    if (row.is === "check" && row.kind)
      return [
        {
          kinds: [row.kind],
          evidence: "model",
          origin,
          label: `@${labelOf(this.#analysis, { meaning: [], written: calleeOf(at) })}`,
          value: at.module.valueBase + at.local,
          functions: [],
        },
      ];
    if (row.is !== "guards" || !row.steps) return [];
    return this.#evaluator
      .at(made, row.steps.segments)
      .map((given) => this.#guardOf(given, at, origin));
  }

  /** A guard class, or an object that is one: what it checks stands in its methods, or in what it extends. */
  #guardOf(given: Given, at: Term, origin: GuardOrigin): Guard {
    const guard = this.#steps.guardOf(this.#steps.stepOf(given, at), origin);
    if (guard.evidence === "model") return guard;
    const classes = given.meaning.flatMap((one) => this.#classOf(one));
    const inherited = classes.flatMap(({ superclass }) => superclass);
    const methods = classes.flatMap(({ functions }) => functions);
    const structural = [...new Set(methods.flatMap((fn) => this.#checks.kindsOf(fn)))].sort();
    const kinds: readonly GuardKind[] =
      inherited.length > 0 ? inherited : structural.length > 0 ? structural : guard.kinds;
    return {
      ...guard,
      // Whatever it checks, a guard may refuse.
      kinds: kinds.length > 0 ? kinds : ["permission"],
      evidence: inherited.length > 0 ? "model" : structural.length > 0 ? "structure" : "name",
      functions: methods,
    };
  }

  #classOf(meaning: Meaning): { superclass: GuardKind[]; functions: number[] }[] {
    if (meaning.kind === "term") {
      const { module, local } = meaning;
      const { kinds, operands, operandStart } = module.ir;
      if (kinds[local] !== Kind.Call || operands[operandStart[local]!] !== CallForm.New) return [];
      return this.#evaluator
        .meaningOf({ ...meaning, local: operands[operandStart[local]! + 1]! })
        .flatMap((one) => this.#classOf(one));
    }
    if (meaning.kind !== "function") return [];
    const { program } = this.#analysis;
    const module = program.moduleOf(meaning.fn);
    const record = module.ir.classes[program.functionAt(meaning.fn).class];
    if (!record) return [];
    const superclass =
      record.superclass < 0
        ? []
        : this.#kindsOfValue({ kind: "term", module, local: record.superclass, frame: undefined });
    return [
      {
        superclass,
        functions: record.members
          .filter(({ role }) => role === "method")
          .map((member) => module.functionBase + member.function),
      },
    ];
  }

  #kindsOfValue(term: Term): GuardKind[] {
    const { models, tracking } = this.#analysis;
    const own = models
      .rows(this.#evaluator.apiOf(term))
      .rows.flatMap((row) => (row.role === "check" ? [row.kind] : []));
    if (own.length > 0) return [...new Set(own)].sort();
    return functionsOf(tracking.tokensOf(term.module.valueBase + term.local)).flatMap((fn) =>
      this.#classOf({ kind: "function", fn, frame: undefined }).flatMap(
        ({ superclass }) => superclass,
      ),
    );
  }

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
            guards.push(this.#guardOf(given, term, "global"));
          }
        }
      }
    }
    return guards;
  }
}

/** The decorator of a decorating call, as it is written. */
function calleeOf(at: Term): Term {
  return { ...at, local: at.module.ir.operands[at.module.ir.operandStart[at.local]! + 1]! };
}
