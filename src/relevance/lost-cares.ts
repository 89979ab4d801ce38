/**
 * Care that functions took of data in base and no longer take in head, while what it was taken of is still done:
 * transactions and locks around writes, texts that were cleaned before they were used, checks that come too late.
 */
import type { ChangeSet } from "../change/change-set.ts";
import type { CheckedFunction, PlacedCall, PlacedCare } from "../findings/checked-function.ts";
import type { Place, Step } from "../findings/finding.ts";
import { normalise } from "../findings/fingerprint.ts";
import { groupBy } from "../support/group-by.ts";
import { Changes } from "./changes.ts";
import type { Classified } from "./classify.ts";
import { type Checked, follows, lastName, type Pair, pairUp, unmatched } from "./lost-checks.ts";
import { type GuardClaim, introduced, TELLING, told } from "./lost-guard.ts";

/** Texts of the changed files of both sides, by path. */
export interface Texts {
  readonly base: ReadonlyMap<string, string>;
  readonly head: ReadonlyMap<string, string>;
}

/** `said`: what is claimed already; the same flaw of the same place is not said twice. */
export function lostCares(
  base: Checked,
  head: Checked,
  change: ChangeSet,
  claims: readonly GuardClaim[],
  texts: Texts,
  said: readonly Classified[],
): Classified[] {
  const changes = new Changes(change);
  const found: Classified[] = [
    ...lostProtection(base, head, changes, claims, texts),
    ...lostCleaning(base, head, changes, claims, texts),
    ...lateChecks(base, head, changes, claims),
  ];
  return found.filter(
    ({ finding: { at, query } }) =>
      !said.some(
        ({ finding, relevance }) =>
          relevance === "introduced" &&
          // A flow that the missing call opens says it better.
          ([...finding.flows.flat().map(({ place }) => place), ...finding.passes].some(
            (place) => finding.flows.length > 0 && isIn(at, place),
          ) ||
            (isIn(at, finding.at) && query.cwe.some((one) => finding.query.cwe.includes(one)))),
      ),
  );
}

const isIn = (place: Place, { path, line, endLine }: Place): boolean =>
  place.path === path && place.line >= line && place.line <= endLine;

/** Calls of a function and of those that are written inside it. */
function callsIn({ place }: CheckedFunction, side: Checked): PlacedCall[] {
  return side.functions
    .filter((one) => isIn(one.place, place))
    .flatMap(({ calls }) => calls)
    .filter((call, at, all) => all.findIndex((one) => isSamePlace(one.place, call.place)) === at);
}

const isSamePlace = (one: Place, other: Place): boolean =>
  one.line === other.line && one.column === other.column;

const isOuter = ({ isOuter: outer }: CheckedFunction): boolean => outer;

/** One write alone needs no transaction. */
const TOGETHER: Readonly<Record<string, number>> = { transaction: 2, lock: 1 };

function* lostProtection(
  base: Checked,
  head: Checked,
  changes: Changes,
  claims: readonly GuardClaim[],
  texts: Texts,
): Iterable<Classified> {
  const pairs = pairUp(base.functions.filter(isOuter), head.functions.filter(isOuter), changes);
  const gained = pairs.flatMap(({ before, after }) =>
    unmatched(after.cares, before.cares, ({ kind }) => kind).map((care) => ({ after, care })),
  );
  const known = new Set(pairs.map(({ after }) => after));
  for (const fn of head.functions)
    if (!known.has(fn)) gained.push(...fn.cares.map((care) => ({ after: fn, care })));
  for (const pair of pairs) {
    const { before, after } = pair;
    const byKind = groupBy(before.cares, ({ kind }) => kind);
    for (const [kind, cares] of byKind) {
      const claim = claims.find(({ guard }) => guard === kind);
      const [care] = cares.filter(({ place }) => changes.deletedAt(place) !== undefined);
      // A function that speaks of it still may be given it, or have it in other words.
      if (!claim || !care || after.speaksOf.includes(kind)) continue;
      // A mark may stand on the class now.
      const isMark = care.label.startsWith("@");
      if (isMark && addedText(changes, after.place.path, texts).includes(care.label)) continue;
      const primary = changes.deletedAt(care.place)!;
      const isMeant = ({ acts, writes }: PlacedCall): boolean =>
        kind === "transaction" ? writes : acts;
      const kept = keptEffects(pair, care, base, head, isMeant);
      if (kept.length < (TOGETHER[kind] ?? 1)) continue;
      // It stands around the call now, or what is called has it.
      const name = lastName(after.symbol);
      const called = new Set(callsIn(after, head).map((call) => call.name));
      const isMoved = gained.some(
        ({ after: fn, care: one }) =>
          one.kind === kind &&
          (fn.place.path === after.place.path ||
            called.has(lastName(fn.symbol)) ||
            callsIn(fn, head).some((call) => call.name === name && name !== "")),
      );
      if (isMoved) continue;
      yield claimOf(claim, pair, care.label, primary, kept, undefined);
    }
  }
}

/** Writes under the protection that are still made, by their names in the order of the code. */
function keptEffects(
  { before, after }: Pair,
  care: PlacedCare,
  base: Checked,
  head: Checked,
  isMeant: (call: PlacedCall) => boolean,
): PlacedCall[] {
  const writes = callsIn(before, base).filter(
    (call) =>
      isMeant(call) && !isSamePlace(call.place, care.place) && follows(call.place, begin(care)),
  );
  const now = callsIn(after, head).filter(isMeant);
  const gone = new Set(unmatched(writes, now, ({ name }) => name));
  const kept = writes.filter((call) => !gone.has(call));
  return unmatched(
    now,
    unmatched(now, kept, ({ name }) => name),
    ({ name }) => name,
  );
}

