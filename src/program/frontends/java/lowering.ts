/** What is at hand while a function is lowered: its builder, its scope, its constants and the way out of each statement. */
import type { FunctionBuilder, ModuleBuilder, Value } from "../../ir/builder.ts";
import { Contents } from "../../ir/contents.ts";
import { CallForm, ConstantType, Kind, Position } from "../../ir/kinds.ts";
import type { Span } from "../../ir/module-ir.ts";
import { Exits } from "../../ir/regions.ts";
import { bind, type Variable } from "../../ir/variables.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import type { Names } from "./names.ts";
import type { Scopes } from "./resolve.ts";
import { RECEIVER, type Scope } from "./scope.ts";
import { textOf, unwrap } from "./syntax.ts";
import { isNumberType, isTelling, isTextType, typeName } from "./types.ts";

/** How each sort of syntax is lowered. A table, since syntax nests in every direction and imports may not. */
export interface SyntaxTable {
  expression(lower: Lowering, syntax: Syntax, name: string): Value;
  statement(lower: Lowering, syntax: Syntax): void;
}

/** What all functions of a module share. */
export interface ModuleLowering {
  readonly builder: ModuleBuilder;
  readonly scopes: Scopes;
  /** Scopes of the classes that have a name, by it. */
  readonly classes: ReadonlyMap<string, Scope>;
  readonly names: Names;
  readonly text: string;
  readonly syntax: SyntaxTable;
  /** Classes whose names are known before their bodies are lowered. */
  readonly announced: Map<Syntax, Announced>;
}

export interface Announced {
  readonly index: number;
  readonly value: Value;
}

export type Literal = string | number | boolean | null;

/** A constructor that is written, and how many arguments it takes. */
export interface Constructor {
  readonly builder: FunctionBuilder;
  readonly parameters: number;
}

/** Where a `yield` of a switch leads to, and what it leaves its value in. */
export type TakeYield = (value: Value, span: Span) => void;

export class Lowering {
  readonly module: ModuleLowering;
  readonly builder: FunctionBuilder;
  readonly exits: Exits;
  readonly contents: Contents;
  scope: Scope;
  /** The declared type of what it returns. */
  returns = "";
  takeYield: TakeYield | undefined = undefined;
  /** In a constructor, all of its class: `this(...)` calls one of them. */
  constructors: readonly Constructor[] = [];
  readonly #literals = new Map<Value, Literal>();
  /** Values that are certainly text, beside constants and what is put together. */
  readonly #texts = new Set<Value>();
  readonly #builders = new Set<Value>();
  #labels: string[] = [];

  constructor(module: ModuleLowering, builder: FunctionBuilder, scope: Scope) {
    this.module = module;
    this.builder = builder;
    this.exits = new Exits(builder);
    this.contents = new Contents(builder);
    this.scope = scope;
    this.enterScope(scope);
  }

  /** `name` is what a function without a name of its own is called. */
  expression(syntax: Syntax, name = ""): Value {
    return this.module.syntax.expression(this, syntax, name);
  }

  /** A part that a broken text may lack. */
  part(syntax: Syntax, field: string, name = ""): Value {
    const part = syntax.get(field);
    return part === undefined ? this.builder.undefined(syntax) : this.expression(part, name);
  }

  /** What cannot be reached is left out: a loop that nothing leads into has no values to speak of. */
  statement(syntax: Syntax | undefined): void {
    // A class is one wherever it stands.
    if (syntax !== undefined && (!this.builder.unreachable || this.module.announced.has(syntax)))
      this.module.syntax.statement(this, syntax);
  }

  statements(syntax: Syntax | undefined): void {
    for (const child of syntax?.children ?? []) this.statement(child);
  }

  text(syntax: Syntax | undefined): string {
    return syntax === undefined ? "" : textOf(syntax, this.module.text);
  }

  typeOf(syntax: Syntax | undefined): string {
    return typeName(syntax, this.module.names, this.module.text);
  }

  /** Runs `body` with a label for the loop that stands first in it. */
  labelled(label: string, body: () => void): void {
    this.#labels.push(label);
    body();
    this.#labels = [];
  }

  takeLabels(): readonly string[] {
    const labels = this.#labels;
    this.#labels = [];
    return labels;
  }

  // --- constants --------------------------------------------------------------------------------------------------

  constant(literal: Literal, span: Span): Value {
    const value = this.builder.constant(constantType(literal), String(literal), span);
    this.#literals.set(value, literal);
    return value;
  }

  /** The constant that a value of this function is; undefined when it is none, or not known to be. */
  literalOf(value: Value): Literal | undefined {
    return this.#literals.get(value);
  }

  noteText(value: Value): Value {
    this.#texts.add(value);
    return value;
  }

  /** Something that texts are put together in. */
  noteBuilder(value: Value): void {
    this.#builders.add(value);
  }

  isBuilder(value: Value): boolean {
    return this.#builders.has(value);
  }

  /** Whether a value is certainly text, so that `+` joins. */
  isText(value: Value): boolean {
    return (
      this.#texts.has(value) ||
      typeof this.literalOf(value) === "string" ||
      this.builder.kindOf(value) === Kind.Concat
    );
  }

  // --- declared types ---------------------------------------------------------------------------------------------

