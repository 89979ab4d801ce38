/** Small questions about Go's syntax. */
import type { Syntax } from "../tree-sitter/syntax.ts";

export const textOf = (syntax: Syntax, text: string): string =>
  text.slice(syntax.start, syntax.end);

/** Without parentheses around it. */
export function unwrap(syntax: Syntax): Syntax {
  let at = syntax;
  while (at.type === "parenthesized_expression" && at.children.length === 1) at = at.children[0]!;
  return at;
}

/** The expressions of a list, or the one expression that stands where a list could. */
export const listOf = (syntax: Syntax | undefined): readonly Syntax[] =>
  syntax === undefined ? [] : syntax.type === "expression_list" ? syntax.children : [syntax];

/** The statements of a block. */
export const statementsOf = (block: Syntax | undefined): readonly Syntax[] =>
  block?.first("statement_list")?.children ?? [];

/** The address of a variable is taken: `&name`. */
export function addressed(syntax: Syntax): Syntax | undefined {
  if (syntax.type !== "unary_expression" || syntax.get("operator")?.type !== "&") return undefined;
  const operand = unwrap(syntax.get("operand")!);
  return operand.type === "identifier" ? operand : undefined;
}

export interface Formal {
  /** Undefined where it has no name, or `_`. */
  readonly name: Syntax | undefined;
  readonly type: Syntax | undefined;
  readonly isRest: boolean;
  readonly syntax: Syntax;
}

/** Formals, one by one: `a, b int` are two. Also of named results. */
export const formalsOf = (list: Syntax | undefined): readonly Formal[] =>
  (list?.children ?? []).flatMap((declaration): Formal[] => {
    if (!/parameter_declaration$/.test(declaration.type)) return [];
    const type = declaration.get("type");
    const isRest = declaration.type === "variadic_parameter_declaration";
    const names = declaration.all("name");
    if (names.length === 0) return [{ name: undefined, type, isRest, syntax: declaration }];
    return names.map((name) => ({ name, type, isRest, syntax: name }));
  });

/** Types of a function's results, in order. */
export function resultsOf(signature: Syntax): readonly Formal[] {
  const result = signature.get("result");
  if (result === undefined) return [];
  if (result.type === "parameter_list") return formalsOf(result);
  return [{ name: undefined, type: result, isRest: false, syntax: result }];
}

/** The name in the type of a method's receiver: `T` of `(t *T[K])`. */
export function receiverType(method: Syntax): Syntax | undefined {
  let type = formalsOf(method.get("receiver"))[0]?.type;
  while (type !== undefined && type.type !== "type_identifier")
    type = type.get("type") ?? type.children[0];
  return type;
}

/** Whether keys in a literal of the type are names of fields: so it is unless the type says otherwise. */
export const hasFields = (type: Syntax | undefined): boolean =>
  type === undefined ||
  /^(?:type_identifier|qualified_type|generic_type|struct_type)$/.test(type.type);

/** Types of what is inside of a literal of the type, which its own literals need not repeat. */
export const elementType = (type: Syntax): Syntax | undefined =>
  type.get("element") ?? (type.type === "map_type" ? type.get("value") : undefined);
