/** Finds the scopes of a module and what each name in it stands for, in one walk before anything is lowered. */
import type * as t from "@babel/types";
import type { Variable } from "../../ir/variables.ts";
import { Scope } from "./scope.ts";
import { constantText, forEachChild, isHostElement, isType, unwrap } from "./syntax.ts";
import { annotatedType } from "./types.ts";

/** Scopes by the syntax that opens them; a class body has two, the second one under its `body`. */
export type Scopes = ReadonlyMap<t.Node, Scope>;

/** The name under which a class keeps its superclass for `super`. */
export const SUPER = "super";
/** The name under which `export default` keeps what has no name of its own. */
export const DEFAULT = "*default*";

export function resolve(program: t.Program): Scopes {
  const walk = new Walk(program.sourceType === "module");
  walk.module(program);
  return walk.scopes;
}

type Lexical = "var" | "lexical";

class Walk {
  readonly scopes = new Map<t.Node, Scope>();
  /** In sloppy scripts a function declared in a block is seen outside of it. */
  readonly #isModule: boolean;
  #scope = new Scope(undefined, { isFunction: true, hoists: true, receives: true });

  constructor(isModule: boolean) {
    this.#isModule = isModule;
  }

  module(program: t.Program): void {
    this.scopes.set(program, this.#scope);
    this.#list(program.body);
    this.#scope.close();
  }

  #open(node: t.Node, options: ConstructorParameters<typeof Scope>[1], body: () => void): Scope {
    const outer = this.#scope;
    const scope = new Scope(outer, options);
    this.scopes.set(node, scope);
    this.#scope = scope;
    body();
    scope.close();
    this.#scope = outer;
    return scope;
  }

  /** A scope for a block, when anything is declared in it. */
  #block(node: t.Node, body: readonly t.Node[], visit: () => void): void {
    if (body.some((statement) => this.#declaresInBlock(statement))) this.#open(node, {}, visit);
    else visit();
  }

  #declaresInBlock(statement: t.Node): boolean {
    switch (statement.type) {
      case "VariableDeclaration":
        return statement.kind !== "var";
      case "FunctionDeclaration":
        return this.#isModule;
      case "ClassDeclaration":
      case "TSEnumDeclaration":
      case "TSModuleDeclaration":
        return true;
      default:
        return false;
    }
  }

