/** What a route reads and writes: tables, conditions and written fields, each with where its value comes from. */
import type { Analysis } from "../dataflow/analysis.ts";
import { ACCESS_DEPTH, RUNS_PER_ROUTE } from "../limits.ts";
import type { AccessRow, Operation } from "../models/rows.ts";
import { CallForm, Kind, unspread } from "../program/ir/kinds.ts";
import { type Evaluator, type Frame, functionsIn, type Meaning, type Term } from "./evaluate.ts";
import { type Origin, Provenance } from "./provenance.ts";
import { render } from "./render.ts";
import type { Route } from "./route.ts";
import { type Statement, statementOf } from "./statement.ts";

export interface AccessField {
  readonly name: string;
  readonly from: readonly Origin[];
}

export interface Access {
  /** The call, as a value of the program. */
  readonly value: number;
  /** The function it stands in. */
  readonly fn: number;
  readonly table: string;
  readonly operation: Operation;
  readonly where: readonly AccessField[];
  readonly written: readonly AccessField[];
  /** Origins of objects that are written as a whole, with whatever fields they have. */
  readonly spread: readonly Origin[];
  /** Some of the conditions could not be read. */
  readonly open: boolean;
}

/** HTTP methods: their handlers take a request, and not what the client says, as arguments. */
const HTTP = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|\*)$/;

export class Accesses {
  readonly #analysis: Analysis;
  readonly #evaluator: Evaluator;
  readonly #provenance: Provenance;
  readonly #known = new Map<Route, readonly Access[]>();

  constructor(analysis: Analysis, evaluator: Evaluator) {
    this.#analysis = analysis;
    this.#evaluator = evaluator;
    this.#provenance = new Provenance(analysis, evaluator);
  }

  /** In the order of the code, helpers' in the place of their calls. */
  of(route: Route): readonly Access[] {
    let known = this.#known.get(route);
    if (!known) {
      known = this.#find(route);
      this.#known.set(route, known);
    }
    return known;
  }

