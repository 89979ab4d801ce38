/** What is known of a function for its callers: how its inputs flow on, in terms of the inputs alone. */
import type { SinkRow } from "../models/rows.ts";
import type { FactKey, FactMap, LabelId, OriginId, PathId } from "./facts.ts";

/** A place where data does harm. */
export interface SinkSite {
  /** The instruction, as a number of the program. */
  readonly value: number;
  /** The argument (or stored value) that is dangerous, as a number of the program. */
  readonly argument: number;
  readonly kind: string;
  readonly row: Pick<
    SinkRow,
    "bit" | "label" | "labels" | "state" | "vulnerable" | "regex" | "deep" | "textual"
  >;
}

/** An input reaches a sink. */
export interface SinkEntry {
  /** The function whose input it is. */
  readonly fn: number;
  /** Origin and input path of the fact that gets there, and the state it must come in. */
  readonly key: FactKey;
  readonly site: number;
  label: LabelId;
  /** The call through which it gets there, or -1 when the sink is in this function; and the callee's entry. */
  readonly call: number;
  readonly calleeEntry: SinkEntry | undefined;
  /** Calls between here and the sink. */
  readonly depth: number;
}

/** A symbolic input is called. */
export interface InvokeEntry {
  /** The call, as a number of the program; names the origin of its result. */
  readonly call: number;
  /** What is called: an origin, and where in it. */
  readonly callee: OriginId;
  readonly path: PathId;
  readonly args: readonly FactMap[];
}

export interface Summary {
  /** Facts of what is returned. */
  readonly returns: FactMap;
  /** Facts stored in a parameter's value or a captured variable; the fact's output is the place inside it. */
  readonly stores: ReadonlyMap<OriginId, FactMap>;
  readonly sinks: readonly SinkEntry[];
  readonly invokes: readonly InvokeEntry[];
}

export const emptySummary: Summary = {
  returns: new Map(),
  stores: new Map(),
  sinks: [],
  invokes: [],
};

/** A concrete source meets a sink; found in the function where they meet, the apex. */
export interface Hit {
  readonly apex: number;
  /** Origin of kind Source. */
  readonly source: OriginId;
  readonly site: number;
  readonly label: LabelId;
  /** The instruction of the apex where they meet, as a local number of its module, and the fact there. */
  readonly at: number;
  readonly argument: number;
  readonly key: FactKey;
  readonly entry: SinkEntry | undefined;
}
