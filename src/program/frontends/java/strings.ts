/** Literals of text, and the texts that `format` fills in. */
import type { Value } from "../../ir/builder.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import type { Lowering } from "./lowering.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  s: " ",
  t: "\t",
  "\n": "",
};

const ESCAPE = /\\(u+[\da-fA-F]{4}|[0-3]?[0-7]{1,2}|\r?\n|[\s\S])/g;

const unescaped = (text: string): string =>
  text.includes("\\")
    ? text.replace(ESCAPE, (_, code: string) => {
        if (/^u/.test(code)) return String.fromCharCode(Number.parseInt(code.slice(-4), 16));
        if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
        return ESCAPES[code.at(-1)!] ?? code;
      })
    : text;

export function lowerString(lower: Lowering, syntax: Syntax): Value {
  const written = lower.text(syntax);
  const text = written.startsWith('"""') ? textBlock(written) : written.slice(1, -1);
  return lower.constant(unescaped(text), syntax);
}

/** The text between `"""`, without what all of its lines are indented by. */
function textBlock(written: string): string {
  const lines = written
    .slice(3, -3)
    .replace(/^[^\n]*\n/, "")
    .split(/\r?\n/);
  const isBlank = (line: string): boolean => line.trim() === "";
  const indents = lines.flatMap((line, index) =>
    isBlank(line) && index < lines.length - 1 ? [] : [/^\s*/.exec(line)![0].length],
  );
  const indent = Math.min(...indents);
  return lines.map((line) => line.slice(indent).trimEnd()).join("\n");
}

/** A part of a text: a constant or a value. */
type Part = string | Value;

/** Neighbouring constants are one; a text without holes is a constant. */
export function build(lower: Lowering, parts: readonly Part[], span: Syntax): Value {
  const joined: Part[] = [];
  for (const part of parts) {
    const literal = typeof part === "string" ? part : lower.literalOf(part);
    const last = joined.at(-1);
    if (literal === undefined) joined.push(part);
    else if (typeof last === "string") joined[joined.length - 1] = last + String(literal);
    else joined.push(String(literal));
  }
  const [only = ""] = joined;
  if (joined.length <= 1 && typeof only === "string") return lower.constant(only, span);
  return lower.builder.concat(
    joined.map((part) => (typeof part === "string" ? lower.constant(part, span) : part)),
    span,
  );
}

const HOLE = /%(?:(\d+)\$)?[-#+ 0,(<]*\d*(?:\.\d+)?([a-zA-Z%])/g;
/** Conversions that write a number or a date, whatever they are given: anything else raises. */
const NUMERIC = /[doxXeEfgGaAtT]/;

/** A template with its holes filled by the values. */
export function lowerFormat(
  lower: Lowering,
  template: string,
  values: readonly Value[],
  span: Syntax,
): Value {
  const parts: Part[] = [];
  let at = 0;
  let position = 0;
  for (const hole of template.matchAll(HOLE)) {
    parts.push(template.slice(at, hole.index));
    at = hole.index + hole[0].length;
    if (hole[2] === "%") parts.push("%");
    else if (hole[2] === "n") parts.push("\n");
    else {
      const value = values[hole[1] === undefined ? position++ : Number(hole[1]) - 1];
      if (NUMERIC.test(hole[2]!)) parts.push(lower.builder.operator("number", [], span));
      else parts.push(value ?? "");
    }
  }
  parts.push(template.slice(at));
  return build(lower, parts, span);
}
