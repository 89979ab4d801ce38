/** `try`, `raise`, `assert` and `with`. */
import type { Value } from "../../ir/builder.ts";
import { CallForm, Position } from "../../ir/kinds.ts";
import { withFinaliser } from "../../ir/regions.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { assign } from "./assignment.ts";
import { lowerCondition } from "./conditions.ts";
import type { Lowering } from "./lowering.ts";

export function lowerTry(lower: Lowering, syntax: Syntax): void {
  const finaliser = syntax.first("finally_clause")?.first("block");
  if (finaliser === undefined) {
    lowerExcept(lower, syntax);
    return;
  }
  withFinaliser(
    lower.builder,
    lower.exits,
    finaliser,
    isRepeatable(finaliser),
    () => lowerExcept(lower, syntax),
    () => lower.statements(finaliser),
  );
}

/** A function in it would become two functions, and a nested `try` would double at every depth. */
function isRepeatable(syntax: Syntax): boolean {
  if (/^(?:function_definition|class_definition|lambda|try_statement)$/.test(syntax.type))
    return false;
  return syntax.children.every(isRepeatable);
}

function lowerExcept(lower: Lowering, syntax: Syntax): void {
  const { builder } = lower;
  const handlers = syntax.children.filter(({ type }) => /^except_(?:group_)?clause$/.test(type));
  const body = syntax.get("body");
  const otherwise = syntax.first("else_clause")?.get("body");
  if (handlers.length === 0) {
    lower.statements(body);
    lower.statements(otherwise);
    return;
  }
  const caught = builder.block();
  const after = builder.block();
  builder.beginTry(caught);
  lower.statements(body);
  builder.endTry();
  lower.statements(otherwise);
  builder.jump(after);
  builder.seal(caught);
  builder.enter(caught);
  lowerHandlers(lower, handlers, () => builder.jump(after));
  builder.seal(after);
  builder.enter(after);
}

/** One handler after the other is asked whether the exception is its own. */
function lowerHandlers(lower: Lowering, handlers: readonly Syntax[], done: () => void): void {
  const { builder } = lower;
  if (builder.unreachable) return;
  const exception = builder.parameter(Position.Caught, handlers[0]!);
  const outer = lower.caught;
  lower.caught = exception;
  for (const handler of handlers) {
    const value = handler.get("value");
    const next = builder.block();
    if (value) {
      const own = builder.block();
      builder.branch(builder.operator("catches", [], handler), own, next, handler);
      builder.seal(own);
      builder.enter(own);
      const alias = value.type === "as_pattern" ? value.get("alias") : handler.get("alias");
      if (alias) assign(lower, alias, exception);
    }
    lower.statements(handler.first("block"));
    done();
    builder.seal(next);
    builder.enter(next);
  }
  if (!builder.unreachable) builder.throw(exception, handlers.at(-1)!);
  lower.caught = outer;
}

export function lowerRaise(lower: Lowering, syntax: Syntax): void {
  const exception = syntax.children.find(({ field }) => field !== "cause");
  const cause = syntax.get("cause");
  const value = exception
    ? lower.expression(exception)
    : (lower.caught ?? lower.builder.undefined(syntax));
  if (cause) lower.expression(cause);
  lower.builder.throw(value, syntax);
}

export function lowerAssert(lower: Lowering, syntax: Syntax): void {
  const { builder } = lower;
  const [test, message] = syntax.children;
  if (test === undefined) return;
  const held = builder.block();
  const failed = builder.block();
  lowerCondition(lower, test, held, failed);
  builder.seal(failed);
  builder.enter(failed);
  if (!builder.unreachable)
    builder.throw(message ? lower.expression(message) : builder.undefined(syntax), syntax);
  builder.seal(held);
  builder.enter(held);
}

/** Each manager is entered in turn; what leaving it does is not seen by the code around it. */
export function lowerWith(lower: Lowering, syntax: Syntax): void {
  const isAsync = syntax.has("async");
  for (const item of syntax.first("with_clause")?.children ?? []) {
    const value = item.get("value") ?? item;
    const isNamed = value.type === "as_pattern";
    const manager = lower.expression(isNamed ? value.children[0]! : value);
    const entered = enter(lower, manager, isAsync, item);
    const alias = isNamed ? value.get("alias") : undefined;
    if (alias) assign(lower, alias, entered);
  }
  lower.statements(syntax.get("body"));
}

function enter(lower: Lowering, manager: Value, isAsync: boolean, span: Syntax): Value {
  const { builder } = lower;
  const name = isAsync ? "__aenter__" : "__enter__";
  const method = builder.load(manager, name, span);
  const entered = builder.callMethod(CallForm.Call, method, manager, name, [], span);
  return isAsync ? builder.await(entered, span) : entered;
}
