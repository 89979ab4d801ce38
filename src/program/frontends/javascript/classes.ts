/** Classes: constructor, members, fields, static parts and decorators. */
import type * as t from "@babel/types";
import type { FunctionBuilder, Item, Value } from "../../ir/builder.ts";
import { CallForm, ConstantType } from "../../ir/kinds.ts";
import type { ClassMember, FunctionRole } from "../../ir/module-ir.ts";
import {
  defineFunction,
  lowerBody,
  openFunction,
  receiveParameters,
  receiveThis,
} from "./functions.ts";
import type { Lowering } from "./lowering.ts";
import { isConstructor, isField, isMethod, SUPER } from "./resolve.ts";
import { at, keyField } from "./syntax.ts";
import { annotatedType } from "./types.ts";

type Field = t.ClassProperty | t.ClassPrivateProperty | t.ClassAccessorProperty;

export function lowerClass(lower: Lowering, node: t.Class, inferred: string): Value {
  const { builder, module } = lower;
  const name = node.id?.name ?? inferred;
  const index = module.builder.class();
  const superclass = node.superClass ? lower.expression(node.superClass) : -1;
  const value = builder.classValue(index, at(node));
  if (node.type === "ClassDeclaration" && node.id) lower.write(name, value, node.id);
  lower.within(node, () => {
    if (node.superClass) lower.define(SUPER, superclass, node.superClass);
    if (node.type === "ClassExpression" && node.id) lower.define(name, value, node.id);
    const constructor_ = lowerConstructor(lower, node, index, name);
    const functions = new Map<t.Node, FunctionBuilder>();
    const members: ClassMember[] = [];
    for (const member of node.body.body) {
      if (!isMethod(member)) continue;
      if (isConstructor(member)) {
        functions.set(member, constructor_);
        continue;
      }
      const field = keyField(member.key, computed(member));
      const role = roleOf(member);
      const method = defineFunction(lower, member, field ?? "", {
        role,
        class: index,
        isStatic: member.static === true,
      });
      functions.set(member, method);
      if (field !== undefined) {
        members.push({
          name: field,
          function: method.index,
          isStatic: member.static === true,
          role,
        });
      } else {
        const key = lower.expression(member.key);
        const home = member.static ? value : builder.load(value, "prototype", at(member));
        builder.storeKey(home, key, builder.closure(method, at(member)), at(member));
      }
    }
    module.builder.defineClass(index, {
      name,
      span: at(node),
      owner: builder.index,
      superclass,
      constructor_: constructor_.index,
      members,
      fieldTypes: fieldTypes(node),
    });
    lowerStaticParts(lower, node, value, name);
    lowerDecorators(lower, node, value, functions);
  });
  return value;
}

const computed = (member: t.ClassBody["body"][number]): boolean =>
  "computed" in member && member.computed === true;

function roleOf(member: t.ClassMethod | t.ClassPrivateMethod): FunctionRole {
  if (member.kind === "get") return "getter";
  return member.kind === "set" ? "setter" : "method";
}

/** Written or not, a class has one: it also runs the field initialisers. */
function lowerConstructor(
  lower: Lowering,
  node: t.Class,
  index: number,
  className: string,
): FunctionBuilder {
  const { scopes } = lower.module;
  const written = node.body.body.find(isConstructor);
  const inner = openFunction(lower, written ?? node, "constructor", {
    role: "constructor",
    class: index,
    isStatic: false,
  });
  const { builder } = inner;
  const fieldScope = scopes.get(node.body)!;
  inner.enterScope(fieldScope);
  const initialise = (): void => {
    inner.initialiseFields = undefined;
    for (const parameter of written?.params ?? []) storeParameterProperty(inner, parameter);
    const { scope } = inner;
    inner.scope = fieldScope;
    for (const member of node.body.body) {
      if (isField(member) && !member.static && member.value)
        storeField(inner, member, inner.read("this", member), className);
    }
    inner.scope = scope;
  };
  if (written === undefined) {
    receiveThis(inner, node);
    if (node.superClass) callSuperclass(inner, node);
    initialise();
    builder.return(-1, at(node));
    return builder;
  }
  inner.enterScope(scopes.get(written)!);
  receiveParameters(inner, written);
  if (node.superClass) inner.initialiseFields = initialise;
  else initialise();
  lowerBody(inner, written);
  return builder;
}

