/**
 * What lists are known to hold while straight code fills and empties them: `a = []`, `a.append(x)`, `a.pop(0)`, `a[1]`.
 * The knowledge is given up with the block, and whenever the list is mentioned in any other way.
 */
import type { Block, FunctionBuilder, Value } from "../../ir/builder.ts";

interface Known {
  readonly block: Block;
  readonly items: Value[];
}

export class Contents {
  readonly #builder: FunctionBuilder;
  readonly #lists = new Map<Value, Known>();

  constructor(builder: FunctionBuilder) {
    this.#builder = builder;
  }

  /** A list literal with nothing spread into it. */
  made(list: Value, items: readonly Value[]): void {
    this.#lists.set(list, { block: this.#builder.current, items: [...items] });
  }

  forget(list: Value): void {
    this.#lists.delete(list);
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

  /** Does what a method does, if it is one whose effect is known; else nothing is known of the list any more. */
  call(list: Value, method: string, args: readonly Value[], index: number | undefined): void {
    const items = this.#of(list);
    if (items === undefined) return;
    if (method === "append" && args.length === 1) items.push(args[0]!);
    else if (method === "insert" && args.length === 2 && index !== undefined)
      items.splice(index, 0, args[1]!);
    else if (method === "pop" && args.length === 0) items.pop();
    else if (method === "pop" && args.length === 1 && index !== undefined) items.splice(index, 1);
    else this.forget(list);
  }
}
