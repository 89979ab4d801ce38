/**
 * Checks that functions made in base and no longer make in head: a sender is no longer refused, though what the check
 * stood before is still done. Found by comparing the functions of the two programs, so that a check that was moved,
 * rewritten or replaced by another is no loss.
 */
import type { ChangeSet } from "../change/change-set.ts";
import type {
  CheckedFunction,
  PlacedCall,
  PlacedCheck,
  PlacedTest,
} from "../findings/checked-function.ts";
import type { Place, Step } from "../findings/finding.ts";
import type { GuardedRoute } from "../findings/guarded-route.ts";
import { groupBy } from "../support/group-by.ts";
import { Changes } from "./changes.ts";
import type { Classified } from "./classify.ts";
import { type GuardClaim, introduced, OF_RECORDS, standsIn, TELLING, told } from "./lost-guard.ts";
import { countOf } from "./lost-scopes.ts";
import { uniqueByTitle } from "./removed-guards.ts";

export interface Checked {
  readonly functions: readonly CheckedFunction[];
  readonly routes: readonly GuardedRoute[];
}

export interface Pair {
  readonly before: CheckedFunction;
  readonly after: CheckedFunction;
  /** Tests of base that head does not make and makes no other in place of, and the other way round. */
  readonly gone: ReadonlySet<PlacedTest>;
  readonly added: readonly PlacedTest[];
}

interface Loss {
  readonly pair: Pair;
  readonly check: PlacedCheck;
  readonly test: PlacedTest;
  readonly kinds: readonly string[];
  readonly primary: Place;
}

export function lostChecks(
  base: Checked,
  head: Checked,
  change: ChangeSet,
  claims: readonly GuardClaim[],
): Classified[] {
  const changes = new Changes(change);
  const pairs = pairUp(base.functions, head.functions, changes);
  const news = new News(pairs, base, head);
  const byPlace = new Map<string, Loss[]>();
  for (const pair of pairs) {
    const isHandler = news.routesOf(pair.after).length > 0;
    for (const loss of lossesOf(pair, changes, isHandler)) {
      if (news.standIn(loss) || !isStillDone(pair, loss.test)) continue;
      const key = `${loss.primary.path} ${loss.primary.line}`;
      const known = byPlace.get(key);
      if (known) known.push(loss);
      else byPlace.set(key, [loss]);
    }
  }
  // What one deletion takes away is one claim, and so is the same test that a file loses in many places.
  const deletions = [...byPlace.values()].flatMap((losses) => worstOf(losses, claims) ?? []);
  const same = groupBy(deletions, ({ claim, loss: { test, primary } }) =>
    [claim.guard, primary.path, test.label].join("\0"),
  );
  return [...same.values()].map((ones) => claimOf(ones, news));
}

/** Functions of base with what they are in head: the same name, and the same place among those of that name. */
export function pairUp(
  base: readonly CheckedFunction[],
  head: readonly CheckedFunction[],
  changes: Changes,
): Pair[] {
  const keyOf = (path: string, symbol: string): string => `${path}\0${symbol}`;
  const after = groupBy(head, ({ place, symbol }) => keyOf(place.path, symbol));
  const before = groupBy(base, ({ place, symbol }) => keyOf(changes.renamed(place.path), symbol));
  return [...before].flatMap(([key, ones]) => {
    const others = after.get(key) ?? [];
    if (ones.length === others.length) return ones.map((one, index) => pairOf(one, others[index]!));
    const byLine = new Map(others.map((one) => [one.place.line, one]));
    return ones.flatMap((one) => {
      const other = byLine.get(changes.line(one.place) ?? -1);
      return other ? [pairOf(one, other)] : [];
    });
  });
}

/** Words that make a check a stricter one. */
const STRICT = /^(?:write|edit|update|delete|manage|admin|owner|strict|verified|modify|create)$/;

const wordsOf = ({ label }: PlacedTest): string[] =>
  (label.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+/g) ?? []).map((word) => word.toLowerCase());

const same = (word: string): string => word;

/** `checkAccess(user, board)` for `checkWriteAccess(user, board)`: the same, less a word that makes it strict. */
function isWeaker(one: PlacedTest, than: PlacedTest): boolean {
  const [few, many] = [wordsOf(one), wordsOf(than)];
  return (
    unmatched(few, many, same).length === 0 &&
    unmatched(many, few, same).some((word) => STRICT.test(word))
  );
}

/** A test that is new in a function stands in for the one gone from it that it is most like, and then for no other. */
function pairOf(before: CheckedFunction, after: CheckedFunction): Pair {
  // What still leaves the function is answered in another way, by whoever is told of it.
  const kept = unmatched(before.exits, unmatched(before.exits, after.exits, same), same);
  const gone = new Set(
    unmatched(testsOf(before), testsOf(after), labelOf).filter(
      ({ exit }) => exit === undefined || !kept.includes(exit),
    ),
  );
  const added = unmatched(testsOf(after), testsOf(before), labelOf).filter((test) => {
    const likeness = (one: PlacedTest): number =>
      -unmatched(wordsOf(one), wordsOf(test), same).length;
    const [replaced] = [...gone]
      .filter(({ kinds }) => standsIn(test.kinds, kinds))
      .sort((a, b) => likeness(b) - likeness(a));
    if (!replaced) return true;
    if (!isWeaker(test, replaced)) gone.delete(replaced);
    return false;
  });
  return { before, after, gone, added };
}

