/** What is at hand while a function is lowered: its builder, what names mean, constants, and the way out of each statement. */
import type { Block, FunctionBuilder, ModuleBuilder, Value } from "../../ir/builder.ts";
import { ConstantType, Position } from "../../ir/kinds.ts";
import type { Span } from "../../ir/module-ir.ts";
import { Exits } from "../../ir/regions.ts";
import { bind } from "../../ir/variables.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { type InferenceContext, inferType } from "./inference.ts";
import type { Resolution } from "./resolve.ts";
import type { Literal, Named } from "./scope.ts";
import { textOf } from "./syntax.ts";
import { basicType, type StaticType, typeOf } from "./types.ts";

/** How each sort of syntax is lowered. A table, since syntax nests in every direction and imports may not. */
export interface SyntaxTable {
  expression(lower: Lowering, syntax: Syntax, name: string): Value;
  statement(lower: Lowering, syntax: Syntax, labels: readonly string[]): void;
}

/** What all functions of a file share. */
export interface ModuleLowering extends InferenceContext, Resolution {
  readonly builder: ModuleBuilder;
  readonly syntax: SyntaxTable;
  /** Paths of packages, by what they are called here. */
  readonly packages: ReadonlyMap<string, string>;
  /** Packages whose names are used without a dot. */
  readonly dotImports: readonly string[];
  /** Types of the package that other files declare, once they were mentioned. */
  readonly foreignTypes: Set<string>;
}

/** The package that the file belongs to, which its other files make up with it. */
export const OWN_PACKAGE = ".";
const BUILTIN = "builtin";
const PREDECLARED =
  /^(?:append|cap|clear|close|complex|copy|delete|imag|len|make|max|min|new|panic|print|println|real|recover)$/;

/** What `return` gives back. */
export interface Results {
  readonly types: readonly StaticType[];
  /** The named ones, which a bare `return` gives back. */
  readonly named: readonly (Named | undefined)[];
}

export class Lowering {
  readonly module: ModuleLowering;
  readonly builder: FunctionBuilder;
  readonly exits: Exits;
  readonly results: Results;
  /** Where each `goto` leads that was met, and whether the label was. */
  readonly #labels = new Map<string, { readonly block: Block; isPlaced: boolean }>();
  /** Where `fallthrough` leads, in a case of a switch. */
  fallthrough: Block | undefined = undefined;
  /** What `iota` stands for, in a declaration of constants. */
  iota = 0;
  readonly #literals = new Map<Value, Literal>();

  constructor(module: ModuleLowering, builder: FunctionBuilder, results: Results) {
    this.module = module;
    this.builder = builder;
    this.exits = new Exits(builder);
    this.results = results;
  }

  /** `name` is what a function without a name of its own is called. */
  expression(syntax: Syntax, name = ""): Value {
    return this.module.syntax.expression(this, syntax, name);
  }

  /** What cannot be reached is left out, unless a `goto` may lead into it. */
  statement(syntax: Syntax, labels: readonly string[] = []): void {
    if (!this.builder.unreachable || syntax.type === "labeled_statement")
      this.module.syntax.statement(this, syntax, labels);
  }

  statements(list: readonly Syntax[]): void {
    for (const statement of list) this.statement(statement);
  }

  text(syntax: Syntax): string {
    return textOf(syntax, this.module.text);
  }

  // --- constants --------------------------------------------------------------------------------------------------

  constant(literal: Literal, span: Span): Value {
    const value = this.builder.constant(typeOfLiteral(literal), String(literal), span);
    this.#literals.set(value, literal);
    return value;
  }

  /** The constant that a value of this function is; undefined when it is none, or not known to be. */
  literalOf(value: Value): Literal | undefined {
    return this.#literals.get(value);
  }

  /** The field that a constant key is. */
  fieldOf(key: Value): string | undefined {
    const literal = this.literalOf(key);
    return typeof literal === "string" || typeof literal === "number" ? String(literal) : undefined;
  }

  // --- types ------------------------------------------------------------------------------------------------------

  typeOf(syntax: Syntax | undefined): StaticType {
    return typeOf(syntax, this.module);
  }

