/** What names say: the regular expressions of `vocabulary.yml`, ready to be asked. */
import type { GuardKind } from "./rows.ts";
import { type fieldClasses, type VocabularyFile, watchedCares } from "./schema.ts";

export type CareKind = (typeof watchedCares)[number];
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
  readonly #cares: readonly (readonly [CareKind, { has: RegExp; mentions: RegExp }])[];
  readonly #fields: readonly (readonly [FieldClass, RegExp])[];

  /** Kinds of guards of a repository's own, by name. */
  readonly #own: ReadonlyMap<string, readonly GuardKind[]>;

  constructor(file: VocabularyFile, own: ReadonlyMap<string, readonly GuardKind[]> = new Map()) {
    this.#file = file;
    this.#own = own;
    this.#fields = Object.entries(file.fields).map(([kind, source]) => [
      kind as FieldClass,
      new RegExp(source),
    ]);
    this.#cares = watchedCares.map((kind) => {
      const { has, mentions } = file.cares[kind];
      return [kind, { has: new RegExp(has, "gi"), mentions: new RegExp(mentions, "gi") }];
    });
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
    return this.#own.has(name) || this.#test(this.#file.demands, name);
  }

  /** A method of this name, called with nothing, ends an answer. */
  isEnd(name: string): boolean {
    return this.#test(this.#file.ends, name);
  }

  /** A function of this name gives what it is asked for only where that is genuine. */
  isProver(name: string): boolean {
    return this.#test(this.#file.provers, name);
  }

  /** A method of this name writes a record. */
  isWrite(name: string): boolean {
    return this.#test(this.#file.writes, name);
  }

  /** A function of this name changes something. */
  isEffect(name: string): boolean {
    return this.#test(this.#file.effects, name);
  }

  /** A function of this name takes from a text what would be more than text. */
  isCleaner(name: string): boolean {
    return this.#test(this.#file.cleaners, name);
  }

  /** Where code protects data by what stands around its use, and how; offsets into the text. */
  *caresIn(text: string): Iterable<{ kind: CareKind; label: string; at: number }> {
    for (const [kind, { has }] of this.#cares)
      for (const match of text.matchAll(has)) yield { kind, label: match[0], at: match.index };
  }

  /** Kinds of such protection that code speaks of, so that it may have it in another way. */
  caresSpokenOf(text: string): CareKind[] {
    return this.#cares
      .filter(([, { mentions }]) => text.search(mentions) >= 0)
      .map(([kind]) => kind);
  }

  /** A call of this name only writes down what happened. */
  isLog(name: string): boolean {
    return this.#test(this.#file.logs.calls, name);
  }

  /** An expression that stands for what writes things down. */
  isLogger(expression: string): boolean {
    return this.#test(this.#file.logs.on, expression);
  }

  /** A method of this name never comes back. */
  isStopping(name: string): boolean {
    return this.#test(this.#file.stops.methods, name);
  }

  /** A function of this name never comes back. */
  isStoppingFunction(name: string): boolean {
    return this.#test(this.#file.stops.functions, name);
  }

  /** A guard of this name lets strangers pass. */
  isOptional(name: string): boolean {
    return this.#test(this.#file.optional, name);
  }

  /** What a guard checks that the repository itself names; undefined where it names none. */
  ownGuard(name: string): readonly GuardKind[] | undefined {
    return this.#own.get(name);
  }

  /** What a guard of this name checks, in the order of the file. */
  guardKinds(name: string): GuardKind[] {
    const own = this.#own.get(name);
    if (own) return [...own];
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
