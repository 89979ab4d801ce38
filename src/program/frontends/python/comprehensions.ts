/** Comprehensions and generator expressions: loops that fill a sequence or a record. */
import type { Value } from "../../ir/builder.ts";
import { IteratePart } from "../../ir/kinds.ts";
import { loop } from "../../ir/regions.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { assign } from "./assignment.ts";
import { lowerBranches } from "./conditions.ts";
import type { Lowering } from "./lowering.ts";

/** The field that stands for every element, and the one for every key. */
const ELEMENT = "*";
const KEY = "<key>";

export function lowerComprehension(lower: Lowering, syntax: Syntax): Value {
  const { builder } = lower;
  const body = syntax.get("body");
  const isRecord = syntax.type === "dictionary_comprehension";
  const result = isRecord ? builder.record([], [], syntax) : builder.sequence([], syntax);
  const clauses = syntax.children.filter(({ type }) => /^(?:for_in|if)_clause$/.test(type));
  const fill = (): void => {
    if (body === undefined) return;
    if (body.type !== "pair") {
      builder.store(result, ELEMENT, lower.expression(body), body);
      return;
    }
    builder.store(result, KEY, lower.expression(body.get("key")!), body);
    builder.store(result, ELEMENT, lower.expression(body.get("value")!), body);
  };
  lower.within(syntax, () => lowerClauses(lower, clauses, fill));
  return result;
}

function lowerClauses(
  lower: Lowering,
  [clause, ...rest]: readonly Syntax[],
  fill: () => void,
): void {
  if (clause === undefined) {
    fill();
  } else if (clause.type === "if_clause") {
    lowerBranches(
      lower,
      clause.children[0]!,
      () => lowerClauses(lower, rest, fill),
      () => {},
    );
  } else {
    const collection = lower.expression(clause.get("right")!);
    lowerEach(lower, clause, collection, () => lowerClauses(lower, rest, fill));
  }
}

/** `for left in collection`, of a statement or a comprehension. */
export function lowerEach(
  lower: Lowering,
  clause: Syntax,
  collection: Value,
  body: () => void,
  otherwise?: () => void,
): void {
  const { builder } = lower;
  const left = clause.get("left")!;
  loop(builder, lower.exits, [], {
    // Whether there is one more says nothing about any value.
    test: (turn, exit) => builder.branch(builder.operator("next", [], left), turn, exit, left),
    body: () => {
      let value = builder.iterate(collection, IteratePart.Value, left);
      if (clause.has("async")) value = builder.await(value, left);
      assign(lower, left, value);
      body();
    },
    ...(otherwise ? { otherwise } : {}),
  });
}
