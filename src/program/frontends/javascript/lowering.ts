/** What is at hand while a function is lowered: its builder, its scope, and the way out of each statement. */
import type * as t from "@babel/types";
import type { FunctionBuilder, ModuleBuilder, Value } from "../../ir/builder.ts";
import { Exits } from "../../ir/regions.ts";
import { bind, type Variable } from "../../ir/variables.ts";
import type { Scopes } from "./resolve.ts";
import type { Scope } from "./scope.ts";
import { at } from "./syntax.ts";

/** How each sort of syntax is lowered. A table, since syntax nests in every direction and imports may not. */
export interface Syntax {
  expression(lower: Lowering, node: t.Node, name: string): Value;
  statement(lower: Lowering, node: t.Node): void;
}

/** What all functions of a module share. */
export interface ModuleLowering {
  readonly builder: ModuleBuilder;
  readonly scopes: Scopes;
  readonly syntax: Syntax;
}

export class Lowering {
  readonly module: ModuleLowering;
  readonly builder: FunctionBuilder;
  scope: Scope;
  readonly exits: Exits;
  /** Labels of the statement that comes next. */
  labels: string[] = [];
  /** In a derived class's constructor: the field initialisers, which run after `super(...)`. */
  initialiseFields: (() => void) | undefined = undefined;
  /** In a TypeScript namespace: the object that its exports are fields of. */
  namespace: Value | undefined = undefined;

  constructor(module: ModuleLowering, builder: FunctionBuilder, scope: Scope) {
    this.module = module;
    this.builder = builder;
    this.exits = new Exits(builder);
    this.scope = scope;
  }

  /** `name` is what a function or class without a name of its own is called. */
  expression(node: t.Node, name = ""): Value {
    return this.module.syntax.expression(this, node, name);
  }

  /** What cannot be reached is left out: a loop that nothing leads into has no values to speak of. */
  statement(node: t.Node): void {
    if (!this.builder.unreachable) this.module.syntax.statement(this, node);
  }

  /** Statements of one block: its function declarations first, since they can be called from its first line. */
  statements(nodes: readonly t.Node[]): void {
    for (const node of nodes) {
      const declaration = declarationOf(node);
      if (declaration.type !== "FunctionDeclaration" || declaration.declare) continue;
      const name = declaration.id?.name ?? "default";
      const value = this.expression(declaration, name);
      if (declaration.id) this.write(name, value, declaration.id);
      else this.write("*default*", value, declaration);
    }
    for (const node of nodes) this.statement(node);
  }

  /** Runs `body` in the scope that `node` opens, if it opens one. */
  within(node: t.Node, body: () => void): void {
    const inner = this.module.scopes.get(node);
    if (inner === undefined) {
      body();
      return;
    }
    const outer = this.scope;
    this.enterScope(inner);
    body();
    this.scope = outer;
  }

  enterScope(scope: Scope): void {
    this.scope = scope;
    for (const variable of scope.variables.values())
      bind(variable, this.builder, this.module.builder);
  }

  lookup(name: string): Variable | undefined {
    return this.scope.lookup(name);
  }

  read(name: string, node: t.Node): Value {
    const variable = this.lookup(name);
    const span = at(node);
    if (variable === undefined || variable.owner < 0) return this.builder.cell(name, span);
    if (variable.owner === this.builder.index) return this.builder.read(variable.local, span);
    return this.builder.readCaptured(variable.number, span);
  }

  write(name: string, value: Value, node: t.Node): void {
    const variable = this.lookup(name);
    const span = at(node);
    if (variable === undefined || variable.owner < 0) this.builder.setCell(name, value, span);
    else if (variable.owner === this.builder.index) this.builder.write(variable.local, value, span);
    else this.builder.writeCaptured(variable.number, value, span);
  }

  /** Writes a variable of the innermost scope only: a declaration's own, whatever else has its name. */
  define(name: string, value: Value, node: t.Node): void {
    const variable = this.scope.variables.get(name);
    if (variable !== undefined) this.builder.write(variable.local, value, at(node));
  }

  /** The labels in front of the statement that is lowered now. */
  takeLabels(): string[] {
    const { labels } = this;
    this.labels = [];
    return labels;
  }
}

/** What a statement declares: itself, or what it exports or labels. */
function declarationOf(node: t.Node): t.Node {
  if (node.type === "ExportNamedDeclaration" || node.type === "ExportDefaultDeclaration")
    return node.declaration ?? node;
  return node.type === "LabeledStatement" ? declarationOf(node.body) : node;
}
