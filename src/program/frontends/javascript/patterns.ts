/** Where values go: variables, members, and the parts of destructuring patterns. */
import type * as t from "@babel/types";
import type { Value } from "../../ir/builder.ts";
import { lowerDefault } from "./conditions.ts";
import type { Lowering } from "./lowering.ts";
import { at, indexField, keyField, unwrap } from "./syntax.ts";

/** Writes `value` to what `node` names, be it declared there or only assigned. */
export function assign(lower: Lowering, node: t.Node, value: Value): void {
  const target = unwrap(node);
  const { builder } = lower;
  switch (target.type) {
    case "Identifier":
      lower.write(target.name, value, target);
      return;
    case "MemberExpression":
    case "OptionalMemberExpression":
      lowerMember(lower, target).store(value, target);
      return;
    case "AssignmentPattern":
      assign(lower, target.left, lowerDefault(lower, value, target.right, nameOf(target.left)));
      return;
    case "TSParameterProperty":
      assign(lower, target.parameter, value);
      return;
    case "ObjectPattern":
      assignFields(lower, target, value);
      return;
    case "ArrayPattern":
      target.elements.forEach((element, index) => {
        if (!element) return;
        if (element.type === "RestElement") {
          const any = builder.load(value, "*", at(element));
          assign(
            lower,
            element.argument,
            builder.sequence([{ value: any, spread: false }], at(element)),
          );
        } else {
          assign(lower, element, builder.load(value, indexField(index), at(element)));
        }
      });
      return;
    case "RestElement":
      assign(lower, target.argument, value);
      return;
    default:
      lower.expression(target);
  }
}

function assignFields(lower: Lowering, pattern: t.ObjectPattern, value: Value): void {
  const { builder } = lower;
  const named: string[] = [];
  for (const property of pattern.properties) {
    const span = at(property);
    if (property.type === "RestElement") {
      assign(lower, property.argument, builder.record([], [{ value, except: named }], span));
      continue;
    }
    const field = keyField(property.key, property.computed);
    if (field === undefined) {
      assign(lower, property.value, builder.loadKey(value, lower.expression(property.key), span));
    } else {
      named.push(field);
      assign(lower, property.value, builder.load(value, field, span));
    }
  }
}

/** A member whose object and key are evaluated, to be read, written, or both. */
export interface Member {
  readonly object: Value;
  /** Undefined when the key is computed. */
  readonly field: string | undefined;
  load(node: t.Node): Value;
  store(value: Value, node: t.Node): void;
}

export function lowerMember(
  lower: Lowering,
  node: t.MemberExpression | t.OptionalMemberExpression,
): Member {
  const { builder } = lower;
  const object = lowerObject(lower, node.object);
  const field = keyField(node.property, node.computed);
  if (field !== undefined) {
    return {
      object,
      field,
      load: (where) => builder.load(object, field, at(where)),
      store: (value, where) => builder.store(object, field, value, at(where)),
    };
  }
  const key = lower.expression(node.property);
  return {
    object,
    field,
    load: (where) => builder.loadKey(object, key, at(where)),
    store: (value, where) => builder.storeKey(object, key, value, at(where)),
  };
}

/** `super.x` is found on the superclass's prototype. */
function lowerObject(lower: Lowering, node: t.Node): Value {
  const object = lower.expression(node);
  return node.type === "Super" ? lower.builder.load(object, "prototype", at(node)) : object;
}

/** What a function that is assigned to this is called. */
export function nameOf(node: t.Node): string {
  const target = unwrap(node);
  if (target.type === "Identifier") return target.name;
  if (target.type !== "MemberExpression") return "";
  const path: string[] = [];
  let at: t.Node = target;
  while (at.type === "MemberExpression") {
    const field = keyField(at.property, at.computed);
    if (field !== undefined && field !== "prototype") path.push(field);
    at = unwrap(at.object);
  }
  if (at.type === "Identifier" && at.name !== "exports") path.push(at.name);
  const name = path.reverse().join(".");
  return name.startsWith("module.exports.") ? name.slice("module.exports.".length) : name;
}
