/** What the file says about the type of something. */
import type { Syntax } from "../tree-sitter/syntax.ts";
import type { Named } from "./scope.ts";
import { resultsOf, textOf } from "./syntax.ts";

export interface StaticType {
  readonly kind:
    | "number"
    | "string"
    | "boolean"
    | "error"
    | "list"
    | "map"
    | "channel"
    | "function"
    | "named"
    | "tuple"
    | "unknown";
  /** Of a named type, as it is written in the file without `*`: `http.Request`, `User`. */
  readonly name: string;
  /** Of a named type, when the file declares it. */
  readonly named?: Named | undefined;
  /** The syntax of a composite type, for what is inside of it. */
  readonly syntax?: Syntax | undefined;
  /** Of a tuple. */
  readonly parts?: readonly StaticType[];
}

export const UNKNOWN: StaticType = { kind: "unknown", name: "" };
export const NUMBER: StaticType = { kind: "number", name: "int" };
export const STRING: StaticType = { kind: "string", name: "string" };
export const BOOLEAN: StaticType = { kind: "boolean", name: "bool" };

const BASIC: ReadonlyMap<string, StaticType> = new Map(
  [
    ...["int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64"],
    ...["uintptr", "byte", "rune", "float32", "float64", "complex64", "complex128"],
  ].map((name): [string, StaticType] => [name, { kind: "number", name }]),
);

/** Names that mean a type wherever nothing else is declared under them. */
export function basicType(name: string): StaticType | undefined {
  switch (name) {
    case "string":
      return STRING;
    case "bool":
      return BOOLEAN;
    case "error":
      return { kind: "error", name };
    case "any":
    case "comparable":
      return { kind: "unknown", name };
    default:
      return BASIC.get(name);
  }
}

export interface TypeContext {
  readonly text: string;
  readonly names: ReadonlyMap<Syntax, Named>;
}

/** The type that a piece of type syntax stands for, without pointers. */
export function typeOf(syntax: Syntax | undefined, context: TypeContext): StaticType {
  switch (syntax?.type) {
    case "type_identifier":
    case "identifier": {
      const name = textOf(syntax, context.text);
      const named = context.names.get(syntax);
      if (named === undefined && name === "nil") return UNKNOWN;
      if (named === undefined) return basicType(name) ?? { kind: "named", name };
      return named.sort === "type" ? { kind: "named", name, named } : UNKNOWN;
    }
    case "qualified_type":
      return { kind: "named", name: textOf(syntax, context.text).replace(/\s/g, "") };
    case "pointer_type":
    case "parenthesized_type":
      return typeOf(syntax.children[0], context);
    case "generic_type":
      return typeOf(syntax.get("type"), context);
    case "slice_type":
    case "array_type":
    case "implicit_length_array_type":
      return { kind: "list", name: "", syntax };
    case "map_type":
      return { kind: "map", name: "", syntax };
    case "channel_type":
      return { kind: "channel", name: "", syntax };
    case "function_type":
      return { kind: "function", name: "", syntax };
    case "struct_type":
      return { kind: "named", name: "", syntax };
    default:
      return UNKNOWN;
  }
}

/** What a named type of the file is underneath; other types are themselves. */
export function underlying(type: StaticType, context: TypeContext): StaticType {
  let at = type;
  for (let depth = 0; depth < 8; depth++) {
    const spec = at.named?.declaration;
    if (at.kind !== "named" || spec === undefined) break;
    at = typeOf(spec.get("type"), context);
  }
  return at;
}

/** The syntax of the struct that a type is, when the file declares it. */
export function structOf(type: StaticType, context: TypeContext): Syntax | undefined {
  const { syntax } = underlying(type, context);
  return syntax?.type === "struct_type" ? syntax : undefined;
}

export interface Field {
  readonly name: string;
  readonly type: Syntax;
  readonly isEmbedded: boolean;
  readonly syntax: Syntax;
}

export function fieldsOf(struct: Syntax, text: string): readonly Field[] {
  return (struct.first("field_declaration_list")?.children ?? []).flatMap(
    (declaration): Field[] => {
      const type = declaration.get("type");
      if (declaration.type !== "field_declaration" || type === undefined) return [];
      const names = declaration.all("name");
      if (names.length > 0)
        return names.map((name) => ({
          name: textOf(name, text),
          type,
          isEmbedded: false,
          syntax: name,
        }));
      // An embedded type is a field by its own name, without the package.
      const head = type.type === "generic_type" ? type.get("type")! : type;
      const name = /\w+$/.exec(textOf(head, text))?.[0] ?? "";
      return [{ name, type, isEmbedded: true, syntax: declaration }];
    },
  );
}

/** What is inside: an element, or what a map or channel holds. */
export function elementOf(type: StaticType, context: TypeContext): StaticType {
  const { kind, syntax } = underlying(type, context);
  if (kind === "string") return NUMBER;
  if (syntax === undefined) return UNKNOWN;
  return typeOf(kind === "list" ? syntax.get("element") : syntax.get("value"), context);
}

/** What calling a function with such a signature gives. */
export function resultType(signature: Syntax, context: TypeContext): StaticType {
  const parts = resultsOf(signature).map(({ type }) => typeOf(type, context));
  return parts.length === 1 ? parts[0]! : { kind: "tuple", name: "", parts };
}
