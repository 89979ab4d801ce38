/** Small questions about Python's syntax. */
import type { Syntax } from "../tree-sitter/syntax.ts";

/** Without parentheses around it. */
export function unwrap(syntax: Syntax): Syntax {
  let at = syntax;
  while (at.type === "parenthesized_expression" && at.children.length === 1) at = at.children[0]!;
  return at;
}

/** A definition without its decorators, or the syntax itself. */
export const definitionOf = (syntax: Syntax): Syntax =>
  syntax.type === "decorated_definition" ? (syntax.get("definition") ?? syntax) : syntax;

/** `a.b.c` of names alone, as its text; undefined for anything else. */
export function dottedName(syntax: Syntax, text: string): string | undefined {
  switch (syntax.type) {
    case "identifier":
    case "dotted_name":
      return text.slice(syntax.start, syntax.end);
    case "attribute": {
      const object = syntax.get("object");
      const name = syntax.get("attribute");
      const before = object && dottedName(object, text);
      return before !== undefined && name ? `${before}.${textOf(name, text)}` : undefined;
    }
    default:
      return undefined;
  }
}

export const textOf = (syntax: Syntax, text: string): string =>
  text.slice(syntax.start, syntax.end);

/** Targets of an assignment, a loop or a `with`, through tuples, lists and stars; attributes and subscripts too. */
export function* targetsOf(syntax: Syntax): Iterable<Syntax> {
  switch (syntax.type) {
    case "pattern_list":
    case "tuple_pattern":
    case "list_pattern":
    case "expression_list":
    case "tuple":
    case "list":
    case "list_splat_pattern":
    case "list_splat":
    case "parenthesized_expression":
    case "as_pattern_target":
      for (const child of syntax.children) yield* targetsOf(child);
      return;
    default:
      yield syntax;
  }
}

/** The formals of a function, without the separators between them. */
export const formalsOf = (parameters: Syntax | undefined): readonly Syntax[] =>
  (parameters?.children ?? []).filter(
    ({ type }) => type !== "keyword_separator" && type !== "positional_separator" && type !== "*",
  );

/** The identifier of a formal. */
export function formalName(formal: Syntax): Syntax | undefined {
  if (formal.type === "identifier") return formal;
  return formal.get("name") ?? (formal.children[0] && formalName(formal.children[0]));
}

/** The star of a formal: `*` takes the rest, `**` what is given by name. */
export function starOf(formal: Syntax): "" | "*" | "**" {
  if (formal.type === "list_splat_pattern") return "*";
  if (formal.type === "dictionary_splat_pattern") return "**";
  return formal.type === "typed_parameter" && formal.children[0] ? starOf(formal.children[0]) : "";
}

/** Whether it neither calls anything nor holds anything that does. */
export const isAtom = (syntax: Syntax): boolean =>
  /^(?:identifier|integer|float|true|false|none|ellipsis|string)$/.test(syntax.type);
