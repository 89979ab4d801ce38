/** Finds the scopes of a module and what is declared in each, in one walk before anything is lowered. */
import { ERROR, type Syntax } from "../tree-sitter/syntax.ts";
import { Scope } from "./scope.ts";
import { formalName, formalsOf, targetsOf, textOf } from "./syntax.ts";
import { typeName } from "./types.ts";

/** Scopes by the syntax that opens them. */
export type Scopes = ReadonlyMap<Syntax, Scope>;

export function resolve(root: Syntax, text: string): Scopes {
  const resolver = new Resolver(text);
  resolver.module(root);
  return resolver.scopes;
}

class Resolver {
  readonly scopes = new Map<Syntax, Scope>();
  readonly #text: string;
  /** Base classes of the class whose method is read: `super()` means them. */
  #bases: Syntax | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  module(root: Syntax): void {
    const scope = this.#open(root, undefined, "function");
    this.#children(root, scope);
    for (const variable of scope.variables.values()) variable.exported = true;
    for (const one of this.scopes.values()) one.settle();
  }

  #open(
    syntax: Syntax,
    parent: Scope | undefined,
    kind: "function" | "class" | "comprehension",
  ): Scope {
    const scope = new Scope(parent, kind);
    this.scopes.set(syntax, scope);
    return scope;
  }

  #name(syntax: Syntax): string {
    return textOf(syntax, this.#text);
  }

  #children(syntax: Syntax, scope: Scope): void {
    for (const child of syntax.children) this.#visit(child, scope);
  }

  #visit(syntax: Syntax, scope: Scope): void {
    switch (syntax.type) {
      case "identifier":
        scope.use(this.#name(syntax));
        return;
      case "attribute":
        this.#visit(syntax.get("object")!, scope);
        return;
      case "keyword_argument":
        this.#visit(syntax.get("value")!, scope);
        return;
      case "binary_operator": {
        // A long sum nests to the left, one operator in the other: it is walked in a loop.
        let left = syntax;
        for (; left.type === "binary_operator" && left.get("left"); left = left.get("left")!)
          this.#visit(left.get("right")!, scope);
        this.#visit(left, scope);
        return;
      }
      case "call":
        this.#call(syntax, scope);
        return;
      case "assignment":
        this.#assignment(syntax, scope);
        return;
      case "augmented_assignment":
        this.#target(syntax.get("left")!, scope);
        this.#children(syntax, scope);
        return;
      case "named_expression":
        scope.declareInFunction(this.#name(syntax.get("name")!));
        this.#visit(syntax.get("value")!, scope);
        return;
      case "for_statement":
      case "for_in_clause":
        this.#target(syntax.get("left")!, scope);
        for (const child of syntax.children) if (child.field !== "left") this.#visit(child, scope);
        return;
      case "as_pattern":
        this.#asPattern(syntax, scope);
        return;
      case "case_clause":
        for (const child of syntax.children) {
          if (child.type === "case_pattern") this.#pattern(child, scope);
          else this.#visit(child, scope);
        }
        return;
      case "function_definition":
      case "lambda":
        this.#function(syntax, scope);
        return;
      case "class_definition":
        this.#class(syntax, scope);
        return;
      case "list_comprehension":
      case "set_comprehension":
      case "dictionary_comprehension":
      case "generator_expression":
        this.#children(syntax, this.#open(syntax, scope, "comprehension"));
        return;
      case "import_statement":
      case "import_from_statement":
        this.#import(syntax, scope);
        return;
      case "global_statement":
      case "nonlocal_statement":
        for (const name of syntax.children)
          scope.hand(this.#name(name), syntax.type === "global_statement" ? "global" : "nonlocal");
        return;
      case "future_import_statement":
      case "type_alias_statement":
        return;
      default:
        this.#children(syntax, scope);
    }
  }

  #assignment(syntax: Syntax, scope: Scope): void {
    const left = syntax.get("left")!;
    const right = syntax.get("right");
    this.#target(left, scope);
    const type = typeName(syntax.get("type"), this.#text);
    const variable = scope.variables.get(this.#name(left));
    if (type !== "" && variable) variable.type = type;
    if (right) this.#visit(right, scope);
  }

  #call(syntax: Syntax, scope: Scope): void {
    const callee = syntax.get("function")!;
    // `super()` is lowered as the base classes themselves.
    if (callee.type === "identifier" && this.#name(callee) === "super" && this.#bases)
      for (const base of this.#bases.children) this.#visit(base, scope);
    this.#children(syntax, scope);
  }

  #target(syntax: Syntax, scope: Scope): void {
    for (const target of targetsOf(syntax)) {
      if (target.type === "identifier") scope.declare(this.#name(target));
      else this.#visit(target, scope);
    }
  }

  #asPattern(syntax: Syntax, scope: Scope): void {
    const alias = syntax.get("alias");
    for (const child of syntax.children) if (child !== alias) this.#visit(child, scope);
    if (alias) this.#target(alias, scope);
  }

  /** Names in a pattern are captured, but for dotted ones, classes and keywords. */
  #pattern(syntax: Syntax, scope: Scope): void {
    switch (syntax.type) {
      case "dotted_name": {
        const [first, ...more] = syntax.children;
        if (first === undefined) return;
        if (more.length === 0) scope.declare(this.#name(first));
        else scope.use(this.#name(first));
        return;
      }
      case "class_pattern": {
        const [name, ...parts] = syntax.children;
        if (name?.children[0]) scope.use(this.#name(name.children[0]));
        for (const part of parts) this.#pattern(part, scope);
        return;
      }
      case "keyword_pattern":
        for (const part of syntax.children.slice(1)) this.#pattern(part, scope);
        return;
      case "identifier":
        scope.declare(this.#name(syntax));
        return;
      default:
        for (const child of syntax.children) this.#pattern(child, scope);
    }
  }

  #function(syntax: Syntax, scope: Scope): void {
    const name = syntax.get("name");
    if (name) scope.declare(this.#name(name));
    const inner = this.#open(syntax, scope, "function");
    for (const formal of formalsOf(syntax.get("parameters"))) {
      const identifier = formalName(formal);
      if (identifier === undefined) continue;
      inner.declare(this.#name(identifier));
      inner.variables.get(this.#name(identifier))!.isParameter = true;
      // Defaults and what a type is annotated with are read in the function, though they are made outside of it.
      for (const field of ["value", "type"]) {
        const part = formal.get(field);
        if (part) this.#visit(part, inner);
      }
    }
    const body = syntax.get("body");
    if (body) this.#visit(body, inner);
  }

  #class(syntax: Syntax, scope: Scope): void {
    scope.declare(this.#name(syntax.get("name")!));
    const bases = syntax.get("superclasses");
    if (bases) {
      this.#children(bases, scope);
      // The constructor that a class implies calls those of its base classes.
      this.#children(bases, this.#open(bases, scope, "function"));
    }
    const outer = this.#bases;
    this.#bases = bases;
    const body = syntax.get("body");
    if (body) this.#children(body, this.#open(syntax, scope, "class"));
    this.#bases = outer;
  }

  #import(syntax: Syntax, scope: Scope): void {
    for (const child of syntax.all("name")) {
      const alias = child.get("alias");
      const [first] = (child.type === "aliased_import" ? child.get("name")! : child).children;
      const local = alias ?? first;
      if (local && local.type !== ERROR) scope.declare(this.#name(local));
    }
  }
}
