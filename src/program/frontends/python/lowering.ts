/** What is at hand while a function is lowered: its builder, its scope, its constants and the way out of each statement. */
import type { FunctionBuilder, ModuleBuilder, Value } from "../../ir/builder.ts";
import { Contents } from "../../ir/contents.ts";
import { ConstantType } from "../../ir/kinds.ts";
import type { Span } from "../../ir/module-ir.ts";
import { Exits } from "../../ir/regions.ts";
import { bind, type Variable } from "../../ir/variables.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import type { Scopes } from "./resolve.ts";
import type { Scope } from "./scope.ts";
import { textOf } from "./syntax.ts";

/** How each sort of syntax is lowered. A table, since syntax nests in every direction and imports may not. */
export interface SyntaxTable {
  expression(lower: Lowering, syntax: Syntax, name: string): Value;
  statement(lower: Lowering, syntax: Syntax): void;
}

/** What all functions of a module share. */
export interface ModuleLowering {
  readonly builder: ModuleBuilder;
  readonly scopes: Scopes;
  readonly text: string;
  readonly syntax: SyntaxTable;
  /** Modules of `from module import *`, in order. */
  readonly starImports: string[];
  /** Dotted names of `import a.b.c`, which binds `a` alone. */
  readonly dottedImports: Set<string>;
}

/** The class that a method is written in. */
export interface Home {
  /** `self` or `cls`, as this method calls it; `""` in a static method. */
  readonly receiver: string;
  readonly bases: readonly Syntax[];
}

export type Literal = string | number | boolean | null;

/** Where names that nobody declares come from. */
const BUILTINS = "builtins";

export class Lowering {
  readonly module: ModuleLowering;
  readonly builder: FunctionBuilder;
  readonly exits: Exits;
  readonly contents: Contents;
  scope: Scope;
  /** In a method, and in the functions written in it. */
  home: Home | undefined;
  /** The exception being handled, for a `raise` without one. */
  caught: Value | undefined = undefined;
  readonly #literals = new Map<Value, Literal>();

  constructor(
    module: ModuleLowering,
    builder: FunctionBuilder,
    scope: Scope,
    home: Home | undefined,
  ) {
    this.module = module;
    this.builder = builder;
    this.exits = new Exits(builder);
    this.contents = new Contents(builder);
    this.scope = scope;
    this.home = home;
  }

  /** `name` is what a function without a name of its own is called. */
  expression(syntax: Syntax, name = ""): Value {
    return this.module.syntax.expression(this, syntax, name);
  }

  /** What cannot be reached is left out: a loop that nothing leads into has no values to speak of. */
  statement(syntax: Syntax): void {
    if (!this.builder.unreachable) this.module.syntax.statement(this, syntax);
  }

  statements(syntax: Syntax | undefined): void {
    for (const child of syntax?.children ?? []) this.statement(child);
  }

  text(syntax: Syntax): string {
    return textOf(syntax, this.module.text);
  }

  // --- constants --------------------------------------------------------------------------------------------------

  constant(literal: Literal, span: Span): Value {
    const value = this.builder.constant(typeOf(literal), String(literal), span);
    this.#literals.set(value, literal);
    return value;
  }

  /** The constant that a value of this function is; undefined when it is none, or not known to be. */
  literalOf(value: Value): Literal | undefined {
    return this.#literals.get(value);
  }

  /** The field that a constant key is; undefined for keys that count from the end, and for what is not constant. */
  fieldOf(key: Value): string | undefined {
    const literal = this.literalOf(key);
    if (typeof literal === "string") return literal;
    return typeof literal === "number" && Number.isInteger(literal) && literal >= 0
      ? String(literal)
      : undefined;
  }

  /** A name of which a method is called or an item read: a list that it stands for is not handed on by that. */
  holder(syntax: Syntax): Value {
    const name = syntax.type === "identifier" ? this.text(syntax) : "";
    const variable = this.lookup(name);
    // Whom a function shares its variable with may change the list unseen.
    if (variable === undefined || variable.number >= 0) return this.expression(syntax);
    return this.read(name, syntax);
  }

  // --- names ------------------------------------------------------------------------------------------------------

  /** Runs `body` in the scope that a class or comprehension opens. */
  within(syntax: Syntax, body: () => void): void {
    const outer = this.scope;
    this.enterScope(this.module.scopes.get(syntax)!);
    body();
    this.scope = outer;
  }

  enterScope(scope: Scope): void {
    this.scope = scope;
    for (const variable of scope.variables.values())
      bind(variable, this.builder, this.module.builder);
  }

  lookup(name: string): Variable | undefined {
    const variable = this.scope.lookup(name);
    return variable === undefined || variable.owner < 0 ? undefined : variable;
  }

  read(name: string, span: Span): Value {
    const variable = this.lookup(name);
    if (variable === undefined) return this.#undeclared(name, span);
    return variable.owner === this.builder.index
      ? this.builder.read(variable.local, span)
      : this.builder.readCaptured(variable.number, span);
  }

  write(name: string, value: Value, span: Span): void {
    const variable = this.lookup(name);
    if (variable === undefined) return;
    if (variable.owner === this.builder.index) this.builder.write(variable.local, value, span);
    else this.builder.writeCaptured(variable.number, value, span);
  }

  /** A built-in, or what one of the modules has from which everything is imported. */
  #undeclared(name: string, span: Span): Value {
    const { builder } = this;
    const builtin = builder.imported(BUILTINS, name, span);
    const imported = this.module.starImports.map((module) => builder.imported(module, name, span));
    return imported.length === 0 ? builtin : builder.choice([builtin, ...imported], span);
  }
}

function typeOf(literal: Literal): ConstantType {
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
