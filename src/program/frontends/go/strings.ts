/** String literals, and texts put together from parts. */
import type { Value } from "../../ir/builder.ts";
import { Kind } from "../../ir/kinds.ts";
import type { Span } from "../../ir/module-ir.ts";
import type { Lowering } from "./lowering.ts";
import type { StaticType } from "./types.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

const ESCAPE = /\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{3}|[\s\S])/g;

/** The text of a string or rune literal, which still has its quotes. */
export function literalText(source: string): string {
  const inner = source.slice(1, -1);
  if (source.startsWith("`")) return inner.replaceAll("\r", "");
  if (!inner.includes("\\")) return inner;
  return inner.replace(ESCAPE, (_, code: string) => {
    if (/^[xuU]./.test(code)) return fromCodePoint(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]/.test(code)) return fromCodePoint(Number.parseInt(code, 8));
    return ESCAPES[code] ?? code;
  });
}

const fromCodePoint = (code: number): string =>
  code <= 0x10ffff ? String.fromCodePoint(code) : "?";

export type Part = string | Value;

/** Neighbouring constants are one; a text without other parts is a constant. */
export function build(lower: Lowering, parts: readonly Part[], span: Span): Value {
  const joined: Part[] = [];
  for (const part of parts) {
    const text = typeof part === "string" ? part : lower.literalOf(part);
    const last = joined.at(-1);
    if (text === "") continue;
    if (typeof text !== "string") joined.push(part);
    else if (typeof last === "string") joined[joined.length - 1] = last + text;
    else joined.push(text);
  }
  const [only = ""] = joined;
  if (joined.length <= 1 && typeof only === "string") return lower.constant(only, span);
  return lower.builder.concat(
    joined.map((part) => (typeof part === "string" ? lower.constant(part, span) : part)),
    span,
  );
}

export const isText = (lower: Lowering, value: Value): boolean =>
  typeof lower.literalOf(value) === "string" || lower.builder.kindOf(value) === Kind.Concat;

const VERB = /%[-+# 0]*(?:\[(\d+)\])?(?:\*|\d+)?(?:\.(?:\*|\d+)?)?(?:\[(\d+)\])?([a-zA-Z%])/g;
/** Verbs that write a number, a truth value, a type or an address, whatever they are given. */
const NUMERIC = /[bcdoOxXUeEfFgGtTp]/;

/** `fmt.Sprintf` is what other languages have string interpolation for: the format with its holes filled. */
export function format(
  lower: Lowering,
  template: string,
  values: readonly Value[],
  types: readonly StaticType[],
  span: Span,
): Value {
  const parts: Part[] = [];
  let at = 0;
  let position = 0;
  for (const hole of template.matchAll(VERB)) {
    parts.push(template.slice(at, hole.index));
    at = hole.index + hole[0].length;
    const verb = hole[3]!;
    if (verb === "%") {
      parts.push("%");
      continue;
    }
    position += hole[0].split("*").length - 1;
    const explicit = hole[1] ?? hole[2];
    if (explicit !== undefined) position = Number(explicit) - 1;
    const value = values[position];
    const type = types[position]?.kind;
    position++;
    if (value === undefined) continue;
    const isNumeric = NUMERIC.test(verb) || type === "number" || type === "boolean";
    const literal = lower.literalOf(value);
    if (literal !== undefined && /[svd]/.test(verb)) parts.push(String(literal));
    else parts.push(isNumeric ? lower.builder.operator("number", [], span) : value);
  }
  parts.push(template.slice(at));
  return build(lower, parts, span);
}
