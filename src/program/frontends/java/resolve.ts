/** Finds the scopes of a file and what is declared in each, in one walk before anything is lowered. */
import type { Syntax } from "../tree-sitter/syntax.ts";
import type { Declared, Names } from "./names.ts";
import { type Members, RECEIVER, Scope, type ScopeKind } from "./scope.ts";
import {
  annotationsOf,
  declaratorsOf,
  formalName,
  formalsOf,
  formalType,
  isClassDeclaration,
  isStatic,
  isStaticField,
  isWhole,
  membersOf,
  supertypesOf,
  textOf,
} from "./syntax.ts";
import { typeName } from "./types.ts";

/** Scopes by the syntax that opens them. */
export type Scopes = ReadonlyMap<Syntax, Scope>;

/** Names of all classes and type parameters that a file declares. */
export function declaredIn(root: Syntax, text: string): Declared {
  const classes = new Set<string>();
  const parameters = new Set<string>();
  const stack = [root];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const name = at.get("name");
    if (isClassDeclaration(at) && name) classes.add(textOf(name, text));
    const parameter = at.type === "type_parameter" ? at.first("type_identifier") : undefined;
    if (parameter) parameters.add(textOf(parameter, text));
    stack.push(...at.children);
  }
  return { classes, parameters };
}

export interface Resolved {
  readonly scopes: Scopes;
  /** Scopes of the classes that have a name, by it. */
  readonly classes: ReadonlyMap<string, Scope>;
}

export function resolve(root: Syntax, text: string, names: Names): Resolved {
  const resolver = new Resolver(text, names);
  resolver.file(root);
  return resolver;
}

const OPENS_BLOCK =
  /^(?:block|constructor_body|for_statement|enhanced_for_statement|catch_clause|try_with_resources_statement|switch_block|switch_rule|switch_block_statement_group)$/;

class Resolver {
  readonly scopes = new Map<Syntax, Scope>();
  /** Scopes of classes, by name. */
  readonly classes = new Map<string, Scope>();
  /** Static fields that are assigned to by the name of their class. */
  readonly #staticWrites: (readonly [owner: string, name: string])[] = [];
  readonly #text: string;
  readonly #names: Names;

  constructor(text: string, names: Names) {
    this.#text = text;
    this.#names = names;
  }

  file(root: Syntax): void {
    const scope = this.#open(root, undefined, "function");
    this.#hoistClasses(root.children, scope);
    for (const child of root.children) this.#visit(child, scope);
    for (const variable of scope.variables.values()) variable.exported = true;
    for (const one of this.scopes.values()) {
      one.settle();
      // What is static is reached by the name of its class from everywhere.
      if (one.kind === "class")
        for (const variable of one.variables.values()) variable.usedByInner = true;
    }
    for (const [owner, name] of this.#staticWrites) {
      const variable = this.classes.get(owner)?.variables.get(name);
      if (variable === undefined) continue;
      variable.assignments++;
      variable.writtenByInner = true;
    }
  }

