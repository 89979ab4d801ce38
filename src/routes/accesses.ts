/** What a route reads and writes: tables, conditions and written fields, each with where its value comes from. */
import type { Analysis } from "../dataflow/analysis.ts";
import { unguarded } from "../dataflow/proofs.ts";
import { ACCESS_DEPTH, RUNS_PER_ROUTE } from "../limits.ts";
import { ArgumentPosition } from "../models/path-grammar.ts";
import type { AccessRow, CallPosition, ClauseRow, Operation } from "../models/rows.ts";
import { CallForm, Kind, unspread } from "../program/ir/kinds.ts";
import { Chains } from "./chains.ts";
import { type Evaluator, type Frame, functionsIn, type Term } from "./evaluate.ts";
import {
  type AccessField,
  Fields,
  type FieldsRead,
  isRecord,
  NO_FIELDS,
  nameOf,
  type Questions,
} from "./fields.ts";
import { Forms, type Written } from "./forms.ts";
import { type IsInput, type Origin, Provenance } from "./provenance.ts";
import { render } from "./render.ts";
import type { Route } from "./route.ts";
import { type Statement, type StatementField, statementOf } from "./statement.ts";
import { listedInTransactions, takesLock, transactionAt } from "./transactions.ts";

export type { AccessField } from "./fields.ts";

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
  /** The fields that are asked for; `all`: nothing says which. */
  readonly selected: readonly string[] | "all";
  /** How many records it gives at most; undefined: nothing says so. */
  readonly limit: readonly Origin[] | undefined;
  /** It happens as one with others, or not at all. */
  readonly inTransaction: boolean;
  /** Others that do the same have to wait. */
  readonly locked: boolean;
  /** Fields that may be written, where something says which they are. */
  readonly columns?: readonly string[];
  /** The calls from the handler down to the access, and those that merge what is written, as values of the program. */
  readonly through: readonly number[];
}

/** One run of a function below a handler. */
export interface Run {
  readonly fn: number;
  readonly frame: Frame;
}

/** What holds for everything that is done in one run of a function. */
interface Surroundings {
  readonly through: readonly number[];
  readonly inTransaction: boolean;
  readonly locked: boolean;
}

/** Where a value comes from. */
type OriginsOf = (term: Term) => Origin[];

const HTTP = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/;

interface Link {
  readonly call: Term;
  readonly rows: readonly (AccessRow | ClauseRow)[];
}

export class Accesses {
  readonly #provenance: Provenance;
  readonly #analysis: Analysis;
  readonly #evaluator: Evaluator;
  readonly #chains: Chains;
  readonly #forms: Forms;
  readonly #known = new Map<Route, { accesses: readonly Access[]; runs: readonly Run[] }>();

  constructor(analysis: Analysis, evaluator: Evaluator) {
    this.#analysis = analysis;
    this.#evaluator = evaluator;
    this.#provenance = new Provenance(analysis, evaluator);
    this.#chains = new Chains(analysis, evaluator);
    this.#forms = new Forms(analysis, evaluator);
  }

