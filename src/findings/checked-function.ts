/** A function and what it checks before it acts, in places and words: what two programs are compared by. */
import type { Place } from "./finding.ts";

export interface PlacedTest {
  /** The condition, or the call that checks, without differences of layout. */
  readonly label: string;
  /** `permission`, `owner` ...; empty where the condition alone says nothing. */
  readonly kinds: readonly string[];
  readonly place: Place;
  /** Where what is tested is worked out. */
  readonly written: Place;
  /** As among the exits of its function; undefined where it is none, or more than its own condition. */
  readonly exit: string | undefined;
}

export interface PlacedCheck {
  /** What it checks as a whole; never empty. */
  readonly kinds: readonly string[];
  /** One at least. */
  readonly tests: readonly PlacedTest[];
  /** Where the sender is refused. */
  readonly refusal: Place;
  /** It says that the sender may not, or compares whose something is: no test that may be about anything. */
  readonly denies: boolean;
  /** What it does is known, not its name alone. */
  readonly known: boolean;
}

/** A call that is no check. */
export interface PlacedCall {
  /** The last name of what is called; `""` when it has none. */
  readonly name: string;
  /** What a guard of such a name would check. */
  readonly kinds: readonly string[];
  /** Its name says that it changes something. */
  readonly acts: boolean;
  /** Its name says that it writes a record. */
  readonly writes: boolean;
  /** What the functions it calls check by failing. */
  readonly checks: readonly string[];
  readonly place: Place;
}

/** Code around the use of data that protects it: a transaction, a lock. */
export interface PlacedCare {
  readonly kind: string;
  readonly label: string;
  readonly place: Place;
}

/** A call that takes from a text what would be more than text. */
export interface PlacedCleaning {
  readonly name: string;
  /** The call, and what it is given, as they are written. */
  readonly label: string;
  readonly given: string;
  readonly place: Place;
}

export interface CheckedFunction {
  readonly symbol: string;
  readonly place: Place;
  /** Outcomes of conditions, without differences of layout, that leave the function, whatever is answered. */
  readonly exits: readonly string[];
  /** In the order of the code. */
  readonly checks: readonly PlacedCheck[];
  readonly calls: readonly PlacedCall[];
  /** It stands in no other function; what is written inside it is told with it. */
  readonly isOuter: boolean;
  /** Of an outer function. */
  readonly cares: readonly PlacedCare[];
  /** Kinds of protection that an outer function speaks of, whether or not it has them itself. */
  readonly speaksOf: readonly string[];
  readonly cleanings: readonly PlacedCleaning[];
}
