/** Classes whose methods answer requests: one route a method, with what the class lists as its guards. */
import type { Analysis } from "../dataflow/analysis.ts";
import type { CallPosition, ViewRow } from "../models/rows.ts";
import { Kind } from "../program/ir/kinds.ts";
import type { SourceModule } from "../program/program.ts";
import type { Classes, Lineage } from "./classes.ts";
import type { Decorations } from "./decorations.ts";
import { type Evaluator, functionsIn, type Given, type Term } from "./evaluate.ts";
import type { Steps } from "./guards.ts";
import { labelOf } from "./render.ts";
import type { Guard } from "./route.ts";

/** One method of a class that answers requests. */
export interface ViewRoute {
  readonly method: string;
  /** What comes after the path that the class is registered for. */
  readonly suffix: string;
  readonly handlers: readonly number[];
  readonly label: string;
  readonly guards: readonly Guard[];
  readonly public: string | undefined;
}

/** Calls that wrap the call which makes a handler of a class. */
const WRAPPERS = 4;

export class Views {
  readonly #analysis: Analysis;
  readonly #evaluator: Evaluator;
  readonly #classes: Classes;
  readonly #steps: Steps;
  readonly #decorations: Decorations;
  readonly #defaults = new Map<string, readonly Guard[]>();

  constructor(
    analysis: Analysis,
    evaluator: Evaluator,
    classes: Classes,
    steps: Steps,
    decorations: Decorations,
  ) {
    this.#classes = classes;
    this.#analysis = analysis;
    this.#evaluator = evaluator;
    this.#steps = steps;
    this.#decorations = decorations;
  }

  /** What a step that is such a class, or a handler made of one, stands for; undefined: it is none. */
  of(step: Given, at: Term, depth = WRAPPERS): ViewRoute[] | undefined {
    for (const meaning of step.meaning) {
      if (meaning.kind === "function") {
        const routes = this.#routesOf(meaning.fn, undefined, at, true);
        if (routes) return routes;
      }
      if (meaning.kind !== "term") continue;
      const { module, local } = meaning;
      const { kinds, operands, operandStart } = module.ir;
      if (kinds[local] !== Kind.Call) continue;
      const receiver = operands[operandStart[local]! + 2]!;
      if (receiver >= 0) {
        const [made] = functionsIn(this.#evaluator.meaningOf({ ...meaning, local: receiver }));
        const name = module.ir.strings[operands[operandStart[local]! + 3]!]!;
        const routes =
          made === undefined ? undefined : this.#routesOf(made, { call: meaning, name }, at, false);
        if (routes) return routes;
      }
      for (const inner of depth === 0 ? [] : this.#evaluator.argumentsOf(meaning)) {
        const routes = this.of(inner, at, depth - 1);
        if (!routes) continue;
        const wrapper = this.#steps.guardOf(
          this.#steps.stepOf({ meaning: [meaning], written: meaning }, at),
          "wrapper",
        );
        return wrapper.kinds.length === 0
          ? routes
          : routes.map((one) => ({ ...one, guards: [wrapper, ...one.guards] }));
      }
    }
    return undefined;
  }

