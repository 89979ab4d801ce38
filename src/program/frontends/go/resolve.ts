/** Finds what each name in a file means, in one walk before anything is lowered. Names mean what was declared before them. */
import type { Syntax } from "../tree-sitter/syntax.ts";
import { type Named, Scope } from "./scope.ts";
import {
  addressed,
  elementType,
  formalsOf,
  hasFields,
  listOf,
  receiverType,
  resultsOf,
  textOf,
  unwrap,
} from "./syntax.ts";

export interface Resolution {
  /** What names mean that the file declares, by the syntax of the name, where it is declared and where it is used. */
  readonly names: ReadonlyMap<Syntax, Named>;
  /** What `v` is in each case of `switch v := x.(type)`. */
  readonly caseNames: ReadonlyMap<Syntax, Named>;
  readonly top: ReadonlyMap<string, Named>;
  /** Names before a dot that nothing in the file declares: packages. */
  readonly qualifiers: ReadonlySet<string>;
  /** Labels that some `goto` leads to. */
  readonly gotoLabels: ReadonlySet<string>;
}

export function resolve(root: Syntax, text: string): Resolution {
  const resolver = new Resolver(text);
  resolver.file(root);
  return resolver;
}

class Resolver implements Resolution {
  readonly names = new Map<Syntax, Named>();
  readonly caseNames = new Map<Syntax, Named>();
  readonly qualifiers = new Set<string>();
  readonly gotoLabels = new Set<string>();
  readonly #text: string;
  readonly #file = new Scope(undefined, true);

  constructor(text: string) {
    this.#text = text;
  }

  get top(): ReadonlyMap<string, Named> {
    return this.#file.names;
  }

  /** At the top, order does not matter. */
  file(root: Syntax): void {
    for (const declaration of root.children) this.#predeclare(declaration);
    for (const declaration of root.children) {
      if (/^(?:var|const)_declaration$/.test(declaration.type))
        for (const spec of specsOf(declaration)) this.#parts(spec, this.#file, ["type", "value"]);
      else if (declaration.type === "type_declaration")
        for (const spec of declaration.children) this.#typeBody(spec, this.#file);
      else this.#visit(declaration, this.#file);
    }
    for (const named of this.#file.names.values()) named.exported = true;
  }

  #predeclare(declaration: Syntax): void {
    switch (declaration.type) {
      case "function_declaration": {
        const name = declaration.get("name")!;
        // A file may have several `init`, and nobody can name them.
        if (!/^(?:init|_)$/.test(this.#name(name)))
          this.#declare(name, this.#file, "function", declaration);
        return;
      }
      case "type_declaration":
        for (const spec of declaration.children)
          this.#declare(spec.get("name"), this.#file, "type", spec);
        return;
      case "var_declaration":
      case "const_declaration": {
        const sort = declaration.type === "var_declaration" ? "value" : "constant";
        for (const spec of specsOf(declaration))
          for (const name of spec.all("name")) this.#declare(name, this.#file, sort);
        return;
      }
      default:
    }
  }

  #name(syntax: Syntax): string {
    return textOf(syntax, this.#text);
  }

  #declare(
    syntax: Syntax | undefined,
    scope: Scope,
    sort: Named["sort"],
    declaration?: Syntax,
  ): void {
    if (syntax === undefined || this.#name(syntax) === "_") return;
    this.names.set(syntax, scope.declare(this.#name(syntax), sort, declaration));
  }

  #use(syntax: Syntax, scope: Scope, isWrite = false): boolean {
    const found = scope.find(this.#name(syntax));
    if (found === undefined) return false;
    const { named } = found;
    this.names.set(syntax, named);
    if (isWrite) named.assignments++;
    if (found.scope.function !== scope.function) {
      named.usedByInner = true;
      if (isWrite) named.writtenByInner = true;
    }
    return true;
  }

  #qualifier(syntax: Syntax, scope: Scope): void {
    if (!this.#use(syntax, scope)) this.qualifiers.add(this.#name(syntax));
  }

  #parts(syntax: Syntax, scope: Scope, fields: readonly string[]): void {
    for (const child of syntax.children)
      if (fields.includes(child.field)) this.#visit(child, scope);
  }

  #children(syntax: Syntax, scope: Scope): void {
    for (const child of syntax.children) this.#visit(child, scope);
  }

  #visit(syntax: Syntax, scope: Scope): void {
    switch (syntax.type) {
      case "identifier":
      case "type_identifier":
        this.#use(syntax, scope);
        return;
      case "selector_expression": {
        const operand = syntax.get("operand")!;
        if (operand.type === "identifier") this.#qualifier(operand, scope);
        else this.#visit(operand, scope);
        return;
      }
      case "qualified_type":
        this.#qualifier(syntax.get("package")!, scope);
        return;
      case "binary_expression": {
        // A long sum nests to the left, one operator in the other: it is walked in a loop.
        const chain: Syntax[] = [];
        let left = syntax;
        for (; left.type === "binary_expression" && left.get("left"); left = left.get("left")!)
          chain.push(left);
        this.#visit(left, scope);
        for (const one of chain.reverse()) this.#visit(one.get("right")!, scope);
        return;
      }
      case "unary_expression": {
        const variable = addressed(syntax);
        // Whoever has the address may assign.
        if (variable) this.#use(variable, scope, true);
        else this.#children(syntax, scope);
        return;
      }
      case "composite_literal":
        this.#visit(syntax.get("type")!, scope);
        this.#literal(syntax.get("body")!, syntax.get("type"), scope);
        return;
      case "field_declaration":
        this.#parts(syntax, scope, ["type"]);
        return;
      case "method_elem":
        this.#parts(syntax, scope, ["parameters", "result"]);
        return;
      case "parameter_declaration":
      case "variadic_parameter_declaration":
        this.#parts(syntax, scope, ["type"]);
        return;
      case "function_declaration":
      case "method_declaration":
      case "func_literal":
        this.#function(syntax, scope);
        return;
      case "type_declaration":
        for (const spec of syntax.children) {
          this.#declare(spec.get("name"), scope, "type", spec);
          this.#typeBody(spec, scope);
        }
        return;
      case "var_declaration":
      case "const_declaration":
        for (const spec of specsOf(syntax)) {
          this.#parts(spec, scope, ["type", "value"]);
          const sort = syntax.type === "var_declaration" ? "value" : "constant";
          for (const name of spec.all("name")) this.#declare(name, scope, sort);
        }
        return;
      case "short_var_declaration":
      case "receive_statement":
      case "range_clause":
        this.#assignment(syntax, scope, syntax.has(":="));
        return;
      case "assignment_statement":
        this.#assignment(syntax, scope, false);
        return;
      case "inc_statement":
      case "dec_statement":
        for (const operand of syntax.children) this.#target(operand, scope);
        return;
      case "goto_statement":
        for (const label of syntax.children) this.gotoLabels.add(this.#name(label));
        return;
      case "type_switch_statement":
        this.#typeSwitch(syntax, new Scope(scope, false));
        return;
      case "block":
      case "if_statement":
      case "for_statement":
      case "expression_switch_statement":
      case "select_statement":
      case "expression_case":
      case "default_case":
      case "communication_case":
        this.#children(syntax, new Scope(scope, false));
        return;
      default:
        this.#children(syntax, scope);
    }
  }

  #typeBody(spec: Syntax, scope: Scope): void {
    const inner = new Scope(scope, false);
    this.#typeParameters(spec, inner);
    const type = spec.get("type");
    if (type) this.#visit(type, inner);
  }

  #typeParameters(syntax: Syntax, scope: Scope): void {
    for (const one of syntax.get("type_parameters")?.children ?? []) {
      for (const name of one.all("name")) this.#declare(name, scope, "type-parameter");
      this.#parts(one, scope, ["type"]);
    }
  }

