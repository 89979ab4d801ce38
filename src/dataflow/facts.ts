/**
 * The abstraction: a fact says that the data at `out` inside a value comes from `in` inside an origin, is in a state,
 * and has been neutralised for some kinds. Origins, paths and labels are interned; a fact's key is one number.
 */
import { PATH_LENGTH } from "../limits.ts";
import type { KindSet } from "../models/kinds.ts";

/** Where data comes from: a source occurrence, or a symbolic input of the function under analysis. */
export const OriginKind = {
  /** A formal; number is its position, -1 for the receiver. */
  Parameter: 0,
  /** A captured variable, as a number of the program. */
  Captured: 1,
  /** A source occurrence. */
  Source: 2,
  /** What a call of a symbolic callee gave; number is the call's value. */
  Result: 3,
} as const;

export type OriginId = number;
export type PathId = number;
export type LabelId = number;
export type FactKey = number;

/** Facts of one value. */
export type FactMap = Map<FactKey, LabelId>;

/** A key, an element whose index is not known, or a field whose name is not known. */
export const ELEMENT = "*";
/** At the end of a path: anything below. */
export const ANYTHING = "**";
/** A key of an object. */
export const KEY = "<key>";

export const EMPTY_PATH: PathId = 0;
export const CLEAN_LABEL: LabelId = 0;

const PATHS = 1 << 15;
const STATES = 4;

export class FactTable {
  readonly #paths: string[][] = [[]];
  readonly #pathIds = new Map<string, PathId>([["", 0]]);
  readonly #appended: Map<string, PathId>[] = [];
  readonly #prepended: Map<string, PathId>[] = [];
  readonly #loaded: Map<string, PathId>[] = [];
  readonly #concatenated = new Map<number, PathId>();
  readonly #relations = new Map<number, Relation | undefined>();
  readonly #elementsOnly = new Map<PathId, boolean>();
  readonly #labels: KindSet[] = [0n];
  readonly #sizes: number[] = [];
  readonly #labelIds = new Map<KindSet, LabelId>([[0n, 0]]);
  readonly #meets = new Map<number, LabelId>();
  readonly #joins = new Map<number, LabelId>();
  readonly #origins: { readonly kind: number; readonly number: number }[] = [];
  readonly #originIds = new Map<number, OriginId>();

  readonly #anything: PathId;
  /** As the input of a source's fact: read from a field of the source's value, or made of it, and no more that value. */
  readonly read: PathId;

  constructor() {
    this.#anything = this.path([ANYTHING]);
    this.read = this.path([ANYTHING]);
  }

  // --- paths ----------------------------------------------------------------------------------------------------

