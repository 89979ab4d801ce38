/** Members that nobody writes: accessors of records, what Lombok's annotations make, and what enumerations have. */
import type { FunctionBuilder, Value } from "../../ir/builder.ts";
import { CallForm, Position } from "../../ir/kinds.ts";
import type { ClassMember } from "../../ir/module-ir.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import type { ClassInfo } from "./constructors.ts";
import type { Lowering } from "./lowering.ts";
import { classIn } from "./references.ts";
import {
  annotationName,
  annotationsOf,
  declaratorsOf,
  formalName,
  formalsOf,
  isStaticField,
} from "./syntax.ts";

interface Field {
  readonly name: string;
  readonly type: string;
  /** Names of the annotations of the field and of its class. */
  readonly annotations: ReadonlySet<string>;
}

const GETTER = ["Getter", "Data", "Value"];
const SETTER = ["Setter", "Data"];
const CONSTRUCTOR = ["AllArgsConstructor", "RequiredArgsConstructor", "Data", "Value"];
const BUILDER = ["Builder", "SuperBuilder"];

const hasAny = (annotations: ReadonlySet<string>, names: readonly string[]): boolean =>
  names.some((name) => annotations.has(name));

function namesOf(lower: Lowering, syntax: Syntax): string[] {
  return annotationsOf(syntax).map((one) => annotationName(one, lower.module.text));
}

/** Instance fields in their order. */
function fieldsOf(lower: Lowering, { syntax, members }: ClassInfo): Field[] {
  const ofClass = namesOf(lower, syntax);
  return members.flatMap((member) => {
    if (member.type !== "field_declaration" || isStaticField(member)) return [];
    const annotations = new Set([...ofClass, ...namesOf(lower, member)]);
    const type = lower.typeOf(member.get("type"));
    return declaratorsOf(member).map((one) => ({
      name: lower.text(one.get("name")),
      type: one.get("dimensions") ? "" : type,
      annotations,
    }));
  });
}

/** The fields that the constructor of a class takes which writes none. */
export function takesFields(lower: Lowering, info: ClassInfo): readonly Field[] {
  return hasAny(new Set(namesOf(lower, info.syntax)), CONSTRUCTOR) ? fieldsOf(lower, info) : [];
}

/** All accessors of a class that are not written. */
export function accessorsOf(lower: Lowering, info: ClassInfo): ClassMember[] {
  const { syntax, members } = info;
  const written = new Set(
    members.flatMap((one) =>
      one.type === "method_declaration" ? lower.text(one.get("name")) : [],
    ),
  );
  const made = new Map<string, FunctionBuilder>();
  const add = (name: string, body: Body, isStatic = false): void => {
    if (!written.has(name) && !made.has(name))
      made.set(name, synthetic(lower, info, name, body, isStatic));
  };
  if (syntax.type === "record_declaration")
    for (const formal of formalsOf(syntax)) {
      const name = lower.text(formalName(formal)!);
      add(name, read(lower, name, lower.typeOf(formal.get("type"))));
    }
  for (const { name, type, annotations } of fieldsOf(lower, info)) {
    const suffix = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    if (hasAny(annotations, GETTER))
      add(`${type === "boolean" ? "is" : "get"}${suffix}`, read(lower, name, type));
    if (hasAny(annotations, SETTER)) add(`set${suffix}`, write(name, type));
    // What builds an object is taken for the object: it has the same fields.
    if (hasAny(annotations, BUILDER)) add(name, write(name, type));
  }
  if (hasAny(new Set(namesOf(lower, syntax)), BUILDER)) {
    add("build", ({ self }) => self);
    add("toBuilder", ({ self }) => self);
    add(
      "builder",
      ({ builder }) =>
        builder.call(CallForm.New, classIn(lower, builder, info.name, syntax), [], syntax),
      true,
    );
  }
  return [...made].map(([name, builder]) => ({
    name,
    function: builder.index,
    isStatic: name === "builder",
    role: "method",
  }));
}

/** Constants of an enumeration are not made from what asks for them. */
export function enumerationMembers(lower: Lowering, info: ClassInfo): ClassMember[] {
  if (info.syntax.type !== "enum_declaration") return [];
  const one: Body = ({ builder }) =>
    builder.parameter(Position.Declared, info.syntax, { type: info.name });
  const all: Body = (at) => at.builder.sequence([{ value: one(at), spread: false }], info.syntax);
  return [["valueOf", one] as const, ["values", all] as const].map(([name, body]) => ({
    name,
    function: synthetic(lower, info, name, body, true).index,
    isStatic: true,
    role: "method",
  }));
}

type Body = (at: {
  readonly builder: FunctionBuilder;
  readonly self: Value;
  readonly span: Syntax;
}) => Value;

const read =
  (lower: Lowering, field: string, type: string): Body =>
  ({ builder, self, span }) =>
    lower.numbered(builder.load(self, field, span), type, span, builder);

/** Gives the object back, as a builder does. */
const write =
  (field: string, type: string): Body =>
  ({ builder, self, span }) => {
    builder.store(self, field, builder.parameter(0, span, { type }), span);
    return self;
  };

function synthetic(
  lower: Lowering,
  { syntax, index }: ClassInfo,
  name: string,
  body: Body,
  isStatic: boolean,
): FunctionBuilder {
  const builder = lower.module.builder.function({
    name,
    role: "method",
    span: syntax,
    parent: lower.builder.index,
    class: index,
    isStatic,
  });
  const self = builder.parameter(Position.Receiver, syntax);
  builder.return(body({ builder, self, span: syntax }), syntax);
  return builder;
}
