/** Functions: their formals, named results and bodies. */
import type { FunctionBuilder, Value } from "../../ir/builder.ts";
import { Position } from "../../ir/kinds.ts";
import type { FunctionRole } from "../../ir/module-ir.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { zeroValue } from "./builtins.ts";
import { Lowering } from "./lowering.ts";
import { type Formal, formalsOf, resultsOf, statementsOf } from "./syntax.ts";

export function lowerFunctionLiteral(lower: Lowering, syntax: Syntax, name: string): Value {
  const fn = defineFunction(lower, syntax, name, "arrow", -1);
  return lower.builder.closure(fn, syntax);
}

/** Lowers a function and its body; what is made of it is the caller's. */
export function defineFunction(
  lower: Lowering,
  syntax: Syntax,
  name: string,
  role: FunctionRole,
  class_: number,
): FunctionBuilder {
  const builder = lower.module.builder.function({
    name,
    role,
    span: syntax,
    parent: lower.builder.index,
    class: class_,
  });
  const results = resultsOf(syntax);
  const inner = new Lowering(lower.module, builder, {
    types: results.map(({ type }) => lower.typeOf(type)),
    named: results.map((result) => result.name && lower.named(result.name)),
  });
  receiveFormals(inner, syntax);
  for (const { name: result, type, syntax: span } of results) {
    if (result === undefined) continue;
    const resultType = inner.typeOf(type);
    inner.declare(result, resultType, zeroValue(inner, type, resultType, span));
  }
  const body = syntax.get("body");
  inner.statements(statementsOf(body));
  if (results.some((result) => result.name !== undefined)) lowerReturn(inner, [], body ?? syntax);
  inner.end(body ?? syntax);
  return builder;
}

/** Emits all formals first, then gives each its name. */
function receiveFormals(lower: Lowering, syntax: Syntax): void {
  const receivers = formalsOf(syntax.get("receiver"));
  const formals = formalsOf(syntax.get("parameters"));
  const values = [
    ...receivers.map((one) => receive(lower, one, Position.Receiver)),
    ...formals.map((one, position) => receive(lower, one, position)),
  ];
  [...receivers, ...formals].forEach(({ name, type, isRest }, index) => {
    if (name === undefined) return;
    const element = lower.typeOf(type);
    const list = { kind: "list" as const, name: "" };
    lower.declare(name, isRest ? list : element, values[index]!);
  });
}

function receive(lower: Lowering, { type, isRest, syntax }: Formal, position: number): Value {
  return lower.builder.parameter(position, syntax, {
    rest: isRest,
    type: isRest ? "" : lower.typeName(lower.typeOf(type)),
  });
}

/** `return a, b` is one value with two parts; what is returned is also of the type that is declared. */
export function lowerReturn(lower: Lowering, expressions: readonly Syntax[], span: Syntax): void {
  const { builder, exits, results } = lower;
  let values = expressions.map((one) => lower.expression(one));
  if (expressions.length === 0)
    values = results.named.flatMap((named) => (named ? [lower.readNamed(named, span)] : []));
  if (values.length === results.types.length)
    values = values.map((value, index) => lower.declared(value, results.types[index]!, span));
  const [only, ...more] = values;
  if (only === undefined) exits.return(-1, span);
  else if (more.length === 0) exits.return(only, span);
  else
    exits.return(
      builder.sequence(
        values.map((value) => ({ value, spread: false })),
        span,
      ),
      span,
    );
}
