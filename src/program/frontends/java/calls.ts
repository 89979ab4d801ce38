/** Calls of methods: on objects, on classes, on `super`, and those whose owner is not written. */
import type { Item, Value } from "../../ir/builder.ts";
import type { ListChange } from "../../ir/contents.ts";
import { CallForm } from "../../ir/kinds.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import type { Lowering } from "./lowering.ts";
import { equality } from "./operators.ts";
import { classValueOf, superclassOf } from "./references.ts";
import { type Methods, signature } from "./scope.ts";
import { build, lowerFormat } from "./strings.ts";
import { unwrap } from "./syntax.ts";

/** Types of objects that are functions: to call their one method is to call them. */
const FUNCTIONAL =
  /^(?:Runnable|Callable|Comparator|(?:\w*(?:Function|Supplier|Consumer|Predicate|Operator)))$/;

export function lowerCall(lower: Lowering, syntax: Syntax): Value {
  const { builder } = lower;
  const name = lower.text(syntax.get("name"));
  const object = syntax.get("object");
  const list = syntax.get("arguments")!;
  if (object === undefined) return callOwn(lower, syntax, name, list);
  if (object.type === "super" || syntax.has("super"))
    return callInherited(lower, name, lowerArguments(lower, list), syntax);
  const receiver = receiverOf(lower, object);
  const before = builder.current;
  const given = lowerArguments(lower, list);
  const known = fold(lower, object, receiver, name, given, syntax);
  if (known !== undefined) return known;
  const isBuilder = isTextBuilder(lower, object, receiver);
  if (isBuilder && name === "toString" && given.length === 0) {
    const text = builtText(lower, receiver, syntax);
    if (text !== undefined) return text;
  }
  if (builder.current === before) noteContents(lower, receiver, name, given);
  const element = elementOf(lower, receiver, name, given);
  if (element !== undefined) return element;
  const method = builder.load(receiver, name, syntax);
  const isFunction =
    object.type === "identifier" && FUNCTIONAL.test(lower.typeOfName(lower.text(object)));
  const callee = isFunction ? builder.choice([method, receiver], syntax) : method;
  const value = builder.callMethod(CallForm.Call, callee, receiver, name, items(given), syntax);
  // What builds a text gives itself back, so that what is added to the result is added to it.
  return isBuilder && /^(?:append|insert|replace|reverse|delete)/.test(name) ? receiver : value;
}

/** What a method is called on: a list in a variable of the function's own is not handed on by that. */
function receiverOf(lower: Lowering, object: Syntax): Value {
  const at = unwrap(object);
  if (at.type !== "identifier") return lower.expression(at);
  const meaning = lower.scope.lookup(lower.text(at));
  // Whom a function shares its variable with may change the list unseen.
  return meaning?.kind === "variable" && meaning.variable.number < 0
    ? lower.read(lower.text(at), at)
    : lower.expression(at);
}

export const items = (values: readonly Value[]): Item[] =>
  values.map((value) => ({ value, spread: false }));

export const lowerArguments = (lower: Lowering, list: Syntax | undefined): Value[] =>
  (list?.children ?? []).map((one) => withContents(lower, one) ?? lower.expression(one));

/** A list whose contents are known, handed on as what it holds beside itself. */
function withContents(lower: Lowering, syntax: Syntax): Value | undefined {
  if (syntax.type !== "identifier") return undefined;
  const list = receiverOf(lower, syntax);
  const held = lower.contents.all(list);
  if (held === undefined || held.length === 0 || lower.isBuilder(list)) return undefined;
  lower.contents.forget(list);
  return lower.builder.choice([list, lower.builder.sequence(items(held), syntax)], syntax);
}

// --- what builds a text -----------------------------------------------------------------------------------------------

/** Types of objects that build a text. */
const BUILDER = /^(?:StringBuilder|StringBuffer)$/;

function isTextBuilder(lower: Lowering, object: Syntax, receiver: Value): boolean {
  const isDeclared = BUILDER.test(lower.typeOfExpression(object));
  if (isDeclared) lower.noteBuilder(receiver);
  return isDeclared || lower.isBuilder(receiver);
}

/** The text that was built, where straight code alone has built it. */
function builtText(lower: Lowering, receiver: Value, span: Syntax): Value | undefined {
  const parts = lower.contents.all(receiver);
  return parts === undefined ? undefined : build(lower, parts, span);
}

// --- whose method it is -----------------------------------------------------------------------------------------------

function callOwn(lower: Lowering, syntax: Syntax, name: string, list: Syntax): Value {
  const { builder, module, scope } = lower;
  const declaring = scope.ownerOfMethod(name);
  const imported = declaring ? undefined : module.names.method(builder, name, syntax);
  const owner = declaring ?? scope.enclosingClass(true) ?? scope.enclosingClass();
  if (owner === undefined || (imported !== undefined && !owner.members?.inherits)) {
    const callee = imported ?? builder.imported("", name, syntax);
    return builder.call(CallForm.Call, callee, items(lowerArguments(lower, list)), syntax);
  }
  const methods = owner.members?.methods.get(name);
  const isStatic = methods?.isStatic === true;
  const receiver = isStatic ? classValueOf(lower, owner, syntax) : lower.receiver(owner, syntax);
  const meant = methods ? overload(lower, methods, name, list) : name;
  const method = builder.load(receiver, meant, syntax);
  const callee = imported === undefined ? method : builder.choice([method, imported], syntax);
  const given = items(lowerArguments(lower, list));
  return builder.callMethod(CallForm.Call, callee, receiver, name, given, syntax);
}