  #find(route: Route): Access[] {
    const found = new Map<string, Access>();
    const seen = new Set<string>();
    const entries = new Set(route.handlers);
    const isInput = ({ module, frame, local }: Term): boolean => {
      if (HTTP.test(route.method) || !frame || !entries.has(frame.fn)) return false;
      const { operands, operandStart } = module.ir;
      return operands[operandStart[local]!]! >= 0;
    };
    const visit = (fn: number, frame: Frame): void => {
      const run = `${fn} ${this.#evaluator.identityOf(frame)}`;
      if (frame.depth > ACCESS_DEPTH || seen.has(run) || seen.size >= RUNS_PER_ROUTE) return;
      seen.add(run);
      const module = this.#analysis.program.moduleOf(fn);
      const { firstInstruction, endInstruction } = this.#analysis.program.functionAt(fn);
      const { kinds, operands, operandStart } = module.ir;
      for (let local = firstInstruction; local < endInstruction; local++) {
        if (kinds[local] !== Kind.Call || operands[operandStart[local]!] === CallForm.Decorator)
          continue;
        const call: Term = { kind: "term", module, local, frame };
        const callee: Term = { ...call, local: operands[operandStart[local]! + 1]! };
        const site = this.#analysis.callees.at(module, local);
        const rows = this.#analysis.models
          .rows(site.targets.length > 0 ? this.#evaluator.apiOf(callee) : site.api)
          .rows.filter((row) => row.role === "access");
        for (const row of rows) {
          const access = this.#accessOf(call, row, fn, isInput);
          if (access) found.set(`${access.value} ${access.operation} ${keyOf(access)}`, access);
        }
        if (rows.length > 0) continue;
        if (!site.byName && site.targets.length > 0) {
          const args = this.#evaluator.argumentsOf(call);
          for (const one of this.#evaluator.calleesOf(call))
            visit(one.fn, this.#evaluator.frameOf(one.fn, one.frame, args, frame));
        }
        // Functions handed over run inside: a transaction, a loop over elements.
        for (const operand of operands.subarray(
          operandStart[local]! + 4,
          operandStart[local + 1]!,
        )) {
          if (kinds[unspread(operand)] !== Kind.Closure) continue;
          const inner = this.#evaluator.meaningOf({ ...call, local: unspread(operand) });
          for (const one of functionsIn(inner))
            visit(one, this.#evaluator.frameOf(one, frame, undefined, frame));
        }
      }
    };
    for (const fn of route.handlers)
      visit(fn, this.#evaluator.frameOf(fn, undefined, undefined, undefined));
    return [...found.values()];
  }

  #accessOf(
    call: Term,
    row: AccessRow,
    fn: number,
    isInput: (formal: Term) => boolean,
  ): Access | undefined {
    const value = call.module.valueBase + call.local;
    if (row.sql) return this.#statement(call, row, fn, isInput);
    const reader = new Fields(
      this.#evaluator,
      (term) => this.#provenance.of(term, isInput),
      (name) => this.#analysis.models.vocabulary.isMerger(name),
    );
    const where = row.where ? reader.at(call, row.where.segments) : NO_FIELDS;
    const data = row.data ? reader.at(call, row.data.segments) : NO_FIELDS;
    const key = row.key
      ? this.#evaluator.at(call, row.key.segments).flatMap(({ meaning }): AccessField[] => {
          const objects = meaning.flatMap((one) => (isRecord(one) ? [one] : []));
          if (objects.length > 0) return objects.flatMap((one) => reader.of(one).fields);
          const from = meaning.flatMap((one) =>
            one.kind === "term" ? this.#provenance.of(one, isInput) : [],
          );
          return from.length === 0 ? [] : [{ name: "id", from }];
        })
      : [];
    return {
      value,
      fn,
      table: this.#table(call, row),
      operation: row.operation,
      where: [...key, ...where.fields],
      written: data.fields,
      spread: data.spread,
      open: where.spread.length > 0,
    };
  }

  #table(call: Term, row: AccessRow): string {
    if (row.table) {
      const [given] = this.#evaluator.at(call, row.table.segments);
      const [one] = given?.meaning ?? [];
      if (one?.kind === "function")
        return this.#analysis.program.symbolOf(one.fn) || this.#classNameOf(one.fn);
      if (one?.kind === "term")
        return (
          this.#evaluator.textOf(one) ?? lastName(render(this.#analysis, one.module, one.local))
        );
    }
    const { operands, operandStart } = call.module.ir;
    const receiver = operands[operandStart[call.local]! + 2]!;
    return receiver < 0 ? "" : lastName(render(this.#analysis, call.module, receiver));
  }

  #classNameOf(fn: number): string {
    const module = this.#analysis.program.moduleOf(fn);
    return module.ir.classes[this.#analysis.program.functionAt(fn).class]?.name ?? "";
  }

  #statement(
    call: Term,
    row: AccessRow,
    fn: number,
    isInput: (formal: Term) => boolean,
  ): Access | undefined {
    const statement: Statement | undefined = statementOf(this.#evaluator, call, row);
    if (!statement) return undefined;
    const fields = (list: Statement["where"]): AccessField[] =>
      list.map(({ name, value }) => ({ name, from: this.#provenance.of(value, isInput) }));
    return {
      value: call.module.valueBase + call.local,
      fn,
      table: statement.table,
      operation: statement.operation,
      where: fields(statement.where),
      written: fields(statement.written),
      spread: statement.spread.flatMap((one) => this.#provenance.of(one, isInput)),
      open: statement.open,
    };
  }
}

const NO_FIELDS = { fields: [], spread: [] } as const;

/** Keys of conditions that combine or compare: what they hold is about the field above them. */
const OPERATOR =
  /^(?:AND|OR|NOT|some|every|none|is|isNot|equals|in|notIn|not|contains|startsWith|endsWith|gte?|lte?|mode|\$\w+)$/;

/** Reads objects of conditions and of data. */
class Fields {
  readonly #evaluator: Evaluator;
  readonly #from: (term: Term) => Origin[];

  readonly #isMerger: (name: string) => boolean;

  constructor(
    evaluator: Evaluator,
    from: (term: Term) => Origin[],
    isMerger: (name: string) => boolean,
  ) {
    this.#evaluator = evaluator;
    this.#from = from;
    this.#isMerger = isMerger;
  }

  at(
    call: Term,
    segments: Parameters<Evaluator["at"]>[1],
  ): { fields: AccessField[]; spread: Origin[] } {
    const read = this.#evaluator
      .at(call, segments)
      .flatMap(({ meaning }) => meaning)
      .flatMap((one) => (one.kind === "term" ? [this.of(one)] : []));
    return {
      fields: read.flatMap(({ fields }) => fields),
      spread: read.flatMap(({ spread }) => spread),
    };
  }

  /** What is put into an object as a whole after it is made: `Object.assign(entity, request.body)`. */
  #merged(object: Term): Origin[] {
    const { module, local, frame } = object;
    const { kinds, functions } = module.ir;
    const owner = functions.find(
      ({ firstInstruction, endInstruction }) => local >= firstInstruction && local < endInstruction,
    );
    if (!owner || kinds[local] !== Kind.Call) return [];
    const merged: Origin[] = [];
    for (let at = local + 1; at < owner.endInstruction; at++) {
      if (kinds[at] !== Kind.Call) continue;
      const call: Term = { kind: "term", module, local: at, frame };
      if (!this.#isMerger(nameOf(call))) continue;
      const [target, ...others] = this.#evaluator.argumentsOf(call);
      const isIt = target?.meaning.some(
        (one) => one.kind === "term" && one.module === module && one.local === local,
      );
      if (!isIt) continue;
      for (const { meaning } of others)
        for (const one of meaning) {
          if (one.kind !== "term") continue;
          merged.push(...(isRecord(one) ? this.of(one).spread : this.#from(one)));
        }
    }
    return merged;
  }

  of(object: Term, above = "", depth = 5): { fields: AccessField[]; spread: Origin[] } {
    const { module, local, frame } = object;
    const { kinds, operands, operandStart, strings } = module.ir;
    const fields: AccessField[] = [];
    const spread: Origin[] = [];
    const elements = this.#evaluator.elementsOf(object);
    if (elements && depth > 0) {
      for (const { meaning } of this.#evaluator.flatten(elements))
        for (const one of meaning) {
          if (one.kind !== "term") continue;
          if (!isRecord(one)) {
            if (above !== "") fields.push({ name: above, from: this.#from(one) });
            continue;
          }
          const inner = this.of(one, above, depth - 1);
          fields.push(...inner.fields);
          spread.push(...inner.spread);
        }
      return { fields, spread };
    }
    if (kinds[local] !== Kind.Record || depth === 0)
      return { fields, spread: [...this.#from(object), ...this.#merged(object)] };
    let at = operandStart[local]!;
    for (let count = operands[at++]!; count > 0; count--, at += 2) {
      const key = strings[operands[at]!]!;
      const name = OPERATOR.test(key) ? above : key;
      const value: Term = { kind: "term", module, local: operands[at + 1]!, frame };
      const meanings = this.#evaluator.meaningOf(value);
      const objects = meanings.filter(
        (one): one is Term =>
          one.kind === "term" && (isRecord(one) || this.#evaluator.elementsOf(one) !== undefined),
      );
      for (const one of objects) fields.push(...this.of(one, name, depth - 1).fields);
      if (objects.length < meanings.length) fields.push({ name, from: this.#from(value) });
    }
    while (at < operandStart[local + 1]!) {
      const value: Term = { kind: "term", module, local: operands[at]!, frame };
      for (const one of this.#evaluator.meaningOf(value)) {
        if (one.kind !== "term") continue;
        const inner = this.of(one, above, depth - 1);
        fields.push(...inner.fields);
        spread.push(...inner.spread);
      }
      at += 2 + operands[at + 1]!;
    }
    return { fields, spread };
  }
}

/** A call's own name, as `assign` of `Object.assign`. */
function nameOf({ module, local }: Term): string {
  const { operands, operandStart, strings } = module.ir;
  const name = operands[operandStart[local]! + 3]!;
  return name < 0 ? "" : strings[name]!;
}

function isRecord(meaning: Meaning): meaning is Term {
  return meaning.kind === "term" && meaning.module.ir.kinds[meaning.local] === Kind.Record;
}

const keyOf = ({ where, written, spread }: Access): string =>
  JSON.stringify([where, written, spread]);

/** `user` of `this.prisma.user`, `User` of `getRepository(User)`. */
function lastName(text: string): string {
  const inner = /\((\w+)\)$/.exec(text);
  if (inner) return inner[1]!;
  return (
    text
      .replace(/\(.*$/s, "")
      .split(".")
      .findLast((name) => name !== "") ?? ""
  );
}
