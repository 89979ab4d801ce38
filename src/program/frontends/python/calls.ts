/** Calls: arguments by position and by name, methods, and the superclass's. */
import type { Item, Value } from "../../ir/builder.ts";
import type { ListChange } from "../../ir/contents.ts";
import { CallForm } from "../../ir/kinds.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import type { Lowering } from "./lowering.ts";
import { lowerFormat } from "./strings.ts";
import { unwrap } from "./syntax.ts";

const CONSTRUCTOR = "__init__";

interface Arguments {
  readonly positional: readonly Item[];
  readonly named: ReadonlyMap<string, Value>;
  /** Values of `**expression`. */
  readonly spreads: readonly Value[];
}

export function lowerCall(lower: Lowering, syntax: Syntax): Value {
  const { builder } = lower;
  const callee = unwrap(syntax.get("function")!);
  const list = syntax.get("arguments")!;
  if (callee.type !== "attribute") {
    const value = lower.expression(callee);
    return builder.call(
      CallForm.Call,
      value,
      itemsOf(lower, lowerArguments(lower, list), list),
      syntax,
    );
  }
  const object = callee.get("object")!;
  const name = lower.text(callee.get("attribute")!);
  if (isSuper(lower, object)) return callSuper(lower, name, lowerArguments(lower, list), syntax);
  const receiver = lower.holder(object);
  const template = lower.literalOf(receiver);
  const method = builder.load(receiver, name, callee);
  const given = lowerArguments(lower, list);
  noteContents(lower, receiver, name, given);
  if (name === "format" && typeof template === "string" && isPlain(given)) {
    const positional = given.positional.map(({ value }) => value);
    const text = lowerFormat(lower, template, positional, given.named, syntax);
    if (text !== undefined) return text;
  }
  const self = lower.home?.receiver;
  const [first] = given.positional;
  if (name === CONSTRUCTOR && first && self && isNamed(lower, list.children[0], self)) {
    // `Base.__init__(self, ...)` is what other languages write as `super(...)`.
    const rest = { ...given, positional: given.positional.slice(1) };
    return builder.callMethod(
      CallForm.Super,
      receiver,
      first.value,
      "",
      itemsOf(lower, rest, list),
      syntax,
    );
  }
  return builder.callMethod(
    CallForm.Call,
    method,
    receiver,
    name,
    itemsOf(lower, given, list),
    syntax,
  );
}

function noteContents(lower: Lowering, list: Value, method: string, given: Arguments): void {
  if (!lower.contents.isKnown(list)) return;
  const values = given.positional.map(({ value }) => value);
  const change =
    isPlain(given) && given.named.size === 0 ? listChange(lower, method, values) : undefined;
  if (change) lower.contents.change(list, change);
  else lower.contents.forget(list);
}

/** What a method is known to do to a list. */
function listChange(
  lower: Lowering,
  method: string,
  values: readonly Value[],
): ListChange | undefined {
  const [first, second, third] = values;
  const index = first === undefined ? undefined : lower.literalOf(first);
  if (method === "append" && first !== undefined && second === undefined)
    return { kind: "insert", item: first };
  if (
    method === "insert" &&
    typeof index === "number" &&
    second !== undefined &&
    third === undefined
  )
    return { kind: "insert", at: index, item: second };
  if (method === "pop" && first === undefined) return { kind: "remove" };
  if (method === "pop" && typeof index === "number" && second === undefined)
    return { kind: "remove", at: index };
  return undefined;
}

const isPlain = ({ positional, spreads }: Arguments): boolean =>
  spreads.length === 0 && !positional.some(({ spread }) => spread);

const isNamed = (lower: Lowering, syntax: Syntax | undefined, name: string): boolean =>
  syntax?.type === "identifier" && lower.text(syntax) === name;

function lowerArguments(lower: Lowering, list: Syntax): Arguments {
  const positional: Item[] = [];
  const named = new Map<string, Value>();
  const spreads: Value[] = [];
  // `f(x for x in y)` has the generator in the list's place.
  const children = list.type === "argument_list" ? list.children : [list];
  for (const child of children) {
    switch (child.type) {
      case "keyword_argument": {
        const name = lower.text(child.get("name")!);
        named.set(name, lower.expression(child.get("value")!, name));
        break;
      }
      case "dictionary_splat":
        spreads.push(lower.expression(child.children[0]!));
        break;
      case "list_splat":
        positional.push({ value: lower.expression(child.children[0]!), spread: true });
        break;
      default:
        positional.push({ value: lower.expression(child), spread: false });
    }
  }
  return { positional, named, spreads };
}

function itemsOf(lower: Lowering, { positional, named, spreads }: Arguments, span: Syntax): Item[] {
  if (named.size === 0 && spreads.length === 0) return [...positional];
  const record = lower.builder.record(
    [...named].map(([name, value]) => ({ name, value })),
    spreads.map((value) => ({ value, except: [...named.keys()] })),
    span,
  );
  return [...positional, { value: record, spread: true }];
}

// --- super ----------------------------------------------------------------------------------------------------------

/** `super()` and `super(Class, self)` in a method. */
const isSuper = (lower: Lowering, syntax: Syntax): boolean =>
  syntax.type === "call" &&
  lower.home !== undefined &&
  lower.home.receiver !== "" &&
  isNamed(lower, syntax.get("function"), "super") &&
  lower.lookup("super") === undefined;

function callSuper(lower: Lowering, name: string, given: Arguments, span: Syntax): Value {
  const { builder } = lower;
  const { bases, receiver } = lower.home!;
  const self = lower.read(receiver, span);
  const superclass = superclassOf(lower, bases, span);
  const items = itemsOf(lower, given, span);
  if (name === CONSTRUCTOR)
    return builder.callMethod(CallForm.Super, superclass, self, "", items, span);
  // A class of the program has its methods for its instances, a library's class has them itself.
  const inherited = builder.load(builder.load(superclass, "prototype", span), name, span);
  const method = builder.choice([inherited, builder.load(superclass, name, span)], span);
  return builder.callMethod(CallForm.Call, method, self, name, items, span);
}

/** The value that stands for all base classes. */
export function superclassOf(lower: Lowering, bases: readonly Syntax[], span: Syntax): Value {
  const values = bases.map((base) => lower.expression(base));
  if (values.length === 0) return lower.builder.imported("builtins", "object", span);
  return values.length === 1 ? values[0]! : lower.builder.choice(values, span);
}
