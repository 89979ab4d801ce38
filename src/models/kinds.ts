/** The kinds of sources, sinks, neutralisations and states, as bits and small numbers. */
import type { z } from "zod";
import type { KindFile } from "./schema.ts";

/** What the engine itself notes about a flow: not proof of harmlessness, but a reason to be less sure. */
export const softKinds = {
  unmodelled: "it passes through a call that is not known",
  "by-name": "a callee was found by its name alone",
  tested: "a test that is not understood stands before it",
  member: "it is looked up in an object whose keys are not known before it is used",
  rewritten: "parts of it are replaced on the way",
} as const;
export type SoftKind = keyof typeof softKinds;

/** Name of the bit for a kind whose dangerous texts were rewritten in part. */
const partial = (sink: string): string => `partly ${sink}`;

/** A set of neutralisations. */
export type KindSet = bigint;

export class Kinds {
  readonly #bits = new Map<string, number>();
  readonly #states = new Map<string, number>();
  readonly file: z.infer<typeof KindFile>;
  /** Kinds that a limit on the length neutralises. */
  readonly harmlessWhenShort: KindSet;
  /** By sink kind, what set before takes the harm. */
  readonly harmlessWhen: ReadonlyMap<
    string,
    { readonly setting: string; readonly matches: RegExp }
  >;
  /** Kinds that a comparison of size neutralises. */
  readonly harmlessWhenBounded: KindSet;
  /** Names of functions that say they make data harmless. */
  readonly defences: RegExp;
  /** Sink kinds with the texts that do harm there. */
  readonly dangerous: readonly {
    readonly bit: KindSet;
    /** Some of the texts were taken out: no proof, but a doubt where data of this kind is looked for. */
    readonly partly: KindSet;
    readonly texts: readonly string[];
    readonly openings: readonly RegExp[];
  }[];

  /** How a kind of text marks the places of what is handed over beside it. */
  bindings(sink: string): RegExp | undefined {
    const source = this.file.sinks[sink]?.bindings;
    return source === undefined ? undefined : new RegExp(source, "gi");
  }

  constructor(file: z.infer<typeof KindFile>) {
    this.file = file;
    this.defences = new RegExp(file.defences, "i");
    for (const name of [
      ...Object.keys(softKinds),
      ...Object.keys(file.sinks),
      ...Object.keys(file.neutralisations),
      ...Object.keys(file.sinks).map(partial),
    ]) {
      if (!this.#bits.has(name)) this.#bits.set(name, this.#bits.size);
    }
    for (const name of Object.keys(file.states)) this.#states.set(name, this.#states.size + 1);
    this.harmlessWhenShort = this.set(
      Object.keys(file.sinks).filter((name) => file.sinks[name]!["harmless-when-short"]),
    );
    this.harmlessWhen = new Map(
      Object.entries(file.sinks).flatMap(([name, { "harmless-when": when }]) =>
        when ? [[name, { setting: when.setting, matches: new RegExp(when.matches, "i") }]] : [],
      ),
    );
    this.harmlessWhenBounded = this.set(
      Object.keys(file.sinks).filter((name) => file.sinks[name]!["harmless-when-bounded"]),
    );
    this.dangerous = Object.entries(file.sinks).map(([name, { dangerous, openings }]) => ({
      bit: this.bit(name),
      partly: this.bit(partial(name)),
      texts: dangerous,
      openings: openings.map((opening) => new RegExp(opening)),
    }));
  }

  /** The set that holds one neutralisation; throws on a name that no kind file has. */
  bit(name: string): KindSet {
    const bit = this.#bits.get(name);
    if (bit === undefined)
      throw new UnknownKindError(`"${name}" is no sink kind or neutralisation of kinds.yml`);
    return 1n << BigInt(bit);
  }

  /** Set where part of what does harm in a sink of the kind was rewritten. */
  partly(sink: string): KindSet {
    return this.bit(partial(sink));
  }

  set(names: readonly string[]): KindSet {
    return names.reduce((all, name) => all | this.bit(name), 0n);
  }

  /** 0 is the plain state. */
  state(name: string | undefined): number {
    if (name === undefined) return 0;
    const state = this.#states.get(name);
    if (state === undefined) throw new UnknownKindError(`"${name}" is no state of kinds.yml`);
    return state;
  }

  checkSource(name: string): string {
    if (!(name in this.file.sources))
      throw new UnknownKindError(`"${name}" is no source kind of kinds.yml`);
    return name;
  }

  checkSink(name: string): string {
    if (!(name in this.file.sinks))
      throw new UnknownKindError(`"${name}" is no sink kind of kinds.yml`);
    return name;
  }
}

export class UnknownKindError extends Error {}
