/** Annotations, reduced to the one name that says which library or class a value comes from. */
import type { Syntax } from "../tree-sitter/syntax.ts";
import { dottedName, textOf } from "./syntax.ts";

/** Types about another type: a value of `Optional[User]` has what a `User` has. */
const TRANSPARENT = /(?:^|\.)(?:Optional|Annotated|Final|ClassVar|Required|NotRequired|ReadOnly)$/;
const UNION = /(?:^|\.)Union$/;

/** The head name of an annotation such as `list[str]`, without `None`; `""` when it has none. */
export function typeName(syntax: Syntax | undefined, text: string): string {
  if (syntax === undefined) return "";
  switch (syntax.type) {
    case "type":
    case "type_parameter":
    case "parenthesized_expression":
      return typeName(syntax.children[0], text);
    case "identifier":
    case "attribute":
      return dottedName(syntax, text) ?? "";
    case "string": {
      const quoted = textOf(syntax, text).replace(/^[a-zA-Z]*["']+|["']+$/g, "");
      const inner = /^(?:\w+\.)*(?:Optional)\[([\w.]+)\]$/.exec(quoted);
      return inner ? inner[1]! : (/^[\w.]+/.exec(quoted)?.[0] ?? "");
    }
    case "generic_type":
    case "subscript": {
      const [head, ...rest] = syntax.children;
      const name = typeName(head, text);
      const inner = rest.flatMap((one) => (one.type === "type_parameter" ? one.children : [one]));
      if (TRANSPARENT.test(name)) return typeName(inner[0], text);
      if (UNION.test(name)) return firstOf(inner, text);
      return name;
    }
    case "binary_operator":
    case "union_type":
      return firstOf(
        syntax.children.filter(({ field }) => field !== "operator"),
        text,
      );
    case "member_type":
      return textOf(syntax, text);
    default:
      return "";
  }
}

const firstOf = (types: readonly Syntax[], text: string): string =>
  types.map((one) => typeName(one, text)).find((name) => name !== "" && name !== "None") ?? "";

/** The expressions that `Annotated[T, ...]` adds to a type. */
export function annotations(syntax: Syntax | undefined, text: string): readonly Syntax[] {
  const generic = syntax?.type === "type" ? syntax.children[0] : syntax;
  if (generic === undefined || !/^(?:generic_type|subscript)$/.test(generic.type)) return [];
  const [head, ...rest] = generic.children;
  if (!/(?:^|\.)Annotated$/.test(typeName(head, text))) return [];
  const inner = rest.flatMap((one) => (one.type === "type_parameter" ? one.children : [one]));
  return inner.slice(1).map((one) => (one.type === "type" ? (one.children[0] ?? one) : one));
}
