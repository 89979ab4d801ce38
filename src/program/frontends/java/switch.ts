/** `switch`, as a statement and as a value, with labels or with arrows. */
import type { Block, Value } from "../../ir/builder.ts";
import type { Exit } from "../../ir/regions.ts";
import { branch } from "../../ir/regions.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { lowerCondition } from "./conditions.ts";
import type { Lowering, TakeYield } from "./lowering.ts";
import { equality } from "./operators.ts";
import { lowerPattern } from "./patterns.ts";

export function lowerSwitch(lower: Lowering, syntax: Syntax): void {
  lowerCases(lower, syntax, lower.builder.block(), undefined);
}

/** The value that the arrow or the `yield` of the case gives. */
export function lowerSwitchValue(lower: Lowering, syntax: Syntax): Value {
  const { builder } = lower;
  const result = builder.local();
  const after = builder.block();
  const outer = lower.takeYield;
  let isText = true;
  const take: TakeYield = (value, span) => {
    isText &&= lower.isText(value);
    builder.write(result, value, span);
    builder.jump(after);
  };
  lower.takeYield = take;
  lowerCases(lower, syntax, after, take);
  lower.takeYield = outer;
  const value = builder.read(result, syntax);
  return isText ? lower.noteText(value) : value;
}

function lowerCases(
  lower: Lowering,
  syntax: Syntax,
  after: Block,
  take: TakeYield | undefined,
): void {
  const { builder } = lower;
  const labels = lower.takeLabels();
  const value = lower.part(syntax, "condition");
  const body = syntax.get("body")!;
  const cases = body.children.filter(({ type }) => /^switch_(?:rule|block_s)/.test(type));
  const bodies = cases.map(() => builder.block());
  let fallback = after;
  lower.within(body, () => {
    cases.forEach((one, index) => {
      lower.within(one, () => {
        if (lowerLabels(lower, one, value, bodies[index]!)) fallback = bodies[index]!;
      });
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
      cases.forEach((one, index) => {
        builder.seal(bodies[index]!);
        builder.enter(bodies[index]!);
        if (builder.unreachable) return;
        const isArrow = one.type === "switch_rule";
        lower.within(one, () => lowerBody(lower, one, take));
        builder.jump(isArrow ? after : (bodies[index + 1] ?? after));
      });
    });
  });
  builder.seal(after);
  builder.enter(after);
}

/** Leads to `body` where one of the case's labels fits, and goes on where none does; says whether one is `default`. */
function lowerLabels(lower: Lowering, one: Syntax, value: Value, body: Block): boolean {
  const { builder } = lower;
  let isDefault = false;
  for (const label of one.children.filter(({ type }) => type === "switch_label")) {
    const guard = label.first("guard")?.children[0];
    if (label.children.length === 0) isDefault = true;
    for (const test of label.children) {
      if (test.type === "guard") continue;
      if (test.type === "default" || lower.text(test) === "default") isDefault = true;
      else if (!builder.unreachable) lowerLabel(lower, test, guard, value, body);
    }
  }
  return isDefault;
}

function lowerLabel(
  lower: Lowering,
  test: Syntax,
  guard: Syntax | undefined,
  value: Value,
  body: Block,
): void {
  const { builder } = lower;
  const next = builder.block();
  // A body that several labels share still knows on each way in which constant was met.
  const matched = builder.block();
  if (test.type === "pattern") {
    lowerPattern(lower, test, value, next);
    builder.jump(matched);
  } else branch(lower, equality(lower, value, labelValue(lower, test), test), matched, next, test);
  builder.seal(matched);
  builder.enter(matched);
  if (guard && !builder.unreachable) lowerCondition(lower, guard, body, next);
  else builder.jump(body);
  builder.seal(next);
  builder.enter(next);
}

/** A constant; one of an enumeration is called by its own name alone. */
function labelValue(lower: Lowering, label: Syntax): Value {
  const isOfEnumeration = label.type === "identifier" && !lower.isKnown(lower.text(label));
  return isOfEnumeration ? lower.constant(lower.text(label), label) : lower.expression(label);
}

function lowerBody(lower: Lowering, one: Syntax, take: TakeYield | undefined): void {
  for (const child of one.children) {
    if (child.type === "switch_label") continue;
    const [only] = child.children;
    if (take && one.type === "switch_rule" && child.type === "expression_statement" && only) {
      const value = lower.expression(only);
      if (!lower.builder.unreachable) take(value, only);
    } else lower.statement(child);
  }
}
