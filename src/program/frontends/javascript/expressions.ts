/** Expressions, by kind of syntax. */
import type * as t from "@babel/types";
import type { Value } from "../../ir/builder.ts";
import { ConstantType } from "../../ir/kinds.ts";
import { lowerCall, lowerImport, lowerItems, lowerNew, lowerTagged } from "./calls.ts";
import { lowerClass } from "./classes.ts";
import { lowerConditional, lowerEffect, lowerLogical } from "./conditions.ts";
import { lowerFunction } from "./functions.ts";
import { lowerElement, lowerFragment } from "./jsx.ts";
import type { Lowering } from "./lowering.ts";
import { lowerObject } from "./objects.ts";
import {
  lowerAssignment,
  lowerBinary,
  lowerTemplate,
  lowerUnary,
  lowerUpdate,
} from "./operators.ts";
import { lowerMember } from "./patterns.ts";
import { SUPER } from "./resolve.ts";
import { at, forEachChild, isType, unwrap } from "./syntax.ts";

export function lowerExpression(lower: Lowering, expression: t.Node, name: string): Value {
  const { builder } = lower;
  const node = unwrap(expression);
  switch (node.type) {
    case "Identifier":
      if (node.name === "undefined" && lower.lookup("undefined") === undefined)
        return builder.undefined(at(node));
      return lower.read(node.name, node);
    case "ThisExpression":
      return lower.read("this", node);
    case "Super":
      if (lower.lookup(SUPER) === undefined) return builder.unknown(node.type, [], at(node));
      return lower.read(SUPER, node);
    case "StringLiteral":
    case "DirectiveLiteral":
      return builder.constant(ConstantType.String, node.value, at(node));
    case "NumericLiteral":
      return builder.constant(ConstantType.Number, String(node.value), at(node));
    case "BigIntLiteral":
      return builder.constant(ConstantType.BigInt, node.value, at(node));
    case "BooleanLiteral":
      return builder.constant(ConstantType.Boolean, String(node.value), at(node));
    case "NullLiteral":
      return builder.constant(ConstantType.Null, "null", at(node));
    case "RegExpLiteral":
      return builder.constant(ConstantType.Regex, `/${node.pattern}/${node.flags}`, at(node));
    case "TemplateLiteral":
      return lowerTemplate(lower, node);
    case "TaggedTemplateExpression":
      return lowerTagged(lower, node);
    case "MemberExpression":
    case "OptionalMemberExpression":
      return lowerMember(lower, node).load(node);
    case "CallExpression":
    case "OptionalCallExpression":
      return lowerCall(lower, node);
    case "NewExpression":
      return lowerNew(lower, node);
    case "ImportExpression":
      return lowerImport(lower, node);
    case "ArrayExpression":
      return builder.sequence(lowerItems(lower, node.elements, node), at(node));
    case "ObjectExpression":
      return lowerObject(lower, node, name);
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return lowerFunction(lower, node, name);
    case "ClassDeclaration":
    case "ClassExpression":
      return lowerClass(lower, node, name);
    case "BinaryExpression":
      return lowerBinary(lower, node);
    case "LogicalExpression":
      return lowerLogical(lower, node, name);
    case "ConditionalExpression":
      return lowerConditional(lower, node, name);
    case "UnaryExpression":
      return lowerUnary(lower, node);
    case "UpdateExpression":
      return lowerUpdate(lower, node);
    case "AssignmentExpression":
      return lowerAssignment(lower, node);
    case "SequenceExpression":
      for (const one of node.expressions.slice(0, -1)) lowerEffect(lower, one);
      return lower.expression(node.expressions.at(-1)!, name);
    case "AwaitExpression":
      return builder.await(lower.expression(node.argument), at(node));
    case "YieldExpression": {
      const value = node.argument ? lower.expression(node.argument) : -1;
      return builder.yield(value, node.delegate, at(node));
    }
    case "MetaProperty":
      return builder.cell(`${node.meta.name}.${node.property.name}`, at(node));
    case "JSXElement":
      return lowerElement(lower, node);
    case "JSXFragment":
      return lowerFragment(lower, node);
    case "JSXExpressionContainer":
      return lower.expression(node.expression);
    default:
      return lowerUnknown(lower, node);
  }
}

/** Syntax that is not modelled: everything in it is lowered, and what it gives depends on all of it. */
export function lowerUnknown(lower: Lowering, node: t.Node): Value {
  const inputs: Value[] = [];
  forEachChild(node, (child) => {
    if (/(?:Statement|Declaration)$/.test(child.type)) lower.statement(child);
    else if (!isType(child)) inputs.push(lower.expression(child));
  });
  return lower.builder.unknown(node.type, inputs, at(node));
}