const testsOf = ({ checks }: CheckedFunction): PlacedTest[] => checks.flatMap(({ tests }) => tests);

/** Those of `ones` that no one of `others` is like, each of which answers for one. */
export function unmatched<T>(
  ones: readonly T[],
  others: readonly T[],
  of: (one: T) => string,
): T[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(of(other), (left.get(of(other)) ?? 0) + 1);
  return ones.filter((one) => {
    const count = left.get(of(one)) ?? 0;
    left.set(of(one), count - 1);
    return count <= 0;
  });
}

/** Parentheses and blanks around names make no other test. */
const labelOf = ({ label }: PlacedTest): string =>
  label.replace(/[\s(),]+(?::)?/g, (gap) => (gap.endsWith(":") ? ":" : " "));

/** Kinds of tests that are about who sends the request, also where it is turned away without a word. */
const OF_SENDER: ReadonlySet<string> = new Set(["authentication", "role"]);

/** `isHandler`: leaving it leaves the sender without an answer. */
function* lossesOf(pair: Pair, changes: Changes, isHandler: boolean): Iterable<Loss> {
  for (const check of pair.before.checks) {
    const lost = check.tests.filter((test) => pair.gone.has(test));
    const deletedAt = ({ place, written }: PlacedTest): Place | undefined =>
      changes.deletedAt(place) ?? changes.deletedAt(written);
    const deleted = lost.filter((test) => deletedAt(test));
    // The last condition before the refusal decides, where only the refusal is gone.
    const told = deleted.length > 0 ? deleted : lost.slice(-1);
    const isWhole = lost.length === check.tests.length;
    for (const test of told.toReversed()) {
      const kinds = test.kinds.length > 0 || !isWhole ? test.kinds : check.kinds;
      const primary = deletedAt(test) ?? changes.deletedAt(check.refusal);
      if (kinds.length === 0 || !primary) continue;
      if (!check.denies && !(isHandler && kinds.some((kind) => OF_SENDER.has(kind)))) continue;
      yield { pair, check, test, kinds, primary };
      break;
    }
  }
}

/** Whether something that came after a check is still done without it. */
function isStillDone({ before, after }: Pair, { place }: PlacedTest): boolean {
  const guarded = before.calls.filter((call) => follows(call.place, place));
  const names = new Set(after.calls.map(({ name }) => name));
  return guarded.length === 0 || guarded.some(({ name }) => names.has(name));
}

export const follows = (one: Place, other: Place): boolean =>
  one.line > other.endLine || (one.line === other.endLine && one.column > other.endColumn);

/** What head checks that base did not, wherever a check may have been moved to. */
class News {
  readonly #tests = new Map<CheckedFunction, readonly PlacedTest[]>();
  readonly #calls = new Map<CheckedFunction, readonly PlacedCall[]>();
  readonly #steps = new Map<string, readonly string[]>();
  readonly #routesOf = new Map<string, GuardedRoute[]>();
  readonly #head: readonly CheckedFunction[];
  readonly #had: ReadonlyMap<string, GuardedRoute>;

