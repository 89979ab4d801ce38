/**
 * Which functions, classes, objects, modules and library values a value may stand for. A flow-insensitive propagation
 * of tokens along copies, fields, calls and returns, in the manner of CodeQL's type tracking and Jelly's constraint
 * variables, with a cap on tokens a value. It finds callees and library values; taint is not its business.
 */
import { IMPLEMENTATIONS, TARGETS_PER_VALUE } from "../limits.ts";
import { type ApiToken, librariesOf, type Models } from "../models/models.ts";
import { ArgumentPosition, type Segment } from "../models/path-grammar.ts";
import type { PropagatorRow } from "../models/rows.ts";
import { keywordsOf, writtenField, writtenFields } from "../program/ir/keywords.ts";
import {
  CallForm,
  IteratePart,
  isSpread,
  Kind,
  ParameterFlag,
  Position,
  unspread,
} from "../program/ir/kinds.ts";
import type { Linker, Program, SourceModule } from "../program/program.ts";

/** What a value stands for: `number * 8 + TokenKind`. */
export type Token = number;

export const TokenKind = {
  /** A function; a class is its constructor. */
  Function: 0,
  /** Something made by `new` of the function. */
  Instance: 1,
  /** The function's `prototype`. */
  Prototype: 2,
  /** The object, array or rest parameter made at a value. */
  Object: 3,
  /** A module's original `exports` object. */
  Exports: 4,
  /** A module's `module` object. */
  Module: 5,
  /** A library value: an api token. */
  Api: 6,
} as const;

export const kindOfToken = (token: Token): number => token & 7;
export const numberOfToken = (token: Token): number => token >> 3;
export const makeToken = (kind: number, number: number): Token => number * 8 + kind;

type Node = number;

/** Things to do when a token arrives at a node. Instructions are kept as numbers, the rest as records. */
const Role = { Load: 0, Store: 1, Call: 2, Iterate: 3, Await: 4, Record: 5 } as const;

type Reaction =
  | {
      readonly kind: "read";
      readonly name: number;
      readonly to: Node;
      readonly viaSuper: boolean;
      readonly depth: number;
    }
  | { readonly kind: "receiver"; readonly token: Token }
  | { readonly kind: "api-argument"; readonly api: ApiToken }
  | { readonly kind: "decorated"; readonly api: ApiToken }
  | { readonly kind: "into-parameter"; readonly from: Node; readonly position: number }
  | { readonly kind: "from-return"; readonly to: Node }
  | { readonly kind: "content"; readonly to: Node }
  | { readonly kind: "content-or-self"; readonly to: Node }
  | { readonly kind: "copy-fields"; readonly target: Node }
  | { readonly kind: "inherit"; readonly superclass: Node }
  | { readonly kind: "subclass"; readonly definition: number }
  | { readonly kind: "call-through"; readonly call: number };

export interface ParameterNode {
  readonly position: number;
  readonly rest: boolean;
  /** A set of {@link ParameterFlag}s. */
  readonly flags: number;
  /** `""` when arguments cannot be given by name. */
  readonly name: string;
  readonly value: number;
}

const MAX_READ_DEPTH = 8;

export class ValueTracking {
  readonly program: Program;
  readonly models: Models;
  readonly linker: Linker;
  readonly #returnBase: number;
  readonly #variableBase: number;
  #nodes: number;
  readonly #tokens: (Token[] | undefined)[] = [];
  readonly #edges: (Node[] | undefined)[] = [];
  readonly #listeners: (number[] | undefined)[] = [];
  readonly #reactionsAt: (Reaction[] | undefined)[] = [];
  readonly #queue: number[] = [];
  readonly #reactions: { readonly reaction: Reaction; readonly token: Token }[] = [];
  readonly #fields = new Map<Token, Map<number, Node>>();
  readonly #content = new Map<Token, Node>();
  readonly #reads = new Map<Token, { name: number; to: Node; depth: number }[]>();
  readonly #readsSeen = new Set<string>();
  /** The superclass's value, by constructor. */
  readonly #superclasses = new Map<number, Node>();
  readonly #aliases = new Map<Token, { node: Node; viaSuper: boolean }[]>();
  readonly #cells = new Map<string, Node>();
  readonly #methodSetsOf = new Map<string, ReadonlyMap<number, ReadonlySet<string>>>();
  readonly #exports: Node[];
  readonly #names = new Map<string, number>();
  readonly #nameTexts: string[] = [];
  /** Formals of each function; the receiver is among them. */
  readonly parameters: ParameterNode[][];
  /** What all globals of a language are members of, to the language's libraries. */
  readonly #globalRoots = new Map<ApiToken, string>();
  readonly #starName: number;
  /** What formals are because a library calls the function, or by their declared type. */
  readonly directParameters = new Map<number, ApiToken>();
  /** What the results of functions are because a library calls them, by function. */
  readonly directReturns = new Map<number, ApiToken>();
  /** Values stored under a member of a library value (`$.fn.tip = function`), by module. */
  readonly storedOnLibraries: { readonly module: number; readonly value: number }[] = [];