  #list(nodes: readonly (t.Node | null | undefined)[]): void {
    for (const node of nodes) if (node) this.#visit(node);
  }

  #visit(node: t.Node | null | undefined): void {
    if (!node) return;
    switch (node.type) {
      case "Identifier":
        this.#scope.use(node.name, false);
        return;
      case "ThisExpression":
        this.#scope.use("this", false);
        return;
      case "Super":
        this.#scope.use(SUPER, false);
        return;
      case "StringLiteral":
      case "NumericLiteral":
      case "BooleanLiteral":
      case "NullLiteral":
      case "RegExpLiteral":
      case "EmptyStatement":
      case "BreakStatement":
      case "ContinueStatement":
      case "MetaProperty":
      case "PrivateName":
        return;
      case "MemberExpression":
      case "OptionalMemberExpression":
        if (node.object.type === "Super") this.#scope.use("this", false);
        this.#visit(node.object);
        if (node.computed) this.#visit(node.property);
        return;
      case "CallExpression":
      case "OptionalCallExpression":
      case "NewExpression":
        if (node.callee.type === "Super") this.#scope.use("this", false);
        this.#visit(node.callee);
        this.#list(node.arguments);
        return;
      case "BinaryExpression":
        this.#binary(node);
        return;
      case "LogicalExpression":
        this.#visit(node.left);
        this.#visit(node.right);
        return;
      case "AssignmentExpression":
        this.#target(node.left);
        if (node.operator !== "=") this.#visit(node.left);
        this.#visit(node.right);
        return;
      case "UpdateExpression":
        this.#target(node.argument);
        this.#visit(node.argument);
        return;
      case "ExpressionStatement":
      case "ParenthesizedExpression":
      case "TSAsExpression":
      case "TSSatisfiesExpression":
      case "TSNonNullExpression":
      case "TSTypeAssertion":
      case "TSInstantiationExpression":
      case "TypeCastExpression":
        this.#visit(node.expression);
        return;
      case "ObjectExpression":
        for (const property of node.properties) this.#property(property);
        return;
      case "ArrayExpression":
        this.#list(node.elements);
        return;
      case "SpreadElement":
      case "AwaitExpression":
      case "YieldExpression":
      case "UnaryExpression":
      case "ReturnStatement":
      case "ThrowStatement":
        this.#visit(node.argument);
        return;
      case "TemplateLiteral":
        this.#list(node.expressions);
        return;
      case "VariableDeclaration":
        this.#variables(node);
        return;
      case "IfStatement":
      case "ConditionalExpression":
        this.#visit(node.test);
        this.#visit(node.consequent);
        this.#visit(node.alternate);
        return;
      case "BlockStatement":
        this.#block(node, node.body, () => this.#list(node.body));
        return;
      case "ForStatement":
        this.#block(node, node.init ? [node.init] : [], () => {
          this.#list([node.init, node.test, node.update, node.body]);
        });
        return;
      case "ForInStatement":
      case "ForOfStatement":
        this.#block(node, [node.left], () => {
          if (node.left.type === "VariableDeclaration") this.#variables(node.left, true);
          else this.#target(node.left);
          this.#visit(node.right);
          this.#visit(node.body);
        });
        return;
      case "SwitchStatement":
        this.#visit(node.discriminant);
        this.#block(
          node,
          node.cases.flatMap((one) => one.consequent),
          () => {
            for (const one of node.cases) {
              this.#visit(one.test);
              this.#list(one.consequent);
            }
          },
        );
        return;
      case "LabeledStatement":
        this.#visit(node.body);
        return;
      case "CatchClause":
        this.#open(node, {}, () => {
          if (node.param) this.#declare(node.param, "lexical", true);
          this.#list(node.body.body);
        });
        return;
      case "FunctionDeclaration":
        if (node.id) {
          const scope = this.#isModule ? this.#scope : this.#scope.hoist;
          scope.declare(node.id.name, true);
        }
        this.#function(node);
        return;
      case "FunctionExpression":
        if (node.id) {
          const { name } = node.id;
          // Its own name is a variable around it, since it means the function value that is made outside.
          this.#open(node.id, {}, () => {
            this.#scope.declare(name, true);
            this.#function(node);
          });
        } else {
          this.#function(node);
        }
        return;
      case "ArrowFunctionExpression":
      case "ObjectMethod":
        this.#function(node);
        return;
      case "ClassDeclaration":
      case "ClassExpression":
        this.#class(node);
        return;
      case "ImportDeclaration":
        if (node.importKind === "type" || node.importKind === "typeof") return;
        for (const specifier of node.specifiers) {
          if (specifier.type === "ImportSpecifier" && isTypeOnly(specifier.importKind)) continue;
          this.#scope.declare(specifier.local.name, true);
        }
        return;
      case "ExportNamedDeclaration":
        this.#exported(node);
        return;
      case "ExportDefaultDeclaration":
        this.#exportedDefault(node);
        return;
      case "JSXIdentifier":
        return;
      case "JSXElement":
        this.#component(node.openingElement.name);
        for (const attribute of node.openingElement.attributes) {
          this.#visit(attribute.type === "JSXAttribute" ? attribute.value : attribute.argument);
        }
        this.#list(node.children);
        return;
      case "TSEnumDeclaration":
        if (node.declare) return;
        this.#scope.declare(node.id.name, true);
        this.#open(node, {}, () => {
          for (const { id, initializer } of node.members) {
            this.#visit(initializer);
            this.#scope.declare(id.type === "Identifier" ? id.name : id.value, true);
          }
        });
        return;
      case "TSModuleDeclaration":
        this.#namespace(node);
        return;
      case "TSImportEqualsDeclaration":
        if (node.importKind === "type") return;
        this.#mark(this.#scope.declare(node.id.name, true), node.isExport);
        this.#entity(node.moduleReference);
        return;
      default:
        if (!isType(node)) forEachChild(node, (child) => this.#visit(child));
    }
  }

  /** A chain of operators is a left spine that generated code makes thousands deep. */
  #binary(node: t.BinaryExpression): void {
    const rights: t.Node[] = [];
    let left: t.Node = node;
    while (left.type === "BinaryExpression") {
      rights.push(left.right);
      left = left.left;
    }
    this.#visit(left);
    for (let index = rights.length - 1; index >= 0; index--) this.#visit(rights[index]);
  }

  #property(property: t.ObjectMember | t.SpreadElement): void {
    if (property.type === "ObjectProperty") {
      if (property.computed) this.#visit(property.key);
      this.#visit(property.value);
    } else {
      this.#visit(property);
    }
  }

  #variables(node: t.VariableDeclaration, isLoop = false): void {
    if (node.declare) return;
    const kind = node.kind === "var" ? "var" : "lexical";
    for (const { id, init } of node.declarations) {
      this.#declare(id, kind, isLoop || Boolean(init));
      if (
        init &&
        id.type === "Identifier" &&
        (constantText(init) !== undefined || init.type === "TemplateLiteral")
      ) {
        const scope = kind === "var" ? this.#scope.hoist : this.#scope;
        scope.variables.get(id.name)!.isText = true;
      }
      this.#visit(init);
    }
  }

  /** Declares the names of a binding pattern, and visits the defaults and keys in it. */
  #declare(pattern: t.Node, kind: Lexical, initialised: boolean, isParameter = false): void {
    switch (pattern.type) {
      case "Identifier": {
        const scope = kind === "var" ? this.#scope.hoist : this.#scope;
        const variable = scope.declare(pattern.name, initialised);
        variable.type ||= annotatedType(pattern);
        variable.isParameter ||= isParameter;
        return;
      }
      case "TSParameterProperty":
        this.#declare(pattern.parameter, kind, initialised, isParameter);
        return;
      case "AssignmentPattern":
        this.#declare(pattern.left, kind, initialised, isParameter);
        this.#visit(pattern.right);
        return;
      case "RestElement":
        this.#declare(pattern.argument, kind, initialised, isParameter);
        return;
      case "ArrayPattern":
        for (const element of pattern.elements)
          if (element) this.#declare(element, kind, initialised, isParameter);
        return;
      case "ObjectPattern":
        for (const property of pattern.properties) {
          if (property.type === "RestElement") {
            this.#declare(property.argument, kind, initialised, isParameter);
          } else {
            if (property.computed) this.#visit(property.key);
            this.#declare(property.value, kind, initialised, isParameter);
          }
        }
        return;
      default:
        this.#visit(pattern);
    }
  }

  /** What an assignment writes: names, members, or the parts of a pattern. */
  #target(node: t.Node): void {
    const target = unwrap(node);
    switch (target.type) {
      case "Identifier":
        this.#scope.use(target.name, true);
        return;
      case "AssignmentPattern":
        this.#target(target.left);
        this.#visit(target.right);
        return;
      case "RestElement":
        this.#target(target.argument);
        return;
      case "ArrayPattern":
        for (const element of target.elements) if (element) this.#target(element);
        return;
      case "ObjectPattern":
        for (const property of target.properties) {
          if (property.type === "RestElement") {
            this.#target(property.argument);
          } else {
            if (property.computed) this.#visit(property.key);
            this.#target(property.value);
          }
        }
        return;
      default:
        this.#visit(target);
    }
  }

  #function(node: t.Function | t.StaticBlock, isConstructor = false): void {
    if (node.type === "StaticBlock") return;
    if ("computed" in node && node.computed) this.#visit((node as t.ObjectMethod).key);
    const options = isConstructor
      ? { hoists: true }
      : { isFunction: true, hoists: true, receives: node.type !== "ArrowFunctionExpression" };
    this.#open(node, options, () => {
      for (const parameter of node.params) this.#declare(parameter, "lexical", true, true);
      if (node.body.type === "BlockStatement") this.#list(node.body.body);
      else this.#visit(node.body);
    });
  }

  #visitDecorators(node: t.Node): void {
    const { decorators } = node as { decorators?: t.Decorator[] | null };
    for (const { expression } of decorators ?? []) this.#visit(expression);
  }

  #class(node: t.Class): void {
    if (node.type === "ClassDeclaration" && node.declare) return;
    this.#visitDecorators(node);
    if (node.type === "ClassDeclaration" && node.id) this.#scope.declare(node.id.name, true);
    this.#visit(node.superClass);
    this.#open(node, {}, () => {
      if (node.type === "ClassExpression" && node.id) this.#scope.declare(node.id.name, true);
      if (node.superClass) this.#scope.declare(SUPER, true);
      for (const member of node.body.body) this.#outerPart(member);
      // The constructor runs the field initialisers too, but these do not see its parameters.
      this.#open(node.body, { isFunction: true, hoists: true, receives: true }, () => {
        let hasConstructor = false;
        for (const member of node.body.body) {
          if (isField(member) && !member.static) {
            this.#scope.use("this", false);
            this.#visit(member.value);
          } else if (isConstructor(member)) {
            hasConstructor = true;
            if (member.params.some(({ type }) => type === "TSParameterProperty"))
              this.#scope.use("this", false);
            this.#function(member, true);
          }
        }
        if (node.superClass && !hasConstructor) {
          this.#scope.use("this", false);
          this.#scope.use(SUPER, false);
        }
      });
    });
  }

  /** Everything of a member that is not run by the constructor. */
  #outerPart(member: t.ClassBody["body"][number]): void {
    this.#visitDecorators(member);
    if (isMethod(member)) for (const parameter of member.params) this.#visitDecorators(parameter);
    if (isField(member)) {
      if ("computed" in member && member.computed) this.#visit(member.key);
      if (member.static && member.value)
        this.#open(member, { hoists: true, receives: true }, () => this.#visit(member.value));
    } else if (member.type === "StaticBlock") {
      this.#open(member, { hoists: true, receives: true }, () => this.#list(member.body));
    } else if (isMethod(member) && !isConstructor(member)) {
      this.#function(member);
    }
  }

  #exported(node: t.ExportNamedDeclaration): void {
    if (node.exportKind === "type" || node.source) return;
    if (node.declaration) {
      this.#visit(node.declaration);
      for (const name of declaredNames(node.declaration))
        this.#mark(this.#scope.lookup(name), true);
    }
    for (const specifier of node.specifiers) {
      if (specifier.type === "ExportSpecifier" && !isTypeOnly(specifier.exportKind))
        this.#exportLater(specifier.local.name);
    }
  }

  /** `export { a }` may stand before what declares `a`; at worst the declaration is made here. */
  #exportLater(name: string): void {
    this.#scope.hoist.use(name, false);
    this.#mark(this.#scope.hoist.declare(name, false), true);
  }

  #exportedDefault(node: t.ExportDefaultDeclaration): void {
    const { declaration } = node;
    this.#visit(declaration);
    const name =
      (declaration.type === "FunctionDeclaration" || declaration.type === "ClassDeclaration") &&
      declaration.id
        ? declaration.id.name
        : DEFAULT;
    this.#mark(this.#scope.declare(name, name === DEFAULT), true);
  }

  #mark(variable: Variable | undefined, isExported: boolean): void {
    if (variable !== undefined && isExported) variable.exported = true;
  }

  #component(name: t.Node): void {
    if (name.type === "JSXMemberExpression") this.#componentObject(name.object);
    else if (name.type === "JSXIdentifier" && !isHostElement(name.name))
      this.#scope.use(name.name, false);
  }

  #componentObject(name: t.JSXMemberExpression["object"]): void {
    if (name.type === "JSXMemberExpression") this.#componentObject(name.object);
    else this.#scope.use(name.name, false);
  }

  #namespace(node: t.TSModuleDeclaration): void {
    if (node.declare || node.id.type === "StringLiteral") return;
    this.#scope.declare(node.id.name, true);
    this.#open(node, { isFunction: true, hoists: true, receives: true }, () => {
      if (node.body.type === "TSModuleBlock") this.#list(node.body.body);
      else this.#visit(node.body);
    });
  }

  #entity(name: t.Node): void {
    if (name.type === "TSQualifiedName") this.#entity(name.left);
    else this.#visit(name);
  }
}

