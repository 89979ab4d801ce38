/** Composite literals: structs, lists and maps. */
import type { Value } from "../../ir/builder.ts";
import { CallForm } from "../../ir/kinds.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { typed, typeValue } from "./builtins.ts";
import type { Lowering } from "./lowering.ts";
import { elementType, hasFields } from "./syntax.ts";
import { fieldsOf, type StaticType, structOf, underlying } from "./types.ts";

export function lowerComposite(lower: Lowering, syntax: Syntax): Value {
  return lowerLiteral(lower, syntax.get("type")!, syntax.get("body")!, syntax);
}

/** `type` is that of the literal around it where it has none of its own. */
function lowerLiteral(lower: Lowering, syntax: Syntax, body: Syntax, span: Syntax): Value {
  const type = lower.typeOf(syntax);
  const inside = underlying(type, lower.module);
  const inner = elementType(inside.syntax ?? syntax);
  if (inside.kind === "list") {
    const bytes = bytesOf(lower, inner, body);
    if (bytes !== undefined) return lower.constant(bytes, span);
    const items = body.children.map((child) => ({
      value: lowerElement(lower, elementOf(child), inner),
      spread: false,
    }));
    return methodsOf(lower, lower.builder.sequence(items, span), type, span);
  }
  if (inside.kind === "map" || !isStruct(lower, type, syntax, body))
    return methodsOf(lower, lowerMap(lower, body, inner, span), type, span);
  return lowerStruct(lower, type, syntax, body, span);
}

/** The text that constant bytes are: `[]byte{0x41, 0x42}`. */
function bytesOf(lower: Lowering, inner: Syntax | undefined, body: Syntax): string | undefined {
  if (inner === undefined || !/^(?:byte|uint8)$/.test(lower.text(inner))) return undefined;
  const codes = body.children.map((child) => {
    const only = child.type === "literal_element" ? child.children[0] : undefined;
    return only && /^(?:int|rune)_literal$/.test(only.type)
      ? lower.literalOf(lower.expression(only))
      : undefined;
  });
  return codes.length > 0 && codes.every((code) => typeof code === "number")
    ? String.fromCharCode(...(codes as number[]).map((code) => code & 255))
    : undefined;
}

/** A literal of a type of another file is a map when a key is no name. */
function isStruct(lower: Lowering, type: StaticType, syntax: Syntax, body: Syntax): boolean {
  if (structOf(type, lower.module)) return true;
  if (!hasFields(syntax)) return false;
  const keys = body.children.flatMap((child) =>
    child.type === "keyed_element" ? [child.get("key")!.children[0]] : [],
  );
  return keys.every((key) => key?.type === "identifier");
}

const methodsOf = (lower: Lowering, value: Value, type: StaticType, span: Syntax): Value =>
  type.named && lower.module.methods.has(type.named) ? lower.declared(value, type, span) : value;

const elementOf = (child: Syntax): Syntax | undefined =>
  child.type === "keyed_element" ? child.get("value") : child;

function lowerElement(
  lower: Lowering,
  element: Syntax | undefined,
  type: Syntax | undefined,
  name = "",
): Value {
  const only = element?.children[0];
  if (only === undefined) return lower.builder.undefined(element ?? { start: 0, end: 0 });
  if (only.type !== "literal_value") return lower.expression(only, name);
  const plain = type?.type === "pointer_type" ? type.children[0] : type;
  return plain === undefined
    ? lowerMap(lower, only, undefined, only)
    : lowerLiteral(lower, plain, only, only);
}

function lowerMap(lower: Lowering, body: Syntax, inner: Syntax | undefined, span: Syntax): Value {
  const { builder } = lower;
  const fields = new Map<string, Value>();
  const computed: [key: Value, value: Value, syntax: Syntax][] = [];
  for (const child of body.children) {
    if (child.type !== "keyed_element") {
      computed.push([builder.undefined(child), lowerElement(lower, child, inner), child]);
      continue;
    }
    const key = lowerElement(lower, child.get("key"), undefined);
    const field = lower.fieldOf(key);
    const value = lowerElement(lower, child.get("value"), inner, field ?? "");
    if (field === undefined) computed.push([key, value, child]);
    else fields.set(field, value);
  }
  const record = builder.record(
    [...fields].map(([name, value]) => ({ name, value })),
    [],
    span,
  );
  for (const [key, value, syntax] of computed) builder.storeKey(record, key, value, syntax);
  return record;
}

/** A struct with a name is made by the constructor that its fields imply, one without is a record. */
function lowerStruct(
  lower: Lowering,
  type: StaticType,
  syntax: Syntax,
  body: Syntax,
  span: Syntax,
): Value {
  const { builder } = lower;
  const struct = structOf(type, lower.module);
  const declared = struct === undefined ? [] : fieldsOf(struct, lower.module.text);
  const named: { name: string; value: Value }[] = [];
  const positional: Value[] = [];
  body.children.forEach((child, index) => {
    if (child.type === "keyed_element") {
      const name = lower.text(child.get("key")!);
      const field = declared.find((one) => one.name === name);
      named.push({ name, value: lowerElement(lower, child.get("value"), field?.type, name) });
    } else positional.push(lowerElement(lower, child, declared[index]?.type));
  });
  if (type.name === "") {
    const all = positional.map((value, index) => ({ name: declared[index]?.name ?? "", value }));
    return builder.record([...named, ...all], [], span);
  }
  const items = positional.map((value) => ({ value, spread: false }));
  if (named.length > 0) items.push({ value: builder.record(named, [], span), spread: true });
  const made = builder.call(CallForm.New, typeValue(lower, syntax), items, span);
  return typed(lower, made, type, span);
}
