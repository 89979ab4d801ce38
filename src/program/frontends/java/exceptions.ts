/** `try` with its resources, handlers and finaliser, and `assert`. */
import { Position } from "../../ir/kinds.ts";
import { withFinaliser } from "../../ir/regions.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { isCalled } from "./assignment.ts";
import { lowerCondition } from "./conditions.ts";
import type { Lowering } from "./lowering.ts";

export function lowerTry(lower: Lowering, syntax: Syntax): void {
  const finaliser = syntax.first("finally_clause")?.first("block");
  if (finaliser === undefined) {
    lowerCatch(lower, syntax);
    return;
  }
  withFinaliser(
    lower.builder,
    lower.exits,
    finaliser,
    isRepeatable(finaliser),
    () => lowerCatch(lower, syntax),
    () => lower.statement(finaliser),
  );
}

/** A function in it would become two functions, and a nested `try` would double at every depth. */
function isRepeatable(syntax: Syntax): boolean {
  if (
    /^(?:lambda_expression|class_body|class_declaration|try_\w+|method_reference)$/.test(
      syntax.type,
    )
  )
    return false;
  return syntax.children.every(isRepeatable);
}

function lowerCatch(lower: Lowering, syntax: Syntax): void {
  const { builder } = lower;
  const handlers = syntax.children.filter(({ type }) => type === "catch_clause");
  if (handlers.length === 0) {
    lowerProtected(lower, syntax);
    return;
  }
  const caught = builder.block();
  const after = builder.block();
  builder.beginTry(caught);
  lowerProtected(lower, syntax);
  builder.endTry();
  builder.jump(after);
  builder.seal(caught);
  builder.enter(caught);
  lowerHandlers(lower, handlers, () => builder.jump(after));
  builder.seal(after);
  builder.enter(after);
}

/** The body, with what it opens first. What closing does is not seen by the code around it. */
function lowerProtected(lower: Lowering, syntax: Syntax): void {
  lower.within(syntax, () => {
    for (const one of syntax.get("resources")?.children ?? []) {
      const value = one.get("value") ?? one.children.find(({ type }) => type !== "modifiers");
      const name = one.get("name");
      if (value === undefined || lower.builder.unreachable) continue;
      const opened = lower.expression(value);
      if (name)
        lower.write(
          lower.text(name),
          isCalled(value) ? lower.typed(opened, lower.typeOf(one.get("type")), value) : opened,
          name,
        );
    }
    lower.statement(syntax.get("body"));
  });
}

/** One handler after the other is asked whether the exception is its own. */
function lowerHandlers(lower: Lowering, handlers: readonly Syntax[], done: () => void): void {
  const { builder } = lower;
  if (builder.unreachable) return;
  const exception = builder.parameter(Position.Caught, handlers[0]!);
  for (const handler of handlers) {
    const next = builder.block();
    const own = builder.block();
    builder.branch(builder.operator("catches", [], handler), own, next, handler);
    builder.seal(own);
    builder.enter(own);
    lower.within(handler, () => {
      const name = handler.first("catch_formal_parameter")?.get("name");
      if (name?.type === "identifier") lower.define(lower.text(name), exception, name);
      const body = handler.get("body");
      if (body) lower.statement(body);
    });
    done();
    builder.seal(next);
    builder.enter(next);
  }
  builder.throw(exception, handlers.at(-1)!);
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