const begin = ({ place }: PlacedCare): Place => ({
  ...place,
  endLine: place.line,
  endColumn: place.column,
});

/** `render(text)` for `render(sanitize(text))`: the statement is the same but for the call, which is nowhere new. */
function* lostCleaning(
  base: Checked,
  head: Checked,
  changes: Changes,
  claims: readonly GuardClaim[],
  texts: Texts,
): Iterable<Classified> {
  const claim = claims.find(({ guard }) => guard === "escaping");
  if (!claim) return;
  const namesOf = ({ functions }: Checked): string[] =>
    functions.flatMap(({ cleanings }) => cleanings.map(({ name }) => name));
  const names = namesOf(head);
  const fewer = new Set(unmatched(namesOf(base), names, (name) => name));
  for (const pair of pairUp(base.functions, head.functions, changes)) {
    for (const { name, label, given, place } of pair.before.cleanings) {
      const primary = changes.deletedAt(place);
      if (!primary || !fewer.has(name)) continue;
      const statement = linesOf(texts.base.get(place.path), place.line, place.endLine);
      const bare = normalise(statement.join("\n").replace(label, () => given));
      const [at] = addedLines(changes, pair.after.place, texts).filter(({ text }) =>
        isStatement(text, bare),
      );
      if (!at) continue;
      yield claimOf(
        claim,
        pair,
        normalise(label),
        { ...primary, line: at.line, endLine: at.line },
        [],
        "whether the text is anybody's but the program's own is not known",
        normalise(given),
      );
    }
  }
}

/** Whether a line is a statement, with a comment at most. */
const isStatement = (line: string, statement: string): boolean => {
  const text = normalise(line);
  return (
    text.startsWith(statement) && /^(?:\s*(?:\/\/|\/\*|#).*)?$/.test(text.slice(statement.length))
  );
};

/** All that the change adds to a file. */
const addedText = (changes: Changes, path: string, texts: Texts): string => {
  const whole = { path, line: 1, column: 1, endLine: Number.POSITIVE_INFINITY, endColumn: 1 };
  return addedLines(changes, whole, texts)
    .map(({ text }) => text)
    .join("\n");
};

const linesOf = (text: string | undefined, from: number, to: number): string[] =>
  (text ?? "").split("\n").slice(from - 1, to);

/** Lines of a function that the change adds. */
function addedLines(
  changes: Changes,
  { path, line, endLine }: Place,
  texts: Texts,
): { text: string; line: number }[] {
  return linesOf(texts.head.get(path), line, endLine).flatMap((text, index) => {
    const at = line + index;
    const place: Place = { path, line: at, column: 1, endLine: at, endColumn: 1 };
    return changes.isAdded(place) ? [{ text, line: at }] : [];
  });
}

/** A check that is still made, after what it was there to prevent. */
function* lateChecks(
  base: Checked,
  head: Checked,
  changes: Changes,
  claims: readonly GuardClaim[],
): Iterable<Classified> {
  for (const pair of pairUp(base.functions, head.functions, changes)) {
    const { before, after, added } = pair;
    // Where something new is checked, the order of what is left says little.
    if (added.length > 0) continue;
    for (const check of before.checks) {
      const [test] = check.tests;
      if (!check.denies || !test || check.tests.length !== 1) continue;
      const twins = after.checks.filter(({ tests }) => tests[0]?.label === test.label);
      const same = before.checks.filter(({ tests }) => tests[0]?.label === test.label);
      const [now, ...others] = twins;
      const kind = TELLING.find((one) => check.kinds.includes(one));
      const claim = claims.find(({ guard }) => guard === kind);
      if (!now || others.length > 0 || same.length > 1 || !claim) continue;
      const place = now.tests[0]!.place;
      const early = before.calls.filter(({ acts, place: at }) => acts && follows(at, test.place));
      const overtaking = early.flatMap((call) => {
        const [twin, ...more] = after.calls.filter(({ name }) => name === call.name);
        const isOnly = before.calls.filter(({ name }) => name === call.name).length === 1;
        return twin && more.length === 0 && isOnly && follows(place, twin.place) ? [twin] : [];
      });
      const [first] = overtaking;
      if (!first || !(changes.isAdded(first.place) || changes.isAdded(place))) continue;
      const { path, line } = first.place;
      yield claimOf(
        claim,
        pair,
        test.label,
        { path, line, column: 1, endLine: line, endColumn: 1 },
        overtaking,
        undefined,
      );
    }
  }
}

function claimOf(
  claim: GuardClaim,
  { after }: Pair,
  label: string,
  primary: Place,
  effects: readonly PlacedCall[],
  doubt: string | undefined,
  protects?: string,
): Classified {
  const { symbol } = after;
  const done = told([...new Set(effects.map(({ name }) => `${name}()`))]);
  const where = symbol === "" ? "a function" : `${symbol}()`;
  return introduced({
    claim,
    label,
    protects: protects ?? `${done} in ${where}`,
    at: primary,
    primary,
    symbol,
    identity: after.place.path,
    related: effects.map(({ name, place }): Step => ({ place, note: `${name}() is done here` })),
    doubt,
  });
}
