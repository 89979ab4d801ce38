/** Loops. */
import { IteratePart } from "../../ir/kinds.ts";
import { loop } from "../../ir/regions.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { assign, declareOrAssign } from "./assignment.ts";
import { lowerCondition } from "./conditions.ts";
import type { Lowering } from "./lowering.ts";
import { listOf, statementsOf } from "./syntax.ts";
import { elementOf, NUMBER, type StaticType, typeOf, UNKNOWN, underlying } from "./types.ts";

export function lowerFor(lower: Lowering, syntax: Syntax, labels: readonly string[]): void {
  const body = syntax.get("body");
  const head = syntax.children.find((child) => child !== body);
  if (head?.type === "range_clause") {
    lowerRange(lower, head, body, labels);
    return;
  }
  const clause = head?.type === "for_clause" ? head : undefined;
  const initializer = clause?.get("initializer");
  const condition = clause === undefined ? head : clause.get("condition");
  const update = clause?.get("update");
  if (initializer) lower.statement(initializer);
  loop(lower.builder, lower.exits, labels, {
    test: (turn, exit) => {
      if (condition) lowerCondition(lower, condition, turn, exit);
      else lower.builder.jump(turn);
    },
    body: () => lower.statements(statementsOf(body)),
    ...(update ? { update: () => lower.statement(update) } : {}),
  });
}

function lowerRange(
  lower: Lowering,
  clause: Syntax,
  body: Syntax | undefined,
  labels: readonly string[],
): void {
  const { builder } = lower;
  const right = clause.get("right")!;
  const type = lower.inferType(right);
  const collection = lower.expression(right);
  const { kind, syntax } = underlying(type, lower.module);
  const [first, second] = listOf(clause.get("left"));
  const isDeclaration = clause.has(":=");
  const bind = (target: Syntax | undefined, part: number, held: StaticType): void => {
    if (target === undefined || lower.text(target) === "_") return;
    const taken =
      held === NUMBER && part === IteratePart.Key
        ? builder.operator("number", [], target)
        : builder.iterate(collection, part, target);
    const value = lower.declared(taken, held, target);
    if (isDeclaration) declareOrAssign(lower, target, value, held);
    else assign(lower, target, value);
  };
  loop(builder, lower.exits, labels, {
    // Whether there is one more says nothing about any value.
    test: (turn, exit) => builder.branch(builder.operator("next", [], clause), turn, exit, clause),
    body: () => {
      // The values of a channel come alone; everything else has keys, which are numbers but for maps.
      if (kind === "channel") bind(first, IteratePart.Value, elementOf(type, lower.module));
      else {
        const isCounted = kind === "list" || kind === "string" || kind === "number";
        const key = kind === "map" ? typeOf(syntax?.get("key"), lower.module) : UNKNOWN;
        bind(first, IteratePart.Key, isCounted ? NUMBER : key);
        bind(second, IteratePart.Value, elementOf(type, lower.module));
      }
      lower.statements(statementsOf(body));
    },
  });
}
