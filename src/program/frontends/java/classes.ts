/** Classes, interfaces, enumerations and records, with a name or without. */
import type { Value } from "../../ir/builder.ts";
import { CallForm } from "../../ir/kinds.ts";
import type { ClassMember } from "../../ir/module-ir.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { accessorsOf, enumerationMembers } from "./accessors.ts";
import { decorate } from "./annotations.ts";
import { items, lowerArguments } from "./calls.ts";
import { type ClassInfo, lowerConstructors } from "./constructors.ts";
import { lowerBody, receiveFormals, receiveSelf } from "./functions.ts";
import { Lowering } from "./lowering.ts";
import { announce, classOf, superclassOf } from "./references.ts";
import { signature } from "./scope.ts";
import {
  annotationName,
  annotationsOf,
  declaratorsOf,
  formalsOf,
  formalType,
  isClassDeclaration,
  isPrivate,
  isStatic,
  isStaticField,
  membersOf,
} from "./syntax.ts";

/** A class that is declared: its name stands for it from here on. */
export function lowerClass(lower: Lowering, syntax: Syntax): void {
  const name = syntax.get("name");
  if (name === undefined) return;
  if (!lower.module.announced.has(syntax)) announce(lower, [syntax]);
  defineClass(lower, syntax, syntax.get("body"), lower.text(name));
}

/** `new Type(...)`, with a body or without. */
export function lowerCreation(lower: Lowering, syntax: Syntax): Value {
  const { builder } = lower;
  const type = syntax.get("type")!;
  const body = syntax.first("class_body");
  const outer = syntax.children.find((one) => one.field === "" && one !== body && isValue(one));
  if (outer) lower.expression(outer);
  const callee = body ? defineClass(lower, syntax, body, "") : classOf(lower, type);
  const given = lowerArguments(lower, syntax.get("arguments"));
  const made = builder.call(CallForm.New, callee, items(given), syntax);
  const name = lower.typeOf(type);
  // A class of this file is known to be what its constructor makes; of another, the declared type may say more.
  const isOwn = lower.module.classes.has(name);
  const result = isOwn ? made : lower.typed(made, name, syntax);
  if (body === undefined && given.every((one) => lower.isText(one))) {
    lower.contents.made(result, given);
  }
  return result;
}

const isValue = ({ type }: Syntax): boolean =>
  !/^(?:new|type_arguments|marker_annotation|annotation)$/.test(type);

function defineClass(
  lower: Lowering,
  syntax: Syntax,
  body: Syntax | undefined,
  name: string,
): Value {
  const { builder, module } = lower;
  const announced = module.announced.get(syntax);
  const index = announced?.index ?? module.builder.class();
  const scope = module.scopes.get(body ?? syntax)!;
  const hasSupertypes = (scope.members?.supertypes.length ?? 0) > 0;
  let superclass = -1;
  if (hasSupertypes) {
    const outer = lower.scope;
    lower.scope = scope;
    superclass = superclassOf(lower, syntax);
    lower.scope = outer;
  }
  const value = announced?.value ?? builder.classValue(index, syntax);
  const all = membersOf(body);
  lower.within(body ?? syntax, () => {
    announce(lower, all);
    for (const one of all) if (isClassDeclaration(one)) lower.statement(one);
    const info: ClassInfo = { syntax, name, index, value, members: all, hasSupertypes };
    const constructors = lowerConstructors(lower, info);
    const methods = all.filter(({ type }) => type === "method_declaration");
    const members: ClassMember[] = methods.map((one) => lowerMethod(lower, one, info));
    members.push(
      ...overloads(lower, methods, members),
      ...accessorsOf(lower, info),
      ...enumerationMembers(lower, info),
    );
    module.builder.defineClass(index, {
      name,
      span: syntax,
      owner: builder.index,
      superclass,
      constructor_: constructors.index,
      members,
      fieldTypes: [...(scope.members?.fields ?? [])]
        .filter(([, type]) => type !== "")
        .map(([field, type]) => ({ field, type })),
    });
    lowerStatics(lower, info);
    if (hasSupertypes) implement(lower, info);
  });
  return value;
}

