/** Small questions about Java's syntax. */
import { ERROR, type Syntax } from "../tree-sitter/syntax.ts";

export const textOf = (syntax: Syntax, text: string): string =>
  text.slice(syntax.start, syntax.end);

/** What a construct cannot do without; a broken text may lack it. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  annotation: ["name"],
  annotation_type_declaration: ["name"],
  array_access: ["array", "index"],
  assignment_expression: ["left", "right"],
  binary_expression: ["left", "right"],
  cast_expression: ["value"],
  class_declaration: ["name"],
  constructor_declaration: ["name"],
  do_statement: ["body", "condition"],
  element_value_pair: ["key", "value"],
  enhanced_for_statement: ["name", "value", "body"],
  enum_constant: ["name"],
  enum_declaration: ["name"],
  field_access: ["object", "field"],
  for_statement: ["body"],
  if_statement: ["condition", "consequence"],
  instanceof_expression: ["left"],
  interface_declaration: ["name"],
  marker_annotation: ["name"],
  method_declaration: ["name"],
  method_invocation: ["name", "arguments"],
  object_creation_expression: ["type", "arguments"],
  record_declaration: ["name"],
  switch_expression: ["condition", "body"],
  ternary_expression: ["condition", "consequence", "alternative"],
  try_statement: ["body"],
  try_with_resources_statement: ["body"],
  unary_expression: ["operand"],
  variable_declarator: ["name"],
  while_statement: ["condition", "body"],
};

/** Whether a construct has all that it cannot do without. */
export const isWhole = (syntax: Syntax): boolean =>
  REQUIRED[syntax.type]?.every((field) => syntax.get(field) !== undefined) ?? true;

/** Without parentheses around it. */
export function unwrap(syntax: Syntax): Syntax {
  let at = syntax;
  while (at.type === "parenthesized_expression" && at.children.length === 1) at = at.children[0]!;
  return at;
}

/** `a.b.C` of names alone, as its parts; undefined for anything else. */
export function dottedName(syntax: Syntax, text: string): readonly string[] | undefined {
  const parts: string[] = [];
  for (let at = syntax; ; ) {
    const inner = at.get("object") ?? at.get("scope");
    const name = at.get("field") ?? at.get("name");
    if (at.type === "identifier" || at.type === "type_identifier")
      return [textOf(at, text), ...parts];
    if (!/^(?:field_access|scoped_identifier)$/.test(at.type) || !inner || !name) return undefined;
    if (name.type !== "identifier") return undefined;
    parts.unshift(textOf(name, text));
    at = inner;
  }
}

/** By convention a type's name begins with a capital letter, and a package's does not. */
export const isTypeName = (name: string): boolean => /^[A-Z]/.test(name);

export const isStatic = (declaration: Syntax): boolean =>
  declaration.first("modifiers")?.has("static") === true;

export const isPrivate = (declaration: Syntax): boolean =>
  declaration.first("modifiers")?.has("private") === true;

export const annotationsOf = (declaration: Syntax): readonly Syntax[] =>
  (declaration.first("modifiers")?.children ?? []).filter(
    (one) => isAnnotation(one) && isWhole(one),
  );

export const isAnnotation = ({ type }: Syntax): boolean =>
  type === "annotation" || type === "marker_annotation";

/** The last part of an annotation's name. */
export const annotationName = (annotation: Syntax, text: string): string => {
  const name = annotation.get("name");
  return name === undefined ? "" : textOf(name, text).replace(/^.*\./s, "");
};

const CLASS = /^(?:class|interface|enum|record|annotation_type)_declaration$/;
export const isClassDeclaration = (syntax: Syntax): boolean =>
  CLASS.test(syntax.type) && isWhole(syntax);

/** The types that a class extends or implements; of a creation, the type that is created. */
export function supertypesOf(syntax: Syntax): readonly Syntax[] {
  if (syntax.type === "object_creation_expression") return syntax.all("type");
  const lists = [
    syntax.get("superclass"),
    syntax.get("interfaces"),
    syntax.first("extends_interfaces"),
  ];
  return lists
    .flatMap((one) => one?.children ?? [])
    .flatMap((one) => (one.type === "type_list" ? one.children : [one]));
}

/** The members of a class, an interface, an enumeration or a record, without what wraps some of an enumeration's. */
export function membersOf(body: Syntax | undefined): readonly Syntax[] {
  const children = body?.children ?? [];
  return children
    .flatMap((one) =>
      one.type === "enum_body_declarations" || one.type === ERROR ? one.children : [one],
    )
    .filter(isWhole);
}

/** Whether a field belongs to its class rather than to each object: interfaces have no others. */
export const isStaticField = (field: Syntax): boolean =>
  field.type === "constant_declaration" || isStatic(field);

/** The name and the type of each variable that a declaration declares. */
export const declaratorsOf = (declaration: Syntax): readonly Syntax[] =>
  declaration.children.filter((one) => one.type === "variable_declarator" && isWhole(one));

/** The formals of a method or a lambda, without `this`. */
export function formalsOf(syntax: Syntax): readonly Syntax[] {
  const parameters = syntax.get("parameters");
  if (parameters === undefined) return [];
  if (parameters.type === "identifier") return [parameters];
  return parameters.children.filter(
    (one) =>
      /^(?:identifier|formal_parameter|spread_parameter)$/.test(one.type) &&
      formalName(one) !== undefined,
  );
}

/** The identifier of a formal. */
export function formalName(formal: Syntax): Syntax | undefined {
  if (formal.type === "identifier") return formal;
  return (formal.first("variable_declarator") ?? formal).get("name");
}

/** The declared type of a formal; undefined where it is inferred. */
export function formalType(formal: Syntax): Syntax | undefined {
  if (formal.type !== "spread_parameter") return formal.get("type");
  return formal.children.find(({ type }) => !/^(?:modifiers|variable_declarator)$/.test(type));
}

/** Whether it neither calls anything nor holds anything that does. */
export const isAtom = (syntax: Syntax): boolean =>
  /^(?:identifier|this|\w+_literal|true|false)$/.test(syntax.type) && syntax.children.length === 0;
