/** Declared types, reduced to the one name that says which library or class a value comes from. */
import type { Syntax } from "../tree-sitter/syntax.ts";
import type { Names } from "./names.ts";
import { textOf } from "./syntax.ts";

/** Boxed and library types that hold no text, by the names that all languages' are reduced to. */
const PLAIN: Readonly<Record<string, string>> = {
  byte: "int",
  short: "int",
  Byte: "int",
  Short: "int",
  Integer: "int",
  Long: "long",
  Float: "float",
  Double: "double",
  Boolean: "boolean",
  BigInteger: "Decimal",
  BigDecimal: "Decimal",
  AtomicInteger: "int",
  AtomicLong: "long",
  LocalDate: "date",
  LocalTime: "time",
  LocalDateTime: "datetime",
  OffsetDateTime: "datetime",
  ZonedDateTime: "datetime",
  Instant: "datetime",
  Duration: "timedelta",
};

/** Types of plain data, which anybody may have made: no class of a library that makes them itself. */
const DATA = new Set(["String", "CharSequence", "List", "Set", "Map", "Collection", "Iterable"]);

/** Declared types that tell nothing of what a value is. */
const NOTHING = new Set(["var", "Object", "void"]);

/** The name of a declared type, without its arguments; `""` for arrays, type parameters and what says nothing. */
export function typeName(syntax: Syntax | undefined, names: Names, text: string): string {
  if (syntax === undefined) return "";
  switch (syntax.type) {
    case "integral_type":
    case "floating_point_type":
    case "boolean_type": {
      const name = textOf(syntax, text);
      return PLAIN[name] ?? name;
    }
    case "generic_type":
    case "annotated_type": {
      const head = syntax.children.find(({ type }) => TYPE.test(type));
      return typeName(head, names, text);
    }
    case "type_identifier":
    case "identifier":
    case "scoped_type_identifier": {
      const parts = typeParts(syntax, text);
      const last = parts.at(-1) ?? "";
      if (NOTHING.has(last)) return "";
      return PLAIN[last] ?? (DATA.has(last) ? last : names.declared(parts));
    }
    default:
      return "";
  }
}

const TYPE = /^(?:type_identifier|scoped_type_identifier|generic_type|integral_type|array_type)$/;

/** `a.b.C` of a type, without arguments and annotations. */
export function typeParts(syntax: Syntax, text: string): readonly string[] {
  switch (syntax.type) {
    case "type_identifier":
    case "identifier":
      return [textOf(syntax, text)];
    case "scoped_type_identifier":
      return syntax.children.flatMap((one) => typeParts(one, text));
    case "generic_type":
    case "annotated_type":
      return syntax.children.slice(0, 1).flatMap((one) => typeParts(one, text));
    default:
      return [];
  }
}

/** Whether values of a declared type are text, so that `+` joins them. */
export const isTextType = (type: string): boolean => type === "String";

/** Whether values of a declared type are numbers, so that `+` adds them. */
export const isNumberType = (type: string): boolean => /^(?:int|long|float|double)$/.test(type);

/** Whether a declared type tells more of a value than what it is made from: not so for plain data. */
export const isTelling = (type: string): boolean =>
  type !== "" && !DATA.has(type) && !/^(?:[a-z]+|Decimal)$/.test(type);
