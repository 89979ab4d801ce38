/** Options of calls that are weaker in head than in base: found by asking both programs for the same call. */
import type { ChangeSet } from "../change/change-set.ts";
import type { Place, QueryInfo } from "../findings/finding.ts";
import { fingerprint } from "../findings/fingerprint.ts";
import { changeWords, isSame, isWeaker, type OptionSite } from "../findings/option.ts";
import { groupBy } from "../support/group-by.ts";
import { Changes } from "./changes.ts";
import type { Classified } from "./classify.ts";

interface Loosened {
  readonly was: OptionSite;
  readonly is: OptionSite;
}

/** What a call says in one sentence, however many of its options are loosened. */
export function loosenedOptions(
  base: readonly OptionSite[],
  head: readonly OptionSite[],
  change: ChangeSet,
): Classified[] {
  const changes = new Changes(change);
  const byCall = new Map<string, Loosened[]>();
  const valued = (sites: readonly OptionSite[]): OptionSite[] =>
    sites.filter(({ presence }) => presence === undefined);
  for (const pair of pairs(valued(base), valued(head), changes)) {
    if (!isWeaker(pair.is.judge, pair.was.value, pair.is.value)) continue;
    const { claim, call } = pair.is;
    const key = [claim.info.id, call.path, call.line, call.column].join(" ");
    byCall.set(key, [...(byCall.get(key) ?? []), pair]);
  }
  return [...byCall.values()].map((list) => classified(list, changes));
}

/**
 * Calls of one function that differ in number cannot be told apart. One that moved is known by its function or its file, if
 * there is one alone.
 */
function pairs(
  base: readonly OptionSite[],
  head: readonly OptionSite[],
  changes: Changes,
): Loosened[] {
  const moved = base.map((was) => ({ was, path: changes.renamed(was.call.path) }));
  const before = groupBy(moved, ({ was, path }) => inPlace(was, path));
  const after = groupBy(head, (is) => inPlace(is, is.call.path));
  const found: Loosened[] = [];
  for (const [key, own] of after) {
    const twins = (before.get(key) ?? []).map(({ was }) => was);
    if (twins.length === own.length) found.push(...different(twins, own));
  }
  const gone = groupBy(
    moved.filter(({ was, path }) => !after.has(inPlace(was, path))),
    ({ was }) => was.key,
  );
  const added = groupBy(
    head.filter((is) => !before.has(inPlace(is, is.call.path))),
    ({ key }) => key,
  );
  for (const [key, [is, ...others]] of added) {
    const [twin, ...more] = gone.get(key) ?? [];
    if (!is || !twin || others.length > 0 || more.length > 0) continue;
    if (twin.path === is.call.path || twin.was.symbol === is.symbol)
      found.push({ was: twin.was, is });
  }
  return found;
}

const inPlace = ({ key, symbol }: OptionSite, path: string): string =>
  [key, path, symbol].join("\0");

/** Those that differ, in their order: what is only in another order is not among them. */
function different(base: readonly OptionSite[], head: readonly OptionSite[]): Loosened[] {
  const left = [...base];
  const rest = head.filter((is) => {
    const at = left.findIndex((was) => isSame(was.value, is.value));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return rest.map((is, at) => ({ was: left[at]!, is }));
}

function classified(list: readonly Loosened[], changes: Changes): Classified {
  const [first] = list as readonly [Loosened, ...Loosened[]];
  const { claim, symbol, call } = first.is;
  const words = list.map(({ was, is }) => changeWords(is.option, was.value, is.value));
  const { at, reason } = shownAt(first, changes);
  return {
    finding: {
      query: claim.info,
      message: claim.message.replaceAll("{changes}", () => words.join(", ")),
      at: first.is.at,
      source: undefined,
      sourceKind: "",
      sinkKind: "",
      symbol,
      flows: [],
      related: [],
      guards: [],
      passes: [],
      confidence: claim.info.precision,
      doubts: [],
      exposure: "entry",
      fingerprint: fingerprint(
        {
          query: claim.info.id,
          sourceKind: "",
          sinkKind: list.map(({ is }) => is.option).join(),
          symbol,
          sourceSymbol: "",
          statement: first.is.key,
          sourceStatement: words.join(),
          through: "",
        },
        0,
      ),
    },
    relevance: "introduced",
    reason,
    primary: at ?? call,
  };
}

/** The new value where it was added, else where the call was changed, else where the old one stood. */
function shownAt(
  { was, is }: Loosened,
  changes: Changes,
): { at: Place | undefined; reason: string } {
  const reason = "the change loosens it";
  if (changes.isAdded(is.at)) return { at: is.at, reason };
  const inside = changes
    .shownAt(is.call.path)
    .find((line) => line >= is.call.line && line <= is.call.endLine);
  if (inside !== undefined)
    return {
      at: { path: is.call.path, line: inside, column: 1, endLine: inside, endColumn: 1 },
      reason,
    };
  return {
    at: changes.deletedAt(was.at) ?? is.at,
    reason: "the change loosens it from elsewhere",
  };
}

/** What a query of another kind says of a place is not said again. */
export function saidOnce(
  classified: readonly Classified[],
  queries: readonly { readonly info: QueryInfo; readonly besides: ReadonlySet<string> }[],
): readonly Classified[] {
  const besides = new Map(queries.map((query) => [query.info.id, query.besides]));
  return classified.filter(({ finding, primary }) => {
    const others = besides.get(finding.query.id);
    return !classified.some(
      ({ finding: { query, at }, relevance }) =>
        relevance === "introduced" &&
        others?.has(query.id) === true &&
        [finding.at, primary].some(
          ({ path, line }) => path === at.path && line >= at.line && line <= at.endLine,
        ),
    );
  });
}
