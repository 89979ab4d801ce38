/** Model rows as the engine uses them: paths read, kinds resolved. */
import type { KindSet } from "./kinds.ts";
import type { Segment } from "./path-grammar.ts";

/** A position relative to a call: an argument, or the result, and where in it. */
export interface CallPosition {
  readonly segments: readonly Segment[];
}

export interface Constraint {
  readonly at: CallPosition;
  readonly equals: string | number | boolean;
}

export interface SourceRow {
  readonly role: "source";
  readonly kind: string;
  readonly label: string;
  /** Of a formal: it is converted to its declared type, so that a declared number is one. */
  readonly converted: boolean;
}

export interface SinkRow {
  readonly role: "sink";
  readonly kind: string;
  /** The kind's own bit: data neutralised for it is harmless here. */
  readonly bit: KindSet;
  /** What it is called in messages. */
  readonly label: string;
  /** The same by the name that the program uses, where the row speaks of several. */
  readonly labels?: ReadonlyMap<string, string>;
  /** Undefined: the member that is assigned to. */
  readonly at: CallPosition | undefined;
  readonly deep: boolean;
  readonly state: number;
  readonly vulnerable: CallPosition | undefined;
  readonly when: readonly Constraint[];
  readonly unless: readonly Constraint[];
}

export interface PropagatorRow {
  readonly role: "propagator";
  readonly from: CallPosition;
  readonly to: CallPosition;
  readonly state: number;
  readonly whole: boolean;
  /** What is cleared on the way; a sanitizer is a propagator that clears something. */
  readonly neutralises: KindSet;
  /** What was cleared before and is dangerous again: decoders undo encoders. */
  readonly undoes: KindSet;
}

export interface GuardRow {
  readonly role: "guard";
  readonly value: CallPosition;
  readonly how: "is" | "matches" | "contains" | "prefix" | "member";
  readonly pattern: CallPosition | undefined;
  /** The key is the object's own, not one that it inherits. */
  readonly own: boolean;
  /** The answer that proves something, `returned` when it throws otherwise; both when undefined. */
  readonly outcome: boolean | "returned" | undefined;
  readonly neutralises: KindSet;
}

export interface RewriteRow {
  readonly role: "rewrite";
  readonly value: CallPosition;
  readonly pattern: CallPosition;
  readonly all: boolean;
}

export interface RouteRow {
  readonly role: "route";
  readonly method: string;
  readonly path: CallPosition | undefined;
  readonly handlers: CallPosition;
}

/** A formal with such a call as its default gets its value from there and not from whoever calls. */
export interface InjectorRow {
  readonly role: "injector";
}

export interface SilentRow {
  readonly role: "silent";
}

/** A call or assignment that a misuse query is about; `match` is its number in the query. */
export interface MisuseRow {
  readonly role: "misuse";
  readonly query: string;
  readonly match: number;
}

export type Row =
  | SourceRow
  | SinkRow
  | PropagatorRow
  | GuardRow
  | RewriteRow
  | RouteRow
  | InjectorRow
  | SilentRow
  | MisuseRow;

/** A place named by what things are called in the scanned code. */
export interface NamedRow {
  readonly kind: string;
  readonly bit: KindSet;
  readonly field: RegExp | undefined;
  readonly returnOf: RegExp | undefined;
}
