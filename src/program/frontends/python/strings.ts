/** String literals, f-strings, and the texts that `%` and `format` fill in. */
import type { Value } from "../../ir/builder.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import type { Lowering } from "./lowering.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  "\n": "",
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

const ESCAPE =
  /\\(\r?\n|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|N\{[^}]*\}|[0-7]{1,3}|[\s\S])/g;

function unescaped(text: string): string {
  return text.includes("\\")
    ? text.replace(ESCAPE, (whole, code: string) => {
        const [first = ""] = code;
        if (code === "\r\n") return "";
        if (/^[xuU]./.test(code)) return fromCodePoint(Number.parseInt(code.slice(1), 16));
        if (/^[0-7]/.test(code)) return fromCodePoint(Number.parseInt(code, 8));
        if (first === "N") return "?";
        return ESCAPES[first] ?? whole;
      })
    : text;
}

const fromCodePoint = (code: number): string =>
  code <= 0x10ffff ? String.fromCodePoint(code) : "?";

/** A literal, or literals side by side, as parts: constant texts and the values in the holes. */
type Part = string | Value;

export function lowerString(lower: Lowering, syntax: Syntax): Value {
  return build(lower, partsOf(lower, syntax), syntax);
}

/** Neighbouring constants are one; a text without holes is a constant. */
export function build(lower: Lowering, parts: readonly Part[], span: Syntax): Value {
  const joined: Part[] = [];
  for (const part of parts) {
    const text = typeof part === "string" ? part : lower.literalOf(part);
    const last = joined.at(-1);
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

function partsOf(lower: Lowering, syntax: Syntax): Part[] {
  if (syntax.type === "concatenated_string")
    return syntax.children.flatMap((child) => partsOf(lower, child));
  const prefix = /^[a-zA-Z]*/.exec(lower.module.text.slice(syntax.start, syntax.end))![0];
  const isRaw = /r/i.test(prefix);
  const isFormat = /[ft]/i.test(prefix);
  return syntax.children.map((child): Part => {
    if (child.type !== "string_content") return lowerInterpolation(lower, child);
    const text = lower.text(child);
    const plain = isFormat ? text.replace(/\{\{|\}\}/g, (pair) => pair[0]!) : text;
    return isRaw ? plain : unescaped(plain);
  });
}

/** What stands in braces, and in the braces of its format. */
function lowerInterpolation(lower: Lowering, syntax: Syntax): Value {
  const expression = syntax.get("expression");
  const value = expression ? lower.expression(expression) : lower.constant("", syntax);
  const inner = (syntax.get("format_specifier")?.children ?? []).flatMap((one) =>
    one.type === "format_expression" && one.get("expression") ? [one.get("expression")!] : [],
  );
  if (inner.length === 0) return value;
  return lower.builder.concat([value, ...inner.map((one) => lower.expression(one))], syntax);
}

const PERCENT = /%(?:\((\w+)\))?[-#0 +]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[hlL]?([a-zA-Z%])/g;
/** Conversions that write a number, whatever they are given: anything else raises. */
const NUMERIC = /[diouxXeEfFgGc]/;

/** `template % values`: the text with its holes filled; undefined when the template is not known. */
export function lowerPercent(
  lower: Lowering,
  template: string,
  right: Syntax,
  span: Syntax,
): Value {
  const elements = right.type === "tuple" ? right.children.map((one) => lower.expression(one)) : [];
  const whole = right.type === "tuple" ? undefined : lower.expression(right);
  const holes = [...template.matchAll(PERCENT)];
  const parts: Part[] = [];
  let at = 0;
  let position = 0;
  for (const hole of holes) {
    parts.push(template.slice(at, hole.index));
    at = hole.index + hole[0].length;
    if (hole[2] === "%") {
      parts.push("%");
      continue;
    }
    const index = position++;
    if (NUMERIC.test(hole[2]!)) parts.push(lower.builder.operator("number", [], span));
    else if (hole[1] !== undefined && whole !== undefined)
      parts.push(lower.builder.load(whole, hole[1], span));
    else parts.push(elements[index] ?? whole ?? "");
  }
  parts.push(template.slice(at));
  return build(lower, parts, span);
}

const BRACES = /\{\{|\}\}|\{([\w.[\]]*)(?:![rsa])?(?::((?:[^{}]|\{[^{}]*\})*))?\}/g;

/** `template.format(...)` with the arguments written out; undefined when one of its holes cannot be told. */
export function lowerFormat(
  lower: Lowering,
  template: string,
  positional: readonly Value[],
  named: ReadonlyMap<string, Value>,
  span: Syntax,
): Value | undefined {
  const parts: Part[] = [];
  let at = 0;
  let position = 0;
  for (const hole of template.matchAll(BRACES)) {
    parts.push(template.slice(at, hole.index));
    at = hole.index + hole[0].length;
    if (hole[0] === "{{" || hole[0] === "}}") {
      parts.push(hole[0][0]!);
      continue;
    }
    const [head = "", ...fields] = hole[1]!.split(/[.[\]]+/).filter((one) => one !== "");
    let value = /^\d*$/.test(head)
      ? positional[head === "" ? position++ : Number(head)]
      : named.get(head);
    if (value === undefined) return undefined;
    for (const field of fields) value = lower.builder.load(value, field, span);
    parts.push(
      /[bcdoxXeEfFgGn]$/.test(hole[2] ?? "") ? lower.builder.operator("number", [], span) : value,
    );
  }
  parts.push(template.slice(at));
  return build(lower, parts, span);
}
