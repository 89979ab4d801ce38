/** Reads objects of conditions and of data: which fields they have, and where their values come from. */
import { ArgumentPosition } from "../models/path-grammar.ts";
import type { CallPosition } from "../models/rows.ts";
import { CallForm, Kind, unspread } from "../program/ir/kinds.ts";
import type { Evaluator, Meaning, Term } from "./evaluate.ts";
import type { Origin } from "./provenance.ts";

export interface AccessField {
  readonly name: string;
  readonly from: readonly Origin[];
  /** The database makes the value from what it holds: `{ increment: 1 }`, `stock = stock - 1`. */
  readonly atomic: boolean;
}

export interface FieldsRead {
  readonly fields: readonly AccessField[];
  /** Origins of objects that are put in as a whole. */
  readonly spread: readonly Origin[];
  /** Some of it is code that could not be read. */
  readonly open: boolean;
}

export const NO_FIELDS: FieldsRead = { fields: [], spread: [], open: false };

/** Keys of conditions that combine or compare: what they hold is about the field above them. */
const OPERATOR =
  /^(?:AND|OR|NOT|some|every|none|is|isNot|equals|in|notIn|not|contains|startsWith|endsWith|gte?|lte?|mode|connect|disconnect|set|\$\w+)$/;

/** Keys by which the database makes a value from what it holds. */
const ATOMIC =
  /^(?:increment|decrement|multiply|divide|\$inc|\$mul|\$min|\$max|\$push|\$addToSet|\$pull)$/;

/** What names and models say of calls that make objects. */
export interface Questions {
  readonly isMerger: (name: string) => boolean;
  readonly putsTogether: (call: Term) => boolean;
  readonly isRequest: (call: Term) => boolean;
  readonly isClass: (fn: number) => boolean;
  /** The field and the value of a condition that a call makes; nothing of both where it puts conditions together. */
  readonly condition: (
    call: Term,
  ) => { readonly name: string | undefined; readonly value: Term | undefined } | undefined;
}

const KEYWORDS = ArgumentPosition.Keywords;

export class Fields {
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

  at(call: Term, segments: CallPosition["segments"]): FieldsRead {
    const given = this.#evaluator.at(call, segments).flatMap(({ meaning }) => meaning);
    const read = given.flatMap((one) => (one.kind === "term" ? [this.of(one)] : []));
    return {
      fields: read.flatMap(({ fields }) => fields),
      spread: read.flatMap(({ spread }) => spread),
      open: read.length < given.length || read.some(({ open }) => open),
    };
  }

