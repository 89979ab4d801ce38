/** Functions: their formals and bodies. */
import type { FunctionBuilder, Value } from "../../ir/builder.ts";
import { ParameterFlag, Position } from "../../ir/kinds.ts";
import type { FunctionRole } from "../../ir/module-ir.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { type Home, Lowering } from "./lowering.ts";
import { formalName, formalsOf, starOf } from "./syntax.ts";
import { annotations, typeName } from "./types.ts";

/** What a function is to the class that it is written in. */
export interface Membership {
  readonly role: FunctionRole;
  readonly class: number;
  readonly isStatic: boolean;
  /** Whether its first formal is the object, or the class, that it is called on. */
  readonly receives: boolean;
  readonly bases: readonly Syntax[];
}

export function lowerLambda(lower: Lowering, syntax: Syntax, name: string): Value {
  const inner = openFunction(lower, syntax, name, "arrow");
  receiveFormals(inner, syntax);
  const body = syntax.get("body")!;
  inner.exits.return(inner.expression(body), body);
  return lower.builder.closure(inner.builder, syntax);
}

/** Lowers a `def` and its body; what is made of the function is the caller's. */
export function defineFunction(
  lower: Lowering,
  syntax: Syntax,
  membership?: Membership,
): FunctionBuilder {
  const name = lower.text(syntax.get("name")!);
  const inner = openFunction(lower, syntax, name, membership?.role ?? "function", membership);
  receiveFormals(inner, syntax, membership);
  lowerBody(inner, syntax);
  return inner.builder;
}

export function lowerBody(lower: Lowering, syntax: Syntax): void {
  const body = syntax.get("body");
  lower.statements(body);
  lower.builder.return(-1, body ?? syntax);
}

function openFunction(
  lower: Lowering,
  syntax: Syntax,
  name: string,
  role: FunctionRole,
  membership?: Membership,
): Lowering {
  const builder = lower.module.builder.function({
    name,
    role,
    span: syntax,
    parent: lower.builder.index,
    class: membership?.class ?? -1,
    isStatic: membership?.isStatic ?? false,
    async: syntax.has("async"),
    generator: yields(syntax.get("body")),
  });
  const scope = lower.module.scopes.get(syntax)!;
  const inner = new Lowering(lower.module, builder, scope, homeOf(lower, syntax, membership));
  inner.enterScope(scope);
  return inner;
}

function homeOf(lower: Lowering, syntax: Syntax, membership?: Membership): Home | undefined {
  if (membership === undefined) return lower.home;
  const [first] = formalsOf(syntax.get("parameters"));
  const receiver = membership.receives && first ? formalName(first) : undefined;
  return { receiver: receiver ? lower.text(receiver) : "", bases: membership.bases };
}

/** Emits all formals first, then gives each its name, or its default where nothing is passed. */
export function receiveFormals(lower: Lowering, syntax: Syntax, membership?: Membership): void {
  const { builder, module } = lower;
  const list = syntax.get("parameters");
  const formals = formalsOf(list);
  const byNameAlone = namedFrom(list);
  const receives = membership?.receives === true && formals.length > 0;
  const values = formals.map((formal, index) => {
    const name = nameOf(lower, formal);
    if (receives && index === 0) return builder.parameter(Position.Receiver, formal, { name });
    const star = starOf(formal);
    return builder.parameter(index - (receives ? 1 : 0), formal, {
      name,
      type: typeName(formal.get("type"), module.text),
      rest: star === "*",
      flags:
        star === "**"
          ? ParameterFlag.Keywords
          : formal.start > byNameAlone
            ? ParameterFlag.Named
            : 0,
    });
  });
  formals.forEach((formal, index) => {
    const name = formalName(formal);
    if (name === undefined) return;
    // What `Annotated` adds to the type says, as a default does, where the value may come from.
    const extras = annotations(formal.get("type"), module.text);
    const given = [formal.get("value"), ...extras].filter((one) => one !== undefined);
    const inputs = given.map((one) => lower.expression(one));
    const value = values[index]!;
    const chosen = inputs.length === 0 ? value : builder.choice([value, ...inputs], formal);
    lower.write(lower.text(name), chosen, name);
  });
}

function nameOf(lower: Lowering, formal: Syntax): string {
  const name = formalName(formal);
  return name === undefined ? "" : lower.text(name);
}

/** Where the formals begin that are given by name alone: behind `*` or `*args`. */
function namedFrom(list: Syntax | undefined): number {
  const star = list?.children.find(
    (one) => one.type === "keyword_separator" || one.type === "*" || starOf(one) === "*",
  );
  return star?.start ?? Number.POSITIVE_INFINITY;
}

/** Whether a function's own code yields; functions and classes inside of it are others. */
function yields(syntax: Syntax | undefined): boolean {
  const stack = syntax ? [syntax] : [];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (at.type === "yield") return true;
    if (!/^(?:function_definition|class_definition|lambda)$/.test(at.type))
      stack.push(...at.children);
  }
  return false;
}
