/** Loops. */
import { IteratePart } from "../../ir/kinds.ts";
import { loop } from "../../ir/regions.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { lowerCondition } from "./conditions.ts";
import type { Lowering } from "./lowering.ts";

export function lowerFor(lower: Lowering, syntax: Syntax): void {
  const { builder, exits } = lower;
  const labels = lower.takeLabels();
  lower.within(syntax, () => {
    for (const one of syntax.all("init")) lowerPart(lower, one);
    const condition = syntax.get("condition");
    loop(builder, exits, labels, {
      test: (body, exit) => {
        if (condition) lowerCondition(lower, condition, body, exit);
        else builder.jump(body);
      },
      body: () => lower.statement(syntax.get("body")),
      update: () => {
        for (const one of syntax.all("update")) lowerPart(lower, one);
      },
    });
  });
}

function lowerPart(lower: Lowering, syntax: Syntax): void {
  if (syntax.type === "local_variable_declaration") lower.statement(syntax);
  else if (!lower.builder.unreachable) lower.expression(syntax);
}

/** `for (Type name : collection)` */
export function lowerEach(lower: Lowering, syntax: Syntax): void {
  const { builder, exits } = lower;
  const labels = lower.takeLabels();
  const collection = lower.part(syntax, "value");
  const name = syntax.get("name")!;
  lower.within(syntax, () => {
    loop(builder, exits, labels, {
      // Whether there is one more says nothing about any value.
      test: (turn, exit) => builder.branch(builder.operator("next", [], name), turn, exit, name),
      body: () => {
        const value = builder.iterate(collection, IteratePart.Value, name);
        const type = syntax.get("dimensions") ? "" : lower.typeOf(syntax.get("type"));
        if (name.type === "identifier")
          lower.write(lower.text(name), lower.typed(value, type, name), name);
        lower.statement(syntax.get("body"));
      },
    });
  });
}

export function lowerWhile(lower: Lowering, syntax: Syntax): void {
  loop(lower.builder, lower.exits, lower.takeLabels(), {
    test: (body, exit) => lowerCondition(lower, syntax.get("condition")!, body, exit),
    body: () => lower.statement(syntax.get("body")),
  });
}

export function lowerDo(lower: Lowering, syntax: Syntax): void {
  const { builder, exits } = lower;
  const labels = lower.takeLabels();
  const head = builder.block();
  const test = builder.block();
  const after = builder.block();
  builder.jump(head);
  builder.enter(head);
  exits.within({ kind: "jump", labels, breakTo: after, continueTo: test, isPlain: true }, () =>
    lower.statement(syntax.get("body")),
  );
  builder.jump(test);
  builder.seal(test);
  builder.enter(test);
  if (!builder.unreachable) lowerCondition(lower, syntax.get("condition")!, head, after);
  builder.seal(head);
  builder.seal(after);
  builder.enter(after);
}
