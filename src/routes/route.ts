/** What a service offers: its routes, and what stands before each of them. */
import type { GuardKind } from "../models/rows.ts";

/** Where in the chain of a route a step was put. */
export type GuardOrigin =
  /** For everything the service serves. */
  | "global"
  /** For everything of a router, a plugin or a path. */
  | "router"
  /** For all methods of a class. */
  | "class"
  /** For this route. */
  | "route"
  /** A function that wraps the handler. */
  | "wrapper"
  /** A test inside the handler, or in what it calls first. */
  | "inline";

/** How it is known that a step is a guard. */
export type GuardEvidence = "model" | "structure" | "name";

/** One step that a request passes before the handler's effect. */
export interface Guard {
  /** What it checks; empty for a step that checks nothing, as far as is known. Sorted. */
  readonly kinds: readonly GuardKind[];
  readonly evidence: GuardEvidence | undefined;
  readonly origin: GuardOrigin;
  /** As it is written: `requireRole("admin")`. */
  readonly label: string;
  /** Where it is put into the chain, as a value of the program. */
  readonly value: number;
  /** The functions it runs, as numbers of the program. */
  readonly functions: readonly number[];
  /** Methods of HTTP that it lets everybody use. */
  readonly except?: readonly string[];
}

export interface Route {
  /** GET, POST ...; `*` for any; a word for what is no HTTP request: ACTION, MUTATION, EVENT. */
  readonly method: string;
  /** As registered, with the prefixes of all mounts: `/api/users/:id`. */
  readonly path: string;
  /** Names of the parts of the path that the client chooses. */
  readonly parameters: readonly string[];
  /** The library whose model the route was found by. */
  readonly framework: string;
  /** What handles the request, as numbers of the program; empty when it is not known. */
  readonly handlers: readonly number[];
  /** Positions of the handler's formals that hold what the client sent; the request itself is none. */
  readonly inputs: readonly number[] | "all";
  /** The handler as it is written. */
  readonly label: string;
  /** Where it is registered, as a value of the program. */
  readonly registration: number;
  /** In the order they run; inline ones last. */
  readonly guards: readonly Guard[];
  /** What the guards do not cover is known too, or some of the registration was not understood. */
  readonly chain: "whole" | "partial";
  /** Why anybody may call it, in a few words; undefined when nothing says so. */
  readonly public: string | undefined;
}

/** Whether a guard of one of the kinds stands before the route. */
export const isGuardedBy = (route: Route, ...kinds: readonly GuardKind[]): boolean =>
  route.guards.some((guard) => guard.kinds.some((kind) => kinds.includes(kind)));
