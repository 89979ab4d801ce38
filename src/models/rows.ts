/** Model rows as the engine uses them: paths read, kinds resolved. */

import type { guardKinds } from "../support/guard-kinds.ts";
import type { KindSet } from "./kinds.ts";
import type { Segment } from "./path-grammar.ts";
import type { actKinds, operations } from "./schema.ts";

/** A position relative to a call: an argument, or the result, and where in it. */
export interface CallPosition {
  readonly segments: readonly Segment[];
}

export interface Constraint {
  readonly at: CallPosition;
  readonly equals: string | number | boolean | undefined;
  /** What a constant text there matches. */
  readonly matches: RegExp | undefined;
  /** The mark of what the value is of a library; see {@link MarkRow}. */
  readonly is: number | undefined;
}

/** A value of a library that conditions ask for. */
export interface MarkRow {
  readonly role: "mark";
  readonly mark: number;
}

export interface SourceRow {
  readonly role: "source";
  readonly kind: string;
  readonly label: string;
  /** Of a formal: it is converted to its declared type, so that a declared number is one. */
  readonly converted: boolean;
  /** An object, or a list of objects: text lies in their fields only. */
  readonly structured: boolean;
  /** Of the result of a call: a source only if its arguments are these. */
  readonly when: readonly Constraint[];
}

/** A call that makes places of some kinds harmless for the flows whose functions make it. */
export interface PrecautionRow {
  readonly role: "precaution";
  readonly when: readonly Constraint[];
  readonly neutralises: KindSet;
  /** Kinds of which such a call takes back what others have set. */
  readonly undoes: KindSet;
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
  /** Only text counts: an object is turned into something harmless. */
  readonly textual: boolean;
  readonly state: number;
  readonly vulnerable: CallPosition | undefined;
  /** A text at {@link vulnerable} is a regular expression. */
  readonly regex: boolean;
  readonly when: readonly Constraint[];
  readonly unless: readonly Constraint[];
}

/** Sets something that decides what a later use does. */
export interface SettingRow {
  readonly role: "setting";
  readonly setting: string;
  /** Undefined: what is assigned to the member. */
  readonly value: CallPosition | undefined;
  /** Must be the setting's name. */
  readonly key: CallPosition | undefined;
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
  /** It holds only of texts with a constant beginning that matches, and then instead of the rows that always hold. */
  readonly beginning?: RegExp;
}

export interface GuardRow {
  readonly role: "guard";
  readonly value: CallPosition;
  readonly how: "is" | "matches" | "contains" | "prefix" | "member";
  readonly pattern: CallPosition | undefined;
  /** A text there is a regular expression, which the call anchors as said. */
  readonly regex: boolean;
  readonly anchors: "start" | "both" | undefined;
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
  /** A text there is a regular expression. */
  readonly regex: boolean;
  readonly all: boolean;
}

/** A call that makes something routes are registered on. */
export interface RouterRow {
  readonly role: "router";
  readonly path: CallPosition | undefined;
  readonly mounted: boolean;
  /** Where nothing mounts it, it belongs to what its module registers. */
  readonly ofModule: boolean;
  /** The library that the row is about. */
  readonly library: string;
  /** All its routes have its path. */
  readonly fixed: boolean;
  /** Middleware that all its routes get. */
  readonly steps: CallPosition | undefined;
  readonly root: boolean;
}

export interface RouteRow {
  readonly role: "route";
  /** The library that the row is about: what a route's framework is called. */
  readonly library: string;
  /** Undefined: any, or said at `methodAt`. */
  readonly method: string | undefined;
  readonly methodAt: CallPosition | undefined;
  readonly path: CallPosition | undefined;
  readonly before: readonly CallPosition[];
  readonly handlers: CallPosition;
  readonly anyOrder: boolean;
  /** Its path stands in place of the mounted router's own. */
  readonly replaces: boolean;
  /** It registers for the module it stands in, whatever it is called on. */
  readonly ofModule: boolean;
  /** Middleware of everything, whichever router it is registered on. */
  readonly everywhere: boolean;
  /** Its middleware are the calls it is chained to. */
  readonly chain: boolean;
}

/** A call that is given an object of handlers. */
export interface TableRow {
  readonly role: "table";
  readonly library: string;
  readonly at: CallPosition;
  /** Undefined: the outermost key. */
  readonly method: string | undefined;
}

export type Operation = (typeof operations)[number];

/** A call that reads or writes records. */
export interface AccessRow {
  readonly role: "access";
  readonly operation: Operation;
  /** It is called on a record that another access found. */
  readonly onRecord: boolean;
  /** Undefined: the receiver's name. */
  readonly table: CallPosition | undefined;
  readonly key: CallPosition | undefined;
  readonly where: CallPosition | undefined;
  readonly data: CallPosition | undefined;
  readonly sql: CallPosition | undefined;
  readonly select: CallPosition | undefined;
  readonly limit: CallPosition | undefined;
  /** The method's name says what it does and asks for. */
  readonly named: boolean;
  /** The query whose calls say the rest of the conditions. */
  readonly chain: CallPosition | undefined;
  /** A record that was read or made before: its own conditions are this access's. */
  readonly record: CallPosition | undefined;
}