export const isTypeOnly = (kind: string | null | undefined): boolean =>
  kind === "type" || kind === "typeof";

type Member = t.ClassBody["body"][number];

export const isField = (
  member: Member,
): member is t.ClassProperty | t.ClassPrivateProperty | t.ClassAccessorProperty =>
  member.type === "ClassProperty" ||
  member.type === "ClassPrivateProperty" ||
  member.type === "ClassAccessorProperty";

export const isMethod = (member: Member): member is t.ClassMethod | t.ClassPrivateMethod =>
  member.type === "ClassMethod" || member.type === "ClassPrivateMethod";

export const isConstructor = (member: Member): member is t.ClassMethod =>
  member.type === "ClassMethod" && member.kind === "constructor" && !member.static;

/** The names that a declaration declares in its own scope. */
export function declaredNames(declaration: t.Node): string[] {
  switch (declaration.type) {
    case "VariableDeclaration":
      return declaration.declarations.flatMap(({ id }) => boundNames(id));
    case "FunctionDeclaration":
    case "ClassDeclaration":
    case "TSEnumDeclaration":
    case "TSModuleDeclaration":
    case "TSImportEqualsDeclaration":
      return declaration.id?.type === "Identifier" ? [declaration.id.name] : [];
    default:
      return [];
  }
}

/** The names in a binding pattern. */
export function boundNames(pattern: t.Node): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "AssignmentPattern":
      return boundNames(pattern.left);
    case "RestElement":
      return boundNames(pattern.argument);
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => (element ? boundNames(element) : []));
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        boundNames(property.type === "RestElement" ? property : property.value),
      );
    default:
      return [];
  }
}