  /** A value that nothing gives, of which the declared type is all that is known. */
  declared(type: string, span: Span): Value {
    return this.builder.parameter(Position.Declared, span, { type });
  }

  /** The value, which a declaration says more of than what it is made from. */
  typed(value: Value, type: string, span: Span): Value {
    if (isTextType(type)) this.noteText(value);
    if (!isTelling(type) || this.literalOf(value) !== undefined) return value;
    return this.builder.choice([value, this.declared(type, span)], span);
  }

  /** A value that is a number once it is returned or read as its declared type: whatever text it was made from. */
  numbered(value: Value, type: string, span: Span, builder = this.builder): Value {
    if (!isNumberType(type) || this.literalOf(value) !== undefined) return value;
    const items = [{ value, spread: false }];
    return builder.call(CallForm.Call, builder.imported("syntax", "number", span), items, span);
  }

  // --- names ------------------------------------------------------------------------------------------------------

  /** Runs `body` in the scope that a block opens. */
  within(syntax: Syntax, body: () => void): void {
    const scope = this.module.scopes.get(syntax);
    if (scope === undefined) {
      body();
      return;
    }
    const outer = this.scope;
    this.enterScope(scope);
    body();
    this.scope = outer;
  }

  enterScope(scope: Scope): void {
    this.scope = scope;
    for (const variable of scope.variables.values())
      bind(variable, this.builder, this.module.builder);
  }

  readVariable(variable: Variable, span: Span): Value {
    if (variable.owner < 0) return this.builder.undefined(span);
    return variable.owner === this.builder.index
      ? this.builder.read(variable.local, span)
      : this.builder.readCaptured(variable.number, span);
  }

  writeVariable(variable: Variable, value: Value, span: Span): void {
    if (variable.owner < 0) return;
    if (variable.owner === this.builder.index) this.builder.write(variable.local, value, span);
    else this.builder.writeCaptured(variable.number, value, span);
  }

  /** Gives a variable of the scope at hand its value. */
  define(name: string, value: Value, span: Span): void {
    const variable = this.scope.variables.get(name);
    if (variable) this.writeVariable(variable, value, span);
  }

  /** The object of a class around; where there is none at hand, all that is known of it is its class. */
  receiver(owner: Scope, span: Span): Value {
    const variable = this.scope.receiverOf(owner);
    return variable === undefined
      ? this.declared(owner.members?.name ?? "", span)
      : this.readVariable(variable, span);
  }

  /** `this`; undefined in static code. */
  self(span: Span): Value | undefined {
    const variable = this.scope.lookup(RECEIVER);
    return variable?.kind === "variable" ? this.readVariable(variable.variable, span) : undefined;
  }

  /** What a simple name in an expression stands for. */
  read(name: string, span: Span): Value {
    const { builder, module, scope } = this;
    const meaning = scope.lookup(name);
    if (meaning?.kind === "variable") {
      const value = this.readVariable(meaning.variable, span);
      return isTextType(meaning.variable.type) ? this.noteText(value) : value;
    }
    if (meaning?.kind === "member") {
      const value = builder.load(this.receiver(meaning.owner, span), name, span);
      return isTextType(meaning.owner.members?.fields.get(name) ?? "")
        ? this.noteText(value)
        : value;
    }
    if (module.names.isImportedMember(name)) return module.names.member(builder, name, span)!;
    if (/^[A-Z]/.test(name) && !/^[A-Z][A-Z\d_]+$/.test(name))
      return module.names.classValue(builder, name, span);
    const inherited = scope.enclosingClass(true);
    if (inherited) return builder.load(this.receiver(inherited, span), name, span);
    return module.names.member(builder, name, span) ?? module.names.classValue(builder, name, span);
  }

  /** Assigns to a simple name. */
  write(name: string, value: Value, span: Span): void {
    const meaning = this.scope.lookup(name);
    if (meaning?.kind === "variable") {
      this.writeVariable(meaning.variable, value, span);
      return;
    }
    const owner = meaning?.owner ?? this.scope.enclosingClass(true);
    if (owner) this.builder.store(this.receiver(owner, span), name, value, span);
  }

  /** The type of an expression, where what is written tells it. */
  typeOfExpression(syntax: Syntax): string {
    const at = unwrap(syntax);
    switch (at.type) {
      case "identifier":
        return this.typeOfName(this.text(at));
      case "string_literal":
        return "String";
      case "object_creation_expression":
      case "cast_expression":
        return this.typeOf(at.get("type"));
      default:
        return "";
    }
  }

  /** Whether the file declares a name that is in scope here. */
  isKnown(name: string): boolean {
    return this.scope.lookup(name) !== undefined;
  }

  /** The declared type of what a simple name stands for; `""` when it is not known. */
  typeOfName(name: string): string {
    const meaning = this.scope.lookup(name);
    if (meaning?.kind === "variable") return meaning.variable.type;
    return meaning?.owner.members?.fields.get(name) ?? "";
  }
}

function constantType(literal: Literal): ConstantType {
  switch (typeof literal) {
    case "string":
      return ConstantType.String;
    case "number":
      return ConstantType.Number;
    case "boolean":
      return ConstantType.Boolean;
    default:
      return ConstantType.Null;
  }
}