  inferType(syntax: Syntax | undefined): StaticType {
    return inferType(syntax, this.module);
  }

  /** The name by which a type is declared, and found by whoever links the module; `""` when it has none. */
  typeName(type: StaticType): string {
    if (type.kind === "named" && type.named === undefined && /^\w+$/.test(type.name))
      this.#mention(type.name);
    return type.name;
  }

  /** A type of the package that this file does not declare. */
  #mention(name: string): void {
    const { foreignTypes, builder, dotImports } = this.module;
    if (foreignTypes.has(name)) return;
    foreignTypes.add(name);
    for (const module of [OWN_PACKAGE, ...dotImports])
      builder.imports.push({ local: name, module, name });
  }

  /** The value, which is also of a type that only its declaration tells. */
  declared(value: Value, type: StaticType, span: Span): Value {
    if (type.kind !== "named" || type.name === "") return value;
    const options = { type: this.typeName(type) };
    return this.builder.choice(
      [value, this.builder.parameter(Position.Declared, span, options)],
      span,
    );
  }

  // --- names ------------------------------------------------------------------------------------------------------

  /** Something that the file declares, or undefined. */
  named(syntax: Syntax): Named | undefined {
    return this.module.names.get(syntax);
  }

  read(syntax: Syntax): Value {
    const named = this.named(syntax);
    return named === undefined
      ? this.undeclared(this.text(syntax), syntax)
      : this.readNamed(named, syntax);
  }

  readNamed(named: Named, span: Span): Value {
    if (named.literal !== undefined) return this.constant(named.literal, span);
    if (named.owner < 0) return this.builder.undefined(span);
    return named.owner === this.builder.index
      ? this.builder.read(named.local, span)
      : this.builder.readCaptured(named.number, span);
  }

  /** A name that the file does not declare: a built-in one, or one of the package's other files. */
  undeclared(name: string, span: Span): Value {
    const { builder } = this;
    if (PREDECLARED.test(name) || basicType(name)) return builder.imported(BUILTIN, name, span);
    const path = this.module.packages.get(name);
    if (path !== undefined) return builder.imported(path, "*", span);
    const own = builder.imported(OWN_PACKAGE, name, span);
    const others = this.module.dotImports.map((module) => builder.imported(module, name, span));
    return others.length === 0 ? own : builder.choice([own, ...others], span);
  }

  write(named: Named, value: Value, span: Span): void {
    if (named.owner < 0) return;
    if (named.owner === this.builder.index) this.builder.write(named.local, value, span);
    else this.builder.writeCaptured(named.number, value, span);
  }

  /** Gives a variable its place, its type and its first value. */
  declare(syntax: Syntax, type: StaticType, value: Value): void {
    const named = this.named(syntax);
    if (named === undefined) return;
    this.place(named, type);
    this.write(named, value, syntax);
  }

  place(named: Named, type: StaticType): void {
    named.staticType ??= type;
    named.type = this.typeName(type);
    bind(named, this.builder, this.module.builder);
  }

  // --- labels -----------------------------------------------------------------------------------------------------

  /** Where a `goto` leads: the builder seals such blocks last, when all ways in are known. */
  blockAt(label: string): Block {
    const known = this.#labels.get(label);
    if (known) return known.block;
    const block = this.builder.block();
    this.#labels.set(label, { block, isPlaced: false });
    return block;
  }

  /** The statement behind a label begins here. */
  placeLabel(label: string): void {
    const block = this.blockAt(label);
    const place = this.#labels.get(label)!;
    if (place.isPlaced) return;
    place.isPlaced = true;
    this.builder.jump(block);
    this.builder.enter(block);
  }

  /** Ends the function. A label that no statement has is an error of meaning, which a parser may let pass. */
  end(span: Span): void {
    this.builder.return(-1, span);
    for (const { block, isPlaced } of this.#labels.values()) {
      if (isPlaced) continue;
      this.builder.enter(block);
      this.builder.return(-1, span);
    }
  }
}

function typeOfLiteral(literal: Literal): ConstantType {
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
