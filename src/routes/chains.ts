/** Queries that are put together call by call: `Order.objects.filter(owner=user).get(pk=key)`. */
import { kindOfToken, numberOfToken, TokenKind } from "../callgraph/value-tracking.ts";
import type { Analysis } from "../dataflow/analysis.ts";
import type { Operation, PartRow } from "../models/rows.ts";
import { keywordsOf } from "../program/ir/keywords.ts";
import { Kind, unspread } from "../program/ir/kinds.ts";
import type { Evaluator, Meaning, Term } from "./evaluate.ts";
import { render } from "./render.ts";

/** A condition as it is written: a field, and the value that it is compared with. */
export interface Comparison {
  readonly name: string;
  readonly value: Term;
}

export interface Chain {
  readonly table: string;
  readonly where: readonly Comparison[];
  readonly key: readonly Term[];
  readonly written: readonly Term[];
  /** What the chain does, where its beginning says so. */
  readonly operation: Operation | undefined;
  /** Some of the conditions could not be read. */
  readonly open: boolean;
}

/** Calls of one chain, and calls inside of one condition. */
const LINKS = 24;
const NESTED = 6;

export class Chains {
  readonly #analysis: Analysis;
  readonly #evaluator: Evaluator;

  constructor(analysis: Analysis, evaluator: Evaluator) {
    this.#analysis = analysis;
    this.#evaluator = evaluator;
  }

