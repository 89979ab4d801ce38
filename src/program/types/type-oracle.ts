/** Answers what declared types and value tracking leave open: the class of an expression. */
export interface TypeOracle {
  /** The class, declared in the tree, of the expression at `[start, end)` of a file; undefined when there is none. */
  classOf(
    path: string,
    start: number,
    end: number,
  ): { readonly path: string; readonly name: string } | undefined;
}