/** Methods of one name and one number of formals are members under their signatures too. */
function overloads(
  lower: Lowering,
  methods: readonly Syntax[],
  members: readonly ClassMember[],
): ClassMember[] {
  return methods.flatMap((method, index) => {
    const member = members[index]!;
    const count = formalsOf(method).length;
    const { formals } = lower.scope.members!.methods.get(member.name)!;
    if (formals.filter((one) => one.length === count).length < 2) return [];
    const types = formalsOf(method).map((formal) =>
      formal.type === "spread_parameter" || formal.get("dimensions")
        ? ""
        : lower.typeOf(formalType(formal)),
    );
    return { ...member, name: signature(member.name, types) };
  });
}

function lowerMethod(lower: Lowering, member: Syntax, { index, value }: ClassInfo): ClassMember {
  const { builder, module } = lower;
  const name = lower.text(member.get("name"));
  const method = module.builder.function({
    name,
    role: "method",
    span: member,
    parent: builder.index,
    class: index,
    isStatic: isStatic(member),
  });
  const inner = new Lowering(module, method, module.scopes.get(member)!);
  receiveSelf(inner, member);
  const formals = formalsOf(member);
  receiveFormals(inner, formals);
  lowerBody(inner, member);
  const closure = (): Value => builder.closure(method, member);
  decorate(lower, annotationsOf(member), () => [closure(), value]);
  formals.forEach((formal, position) => {
    decorate(lower, annotationsOf(formal), () => [lower.constant(position, formal), closure()]);
  });
  return { name, function: method.index, isStatic: isStatic(member), role: "method" };
}

/** What is static is made where the class is: constants of an enumeration, fields and initialisers, in their order. */
function lowerStatics(lower: Lowering, { syntax, value, members }: ClassInfo): void {
  const { builder } = lower;
  const keep = (name: string, given: Value, span: Syntax): void => {
    lower.define(name, given, span);
    builder.store(value, name, given, span);
  };
  for (const one of members) {
    if (isClassDeclaration(one) && one.get("name")) {
      const name = lower.text(one.get("name"));
      builder.store(value, name, lower.read(name, one), one);
    } else if (one.type === "enum_constant") {
      const name = lower.text(one.get("name"));
      const body = one.get("body");
      const callee = body ? defineClass(lower, one, body, "") : value;
      const given = items(lowerArguments(lower, one.get("arguments")));
      keep(name, builder.call(CallForm.New, callee, given, one), one);
    } else if (/^(?:field|constant)_declaration$/.test(one.type)) {
      const fields = annotationsOf(one);
      for (const declarator of declaratorsOf(one)) {
        const name = lower.text(declarator.get("name"));
        decorate(lower, fields, () => [lower.constant(name, one), value]);
        const initial = declarator.get("value");
        if (!isStaticField(one) || initial === undefined) continue;
        const given = lower.expression(initial, name);
        keep(name, lower.typed(given, lower.typeOf(one.get("type")), one), declarator);
      }
    } else if (one.type === "static_initializer") lower.statement(one.children.at(-1)!);
  }
  decorate(lower, annotationsOf(syntax), () => [value]);
}

/** A call by way of a type that the class extends or implements may call the class's own method. */
function implement(lower: Lowering, { name, value, syntax, members }: ClassInfo): void {
  const { builder, module } = lower;
  const supertypes = lower.scope.members?.supertypes ?? [];
  const isOnlyClass = syntax.get("interfaces") === undefined && syntax.get("superclass");
  const methods = members.filter(
    (one) =>
      one.type === "method_declaration" &&
      !isStatic(one) &&
      !isPrivate(one) &&
      (!isOnlyClass ||
        annotationsOf(one).some((each) => annotationName(each, module.text) === "Override")),
  );
  const names = new Set(methods.map((one) => lower.text(one.get("name"))));
  if (names.size === 0) return;
  const own = name === "" ? builder.load(value, "prototype", syntax) : lower.declared(name, syntax);
  for (const one of supertypes) {
    const type = lower.typeOf(one);
    if (type === "" || type === name) continue;
    const general = lower.declared(type, one);
    for (const method of names)
      builder.store(general, method, builder.load(own, method, syntax), syntax);
  }
}
