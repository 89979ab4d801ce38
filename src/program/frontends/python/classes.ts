/** Classes: members, attributes, base classes, and the constructor that declared fields imply. */
import type { FunctionBuilder, Value } from "../../ir/builder.ts";
import { CallForm, ParameterFlag, Position } from "../../ir/kinds.ts";
import type { ClassMember, FunctionRole } from "../../ir/module-ir.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { superclassOf } from "./calls.ts";
import { decorate, decoratorsOf, plainDecorators } from "./decorators.ts";
import { defineFunction } from "./functions.ts";
import { Lowering } from "./lowering.ts";
import { definitionOf } from "./syntax.ts";
import { typeName } from "./types.ts";

const CONSTRUCTOR = "__init__";
const GETTER = /(?:^|\.)(?:cached_)?property$|(?:^|\.)getter$/;
const SETTER = /\.(?:setter|deleter)$/;
const STATIC = /^(?:staticmethod|classmethod)$/;

/** A field that the class declares with a type: `name: str = ""`. */
interface Field {
  readonly name: string;
  readonly type: string;
  readonly syntax: Syntax;
}

export function lowerClass(lower: Lowering, decorated: Syntax): void {
  const { builder, module } = lower;
  const syntax = definitionOf(decorated);
  const name = lower.text(syntax.get("name")!);
  const index = module.builder.class();
  const bases = basesOf(syntax);
  const superclass = bases.length === 0 ? -1 : superclassOf(lower, bases, syntax);
  const value = builder.classValue(index, syntax);
  const fields = fieldsOf(lower, syntax);
  lower.write(name, value, syntax.get("name")!);
  lower.within(syntax, () => {
    const attributes = new ClassAttributes(lower, value);
    const members: ClassMember[] = [];
    let constructor_: FunctionBuilder | undefined;
    for (const statement of syntax.get("body")?.children ?? []) {
      const definition = definitionOf(statement);
      if (definition.type === "function_definition") {
        const member = lowerMember(lower, statement, index, bases);
        if (member.name === CONSTRUCTOR) constructor_ = member.method;
        members.push({
          name: member.name,
          function: member.method.index,
          isStatic: member.isStatic,
          role: member.role,
        });
        attributes.decorated(statement, member.name, member.method);
      } else {
        lower.statement(statement);
        attributes.assigned(statement);
      }
    }
    constructor_ ??= impliedConstructor(lower, syntax, index, bases, fields);
    module.builder.defineClass(index, {
      name,
      span: syntax,
      owner: builder.index,
      superclass,
      constructor_: constructor_.index,
      members,
      fieldTypes: fields.map(({ name: field, type }) => ({ field, type })),
    });
  });
  if (decoratorsOf(decorated).length > 0)
    lower.write(name, decorate(lower, decorated, value), syntax);
}

/** Base classes, without `metaclass=...` and the like. */
const basesOf = (syntax: Syntax): readonly Syntax[] =>
  (syntax.get("superclasses")?.children ?? []).filter(
    ({ type }) => !/^(?:keyword_argument|list_splat|dictionary_splat)$/.test(type),
  );

function fieldsOf(lower: Lowering, syntax: Syntax): Field[] {
  const fields: Field[] = [];
  for (const statement of syntax.get("body")?.children ?? []) {
    const [assignment] = statement.children;
    if (statement.type !== "expression_statement" || assignment?.type !== "assignment") continue;
    const left = assignment.get("left")!;
    const type = typeName(assignment.get("type"), lower.module.text);
    if (left.type === "identifier" && assignment.get("type"))
      fields.push({ name: lower.text(left), type, syntax: assignment });
  }
  return fields;
}

interface Member {
  readonly name: string;
  readonly method: FunctionBuilder;
  readonly role: FunctionRole;
  readonly isStatic: boolean;
}