  /** An object that a call makes: of its arguments, where it is known to put them together, or of the request. */
  #made(object: Term, depth: number): FieldsRead {
    const { operands, operandStart } = object.module.ir;
    const fields: AccessField[] = [];
    const condition = this.#ask.condition(object);
    if (condition?.name !== undefined)
      return {
        fields: [
          {
            name: condition.name,
            from: condition.value ? this.#from(condition.value) : [],
            atomic: false,
          },
        ],
        spread: [],
        open: false,
      };
    let open = false;
    const spread = this.#merged(object, depth);
    fields.push(...this.#stored(object));
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
      if (inner.open) open = true;
    }
    if (isNew || condition || this.#ask.putsTogether(object)) {
      for (const { meaning } of this.#evaluator.flatten(this.#evaluator.argumentsOf(object)))
        for (const one of meaning) {
          if (one.kind !== "term" || one.module.ir.kinds[one.local] === Kind.Constant) continue;
          const inner = this.of(one, "", depth - 1);
          fields.push(...inner.fields);
          spread.push(...inner.spread);
          if (inner.open) open = true;
        }
    } else if (this.#ask.isRequest(object)) spread.push(...this.#from(object));
    return { fields, spread, open };
  }

  /** What the function that finds or makes a record sets in it: `account.balance = 0`, `order.setOwner(user)`. */
  #stored(object: Term): AccessField[] {
    const { module, local, frame } = object;
    const { kinds, operands, operandStart, strings, functions } = module.ir;
    const owner = functions.find(
      ({ firstInstruction, endInstruction }) => local >= firstInstruction && local < endInstruction,
    );
    if (!owner || kinds[local] !== Kind.Call) return [];
    const value = (at: number): Term => ({ kind: "term", module, local: at, frame });
    const isIt = (at: number): boolean =>
      at >= 0 &&
      this.#evaluator
        .meaningOf(value(at))
        .some((one) => one.kind === "term" && one.module === module && one.local === local);
    const fields: AccessField[] = [];
    for (let at = local + 1; at < owner.endInstruction; at++) {
      const from = operandStart[at]!;
      if (kinds[at] === Kind.Store && operands[from + 1]! >= 0 && isIt(operands[from]!))
        fields.push({
          name: strings[operands[from + 1]!]!,
          from: this.#from(value(operands[from + 3]!)),
          atomic: false,
        });
      if (kinds[at] !== Kind.Call || operandStart[at + 1] !== from + 5) continue;
      const setter = /^set([A-Z])(\w*)$/.exec(nameOf(value(at)));
      if (setter && isIt(operands[from + 2]!))
        fields.push({
          name: `${setter[1]!.toLowerCase()}${setter[2]!}`,
          from: this.#from(value(unspread(operands[from + 4]!))),
          atomic: false,
        });
    }
    return fields;
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

  of(object: Term, above = "", depth = 5, atomic = false): FieldsRead {
    const { module, local, frame } = object;
    const { kinds, operands, operandStart, strings } = module.ir;
    const fields: AccessField[] = [];
    const spread: Origin[] = [];
    let open = false;
    const elements = this.#evaluator.elementsOf(object);
    if (elements && depth > 0) {
      for (const { meaning } of this.#evaluator.flatten(elements))
        for (const one of meaning) {
          if (one.kind !== "term") continue;
          if (!isRecord(one)) {
            const made = isCall(one) ? this.#ask.condition(one) : undefined;
            if (made) fields.push(...this.of(one, above, depth - 1).fields);
            else if (above !== "") fields.push({ name: above, from: this.#from(one), atomic });
            continue;
          }
          const inner = this.of(one, above, depth - 1, atomic);
          fields.push(...inner.fields);
          spread.push(...inner.spread);
        }
      return { fields, spread, open };
    }
    if (kinds[local] === Kind.Call && depth > 0) return this.#made(object, depth);
    if (kinds[local] !== Kind.Record || depth === 0)
      return { fields, spread: this.#from(object), open };
    let at = operandStart[local]!;
    for (let count = operands[at++]!; count > 0; count--, at += 2) {
      const key = strings[operands[at]!]!;
      const isLink = key === "connect" || key === "disconnect";
      const isAtomic = atomic || ATOMIC.test(key);
      const name = OPERATOR.test(key) || (ATOMIC.test(key) && above !== "") ? above : key;
      const value: Term = { kind: "term", module, local: operands[at + 1]!, frame };
      const meanings = this.#evaluator.meaningOf(value);
      const objects = meanings.filter(
        (one): one is Term =>
          one.kind === "term" && (isRecord(one) || this.#evaluator.elementsOf(one) !== undefined),
      );
      for (const one of objects) {
        const inner = this.of(one, isLink ? "" : name, depth - 1, isAtomic).fields;
        // `author: { connect: { id } }` writes the author, not an id.
        fields.push(...(isLink ? inner.map((field) => ({ ...field, name })) : inner));
      }
      if (objects.length < meanings.length)
        fields.push({ name, from: this.#from(value), atomic: isAtomic });
    }
    while (at < operandStart[local + 1]!) {
      const value: Term = { kind: "term", module, local: operands[at]!, frame };
      for (const one of this.#evaluator.meaningOf(value)) {
        if (one.kind !== "term") continue;
        const inner = this.of(one, above, depth - 1);
        fields.push(...inner.fields);
        spread.push(...inner.spread);
        if (inner.open) open = true;
      }
      at += 2 + operands[at + 1]!;
    }
    return { fields, spread, open };
  }
}

/** A call's own name, as `assign` of `Object.assign`. */
export function nameOf({ module, local }: Term): string {
  const { operands, operandStart, strings } = module.ir;
  const name = operands[operandStart[local]! + 3]!;
  return name < 0 ? "" : strings[name]!;
}

export function isRecord(meaning: Meaning): meaning is Term {
  return meaning.kind === "term" && meaning.module.ir.kinds[meaning.local] === Kind.Record;
}

const isCall = ({ module, local }: Term): boolean => module.ir.kinds[local] === Kind.Call;
