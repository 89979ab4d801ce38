/** A route and what stands before it, in places and words: what two programs are compared by. */
import type { Place } from "./finding.ts";

export interface PlacedGuard {
  /** As it is written, without differences of layout. */
  readonly label: string;
  /** `authentication`, `owner` ...; never empty. */
  readonly kinds: readonly string[];
  /** Known by a model or by what it does, not by its name alone. */
  readonly known: boolean;
  /** A test inside the handler, not a step before it. */
  readonly inline: boolean;
  readonly place: Place;
}

/** Records that are asked for, or written. */
export interface Ask {
  readonly table: string;
  /** Fields that must be the sender's; none: anybody's records. */
  readonly scope: readonly { readonly field: string; readonly kind: "owner" | "tenant" }[];
  readonly place: Place;
}

export interface GuardedRoute {
  /** `GET /users/:id` */
  readonly title: string;
  /** Names of the functions the registration stands in. */
  readonly symbol: string;
  readonly place: Place;
  readonly guards: readonly PlacedGuard[];
  /** The functions that handle the request, as far as they stand in files that are read. */
  readonly handlers: readonly Place[];
  /** Anybody may call it: nothing before it or in it asks who sends the request, and nothing above it is unknown. */
  readonly isOpen: boolean;
  /** What is asked for, and whether by who sends the request too: the query itself then keeps others' records out. */
  readonly asks: () => readonly Ask[];
}
