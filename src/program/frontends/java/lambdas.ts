/** Lambdas and references to methods: functions without a name. */
import type { FunctionBuilder, Value } from "../../ir/builder.ts";
import { CallForm } from "../../ir/kinds.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { items } from "./calls.ts";
import { receiveFormals } from "./functions.ts";
import { Lowering } from "./lowering.ts";
import { classOf, isTypeReference, superclassOf } from "./references.ts";
import { Scope } from "./scope.ts";
import { formalsOf } from "./syntax.ts";
import { isNumberType, isTextType } from "./types.ts";

export function lowerLambda(lower: Lowering, syntax: Syntax, name: string): Value {
  const scope = lower.module.scopes.get(syntax);
  if (scope === undefined) return lower.builder.unknown(syntax.type, [], syntax);
  const builder = open(lower, syntax, name);
  const inner = new Lowering(lower.module, builder, scope);
  receiveFormals(inner, formalsOf(syntax));
  const body = syntax.get("body");
  if (body?.type === "block") inner.statement(body);
  else if (body) inner.exits.return(inner.expression(body), body);
  builder.return(-1, body ?? syntax);
  return lower.builder.closure(builder, syntax);
}

const open = (lower: Lowering, span: Syntax, name: string): FunctionBuilder =>
  lower.module.builder.function({ name, role: "arrow", span, parent: lower.builder.index });

/** As many arguments as a reference to a method passes on. */
const REFERENCE_ARGUMENTS = 2;

/** `object::method`, `Type::method`, `super::method`, `Type::new`. */
export function lowerReference(lower: Lowering, syntax: Syntax): Value {
  const { builder } = lower;
  const [owner] = syntax.children;
  const name = syntax.children.findLast(({ type }) => type === "identifier");
  if (owner === undefined) return builder.undefined(syntax);
  if (syntax.has("new"))
    return /type$/.test(owner.type) && owner.type !== "generic_type"
      ? builder.unknown(syntax.type, [], syntax)
      : classOf(lower, owner);
  if (name === undefined || name === owner) return builder.undefined(syntax);
  const method = lower.text(name);
  if (owner.type === "super") return builder.load(superclassOf(lower, syntax), method, syntax);
  if (!isTypeReference(lower, owner)) return builder.load(lower.expression(owner), method, syntax);
  return passOn(lower, owner, method, syntax);
}

/** The method of a class is static and takes all arguments, or it is called on the first of them. */
function passOn(lower: Lowering, owner: Syntax, name: string, span: Syntax): Value {
  const inner = open(lower, span, name);
  const first = inner.parameter(0, span, { type: lower.typeOf(owner) });
  const others = Array.from({ length: REFERENCE_ARGUMENTS - 1 }, (_, index) =>
    inner.parameter(index + 1, span),
  );
  const body = new Lowering(lower.module, inner, new Scope(lower.scope, "function"));
  const ofClass = (): Value => {
    const method = inner.load(classOf(body, owner), name, span);
    return inner.call(CallForm.Call, method, items([first, ...others]), span);
  };
  const ofFirst = (): Value => {
    const method = inner.load(first, name, span);
    return inner.callMethod(CallForm.Call, method, first, name, items(others), span);
  };
  const isStatic = isStaticMethod(lower, owner, name);
  const result =
    isStatic === undefined
      ? inner.choice([ofClass(), ofFirst()], span)
      : isStatic
        ? ofClass()
        : ofFirst();
  inner.return(result, span);
  return lower.builder.closure(inner, span);
}

/** Whether a method belongs to its class rather than to each object; undefined where that is not known. */
function isStaticMethod(lower: Lowering, owner: Syntax, name: string): boolean | undefined {
  const type = lower.typeOf(owner);
  const known = lower.module.classes.get(type)?.members?.methods.get(name);
  if (known) return known.isStatic;
  // What makes numbers and texts is static, what is asked of them is not.
  if (isNumberType(type)) return !/^\w+Value$/.test(name);
  return isTextType(type) ? /^(?:valueOf|format|join)$/.test(name) : undefined;
}
