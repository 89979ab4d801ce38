/**
 * What lists are known to hold while straight code fills and empties them. The knowledge is given up with the block, and
 * whenever the list is mentioned in any other way. How a language's methods are called is its frontend's to know.
 */
import type { Block, FunctionBuilder, Value } from "./builder.ts";

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

  /** The element at an index, which may count from the end. */
  at(list: Value, index: number): Value | undefined {
    return this.#of(list)?.at(index);
  }

  change(list: Value, change: ListChange): void {
    const items = this.#of(list);
    if (items === undefined) return;
    if (change.kind === "insert") items.splice(change.at ?? items.length, 0, change.item);
    else items.splice(change.at ?? items.length - 1, 1);
  }
}
