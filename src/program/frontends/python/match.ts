/** `match`: a chain of tests, each on the subject or on a part of it. */
import type { Block, Value } from "../../ir/builder.ts";
import { branch } from "../../ir/regions.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { lowerCondition } from "./conditions.ts";
import type { Lowering } from "./lowering.ts";
import { compare } from "./operators.ts";

export function lowerMatch(lower: Lowering, syntax: Syntax): void {
  const { builder } = lower;
  const subjects = syntax.all("subject");
  const values = subjects.map((one) => lower.expression(one));
  const subject =
    values.length === 1
      ? values[0]!
      : builder.sequence(
          values.map((value) => ({ value, spread: false })),
          syntax,
        );
  const after = builder.block();
  for (const clause of syntax.get("body")?.all("alternative") ?? []) {
    if (builder.unreachable) break;
    const next = builder.block();
    const patterns = clause.children.filter(({ type }) => type === "case_pattern");
    if (patterns.length === 1) lowerPattern(lower, patterns[0]!, subject, next);
    else lowerElements(lower, patterns, subject, next);
    const guard = clause.get("guard")?.children[0];
    if (guard) {
      const taken = builder.block();
      lowerCondition(lower, guard, taken, next);
      builder.seal(taken);
      builder.enter(taken);
    }
    lower.statements(clause.get("consequence"));
    builder.jump(after);
    builder.seal(next);
    builder.enter(next);
  }
  builder.jump(after);
  builder.seal(after);
  builder.enter(after);
}

/** Goes on where the value fits, with the names of the pattern bound; leads to `otherwise` where it does not. */
function lowerPattern(lower: Lowering, pattern: Syntax, value: Value, otherwise: Block): void {
  const { builder } = lower;
  switch (pattern.type) {
    case "case_pattern":
      if (pattern.children[0] && pattern.children[0].type !== "_")
        lowerPattern(lower, pattern.children[0], value, otherwise);
      return;
    case "dotted_name":
      if (pattern.children.length === 1) {
        lower.write(lower.text(pattern), value, pattern);
      } else {
        const [first, ...rest] = pattern.children;
        let constant = lower.expression(first!);
        for (const name of rest) constant = builder.load(constant, lower.text(name), name);
        test(lower, compare(lower, "==", value, constant, pattern), otherwise, pattern);
      }
      return;
    case "identifier":
      lower.write(lower.text(pattern), value, pattern);
      return;
    case "splat_pattern":
      if (pattern.children[0]) lowerPattern(lower, pattern.children[0], value, otherwise);
      return;
    case "union_pattern":
      lowerAlternatives(lower, pattern, value, otherwise);
      return;
    case "as_pattern": {
      const [inner, name] = pattern.children;
      lowerPattern(lower, inner!, value, otherwise);
      if (name) lower.write(lower.text(name), value, name);
      return;
    }
    case "list_pattern":
    case "tuple_pattern":
      if (pattern.children.length === 1 && lower.text(pattern).startsWith("("))
        lowerPattern(lower, pattern.children[0]!, value, otherwise);
      else lowerElements(lower, pattern.children, value, otherwise);
      return;
    case "dict_pattern":
      lowerEntries(lower, pattern, value, otherwise);
      return;
    case "class_pattern":
      lowerClassPattern(lower, pattern, value, otherwise);
      return;
    default:
      test(
        lower,
        compare(lower, "==", value, lower.expression(pattern), pattern),
        otherwise,
        pattern,
      );
  }
}

function test(lower: Lowering, condition: Value, otherwise: Block, span: Syntax): void {
  const { builder } = lower;
  const fits = builder.block();
  branch(lower, condition, fits, otherwise, span);
  builder.seal(fits);
  builder.enter(fits);
}

/** `a | b`: each alternative leads to one place, which knows what all of them prove. */
function lowerAlternatives(lower: Lowering, pattern: Syntax, value: Value, otherwise: Block): void {
  const { builder } = lower;
  const fits = builder.block();
  pattern.children.forEach((one, index) => {
    if (builder.unreachable) return;
    const isLast = index === pattern.children.length - 1;
    const next = isLast ? otherwise : builder.block();
    lowerPattern(lower, one, value, next);
    builder.jump(fits);
    if (isLast) return;
    builder.seal(next);
    builder.enter(next);
  });
  builder.seal(fits);
  builder.enter(fits);
}

/** That something has the pattern's shape says nothing about what is in it. */
function testShape(lower: Lowering, otherwise: Block, span: Syntax): void {
  test(lower, lower.builder.operator("matches", [], span), otherwise, span);
}

function lowerElements(
  lower: Lowering,
  patterns: readonly Syntax[],
  value: Value,
  otherwise: Block,
): void {
  testShape(lower, otherwise, patterns[0] ?? patterns.at(-1)!);
  let isAfterStar = false;
  patterns.forEach((one, position) => {
    const inner = one.type === "case_pattern" ? (one.children[0] ?? one) : one;
    if (inner.type === "splat_pattern") isAfterStar = true;
    const field = isAfterStar ? "*" : String(position);
    const part = inner.type === "splat_pattern" ? value : lower.builder.load(value, field, one);
    if (!lower.builder.unreachable) lowerPattern(lower, one, part, otherwise);
  });
}

function lowerEntries(lower: Lowering, pattern: Syntax, value: Value, otherwise: Block): void {
  testShape(lower, otherwise, pattern);
  const keys = pattern.all("key");
  pattern.all("value").forEach((one, index) => {
    if (lower.builder.unreachable) return;
    const key = lower.expression(keys[index]!);
    const field = lower.fieldOf(key);
    const part =
      field === undefined
        ? lower.builder.loadKey(value, key, one)
        : lower.builder.load(value, field, one);
    lowerPattern(lower, one, part, otherwise);
  });
  const rest = pattern.first("splat_pattern");
  if (rest) lowerPattern(lower, rest, value, otherwise);
}

function lowerClassPattern(lower: Lowering, pattern: Syntax, value: Value, otherwise: Block): void {
  testShape(lower, otherwise, pattern);
  pattern.children.slice(1).forEach((one, position) => {
    if (lower.builder.unreachable) return;
    const inner = one.type === "case_pattern" ? (one.children[0] ?? one) : one;
    if (inner.type === "keyword_pattern") {
      const [name, part] = inner.children;
      const field = lower.builder.load(value, lower.text(name!), inner);
      if (part) lowerPattern(lower, part, field, otherwise);
    } else {
      // A single positional pattern, as in `str(name)`, is mostly the subject itself.
      const part = position === 0 ? value : lower.builder.load(value, String(position), one);
      lowerPattern(lower, one, part, otherwise);
    }
  });
}
