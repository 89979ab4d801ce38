/** The model of a service that logic queries ask: its routes, and what they read and write. */
import type { Analysis } from "../dataflow/analysis.ts";
import type { FieldClass } from "../models/vocabulary.ts";
import { type Access, Accesses } from "./accesses.ts";
import { discoverRoutes } from "./discover.ts";
import { Evaluator } from "./evaluate.ts";
import type { Route } from "./route.ts";

export class Service {
  readonly routes: readonly Route[];
  readonly #analysis: Analysis;
  readonly #accesses: Accesses;
  #fields: Map<string, Set<string>> | undefined;

  constructor(analysis: Analysis) {
    const evaluator = new Evaluator(analysis);
    this.routes = discoverRoutes(analysis, evaluator);
    this.#analysis = analysis;
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

  /** Fields of a table, as far as some route asks for them or writes them. */
  fieldsOf(table: string): ReadonlySet<string> {
    if (!this.#fields) {
      this.#fields = new Map();
      for (const route of this.routes)
        for (const { table: of, where, written, columns } of this.accessesOf(route)) {
          const known = this.#fields.get(of) ?? new Set();
          for (const { name } of [...where, ...written]) known.add(name);
          for (const name of columns ?? []) known.add(name);
          this.#fields.set(of, known);
        }
    }
    return this.#fields.get(table) ?? new Set();
  }
}
