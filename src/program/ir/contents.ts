/**
 * What lists are known to hold while straight code fills and empties them. The knowledge is given up with the block, and
 * whenever the list is mentioned in any other way. How a language's methods are called is its frontend's to know.
 */
import type { Block, FunctionBuilder, Value } from "./builder.ts";
import type { Span } from "./module-ir.ts";

/** Lists and what they hold. */
export type Saved = readonly (readonly [list: Value, items: readonly Value[]])[];

interface Known {
  block: Block;
  readonly items: Value[];
}

/** What a method does to a list; `at` is the last place where it is left out. */
export type ListChange =
  | { readonly kind: "insert"; readonly at?: number; readonly item: Value }
  | { readonly kind: "remove"; readonly at?: number };

export class Contents {
  readonly #builder: FunctionBuilder;
  readonly #lists = new Map<Value, Known>();

  constructor(builder: FunctionBuilder) {
    this.#builder = builder;
  }

  /** A list that holds nothing else. */
  made(list: Value, items: readonly Value[]): void {
    this.#lists.set(list, { block: this.#builder.current, items: [...items] });
  }

  forget(list: Value): void {
    this.#lists.delete(list);
  }

  /** The code goes on in another block, which is reached in no other way. */
  carryOn(from: Block): void {
    for (const known of this.#lists.values())
      if (known.block === from) known.block = this.#builder.current;
  }

  #of(list: Value): Value[] | undefined {
    const known = this.#lists.get(list);
    if (known?.block === this.#builder.current) return known.items;
    this.forget(list);
    return undefined;
  }

  isKnown(list: Value): boolean {
    return this.#of(list) !== undefined;
  }

  /** Everything in it, in order. */
  all(list: Value): readonly Value[] | undefined {
    return this.#of(list);
  }

  /** The element at an index, which may count from the end. */
  at(list: Value, index: number): Value | undefined {
    return this.#of(list)?.at(index);
  }

  /** What is known here, to go on from at another place that the code leads to from here. */
  save(): Saved {
    return [...this.#lists.keys()].flatMap((list) => {
      const items = this.#of(list);
      return items === undefined ? [] : [[list, [...items]] as const];
    });
  }

  /** Goes on with what was known where the code comes from. */
  restore(saved: Saved): void {
    for (const [list, items] of saved) this.made(list, items);
  }

  /** Where several ways meet, lists that are as long on all of them hold what they do on one of them. */
  merge(ways: readonly Saved[], span: Span): void {
    const [first, ...others] = ways.map((way) => new Map(way));
    if (first === undefined) return;
    for (const [list, items] of first) {
      const all = [items, ...others.map((way) => way.get(list))];
      if (all.some((one) => one?.length !== items.length)) continue;
      const merged = items.map((item, index) => {
        const choices = [...new Set(all.map((one) => one![index]!))];
        return choices.length === 1 ? item : this.#builder.choice(choices, span);
      });
      this.made(list, merged);
    }
  }

  change(list: Value, change: ListChange): void {
    const items = this.#of(list);
    if (items === undefined) return;
    if (change.kind === "insert") items.splice(change.at ?? items.length, 0, change.item);
    else items.splice(change.at ?? items.length - 1, 1);
  }
}