/** The one method of a name that takes arguments of such types; the name itself where that is not plain. */
function overload(lower: Lowering, { formals }: Methods, name: string, list: Syntax): string {
  const types = list.children.map((one) => lower.typeOfExpression(one));
  const fitting = formals.filter((one) => one.length === types.length);
  if (fitting.length < 2 || types.every((type) => type === "")) return name;
  const [only, ...others] = fitting.filter((one) =>
    one.every((type, index) => types[index] === "" || types[index] === type),
  );
  return only !== undefined && others.length === 0 ? signature(name, only) : name;
}

function callInherited(
  lower: Lowering,
  name: string,
  given: readonly Value[],
  span: Syntax,
): Value {
  const { builder } = lower;
  const self = lower.self(span) ?? builder.undefined(span);
  const superclass = superclassOf(lower, span);
  // A class of the program has its methods for its instances, a library's class has them itself.
  const inherited = builder.load(builder.load(superclass, "prototype", span), name, span);
  const method = builder.choice([inherited, builder.load(superclass, name, span)], span);
  return builder.callMethod(CallForm.Call, method, self, name, items(given), span);
}

// --- what the language itself says of a call --------------------------------------------------------------------------

/** Calls that are worked out, or are what other languages have operators for. */
function fold(
  lower: Lowering,
  object: Syntax,
  receiver: Value,
  name: string,
  given: readonly Value[],
  span: Syntax,
): Value | undefined {
  const text = lower.literalOf(receiver);
  const [first, second] = given;
  switch (name) {
    case "equals":
    case "equalsIgnoreCase":
    case "contentEquals":
      return first !== undefined && second === undefined
        ? equality(lower, receiver, first, span)
        : undefined;
    case "charAt": {
      const index = first === undefined ? undefined : lower.literalOf(first);
      return typeof text === "string" && typeof index === "number" && index < text.length
        ? lower.constant(text.charAt(index), span)
        : undefined;
    }
    case "length":
      // As `length` of an array, so that a test of it says how long a text is.
      return first === undefined ? lengthOf(lower, receiver, span) : undefined;
    case "concat":
      return first !== undefined && lower.isText(receiver)
        ? lower.builder.concat([receiver, first], span)
        : undefined;
    case "formatted":
      return typeof text === "string" ? lowerFormat(lower, text, given, span) : undefined;
    case "format": {
      if (lower.text(object) !== "String" || first === undefined) return undefined;
      // A locale may come first.
      const [template, ...values] = lower.isText(first) ? given : given.slice(1);
      const known = template === undefined ? undefined : lower.literalOf(template);
      return typeof known === "string" ? lowerFormat(lower, known, values, span) : undefined;
    }
    default:
      return undefined;
  }
}

function lengthOf(lower: Lowering, receiver: Value, span: Syntax): Value {
  const text = lower.literalOf(receiver);
  return typeof text === "string"
    ? lower.constant(text.length, span)
    : lower.builder.load(receiver, "length", span);
}

// --- lists that straight code fills -----------------------------------------------------------------------------------

function noteContents(lower: Lowering, list: Value, method: string, given: readonly Value[]): void {
  if (
    !lower.contents.isKnown(list) ||
    /^(?:get|size|isEmpty|contains|toString|length)$/.test(method)
  )
    return;
  const change = listChange(lower, method, given);
  if (change) lower.contents.change(list, change);
  else lower.contents.forget(list);
}

/** What a method is known to do to a list. */
function listChange(
  lower: Lowering,
  method: string,
  given: readonly Value[],
): ListChange | undefined {
  const [first, second] = given;
  const index = first === undefined ? undefined : lower.literalOf(first);
  if (method === "add" && first !== undefined && second === undefined)
    return { kind: "insert", item: first };
  if (method === "add" && typeof index === "number" && second !== undefined)
    return { kind: "insert", at: index, item: second };
  if (method === "append" && first !== undefined && second === undefined)
    return { kind: "insert", item: first };
  if (method === "insert" && typeof index === "number" && index === 0 && second !== undefined)
    return { kind: "insert", at: 0, item: second };
  if (method === "remove" && typeof index === "number") return { kind: "remove", at: index };
  return undefined;
}

/** `list.get(1)` of a list that is known. */
function elementOf(
  lower: Lowering,
  list: Value,
  method: string,
  given: readonly Value[],
): Value | undefined {
  const [first, second] = given;
  if (method !== "get" || first === undefined || second !== undefined) return undefined;
  const index = lower.literalOf(first);
  return typeof index === "number" && index >= 0 ? lower.contents.at(list, index) : undefined;
}