  #open(syntax: Syntax, parent: Scope | undefined, kind: ScopeKind, members?: Members): Scope {
    const scope = new Scope(parent, kind, members);
    this.scopes.set(syntax, scope);
    return scope;
  }

  #name(syntax: Syntax | undefined): string {
    return syntax === undefined ? "" : textOf(syntax, this.#text);
  }

  #type(syntax: Syntax | undefined): string {
    return typeName(syntax, this.#names, this.#text);
  }

  #children(syntax: Syntax, scope: Scope): void {
    for (const child of syntax.children) this.#visit(child, scope);
  }

  /** A part that a broken text may lack. */
  #part(syntax: Syntax, field: string, scope: Scope): void {
    const part = syntax.get(field);
    if (part) this.#visit(part, scope);
  }

  #hoistClasses(children: readonly Syntax[], scope: Scope): void {
    for (const one of children) {
      const name = isClassDeclaration(one) ? one.get("name") : undefined;
      if (name) scope.declare(this.#name(name), true).usedByInner = true;
    }
  }

  #visit(syntax: Syntax, scope: Scope): void {
    if (OPENS_BLOCK.test(syntax.type)) {
      this.#block(syntax, this.#open(syntax, scope, "block"));
      return;
    }
    if (!isWhole(syntax)) {
      this.#children(syntax, scope);
      return;
    }
    switch (syntax.type) {
      case "identifier":
        scope.use(this.#name(syntax));
        return;
      case "this":
      case "super":
        scope.use(RECEIVER);
        return;
      case "method_invocation":
        for (const child of syntax.children) if (child.field !== "name") this.#visit(child, scope);
        return;
      case "field_access":
        this.#part(syntax, "object", scope);
        return;
      case "binary_expression": {
        // A long sum nests to the left, one operator in the other: it is walked in a loop.
        let left = syntax;
        for (; left.type === "binary_expression" && left.get("left"); left = left.get("left")!)
          this.#part(left, "right", scope);
        this.#visit(left, scope);
        return;
      }
      case "assignment_expression": {
        const left = syntax.get("left")!;
        const owner = left.type === "field_access" ? left.get("object") : undefined;
        if (left.type === "identifier") scope.use(this.#name(left), 1);
        else if (owner?.type === "identifier")
          this.#staticWrites.push([this.#name(owner), this.#name(left.get("field"))]);
        this.#children(syntax, scope);
        return;
      }
      case "update_expression":
        for (const child of syntax.children)
          if (child.type === "identifier") scope.use(this.#name(child), 1);
        this.#children(syntax, scope);
        return;
      case "local_variable_declaration":
        this.#locals(syntax, scope);
        return;
      case "instanceof_expression":
        this.#part(syntax, "left", scope);
        this.#declare(syntax.get("name"), scope, syntax.get("right"));
        if (syntax.get("pattern")) this.#pattern(syntax.get("pattern")!, scope);
        return;
      case "pattern":
        this.#pattern(syntax, scope);
        return;
      case "lambda_expression":
        this.#function(syntax, scope);
        return;
      case "object_creation_expression":
        this.#creation(syntax, scope);
        return;
      case "element_value_pair":
        this.#part(syntax, "value", scope);
        return;
      case "annotation":
        if (syntax.get("arguments")) this.#children(syntax.get("arguments")!, scope);
        return;
      case "marker_annotation":
      case "import_declaration":
      case "package_declaration":
      case "break_statement":
      case "continue_statement":
      case "module_declaration":
        return;
      default:
        if (isClassDeclaration(syntax)) this.#class(syntax, syntax.get("body"), scope);
        else if (syntax.type === "method_declaration") this.#function(syntax, scope);
        else this.#children(syntax, scope);
    }
  }

  // --- blocks -----------------------------------------------------------------------------------------------------

  #block(syntax: Syntax, scope: Scope): void {
    this.#hoistClasses(syntax.children, scope);
    if (syntax.type === "enhanced_for_statement" && isWhole(syntax)) {
      this.#part(syntax, "value", scope);
      this.#declare(syntax.get("name"), scope, syntax.get("type"));
      this.#part(syntax, "body", scope);
      return;
    }
    for (const child of syntax.children) {
      if (child.type === "catch_formal_parameter") {
        const types = child.first("catch_type")?.children ?? [];
        this.#declare(child.get("name"), scope, types.length === 1 ? types[0] : undefined);
      } else if (child.type === "resource_specification") {
        for (const one of child.children) this.#resource(one, scope);
      } else this.#visit(child, scope);
    }
  }

  #declare(name: Syntax | undefined, scope: Scope, type: Syntax | undefined): void {
    if (name?.type === "identifier") scope.declare(this.#name(name), true, this.#type(type));
  }

  #resource(syntax: Syntax, scope: Scope): void {
    const name = syntax.get("name");
    if (name === undefined) {
      this.#children(syntax, scope);
      return;
    }
    if (syntax.get("value")) this.#part(syntax, "value", scope);
    this.#declare(name, scope, syntax.get("type"));
  }

  #locals(syntax: Syntax, scope: Scope): void {
    const type = this.#type(syntax.get("type"));
    for (const one of declaratorsOf(syntax)) {
      const value = one.get("value");
      if (value) this.#visit(value, scope);
      const name = this.#name(one.get("name"));
      scope.declare(name, value !== undefined, one.get("dimensions") ? "" : type);
    }
  }

  /** Names of a pattern belong to the block around, which is more than what they are known in. */
  #pattern(syntax: Syntax, scope: Scope): void {
    if (/^(?:type_pattern|record_pattern_component)$/.test(syntax.type)) {
      const name = syntax.children.findLast(({ type }) => type === "identifier");
      if (name && syntax.children.length > 1) this.#declare(name, scope, syntax.children[0]);
      return;
    }
    for (const child of syntax.children)
      if (child.type !== "identifier") this.#pattern(child, scope);
  }

  // --- functions --------------------------------------------------------------------------------------------------

  #function(syntax: Syntax, parent: Scope, formals = formalsOf(syntax)): void {
    const scope = this.#open(syntax, parent, "function");
    if (parent.kind === "class" && !isStatic(syntax)) scope.declare(RECEIVER, true);
    this.#shareReceivers(scope);
    for (const formal of formals) {
      const name = formalName(formal);
      if (name?.type !== "identifier") continue;
      scope.declare(this.#name(name), true, this.#formalType(formal)).isParameter = true;
      for (const annotation of annotationsOf(formal)) this.#visit(annotation, scope);
    }
    for (const annotation of annotationsOf(syntax)) this.#visit(annotation, parent);
    const body = syntax.get("body");
    if (body) this.#visit(body, scope);
  }

  #formalType(formal: Syntax): string {
    const isArray = formal.type === "spread_parameter" || formal.get("dimensions") !== undefined;
    return isArray ? "" : this.#type(formalType(formal));
  }

  /** What is written inside of a method may name the method's object without saying so. */
  #shareReceivers(inner: Scope): void {
    for (let scope = inner.parent; scope !== undefined; scope = scope.parent) {
      const receiver = scope.kind === "function" ? scope.variables.get(RECEIVER) : undefined;
      if (receiver) receiver.usedByInner = true;
    }
  }

  // --- classes ----------------------------------------------------------------------------------------------------

  #creation(syntax: Syntax, scope: Scope): void {
    const body = syntax.first("class_body");
    for (const child of syntax.children) if (child !== body) this.#visit(child, scope);
    if (body) this.#class(syntax, body, scope);
  }

  /** A class, with its body; `syntax` is the creation for a class without a name. */
  #class(syntax: Syntax, body: Syntax | undefined, parent: Scope): void {
    const isEnum = syntax.type === "enum_declaration";
    const isRecord = syntax.type === "record_declaration";
    const own = isClassDeclaration(syntax) ? syntax.get("name") : undefined;
    const supertypes = supertypesOf(syntax);
    const members: Members = {
      name: own ? this.#name(own) : "",
      supertypes,
      inherits: own === undefined || supertypes.length > 0,
      fields: new Map(),
      methods: new Map(),
    };
    for (const annotation of annotationsOf(syntax)) this.#visit(annotation, parent);
    const scope = this.#open(body ?? syntax, parent, "class", members);
    if (own && !this.classes.has(members.name)) this.classes.set(members.name, scope);
    const all = membersOf(body);
    this.#hoistClasses(all, scope);
    if (isRecord)
      for (const formal of formalsOf(syntax)) {
        const name = this.#name(formalName(formal)!);
        members.fields.set(name, this.#type(formalType(formal)));
        members.methods.set(name, { isStatic: false, formals: [[]] });
      }
    if (isEnum)
      for (const method of ["values", "valueOf"])
        members.methods.set(method, { isStatic: true, formals: [] });
    for (const member of all) this.#declareMember(member, scope, members);
    // What makes an object: its fields' first values and the constructors that are not written.
    const making = this.#open(syntax, scope, "function");
    making.declare(RECEIVER, true);
    this.#shareReceivers(making);
    for (const member of all) this.#member(member, scope, making, formalsOf(syntax));
  }

  #declareMember(member: Syntax, scope: Scope, members: Members): void {
    switch (member.type) {
      case "enum_constant":
        scope.declare(this.#name(member.get("name")), true, members.name);
        return;
      case "field_declaration":
      case "constant_declaration": {
        const type = this.#type(member.get("type"));
        for (const one of declaratorsOf(member)) {
          const name = this.#name(one.get("name"));
          const own = one.get("dimensions") ? "" : type;
          if (isStaticField(member)) scope.declare(name, one.get("value") !== undefined, own);
          else members.fields.set(name, own);
        }
        return;
      }
      case "method_declaration": {
        const name = this.#name(member.get("name"));
        const methods = members.methods.get(name) ?? { isStatic: true, formals: [] };
        methods.isStatic &&= isStatic(member);
        methods.formals.push(formalsOf(member).map((formal) => this.#formalType(formal)));
        members.methods.set(name, methods);
        return;
      }
      default:
        return;
    }
  }

  #member(member: Syntax, scope: Scope, making: Scope, components: readonly Syntax[]): void {
    switch (member.type) {
      case "enum_constant": {
        const list = member.get("arguments");
        if (list) this.#visit(list, scope);
        const body = member.get("body");
        if (body) this.#class(member, body, scope);
        return;
      }
      case "field_declaration":
      case "constant_declaration": {
        const owner = isStaticField(member) ? scope : making;
        for (const one of declaratorsOf(member)) {
          const value = one.get("value");
          if (value) this.#visit(value, owner);
        }
        for (const annotation of annotationsOf(member)) this.#visit(annotation, scope);
        return;
      }
      case "block":
        this.#visit(member, making);
        return;
      case "compact_constructor_declaration":
        this.#function(member, scope, components);
        return;
      case "constructor_declaration":
      case "method_declaration":
        this.#function(member, scope);
        return;
      default:
        this.#visit(member, scope);
    }
  }
}