/** What a derived class without a constructor does: `super(...arguments)`. */
function callSuperclass(lower: Lowering, node: t.Class): void {
  const { builder } = lower;
  const all = builder.undeclaredRest(0, at(node));
  builder.callMethod(
    CallForm.Super,
    lower.read(SUPER, node),
    lower.read("this", node),
    "",
    [{ value: all, spread: true }],
    at(node),
  );
}

/** TypeScript: `constructor(private db: Pool)` declares the field and stores the parameter in it. */
function storeParameterProperty(lower: Lowering, parameter: t.Node): void {
  const field = parameterProperty(parameter);
  if (field === undefined) return;
  lower.builder.store(
    lower.read("this", parameter),
    field.name,
    lower.read(field.name, parameter),
    at(parameter),
  );
}

function parameterProperty(parameter: t.Node): t.Identifier | undefined {
  if (parameter.type !== "TSParameterProperty") return undefined;
  const { parameter: formal } = parameter;
  const target = formal.type === "AssignmentPattern" ? formal.left : formal;
  return target.type === "Identifier" ? target : undefined;
}

function storeField(lower: Lowering, member: Field, object: Value, className: string): void {
  const { builder } = lower;
  const field = keyField(member.key, computed(member));
  const value = lower.expression(member.value!, `${className}.${field ?? ""}`);
  if (field !== undefined) builder.store(object, field, value, at(member));
  else builder.storeKey(object, lower.expression(member.key), value, at(member));
}

function fieldTypes(node: t.Class): { field: string; type: string }[] {
  const types: { field: string; type: string }[] = [];
  const add = (field: string | undefined, type: string): void => {
    if (field !== undefined && type !== "") types.push({ field, type });
  };
  for (const member of node.body.body) {
    if (isField(member)) add(keyField(member.key, computed(member)), annotatedType(member));
    else if (isConstructor(member)) {
      for (const parameter of member.params) {
        const field = parameterProperty(parameter);
        if (field !== undefined) add(field.name, annotatedType(field));
      }
    }
  }
  return types;
}

/** Static fields and blocks run where the class is written, with the class as `this`. */
function lowerStaticParts(lower: Lowering, node: t.Class, value: Value, className: string): void {
  for (const member of node.body.body) {
    if (member.type === "StaticBlock") {
      lower.within(member, () => {
        lower.define("this", value, member);
        lower.statements(member.body);
      });
    } else if (isField(member) && member.static && member.value) {
      lower.within(member, () => {
        lower.define("this", value, member);
        storeField(lower, member, value, className);
      });
    }
  }
}

/**
 * Each decorator is a call: argument 0 is the class, the method, the field's name or the parameter's position,
 * argument 1 what that belongs to.
 */
function lowerDecorators(
  lower: Lowering,
  node: t.Class,
  value: Value,
  functions: ReadonlyMap<t.Node, FunctionBuilder>,
): void {
  const { builder } = lower;
  const apply = (decorated: t.Node, targets: () => readonly Value[]): void => {
    const { decorators } = decorated as { decorators?: t.Decorator[] | null };
    for (const decorator of decorators ?? []) {
      const callee = lower.expression(decorator.expression);
      const items: Item[] = targets().map((target) => ({ value: target, spread: false }));
      builder.call(CallForm.Decorator, callee, items, at(decorator));
    }
  };
  for (const member of node.body.body) {
    const method = functions.get(member);
    if (method !== undefined && isMethod(member)) {
      const owner = (): Value =>
        isConstructor(member) ? value : builder.closure(method, at(member));
      apply(member, () => [owner(), value]);
      member.params.forEach((parameter, position) => {
        apply(parameter, () => [
          builder.constant(ConstantType.Number, String(position), at(parameter)),
          owner(),
        ]);
      });
    } else if (isField(member)) {
      const field = keyField(member.key, computed(member)) ?? "*";
      apply(member, () => [builder.constant(ConstantType.String, field, at(member)), value]);
    }
  }
  apply(node, () => [value]);
}
