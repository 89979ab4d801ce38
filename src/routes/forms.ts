/** Classes that write what was sent to a record: which fields they let through, as their options say. */
import type { Analysis } from "../dataflow/analysis.ts";
import type { FormRow } from "../models/rows.ts";
import { Kind } from "../program/ir/kinds.ts";
import { Classes } from "./classes.ts";
import type { Evaluator, Term } from "./evaluate.ts";
import { render } from "./render.ts";

/** What a call that writes by such a class writes. */
export interface Written {
  readonly table: string;
  /** What was sent. */
  readonly data: readonly Term[];
  /** All fields of the record may be sent, but for those that it names. */
  readonly open: boolean;
  /** Fields of the record that may be sent, as far as its class is known. */
  readonly columns: readonly string[];
}

export class Forms {
  readonly #analysis: Analysis;
  readonly #evaluator: Evaluator;
  readonly #classes: Classes;

  constructor(analysis: Analysis, evaluator: Evaluator) {
    this.#analysis = analysis;
    this.#evaluator = evaluator;
    this.#classes = new Classes(analysis, evaluator);
  }

  /** What a call writes; undefined where it is no such call. */
  writtenBy(call: Term, name: string): Written | undefined {
    const { operands, operandStart } = call.module.ir;
    const receiver = operands[operandStart[call.local]! + 2]!;
    if (receiver < 0) return undefined;
    for (const made of this.#evaluator.meaningOf({ ...call, local: receiver })) {
      if (made.kind !== "term" || made.module.ir.kinds[made.local] !== Kind.Call) continue;
      const callee: Term = {
        ...made,
        local: made.module.ir.operands[made.module.ir.operandStart[made.local]! + 1]!,
      };
      for (const one of this.#evaluator.meaningOf(callee)) {
        const found = one.kind === "function" ? this.#written(one.fn, made, name) : undefined;
        if (found) return found;
      }
    }
    return undefined;
  }

  #written(constructor_: number, made: Term, name: string): Written | undefined {
    const lineage = this.#classes.lineageOf(constructor_);
    const row = lineage?.bases
      .flatMap((base) => this.#analysis.models.rows(this.#evaluator.apiOf(base)).rows)
      .find((one): one is FormRow => one.role === "form" && one.save === name);
    const [first] = lineage?.classes ?? [];
    if (!row || !first) return undefined;
    const { module } = first;
    // The options are a class of the class's body, the first that comes after it.
    const options = module.ir.classes.findIndex(
      ({ name: said, span }, index) =>
        said === row.options &&
        index > first.index &&
        span.start >= module.ir.classes[first.index]!.span.start &&
        span.end <= module.ir.classes[first.index]!.span.end,
    );
    if (options < 0) return undefined;
    const attributes = this.#classes.attributesOf(module, options);
    const term = (local: number | undefined): Term | undefined =>
      local === undefined ? undefined : { kind: "term", module, local, frame: undefined };
    const model = term(attributes.get(row.model));
    const fields = term(attributes.get(row.fields));
    const excluded = this.#textsIn(term(attributes.get(row.exclude)));
    if (!model) return undefined;
    const isOpen =
      excluded !== undefined || (fields && this.#evaluator.textOf(fields)) === row.every;
    const shown = row.readonly ? (this.#textsIn(term(attributes.get(row.readonly))) ?? []) : [];
    const closed = new Set([...shown, ...(excluded ?? [])]);
    return {
      table: render(this.#analysis, module, model.local).split(".").at(-1)!,
      data: row.data.flatMap(({ segments }) =>
        this.#evaluator
          .at(made, segments)
          .flatMap(({ meaning }) => meaning.filter((one): one is Term => one.kind === "term")),
      ),
      open: isOpen,
      columns: isOpen ? this.#columnsOf(model).filter((one) => !closed.has(one)) : [],
    };
  }

  #columnsOf(model: Term): string[] {
    return this.#evaluator.meaningOf(model).flatMap((one) => {
      const lineage = one.kind === "function" ? this.#classes.lineageOf(one.fn) : undefined;
      return (lineage?.classes ?? []).flatMap(({ module, index }) => [
        ...this.#classes.attributesOf(module, index).keys(),
      ]);
    });
  }

  #textsIn(list: Term | undefined): string[] | undefined {
    if (!list) return undefined;
    return this.#evaluator
      .meaningOf(list)
      .flatMap((one) => this.#evaluator.flatten(this.#evaluator.elementsOf(one) ?? []))
      .flatMap(({ meaning }) =>
        meaning.flatMap((one) => (one.kind === "term" ? (this.#evaluator.textOf(one) ?? []) : [])),
      );
  }
}