/** What one call of a chain adds to the query that the chain makes. */
export interface ClauseRow {
  readonly role: "clause";
  readonly operation: Operation | undefined;
  readonly table: CallPosition | undefined;
  readonly key: CallPosition | undefined;
  readonly where: CallPosition | undefined;
  readonly field: CallPosition | undefined;
  readonly value: CallPosition | undefined;
  readonly data: CallPosition | undefined;
  readonly text: CallPosition | undefined;
  readonly params: CallPosition | undefined;
  readonly select: CallPosition | undefined;
  readonly limit: CallPosition | undefined;
  readonly atomic: boolean;
}

/** A call that makes a condition, or puts several together. */
export interface ConditionRow {
  readonly role: "condition";
  readonly field: CallPosition | undefined;
  readonly value: CallPosition | undefined;
}

/** A call, or a member, that a query is put together by. */
export interface PartRow {
  readonly role: "part";
  readonly operation: Operation | undefined;
  readonly table: CallPosition | undefined;
  /** Its arguments compare fields. */
  readonly where: boolean;
  readonly key: CallPosition | undefined;
  readonly data: CallPosition | undefined;
  /** The query that it goes on with, where that is not what it is called on. */
  readonly chain: CallPosition | undefined;
}

export interface DecoratorRow {
  readonly role: "decorator";
  readonly library: string;
  readonly is:
    | "controller"
    | "route"
    | "guards"
    | "check"
    | "public"
    | "metadata"
    | "several"
    | "input"
    | "methods";
  readonly method: string | undefined;
  readonly methodAt: CallPosition | undefined;
  /** Whether it is about one record of a class's, whose key comes before its path. */
  readonly detail: CallPosition | undefined;
  readonly path: CallPosition | undefined;
  readonly steps: CallPosition | undefined;
  readonly kind: GuardKind | undefined;
}

/** A class of a library whose subclasses answer requests, a method each. */
export interface ViewRow {
  readonly role: "view";
  readonly library: string;
  /** What a method of the class answers, and what comes after the path of the class. */
  readonly members: ReadonlyMap<string, { readonly method: string; readonly suffix: string }>;
  /** Methods that the class has itself, with those of the program that they call. */
  readonly provides: ReadonlyMap<string, readonly string[]>;
  /** Attributes and methods that list guards; the first that a class has counts. */
  readonly steps: readonly string[];
  /** Attributes that list decorators. */
  readonly wrappers: readonly string[];
  /** The member whose call makes a handler of the class. */
  readonly maker: string | undefined;
}

/** A class of a library whose subclasses write what was sent to a record. */
export interface FormRow {
  readonly role: "form";
  readonly save: string;
  readonly data: readonly CallPosition[];
  readonly options: string;
  readonly model: string;
  readonly fields: string;
  readonly every: string;
  readonly exclude: string;
  readonly readonly: string | undefined;
}

/** A step that stands for routes which were registered elsewhere: of a module, a list or a router. */
export interface IncludeRow {
  readonly role: "include";
  /** Undefined: what the member is read from. */
  readonly at: CallPosition | undefined;
}

/** A key of a settings record that lists the guards of what names none. */
export interface DefaultRow {
  readonly library: string;
  readonly field: string;
}

/** The token of a record that declares a guard of everything. */
export interface GlobalRow {
  readonly role: "global";
  readonly field: string;
  readonly guard: string;
}

/** Files that handle requests by where they are or what they say first. */
export interface FileRow {
  readonly library: string;
  readonly path: RegExp | undefined;
  readonly drop: RegExp | undefined;
  readonly directive: string | undefined;
  readonly exports: readonly string[] | undefined;
  readonly members: boolean;
  readonly method: string | undefined;
  readonly matcher: readonly string[] | undefined;
}

/** A call that runs a function with a router of its own. */
export interface ScopeRow {
  readonly role: "scope";
  readonly body: CallPosition;
  readonly parameter: number;
  readonly path: CallPosition | undefined;
}

/** The function passed to a scope keeps the router it is run on. */
export interface SharedRow {
  readonly role: "shared";
}

export type GuardKind = (typeof guardKinds)[number];

/** A value that is a guard of some kind. */
export interface CheckRow {
  readonly role: "check";
  readonly kind: GuardKind;
  /** Methods of HTTP that it lets everybody use. */
  readonly except: readonly string[];
  readonly unless: readonly Constraint[];
}

export type ActKind = (typeof actKinds)[number];

/** What a call does that logic queries ask about, and with which of its arguments. */
export interface ActRow {
  readonly role: "act";
  readonly act: ActKind;
  /** Undefined: it does it with nothing in particular. */
  readonly of: CallPosition | undefined;
}

/** A formal with such a call as its default gets its value from there and not from whoever calls. */
export interface InjectorRow {
  readonly role: "injector";
}

/** A call whose result counts as true in every test: it is never null, false or empty. */
export interface PresentRow {
  readonly role: "present";
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
  | SettingRow
  | PropagatorRow
  | GuardRow
  | RewriteRow
  | PrecautionRow
  | RouterRow
  | RouteRow
  | ScopeRow
  | SharedRow
  | TableRow
  | AccessRow
  | ClauseRow
  | ConditionRow
  | PartRow
  | DecoratorRow
  | ViewRow
  | FormRow
  | IncludeRow
  | GlobalRow
  | CheckRow
  | ActRow
  | InjectorRow
  | MarkRow
  | SilentRow
  | PresentRow
  | MisuseRow;

/** A place named by what things are called in the scanned code. */
export interface NamedRow {
  readonly kind: string;
  readonly bit: KindSet;
  readonly field: RegExp | undefined;
  readonly returnOf: RegExp | undefined;
}