  constructor(pairs: readonly Pair[], base: Checked, head: Checked) {
    this.#head = head.functions;
    const pairOf = new Map(pairs.map((pair) => [pair.after, pair]));
    for (const fn of head.functions) {
      const pair = pairOf.get(fn);
      const was = pair?.before;
      this.#tests.set(fn, pair ? pair.added : testsOf(fn));
      this.#calls.set(
        fn,
        unmatched(fn.calls, was?.calls ?? [], ({ name }) => name).filter(
          ({ kinds, checks }) => kinds.length > 0 || checks.length > 0,
        ),
      );
    }
    this.#had = uniqueByTitle(base.routes);
    for (const route of head.routes) {
      for (const place of route.handlers) {
        const key = keyOfPlace(place);
        this.#routesOf.set(key, [...(this.#routesOf.get(key) ?? []), route]);
      }
      const labels = new Set(this.#had.get(route.title)?.guards.map(({ label }) => label));
      const added = route.guards.filter(({ inline, label }) => !inline && !labels.has(label));
      this.#steps.set(
        route.title,
        added.flatMap(({ kinds }) => kinds),
      );
    }
  }

  routesOf({ place }: CheckedFunction): readonly GuardedRoute[] {
    return this.#routesOf.get(keyOfPlace(place)) ?? [];
  }

  /** Whether a query of a route that asked for anybody's records asks for those of the sender now. */
  #isNarrower(route: GuardedRoute): boolean {
    const before = this.#had.get(route.title)?.asks() ?? [];
    const after = route.asks();
    return before.some(
      ({ table, scope }) =>
        scope.length === 0 &&
        countOf(after, table, false) < countOf(before, table, false) &&
        countOf(after, table, true) > countOf(before, table, true),
    );
  }

  /** Whether something new in head does what a check did. */
  standIn({ pair: { after }, test, kinds, primary }: Loss): boolean {
    const routes = this.routesOf(after);
    if (kinds.every((kind) => kind === "authentication")) {
      // Who somebody is need not be asked twice.
      const knowsWho = (of: readonly string[]): boolean => standsIn(of, kinds);
      if (after.checks.some((one) => knowsWho(one.kinds) && one.refusal.line < primary.line))
        return true;
      const isBehind = ({ guards }: GuardedRoute): boolean =>
        guards.some((guard) => !guard.inline && knowsWho(guard.kinds));
      if (routes.length > 0 && routes.every(isBehind)) return true;
    }
    if (routes.some(({ title }) => standsIn(this.#steps.get(title) ?? [], kinds))) return true;
    if (
      kinds.some((kind) => OF_RECORDS.has(kind)) &&
      routes.some((route) => this.#isNarrower(route))
    )
      return true;
    return this.#head.some((fn) => {
      const tests = this.#tests.get(fn)!;
      if (tests.some(({ label }) => label === test.label)) return true;
      if (!isNear(fn, after)) return false;
      return (
        tests.some((one) => standsIn(one.kinds, kinds)) ||
        this.#calls
          .get(fn)!
          .some((call) => standsIn(call.kinds, kinds) || standsIn(call.checks, kinds))
      );
    });
  }
}

const keyOfPlace = ({ path, line, column }: Place): string => `${path} ${line} ${column}`;

/** A function that a check may have been moved to: of the same file, or one that calls the function. */
function isNear(one: CheckedFunction, other: CheckedFunction): boolean {
  if (one.place.path === other.place.path) return true;
  const name = lastName(other.symbol);
  return name !== "" && one.calls.some((call) => call.name === name);
}

export const lastName = (symbol: string): string => symbol.split(".").at(-1)!;

/** What of several checks that one deletion takes is told, the gravest first. */
const GRAVITY = ["authentication", ...TELLING];

/** The loss of a deletion that is told, and all that go with it. */
interface Deletion {
  readonly claim: GuardClaim;
  readonly loss: Loss;
  readonly losses: readonly Loss[];
}

function worstOf(losses: readonly Loss[], claims: readonly GuardClaim[]): Deletion | undefined {
  const [first] = losses
    .flatMap((loss) => {
      const kind = TELLING.find((one) => loss.kinds.includes(one));
      return kind === undefined ? [] : [{ loss, kind, rank: GRAVITY.indexOf(kind) }];
    })
    .sort((a, b) => a.rank - b.rank);
  const claim = first && claims.find(({ guard }) => guard === first.kind);
  return claim && { claim, loss: first.loss, losses };
}

/** The first of equal deletions speaks for all of them. */
function claimOf(deletions: readonly Deletion[], news: News): Classified {
  const [first, ...others] = deletions as readonly [Deletion, ...Deletion[]];
  const { pair, check, test, primary } = first.loss;
  const { symbol } = pair.after;
  const effects = effectsOf(pair, primary);
  const places = deletions.map((one) => protectedBy(one, news));
  return introduced({
    claim: first.claim,
    label: test.label,
    protects: told([...new Set(places.flat())]),
    at: primary,
    primary,
    symbol,
    identity: pair.after.place.path,
    related: [
      ...others.map(({ loss }): Step => ({ place: loss.primary, note: "the same is gone here" })),
      ...effects.map(({ name, place }): Step => ({ place, note: `${name}() is still done` })),
    ],
    doubt: check.known ? undefined : "that it checks is known by its name alone",
  });
}

/** What a check stood before: routes, or else what the function does. */
function protectedBy({ loss, losses }: Deletion, news: News): readonly string[] {
  const titles = losses.flatMap(({ pair: { after } }) =>
    news.routesOf(after).map(({ title }) => title),
  );
  if (titles.length > 0) return titles;
  const { symbol } = loss.pair.after;
  const where = symbol === "" ? "a function" : `${symbol}()`;
  const effects = effectsOf(loss.pair, loss.primary);
  const done = told([...new Set(effects.map(({ name }) => `${name}()`))]);
  return [done === "" ? `what ${where} gives` : `${done} in ${where}`];
}

/** What head does after where a check stood, and did in base: one call a line, the nearest first. */
function effectsOf({ before, after }: Pair, primary: Place): PlacedCall[] {
  const known = new Set(before.calls.map(({ name }) => name));
  const lines = new Set<number>();
  return after.calls
    .toSorted((one, other) => one.place.line - other.place.line)
    .filter(
      ({ name, kinds, place }) =>
        name !== "" &&
        kinds.length === 0 &&
        known.has(name) &&
        place.line >= primary.line &&
        !lines.has(place.line) &&
        lines.add(place.line),
    );
}
