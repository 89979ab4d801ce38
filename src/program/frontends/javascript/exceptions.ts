/** `try`, `catch` and `finally`. */
import type * as t from "@babel/types";
import { Position } from "../../ir/kinds.ts";
import { withFinaliser } from "../../ir/regions.ts";
import type { Lowering } from "./lowering.ts";
import { assign } from "./patterns.ts";
import { at, forEachChild } from "./syntax.ts";

export function lowerTry(lower: Lowering, node: t.TryStatement): void {
  if (node.finalizer) lowerFinally(lower, node, node.finalizer);
  else lowerCatch(lower, node);
}

function lowerCatch(lower: Lowering, node: t.TryStatement): void {
  const { handler } = node;
  const { builder } = lower;
  if (!handler) {
    lower.statement(node.block);
    return;
  }
  const caught = builder.block();
  const after = builder.block();
  builder.beginTry(caught);
  lower.statement(node.block);
  builder.endTry();
  builder.jump(after);
  builder.seal(caught);
  builder.enter(caught);
  lower.within(handler, () => {
    const { param } = handler;
    if (param) assign(lower, param, builder.parameter(Position.Caught, at(param)));
    lower.statements(handler.body.body);
  });
  builder.jump(after);
  builder.seal(after);
  builder.enter(after);
}

function lowerFinally(lower: Lowering, node: t.TryStatement, finalizer: t.BlockStatement): void {
  withFinaliser(
    lower.builder,
    lower.exits,
    at(finalizer),
    isRepeatable(finalizer),
    () => lowerCatch(lower, node),
    () => lower.statement(finalizer),
  );
}

/** A function in it would become two functions, and a nested `try` would double at every depth. */
function isRepeatable(node: t.Node): boolean {
  if (/Function|Class|Method|Try/.test(node.type)) return false;
  let repeatable = true;
  forEachChild(node, (child) => {
    repeatable &&= isRepeatable(child);
  });
  return repeatable;
}