  /** Guards of what names none of its own, where a library is told which those are. */
  defaultsOf(library: string, at: Term): readonly Guard[] {
    let known = this.#defaults.get(library);
    if (!known) {
      known = this.#analysis.models.defaults
        .filter((row) => row.library === library)
        .flatMap(({ field }) => this.#configured(field))
        .map((given) => this.#byName(given) ?? this.#decorations.guardOf(given, at, "global"));
      this.#defaults.set(library, known);
    }
    return known;
  }

  #routesOf(
    constructor_: number,
    made: { readonly call: Term; readonly name: string } | undefined,
    at: Term,
    isRegistered: boolean,
  ): ViewRoute[] | undefined {
    const lineage = this.#classes.lineageOf(constructor_);
    const rows = lineage?.bases.flatMap((base) => this.#rowsOf(base)) ?? [];
    const row = rows.find(({ members }) => members.size > 0);
    if (!lineage || !row || (made && made.name !== row.maker)) return undefined;
    const provided = new Map(rows.flatMap(({ provides }) => [...provides]));
    const guards = this.#guardsOf(lineage, rows, at);
    const actions = made ? this.#actions(made.call) : undefined;
    const routes: ViewRoute[] = [];
    const wanted = actions ?? [...row.members].map(([name, said]) => ({ name, ...said }));
    for (const { name, method, suffix } of wanted) {
      const own = this.#member(lineage, name);
      const hooks = provided.get(name);
      if (own === undefined && hooks === undefined) continue;
      const handlers =
        own === undefined ? hooks!.flatMap((hook) => this.#member(lineage, hook) ?? []) : [own];
      const label =
        own === undefined
          ? `${this.#classNameOf(lineage)}.${name}`
          : this.#analysis.program.symbolOf(own);
      routes.push(
        this.#route(method, isRegistered ? suffix : "", handlers, label, [
          ...guards,
          ...(own === undefined ? [] : this.#decorations.guardsOfFunction(own)),
        ]),
      );
    }
    if (isRegistered) routes.push(...this.#extras(lineage, guards, at));
    return routes;
  }

  #route(
    method: string,
    suffix: string,
    handlers: readonly number[],
    label: string,
    all: readonly Guard[],
  ): ViewRoute {
    const guards = all.filter((guard) => !guard.except?.includes(method));
    const open = guards.find((one) => this.#analysis.models.vocabulary.isOpen(nameIn(one.label)));
    return {
      method,
      suffix,
      handlers,
      label,
      guards: open
        ? guards.filter((one) => one !== open)
        : [...guards, ...this.#steps.dependenciesOf(handlers)],
      public: open && `it is marked by ${open.label}`,
    };
  }

  /** Methods that decorators make routes of, beside those that a class has by its kind. */
  #extras(lineage: Lineage, guards: readonly Guard[], at: Term): ViewRoute[] {
    return lineage.classes.flatMap(({ module, index }) =>
      module.ir.classes[index]!.members.flatMap((member) => {
        const fn = module.functionBase + member.function;
        return this.#decorations.ofFunction(fn).flatMap(({ row, made }) => {
          if (row.is !== "route") return [];
          const listed = row.steps && this.#evaluator.at(made, row.steps.segments);
          const own =
            listed && listed.length > 0
              ? [
                  ...guards.filter(({ origin }) => origin !== "class" && origin !== "global"),
                  ...listed
                    .flatMap((given) => this.#decorations.listed(given))
                    .map((given) => this.#decorations.guardOf(given, at, "route")),
                ]
              : guards;
          const [said = ""] = row.path ? this.#decorations.paths({ row, made, at: made }) : [""];
          const suffix = [
            ...(row.detail && this.#textsAt(made, row.detail).includes("true") ? ["{pk}"] : []),
            said === "" ? member.name : said,
          ].join("/");
          const methods = row.methodAt ? this.#textsAt(made, row.methodAt) : [];
          return (methods.length === 0 ? ["GET"] : methods).map((method) =>
            this.#route(method.toUpperCase(), suffix, [fn], this.#analysis.program.symbolOf(fn), [
              ...own,
              ...this.#decorations.guardsOfFunction(fn),
            ]),
          );
        });
      }),
    );
  }

  #textsAt(call: Term, position: CallPosition): string[] {
    return this.#evaluator
      .at(call, position.segments)
      .flatMap(({ meaning }) => meaning)
      .flatMap((one) => {
        const elements = this.#evaluator.elementsOf(one);
        return elements
          ? this.#evaluator.flatten(elements).flatMap(({ meaning }) => meaning)
          : [one];
      })
      .flatMap((one) => (one.kind === "term" ? (this.#evaluator.textOf(one) ?? []) : []));
  }

  /** `{"get": "list"}`: which method of HTTP calls which of the class. */
  #actions(call: Term): { name: string; method: string; suffix: string }[] | undefined {
    const [first] = this.#evaluator.argumentsOf(call);
    const found = (first && !first.spread ? first.meaning : []).flatMap((one) =>
      [...this.#evaluator.entries(one)].flatMap(([method, value]) => {
        const name = this.#evaluator.textOf(value);
        return name === undefined ? [] : [{ name, method: method.toUpperCase(), suffix: "" }];
      }),
    );
    return found.length > 0 ? found : undefined;
  }

  #rowsOf(base: Term): ViewRow[] {
    return this.#analysis.models
      .rows(this.#evaluator.apiOf(base))
      .rows.flatMap((row) => (row.role === "view" ? [row] : []));
  }

  #member({ classes }: Lineage, name: string): number | undefined {
    for (const { module, index } of classes) {
      const member = module.ir.classes[index]!.members.find(
        (one) => one.name === name && one.role === "method",
      );
      if (member) return module.functionBase + member.function;
    }
    return undefined;
  }

  #classNameOf({ classes: [first] }: Lineage): string {
    return first ? first.module.ir.classes[first.index]!.name : "";
  }

  // --- guards ---------------------------------------------------------------------------------------------------