function lowerMember(
  lower: Lowering,
  decorated: Syntax,
  index: number,
  bases: readonly Syntax[],
): Member {
  const syntax = definitionOf(decorated);
  const name = lower.text(syntax.get("name")!);
  const decorators = plainDecorators(decorated, lower.module.text);
  const isStatic = decorators.some((one) => STATIC.test(one));
  const role = roleOf(name, decorators);
  const receives = !decorators.includes("staticmethod");
  const method = defineFunction(lower, syntax, { role, class: index, isStatic, receives, bases });
  return { name, method, role, isStatic };
}

function roleOf(name: string, decorators: readonly string[]): FunctionRole {
  if (name === CONSTRUCTOR) return "constructor";
  if (decorators.some((one) => GETTER.test(one))) return "getter";
  return decorators.some((one) => SETTER.test(one)) ? "setter" : "method";
}

/** What a class body assigns is an attribute of the class, and is seen from its instances. */
class ClassAttributes {
  readonly #lower: Lowering;
  readonly #class: Value;

  constructor(lower: Lowering, value: Value) {
    this.#lower = lower;
    this.#class = value;
  }

  #store(name: string, value: Value, span: Syntax): void {
    const { builder } = this.#lower;
    builder.store(this.#class, name, value, span);
    builder.store(builder.load(this.#class, "prototype", span), name, value, span);
  }

  assigned(statement: Syntax): void {
    const [assignment] = statement.children;
    if (statement.type !== "expression_statement" || assignment?.type !== "assignment") return;
    const left = assignment.get("left")!;
    if (left.type !== "identifier" || assignment.get("right") === undefined) return;
    const name = this.#lower.text(left);
    this.#store(name, this.#lower.read(name, left), assignment);
  }

  /** A method's decorators may put another function in its place. */
  decorated(statement: Syntax, name: string, method: FunctionBuilder): void {
    const applied = (decorator: Syntax): boolean => !isPlainDescriptor(this.#lower, decorator);
    if (!decoratorsOf(statement).some(applied)) return;
    const closure = this.#lower.builder.closure(method, statement);
    this.#store(name, decorate(this.#lower, statement, closure, applied), statement);
  }
}

/** Decorators that say what a member is, which its role says already. */
function isPlainDescriptor(lower: Lowering, decorator: Syntax): boolean {
  const name = lower.text(decorator.children[0] ?? decorator);
  return GETTER.test(name) || SETTER.test(name) || STATIC.test(name);
}

/**
 * The constructor of a class that writes none. Classes that declare fields are commonly given one that takes them, in
 * order or by name; the base classes' takes everything as well.
 */
function impliedConstructor(
  lower: Lowering,
  syntax: Syntax,
  index: number,
  bases: readonly Syntax[],
  fields: readonly Field[],
): FunctionBuilder {
  const builder = lower.module.builder.function({
    name: CONSTRUCTOR,
    role: "constructor",
    span: syntax,
    parent: lower.builder.index,
    class: index,
  });
  const scope = lower.module.scopes.get(syntax.get("superclasses") ?? syntax)!;
  const inner = new Lowering(lower.module, builder, scope, undefined);
  const self = builder.parameter(Position.Receiver, syntax);
  const values = fields.map(({ name, type, syntax: field }, position) =>
    builder.parameter(position, field, { name, type }),
  );
  if (bases.length > 0) {
    const all = builder.undeclaredRest(0, syntax);
    const flags = ParameterFlag.Keywords;
    const named = builder.parameter(fields.length, syntax, { name: "", flags });
    const record = builder.record([], [{ value: named, except: [] }], syntax);
    const items = [all, record].map((value) => ({ value, spread: true }));
    const superclass = superclassOf(inner, bases, syntax);
    builder.callMethod(CallForm.Super, superclass, self, "", items, syntax);
  }
  fields.forEach(({ name, syntax: field }, position) => {
    builder.store(self, name, values[position]!, field);
  });
  builder.return(-1, syntax);
  return builder;
}
