/** Decorators: what models say of them, what they guard, and which of them stand before a function or a class. */
import { functionsOf } from "../callgraph/callees.ts";
import type { Analysis } from "../dataflow/analysis.ts";
import type { DecoratorRow, GuardKind } from "../models/rows.ts";
import { CallForm, Kind, unspread } from "../program/ir/kinds.ts";
import type { SourceModule } from "../program/program.ts";
import type { Checks } from "./checks.ts";
import type { Evaluator, Given, Meaning, Term } from "./evaluate.ts";
import type { Steps } from "./guards.ts";
import { labelOf } from "./render.ts";
import type { Guard, GuardOrigin } from "./route.ts";

/** Decorators that decorators put together, one in the other. */
const DECORATORS = 4;

/** A decorator that no model knows: its name may say that it guards something. */
const UNMODELLED = { is: "unmodelled", path: undefined } as const;

/** A decorator with what a model says of it. */
export interface Decoration {
  readonly row: DecoratorRow | typeof UNMODELLED;
  /** The call that makes it; the decorator itself where nothing makes it. */
  readonly made: Term;
  /** Where it decorates. */
  readonly at: Term;
}

export class Decorations {
  readonly #analysis: Analysis;
  readonly #evaluator: Evaluator;
  readonly #steps: Steps;
  readonly #checks: Checks;
  /** Calls of decorators that take what they decorate alone, by function or class of a module, in the order of the code. */
  readonly #applied = new Map<SourceModule, { functions: number[][]; classes: number[][] }>();

  constructor(analysis: Analysis, evaluator: Evaluator, steps: Steps, checks: Checks) {
    this.#analysis = analysis;
    this.#evaluator = evaluator;
    this.#steps = steps;
    this.#checks = checks;
  }

