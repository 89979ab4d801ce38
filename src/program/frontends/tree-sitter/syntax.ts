/** A syntax tree of our own: what a frontend reads of tree-sitter's, as plain objects that need no deleting. */
import type { Span } from "../../ir/module-ir.ts";

/** The type of what the parser could not make sense of; its children are the pieces that it could. */
export const ERROR = "ERROR";

const NO_CHILDREN: readonly Syntax[] = Object.freeze([]) as readonly Syntax[];

/** A named construct, or a token that its grammar lists as meaningful. Offsets are UTF-16 code units, end exclusive. */
export class Syntax implements Span {
  readonly type: string;
  /** What it is to its parent, as the grammar calls it; `""` where the grammar does not. */
  readonly field: string;
  readonly start: number;
  readonly end: number;
  #children: Syntax[] | undefined;

  constructor(type: string, field: string, start: number, end: number) {
    this.type = type;
    this.field = field;
    this.start = start;
    this.end = end;
  }

  get children(): readonly Syntax[] {
    return this.#children ?? NO_CHILDREN;
  }

  append(child: Syntax): void {
    if (this.#children === undefined) this.#children = [child];
    else this.#children.push(child);
  }

  /** Takes a child out, as if it had not been written. */
  remove(child: Syntax): void {
    this.#children = this.#children?.filter((one) => one !== child);
  }

  /** The first child with a field. */
  get(field: string): Syntax | undefined {
    return this.#children?.find((child) => child.field === field);
  }

  /** All children with a field. */
  all(field: string): readonly Syntax[] {
    return this.#children?.filter((child) => child.field === field) ?? NO_CHILDREN;
  }

  /** The first child of a type. */
  first(type: string): Syntax | undefined {
    return this.#children?.find((child) => child.type === type);
  }

  /** Whether it has a token among its children, of those that the grammar lists. */
  has(type: string): boolean {
    return this.first(type) !== undefined;
  }
}
