/** Routes that files are by where they stand, and functions by what they say first: no call registers them. */
import type { Analysis } from "../dataflow/analysis.ts";
import type { FileRow } from "../models/rows.ts";
import type { SourceModule } from "../program/program.ts";
import type { Evaluator, Given, Term } from "./evaluate.ts";
import { functionsIn } from "./evaluate.ts";
import type { Steps } from "./guards.ts";
import { join, parametersOf } from "./paths.ts";
import { publicReason } from "./public.ts";
import type { Guard, Route } from "./route.ts";

/** Middleware of the whole service, for the paths it names. */
interface Middleware {
  readonly guard: Guard;
  readonly covers: (path: string) => boolean;
}

export class Conventions {
  readonly #analysis: Analysis;
  readonly #evaluator: Evaluator;
  readonly #steps: Steps;

  constructor(analysis: Analysis, evaluator: Evaluator, steps: Steps) {
    this.#analysis = analysis;
    this.#evaluator = evaluator;
    this.#steps = steps;
  }

  routes(): Route[] {
    const { files } = this.#analysis.models;
    const modules = this.#analysis.program.modules;
    const middleware = files
      .filter(({ method }) => method === "use")
      .flatMap((row) => modules.flatMap((module) => this.#middleware(row, module)));
    return files
      .filter(({ method }) => method !== "use")
      .flatMap((row) => modules.flatMap((module) => this.#routesOf(row, module, middleware)));
  }

  #routesOf(row: FileRow, module: SourceModule, middleware: readonly Middleware[]): Route[] {
    const match = row.path?.exec(module.path);
    if (row.path && !match) return [];
    if (row.directive !== undefined) return this.#byDirective(row, module, row.directive);
    const served = (match?.groups?.route ?? "").replace(row.drop ?? /$^/, "");
    const path = join("", served.replace(/(?:^|\/)index$/, ""));
    return this.#exported(module, row).flatMap(([name, term]) =>
      this.#routeOf(row, row.method ?? name.toUpperCase(), path, term, (one) =>
        middleware.filter(({ covers }) => covers(one)).map(({ guard }) => guard),
      ),
    );
  }

  /** Functions of a module that says so, or that say so themselves: each can be called by whoever knows its name. */
  #byDirective(row: FileRow, module: SourceModule, directive: string): Route[] {
    const said = module.ir.directives.filter(({ text }) => text === directive);
    if (said.length === 0) return [];
    // A middleware is for paths, and these have none.
    if (said.some((one) => one.function === 0))
      return this.#exported(module, row).flatMap(([name, term]) =>
        this.#routeOf(row, row.method ?? "*", `${module.path}#${name}`, term, () => []),
      );
    return said.flatMap(({ function: local }) => {
      const fn = module.functionBase + local;
      const given: Given = {
        meaning: [{ kind: "function", fn, frame: undefined }],
        written: undefined,
      };
      const { firstInstruction } = module.ir.functions[local]!;
      const at: Term = { kind: "term", module, local: firstInstruction, frame: undefined };
      const name = this.#analysis.program.symbolOf(fn);
      return this.#route(row, row.method ?? "*", `${module.path}#${name}`, given, at, () => []);
    });
  }

  /** What a module exports under the row's names. */
  #exported(module: SourceModule, { exports, members }: FileRow): (readonly [string, Term])[] {
    const names = exports ?? module.ir.exports.flatMap(({ name }) => (name === "*" ? [] : [name]));
    const found: (readonly [string, Term])[] = [];
    for (const name of names) {
      const value = this.#analysis.constants.exportOf(module, name);
      if (!value) continue;
      const term: Term = { kind: "term", ...value, frame: undefined };
      if (!members) found.push([name, term]);
      else
        for (const one of this.#evaluator.meaningOf(term))
          found.push(...this.#evaluator.entries(one));
    }
    return found;
  }

  #routeOf(
    row: FileRow,
    method: string,
    path: string,
    term: Term,
    standing: (path: string) => readonly Guard[],
  ): Route[] {
    const given = { meaning: this.#evaluator.meaningOf(term), written: term };
    return this.#route(row, method, path, given, term, standing);
  }

  #route(
    row: FileRow,
    method: string,
    path: string,
    given: Given,
    at: Term,
    standing: (path: string) => readonly Guard[],
  ): Route[] {
    const step = this.#steps.stepOf(given, at);
    const handlers = this.#steps.handlersOf(step);
    if (
      handlers.length === 0 &&
      functionsIn(given.meaning).length === 0 &&
      step.wrapped.length === 0
    )
      return [];
    return [
      {
        method,
        path,
        parameters: parametersOf(path),
        framework: row.library,
        handlers,
        inputs: row.directive === undefined ? [] : "all",
        label: step.label,
        registration: at.module.valueBase + at.local,
        guards: [
          ...standing(path),
          ...this.#steps.wrappersOf(step),
          ...this.#steps.inlineOf(handlers),
        ],
        chain: "whole",
        public: publicReason(this.#analysis, path.replace(/^.*#/, ""), handlers),
      },
    ];
  }

  #middleware(row: FileRow, module: SourceModule): Middleware[] {
    if (!row.path?.test(module.path)) return [];
    const patterns = this.#matcher(row, module);
    return this.#exported(module, row).map(([, term]) => {
      const given = { meaning: this.#evaluator.meaningOf(term), written: term };
      return {
        guard: this.#steps.guardOf(this.#steps.stepOf(given, term), "global"),
        covers: (path) => patterns === undefined || patterns.some((one) => one.test(path)),
      };
    });
  }

  /** The paths that middleware says it is for; undefined: for all. */
  #matcher({ matcher }: FileRow, module: SourceModule): RegExp[] | undefined {
    const [name, member] = matcher ?? [];
    const value = name === undefined ? undefined : this.#analysis.constants.exportOf(module, name);
    if (!value || member === undefined) return undefined;
    const patterns = this.#evaluator
      .meaningOf({ kind: "term", ...value, frame: undefined })
      .flatMap((config) => this.#evaluator.field(config, member))
      .flatMap((one) => {
        const elements = this.#evaluator.elementsOf(one);
        return elements
          ? this.#evaluator.flatten(elements).flatMap(({ meaning }) => meaning)
          : [one];
      })
      .flatMap((one) => [one, ...this.#evaluator.field(one, "source")])
      .flatMap((one) => (one.kind === "term" ? (this.#evaluator.textOf(one) ?? []) : []));
    return patterns.length === 0 ? undefined : patterns.flatMap(patternOf);
  }
}

/** A pattern of paths in the manner of path-to-regexp; none where it is none. */
function patternOf(text: string): RegExp[] {
  const source = text
    .replace(/\/:\w+\*/g, "(?:/.*)?")
    .replace(/\/:\w+\+/g, "/.+")
    .replace(/:\w+/g, "[^/]+");
  try {
    return [new RegExp(`^${source}/?$`)];
  } catch {
    return [];
  }
}
