/** Declared types, reduced to the one name that says which library or class a value comes from. */
import type * as t from "@babel/types";

/** Types about another type: a value of `Partial<User>` has what a `User` has. */
const TRANSPARENT = new Set([
  "Readonly",
  "Partial",
  "Required",
  "NonNullable",
  "Pick",
  "Omit",
  "DeepPartial",
  "$ReadOnly",
  "$Exact",
  "Maybe",
]);

/** The head name of an annotation such as `: express.Request<P>`, or `""`. */
export function annotatedType(node: t.Node): string {
  const annotation = (node as { typeAnnotation?: t.Node | null }).typeAnnotation;
  return annotation ? typeName(annotation) : "";
}

/** The head name of a type, without `null` and `undefined`; `""` when it has none. */
export function typeName(type: t.Node): string {
  switch (type.type) {
    case "TSTypeAnnotation":
    case "TypeAnnotation":
    case "TSParenthesizedType":
    case "TSTypeOperator":
    case "TSOptionalType":
    case "NullableTypeAnnotation":
      return typeName(type.typeAnnotation);
    case "TSTypeReference":
      return applied(entityName(type.typeName), type.typeParameters?.params);
    case "GenericTypeAnnotation":
      return applied(entityName(type.id), type.typeParameters?.params);
    case "TSExpressionWithTypeArguments":
      return entityName(type.expression);
    case "InterfaceExtends":
      return entityName(type.id);
    case "TSImportType":
      return type.qualifier ? entityName(type.qualifier) : "";
    case "TSUnionType":
    case "UnionTypeAnnotation":
    case "TSIntersectionType":
    case "IntersectionTypeAnnotation":
      return type.types.map(typeName).find((name) => name !== "" && !isNothing(name)) ?? "";
    case "TSLiteralType":
      return literalType(type.literal);
    case "TSArrayType":
    case "TSTupleType":
    case "ArrayTypeAnnotation":
    case "TupleTypeAnnotation":
      return "Array";
    case "TSTemplateLiteralType":
    case "TSStringKeyword":
    case "StringTypeAnnotation":
    case "StringLiteralTypeAnnotation":
      return "string";
    case "TSNumberKeyword":
    case "NumberTypeAnnotation":
    case "NumberLiteralTypeAnnotation":
      return "number";
    case "TSBooleanKeyword":
    case "BooleanTypeAnnotation":
    case "BooleanLiteralTypeAnnotation":
    case "TSTypePredicate":
      return "boolean";
    case "TSBigIntKeyword":
      return "bigint";
    case "TSSymbolKeyword":
    case "SymbolTypeAnnotation":
      return "symbol";
    case "TSAnyKeyword":
    case "AnyTypeAnnotation":
      return "any";
    case "TSUnknownKeyword":
    case "MixedTypeAnnotation":
      return "unknown";
    case "TSObjectKeyword":
      return "object";
    case "TSNullKeyword":
    case "NullLiteralTypeAnnotation":
      return "null";
    case "TSUndefinedKeyword":
      return "undefined";
    case "TSVoidKeyword":
    case "VoidTypeAnnotation":
      return "void";
    case "TSNeverKeyword":
      return "never";
    default:
      return "";
  }
}

/** Every named type that a value of this type is: the parts of an intersection, or the type itself. */
export function namedParts(type: t.Node): string[] {
  const parts =
    type.type === "TSIntersectionType" || type.type === "IntersectionTypeAnnotation"
      ? type.types
      : [type];
  return parts.map(typeName).filter((name) => name !== "");
}

const isNothing = (name: string): boolean =>
  name === "null" || name === "undefined" || name === "void";

function applied(head: string, parameters: readonly t.Node[] | undefined): string {
  if (!TRANSPARENT.has(head) || !parameters?.[0]) return head;
  return typeName(parameters[0]) || head;
}

function entityName(name: t.Node): string {
  switch (name.type) {
    case "Identifier":
      return name.name;
    case "TSQualifiedName":
      return `${entityName(name.left)}.${name.right.name}`;
    case "QualifiedTypeIdentifier":
      return `${entityName(name.qualification)}.${name.id.name}`;
    case "MemberExpression":
      return `${entityName(name.object)}.${entityName(name.property)}`;
    default:
      return "";
  }
}

function literalType(literal: t.Node): string {
  switch (literal.type) {
    case "StringLiteral":
    case "TemplateLiteral":
      return "string";
    case "NumericLiteral":
    case "UnaryExpression":
      return "number";
    case "BooleanLiteral":
      return "boolean";
    default:
      return "";
  }
}
