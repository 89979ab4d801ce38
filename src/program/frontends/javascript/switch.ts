/** `switch`: a chain of comparisons, with the bodies falling through one into the next. */
import type * as t from "@babel/types";
import type { Exit } from "../../ir/regions.ts";
import { lowerCondition } from "./conditions.ts";
import type { Lowering } from "./lowering.ts";
import { at, constantTruth } from "./syntax.ts";

export function lowerSwitch(lower: Lowering, node: t.SwitchStatement): void {
  const { builder } = lower;
  const labels = lower.takeLabels();
  const value = lower.expression(node.discriminant);
  const after = builder.block();
  const bodies = node.cases.map(() => builder.block());
  let fallback = after;
  lower.within(node, () => {
    node.cases.forEach((one, index) => {
      if (!one.test) {
        fallback = bodies[index]!;
        return;
      }
      const matched = builder.block();
      const next = builder.block();
      if (constantTruth(node.discriminant) === true) {
        lowerCondition(lower, one.test, matched, next);
      } else {
        const test = builder.operator("===", [value, lower.expression(one.test)], at(one.test));
        builder.branch(test, matched, next, at(one.test));
      }
      // A body that several cases share still knows on each way in which constant was met.
      builder.seal(matched);
      builder.enter(matched);
      builder.jump(bodies[index]!);
      builder.seal(next);
      builder.enter(next);
    });
    builder.jump(fallback);
    const exit: Exit = {
      kind: "jump",
      labels,
      breakTo: after,
      continueTo: undefined,
      isPlain: true,
    };
    lower.exits.within(exit, () => {
      node.cases.forEach((one, index) => {
        const body = bodies[index]!;
        builder.seal(body);
        builder.enter(body);
        lower.statements(one.consequent);
        builder.jump(bodies[index + 1] ?? after);
      });
    });
  });
  builder.seal(after);
  builder.enter(after);
}
