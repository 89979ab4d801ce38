/** Routes that are the members of an object given to a call: procedures, methods, resolvers. */
import type { Analysis } from "../dataflow/analysis.ts";
import { REGISTRATION_CALLS } from "../limits.ts";
import type { RouteRow, TableRow } from "../models/rows.ts";
import { CallForm, Kind } from "../program/ir/kinds.ts";
import { type Evaluator, functionsIn, type Given, type Term } from "./evaluate.ts";
import type { Steps } from "./guards.ts";
import { publicReason } from "./public.ts";
import type { Guard, Route } from "./route.ts";

export class Tables {
  readonly #analysis: Analysis;
  readonly #evaluator: Evaluator;
  readonly #steps: Steps;

  constructor(analysis: Analysis, evaluator: Evaluator, steps: Steps) {
    this.#analysis = analysis;
    this.#evaluator = evaluator;
    this.#steps = steps;
  }

  routes(): Route[] {
    const tables: { call: Term; row: TableRow }[] = [];
    for (const module of this.#analysis.program.modules) {
      const { kinds, operands, operandStart } = module.ir;
      for (let local = 0; local < kinds.length; local++) {
        if (kinds[local] !== Kind.Call || operands[operandStart[local]!] === CallForm.Decorator)
          continue;
        const call: Term = { kind: "term", module, local, frame: undefined };
        for (const row of this.#rowsOf(call)) if (row.role === "table") tables.push({ call, row });
      }
    }
    const found: Route[] = [];
    // A table inside another one is listed there, under its whole path.
    const nested = new Set<string>();
    for (const { call, row } of tables) this.#nested(call, row, nested);
    for (const { call, row } of tables) {
      if (nested.has(keyOf(call))) continue;
      for (const given of this.#evaluator.at(call, row.at.segments))
        for (const one of given.meaning)
          if (one.kind === "term")
            found.push(...this.#members(row, one, [], call, REGISTRATION_CALLS));
    }
    return found;
  }

  #rowsOf(call: Term) {
    const { operands, operandStart } = call.module.ir;
    const callee: Term = { ...call, local: operands[operandStart[call.local]! + 1]! };
    return this.#analysis.models.rows(this.#evaluator.apiOf(callee)).rows;
  }

  /** Notes the tables among the members of a table. */
  #nested(call: Term, row: TableRow, nested: Set<string>): void {
    for (const given of this.#evaluator.at(call, row.at.segments))
      for (const one of given.meaning)
        for (const [, value] of this.#evaluator.entries(one)) {
          const made = this.#evaluator.callBehind(value);
          if (made && this.#rowsOf(made).some(({ role }) => role === "table"))
            nested.add(keyOf(made));
        }
  }

  #members(
    row: TableRow,
    object: Term,
    names: readonly string[],
    at: Term,
    depth: number,
  ): Route[] {
    if (depth === 0) return [];
    return [...this.#evaluator.entries(object)].flatMap(([name, value]) => {
      const path = [...names, name];
      const made = this.#evaluator.callBehind(value);
      if (made) {
        for (const inner of this.#rowsOf(made)) {
          if (inner.role === "route" && inner.chain) return this.#procedure(inner, made, path);
          if (inner.role === "table")
            return this.#evaluator
              .at(made, inner.at.segments)
              .flatMap(({ meaning }) => meaning)
              .flatMap((one) =>
                one.kind === "term" ? this.#members(inner, one, path, made, depth - 1) : [],
              );
        }
      }
      const meaning = this.#evaluator.meaningOf(value);
      const objects = meaning.flatMap((one) =>
        one.kind === "term" && one.module.ir.kinds[one.local] === Kind.Record ? [one] : [],
      );
      if (objects.length > 0)
        return objects.flatMap((one) => this.#members(row, one, path, at, depth - 1));
      if (functionsIn(meaning).length === 0) return [];
      const method = row.method ?? path[0]!.toUpperCase();
      const shown = row.method === undefined ? path.slice(1) : path;
      // A function under the outermost key alone has no name of its own: a type's resolver, say.
      return shown.length === 0
        ? []
        : [this.#route(row.library, method, shown, { meaning, written: value }, value, [])];
    });
  }

  /** A call at the end of a chain, whose middleware are the calls before it. */
  #procedure(row: RouteRow, call: Term, path: readonly string[]): Route[] {
    const guards: Guard[] = [];
    for (let at: Term | undefined = this.#chainedTo(call); at; at = this.#chainedTo(at)) {
      for (const one of this.#rowsOf(at)) {
        if (one.role !== "route" || !one.chain || one.method !== "use") continue;
        const steps = this.#evaluator
          .at(at, one.handlers.segments)
          .map((given) => this.#steps.guardOf(this.#steps.stepOf(given, at!), "router"));
        guards.unshift(...steps);
      }
    }
    return this.#evaluator
      .at(call, row.handlers.segments)
      .map((given) => this.#route(row.library, row.method ?? "*", path, given, call, guards));
  }

  /** The call that what a call is made on comes from. */
  #chainedTo(call: Term): Term | undefined {
    const { operands, operandStart } = call.module.ir;
    const receiver = operands[operandStart[call.local]! + 2]!;
    if (receiver < 0) return undefined;
    const made = this.#evaluator.callBehind({ ...call, local: receiver });
    return made && this.#madeBy(made);
  }

  /** The end of the chain that a function of the program gives: `const scoped = (name) => signedIn.use(...)`. */
  #madeBy(call: Term): Term {
    if (this.#rowsOf(call).some((row) => row.role === "route" && row.chain)) return call;
    const [only, ...others] = this.#evaluator.meaningOf(call);
    const isChain =
      only?.kind === "term" &&
      others.length === 0 &&
      only.module.ir.kinds[only.local] === Kind.Call &&
      this.#rowsOf(only).some((row) => row.role === "route" && row.chain);
    return isChain ? only : call;
  }

  #route(
    library: string,
    method: string,
    path: readonly string[],
    given: Given,
    at: Term,
    guards: readonly Guard[],
  ): Route {
    const step = this.#steps.stepOf(given, at);
    const handlers = this.#steps.handlersOf(step);
    return {
      method,
      path: path.join("."),
      parameters: [],
      framework: library,
      handlers,
      inputs: "all",
      label: step.label,
      registration: at.module.valueBase + at.local,
      guards: [...guards, ...this.#steps.wrappersOf(step), ...this.#steps.inlineOf(handlers)],
      chain: "whole",
      public: publicReason(this.#analysis, path.join("/"), handlers),
    };
  }
}

const keyOf = ({ module, local }: Term): string => `${module.valueBase + local}`;