  /** What a decorator is, by the rows of what makes it; one of the program's own is what it puts together. */
  read(decorator: Term, at: Term, depth = DECORATORS): Decoration[] {
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
              if (one.kind === "term") found.push(...this.read(one, at, depth - 1));
      }
    }
    if (found.length === 0 && depth === DECORATORS)
      found.push({ row: UNMODELLED, made: decorator, at });
    return found;
  }

  paths({ row, made }: Decoration): string[] {
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

  publicBy({ row, made, at }: Decoration): string | undefined {
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

  guards({ row, made, at }: Decoration, origin: GuardOrigin): Guard[] {
    if (row.is === "unmodelled") {
      const named = this.#steps.guardOf(
        this.#steps.stepOf({ meaning: [], written: made }, at),
        origin,
      );
      const kinds = named.kinds.filter((kind) => kind !== "validation");
      return kinds.length > 0 ? [{ ...named, kinds, label: `@${named.label}` }] : [];
    }
    if (row.is === "check" && row.kind) {
      const said = this.#said(made);
      return [
        {
          kinds: [...new Set(said.isAll ? said.kinds : [row.kind, ...said.kinds])].sort(),
          evidence: "model",
          origin,
          label: `@${labelOf(this.#analysis, { meaning: [], written: calleeOf(at) })}`,
          value: at.module.valueBase + at.local,
          functions: [],
        },
      ];
    }
    if (row.is !== "guards" || !row.steps) return [];
    return this.#evaluator
      .at(made, row.steps.segments)
      .flatMap((given) => this.listed(given))
      .map((given) => this.guardOf(given, at, origin));
  }

  /**
   * What the words of an expression that a guard is given check: `hasRole('ADMIN')`, `#id == principal.id`; `isAll`: all
   * that it calls is known, so that it asks for nothing else.
   */
  #said(made: Term): { readonly kinds: readonly GuardKind[]; readonly isAll: boolean } {
    if (made.module.ir.kinds[made.local] !== Kind.Call) return { kinds: [], isAll: false };
    const { vocabulary } = this.#analysis.models;
    const texts = this.#evaluator
      .argumentsOf(made)
      .flatMap(({ meaning }) => meaning)
      .map((one) => (one.kind === "term" ? (this.#evaluator.textOf(one) ?? "") : ""));
    const kinds = texts.flatMap((text): GuardKind[] => {
      const words = text.match(/\w+/g) ?? [];
      const isCompared = /[!=]=/.test(text) && words.some((word) => vocabulary.isPrincipal(word));
      return [
        ...words.flatMap((word) => vocabulary.guardKinds(word)),
        ...(isCompared ? (["owner"] as const) : []),
      ].filter((kind) => kind !== "validation");
    });
    // `hasAuthority('ADMIN')` asks for a role, whatever it is called.
    const called = texts.flatMap((text) => [...text.matchAll(/(\w+)\s*\(\s*(?:'(\w+)'\s*\))?/g)]);
    const isAll = called.every(
      ([, name, given]) =>
        vocabulary.guardKinds(name!).length > 0 ||
        vocabulary.guardKinds(given ?? "").includes("role"),
    );
    return { kinds, isAll: isAll && called.length > 0 };
  }

  /** The elements of a list of guards, through whatever puts guards together; anything else is one guard. */
  listed(given: Given, depth = DECORATORS): Given[] {
    const found: Given[] = [];
    for (const one of given.meaning) {
      const elements = this.#evaluator.elementsOf(one);
      if (elements && depth > 0)
        found.push(
          ...this.#evaluator.flatten(elements).flatMap((each) => this.listed(each, depth - 1)),
        );
      else if (
        one.kind === "term" &&
        one.module.ir.kinds[one.local] === Kind.Operator &&
        depth > 0
      ) {
        // `IsOwner | IsAdmin`: whichever it is, it asks for one of them.
        const { operands, operandStart } = one.module.ir;
        for (let at = operandStart[one.local]! + 1; at < operandStart[one.local + 1]!; at++) {
          const part: Term = { ...one, local: operands[at]! };
          found.push(
            ...this.listed({ meaning: this.#evaluator.meaningOf(part), written: part }, depth - 1),
          );
        }
      } else found.push({ meaning: [one], written: given.written });
    }
    return given.meaning.length > 1 && found.length === given.meaning.length ? [given] : found;
  }

  /** A guard class, or an object that is one: what it checks stands in its methods, or in what it extends. */
  guardOf(given: Given, at: Term, origin: GuardOrigin): Guard {
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

  // --- decorators that take what they decorate alone ------------------------------------------------------------

  /** Decorators of a function, the outermost first; `below`: those between it and one of them, by its call. */
  ofFunction(fn: number, below = Number.POSITIVE_INFINITY): Decoration[] {
    const module = this.#analysis.program.moduleOf(fn);
    const calls = this.#appliedIn(module).functions[fn - module.functionBase] ?? [];
    return this.#readAll(
      module,
      calls.filter((call) => call < below),
    );
  }

  ofClass(module: SourceModule, index: number): Decoration[] {
    return this.#readAll(module, this.#appliedIn(module).classes[index] ?? []);
  }

  /** What the decorators of a function guard, by what models, their code or their names say. */
  guardsOfFunction(fn: number, below?: number): Guard[] {
    return this.ofFunction(fn, below).flatMap((one) => this.#asStep(one, "route"));
  }

  guardsOfClass(module: SourceModule, index: number): Guard[] {
    return this.ofClass(module, index).flatMap((one) => this.#asStep(one, "class"));
  }

  /** Methods of HTTP that decorators say a function answers. */
  methodsOf(fn: number): string[] {
    const said = this.ofFunction(fn).flatMap(({ row, made }) => {
      if (row.is !== "methods") return [];
      if (row.method !== undefined) return [row.method];
      const given = row.methodAt ? this.#evaluator.at(made, row.methodAt.segments) : [];
      const texts = given
        .flatMap((one) => this.listed(one))
        .flatMap(({ meaning }) =>
          meaning.flatMap((one) =>
            one.kind === "term" ? (this.#evaluator.textOf(one) ?? []) : [],
          ),
        );
      return texts.length > 0 || row.methodAt === undefined ? texts : ["GET"];
    });
    return [...new Set(said.map((method) => method.toUpperCase()))];
  }

  /**
   * Where the decorators of handlers end that a request passes, if one of them registers the handler; and the library
   * whose defaults hold for them, since they name no guards of their own.
   */
  aboutHandlers(
    handlers: readonly number[],
    registration: Term,
  ): { below: number | undefined; library: string | undefined } {
    const { module, local } = registration;
    const { kinds, operands, operandStart } = module.ir;
    const isDecorating =
      kinds[local] === Kind.Call && operands[operandStart[local]!] === CallForm.Decorator;
    const rows = handlers.flatMap((fn) => this.ofFunction(fn)).map(({ row }) => row);
    const library = rows.flatMap((row) => (row.is === "methods" ? [row.library] : []))[0];
    const listed = rows.some((row) => row.is === "guards" && row.library === library);
    return {
      below: isDecorating ? local : undefined,
      library: listed ? undefined : library,
    };
  }

  /** A decorator of a function is a function itself, whose code can be read. */
  #asStep(decoration: Decoration, origin: GuardOrigin): Guard[] {
    if (decoration.row.is !== "unmodelled") return this.guards(decoration, origin);
    const { made, at } = decoration;
    const given: Given = { meaning: this.#evaluator.meaningOf(made), written: made };
    const guard = this.#steps.guardOf(this.#steps.stepOf(given, at), origin);
    const kinds = guard.kinds.filter((kind) => kind !== "validation");
    return kinds.length > 0 ? [{ ...guard, kinds, label: `@${guard.label}` }] : [];
  }

  #readAll(module: SourceModule, calls: readonly number[]): Decoration[] {
    return [...calls].reverse().flatMap((local) => {
      const at: Term = { kind: "term", module, local, frame: undefined };
      return this.read(calleeOf(at), at);
    });
  }

  #appliedIn(module: SourceModule): { functions: number[][]; classes: number[][] } {
    let known = this.#applied.get(module);
    if (!known) {
      const { kinds, operands, operandStart } = module.ir;
      known = { functions: [], classes: [] };
      for (let local = 0; local < kinds.length; local++) {
        const from = operandStart[local]!;
        if (kinds[local] !== Kind.Call || operands[from] !== CallForm.Decorator) continue;
        if (operandStart[local + 1]! !== from + 5) continue;
        const decorated = decoratedBy(module, local);
        const index = operands[operandStart[decorated]!]!;
        const list = kinds[decorated] === Kind.Closure ? known.functions : known.classes;
        if (kinds[decorated] === Kind.Closure || kinds[decorated] === Kind.ClassValue)
          list[index] = [...(list[index] ?? []), local];
      }
      this.#applied.set(module, known);
    }
    return known;
  }
}

/** What a decorating call decorates, below the decorators that came before it. */
export function decoratedBy({ ir }: SourceModule, call: number): number {
  const { kinds, operands, operandStart } = ir;
  let value = unspread(operands[operandStart[call]! + 4]!);
  while (kinds[value] === Kind.Phi) value = operands[operandStart[value]!]!;
  return value;
}

/** The decorator of a decorating call, as it is written. */
export function calleeOf(at: Term): Term {
  return { ...at, local: at.module.ir.operands[at.module.ir.operandStart[at.local]! + 1]! };
}
