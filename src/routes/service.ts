/** The model of a service that logic queries ask: its routes, and what they read and write. */
import type { Analysis } from "../dataflow/analysis.ts";
import type { FieldClass } from "../models/vocabulary.ts";
import { type Access, Accesses } from "./accesses.ts";
import { Code } from "./code.ts";
import { discoverRoutes } from "./discover.ts";
import { Evaluator } from "./evaluate.ts";
import type { Route } from "./route.ts";

export class Service {
  readonly routes: readonly Route[];
  /** What the program says beyond its routes. */
  readonly code: Code;
  readonly #analysis: Analysis;
  readonly #accesses: Accesses;
  #fields: Map<string, Set<string>> | undefined;

  constructor(analysis: Analysis) {
    const evaluator = new Evaluator(analysis);
    this.routes = discoverRoutes(analysis, evaluator);
    this.#analysis = analysis;
    this.code = new Code(analysis);
    this.#accesses = new Accesses(analysis, evaluator);
  }

  /** What a route reads and writes, in the order of the code. */
  accessesOf(route: Route): readonly Access[] {
    return this.#accesses.of(route);
  }

  /** The file a route is registered in. */
  fileOf(route: Route): string {
    return this.#analysis.program.moduleOfValue(route.registration).path;
  }

  /** What a field of a record means; undefined where its name says nothing. */
  fieldClass(name: string): FieldClass | undefined {
    return this.#analysis.models.vocabulary.fieldClass(name);
  }

  /** Whether a name stands for whoever sends the request. */
  isPrincipal(name: string): boolean {
    return this.#analysis.models.vocabulary.isPrincipal(name);
  }

  /** Whether a name is that of a part of a request that its sender fills as it likes. */
  isInput(name: string): boolean {
    return this.#analysis.models.vocabulary.isInput(name);
  }

  /** Whether a function of this name asks for a record. */
  isLookup(name: string): boolean {
    const { vocabulary } = this.#analysis.models;
    return vocabulary.isLookup(name) || vocabulary.isQuery(name);
  }

  /** Whether a function of this name is there to fail. */
  isDemand(name: string): boolean {
    return this.#analysis.models.vocabulary.isDemand(name);
  }

  /** Fields of a table, as far as some route asks for them or writes them. */
  fieldsOf(table: string): ReadonlySet<string> {
    if (!this.#fields) {
      this.#fields = new Map();
      for (const route of this.routes)
        for (const { table: of, where, written } of this.accessesOf(route)) {
          const known = this.#fields.get(of) ?? new Set();
          for (const { name } of [...where, ...written]) known.add(name);
          this.#fields.set(of, known);
        }
    }
    return this.#fields.get(table) ?? new Set();
  }
}