  /** What the calls say that a query, as values, was put together by. */
  of(query: readonly Meaning[]): Chain {
    let table = "";
    let operation: Operation | undefined;
    let open = false;
    const where: Comparison[] = [];
    const key: Term[] = [];
    const written: Term[] = [];
    const seen = new Set<string>();
    const queue = [...query];
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      if (at.kind === "function") table ||= this.#classNameOf(at.fn);
      if (at.kind !== "term") continue;
      const id = `${at.module.valueBase + at.local} ${at.frame?.depth ?? 0}`;
      if (seen.has(id) || seen.size > LINKS) continue;
      seen.add(id);
      const { module, local } = at;
      const { kinds, operands, operandStart } = module.ir;
      const from = operandStart[local]!;
      if (kinds[local] === Kind.Load) {
        // A member that is the beginning of queries is read from what it queries.
        const object: Term = { ...at, local: operands[from]! };
        if (this.#rowsAt(this.#evaluator.apiOf(at)).length > 0) {
          table ||= this.#nameOf(object);
          where.push(...this.#holderOf(object));
        }
        continue;
      }
      if (kinds[local] !== Kind.Call) continue;
      const rows = this.#rowsAt(this.#evaluator.apiOf({ ...at, local: operands[from + 1]! }));
      for (const row of rows) {
        operation ??= row.operation;
        if (row.table) table ||= this.tableAt(at, row.table.segments);
        if (row.where) open = this.compare(at, where) || open;
        for (const [position, into] of [
          [row.key, key],
          [row.data, written],
        ] as const)
          if (position)
            for (const { meaning } of this.#evaluator.at(at, position.segments))
              for (const one of meaning) if (one.kind === "term") into.push(one);
        if (row.chain)
          for (const { meaning } of this.#evaluator.at(at, row.chain.segments))
            queue.push(...meaning);
      }
      const receiver = operands[from + 2]!;
      if (receiver >= 0) queue.push(...this.#evaluator.meaningOf({ ...at, local: receiver }));
    }
    return { table, where, key, written, operation, open };
  }

  /** Puts the conditions among the arguments of a call into a list; true: some could not be read. */
  compare(call: Term, into: Comparison[], skip = 0, depth = NESTED): boolean {
    const { module, local, frame } = call;
    const { operands, operandStart } = module.ir;
    const args = operands.subarray(operandStart[local]! + 4, operandStart[local + 1]!);
    const worded = this.#worded(call, Array.from(args.subarray(skip), unspread), into);
    if (worded !== undefined) return worded;
    const record = keywordsOf(module.ir, args);
    let open = false;
    if (record >= 0) open = this.#named({ kind: "term", module, local: record, frame }, into);
    args.forEach((operand, index) => {
      const value = unspread(operand);
      if (index < skip || value === record) return;
      for (const one of this.#evaluator.meaningOf({ kind: "term", module, local: value, frame }))
        open = (one.kind === "term" && this.#expression(one, into, depth)) || open;
    });
    return open;
  }

  /** Conditions in words, with a mark for each of the values after them: `"id = ? and owner_id = ?", id, owner`. */
  #worded(
    { module, frame }: Term,
    [first, ...values]: readonly number[],
    into: Comparison[],
  ): boolean | undefined {
    if (first === undefined) return undefined;
    const text = this.#evaluator.textOf({ kind: "term", module, local: first, frame });
    if (text === undefined || values.length === 0) return undefined;
    const term = (local: number): Term => ({ kind: "term", module, local, frame });
    // The name of a column alone, and what it is compared with.
    if (/^[\w.`"]+$/.test(text)) {
      into.push({ name: columnIn(text), value: term(values[0]!) });
      return false;
    }
    const parts = text.split(/\?|[@:]\w+|\$\d+|%s/).slice(0, -1);
    let open = parts.length !== values.length;
    parts.forEach((part, index) => {
      const name = /([\w.`"[\]]+)\s*(?:=|<>|!=|[<>]=?|\bin|\bi?like)\s*\(*\s*$/i.exec(part)?.[1];
      const value = values[index];
      if (name === undefined || value === undefined) open = true;
      else into.push({ name: columnIn(name), value: term(value) });
    });
    return open;
  }

  /** Conditions that are given by name; true: some are spread into them. */
  #named({ module, local, frame }: Term, into: Comparison[]): boolean {
    const { operands, operandStart, strings } = module.ir;
    let at = operandStart[local]!;
    for (let count = operands[at++]!; count > 0; count--, at += 2)
      into.push({
        name: fieldIn(strings[operands[at]!]!),
        value: { kind: "term", module, local: operands[at + 1]!, frame },
      });
    return at < operandStart[local + 1]!;
  }

  #expression(term: Term, into: Comparison[], depth: number): boolean {
    const { module, local } = term;
    const { kinds, operands, operandStart, strings } = module.ir;
    const from = operandStart[local]!;
    const to = operandStart[local + 1]!;
    if (depth === 0) return true;
    const inner = (value: number): boolean =>
      this.#evaluator
        .meaningOf({ ...term, local: value })
        .map((one) => one.kind === "term" && this.#expression(one, into, depth - 1))
        .some(Boolean);
    switch (kinds[local]) {
      case Kind.Constant:
        return false;
      case Kind.Operator: {
        const [left, right] = [operands[from + 1], operands[from + 2]];
        if (/^(?:===?|[<>]=?|in)$/.test(strings[operands[from]!]!) && to - from === 3) {
          const isField = this.#columnOf({ ...term, local: left! });
          const name = isField ?? this.#columnOf({ ...term, local: right! });
          if (name === undefined) return true;
          into.push({ name, value: { ...term, local: isField === undefined ? left! : right! } });
          return false;
        }
        let open = false;
        for (let at = from + 1; at < to; at++) open = inner(operands[at]!) || open;
        return open;
      }
      case Kind.Guard:
        return inner(operands[from]!);
      case Kind.Record:
        return this.#named(term, into);
      case Kind.Call: {
        // `Order.owner_id.in_(ids)`, else a call that puts conditions together: `and_(...)`, `Q(owner=user)`.
        const receiver = operands[from + 2]!;
        const name = receiver < 0 ? undefined : this.#columnOf({ ...term, local: receiver });
        if (name === undefined || to === from + 4) return this.compare(term, into, 0, depth - 1);
        into.push({ name, value: { ...term, local: unspread(operands[from + 4]!) } });
        return false;
      }
      default:
        return true;
    }
  }

  /** The name of a member of a class, which stands for a column in a condition. */
  #columnOf(term: Term): string | undefined {
    const { module, local } = term;
    const { kinds, operands, operandStart, strings } = module.ir;
    const from = operandStart[local]!;
    if (kinds[local] !== Kind.Load || operands[from + 1]! < 0) return undefined;
    return /^[A-Z]/.test(this.#nameOf({ ...term, local: operands[from]! }))
      ? strings[operands[from + 1]!]!
      : undefined;
  }

  /** Whether an argument says conditions: in words, by a record, or by an object of the record's class. */
  saysConditions({ meaning }: { readonly meaning: readonly Meaning[] }): boolean {
    return meaning.some(
      (one) =>
        one.kind === "term" &&
        (this.#evaluator.textOf(one) !== undefined ||
          one.module.ir.kinds[one.local] === Kind.Record ||
          one.module.ir.kinds[one.local] === Kind.Operator ||
          (one.module.ir.kinds[one.local] === Kind.Call && this.#evaluator.keywordsAt(one))),
    );
  }

  /** What a position of a call says the table is: a class, a member of one, or a name. */
  tableAt(call: Term, segments: Parameters<Evaluator["at"]>[1]): string {
    const [given] = this.#evaluator.at(call, segments);
    for (const one of given?.meaning ?? []) {
      if (one.kind === "function") return this.#classNameOf(one.fn);
      if (one.kind !== "term") continue;
      const { kinds, operands, operandStart } = one.module.ir;
      const from = operandStart[one.local]!;
      // A record that is made here is one of its class.
      if (kinds[one.local] === Kind.Call) {
        const callee: Term = { ...one, local: operands[from + 1]! };
        const own = this.#nameOf(callee);
        if (/^[A-Z]/.test(own)) return own;
        // `Order.from_request(...)`
        const receiver = operands[from + 2]!;
        const of = receiver < 0 ? "" : this.#nameOf({ ...one, local: receiver });
        if (/^[A-Z]/.test(of)) return of;
        continue;
      }
      const object: Term = { ...one, local: operands[from]! };
      if (kinds[one.local] === Kind.Load && /^[A-Z]/.test(this.#nameOf(object)))
        return this.#nameOf(object);
    }
    const written = given?.written;
    return written && written.module.ir.kinds[written.local] !== Kind.Call
      ? this.#nameOf(written)
      : "";
  }

  /** The class of an object of the program that is asked, less what says that it is asked: `Order` of `OrderRepository`. */
  instanceAt(call: Term, segments: Parameters<Evaluator["at"]>[1]): string | undefined {
    const [given] = this.#evaluator.at(call, segments);
    const { tracking } = this.#analysis;
    const written = given?.written;
    if (!written) return undefined;
    for (const token of tracking.tokensOf(written.module.valueBase + written.local)) {
      if (kindOfToken(token) !== TokenKind.Instance) continue;
      const name = this.#classNameOf(numberOfToken(token)).split(".").at(-1)!;
      return name.replace(/(?<=\w)(?:Repository|Repo|Dao|DAO|Mapper)$/, "");
    }
    return undefined;
  }

  #nameOf(term: Term): string {
    for (const one of this.#evaluator.meaningOf(term))
      if (one.kind === "function") return this.#classNameOf(one.fn);
    return (
      render(this.#analysis, term.module, term.local)
        .replace(/\(.*$/s, "")
        .split(".")
        .findLast((name) => name !== "") ?? ""
    );
  }

  /** `request.user.orders`: what belongs to a record is asked for by that record. */
  #holderOf(object: Term): Comparison[] {
    const { kinds } = object.module.ir;
    const isClass =
      /^[A-Z]/.test(this.#nameOf(object)) ||
      this.#evaluator.meaningOf(object).some(({ kind }) => kind === "function");
    return isClass || kinds[object.local] !== Kind.Load ? [] : [{ name: "owner", value: object }];
  }

  #rowsAt(api: number): PartRow[] {
    return this.#analysis.models
      .rows(api)
      .rows.flatMap((row) => (row.role === "part" ? [row] : []));
  }

  #classNameOf(fn: number): string {
    const module = this.#analysis.program.moduleOf(fn);
    const record = this.#analysis.program.functionAt(fn);
    return module.ir.classes[record.class]?.name ?? record.name;
  }
}

/** `user_id` of `"orders"."user_id"`. */
const columnIn = (text: string): string => text.replace(/[`"[\]]/g, "").replace(/^.*\./, "");

/** Words that end the name of a condition and say how it compares. */
const COMPARING =
  /^(?:i?exact|in|i?contains|i?startswith|i?endswith|[gl]te?|range|isnull|i?regex|date|year)$/;

/** The field that a condition by name is about: `owner_id` of `order__owner__id`, `name` of `name__icontains`. */
export function fieldIn(name: string): string {
  const parts = name.split("__").filter((part) => part !== "");
  if (parts.length < 2) return name;
  while (parts.length > 1 && COMPARING.test(parts.at(-1)!)) parts.pop();
  const last = parts.at(-1)!;
  return parts.length > 1 && /^(?:id|pk)$/.test(last) ? `${parts.at(-2)}_id` : last;
}
