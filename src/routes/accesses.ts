/** What a route reads and writes: tables, conditions and written fields, each with where its value comes from. */
import type { Analysis } from "../dataflow/analysis.ts";
import { ACCESS_DEPTH, RUNS_PER_ROUTE } from "../limits.ts";
import { ArgumentPosition } from "../models/path-grammar.ts";
import type { AccessRow, Operation } from "../models/rows.ts";
import { CallForm, Kind, unspread } from "../program/ir/kinds.ts";
import { Chains } from "./chains.ts";
import { type Evaluator, type Frame, functionsIn, type Meaning, type Term } from "./evaluate.ts";
import { Forms, type Written } from "./forms.ts";
import { type IsInput, type Origin, Provenance } from "./provenance.ts";
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
  /** Fields that may be written, where something says which they are. */
  readonly columns?: readonly string[];
  /** The calls from the handler down to the access, and those that merge what is written, as values of the program. */
  readonly through: readonly number[];
}

export class Accesses {
  readonly #analysis: Analysis;
  readonly #evaluator: Evaluator;
  readonly #provenance: Provenance;
  readonly #chains: Chains;
  readonly #forms: Forms;
  readonly #known = new Map<Route, readonly Access[]>();

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
  };

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
    const isInput: IsInput = (formal) => {
      const { module, frame, local } = formal;
      if (!frame || !entries.has(frame.fn)) return false;
      const position = module.ir.operands[module.ir.operandStart[local]!]!;
      const isSent = route.inputs === "all" ? position >= 0 : route.inputs.includes(position);
      return isSent && this.#isConverted(formal) ? "shaped" : isSent;
    };
    const visit = (fn: number, frame: Frame, through: readonly number[]): void => {
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
          const access = this.#accessOf(call, row, fn, through, isInput);
          if (access) found.set(`${access.value} ${access.operation} ${keyOf(access)}`, access);
        }
        if (rows.length > 0) continue;
        const form = this.#forms.writtenBy(call, nameOf(call));
        if (form) {
          const access = this.#byForm(call, form, fn, through, isInput);
          found.set(`${access.value} ${access.operation} ${keyOf(access)}`, access);
          continue;
        }
        if (!site.byName && site.targets.length > 0) {
          const args = this.#evaluator.argumentsOf(call);
          for (const one of this.#evaluator.calleesOf(call))
            visit(one.fn, this.#evaluator.frameOf(one.fn, one.frame, args, frame), [
              ...through,
              module.valueBase + local,
            ]);
        }
        // Functions handed over run inside: a transaction, a loop over elements.
        for (const operand of operands.subarray(
          operandStart[local]! + 4,
          operandStart[local + 1]!,
        )) {
          if (kinds[unspread(operand)] !== Kind.Closure) continue;
          const inner = this.#evaluator.meaningOf({ ...call, local: unspread(operand) });
          for (const one of functionsIn(inner))
            visit(one, this.#evaluator.frameOf(one, frame, undefined, frame), through);
        }
      }
    };
    for (const fn of route.handlers)
      visit(fn, this.#evaluator.frameOf(fn, undefined, undefined, undefined), []);
    return [...found.values()];
  }

  /** What a form writes: of what was sent the fields that it lets through, and what it is given beside. */
  #byForm(
    call: Term,
    { table, data, open, columns }: Written,
    fn: number,
    through: readonly number[],
    isInput: IsInput,
  ): Access {
    const from = (term: Term): Origin[] => this.#provenance.of(term, isInput);
    const reader = new Fields(this.#evaluator, from, this.#questions);
    const beside = reader.at(call, [
      { kind: "argument", from: KEYWORDS, to: KEYWORDS, names: [] },
    ]).fields;
    // What may be sent and means nothing is no loss: a form with every field of a harmless record.
    const own = new Set(beside.map(({ name }) => name));
    const matters = columns.some(
      (name) => !own.has(name) && this.#analysis.models.vocabulary.fieldClass(name) !== undefined,
    );
    return {
      value: call.module.valueBase + call.local,
      fn,
      table,
      operation: "upsert",
      where: [],
      written: beside,
      spread: data
        .flatMap(from)
        .map((one) => (one.kind === "request" ? { ...one, shaped: !(open && matters) } : one)),
      open: true,
      columns,
      through,
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

  #accessOf(
    call: Term,
    row: AccessRow,
    fn: number,
    through: readonly number[],
    isInput: IsInput,
  ): Access | undefined {
    const value = call.module.valueBase + call.local;
    if (row.sql) {
      const statement = this.#statement(call, row, fn, through, isInput);
      if (statement || !row.chain) return statement;
    }
    if (row.chain) return this.#chained(call, row, fn, through, isInput);
    if (row.record) return this.#ofRecord(call, row, row.record, fn, through, isInput);
    const reader = new Fields(
      this.#evaluator,
      (term) => this.#provenance.of(term, isInput),
      this.#questions,
    );
    if (row.named) return this.#derived(call, row, fn, through, isInput);
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
      through: [...through, ...reader.mergedAt],
    };
  }

  /** An access at the end of a query that calls have put together. */
  #chained(
    call: Term,
    row: AccessRow,
    fn: number,
    through: readonly number[],
    isInput: IsInput,
  ): Access | undefined {
    const from = (term: Term): Origin[] => this.#provenance.of(term, isInput);
    const reader = new Fields(this.#evaluator, from, this.#questions);
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
    return {
      value: call.module.valueBase + call.local,
      fn,
      table,
      operation: chain.operation ?? row.operation,
      where: [
        ...keys.map((value) => ({ name: "id", from: from(value) })),
        ...compared.map(({ name, value }) => ({ name, from: from(value) })),
      ],
      written: written.flatMap(({ fields }) => fields),
      spread: written.flatMap(({ spread }) => spread),
      open,
      through: [...through, ...reader.mergedAt],
    };
  }

  /** An access by a method whose name says what it asks for: `findByIdAndOwner(id, owner)`. */
  #derived(
    call: Term,
    row: AccessRow,
    fn: number,
    through: readonly number[],
    isInput: IsInput,
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
      value: call.module.valueBase + call.local,
      fn,
      table: this.#table(call, row),
      operation: DERIVED_OPERATIONS[said[1]!] ?? row.operation,
      where: names.flatMap((name, index) => {
        const value = values[index];
        return value ? [{ name, from: this.#provenance.of(value, isInput) }] : [];
      }),
      written: [],
      spread: [],
      open: names.length !== values.length,
      through,
    };
  }

  /** An access to a record that was read or made before. */
  #ofRecord(
    call: Term,
    row: AccessRow,
    position: NonNullable<AccessRow["record"]>,
    fn: number,
    through: readonly number[],
    isInput: IsInput,
  ): Access | undefined {
    const reader = new Fields(
      this.#evaluator,
      (term) => this.#provenance.of(term, isInput),
      this.#questions,
    );
    for (const { meaning } of this.#evaluator.at(call, position.segments))
      for (const one of meaning) {
        if (one.kind !== "term" || one.module.ir.kinds[one.local] !== Kind.Call) continue;
        const { operands, operandStart } = one.module.ir;
        const callee: Term = { ...one, local: operands[operandStart[one.local]! + 1]! };
        const before = this.#analysis.models
          .rows(this.#evaluator.apiOf(callee))
          .rows.filter((each) => each.role === "access");
        const base = {
          value: call.module.valueBase + call.local,
          fn,
          through: [...through],
        };
        for (const each of before) {
          if (each.record) continue;
          const found = this.#accessOf(one, each, fn, through, isInput);
          if (found)
            return { ...found, ...base, operation: row.operation, written: [], spread: [] };
        }
        const [made] = this.#evaluator
          .meaningOf(callee)
          .flatMap((each) => (each.kind === "function" ? [each.fn] : []));
        if (before.length > 0) continue;
        const isClass =
          made !== undefined && this.#analysis.program.functionAt(made).role === "constructor";
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
        };
      }
    return undefined;
  }

  #table(call: Term, row: AccessRow): string {
    if (row.table) {
      const named = this.#chains.instanceAt(call, row.table.segments);
      if (named !== undefined) return named;
      const [given] = this.#evaluator.at(call, row.table.segments);
      const [one] = given?.meaning ?? [];
      if (one?.kind === "function") return this.#classNameOf(one.fn);
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
    const record = this.#analysis.program.functionAt(fn);
    return module.ir.classes[record.class]?.name ?? record.name;
  }

  /** A call of what makes statements, inside of one: it puts a whole object in. */
  #isStatementHelper(call: Term): boolean {
    const { kinds, operands, operandStart } = call.module.ir;
    if (kinds[call.local] !== Kind.Call) return false;
    const callee: Term = { ...call, local: operands[operandStart[call.local]! + 1]! };
    return this.#analysis.models
      .rows(this.#evaluator.apiOf(callee))
      .rows.some((row) => row.role === "access" && row.sql !== undefined);
  }

  #statement(
    call: Term,
    row: AccessRow,
    fn: number,
    through: readonly number[],
    isInput: IsInput,
  ): Access | undefined {
    const statement: Statement | undefined = statementOf(this.#evaluator, call, row);
    if (!statement) return undefined;
    const fields = (list: Statement["where"]): AccessField[] =>
      list.map(({ name, value }) => ({ name, from: this.#provenance.of(value, isInput) }));
    const reader = new Fields(
      this.#evaluator,
      (term) => this.#provenance.of(term, isInput),
      this.#questions,
    );
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
      through,
    };
  }
}

/** Objects inside of each other that are read. */
const DEPTH = 5;

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

const NO_FIELDS = { fields: [], spread: [] } as const;

/** Keys of conditions that combine or compare: what they hold is about the field above them. */
const OPERATOR =
  /^(?:AND|OR|NOT|some|every|none|is|isNot|equals|in|notIn|not|contains|startsWith|endsWith|gte?|lte?|mode|\$\w+)$/;

/** What names and models say of calls that make objects. */
interface Questions {
  readonly isMerger: (name: string) => boolean;
  readonly putsTogether: (call: Term) => boolean;
  readonly isRequest: (call: Term) => boolean;
  readonly isClass: (fn: number) => boolean;
}

/** Reads objects of conditions and of data. */
class Fields {
  readonly #evaluator: Evaluator;
  readonly #from: (term: Term) => Origin[];

  readonly #ask: Questions;
  /** Calls that put a whole object into one that was read. */
  readonly mergedAt: number[] = [];

  constructor(evaluator: Evaluator, from: (term: Term) => Origin[], ask: Questions) {
    this.#evaluator = evaluator;
    this.#from = from;
    this.#ask = ask;
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

  /** An object that a call makes: of its arguments, where it is known to put them together, or of the request. */
  #made(object: Term, depth: number): { fields: AccessField[]; spread: Origin[] } {
    const { operands, operandStart } = object.module.ir;
    const fields: AccessField[] = [];
    const spread = this.#merged(object, depth);
    fields.push(...this.#set(object));
    const isNew =
      operands[operandStart[object.local]!] === CallForm.New || this.#makesInstance(object);
    // What is given by name are the fields.
    const named =
      isNew || this.#ask.putsTogether(object)
        ? this.#evaluator
            .at(object, [{ kind: "argument", from: KEYWORDS, to: KEYWORDS, names: [] }])
            .flatMap(({ meaning }) => meaning)
        : [];
    for (const one of named) {
      if (one.kind !== "term") continue;
      const inner = this.of(one, "", depth - 1);
      fields.push(...inner.fields);
      spread.push(...inner.spread);
    }
    if (isNew || this.#ask.putsTogether(object)) {
      for (const { meaning } of this.#evaluator.flatten(this.#evaluator.argumentsOf(object)))
        for (const one of meaning) {
          if (one.kind !== "term" || one.module.ir.kinds[one.local] === Kind.Constant) continue;
          const inner = this.of(one, "", depth - 1);
          fields.push(...inner.fields);
          spread.push(...inner.spread);
        }
    } else if (this.#ask.isRequest(object)) spread.push(...this.#from(object));
    return { fields, spread };
  }

  /** Fields that are set on an object after it is made: `order.owner = user`, `order.setOwner(user)`. */
  #set({ module, local, frame }: Term): AccessField[] {
    const { kinds, operands, operandStart, strings, functions } = module.ir;
    const owner = functions.find(
      ({ firstInstruction, endInstruction }) => local >= firstInstruction && local < endInstruction,
    );
    const found: AccessField[] = [];
    const value = (at: number): Term => ({ kind: "term", module, local: at, frame });
    const isIt = (at: number, depth = 3): boolean =>
      at === local ||
      (depth > 0 &&
        at > local &&
        (kinds[at] === Kind.Phi || kinds[at] === Kind.Guard) &&
        operands
          .subarray(operandStart[at]!, operandStart[at + 1]!)
          .some((one) => isIt(one, depth - 1)));
    for (let at = local + 1; owner && at < owner.endInstruction; at++) {
      const from = operandStart[at]!;
      if (kinds[at] === Kind.Store && isIt(operands[from]!) && operands[from + 1]! >= 0)
        found.push({
          name: strings[operands[from + 1]!]!,
          from: this.#from(value(operands[from + 3]!)),
        });
      const isOwn = kinds[at] === Kind.Call && isIt(operands[from + 2]!);
      const setter = isOwn ? /^set([A-Z])(\w*)$/.exec(nameOf(value(at))) : null;
      if (setter && operandStart[at + 1] === from + 5)
        found.push({
          name: `${setter[1]!.toLowerCase()}${setter[2]!}`,
          from: this.#from(value(unspread(operands[from + 4]!))),
        });
    }
    return found;
  }

  /** Whether what is called is a class of the program, though nothing says that the call constructs. */
  #makesInstance(call: Term): boolean {
    const { operands, operandStart } = call.module.ir;
    const callee: Term = { ...call, local: operands[operandStart[call.local]! + 1]! };
    return (
      this.#evaluator.keywordsAt(call) &&
      this.#evaluator
        .meaningOf(callee)
        .some((one) => one.kind === "function" && this.#ask.isClass(one.fn))
    );
  }

  /** What is put into an object as a whole after it is made: `Object.assign(entity, request.body)`. */
  #merged(object: Term, depth: number): Origin[] {
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
      if (!this.#ask.isMerger(nameOf(call))) continue;
      const [target, ...others] = this.#evaluator.argumentsOf(call);
      const isIt = target?.meaning.some(
        (one) => one.kind === "term" && one.module === module && one.local === local,
      );
      if (!isIt) continue;
      for (const { meaning } of others)
        for (const one of meaning) {
          if (one.kind !== "term") continue;
          const { spread } = this.of(one, "", depth - 1);
          if (spread.length > 0) this.mergedAt.push(module.valueBase + at);
          merged.push(...spread);
        }
    }
    return merged;
  }

  of(object: Term, above = "", depth = DEPTH): { fields: AccessField[]; spread: Origin[] } {
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
    if (kinds[local] === Kind.Call && depth > 0) return this.#made(object, depth);
    if (kinds[local] !== Kind.Record || depth === 0) return { fields, spread: this.#from(object) };
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