  #literal(body: Syntax, type: Syntax | undefined, scope: Scope): void {
    const inner = type && elementType(type);
    const element = (syntax: Syntax | undefined): void => {
      const [only] = syntax?.children ?? [];
      if (only?.type === "literal_value") this.#literal(only, inner, scope);
      else if (only) this.#visit(only, scope);
    };
    for (const child of body.children) {
      if (child.type !== "keyed_element") {
        element(child);
        continue;
      }
      const key = child.get("key");
      const isField = hasFields(type) && key?.children[0]?.type === "identifier";
      if (!isField) element(key);
      element(child.get("value"));
    }
  }

  #function(syntax: Syntax, scope: Scope): void {
    const inner = new Scope(scope, true);
    this.#typeParameters(syntax, inner);
    const receiver = receiverType(syntax);
    if (receiver) this.#receiver(syntax, receiver, inner);
    const formals = formalsOf(syntax.get("parameters"));
    const results = resultsOf(syntax);
    for (const { type } of [...formals, ...results]) if (type) this.#visit(type, inner);
    for (const { name } of [...formalsOf(syntax.get("receiver")), ...formals, ...results])
      this.#declare(name, inner, "value");
    for (const child of syntax.get("body")?.children ?? []) this.#visit(child, inner);
  }

  /** `(s *Set[K])` names the type parameters of `Set` anew. */
  #receiver(method: Syntax, receiver: Syntax, scope: Scope): void {
    this.#use(receiver, scope);
    const stack = [...(method.get("receiver")?.children ?? [])];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (at.type === "type_identifier" && at !== receiver)
        this.#declare(at, scope, "type-parameter");
      stack.push(...at.children);
    }
  }

  #assignment(syntax: Syntax, scope: Scope, isDeclaration: boolean): void {
    this.#parts(syntax, scope, ["right"]);
    for (const target of listOf(syntax.get("left"))) {
      const isNew =
        isDeclaration && target.type === "identifier" && !scope.names.has(this.#name(target));
      if (isNew) this.#declare(target, scope, "value");
      else this.#target(target, scope);
    }
  }

  #target(syntax: Syntax, scope: Scope): void {
    const target = unwrap(syntax);
    if (target.type === "identifier") this.#use(target, scope, true);
    else this.#visit(target, scope);
  }

  #typeSwitch(syntax: Syntax, scope: Scope): void {
    const [alias] = listOf(syntax.get("alias"));
    for (const child of syntax.children) {
      if (child === syntax.get("alias")) continue;
      if (!/_case$/.test(child.type)) {
        this.#visit(child, scope);
        continue;
      }
      const inner = new Scope(scope, false);
      if (alias) this.caseNames.set(child, inner.declare(this.#name(alias), "value"));
      this.#children(child, inner);
    }
  }
}

/** Specifications of `var a int` and of `var ( ... )`. */
export const specsOf = (declaration: Syntax): readonly Syntax[] =>
  declaration.children.flatMap((child) =>
    /^(?:var|const)_spec$/.test(child.type) ? [child] : [...child.children],
  );
