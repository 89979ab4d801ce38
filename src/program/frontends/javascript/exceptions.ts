/** `try`, `catch` and `finally`. */
import type * as t from "@babel/types";
import { Position } from "../../ir/kinds.ts";
import type { Exit, Lowering } from "./lowering.ts";
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

/**
 * All ways out of the `try` lead through the finaliser, and each goes on behind it. The usual way, off the end of
 * the block, gets a copy of its own when that is cheap: what the block has checked stays known after it.
 */
function lowerFinally(lower: Lowering, node: t.TryStatement, finalizer: t.BlockStatement): void {
  const { builder } = lower;
  const span = at(finalizer);
  const entry = builder.block();
  const thrown = builder.block();
  const after = builder.block();
  const exception = builder.local();
  const frame: Exit = { kind: "finally", entry, returned: builder.local(), pending: new Map() };
  builder.beginTry(thrown);
  lower.withExit(frame, () => lowerCatch(lower, node));
  builder.endTry();
  if (isRepeatable(finalizer)) {
    if (!builder.unreachable) lower.statement(finalizer);
    builder.jump(after);
  } else if (!builder.unreachable) {
    frame.pending.set("end", () => builder.jump(after));
    builder.jump(entry);
  }
  builder.seal(thrown);
  builder.enter(thrown);
  builder.write(exception, builder.parameter(Position.Caught, span), span);
  builder.jump(entry);
  builder.seal(entry);
  builder.enter(entry);
  lower.statement(finalizer);
  for (const resume of frame.pending.values()) {
    if (builder.unreachable) break;
    const taken = builder.block();
    const others = builder.block();
    builder.branch(builder.operator("completion", [], span), taken, others, span);
    builder.seal(taken);
    builder.enter(taken);
    resume();
    // A `break` that leads nowhere is an error of meaning, which the parser lets pass.
    builder.jump(after);
    builder.seal(others);
    builder.enter(others);
  }
  if (!builder.unreachable) builder.throw(builder.read(exception, span), span);
  builder.seal(after);
  builder.enter(after);
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
