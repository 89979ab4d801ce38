/** Loops, and the labels that lead out of them. */
import type * as t from "@babel/types";
import { IteratePart } from "../../ir/kinds.ts";
import { loop } from "../../ir/regions.ts";
import { lowerCondition, lowerEffect } from "./conditions.ts";
import type { Lowering } from "./lowering.ts";
import { assign } from "./patterns.ts";
import { at } from "./syntax.ts";

export function lowerWhile(lower: Lowering, node: t.WhileStatement): void {
  loop(lower.builder, lower.exits, lower.takeLabels(), {
    test: (body, exit) => lowerCondition(lower, node.test, body, exit),
    body: () => lower.statement(node.body),
  });
}

export function lowerDoWhile(lower: Lowering, node: t.DoWhileStatement): void {
  const { builder } = lower;
  const labels = lower.takeLabels();
  const body = builder.block();
  const test = builder.block();
  const again = builder.block();
  const exit = builder.block();
  const after = builder.block();
  builder.jump(body);
  builder.enter(body);
  lower.exits.within(
    { kind: "jump", labels, breakTo: after, continueTo: test, isPlain: true },
    () => lower.statement(node.body),
  );
  builder.jump(test);
  builder.seal(test);
  builder.enter(test);
  lowerCondition(lower, node.test, again, exit);
  builder.seal(again);
  builder.enter(again);
  builder.jump(body);
  builder.seal(body);
  builder.seal(exit);
  builder.enter(exit);
  builder.jump(after);
  builder.seal(after);
  builder.enter(after);
}

export function lowerFor(lower: Lowering, node: t.ForStatement): void {
  const labels = lower.takeLabels();
  const { init, test, update } = node;
  lower.within(node, () => {
    if (init?.type === "VariableDeclaration") lower.statement(init);
    else if (init) lowerEffect(lower, init);
    loop(lower.builder, lower.exits, labels, {
      test: (body, exit) => {
        if (test) lowerCondition(lower, test, body, exit);
        else lower.builder.jump(body);
      },
      body: () => lower.statement(node.body),
      ...(update ? { update: () => lowerEffect(lower, update) } : {}),
    });
  });
}

export function lowerForEach(lower: Lowering, node: t.ForInStatement | t.ForOfStatement): void {
  const { builder } = lower;
  const labels = lower.takeLabels();
  lower.within(node, () => {
    const collection = lower.expression(node.right);
    const span = at(node.left);
    loop(lower.builder, lower.exits, labels, {
      // Whether there is one more says nothing about any value.
      test: (body, exit) => builder.branch(builder.operator("next", [], span), body, exit, span),
      body: () => {
        const part = node.type === "ForInStatement" ? IteratePart.Key : IteratePart.Value;
        let value = builder.iterate(collection, part, span);
        if (node.type === "ForOfStatement" && node.await) value = builder.await(value, span);
        const { left } = node;
        assign(lower, left.type === "VariableDeclaration" ? left.declarations[0]!.id : left, value);
        lower.statement(node.body);
      },
    });
  });
}

export function lowerLabeled(lower: Lowering, node: t.LabeledStatement): void {
  const { builder } = lower;
  lower.labels.push(node.label.name);
  if (/^(?:For|While|DoWhile|Switch|Labeled)/.test(node.body.type)) {
    lower.statement(node.body);
    return;
  }
  const labels = lower.takeLabels();
  const after = builder.block();
  lower.exits.within(
    { kind: "jump", labels, breakTo: after, continueTo: undefined, isPlain: false },
    () => lower.statement(node.body),
  );
  builder.jump(after);
  builder.seal(after);
  builder.enter(after);
}