  #guardsOf(lineage: Lineage, rows: readonly ViewRow[], at: Term): Guard[] {
    const decorated = lineage.classes.flatMap(({ module, index }) =>
      this.#decorations.guardsOfClass(module, index),
    );
    // What a class extends may be there to refuse: a mixin.
    const inherited = lineage.bases.flatMap((base) => {
      const guard = this.#steps.guardOf(
        this.#steps.stepOf({ meaning: [base], written: base }, base),
        "class",
      );
      return guard.evidence === "model" ? [guard] : [];
    });
    const gate = this.#member(lineage, "dispatch");
    const wrappers = rows
      .flatMap((row) => row.wrappers)
      .flatMap((name) => this.#listIn(lineage, name) ?? [])
      .map((given) => this.#steps.guardOf(this.#steps.stepOf(given, at), "class"));
    return [
      ...decorated,
      ...inherited,
      ...wrappers,
      ...(gate === undefined
        ? []
        : [...this.#decorations.guardsOfFunction(gate), ...this.#steps.inlineOf([gate])]),
      ...this.#listed(lineage, rows, at),
    ];
  }

  /** The guards that a class lists, or those that hold where a class lists none. */
  #listed(lineage: Lineage, rows: readonly ViewRow[], at: Term): Guard[] {
    const names = new Set(rows.flatMap(({ steps }) => steps));
    if (names.size === 0) return [];
    for (const name of names) {
      const method = this.#member(lineage, name);
      const given = method === undefined ? this.#listIn(lineage, name) : this.#namedIn(method);
      if (given) return given.map((one) => this.#decorations.guardOf(one, at, "class"));
    }
    const [row] = rows;
    return row ? [...this.defaultsOf(row.library, at)] : [];
  }

  /** The elements of a list that a class, or the nearest it extends, has as an attribute. */
  #listIn({ classes }: Lineage, name: string): Given[] | undefined {
    for (const { module, index } of classes) {
      const value = this.#classes.attributesOf(module, index).get(name);
      if (value === undefined) continue;
      const term: Term = { kind: "term", module, local: value, frame: undefined };
      return this.#decorations.listed({
        meaning: this.#evaluator.meaningOf(term),
        written: term,
      });
    }
    return undefined;
  }

  /** Guards that a method chooses from: whichever it gives, it is one of those it names. */
  #namedIn(method: number): Given[] {
    const { program, models } = this.#analysis;
    const module = program.moduleOf(method);
    const { firstInstruction, endInstruction } = program.functionAt(method);
    const { kinds } = module.ir;
    const found: Given[] = [];
    for (let local = firstInstruction; local < endInstruction; local++) {
      if (kinds[local] !== Kind.Imported && kinds[local] !== Kind.Captured) continue;
      const term: Term = { kind: "term", module, local, frame: undefined };
      const meaning = this.#evaluator.meaningOf(term);
      const isGuard =
        models.rows(this.#evaluator.apiOf(term)).rows.some(({ role }) => role === "check") ||
        models.vocabulary.isOpen(nameIn(labelOf(this.#analysis, { meaning, written: term }))) ||
        functionsIn(meaning).some((fn) => this.#classes.lineageOf(fn) !== undefined);
      if (isGuard) found.push({ meaning, written: term });
    }
    return found;
  }

  /** What a field of a record lists, anywhere in the program: values, or texts that name them by module and name. */
  #configured(field: string): Given[] {
    const found: Given[] = [];
    for (const module of this.#analysis.program.modules) {
      const { kinds, operands, operandStart, strings } = module.ir;
      for (let local = 0; local < kinds.length; local++) {
        if (kinds[local] !== Kind.Record) continue;
        let at = operandStart[local]!;
        for (let count = operands[at++]!; count > 0; count--, at += 2) {
          if (strings[operands[at]!] !== field) continue;
          const value: Term = { kind: "term", module, local: operands[at + 1]!, frame: undefined };
          const listed = this.#decorations.listed({
            meaning: this.#evaluator.meaningOf(value),
            written: value,
          });
          found.push(...listed.map((one) => this.#named(module, one)));
        }
      }
    }
    return found;
  }

  /** What models say of a library's guard that a text names by module and name. */
  #byName({ meaning: [only], written }: Given): Guard | undefined {
    const text = only?.kind === "term" ? this.#evaluator.textOf(only) : undefined;
    if (only?.kind !== "term" || text === undefined) return undefined;
    const { models } = this.#analysis;
    const parts = text.split(".");
    const checks = parts.flatMap((_, at) => {
      const root = models.root(parts.slice(0, at).join("."), only.module.ir.language);
      const api = parts.slice(at).reduce((token, name) => models.member(token, name), root);
      return models.rows(api).rows.flatMap((row) => (row.role === "check" ? [row] : []));
    });
    const { module, local } = written ?? only;
    return {
      kinds: [...new Set(checks.map(({ kind }) => kind))].sort(),
      evidence: "model",
      origin: "global",
      label: parts.at(-1)!,
      value: module.valueBase + local,
      functions: [],
      except: checks.flatMap(({ except }) => except),
    };
  }

  /** A text that names a value of the program stands for it. */
  #named(module: SourceModule, given: Given): Given {
    const [only] = given.meaning;
    const text = only?.kind === "term" ? this.#evaluator.textOf(only) : undefined;
    const parts = /^(.+)\.(\w+)$/.exec(text ?? "");
    if (!parts) return given;
    const target = this.#analysis.tracking.linker.resolve(module, parts[1]!, parts[2]);
    const value = target && this.#analysis.constants.exportOf(target, parts[2]!);
    if (!value) return given;
    const term: Term = { kind: "term", ...value, frame: undefined };
    return { meaning: this.#evaluator.meaningOf(term), written: term };
  }
}

/** `AllowAny` of `permissions.AllowAny()`. */
const nameIn = (label: string): string =>
  label.replace(/^@/, "").replace(/\(.*$/s, "").split(".").at(-1) ?? "";