  path(fields: readonly string[]): PathId {
    let kept = fields;
    const any = fields.indexOf(ANYTHING);
    if (any >= 0 && any < fields.length - 1) kept = fields.slice(0, any + 1);
    if (kept.length > PATH_LENGTH && kept[PATH_LENGTH] !== ANYTHING)
      kept = [...kept.slice(0, PATH_LENGTH), ANYTHING];
    const text = kept.join("\0");
    let id = this.#pathIds.get(text);
    if (id === undefined) {
      // Past the table's size every new path is "anything below": coarser, never wrong.
      if (this.#paths.length >= PATHS - 1 && text !== ANYTHING) return this.path([ANYTHING]);
      id = this.#paths.push([...kept]) - 1;
      this.#pathIds.set(text, id);
    }
    return id;
  }

  fields(path: PathId): readonly string[] {
    return this.#paths[path]!;
  }

  append(path: PathId, field: string): PathId {
    let known = this.#appended[path];
    if (!known) {
      known = new Map();
      this.#appended[path] = known;
    }
    let id = known.get(field);
    if (id === undefined) {
      id = this.path([...this.fields(path), field]);
      known.set(field, id);
    }
    return id;
  }

  prepend(field: string, path: PathId): PathId {
    let known = this.#prepended[path];
    if (!known) {
      known = new Map();
      this.#prepended[path] = known;
    }
    let id = known.get(field);
    if (id === undefined) {
      id = this.path([field, ...this.fields(path)]);
      known.set(field, id);
    }
    return id;
  }

  concat(a: PathId, b: PathId): PathId {
    if (a === EMPTY_PATH) return b;
    if (b === EMPTY_PATH) return a;
    const memo = a * PATHS + b;
    let id = this.#concatenated.get(memo);
    if (id === undefined) {
      id = this.path([...this.fields(a), ...this.fields(b)]);
      this.#concatenated.set(memo, id);
    }
    return id;
  }

  /** True when nothing but elements stands in the path: an array of it. */
  onlyElements(path: PathId): boolean {
    if (path === EMPTY_PATH) return true;
    let only = this.#elementsOnly.get(path);
    if (only === undefined) {
      only = this.fields(path).every(
        (field) => field === ELEMENT || field === ANYTHING || /^\d$/.test(field),
      );
      this.#elementsOnly.set(path, only);
    }
    return only;
  }

  // --- labels ---------------------------------------------------------------------------------------------------

  label(set: KindSet): LabelId {
    let id = this.#labelIds.get(set);
    if (id === undefined) {
      id = this.#labels.push(set) - 1;
      this.#labelIds.set(set, id);
    }
    return id;
  }

  neutralised(label: LabelId): KindSet {
    return this.#labels[label]!;
  }

  /** How many kinds a label is neutralised for. */
  sizeOf(label: LabelId): number {
    let size = this.#sizes[label];
    if (size === undefined) {
      size = 0;
      for (let rest = this.#labels[label]!; rest > 0n; rest &= rest - 1n) size++;
      this.#sizes[label] = size;
    }
    return size;
  }

  without(label: LabelId, set: KindSet): LabelId {
    return this.label(this.#labels[label]! & ~set);
  }

  /** What both paths of a join have been neutralised for. */
  meet(a: LabelId, b: LabelId): LabelId {
    if (a === b) return a;
    const memo = a < b ? a * 65536 + b : b * 65536 + a;
    let id = this.#meets.get(memo);
    if (id === undefined) {
      id = this.label(this.#labels[a]! & this.#labels[b]!);
      this.#meets.set(memo, id);
    }
    return id;
  }

  /** One after the other. */
  join(a: LabelId, b: LabelId): LabelId {
    if (a === b || b === CLEAN_LABEL) return a;
    if (a === CLEAN_LABEL) return b;
    const memo = a < b ? a * 65536 + b : b * 65536 + a;
    let id = this.#joins.get(memo);
    if (id === undefined) {
      id = this.label(this.#labels[a]! | this.#labels[b]!);
      this.#joins.set(memo, id);
    }
    return id;
  }

  // --- origins and facts ----------------------------------------------------------------------------------------

  origin(kind: number, number: number): OriginId {
    const key = (number + 1) * 4 + kind;
    let id = this.#originIds.get(key);
    if (id === undefined) {
      id = this.#origins.push({ kind, number }) - 1;
      this.#originIds.set(key, id);
    }
    return id;
  }

  originAt(id: OriginId): { readonly kind: number; readonly number: number } {
    return this.#origins[id]!;
  }

  key(origin: OriginId, input: PathId, output: PathId, state: number): FactKey {
    return ((origin * PATHS + input) * PATHS + output) * STATES + state;
  }

  stateOf(key: FactKey): number {
    return key % STATES;
  }

  outputOf(key: FactKey): PathId {
    return Math.floor(key / STATES) % PATHS;
  }

  inputOf(key: FactKey): PathId {
    return Math.floor(key / (STATES * PATHS)) % PATHS;
  }

  originOf(key: FactKey): OriginId {
    return Math.floor(key / (STATES * PATHS * PATHS));
  }

  isSource(key: FactKey): boolean {
    return this.#origins[this.originOf(key)]!.kind === OriginKind.Source;
  }

  withOutput(key: FactKey, output: PathId): FactKey {
    return key + (output - this.outputOf(key)) * STATES;
  }

  withState(key: FactKey, state: number): FactKey {
    return key + state - this.stateOf(key);
  }

  withInput(key: FactKey, input: PathId): FactKey {
    return key + (input - this.inputOf(key)) * STATES * PATHS;
  }

  // --- moving through fields ------------------------------------------------------------------------------------

  /** The fact seen through `value.field`; undefined when it says nothing about that field. */
  throughLoad(key: FactKey, field: string): FactKey | undefined {
    const output = this.outputOf(key);
    if (output === EMPTY_PATH) {
      const input = this.inputOf(key);
      if (!this.isSource(key)) return this.withInput(key, this.append(input, field));
      return isElement(field) ? key : this.withInput(key, this.read);
    }
    const rest = this.#inside(output, field);
    return rest < 0 ? undefined : this.withOutput(key, rest);
  }

  /** What is left of a path below a field; -1 when the path leads elsewhere. */
  #inside(path: PathId, field: string): PathId {
    let known = this.#loaded[path];
    if (!known) {
      known = new Map();
      this.#loaded[path] = known;
    }
    let rest = known.get(field);
    if (rest === undefined) {
      const [head, ...tail] = this.fields(path);
      if (head === ANYTHING) rest = path;
      else if (
        head === field ||
        ((head === ELEMENT || field === ELEMENT) && head !== KEY && field !== KEY)
      ) {
        rest = this.path(tail);
      } else rest = -1;
      known.set(field, rest);
    }
    return rest;
  }

  /** The fact as it is inside `{field: value}`. */
  throughStore(key: FactKey, field: string): FactKey {
    return this.withOutput(key, this.prepend(field, this.outputOf(key)));
  }

  /** Whether data is a source's own value, or an element of it: nothing has been read from a field of it. */
  isWhole(key: FactKey): boolean {
    return this.isSource(key) && this.inputOf(key) === EMPTY_PATH;
  }

  /** The fact of something computed from all of the value. */
  derived(key: FactKey): FactKey {
    const input = this.isSource(key) ? this.read : this.append(this.inputOf(key), ANYTHING);
    return this.withOutput(this.withInput(key, input), EMPTY_PATH);
  }

  /** All that can be said of where in the value which part of the fact's origin is, without details. */
  coarse(key: FactKey): FactKey {
    const any = this.#anything;
    return this.key(this.originOf(key), any, any, this.stateOf(key));
  }

  /**
   * Puts what a caller passed for an input into a callee's statement about that input. `statement` speaks of `in`
   * inside its origin; `passed` is a fact of the value passed for it. Undefined when the two do not meet.
   */
  substitute(statement: FactKey, passed: FactKey): FactKey | undefined {
    const relation = this.#relate(this.inputOf(statement), this.outputOf(passed));
    if (relation === undefined) return undefined;
    let input = this.inputOf(passed);
    let output = this.outputOf(statement);
    if (relation.inside !== EMPTY_PATH) {
      // The caller's data encloses what the callee reads: read on inside the caller's origin.
      if (!this.isSource(passed)) {
        if (!relation.unknown) input = this.concat(input, relation.inside);
      } else if (!this.fields(relation.inside).every(isElement)) input = this.read;
    } else if (relation.below !== EMPTY_PATH) {
      // The callee passes on a value inside of which the data lies.
      output = this.concat(output, relation.below);
    }
    const state = this.stateOf(statement) !== 0 ? this.stateOf(statement) : this.stateOf(passed);
    return this.key(this.originOf(passed), input, output, state);
  }

  /** How the path a callee reads lies to the path the caller's data has; undefined when they lead apart. */
  #relate(wanted: PathId, held: PathId): Relation | undefined {
    const memo = wanted * PATHS + held;
    if (this.#relations.has(memo)) return this.#relations.get(memo);
    const wants = this.fields(wanted);
    const has = this.fields(held);
    let at = 0;
    let relation: Relation | undefined;
    let apart = false;
    for (; at < wants.length && at < has.length && !apart; at++) {
      const want = wants[at]!;
      const have = has[at]!;
      if (want === ANYTHING || have === ANYTHING) break;
      if (want === have) continue;
      apart = !((want === ELEMENT || have === ELEMENT) && want !== KEY && have !== KEY);
    }
    if (!apart) {
      const below = has.slice(at);
      relation = {
        inside: this.path(wants.slice(at)),
        below: this.path(below),
        unknown: below[0] === ANYTHING,
      };
    }
    this.#relations.set(memo, relation);
    return relation;
  }
}

/** An element whose index is known or not, as against a field that has a name. */
export const isElement = (field: string): boolean => field === ELEMENT || /^\d+$/.test(field);

interface Relation {
  /** What the callee reads below the caller's data. */
  readonly inside: PathId;
  /** Where the data lies below what the callee reads. */
  readonly below: PathId;
  /** The data lies anywhere below. */
  readonly unknown: boolean;
}
