/** Constructors: those that are written, and the one that a class has without. */
import type { FunctionBuilder, Value } from "../../ir/builder.ts";
import { CallForm, Position } from "../../ir/kinds.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { takesFields } from "./accessors.ts";
import { receiveFormals, receiveSelf } from "./functions.ts";
import { type Constructor, Lowering } from "./lowering.ts";
import { superclassOf } from "./references.ts";
import { RECEIVER } from "./scope.ts";
import { declaratorsOf, formalName, formalsOf, isStaticField } from "./syntax.ts";

/** What is at hand of the class that is being lowered. */
export interface ClassInfo {
  /** The declaration, or the creation of what has no name. */
  readonly syntax: Syntax;
  readonly name: string;
  readonly index: number;
  /** The class itself, in the function that declares it. */
  readonly value: Value;
  readonly members: readonly Syntax[];
  readonly hasSupertypes: boolean;
}

const WRITTEN = /^(?:compact_)?constructor_declaration$/;

/** The function that making an object calls. Where several constructors are written, it calls each of them. */
export function lowerConstructors(lower: Lowering, info: ClassInfo): FunctionBuilder {
  const written = info.members.filter(({ type }) => WRITTEN.test(type));
  const [only] = written;
  if (only === undefined) return lowerImplied(lower, info);
  const constructors = written.map((syntax) => ({
    syntax,
    builder: open(lower, info, syntax),
    parameters: formalsOfConstructor(info, syntax).length,
  }));
  for (const one of constructors)
    lowerWritten(lower, info, one, constructors, written.length === 1);
  return written.length === 1 ? constructors[0]!.builder : lowerChoice(lower, info, constructors);
}

const open = (lower: Lowering, { name, index }: ClassInfo, span: Syntax): FunctionBuilder =>
  lower.module.builder.function({
    name,
    role: "constructor",
    span,
    parent: lower.builder.index,
    class: index,
  });

/** A record's short form has the record's components for formals. */
const formalsOfConstructor = (info: ClassInfo, syntax: Syntax): readonly Syntax[] =>
  formalsOf(syntax.type === "compact_constructor_declaration" ? info.syntax : syntax);

function lowerWritten(
  lower: Lowering,
  info: ClassInfo,
  { syntax, builder }: Constructor & { readonly syntax: Syntax },
  all: readonly Constructor[],
  initialises: boolean,
): void {
  const inner = new Lowering(lower.module, builder, lower.module.scopes.get(syntax)!);
  inner.constructors = all;
  receiveSelf(inner, syntax);
  const formals = formalsOfConstructor(info, syntax);
  receiveFormals(inner, formals);
  const body = syntax.get("body");
  const isExplicit = body?.first("explicit_constructor_invocation") !== undefined;
  if (info.hasSupertypes && !isExplicit) callSuper(inner, [], syntax);
  if (initialises) lowerInitialisers(inner, info);
  if (body) inner.statement(body);
  if (syntax.type === "compact_constructor_declaration") storeFormals(inner, formals, syntax);
  builder.return(-1, syntax);
}

function callSuper(inner: Lowering, given: readonly Value[], span: Syntax, spread = false): void {
  const self = inner.self(span)!;
  const items = given.map((value) => ({ value, spread }));
  inner.builder.callMethod(CallForm.Super, superclassOf(inner, span), self, "", items, span);
}

function storeFormals(inner: Lowering, formals: readonly Syntax[], span: Syntax): void {
  const self = inner.self(span)!;
  for (const formal of formals) {
    const name = inner.text(formalName(formal)!);
    inner.builder.store(self, name, inner.read(name, formal), formal);
  }
}

/** First values of fields, and blocks that are run for each object. */
function lowerInitialisers(inner: Lowering, { syntax, members }: ClassInfo): void {
  const making = inner.module.scopes.get(syntax)!;
  const outer = inner.scope;
  const self = inner.self(syntax)!;
  if (making !== outer) {
    inner.enterScope(making);
    inner.define(RECEIVER, self, syntax);
  }
  for (const one of members) {
    if (one.type === "block") inner.statement(one);
    if (one.type !== "field_declaration" || isStaticField(one)) continue;
    for (const declarator of declaratorsOf(one)) {
      const initial = declarator.get("value");
      if (initial === undefined || inner.builder.unreachable) continue;
      const name = inner.text(declarator.get("name")!);
      inner.builder.store(self, name, inner.expression(initial, name), declarator);
    }
  }
  inner.scope = outer;
}

/** The constructor of a class that writes none: a record's takes its components, that of a class without a name everything. */
function lowerImplied(lower: Lowering, info: ClassInfo): FunctionBuilder {
  const { syntax, hasSupertypes } = info;
  const builder = open(lower, info, syntax);
  const inner = new Lowering(lower.module, builder, lower.module.scopes.get(syntax)!);
  const self = builder.parameter(Position.Receiver, syntax);
  inner.define(RECEIVER, self, syntax);
  const isRecord = syntax.type === "record_declaration";
  const fields = isRecord ? componentsOf(inner, syntax) : takesFields(inner, info);
  const values = fields.map(({ name, type }, position) =>
    builder.parameter(position, syntax, { name, type }),
  );
  if (hasSupertypes) callSuper(inner, [builder.undeclaredRest(0, syntax)], syntax, true);
  lowerInitialisers(inner, info);
  fields.forEach(({ name }, position) => {
    builder.store(self, name, values[position]!, syntax);
  });
  builder.return(-1, syntax);
  return builder;
}

const componentsOf = (
  lower: Lowering,
  record: Syntax,
): readonly { readonly name: string; readonly type: string }[] =>
  formalsOf(record).map((formal) => ({
    name: lower.text(formalName(formal)!),
    type: lower.typeOf(formal.get("type")),
  }));

/** Hands what it is given to all constructors that take as many arguments. */
function lowerChoice(
  lower: Lowering,
  info: ClassInfo,
  constructors: readonly Constructor[],
): FunctionBuilder {
  const { syntax } = info;
  const builder = open(lower, info, syntax);
  const inner = new Lowering(lower.module, builder, lower.module.scopes.get(syntax)!);
  const self = builder.parameter(Position.Receiver, syntax);
  inner.define(RECEIVER, self, syntax);
  const most = Math.max(...constructors.map(({ parameters }) => parameters));
  const values = Array.from({ length: most }, (_, position) => builder.parameter(position, syntax));
  lowerInitialisers(inner, info);
  for (const one of constructors) {
    const items = values.slice(0, one.parameters).map((value) => ({ value, spread: false }));
    const callee = builder.closure(one.builder, syntax);
    builder.callMethod(CallForm.Call, callee, self, "", items, syntax);
  }
  builder.return(-1, syntax);
  return builder;
}