  constructor(program: Program, linker: Linker, models: Models) {
    this.program = program;
    this.linker = linker;
    this.models = models;
    this.#returnBase = program.valueCount;
    this.#variableBase = this.#returnBase + program.functionCount;
    this.#nodes = this.#variableBase + program.variableCount;
    this.#starName = this.name("*");
    this.parameters = Array.from({ length: program.functionCount }, () => []);
    this.#exports = program.modules.map((module) => {
      const node = this.#node();
      this.#add(node, makeToken(TokenKind.Exports, module.index));
      return node;
    });
    for (const { ir } of program.modules) {
      const root = models.root("global", ir.language);
      if (root !== 0) this.#globalRoots.set(root, ir.language);
    }
    for (const module of program.modules) this.#collectParameters(module);
    for (const module of program.modules) this.#constrain(module);
    this.#drain();
    for (const module of program.modules) this.#decorateByName(module);
    this.#drain();
  }

  // --- questions ------------------------------------------------------------------------------------------------

  tokensOf(value: Node): readonly Token[] {
    return this.#tokens[value] ?? [];
  }

  returnTokens(fn: number): readonly Token[] {
    return this.tokensOf(this.#returnBase + fn);
  }

  exportTokens(module: SourceModule): readonly Token[] {
    return this.tokensOf(this.#exports[module.index]!);
  }

  variableTokens(variable: number): readonly Token[] {
    return this.tokensOf(this.#variableBase + variable);
  }

  /** Functions that are members of classes and prototypes, by name. */
  *methods(): Iterable<readonly [name: string, fn: number]> {
    for (const [token, fields] of this.#fields) {
      if (kindOfToken(token) !== TokenKind.Prototype) continue;
      for (const [name, node] of fields) {
        for (const one of this.tokensOf(node)) {
          if (kindOfToken(one) === TokenKind.Function)
            yield [this.#nameTexts[name]!, numberOfToken(one)];
        }
      }
    }
  }

  /** Tokens of all named fields of a token, by name. */
  *fieldsOf(token: Token): Iterable<readonly [name: string, tokens: readonly Token[]]> {
    for (const [name, node] of this.#fields.get(token) ?? [])
      yield [this.#nameTexts[name]!, this.tokensOf(node)];
  }

  fieldTokens(token: Token, name: string): readonly Token[] {
    const node = this.#fields.get(token)?.get(this.name(name));
    return node === undefined ? [] : this.tokensOf(node);
  }

  /** The library value a value stands for, joined; 0 when none. */
  apiOf(value: Node): ApiToken {
    let api = 0;
    for (const token of this.tokensOf(value)) {
      if (kindOfToken(token) === TokenKind.Api) api = this.models.union(api, numberOfToken(token));
    }
    return api;
  }

  /** The library value that a load finds in a library's class, by what its object's own class extends; 0 when none. */
  inheritedApi(load: Node): ApiToken {
    const { ir, valueBase } = this.program.moduleOfValue(load);
    const { operands, operandStart, strings } = ir;
    const from = operandStart[load - valueBase]!;
    let api = 0;
    for (const token of this.tokensOf(valueBase + operands[from]!)) {
      if (kindOfToken(token) !== TokenKind.Instance) continue;
      const superclass = this.#superclasses.get(numberOfToken(token));
      if (superclass === undefined) continue;
      const library = this.apiOf(superclass);
      api = this.models.union(api, this.models.member(library, strings[operands[from + 1]!]!));
    }
    return api;
  }

  /** Adds what somebody else found out about a value, and tracks on from there. */
  learn(value: Node, token: Token): void {
    this.#add(value, token);
    this.#drain();
  }

  /** Names of globals that a module writes, with the tokens they then have. */
  cellTokens(language: string, name: string): readonly Token[] {
    const node = this.#cells.get(`${librariesOf(language)} ${name}`);
    return node === undefined ? [] : this.tokensOf(node);
  }

  name(text: string): number {
    let id = this.#names.get(text);
    if (id === undefined) {
      id = this.#nameTexts.push(text) - 1;
      this.#names.set(text, id);
    }
    return id;
  }

  // --- the graph ------------------------------------------------------------------------------------------------

  #node(): Node {
    return this.#nodes++;
  }

  #add(node: Node, token: Token): void {
    const tokens = this.#tokens[node];
    if (tokens === undefined) this.#tokens[node] = [token];
    else {
      if (tokens.length >= TARGETS_PER_VALUE || tokens.includes(token)) return;
      tokens.push(token);
    }
    this.#queue.push(node, token);
  }

  #edge(from: Node, to: Node): void {
    if (from === to) return;
    const edges = this.#edges[from];
    if (edges === undefined) this.#edges[from] = [to];
    else {
      if (edges.includes(to)) return;
      edges.push(to);
    }
    const tokens = this.#tokens[from];
    if (tokens) for (const token of [...tokens]) this.#add(to, token);
  }

  #listen(node: Node, role: number, value: number): void {
    const entry = value * 8 + role;
    const known = this.#listeners[node];
    if (known === undefined) this.#listeners[node] = [entry];
    else known.push(entry);
    const tokens = this.#tokens[node];
    if (tokens) for (const token of [...tokens]) this.#handle(entry, token);
  }

  #react(node: Node, reaction: Reaction): void {
    const known = this.#reactionsAt[node];
    if (known === undefined) this.#reactionsAt[node] = [reaction];
    else if (known.some((one) => sameReaction(one, reaction))) return;
    else known.push(reaction);
    // Objects hold each other in circles, so what follows is queued and not done on the spot.
    const tokens = this.#tokens[node];
    if (tokens) for (const token of tokens) this.#reactions.push({ reaction, token });
  }

  #drain(): void {
    do {
      this.#drainTokens();
      const reactions = this.#reactions.splice(0);
      for (const { reaction, token } of reactions) this.#apply(reaction, token);
    } while (this.#queue.length > 0 || this.#reactions.length > 0);
  }

  #drainTokens(): void {
    for (let at = 0; at < this.#queue.length; at += 2) {
      const node = this.#queue[at]!;
      const token = this.#queue[at + 1]!;
      const edges = this.#edges[node];
      if (edges) for (let index = 0; index < edges.length; index++) this.#add(edges[index]!, token);
      const listeners = this.#listeners[node];
      if (listeners)
        for (let index = 0; index < listeners.length; index++)
          this.#handle(listeners[index]!, token);
      const reactions = this.#reactionsAt[node];
      if (reactions)
        for (let index = 0; index < reactions.length; index++)
          this.#apply(reactions[index]!, token);
    }
    this.#queue.length = 0;
  }

  #field(token: Token, name: number): Node {
    let fields = this.#fields.get(token);
    if (!fields) {
      fields = new Map();
      this.#fields.set(token, fields);
    }
    let node = fields.get(name);
    if (node === undefined) {
      node = this.#node();
      fields.set(name, node);
      const content = this.#content.get(token);
      if (content !== undefined) this.#edge(node, content);
    }
    return node;
  }

  /** Everything in any field of a token. */
  #contentOf(token: Token): Node {
    let content = this.#content.get(token);
    if (content === undefined) {
      content = this.#node();
      this.#content.set(token, content);
      for (const node of this.#fields.get(token)?.values() ?? []) this.#edge(node, content);
    }
    return content;
  }

  #cell(language: string, name: string): Node {
    const key = `${librariesOf(language)} ${name}`;
    let node = this.#cells.get(key);
    if (node === undefined) {
      node = this.#node();
      this.#cells.set(key, node);
      const api = this.models.member(this.models.root("global", language), name);
      if (api !== 0) this.#add(node, makeToken(TokenKind.Api, api));
    }
    return node;
  }

  // --- fields ---------------------------------------------------------------------------------------------------

  #read(token: Token, name: number, to: Node, depth: number): void {
    if (depth > MAX_READ_DEPTH) return;
    const number = numberOfToken(token);
    const text = this.#nameTexts[name]!;
    switch (kindOfToken(token)) {
      case TokenKind.Api: {
        const api = this.models.member(number, text);
        if (api !== 0) this.#add(to, makeToken(TokenKind.Api, api));
        const language = this.#globalRoots.get(number);
        if (language !== undefined) this.#edge(this.#cell(language, text), to);
        return;
      }
      case TokenKind.Module:
        if (text === "exports") this.#edge(this.#exports[number]!, to);
        return;
      case TokenKind.Function:
        if (text === "prototype") this.#add(to, makeToken(TokenKind.Prototype, number));
        break;
      case TokenKind.Instance:
        this.#read(makeToken(TokenKind.Prototype, number), name, to, depth + 1);
        break;
      default:
        break;
    }
    this.#edge(this.#field(token, name), to);
    const star = this.#fields.get(token)?.get(this.#starName);
    if (star !== undefined) this.#edge(star, to);
    const seen = `${token},${name},${to}`;
    if (this.#readsSeen.has(seen)) return;
    this.#readsSeen.add(seen);
    const reads = this.#reads.get(token) ?? [];
    reads.push({ name, to, depth });
    this.#reads.set(token, reads);
    for (const { node, viaSuper } of this.#aliases.get(token) ?? []) {
      this.#react(node, { kind: "read", name, to, viaSuper, depth: depth + 1 });
    }
  }

  /** What `token` does not have itself it may have from the tokens of `node`. */
  #alias(token: Token, node: Node, viaSuper: boolean): void {
    const aliases = this.#aliases.get(token) ?? [];
    if (aliases.some((one) => one.node === node && one.viaSuper === viaSuper)) return;
    aliases.push({ node, viaSuper });
    this.#aliases.set(token, aliases);
    for (const { name, to, depth } of this.#reads.get(token) ?? []) {
      this.#react(node, { kind: "read", name, to, viaSuper, depth: depth + 1 });
    }
  }

  #write(token: Token, name: number, from: Node, module: number): void {
    const number = numberOfToken(token);
    const text = this.#nameTexts[name]!;
    switch (kindOfToken(token)) {
      case TokenKind.Api: {
        const language = this.#globalRoots.get(number);
        if (language !== undefined) this.#edge(from, this.#cell(language, text));
        else this.storedOnLibraries.push({ module, value: from });
        return;
      }
      case TokenKind.Module:
        if (text === "exports") this.#edge(from, this.#exports[number]!);
        return;
      case TokenKind.Function:
        if (text === "prototype") {
          this.#alias(makeToken(TokenKind.Prototype, number), from, false);
          this.#methods(number, from);
        }
        break;
      case TokenKind.Prototype:
        this.#methods(number, from);
        break;
      case TokenKind.Object:
        this.#react(from, { kind: "receiver", token });
        break;
      default:
        break;
    }
    this.#edge(from, this.#field(token, name));
    if (name === this.#starName) {
      const star = this.#field(token, name);
      for (const { to } of this.#reads.get(token) ?? []) this.#edge(star, to);
    }
  }

  // --- reactions ------------------------------------------------------------------------------------------------

  #apply(reaction: Reaction, token: Token): void {
    const kind = kindOfToken(token);
    const number = numberOfToken(token);
    switch (reaction.kind) {
      case "read": {
        const seen =
          reaction.viaSuper && kind === TokenKind.Function
            ? makeToken(TokenKind.Prototype, number)
            : token;
        this.#read(seen, reaction.name, reaction.to, reaction.depth);
        return;
      }
      case "receiver":
        if (kind === TokenKind.Function) this.#bindReceiver(number, reaction.token);
        else if (kind === TokenKind.Object && kindOfToken(reaction.token) === TokenKind.Instance) {
          for (const node of this.#fields.get(token)?.values() ?? []) this.#react(node, reaction);
        }
        return;
      case "api-argument":
        if (kind === TokenKind.Function) {
          for (const { position, value } of this.parameters[number]!) {
            const api = position < 0 ? 0 : this.models.parameter(reaction.api, position);
            if (api !== 0) this.#addDirect(value, api);
          }
          const returned = this.models.result(reaction.api);
          if (returned !== 0)
            this.directReturns.set(
              number,
              this.models.union(this.directReturns.get(number) ?? 0, returned),
            );
        } else if (kind === TokenKind.Object) {
          for (const [name, node] of this.#fields.get(token) ?? []) {
            const api = this.models.member(reaction.api, this.#nameTexts[name]!);
            if (api !== 0) this.#react(node, { kind: "api-argument", api });
          }
          const element = this.models.element(reaction.api);
          if (element !== 0)
            this.#react(this.#contentOf(token), { kind: "api-argument", api: element });
        }
        return;
      case "decorated":
        // What calls a function that it decorates does not call the constructor of a class.
        if (kind === TokenKind.Function && this.program.functionAt(number).role !== "constructor")
          this.#apply({ kind: "api-argument", api: reaction.api }, token);
        return;
      case "into-parameter":
        if (kind === TokenKind.Function) {
          for (const { position, value } of this.parameters[number]!) {
            if (position === reaction.position) this.#edge(reaction.from, value);
          }
        }
        return;
      case "from-return":
        if (kind === TokenKind.Function) this.#edge(this.#returnBase + number, reaction.to);
        return;
      case "content":
      case "content-or-self":
        if (kind === TokenKind.Object) this.#edge(this.#contentOf(token), reaction.to);
        else if (kind === TokenKind.Api) {
          const inside = this.models.union(
            this.models.element(number),
            this.models.awaited(number),
          );
          if (inside !== 0) this.#add(reaction.to, makeToken(TokenKind.Api, inside));
        }
        if (reaction.kind === "content-or-self") this.#add(reaction.to, token);
        return;
      case "copy-fields":
        if (
          kind === TokenKind.Object ||
          kind === TokenKind.Function ||
          kind === TokenKind.Prototype
        ) {
          this.#alias(token, reaction.target, false);
          if (kind === TokenKind.Prototype) this.#methods(number, reaction.target);
        } else if (kind === TokenKind.Exports) this.#alias(token, reaction.target, false);
        return;
      case "inherit":
        if (kind === TokenKind.Function) {
          this.#alias(makeToken(TokenKind.Prototype, number), reaction.superclass, true);
          this.#alias(token, reaction.superclass, false);
        }
        return;
      case "call-through":
        this.#callThrough(reaction.call, token);
        return;
      case "subclass":
        if (kind === TokenKind.Function) {
          const superclass = this.#superclasses.get(number);
          if (superclass !== undefined) this.#react(superclass, reaction);
        } else if (kind === TokenKind.Api) this.#extendLibrary(reaction.definition, number);
        return;
    }
  }

  /** A class extends one of a library, which calls its methods. */
  #extendLibrary(definition: number, api: ApiToken): void {
    const extended = this.models.subclass(api);
    if (extended === 0) return;
    const module = this.program.moduleOf(definition);
    const { members } = module.ir.classes[this.program.functionAt(definition).class]!;
    for (const { name, function: member } of members) {
      const called = this.models.member(extended, name);
      if (called === 0) continue;
      const token = makeToken(TokenKind.Function, module.functionBase + member);
      this.#apply({ kind: "api-argument", api: called }, token);
    }
  }

  /** Functions at `from` are methods of a constructor, which thereby is one: all have the instance as receiver. */
  #methods(constructor_: number, from: Node): void {
    const token = makeToken(TokenKind.Instance, constructor_);
    this.#bindReceiver(constructor_, token);
    this.#react(from, { kind: "receiver", token });
  }

  #bindReceiver(fn: number, token: Token): void {
    for (const { position, value } of this.parameters[fn]!) {
      if (position === Position.Receiver) this.#add(value, token);
    }
  }

  // --- constraints ----------------------------------------------------------------------------------------------

  #collectParameters(module: SourceModule): void {
    const { ir } = module;
    ir.functions.forEach((record, index) => {
      const list = this.parameters[module.functionBase + index]!;
      for (let local = record.firstInstruction; local < record.endInstruction; local++) {
        if (ir.kinds[local] !== Kind.Parameter) continue;
        const at = ir.operandStart[local]!;
        list.push({
          position: ir.operands[at]!,
          rest: (ir.operands[at + 1]! & ParameterFlag.Rest) !== 0,
          flags: ir.operands[at + 1]!,
          name: ir.operands[at + 3]! < 0 ? "" : ir.strings[ir.operands[at + 3]!]!,
          value: module.valueBase + local,
        });
      }
    });
  }

  #constrain(module: SourceModule): void {
    const { ir, valueBase, functionBase, variableBase } = module;
    const { kinds, operandStart, operands, strings } = ir;
    const isEsm = ir.exports.length > 0;
    const exports = makeToken(TokenKind.Exports, module.index);
    for (const record of ir.exports) {
      const to = record.name === "*" ? undefined : this.#field(exports, this.name(record.name));
      if ("variable" in record) {
        if (to !== undefined) this.#edge(this.#variableBase + variableBase + record.variable, to);
      } else {
        const target = this.#node();
        this.#import(module, record.module, record.imported, target);
        if (to !== undefined) this.#edge(target, to);
        else this.#alias(exports, target, false);
      }
    }
    for (let index = 0; index < ir.classes.length; index++) this.#constrainClass(module, index);
    for (let index = 0; index < ir.variables.length; index++) {
      const { type } = ir.variables[index]!;
      if (type !== "") this.#declare(module, type, this.#variableBase + variableBase + index);
    }
    for (let fn = 0; fn < ir.functions.length; fn++) {
      const { firstInstruction, endInstruction } = ir.functions[fn]!;
      for (let local = firstInstruction; local < endInstruction; local++) {
        const value = valueBase + local;
        const from = operandStart[local]!;
        const to = operandStart[local + 1]!;
        switch (kinds[local]) {
          case Kind.Parameter:
            if (operands[from + 1]! & (ParameterFlag.Rest | ParameterFlag.Keywords))
              this.#add(value, makeToken(TokenKind.Object, value));
            if (operands[from + 2]! >= 0)
              this.#declare(module, strings[operands[from + 2]!]!, value);
            break;
          case Kind.Captured:
            this.#edge(this.#variableBase + variableBase + operands[from]!, value);
            break;
          case Kind.SetCaptured:
            this.#edge(
              valueBase + operands[from + 1]!,
              this.#variableBase + variableBase + operands[from]!,
            );
            break;
          case Kind.Imported:
            this.#import(module, strings[operands[from]!]!, strings[operands[from + 1]!]!, value);
            break;
          case Kind.Cell: {
            const name = strings[operands[from]!]!;
            if (!isEsm && name === "module")
              this.#add(value, makeToken(TokenKind.Module, module.index));
            else if (!isEsm && name === "exports") this.#add(value, exports);
            else this.#edge(this.#cell(ir.language, name), value);
            break;
          }
          case Kind.SetCell:
            this.#edge(
              valueBase + operands[from + 1]!,
              this.#cell(ir.language, strings[operands[from]!]!),
            );
            break;
          case Kind.Closure:
            this.#add(value, makeToken(TokenKind.Function, functionBase + operands[from]!));
            break;
          case Kind.ClassValue:
            this.#add(
              value,
              makeToken(
                TokenKind.Function,
                functionBase + ir.classes[operands[from]!]!.constructor_,
              ),
            );
            break;
          case Kind.Record:
            this.#record(module, local, value);
            break;
          case Kind.Sequence: {
            const token = makeToken(TokenKind.Object, value);
            this.#add(value, token);
            for (let at = from; at < to; at++) {
              const element = valueBase + unspread(operands[at]!);
              if (isSpread(operands[at]!)) {
                this.#react(element, { kind: "content", to: this.#field(token, this.#starName) });
              } else {
                const index = at - from;
                this.#edge(
                  element,
                  this.#field(token, index > 9 ? this.#starName : this.name(String(index))),
                );
              }
            }
            break;
          }
          case Kind.Phi:
            for (let at = from; at < to; at++) this.#edge(valueBase + operands[at]!, value);
            break;
          case Kind.Guard:
            this.#edge(valueBase + operands[from]!, value);
            break;
          case Kind.Await:
            this.#listen(valueBase + operands[from]!, Role.Await, value);
            break;
          case Kind.Load:
            this.#listen(valueBase + operands[from]!, Role.Load, value);
            break;
          case Kind.Store:
            this.#listen(valueBase + operands[from]!, Role.Store, value);
            break;
          case Kind.Iterate:
            this.#listen(valueBase + operands[from]!, Role.Iterate, value);
            break;
          case Kind.Call:
            this.#call(module, local, value);
            break;
          case Kind.Return:
            if (operands[from]! >= 0)
              this.#edge(valueBase + operands[from]!, this.#returnBase + functionBase + fn);
            break;
          default:
            break;
        }
      }
    }
  }

  #constrainClass(module: SourceModule, index: number): void {
    const record = module.ir.classes[index]!;
    if (record.constructor_ < 0) return;
    const definition = module.functionBase + record.constructor_;
    const instance = makeToken(TokenKind.Instance, definition);
    this.#bindReceiver(definition, instance);
    for (const member of record.members) {
      const fn = module.functionBase + member.function;
      const owner = makeToken(
        member.isStatic ? TokenKind.Function : TokenKind.Prototype,
        definition,
      );
      const field = this.#field(owner, this.name(member.name));
      if (member.role === "getter") this.#edge(this.#returnBase + fn, field);
      else if (member.role !== "setter") this.#add(field, makeToken(TokenKind.Function, fn));
      this.#bindReceiver(
        fn,
        member.isStatic ? makeToken(TokenKind.Function, definition) : instance,
      );
    }
    // What extends the class reads its fields by the prototype.
    const prototype = makeToken(TokenKind.Prototype, definition);
    for (const { field, type } of record.fieldTypes)
      for (const owner of [instance, prototype])
        this.#declare(module, type, this.#field(owner, this.name(field)));
    if (record.superclass >= 0) {
      const superclass = module.valueBase + record.superclass;
      this.#alias(makeToken(TokenKind.Prototype, definition), superclass, true);
      this.#alias(makeToken(TokenKind.Function, definition), superclass, false);
      this.#superclasses.set(definition, superclass);
      this.#react(superclass, { kind: "subclass", definition });
    }
  }

  #record(module: SourceModule, local: number, value: number): void {
    const { operandStart, operands, strings } = module.ir;
    const token = makeToken(TokenKind.Object, value);
    this.#add(value, token);
    let at = operandStart[local]!;
    const end = operandStart[local + 1]!;
    for (let count = operands[at++]!; count > 0; count--, at += 2) {
      const field = module.valueBase + operands[at + 1]!;
      this.#edge(field, this.#field(token, this.name(strings[operands[at]!]!)));
      this.#react(field, { kind: "receiver", token });
    }
    while (at < end) {
      this.#alias(token, module.valueBase + operands[at]!, false);
      at += 2 + operands[at + 1]!;
    }
  }

  #import(module: SourceModule, specifier: string, name: string, to: Node): void {
    const target = this.linker.resolve(module, specifier, name === "*" ? undefined : name);
    const inner = name === "*" ? undefined : this.linker.submodule(module, specifier, name);
    if (inner) this.#edge(this.#exports[inner.index]!, to);
    if (target) {
      const exports = this.#exports[target.index]!;
      if (name === "*" || (name === "default" && target.ir.exports.length === 0))
        this.#edge(exports, to);
      else
        this.#react(exports, {
          kind: "read",
          name: this.name(name),
          to,
          viaSuper: false,
          depth: 0,
        });
    }
    if (target || inner) return;
    const api = this.libraryToken(module, specifier);
    if (name !== "*" && name !== "default") {
      // What is imported may be a library in its own right: `from lxml import etree`.
      const own = this.models.root(`${specifier}.${name}`, module.ir.language);
      if (own !== 0) this.#add(to, makeToken(TokenKind.Api, own));
    }
    if (api === 0) return;
    const member = name === "*" || name === "default" ? api : this.models.member(api, name);
    const token =
      name === "default" ? this.models.union(member, this.models.member(api, "default")) : member;
    if (token !== 0) this.#add(to, makeToken(TokenKind.Api, token));
  }

  /** What a specifier outside the tree is: all that is said of it under any of the names it goes by. */
  libraryToken(module: SourceModule, specifier: string): ApiToken {
    for (const [library, ...members] of this.linker.libraries(module, specifier)) {
      let api = this.models.root(library!, module.ir.language);
      for (const name of members) api = this.models.member(api, name);
      if (api !== 0) return api;
    }
    return 0;
  }

  // --- declared types -------------------------------------------------------------------------------------------

  #declare(module: SourceModule, type: string, node: Node): void {
    for (const token of this.typeTokens(module, type, 0)) {
      if (kindOfToken(token) === TokenKind.Api && node < this.#returnBase)
        this.#addDirect(node, numberOfToken(token));
      else this.#add(node, token);
    }
  }

  #addDirect(parameter: Node, api: ApiToken): void {
    this.#add(parameter, makeToken(TokenKind.Api, api));
    this.directParameters.set(
      parameter,
      this.models.union(this.directParameters.get(parameter) ?? 0, api),
    );
  }

  /** What an expression of a declared type stands for. */
  typeTokens(module: SourceModule, type: string, depth: number): Token[] {
    if (depth > 4) return [];
    const { ir } = module;
    const [head = "", ...rest] = type.split(".");
    if (rest.length === 0) {
      const local = ir.classes.find(({ name, constructor_ }) => name === head && constructor_ >= 0);
      if (local) return [makeToken(TokenKind.Instance, module.functionBase + local.constructor_)];
    }
    const imported = ir.imports.find(({ local }) => local === head);
    if (imported) {
      const path =
        imported.name === "*" || imported.name === "default" ? rest : [imported.name, ...rest];
      const target =
        this.linker.submodule(module, imported.module, imported.name) ??
        this.linker.resolve(module, imported.module, path.at(-1));
      if (target) return this.#exportedType(target, path.at(-1) ?? "default", depth + 1);
      let api = this.libraryToken(module, imported.module);
      for (const name of path) api = this.models.member(api, name);
      let token = this.models.instance(api);
      for (const [library, ...members] of this.linker.libraries(module, imported.module)) {
        const name = [library, ...members, ...path].join(".");
        token = this.models.union(token, this.models.root(name, ir.language));
      }
      return token === 0 ? [] : [makeToken(TokenKind.Api, token)];
    }
    const alias = ir.typeAliases.find(({ name }) => name === type);
    if (alias && alias.target !== type) return this.typeTokens(module, alias.target, depth + 1);
    const shape = ir.interfaces.find(({ name }) => name === type);
    if (shape) return this.#implementing(ir.language, shape.methods);
    const named = this.models.root(type, ir.language);
    return named === 0 ? [] : [makeToken(TokenKind.Api, named)];
  }

  /** Instances of the types that have all of the methods, as the interfaces of some languages ask. */
  #implementing(language: string, methods: readonly string[]): Token[] {
    const found: Token[] = [];
    for (const [constructor_, names] of this.#methodSets(language))
      if (methods.every((name) => names.has(name)))
        found.push(makeToken(TokenKind.Instance, constructor_));
    return found.length <= IMPLEMENTATIONS ? found : [];
  }

  /** Names of the methods of each type, by constructor; those that stand in other files than their type too. */
  #methodSets(language: string): ReadonlyMap<number, ReadonlySet<string>> {
    const known = this.#methodSetsOf.get(language);
    if (known) return known;
    const sets = new Map<number, Set<string>>();
    this.#methodSetsOf.set(language, sets);
    for (const module of this.program.modules) {
      const { ir, functionBase } = module;
      if (ir.language !== language) continue;
      ir.functions.forEach((record, index) => {
        if (record.role !== "method") return;
        for (const constructor_ of this.#receiversOf(module, functionBase + index)) {
          const names = sets.get(constructor_) ?? new Set();
          sets.set(constructor_, names.add(record.name));
        }
      });
    }
    return sets;
  }

  /** Constructors of the types that a method belongs to: of its class, or of what its receiver is declared as. */
  #receiversOf(module: SourceModule, fn: number): number[] {
    const { ir, functionBase, valueBase } = module;
    const { class: index } = ir.functions[fn - functionBase]!;
    if (index >= 0) return [functionBase + ir.classes[index]!.constructor_];
    const self = this.parameters[fn]!.find(({ position }) => position === Position.Receiver);
    const type = self ? ir.operands[ir.operandStart[self.value - valueBase]! + 2]! : -1;
    if (type < 0) return [];
    return this.typeTokens(module, ir.strings[type]!, 0)
      .filter((token) => kindOfToken(token) === TokenKind.Instance)
      .map(numberOfToken);
  }

  #exportedType(module: SourceModule, name: string, depth: number): Token[] {
    if (depth > 4) return [];
    for (const record of module.ir.exports) {
      if ("module" in record && (record.name === name || record.name === "*")) {
        const target = this.linker.resolve(module, record.module);
        const found = target
          ? this.#exportedType(target, record.name === "*" ? name : record.imported, depth + 1)
          : [];
        if (found.length > 0) return found;
      }
    }
    if (name !== "default") return this.typeTokens(module, name, depth);
    const [only] = module.ir.classes;
    return only && module.ir.classes.length === 1
      ? [makeToken(TokenKind.Instance, module.functionBase + only.constructor_)]
      : [];
  }

  // --- instructions that wait for tokens ------------------------------------------------------------------------

  #handle(entry: number, token: Token): void {
    const value = Math.floor(entry / 8);
    const role = entry & 7;
    const module = this.program.moduleOfValue(value);
    const { ir, valueBase } = module;
    const from = ir.operandStart[value - valueBase]!;
    const { operands, strings } = ir;
    switch (role) {
      case Role.Load: {
        const field = operands[from + 1]!;
        if (field >= 0) this.#read(token, this.name(strings[field]!), value, 0);
        else if (kindOfToken(token) === TokenKind.Api) {
          const inside = this.models.union(
            this.models.element(numberOfToken(token)),
            this.models.anyMember(numberOfToken(token)),
          );
          if (inside !== 0) this.#add(value, makeToken(TokenKind.Api, inside));
        } else this.#edge(this.#contentOf(token), value);
        return;
      }
      case Role.Store: {
        const field = operands[from + 1]!;
        const name = field >= 0 ? this.name(strings[field]!) : this.#starName;
        this.#write(token, name, valueBase + operands[from + 3]!, module.index);
        return;
      }
      case Role.Iterate:
        if (operands[from + 1] === IteratePart.Key) return;
        this.#apply({ kind: "content", to: value }, token);
        return;
      case Role.Await: {
        this.#add(value, token);
        if (kindOfToken(token) === TokenKind.Api) {
          const awaited = this.models.awaited(numberOfToken(token));
          if (awaited !== 0) this.#add(value, makeToken(TokenKind.Api, awaited));
        }
        return;
      }
      case Role.Call:
        this.#callee(module, value, token);
        return;
    }
  }

  // --- calls ----------------------------------------------------------------------------------------------------

  #call(module: SourceModule, local: number, value: number): void {
    const { operandStart, operands, strings } = module.ir;
    const from = operandStart[local]!;
    const to = operandStart[local + 1]!;
    const callee = module.valueBase + operands[from + 1]!;
    const receiver = operands[from + 2]! < 0 ? -1 : module.valueBase + operands[from + 2]!;
    const name = operands[from + 3]! < 0 ? "" : strings[operands[from + 3]!]!;
    this.#listen(callee, Role.Call, value);
    if (receiver >= 0 && (name === "call" || name === "apply" || name === "bind")) {
      this.#react(receiver, { kind: "call-through", call: value });
    }
    if (receiver >= 0 && name !== "") {
      const any = this.models.root("any", module.ir.language);
      for (const row of this.models.rows(this.models.member(any, name)).rows) {
        if (row.role === "propagator" && row.whole && row.neutralises === 0n)
          this.#passOn(module, local, value, row);
      }
    }
    if (name === "inherits" && to - from >= 6) {
      this.#react(module.valueBase + unspread(operands[from + 4]!), {
        kind: "inherit",
        superclass: module.valueBase + unspread(operands[from + 5]!),
      });
    }
    if (operands[from] === CallForm.Call && receiver < 0) this.#define(module, local);
  }

  /** AMD: `define(["a", "exports"], function (a, exports) { ... })`. */
  #define(module: SourceModule, local: number): void {
    const { ir, valueBase } = module;
    const { operandStart, operands, strings, kinds } = ir;
    const from = operandStart[local]!;
    const callee = operands[from + 1]!;
    if (kinds[callee] !== Kind.Cell || strings[operands[operandStart[callee]!]!] !== "define")
      return;
    const args = Array.from(operands.slice(from + 4, operandStart[local + 1]!), unspread);
    const factory = args.at(-1);
    if (factory === undefined) return;
    const list = args.find((arg) => kinds[arg] === Kind.Sequence);
    const names =
      list === undefined
        ? ["require", "exports", "module"]
        : Array.from(operands.slice(operandStart[list]!, operandStart[list + 1]!), (element) => {
            const constant = unspread(element);
            return kinds[constant] === Kind.Constant
              ? strings[operands[operandStart[constant]! + 1]!]!
              : "";
          });
    names.forEach((name, position) => {
      const node = this.#node();
      if (name === "exports") this.#add(node, makeToken(TokenKind.Exports, module.index));
      else if (name === "module") this.#add(node, makeToken(TokenKind.Module, module.index));
      else if (name !== "" && name !== "require") this.#import(module, name, "*", node);
      this.#react(valueBase + factory, { kind: "into-parameter", from: node, position });
    });
    this.#react(valueBase + factory, { kind: "from-return", to: this.#exports[module.index]! });
    if (kinds[factory] === Kind.Record)
      this.#edge(valueBase + factory, this.#exports[module.index]!);
  }

  #callee(module: SourceModule, value: number, token: Token): void {
    const { operandStart, operands } = module.ir;
    const local = value - module.valueBase;
    const from = operandStart[local]!;
    const to = operandStart[local + 1]!;
    const form = operands[from]!;
    const number = numberOfToken(token);
    if (kindOfToken(token) === TokenKind.Api) {
      this.#callApi(module, local, value, number);
      return;
    }
    if (kindOfToken(token) !== TokenKind.Function) return;
    const args: number[] = [];
    for (let at = from + 4; at < to; at++) args.push(operands[at]!);
    const receiver = operands[from + 2]! < 0 ? -1 : module.valueBase + operands[from + 2]!;
    // A class that is called is constructed, whether the language has a word for it or not.
    const constructs =
      form === CallForm.New ||
      (form === CallForm.Call && this.program.functionAt(number).role === "constructor");
    this.#bind(module, number, args, constructs ? -1 : receiver);
    if (constructs) {
      const instance = makeToken(TokenKind.Instance, number);
      this.#add(value, instance);
      this.#bindReceiver(number, instance);
    }
    this.#edge(this.#returnBase + number, value);
  }

  /** `f.call(self, a)`, `f.apply(self, list)`, `f.bind(self, a)`. */
  #callThrough(value: number, token: Token): void {
    const module = this.program.moduleOfValue(value);
    const { operandStart, operands, strings } = module.ir;
    const local = value - module.valueBase;
    const from = operandStart[local]!;
    const to = operandStart[local + 1]!;
    const name = strings[operands[from + 3]!]!;
    const kind = kindOfToken(token);
    if (kind === TokenKind.Api) {
      if (name === "bind") this.#add(value, token);
      else {
        const result = this.models.result(numberOfToken(token));
        if (result !== 0) this.#add(value, makeToken(TokenKind.Api, result));
      }
      return;
    }
    if (kind !== TokenKind.Function) return;
    const self =
      to > from + 4 && !isSpread(operands[from + 4]!) ? module.valueBase + operands[from + 4]! : -1;
    const args: number[] = [];
    if (name !== "apply") for (let at = from + 5; at < to; at++) args.push(operands[at]!);
    this.#bind(module, numberOfToken(token), args, self);
    if (name === "bind") this.#add(value, token);
    else this.#edge(this.#returnBase + numberOfToken(token), value);
  }

  /** A decorator of unknown origin, `@app.get("/")`, is judged by its name alone. */
  #decorateByName({ ir, valueBase }: SourceModule): void {
    const { kinds, operands, operandStart, strings } = ir;
    for (let local = 0; local < kinds.length; local++) {
      const from = operandStart[local]!;
      if (kinds[local] !== Kind.Call || operands[from] !== CallForm.Decorator) continue;
      const decorator = operands[from + 1]!;
      const at = operandStart[decorator]!;
      if (kinds[decorator] !== Kind.Call || operands[at + 3]! < 0) continue;
      if (this.tokensOf(valueBase + decorator).length > 0) continue;
      if (this.tokensOf(valueBase + operands[at + 1]!).length > 0) continue;
      const any = this.models.root("any", ir.language);
      const method = this.models.member(any, strings[operands[at + 3]!]!);
      const api = this.models.decorated(this.models.result(method));
      if (api !== 0)
        this.#react(valueBase + unspread(operands[from + 4]!), { kind: "api-argument", api });
    }
  }

  #bind(module: SourceModule, fn: number, args: readonly number[], receiver: Node): void {
    const keywords = keywordsOf(module.ir, args);
    const count = keywords < 0 ? args.length : args.length - 1;
    for (const { position, rest, flags, name: formal, value } of this.parameters[fn]!) {
      if (flags & ParameterFlag.Keywords) {
        if (keywords >= 0)
          this.#alias(makeToken(TokenKind.Object, value), module.valueBase + keywords, false);
        continue;
      }
      if (keywords >= 0 && formal !== "") {
        this.#react(module.valueBase + keywords, {
          kind: "read",
          name: this.name(formal),
          to: value,
          viaSuper: false,
          depth: 0,
        });
      }
      if (flags & ParameterFlag.Named) continue;
      if (position === Position.Receiver) {
        if (receiver >= 0) this.#edge(receiver, value);
      } else if (rest) {
        const token = makeToken(TokenKind.Object, value);
        for (let index = position; index < count; index++) {
          const name = index - position > 9 ? this.#starName : this.name(String(index - position));
          this.#edge(module.valueBase + unspread(args[index]!), this.#field(token, name));
        }
      } else if (position >= 0 && position < count && !isSpread(args[position]!)) {
        this.#edge(module.valueBase + args[position]!, value);
      }
    }
  }

  #callApi(module: SourceModule, local: number, value: number, api: ApiToken): void {
    const { operandStart, operands } = module.ir;
    const from = operandStart[local]!;
    const to = operandStart[local + 1]!;
    const result = this.models.made(api, operands[from] === CallForm.New);
    if (result !== 0) this.#add(value, makeToken(TokenKind.Api, result));
    const keywords = keywordsOf(module.ir, operands.subarray(from + 4, to));
    if (keywords >= 0) {
      for (const [name, field] of writtenFields(module.ir, keywords)) {
        const argument = this.models.namedArgument(api, name);
        if (argument !== 0)
          this.#react(module.valueBase + field, { kind: "api-argument", api: argument });
      }
    }
    const count = to - from - 4 - (keywords < 0 ? 0 : 1);
    for (let index = 0; index < count; index++) {
      const argument = this.models.argument(api, index, count);
      if (argument === 0) continue;
      const node = module.valueBase + unspread(operands[from + 4 + index]!);
      this.#react(node, { kind: "api-argument", api: argument });
    }
    if (operands[from] === CallForm.Decorator && count > 0) {
      const decorated = this.models.decorated(api);
      if (decorated !== 0) {
        this.#react(module.valueBase + unspread(operands[from + 4]!), {
          kind: "decorated",
          api: decorated,
        });
      }
    }
    for (const row of this.models.rows(api).rows) {
      if (row.role === "propagator" && row.whole && row.neutralises === 0n)
        this.#passOn(module, local, value, row);
      // Routers of one library are told apart by where they are made.
      else if (row.role === "router") this.#add(value, makeToken(TokenKind.Object, value));
    }
  }

  /** A model row that hands on a value itself hands on what it stands for. */
  #passOn(module: SourceModule, local: number, value: number, row: PropagatorRow): void {
    for (const source of this.#positionNodes(module, local, value, row.from.segments)) {
      for (const { node, rest } of this.#targets(module, local, value, row.to.segments)) {
        if (rest === undefined) {
          if (row.to.segments[0]?.kind === "argument")
            this.#react(node, { kind: "copy-fields", target: source });
          else this.#edge(source, node);
        } else if (rest.kind === "parameter") {
          const inside = this.#node();
          this.#react(source, { kind: "content-or-self", to: inside });
          this.#react(node, { kind: "into-parameter", from: inside, position: rest.from });
        }
      }
    }
  }

  #positionNodes(
    module: SourceModule,
    local: number,
    value: number,
    segments: readonly Segment[],
  ): Node[] {
    return this.#targets(module, local, value, segments).map(({ node, rest }) => {
      if (rest === undefined) return node;
      const inside = this.#node();
      if (rest.kind === "return") this.#react(node, { kind: "from-return", to: inside });
      else if (rest.kind === "element" || rest.kind === "key")
        this.#react(node, { kind: "content", to: inside });
      else if (rest.kind === "awaited") this.#react(node, { kind: "content-or-self", to: inside });
      else if (rest.kind === "member" && rest.names) {
        for (const name of rest.names) {
          this.#react(node, {
            kind: "read",
            name: this.name(name),
            to: inside,
            viaSuper: false,
            depth: 0,
          });
        }
      }
      return inside;
    });
  }

  /** The argument or result nodes of a call that a position begins with, and the one segment after it. */
  #targets(
    module: SourceModule,
    local: number,
    value: number,
    segments: readonly Segment[],
  ): { node: Node; rest: Segment | undefined }[] {
    const { operandStart, operands } = module.ir;
    const from = operandStart[local]!;
    const keywords = keywordsOf(module.ir, operands.subarray(from + 4, operandStart[local + 1]!));
    const count = operandStart[local + 1]! - from - 4 - (keywords < 0 ? 0 : 1);
    const [first, rest] = segments;
    if (first?.kind === "return") return [{ node: value, rest }];
    if (first?.kind !== "argument") return [];
    if (first.from === ArgumentPosition.This) {
      const receiver = operands[from + 2]!;
      return receiver < 0 ? [] : [{ node: module.valueBase + receiver, rest }];
    }
    const low = first.from === ArgumentPosition.Last ? count - 1 : first.from;
    const high = first.from === ArgumentPosition.Last ? count - 1 : Math.min(first.to, count - 1);
    const nodes: { node: Node; rest: Segment | undefined }[] = [];
    if (keywords >= 0) {
      for (const name of first.names) {
        const field = writtenField(module.ir, keywords, name);
        if (field >= 0) nodes.push({ node: module.valueBase + field, rest });
      }
    }
    for (let index = Math.max(low, 0); index <= high; index++) {
      nodes.push({ node: module.valueBase + unspread(operands[from + 4 + index]!), rest });
    }
    return nodes;
  }
}

function sameReaction(a: Reaction, b: Reaction): boolean {
  switch (a.kind) {
    case "receiver":
      return b.kind === "receiver" && a.token === b.token;
    case "api-argument":
    case "decorated":
      return b.kind === a.kind && a.api === b.api;
    case "read":
      return b.kind === "read" && a.name === b.name && a.to === b.to && a.viaSuper === b.viaSuper;
    case "content":
    case "content-or-self":
    case "from-return":
      return b.kind === a.kind && a.to === b.to;
    case "subclass":
      return b.kind === "subclass" && a.definition === b.definition;
    case "into-parameter":
      return b.kind === "into-parameter" && a.from === b.from && a.position === b.position;
    default:
      return false;
  }
}
