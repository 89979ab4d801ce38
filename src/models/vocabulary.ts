/** What names say: the regular expressions of `vocabulary.yml`, ready to be asked. */
import type { GuardKind } from "./rows.ts";
import type { fieldClasses, VocabularyFile } from "./schema.ts";

export type FieldClass = (typeof fieldClasses)[number];

/** `require_admin_role` for `requireAdminRole` and for "Require admin role". */
export const plain = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .replace(/\s+/g, "_")
    .toLowerCase();

export class Vocabulary {
  readonly #file: VocabularyFile;
  /** The same few names are asked about again and again. */
  readonly #answers = new Map<
    string,
    { readonly pattern: RegExp; readonly of: Map<string, boolean> }
  >();
  readonly #classes = new Map<string, FieldClass | undefined>();
  readonly #guards: readonly (readonly [GuardKind, RegExp])[];
  readonly #fields: readonly (readonly [FieldClass, RegExp])[];

  constructor(file: VocabularyFile) {
    this.#file = file;
    this.#fields = Object.entries(file.fields).map(([kind, source]) => [
      kind as FieldClass,
      new RegExp(source),
    ]);
    this.#guards = Object.entries(file.guards).map(([kind, source]) => [
      kind as GuardKind,
      new RegExp(source),
    ]);
  }

  /** Stands for whoever sends the request. */
  isPrincipal(name: string): boolean {
    return this.#test(this.#file.principals, name);
  }

  /** What a client proves itself with. */
  isCredential(name: string): boolean {
    return this.#test(this.#file.credentials, name);
  }

  /** A part of a request that its sender fills as it likes. */
  isInput(name: string): boolean {
    return this.#test(this.#file.inputs, name);
  }

  /** The part of a request that a member or method of this name gives. */
  partOf(name: string): "path" | "query" | "body" | "" {
    if (this.#test(this.#file.parts.path, name)) return "path";
    if (this.#test(this.#file.parts.query, name)) return "query";
    return this.#test(this.#file.parts.body, name) ? "body" : "";
  }

  /** A call or text of this name makes what is beside it happen as one. */
  isTransaction(name: string): boolean {
    return this.#test(this.#file.transactions, name);
  }

  /** A call, option or text of this name keeps others waiting. */
  isLock(name: string): boolean {
    return this.#test(this.#file.locks, name);
  }

  /** What steps before the handler put into a request. */
  isCarried(name: string): boolean {
    return this.#test(this.#file.carried, name);
  }

  /** A function of this name gives an object of fixed fields. */
  isShaper(name: string): boolean {
    return this.#test(this.#file.shapers, name);
  }

  /** A function of this name puts the fields of its other arguments into its first. */
  isMerger(name: string): boolean {
    return this.#test(this.#file.mergers, name);
  }

  /** A function of this name makes a record of what it is given. */
  isMaker(name: string): boolean {
    return this.#test(this.#file.makers, name);
  }

  /** A method of this name asks a database. */
  isQuery(name: string): boolean {
    return this.#test(this.#file.queries, name);
  }

  /** A function of this name asks for a record. */
  isLookup(name: string): boolean {
    return this.#test(this.#file.lookups, name);
  }

  /** A function of this name, called for no result, is there to fail. */
  isDemand(name: string): boolean {
    return this.#test(this.#file.demands, name);
  }

  /** A method of this name, called with nothing, ends an answer. */
  isEnd(name: string): boolean {
    return this.#test(this.#file.ends, name);
  }

  /** A guard of this name lets strangers pass. */
  isOptional(name: string): boolean {
    return this.#test(this.#file.optional, name);
  }

  /** What a guard of this name checks, in the order of the file. */
  guardKinds(name: string): GuardKind[] {
    const words = plain(name);
    return this.#guards.filter(([, pattern]) => pattern.test(words)).map(([kind]) => kind);
  }

  /** Whether a status, an error's name or a text refuses a request, and why. */
  denial(reason: string): Denial | undefined {
    const text = reason.replaceAll("-", "_");
    const { unauthenticated, forbidden, rate, missing } = this.#file.denials;
    if (this.#test(unauthenticated, text)) return "unauthenticated";
    if (this.#test(forbidden, text)) return "forbidden";
    if (this.#test(rate, text)) return "rate";
    return this.#test(missing, text) ? "missing" : undefined;
  }

  /** Where strangers are sent to. */
  isLogin(path: string): boolean {
    return this.#test(this.#file.denials.login, path);
  }

  /** A route or handler of this name is for everybody. */
  isPublic(name: string): boolean {
    return this.#test(this.#file.public, name);
  }

  /** What lies below a part of a path of this name is the sender's own. */
  isOwn(name: string): boolean {
    return this.#test(this.#file.own, name);
  }

  /** A mark of this name lets everybody pass. */
  isOpen(name: string): boolean {
    return this.#test(this.#file.open, name);
  }

  /** What a field of a record means. */
  fieldClass(name: string): FieldClass | undefined {
    if (!this.#classes.has(name)) {
      const words = plain(name);
      this.#classes.set(name, this.#fields.find(([, pattern]) => pattern.test(words))?.[0]);
    }
    return this.#classes.get(name);
  }

  #test(source: string, text: string): boolean {
    let known = this.#answers.get(source);
    if (!known) {
      known = { pattern: new RegExp(source), of: new Map() };
      this.#answers.set(source, known);
    }
    let answer = known.of.get(text);
    if (answer === undefined) {
      answer = known.pattern.test(plain(text));
      known.of.set(text, answer);
    }
    return answer;
  }
}

/** `missing`: others' records are said not to exist. */
export type Denial = "unauthenticated" | "forbidden" | "rate" | "missing";
