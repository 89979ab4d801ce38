/** Methods and constructors: their formals and bodies. */
import type { Value } from "../../ir/builder.ts";
import { Position } from "../../ir/kinds.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { lowerAnnotation } from "./annotations.ts";
import { Lowering } from "./lowering.ts";
import { RECEIVER } from "./scope.ts";
import { annotationsOf, formalName, formalsOf, formalType } from "./syntax.ts";
import { isNumberType } from "./types.ts";

/** The object that a method is called on. */
export function receiveSelf(lower: Lowering, span: Syntax): void {
  if (lower.scope.variables.has(RECEIVER))
    lower.define(RECEIVER, lower.builder.parameter(Position.Receiver, span), span);
}

/** Emits all formals first, then gives each its name. */
export function receiveFormals(lower: Lowering, formals: readonly Syntax[]): readonly Value[] {
  const { builder } = lower;
  const values = formals.map((formal, position) => {
    const name = formalName(formal);
    const rest = formal.type === "spread_parameter";
    const isArray = rest || formal.get("dimensions") !== undefined;
    const type = isArray ? "" : lower.typeOf(formalType(formal));
    return builder.parameter(position, formal, {
      rest,
      type,
      // Java gives no argument by its name; frameworks do, when they fill formals in.
      ...(name === undefined ? {} : { name: lower.text(name) }),
    });
  });
  return formals.map((formal, index) => {
    const value = chosen(lower, formal, values[index]!);
    const name = formalName(formal);
    if (name) lower.define(lower.text(name), value, name);
    return value;
  });
}

/** What annotations add to a formal says where its value may come from, as a default does elsewhere. */
function chosen(lower: Lowering, formal: Syntax, value: Value): Value {
  const annotations = annotationsOf(formal);
  if (annotations.length === 0 || isNumberType(lower.typeOf(formalType(formal)))) return value;
  const inputs = annotations.flatMap((one) => lowerAnnotation(lower, one) ?? []);
  return inputs.length === 0 ? value : lower.builder.choice([value, ...inputs], formal);
}

/** A method outside of any class that could be read. */
export function lowerLooseMethod(lower: Lowering, syntax: Syntax): void {
  const { builder, module } = lower;
  const scope = module.scopes.get(syntax);
  if (scope === undefined) return;
  const name = lower.text(syntax.get("name"));
  const header = { name, role: "function", span: syntax, parent: builder.index } as const;
  const method = module.builder.function(header);
  const inner = new Lowering(module, method, scope);
  receiveSelf(inner, syntax);
  receiveFormals(inner, formalsOf(syntax));
  lowerBody(inner, syntax);
  builder.closure(method, syntax);
}

/** Lowers the body of a method; one without a body gives what its declaration says. */
export function lowerBody(lower: Lowering, syntax: Syntax): void {
  const body = syntax.get("body");
  lower.returns = syntax.get("dimensions") ? "" : lower.typeOf(syntax.get("type"));
  if (body === undefined) {
    const result = lower.returns === "" ? -1 : lower.declared(lower.returns, syntax);
    lower.builder.return(result, syntax);
    return;
  }
  lower.statement(body);
  lower.builder.return(-1, body);
}