  readonly #questions: Questions = {
    isClass: (fn) => this.#analysis.program.functionAt(fn).role === "constructor",
    isMerger: (name) => this.#analysis.models.vocabulary.isMerger(name),
    putsTogether: (call) => {
      const { vocabulary } = this.#analysis.models;
      return vocabulary.isMerger(nameOf(call)) || vocabulary.isMaker(nameOf(call));
    },
    isRequest: (call) => {
      const { models, callees } = this.#analysis;
      const { api } = callees.at(call.module, call.local);
      return (
        this.#evaluator.isShaping(call, nameOf(call)) ||
        models
          .rows(models.result(api))
          .rows.some((row) => row.role === "source" && row.kind.startsWith("remote"))
      );
    },
    condition: (call) => {
      for (const row of this.#evaluator.rowsAt(call)) {
        if (row.role !== "condition") continue;
        if (!row.field) return { name: undefined, value: undefined };
        const [value] = row.value ? this.#evaluator.at(call, row.value.segments) : [];
        const [one] = value?.meaning ?? [];
        return {
          name: this.#nameAt(call, row.field),
          value: one?.kind === "term" ? one : undefined,
        };
      }
      return undefined;
    },
  };

  /** Whether a call is a query, a piece of one, or makes a condition. */
  isAccess(call: Term): boolean {
    return this.#evaluator
      .rowsAt(call)
      .some(({ role }) => ["access", "clause", "condition", "part"].includes(role));
  }

  /** In the order of the code, helpers' in the place of their calls. */
  of(route: Route): readonly Access[] {
    return this.#all(route).accesses;
  }

  /** The functions that run below a route's handlers. */
  runsOf(route: Route): readonly Run[] {
    return this.#all(route).runs;
  }

  #all(route: Route): { accesses: readonly Access[]; runs: readonly Run[] } {
    let known = this.#known.get(route);
    if (!known) {
      known = this.#find(route);
      this.#known.set(route, known);
    }
    return known;
  }

  /** Whether a formal of a route's handler is what the client sent. */
  #isInputOf(route: Route): IsInput {
    const entries = new Set(route.handlers);
    return (formal) => {
      const { module, frame, local } = formal;
      if (!frame || !entries.has(frame.fn)) return false;
      const position = module.ir.operands[module.ir.operandStart[local]!]!;
      const isSent = route.inputs === "all" ? position >= 0 : route.inputs.includes(position);
      return isSent && this.#isConverted(formal) ? "shaped" : isSent;
    };
  }

  /** Where a value comes from in what a route runs. */
  originsIn(route: Route): OriginsOf {
    const isInput = this.#isInputOf(route);
    const isPath = HTTP.test(route.method) && !/[*{?]/.test(route.path);
    return (term) =>
      this.#provenance.of(term, isInput).map((origin): Origin => {
        // What is called `params` and is none of the path's is something else.
        const isOther =
          isPath &&
          origin.kind === "request" &&
          origin.part === "path" &&
          !origin.whole &&
          !route.parameters.includes(origin.name);
        return isOther ? { kind: "unknown" } : origin;
      });
  }

  #find(route: Route): { accesses: Access[]; runs: Run[] } {
    const found = new Map<string, Access>();
    const seen = new Set<string>();
    const runs: Run[] = [];
    const originsOf = this.originsIn(route);
    const { vocabulary } = this.#analysis.models;
    const visit = (fn: number, frame: Frame, around: Surroundings): void => {
      const run = `${fn} ${this.#evaluator.identityOf(frame)}`;
      if (frame.depth > ACCESS_DEPTH || seen.has(run) || seen.size >= RUNS_PER_ROUTE) return;
      seen.add(run);
      runs.push({ fn, frame });
      const module = this.#analysis.program.moduleOf(fn);
      const record = this.#analysis.program.functionAt(fn);
      const { firstInstruction, endInstruction } = record;
      const { kinds, operands, operandStart } = module.ir;
      const locked = around.locked || takesLock(module, record, vocabulary);
      const listed = listedInTransactions(module, record, vocabulary);
      let begun = around.inTransaction;
      const links = this.#linksIn(module, record, frame);
      for (let local = firstInstruction; local < endInstruction; local++) {
        if (kinds[local] !== Kind.Call || operands[operandStart[local]!] === CallForm.Decorator)
          continue;
        const call: Term = { kind: "term", module, local, frame };
        const asOne = transactionAt(module, local, vocabulary);
        if (asOne === "from here on") begun = true;
        const here: Surroundings = {
          through: around.through,
          inTransaction: begun || listed.has(local),
          locked,
        };
        const chain = links.get(local);
        if (chain) {
          for (const access of this.#accessesOf(chain, fn, here, originsOf, found))
            found.set(`${access.value} ${access.operation} ${keyOf(access)}`, access);
        }
        const site = this.#analysis.callees.at(module, local);
        const isKnown = this.#evaluator
          .rowsAt(call)
          .some((row) => row.role === "clause" || (row.role === "access" && !row.onRecord));
        if (isKnown) continue;
        const form = this.#forms.writtenBy(call, nameOf(call));
        if (form) {
          const access = this.#byForm(call, form, fn, here, originsOf);
          found.set(`${access.value} ${access.operation} ${keyOf(access)}`, access);
          continue;
        }
        if (!site.byName && site.targets.length > 0) {
          const args = this.#evaluator.argumentsOf(call);
          for (const one of this.#evaluator.calleesOf(call))
            visit(one.fn, this.#evaluator.frameOf(one.fn, one.frame, args, frame), {
              ...here,
              through: [...here.through, module.valueBase + local],
            });
        }
        // Functions handed over run inside: a transaction, a loop over elements.
        for (const operand of operands.subarray(
          operandStart[local]! + 4,
          operandStart[local + 1]!,
        )) {
          if (kinds[unspread(operand)] !== Kind.Closure) continue;
          const inner = this.#evaluator.meaningOf({ ...call, local: unspread(operand) });
          for (const one of functionsIn(inner))
            visit(one, this.#evaluator.frameOf(one, frame, undefined, frame), {
              ...here,
              inTransaction: here.inTransaction || asOne !== undefined,
            });
        }
      }
    };
    const nothing: Surroundings = { through: [], inTransaction: false, locked: false };
    for (const fn of route.handlers)
      visit(fn, this.#evaluator.frameOf(fn, undefined, undefined, undefined), nothing);
    return { accesses: [...found.values()], runs };
  }

  /** Chains of calls that make queries, by the last call of each that says something of it. */
  #linksIn(
    module: Term["module"],
    { firstInstruction, endInstruction }: { firstInstruction: number; endInstruction: number },
    frame: Frame,
  ): Map<number, Link[]> {
    const { kinds, operands, operandStart } = module.ir;
    const chains = new Map<number, Link[]>();
    for (let local = firstInstruction; local < endInstruction; local++) {
      if (kinds[local] !== Kind.Call || operands[operandStart[local]!] === CallForm.Decorator)
        continue;
      const call: Term = { kind: "term", module, local, frame };
      const rows = this.#evaluator
        .rowsAt(call)
        .filter(
          (row): row is AccessRow | ClauseRow => row.role === "access" || row.role === "clause",
        );
      if (rows.length === 0) continue;
      const chain: Link[] = [{ call, rows }];
      // Calls in between that no row is about, as those that sort, are gone through.
      for (
        let at = operands[operandStart[local]! + 2]!, steps = 0;
        at >= 0 && steps < 32;
        steps++
      ) {
        at = unguarded(module, at);
        if (kinds[at] !== Kind.Call) break;
        const before = chains.get(at);
        if (before && rows.some(({ role }) => role === "clause")) {
          chain.unshift(...before);
          chains.delete(at);
          break;
        }
        at = operands[operandStart[at]! + 2]!;
      }
      chains.set(local, chain);
    }
    return chains;
  }

  #accessesOf(
    chain: readonly Link[],
    fn: number,
    around: Surroundings,
    originsOf: OriginsOf,
    found: ReadonlyMap<string, Access>,
  ): Access[] {
    const clauses = chain.flatMap(({ call, rows }) =>
      rows.flatMap((row) => (row.role === "clause" ? [{ call, row }] : [])),
    );
    const accesses = chain.flatMap(({ call, rows }) =>
      rows.flatMap((row) => (row.role === "access" ? [{ call, row }] : [])),
    );
    const added = clauses.map(({ call, row }) => this.#clause(call, row, originsOf));
    const whole = (one: Access): Access => ({
      ...one,
      table: added.find(({ table }) => table !== undefined)?.table ?? one.table,
      operation: added.findLast(({ operation }) => operation)?.operation ?? one.operation,
      where: [...one.where, ...added.flatMap(({ where }) => where)],
      written: [...one.written, ...added.flatMap(({ written }) => written)],
      spread: [...one.spread, ...added.flatMap(({ spread }) => spread)],
      open: one.open || added.some(({ open }) => open),
      selected: added.findLast(({ selected }) => selected !== undefined)?.selected ?? one.selected,
      limit: added.findLast(({ limit }) => limit !== undefined)?.limit ?? one.limit,
      through: [...one.through, ...added.flatMap(({ through }) => through)],
    });
    if (accesses.length > 0)
      return accesses.flatMap(({ call, row }) => {
        const access = this.#accessOf(call, row, fn, around, originsOf, found);
        return access ? [whole(access)] : [];
      });
    const last = chain.at(-1)!.call;
    const first = chain[0]!.call;
    const named = added.find(({ table }) => table !== undefined);
    if (!clauses.some(({ row }) => row.operation !== undefined)) return [];
    return [
      whole({
        value: first.module.valueBase + first.local,
        fn,
        table: this.#table(first, undefined),
        operation: "list",
        where: [],
        written: [],
        spread: [],
        open:
          (named === undefined && chain[0]!.rows.every((row) => !row.operation)) || !isDone(last),
        selected: "all",
        limit: undefined,
        inTransaction: around.inTransaction,
        locked: around.locked,
        through: around.through,
      }),
    ];
  }

  /** What one call adds to the query that a chain makes. */
  #clause(call: Term, row: ClauseRow, originsOf: OriginsOf) {
    const reader = this.#reader(originsOf);
    const where = row.where ? reader.at(call, row.where.segments) : NO_FIELDS;
    const data = row.data ? reader.at(call, row.data.segments) : NO_FIELDS;
    const piece = row.text ? this.#piece(call, row.text, row.params, originsOf) : NO_FIELDS;
    const name = row.field ? this.#nameAt(call, row.field) : undefined;
    const [value] = row.value ? this.#evaluator.at(call, row.value.segments) : [];
    const from = (value?.meaning ?? []).flatMap((one) =>
      one.kind === "term" ? originsOf(one) : [],
    );
    const one: AccessField[] = name === undefined ? [] : [{ name, from, atomic: row.atomic }];
    const writesOne = row.atomic || (row.operation !== undefined && row.field !== undefined);
    // `where(callback)`, `where(column)` that is no text: a condition that could not be read.
    const isUnread =
      row.where !== undefined && where.fields.length === 0 && piece.fields.length === 0 && !name;
    return {
      table: row.table ? this.#tableAt(call, row.table) : undefined,
      operation: row.operation,
      where: [
        ...(row.key ? this.#keyAt(call, row.key, reader, originsOf) : []),
        ...where.fields,
        ...piece.fields,
        ...(writesOne ? [] : one),
      ],
      written: [...data.fields, ...(writesOne ? one : [])],
      spread: data.spread,
      open:
        isUnread || piece.open || (name === undefined && (where.open || where.spread.length > 0)),
      selected: row.select ? this.#selectedAt(call, row.select) : undefined,
      limit: row.limit ? this.#originsAt(call, row.limit, originsOf) : undefined,
      through: reader.mergedAt,
    };
  }

  /** `"user.id = :id and user.team = :team"` with its values. */
  #piece(
    call: Term,
    text: CallPosition,
    params: CallPosition | undefined,
    originsOf: OriginsOf,
  ): FieldsRead {
    const [given] = this.#evaluator.at(call, text.segments);
    const [one] = given?.meaning ?? [];
    const constant = one?.kind === "term" ? this.#evaluator.textOf(one) : undefined;
    if (constant === undefined) return one ? { ...NO_FIELDS, open: true } : NO_FIELDS;
    const values = params
      ? this.#evaluator.at(call, params.segments).flatMap(({ meaning }) => meaning)
      : [];
    const fields: AccessField[] = [];
    const comparisons = constant.matchAll(
      /(\w+)["`\]]?\s*(?:=|<>|!=|[<>]=?|\bin|\blike|\bilike)\s*\(?\s*(?::(?:\.\.\.)?(\w+)|('[^']*'|\w+))/gi,
    );
    for (const [, name, parameter] of comparisons) {
      const from = parameter
        ? values
            .flatMap((object) => this.#evaluator.field(object, parameter))
            .flatMap((value) => (value.kind === "term" ? originsOf(value) : []))
        : [{ kind: "constant" } as const];
      fields.push({ name: name!, from, atomic: false });
    }
    return { fields, spread: [], open: fields.length === 0 };
  }

  #reader(originsOf: OriginsOf): Fields {
    return new Fields(this.#evaluator, originsOf, this.#questions);
  }

  #accessOf(
    call: Term,
    row: AccessRow,
    fn: number,
    around: Surroundings,
    originsOf: OriginsOf,
    found: ReadonlyMap<string, Access>,
  ): Access | undefined {
    const value = call.module.valueBase + call.local;
    if (row.sql) {
      const statement = this.#statement(call, row, fn, around, originsOf);
      if (statement || !row.chain) return statement;
    }
    if (row.chain) return this.#chained(call, row, fn, around, originsOf);
    if (row.record) return this.#ofRecord(call, row, row.record, fn, around, originsOf, found);
    if (row.named) return this.#derived(call, row, fn, around, originsOf);
    const reader = this.#reader(originsOf);
    const where = row.where ? reader.at(call, row.where.segments) : NO_FIELDS;
    const data = row.data ? reader.at(call, row.data.segments) : NO_FIELDS;
    // `repository.save(entity)`: the record is what was found before.
    const isGiven =
      !row.where && !row.key && ["upsert", "update", "delete"].includes(row.operation);
    const record =
      row.onRecord || isGiven ? this.#recordOf(call, row, originsOf, found) : undefined;
    if (row.onRecord && !record) return undefined;
    const limit = row.limit ? this.#originsAt(call, row.limit, originsOf) : [];
    return {
      value,
      fn,
      table: record?.table ?? this.#table(call, row),
      operation: row.operation,
      where: [
        ...(record ? [record.key] : []),
        ...(row.key ? this.#keyAt(call, row.key, reader, originsOf) : []),
        ...where.fields,
      ],
      written: data.fields,
      spread: data.spread,
      open: where.spread.length > 0 || where.open,
      selected: row.select ? this.#selectedAt(call, row.select) : "all",
      limit: limit.length > 0 ? limit : undefined,
      inTransaction: around.inTransaction,
      locked: around.locked,
      through: [...around.through, ...reader.mergedAt],
    };
  }

  /** What a form writes: of what was sent the fields that it lets through, and what it is given beside. */
  #byForm(
    call: Term,
    { table, data, open, columns }: Written,
    fn: number,
    around: Surroundings,
    originsOf: OriginsOf,
  ): Access {
    const beside = this.#reader(originsOf).at(call, [
      { kind: "argument", from: KEYWORDS, to: KEYWORDS, names: [] },
    ]).fields;
    // What may be sent and means nothing is no loss: a form with every field of a harmless record.
    const own = new Set(beside.map(({ name }) => name));
    const matters = columns.some(
      (name) => !own.has(name) && this.#analysis.models.vocabulary.fieldClass(name) !== undefined,
    );
    return {
      ...around,
      value: call.module.valueBase + call.local,
      fn,
      table,
      operation: "upsert",
      where: [],
      written: beside,
      spread: data
        .flatMap(originsOf)
        .map((one) => (one.kind === "request" ? { ...one, shaped: !(open && matters) } : one)),
      open: true,
      selected: "all",
      limit: undefined,
      columns,
    };
  }

  /** Whether the library makes an object of the declared class of what was sent, so that it has no other fields. */
  #isConverted({ module, local }: Term): boolean {
    const { operands, operandStart, strings } = module.ir;
    const type = operands[operandStart[local]! + 2]!;
    return (
      type >= 0 &&
      DECLARED.test(strings[type]!) &&
      this.#analysis.models
        .rows(this.#analysis.tracking.apiOf(module.valueBase + local))
        .rows.some((row) => row.role === "source" && row.converted)
    );
  }

  /** An access at the end of a query that calls have put together. */
  #chained(
    call: Term,
    row: AccessRow,
    fn: number,
    around: Surroundings,
    originsOf: OriginsOf,
  ): Access | undefined {
    const reader = this.#reader(originsOf);
    const query = this.#evaluator.at(call, row.chain!.segments).flatMap(({ meaning }) => meaning);
    const chain = this.#chains.of(query);
    const [first] = row.where?.segments ?? [];
    const compared = [...chain.where];
    let { open } = chain;
    const given = row.key ? this.#evaluator.at(call, row.key.segments) : [];
    // Where one place takes a key or conditions, it is what it says.
    const isKey = !row.where || !given.some((one) => this.#chains.saysConditions(one));
    if (first?.kind === "argument" && !(row.key && isKey))
      open = this.#chains.compare(call, compared, Math.max(first.from, 0)) || open;
    const said = row.table ? this.#chains.tableAt(call, row.table.segments) : "";
    const table = chain.table !== "" ? chain.table : said;
    if (table === "" && compared.length === 0 && chain.operation === undefined) return undefined;
    const keys = [
      ...chain.key,
      ...(isKey ? given : []).flatMap(({ written }) => (written ? [written] : [])),
    ];
    const written = [
      ...chain.written,
      ...(row.data ? this.#evaluator.at(call, row.data.segments) : []).flatMap(({ meaning }) =>
        meaning.flatMap((one) => (one.kind === "term" ? [one] : [])),
      ),
    ].map((one) => reader.of(one));
    const limit = row.limit ? this.#originsAt(call, row.limit, originsOf) : [];
    return {
      ...around,
      value: call.module.valueBase + call.local,
      fn,
      table,
      operation: chain.operation ?? row.operation,
      where: [
        ...keys.map((value) => ({ name: "id", from: originsOf(value), atomic: false })),
        ...compared.map(({ name, value }) => ({ name, from: originsOf(value), atomic: false })),
      ],
      written: written.flatMap(({ fields }) => fields),
      spread: written.flatMap(({ spread }) => spread),
      open,
      selected: row.select ? this.#selectedAt(call, row.select) : "all",
      limit: limit.length > 0 ? limit : undefined,
      through: [...around.through, ...reader.mergedAt],
    };
  }

  /** An access by a method whose name says what it asks for: `findByIdAndOwner(id, owner)`. */
  #derived(
    call: Term,
    row: AccessRow,
    fn: number,
    around: Surroundings,
    originsOf: OriginsOf,
  ): Access | undefined {
    const said = DERIVED.exec(nameOf(call));
    if (!said) return undefined;
    const values = this.#evaluator
      .flatten(this.#evaluator.argumentsOf(call))
      .flatMap(({ written }) => written ?? []);
    const names = said[2]!
      .replace(/OrderBy[A-Z].*$/, "")
      .split(/(?:And|Or)(?=[A-Z])/)
      .map((name) => name.replace(COMPARED, ""))
      .map((name) => name.charAt(0).toLowerCase() + name.slice(1));
    return {
      ...around,
      value: call.module.valueBase + call.local,
      fn,
      table: this.#table(call, row),
      operation: DERIVED_OPERATIONS[said[1]!] ?? row.operation,
      where: names.flatMap((name, index) => {
        const value = values[index];
        return value ? [{ name, from: originsOf(value), atomic: false }] : [];
      }),
      written: [],
      spread: [],
      open: names.length !== values.length,
      selected: "all",
      limit: undefined,
    };
  }

  /** An access to a record that was read or made before. */
  #ofRecord(
    call: Term,
    row: AccessRow,
    position: CallPosition,
    fn: number,
    around: Surroundings,
    originsOf: OriginsOf,
    accesses: ReadonlyMap<string, Access>,
  ): Access | undefined {
    const reader = this.#reader(originsOf);
    const base = { ...around, value: call.module.valueBase + call.local, fn };
    for (const { meaning } of this.#evaluator.at(call, position.segments))
      for (const one of meaning) {
        if (one.kind !== "term" || one.module.ir.kinds[one.local] !== Kind.Call) continue;
        const { operands, operandStart } = one.module.ir;
        const callee: Term = { ...one, local: operands[operandStart[one.local]! + 1]! };
        const before = this.#analysis.models
          .rows(this.#evaluator.apiOf(callee))
          .rows.filter((each) => each.role === "access");
        for (const each of before) {
          if (each.record) continue;
          const found = this.#accessOf(one, each, fn, around, originsOf, accesses);
          if (found)
            return { ...found, ...base, operation: row.operation, written: [], spread: [] };
        }
        const [made] = this.#evaluator
          .meaningOf(callee)
          .flatMap((each) => (each.kind === "function" ? [each.fn] : []));
        if (before.length > 0) continue;
        const isClass = made !== undefined && this.#questions.isClass(made);
        const table = this.#chains.tableAt(call, position.segments);
        if (!isClass && table === "") continue;
        const data = reader.of(one);
        return {
          ...base,
          table,
          operation: row.operation === "upsert" ? "create" : row.operation,
          where: [],
          written: data.fields,
          spread: data.spread,
          open: false,
          selected: "all",
          limit: undefined,
        };
      }
    return undefined;
  }

  /** The record that a method is called on, or given: of which table it is, and how it was found. */
  #recordOf(
    call: Term,
    row: AccessRow,
    originsOf: OriginsOf,
    found: ReadonlyMap<string, Access>,
  ): { readonly table: string; readonly key: AccessField } | undefined {
    const { operands, operandStart } = call.module.ir;
    const from = operandStart[call.local]!;
    const receiver = operands[from + 2]!;
    const given = row.data ?? row.table;
    const origins = row.onRecord
      ? receiver < 0
        ? []
        : originsOf({ ...call, local: receiver })
      : given
        ? this.#originsAt(call, given, originsOf)
        : from + 4 < operandStart[call.local + 1]!
          ? originsOf({ ...call, local: unspread(operands[from + 4]!) })
          : [];
    for (const origin of origins) {
      if (origin.kind !== "database" || origin.name !== "") continue;
      for (const { value, table, operation } of found.values())
        if (value === origin.of && (operation === "read" || operation === "list"))
          return { table, key: { name: "id", from: [origin], atomic: false } };
    }
    return undefined;
  }

  #keyAt(call: Term, key: CallPosition, reader: Fields, originsOf: OriginsOf): AccessField[] {
    return this.#evaluator.at(call, key.segments).flatMap(({ meaning }): AccessField[] => {
      const objects = meaning.flatMap((one) => (isRecord(one) ? [one] : []));
      if (objects.length > 0) return objects.flatMap((one) => reader.of(one).fields);
      const from = meaning.flatMap((one) => (one.kind === "term" ? originsOf(one) : []));
      return from.length === 0 ? [] : [{ name: "id", from, atomic: false }];
    });
  }

  #originsAt(call: Term, at: CallPosition, originsOf: OriginsOf): Origin[] {
    return this.#evaluator
      .at(call, at.segments)
      .flatMap(({ meaning }) => meaning)
      .flatMap((one) => (one.kind === "term" ? originsOf(one) : []));
  }

  /** Fields of an object, a list or a text such as `"name email"`; what is taken away with a minus leaves the rest. */
  #selectedAt(call: Term, at: CallPosition): readonly string[] | "all" {
    const given = this.#evaluator.at(call, at.segments);
    const names: string[] = [];
    for (const { meaning } of given)
      for (const one of meaning) {
        if (one.kind !== "term") return [];
        const text = this.#evaluator.textOf(one);
        const elements = this.#evaluator.elementsOf(one);
        if (text !== undefined) names.push(...text.split(/[\s,]+/).filter((name) => name !== ""));
        else if (elements)
          for (const element of this.#evaluator.flatten(elements))
            for (const value of element.meaning)
              names.push(value.kind === "term" ? (this.#evaluator.textOf(value) ?? "") : "");
        else if (isRecord(one)) for (const [name] of this.#evaluator.entries(one)) names.push(name);
        else return [];
      }
    return names.length === 0 || names.includes("*") ? "all" : names;
  }

  /** The name of a field: a text, or the last of a chain of members. */
  #nameAt(call: Term, at: CallPosition): string | undefined {
    const [given] = this.#evaluator.at(call, at.segments);
    const [one] = given?.meaning ?? [];
    if (one?.kind !== "term") return undefined;
    const text = this.#evaluator.textOf(one);
    if (text !== undefined) return text.split(".").at(-1)!;
    const written = given?.written ?? one;
    const { kinds } = written.module.ir;
    if (kinds[written.local] !== Kind.Load) return undefined;
    return lastName(render(this.#analysis, written.module, written.local));
  }

  #tableAt(call: Term, at: CallPosition): string | undefined {
    const [given] = this.#evaluator.at(call, at.segments);
    const [one] = given?.meaning ?? [];
    if (one?.kind === "function") return this.#classNameOf(one.fn);
    if (one?.kind !== "term") return undefined;
    const written = given?.written ?? one;
    return (
      this.#evaluator.textOf(one)?.split(/[\s.]/).at(0) ??
      lastName(render(this.#analysis, written.module, written.local))
    );
  }

  #table(call: Term, row: AccessRow | undefined): string {
    const named =
      row?.table &&
      (this.#chains.instanceAt(call, row.table.segments) ?? this.#tableAt(call, row.table));
    if (named !== undefined) return named;
    const { kinds, operands, operandStart } = call.module.ir;
    let receiver = operands[operandStart[call.local]! + 2]!;
    if (receiver < 0) return "";
    // `Cards.direct.remove`: a member of a table that can be asked the same is no table of its own.
    const method = operands[operandStart[call.local]! + 3]!;
    const { models } = this.#analysis;
    while (kinds[receiver] === Kind.Load && method >= 0) {
      const owner = operands[operandStart[receiver]!]!;
      const api = this.#evaluator.apiOf({ ...call, local: owner });
      const asked = models.member(api, call.module.ir.strings[method]!);
      if (api === 0 || !models.rows(asked).rows.some((one) => one.role === "access")) break;
      receiver = owner;
    }
    return lastName(render(this.#analysis, call.module, receiver));
  }

  #classNameOf(fn: number): string {
    const module = this.#analysis.program.moduleOf(fn);
    const record = this.#analysis.program.functionAt(fn);
    return module.ir.classes[record.class]?.name ?? record.name;
  }

  /** A call of what makes statements, inside of one: it puts a whole object in. */
  #isStatementHelper(call: Term): boolean {
    return (
      call.module.ir.kinds[call.local] === Kind.Call &&
      this.#evaluator.rowsAt(call).some((row) => row.role === "access" && row.sql !== undefined)
    );
  }

  #statement(
    call: Term,
    row: AccessRow,
    fn: number,
    around: Surroundings,
    originsOf: OriginsOf,
  ): Access | undefined {
    const statement: Statement | undefined = statementOf(this.#evaluator, call, row);
    if (!statement) return undefined;
    const fields = (list: readonly StatementField[]): AccessField[] =>
      list.map(({ name, value, atomic }) => ({
        name,
        from: value ? originsOf(value) : [{ kind: "constant" }],
        atomic,
      }));
    const reader = this.#reader(originsOf);
    // `insert into t ${sql(record)}`: the object that the helper is given.
    const inserted = statement.spread
      .flatMap((one) => this.#evaluator.meaningOf(one))
      .filter((one): one is Term => one.kind === "term" && this.#isStatementHelper(one))
      .flatMap((helper) => this.#evaluator.argumentsOf(helper).slice(0, 1))
      .flatMap(({ meaning }) => meaning)
      .flatMap((one) => (one.kind === "term" ? [reader.of(one)] : []));
    return {
      value: call.module.valueBase + call.local,
      fn,
      table: statement.table,
      operation: statement.operation,
      where: fields(statement.where),
      written: [...fields(statement.written), ...inserted.flatMap((one) => one.fields)],
      spread: inserted.flatMap(({ spread }) => spread),
      open: statement.open,
      selected: statement.selected ?? "all",
      limit:
        statement.limit === "constant"
          ? [{ kind: "constant" }]
          : statement.limit && originsOf(statement.limit),
      inTransaction: around.inTransaction,
      locked: around.locked || statement.locks,
      through: around.through,
    };
  }
}

/** The name of a class with fields of its own, and of none that takes whatever comes. */
const DECLARED =
  /^(?:\w+\.)*(?!(?:Any|Dict|List|Set|Tuple|Mapping|Map|Object|Json\w*|JSON\w*|Request|OrderedDict)$)[A-Z]\w*$/;

/** A method's name that is a query, and how the names of its fields may end. */
const DERIVED =
  /^(find|get|read|query|search|stream|count|exists|delete|remove)(?:All|First\d*|Top\d*|Distinct|One)*By([A-Z]\w*)$/;
const DERIVED_OPERATIONS: Readonly<Record<string, Operation>> = {
  count: "count",
  exists: "count",
  delete: "delete",
  remove: "delete",
};
const COMPARED =
  /(?:Is|Equals|In|Not|NotIn|IgnoreCase|Like|Containing|StartingWith|EndingWith|Between|LessThan|GreaterThan|After|Before)$/;

const KEYWORDS = ArgumentPosition.Keywords;

const keyOf = ({ where, written, spread }: Access): string =>
  JSON.stringify([where, written, spread]);

/** `user` of `this.prisma.user`, `User` of `getRepository(User)`. */
function lastName(text: string): string {
  // `clientOf(transaction).member`
  const behind = /\)\.(\w+)$/.exec(text);
  if (behind) return behind[1]!;
  const inner = /\((\w+)\)$/.exec(text);
  if (inner) return inner[1]!;
  return (
    text
      .replace(/\(.*$/s, "")
      .split(".")
      .findLast((name) => name !== "") ?? ""
  );
}

/** Whether what a chain of calls makes is asked for where it is made; else it goes on being made elsewhere. */
function isDone({ module, local }: Term): boolean {
  const { kinds, operands, operandStart, functions } = module.ir;
  const owner = functions.find(
    ({ firstInstruction, endInstruction }) => local >= firstInstruction && local < endInstruction,
  );
  let made = local;
  for (let at = local + 1; at < (owner?.endInstruction ?? 0); at++) {
    const from = operandStart[at]!;
    if (kinds[at] === Kind.Await || kinds[at] === Kind.Return) {
      if (operands[from] === made) return true;
    } else if (kinds[at] === Kind.Call && operands[from + 2] === made) {
      const name = nameOf({ kind: "term", module, local: at, frame: undefined });
      if (/^(?:then|catch|exec|execute|finally)$/.test(name)) return true;
      made = at;
    }
  }
  return false;
}
