/** The model of a service that logic queries ask: its routes, and what they read and write. */
import type { Analysis } from "../dataflow/analysis.ts";
import type { FieldClass, Vocabulary } from "../models/vocabulary.ts";
import { Kind } from "../program/ir/kinds.ts";
import { type Access, Accesses } from "./accesses.ts";
import { Checks } from "./checks.ts";
import { Code } from "./code.ts";
import { type Relations, relationsOf } from "./comparisons.ts";
import { discoverRoutes } from "./discover.ts";
import { Evaluator } from "./evaluate.ts";
import type { ServiceFunction } from "./function.ts";
import { Functions } from "./functions.ts";
import { needsSender } from "./needs-sender.ts";
import type { Guard, Route } from "./route.ts";

/** What is longer is a text. */
const NAME = 48;

export class Service {
  readonly routes: readonly Route[];
  /** What the program says beyond its routes. */
  readonly code: Code;
  readonly #analysis: Analysis;
  readonly #evaluator: Evaluator;
  readonly #accesses: Accesses;
  readonly #relations = new Map<Route, Relations>();
  #fields: Map<string, Set<string>> | undefined;
  #functions: Functions | undefined;

  constructor(analysis: Analysis) {
    const evaluator = new Evaluator(analysis);
    this.routes = discoverRoutes(analysis, evaluator);
    this.#analysis = analysis;
    this.#evaluator = evaluator;
    this.code = new Code(analysis);
    this.#accesses = new Accesses(analysis, evaluator);
  }

  /** What a route reads and writes, in the order of the code. */
  accessesOf(route: Route): readonly Access[] {
    return this.#accesses.of(route);
  }

  /** All functions of the program, in the order of files and lines. */
  functions(): readonly ServiceFunction[] {
    this.#functions ??= new Functions(this.#analysis, new Checks(this.#analysis), this.routes);
    return this.#functions.all();
  }

  /** What a route compares, and what it asks about the sender. */
  relationsOf(route: Route): Relations {
    let known = this.#relations.get(route);
    if (!known) {
      known = relationsOf(
        this.#analysis,
        this.#evaluator,
        route.handlers,
        this.#accesses.runsOf(route),
        this.#accesses.originsIn(route),
        (call) => this.#accesses.isAccess(call),
      );
      this.#relations.set(route, known);
    }
    return known;
  }

  /** Whether a guard looks at a part of the request of this name: it is written with it, or its code reads it. */
  guardReads(guard: Guard, name: string): boolean {
    if (new RegExp(`\\b${name.replace(/\W/g, "")}\\b`).test(guard.label)) return true;
    return guard.functions.some((fn) => {
      const module = this.#analysis.program.moduleOf(fn);
      const { firstInstruction, endInstruction } = this.#analysis.program.functionAt(fn);
      const { kinds, operands, operandStart, strings } = module.ir;
      for (let local = firstInstruction; local < endInstruction; local++) {
        if (kinds[local] !== Kind.Load) continue;
        const field = operands[operandStart[local]! + 1]!;
        if (field >= 0 && strings[field] === name) return true;
      }
      return false;
    });
  }

  /** Whether any file of the program speaks of something by such a name. */
  mentions(isIt: (name: string) => boolean): boolean {
    return this.#analysis.program.modules.some(({ ir }) =>
      ir.strings.some((name) => name.length <= NAME && isIt(name)),
    );
  }

  /** What names say: of fields, of those who send requests, of tables. */
  get vocabulary(): Vocabulary {
    return this.#analysis.models.vocabulary;
  }

  /** The file a route is registered in. */
  fileOf(route: Route): string {
    return this.#analysis.program.moduleOfValue(route.registration).path;
  }

  /** Whether the handler takes something of whoever sends the request, and so cannot do without. */
  needsSender({ handlers }: Route): boolean {
    return handlers.some((fn) => needsSender(this.#analysis, fn));
  }

  /** Whether a part of the path says that everybody may call what lies below it. */
  isOpenArea({ path }: Route): boolean {
    return partsOf(path).some((part) => this.vocabulary.isPublic(part));
  }

  /** Whether a part of the path says that what lies below it is the sender's own. */
  isOwnArea({ path }: Route): boolean {
    return partsOf(path).some((part) => this.vocabulary.isOwn(part));
  }

  /** What a field of a record means; undefined where its name says nothing. */
  fieldClass(name: string): FieldClass | undefined {
    return this.#analysis.models.vocabulary.fieldClass(name);
  }

  /** Whether a function of this name asks for a record. */
  isLookup(name: string): boolean {
    return this.vocabulary.isLookup(name) || this.vocabulary.isQuery(name);
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

/** The constant parts of a path; names of procedures have theirs between dots, and files theirs between signs. */
const partsOf = (path: string): string[] =>
  path
    .split(/[/.]/)
    .map((part) => part.replace(/^_+|[+_]+$/g, ""))
    .filter((part) => /^[a-zA-Z0-9]/.test(part));
