/** Small questions about syntax that several parts of the lowering ask. */
import type * as t from "@babel/types";
import type { Span } from "../../ir/module-ir.ts";

/** Where a piece of syntax stands. Babel always fills the offsets in; its types do not say so. */
export const at = (node: t.Node): Span => node as Span;

/** The expression inside parentheses, type assertions and type arguments. */
export function unwrap(node: t.Node): t.Node {
  let inner = node;
  for (;;) {
    switch (inner.type) {
      case "ParenthesizedExpression":
      case "TSAsExpression":
      case "TSSatisfiesExpression":
      case "TSNonNullExpression":
      case "TSTypeAssertion":
      case "TSInstantiationExpression":
      case "TypeCastExpression":
        inner = inner.expression;
        break;
      default:
        return inner;
    }
  }
}

/** The text of a string literal, or of a template without holes. */
export function constantText(node: t.Node): string | undefined {
  if (node.type === "StringLiteral") return node.value;
  if (node.type === "TemplateLiteral" && node.expressions.length === 0)
    return templateText(node.quasis[0]!);
  return undefined;
}

/** The text of one constant part of a template. */
export const templateText = (part: t.TemplateElement): string =>
  part.value.cooked ?? part.value.raw;

/** The largest element of a sequence that is told from the others. */
const LAST_INDEX = 9;

/** The field that an index stands for: its own number when small, else any element. */
export const indexField = (index: number): string =>
  Number.isInteger(index) && index >= 0 && index <= LAST_INDEX ? String(index) : "*";

/** The field that a property's key names, or undefined when only running the program can tell. */
export function keyField(key: t.Node, computed: boolean): string | undefined {
  if (key.type === "PrivateName") return `#${key.id.name}`;
  if (key.type === "Identifier") return computed ? undefined : key.name;
  if (key.type === "NumericLiteral") return computed ? indexField(key.value) : String(key.value);
  if (key.type === "BigIntLiteral") return key.value;
  return constantText(key);
}

export const isFunction = (node: t.Node): boolean =>
  node.type === "FunctionExpression" || node.type === "ArrowFunctionExpression";

/** Literals and names: what can be evaluated early, late or never, with no difference. */
export function isAtom(node: t.Node): boolean {
  const inner = unwrap(node);
  switch (inner.type) {
    case "Identifier":
    case "ThisExpression":
    case "StringLiteral":
    case "NumericLiteral":
    case "BooleanLiteral":
    case "NullLiteral":
    case "BigIntLiteral":
    case "RegExpLiteral":
      return true;
    case "TemplateLiteral":
      return inner.expressions.length === 0;
    case "UnaryExpression":
      return inner.operator !== "delete" && inner.operator !== "throw" && isAtom(inner.argument);
    case "ArrayExpression":
      return inner.elements.length === 0;
    case "ObjectExpression":
      return inner.properties.length === 0;
    default:
      return isFunction(inner);
  }
}

/** JSX tells elements of the page from components by the first letter. */
export const isHostElement = (name: string): boolean => /^[a-z]/.test(name);

/** The truth of a condition that is written as a constant, as in `while (true)`. */
export function constantTruth(node: t.Node): boolean | undefined {
  if (node.type === "BooleanLiteral") return node.value;
  if (node.type === "NumericLiteral") return node.value !== 0;
  return undefined;
}

/** `a.b.c` as written, for names of functions and types; undefined for anything but names and fields. */
export function dottedName(node: t.Node): string | undefined {
  if (node.type === "Identifier") return node.name;
  if (node.type === "ThisExpression") return "this";
  if (node.type !== "MemberExpression") return undefined;
  const field = keyField(node.property, node.computed);
  const object = field === undefined ? undefined : dottedName(unwrap(node.object));
  return object === undefined ? field : `${object}.${field}`;
}

/** Keys that hold types, positions or comments, none of which have a value when the program runs. */
const ERASED = new Set([
  "loc",
  "extra",
  "range",
  "errors",
  "comments",
  "tokens",
  "leadingComments",
  "trailingComments",
  "innerComments",
  "typeAnnotation",
  "typeParameters",
  "typeArguments",
  "superTypeParameters",
  "returnType",
  "implements",
  "predicate",
]);

/** Calls `visit` for each child of any syntax, types left out. For the rare kinds: the common ones are named. */
export function forEachChild(node: t.Node, visit: (child: t.Node) => void): void {
  for (const [key, child] of Object.entries(node)) {
    if (typeof child !== "object" || child === null || ERASED.has(key)) continue;
    for (const one of Array.isArray(child) ? child : [child]) if (isSyntax(one)) visit(one);
  }
}

const isSyntax = (value: unknown): value is t.Node =>
  typeof value === "object" &&
  value !== null &&
  typeof (value as { type?: unknown }).type === "string" &&
  !isType(value as t.Node);

/** Type-level syntax that has no value when the program runs. */
export const isType = ({ type }: t.Node): boolean =>
  (type.startsWith("TS") && !VALUES_OF_TYPESCRIPT.has(type)) ||
  type.endsWith("TypeAnnotation") ||
  type.startsWith("Declare");

const VALUES_OF_TYPESCRIPT: ReadonlySet<string> = new Set([
  "TSAsExpression",
  "TSSatisfiesExpression",
  "TSNonNullExpression",
  "TSTypeAssertion",
  "TSTypeCastExpression",
  "TSInstantiationExpression",
  "TSEnumDeclaration",
  "TSModuleDeclaration",
  "TSModuleBlock",
  "TSImportEqualsDeclaration",
  "TSExternalModuleReference",
  "TSExportAssignment",
  "TSParameterProperty",
]);
