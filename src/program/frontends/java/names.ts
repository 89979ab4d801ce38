/**
 * What the names of types mean in a file: classes of its own, imports, and where else a simple name may come from. A
 * specifier lists the qualified names that a class may have, the likeliest first; the linker knows which of them there are.
 */
import type { FunctionBuilder, ModuleBuilder, Value } from "../../ir/builder.ts";
import type { Span } from "../../ir/module-ir.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { dottedName, isTypeName } from "./syntax.ts";

/** Separates the names of a specifier. */
const OR = "|";
/** What is imported everywhere. */
const EVERYWHERE = "java.lang";

interface Imports {
  /** Packages, or the classes around, by the simple names that are imported from them. */
  readonly single: Map<string, string>;
  /** Packages and classes of which everything is imported. */
  readonly wild: string[];
  /** Classes by the names of the static members that are imported from them. */
  readonly members: Map<string, string>;
  readonly wildMembers: string[];
}

export class Names {
  readonly #builder: ModuleBuilder;
  readonly #package: string;
  readonly #imports: Imports = { single: new Map(), wild: [], members: new Map(), wildMembers: [] };
  /** Classes that the file declares, at whatever depth. */
  readonly #own: ReadonlySet<string>;
  readonly #parameters: ReadonlySet<string>;
  readonly #recorded = new Set<string>();

  constructor(builder: ModuleBuilder, root: Syntax, text: string, declared: Declared) {
    this.#builder = builder;
    this.#own = declared.classes;
    this.#parameters = declared.parameters;
    const name = (syntax: Syntax | undefined): readonly string[] =>
      (syntax && dottedName(syntax, text)) ?? [];
    const declaration = root.first("package_declaration");
    this.#package = name(declaration?.children.find(isName)).join(".");
    for (const one of root.children) {
      if (one.type !== "import_declaration") continue;
      const parts = name(one.children.find(isName));
      if (parts.length > 0) this.#import(parts, one.has("static"), one.has("asterisk"));
    }
  }

  #import(parts: readonly string[], isStatic: boolean, isWild: boolean): void {
    const { single, wild, members, wildMembers } = this.#imports;
    const whole = parts.join(".");
    const around = parts.slice(0, -1).join(".");
    const last = parts.at(-1)!;
    if (isWild) (isStatic ? wildMembers : wild).push(whole);
    else if (!isStatic) single.set(last, around);
    else {
      members.set(last, around);
      // What is imported may be a class inside of the class.
      if (isTypeName(last)) single.set(last, around);
    }
  }

  /** Where a simple name may come from: packages, and classes around it. */
  #origins(name: string): readonly string[] {
    const imported = this.#imports.single.get(name);
    if (imported !== undefined) return [imported];
    const { wild, wildMembers } = this.#imports;
    return [...new Set([this.#package, ...wild, ...wildMembers, EVERYWHERE])];
  }

  // --- declared types ---------------------------------------------------------------------------------------------

  /** What a declared type is called in the module, by a simple or a qualified name; `""` where it says nothing. */
  declared(parts: readonly string[]): string {
    const [first = ""] = parts;
    const last = parts.at(-1)!;
    if (parts.length === 1) {
      if (this.#parameters.has(first)) return "";
      if (!this.#own.has(first)) this.#record(first, this.#origins(first), first);
      return first;
    }
    if (this.#own.has(first)) return this.#own.has(last) ? last : "";
    if (isTypeName(first)) {
      this.#record(first, this.#origins(first), first);
      return parts.join(".");
    }
    const local = parts.join("$");
    this.#record(local, [parts.slice(0, -1).join(".")], last);
    return local;
  }

  #record(local: string, origins: readonly string[], name: string): void {
    if (this.#recorded.has(local)) return;
    this.#recorded.add(local);
    this.#builder.imports.push({ local, module: origins.join(OR), name });
  }

  // --- values -----------------------------------------------------------------------------------------------------

  isImportedMember(name: string): boolean {
    return this.#imports.members.has(name);
  }

  /** A class that the file does not declare, by its simple name. */
  classValue(builder: FunctionBuilder, name: string, span: Span): Value {
    const around = this.#imports.single.get(name);
    const outer = around?.slice(around.lastIndexOf(".") + 1) ?? "";
    if (around !== undefined && isTypeName(outer)) return builder.imported(around, name, span);
    const names = this.#origins(name).map((one) => (one === "" ? name : `${one}.${name}`));
    return builder.imported(names.join(OR), "default", span);
  }

  /** A static member that is imported by its name, or may be by `*`; undefined where neither is so. */
  member(builder: FunctionBuilder, name: string, span: Span): Value | undefined {
    const owner = this.#imports.members.get(name);
    if (owner !== undefined) return builder.imported(owner, name, span);
    const { wildMembers } = this.#imports;
    if (wildMembers.length === 0) return undefined;
    return builder.choice(
      wildMembers.map((one) => builder.imported(one, name, span)),
      span,
    );
  }

  /** A static method that is imported, as a member of its class. */
  method(builder: FunctionBuilder, name: string, span: Span): Value | undefined {
    const owner = this.#imports.members.get(name);
    const owners = owner === undefined ? this.#imports.wildMembers : [owner];
    if (owners.length === 0) return undefined;
    const loads = owners.map((one) =>
      builder.load(builder.imported(one, "default", span), name, span),
    );
    return loads.length === 1 ? loads[0]! : builder.choice(loads, span);
  }

  /** `a.b.C.D`: the class and what is read of it. Undefined where no part of it looks like a class. */
  qualified(builder: FunctionBuilder, parts: readonly string[], span: Span): Value | undefined {
    const at = parts.findIndex(isTypeName);
    if (at < 0) return undefined;
    const specifier = parts.slice(0, at + 1).join(".");
    const [member, ...rest] = parts.slice(at + 1);
    if (member === undefined) return builder.imported(specifier, "default", span);
    let value = builder.imported(specifier, member, span);
    for (const one of rest) value = builder.load(value, one, span);
    return value;
  }

  /** A static field of a class that the file does not declare. */
  field(builder: FunctionBuilder, owner: string, name: string, span: Span): Value {
    const names = this.#origins(owner).map((one) => (one === "" ? owner : `${one}.${owner}`));
    return builder.imported(names.join(OR), name, span);
  }
}

const isName = ({ type }: Syntax): boolean => type === "identifier" || type === "scoped_identifier";

/** Names of the types that a file declares. */
export interface Declared {
  readonly classes: ReadonlySet<string>;
  /** Type parameters, which stand for types that are not known. */
  readonly parameters: ReadonlySet<string>;
}
