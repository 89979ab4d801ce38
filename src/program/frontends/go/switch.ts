/** `switch`, with and without a tag, on types, and `select`. */
import type { Block, Value } from "../../ir/builder.ts";
import { ConstantType } from "../../ir/kinds.ts";
import { branch } from "../../ir/regions.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { assign, declareOrAssign, partsOf, partTypes } from "./assignment.ts";
import { lowerCondition } from "./conditions.ts";
import type { Lowering } from "./lowering.ts";
import { operate } from "./operators.ts";
import { listOf } from "./syntax.ts";
import { type StaticType, UNKNOWN } from "./types.ts";

interface Case {
  readonly syntax: Syntax;
  /** Undefined: the default. */
  readonly test: ((then: Block, otherwise: Block) => void) | undefined;
  readonly enter?: () => void;
}

const bodyOf = (syntax: Syntax): readonly Syntax[] =>
  syntax.first("statement_list")?.children ?? [];

/** The cases are tested in order, wherever the default stands. */
function lowerCases(lower: Lowering, cases: readonly Case[], labels: readonly string[]): void {
  const { builder } = lower;
  const after = builder.block();
  const bodies = cases.map(() => builder.block());
  cases.forEach(({ test }, index) => {
    if (test === undefined || builder.unreachable) return;
    const next = builder.block();
    test(bodies[index]!, next);
    builder.seal(next);
    builder.enter(next);
  });
  const fallback = cases.findIndex(({ test }) => test === undefined);
  builder.jump(fallback < 0 ? after : bodies[fallback]!);
  const outer = lower.fallthrough;
  cases.forEach(({ syntax, enter }, index) => {
    const body = bodies[index]!;
    builder.seal(body);
    builder.enter(body);
    lower.fallthrough = bodies[index + 1];
    const exit = {
      kind: "jump",
      labels,
      breakTo: after,
      continueTo: undefined,
      isPlain: true,
    } as const;
    lower.exits.within(exit, () => {
      if (builder.unreachable) return;
      enter?.();
      lower.statements(bodyOf(syntax));
    });
    builder.jump(after);
  });
  lower.fallthrough = outer;
  builder.seal(after);
  builder.enter(after);
}

export function lowerSwitch(lower: Lowering, syntax: Syntax, labels: readonly string[]): void {
  const initializer = syntax.get("initializer");
  if (initializer) lower.statement(initializer);
  const tagSyntax = syntax.get("value");
  const tag = tagSyntax && lower.expression(tagSyntax);
  const type = lower.inferType(tagSyntax);
  const cases = syntax.children.flatMap((one): Case[] => {
    if (one.type === "default_case") return [{ syntax: one, test: undefined }];
    if (one.type !== "expression_case") return [];
    const values = listOf(one.get("value"));
    return [{ syntax: one, test: testOf(lower, one, values, tag, type) }];
  });
  lowerCases(lower, cases, labels);
}

function testOf(
  lower: Lowering,
  span: Syntax,
  values: readonly Syntax[],
  tag: Value | undefined,
  type: StaticType,
): Case["test"] {
  const [only] = values;
  // One condition can be taken apart; of several, what each of them proves holds.
  if (tag === undefined && only && values.length === 1)
    return (then, otherwise) => lowerCondition(lower, only, then, otherwise);
  return (then, otherwise) => {
    const conditions = values.map((value) => {
      const one = lower.expression(value);
      return tag === undefined ? one : operate(lower, "==", tag, one, value, type);
    });
    branch(lower, anyOf(lower, conditions, span), then, otherwise, span);
  };
}

const anyOf = (lower: Lowering, conditions: readonly Value[], span: Syntax): Value =>
  conditions.length === 1 ? conditions[0]! : lower.builder.choice(conditions, span);

export function lowerTypeSwitch(lower: Lowering, syntax: Syntax, labels: readonly string[]): void {
  const initializer = syntax.get("initializer");
  if (initializer) lower.statement(initializer);
  const value = lower.expression(syntax.get("value")!);
  const cases = syntax.children.flatMap((one): Case[] => {
    if (!/^(?:type|default)_case$/.test(one.type)) return [];
    const types = one.all("type").map((type) => lower.typeOf(type));
    const enter = (): void => nameIn(lower, one, value, types);
    if (one.type === "default_case") return [{ syntax: one, test: undefined, enter }];
    return [
      {
        syntax: one,
        enter,
        test: (then, otherwise) => {
          const conditions = types.map((type) => hasType(lower, value, type, one));
          lower.builder.branch(anyOf(lower, conditions, one), then, otherwise, one);
        },
      },
    ];
  });
  lowerCases(lower, cases, labels);
}

function hasType(lower: Lowering, value: Value, { kind }: StaticType, span: Syntax): Value {
  const { builder } = lower;
  if (kind !== "number" && kind !== "boolean" && kind !== "string")
    return builder.operator("instanceof", [value], span);
  const name = builder.constant(ConstantType.String, kind, span);
  return builder.operator("===", [builder.operator("typeof", [value], span), name], span);
}

/** In a case of one type the value is of that type. */
function nameIn(lower: Lowering, one: Syntax, value: Value, types: readonly StaticType[]): void {
  const named = lower.module.caseNames.get(one);
  if (named === undefined) return;
  const type = types.length === 1 ? types[0]! : UNKNOWN;
  lower.place(named, type);
  lower.write(named, lower.declared(value, type, one), one);
}

export function lowerSelect(lower: Lowering, syntax: Syntax, labels: readonly string[]): void {
  const { builder } = lower;
  const cases = syntax.children.flatMap((one): Case[] => {
    if (one.type === "default_case") return [{ syntax: one, test: undefined }];
    const communication = one.get("communication");
    if (one.type !== "communication_case" || communication === undefined) return [];
    return [
      {
        syntax: one,
        test: (then, otherwise) =>
          builder.branch(builder.operator("next", [], one), then, otherwise, one),
        enter: () => lowerCommunication(lower, communication),
      },
    ];
  });
  lowerCases(lower, cases, labels);
}

function lowerCommunication(lower: Lowering, syntax: Syntax): void {
  if (syntax.type !== "receive_statement") {
    lower.statement(syntax);
    return;
  }
  const targets = listOf(syntax.get("left"));
  const right = listOf(syntax.get("right"));
  if (targets.length === 0) {
    for (const one of right) lower.expression(one);
    return;
  }
  const values = partsOf(lower, right, targets.length);
  const types = partTypes(lower, right, targets.length);
  targets.forEach((target, index) => {
    const value = values[index];
    if (value === undefined) return;
    if (syntax.has(":=")) declareOrAssign(lower, target, value, types[index] ?? UNKNOWN);
    else assign(lower, target, value);
  });
}
