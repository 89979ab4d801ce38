/**
 * Guards that are set up once for everything, by a call or an item of a list, and that head no longer has anywhere:
 * found by asking both programs for all of them, so that one that was moved or replaced by another of its query is no loss.
 */
import type { ChangeSet } from "../change/change-set.ts";
import type { CheckedFunction } from "../findings/checked-function.ts";
import type { Place } from "../findings/finding.ts";
import { fingerprint } from "../findings/fingerprint.ts";
import { changeWords, isWeaker, type OptionSite } from "../findings/option.ts";
import { groupBy } from "../support/group-by.ts";
import { Changes } from "./changes.ts";
import type { Classified } from "./classify.ts";
import { told } from "./lost-guard.ts";

interface Side {
  readonly options: readonly OptionSite[];
  readonly functions: readonly CheckedFunction[];
}

export function goneGuards(base: Side, head: Side, change: ChangeSet): Classified[] {
  const changes = new Changes(change);
  const claims = [
    ...lostPresences(base, head, changes),
    ...lostAssignments(base.options, head.options, changes),
  ];
  // What one place sets up in several ways is one thing to say.
  const byPlace = groupBy(claims, ({ site: { claim }, at }) =>
    [claim.info.id, at.path, at.line].join(" "),
  );
  return [...byPlace.values()].map((ones) => classified(ones));
}

interface Gone {
  readonly site: OptionSite;
  readonly at: Place;
  readonly words: string;
}

/** Calls and items that are guards by being there. */
function* lostPresences(base: Side, head: Side, changes: Changes): Iterable<Gone> {
  const queryOf = ({ claim }: OptionSite): string => claim.info.id;
  const present = ({ presence }: OptionSite): boolean => presence !== undefined;
  const before = groupBy(base.options.filter(present), queryOf);
  const after = groupBy(head.options.filter(present), queryOf);
  for (const [id, sites] of before) {
    const left = after.get(id) ?? [];
    // As many as before: it was moved, or another does the same.
    if (left.length >= sites.length) continue;
    for (const site of sites) {
      if (site.presence !== "guard") continue;
      const at = changes.deletedAt(site.at);
      const path = changes.renamed(site.call.path);
      if (!at || left.some(({ call, key }) => key === site.key && call.path === path)) continue;
      const isCall = site.at.line === site.call.line && site.at.column === site.call.column;
      if (isCall && !isStillDone(site, path, base, head, changes)) continue;
      yield {
        site,
        at,
        words: `\`${shortened(site.text)}\` is gone, and nothing stands in for it`,
      };
    }
  }
}

/** Characters of a guard's text that are shown. */
const SHOWN = 60;

const shortened = (text: string): string =>
  text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;

/** Whether what came after the call in its function is still done in head. */
function isStillDone(
  { symbol, call }: OptionSite,
  path: string,
  base: Side,
  head: Side,
  changes: Changes,
): boolean {
  const callsOf = (
    { functions }: Side,
    file: string,
  ): readonly CheckedFunction["calls"][number][] =>
    functions
      .filter((one) => one.place.path === file && one.symbol === symbol)
      .flatMap(({ calls }) => calls);
  const kept = new Set(callsOf(head, path).map(({ name }) => name));
  return callsOf(base, call.path).some(
    ({ name, place }) =>
      name !== "" &&
      place.line > call.endLine &&
      kept.has(name) &&
      changes.renamed(place.path) === path,
  );
}

/** Names that are assigned to nowhere any more, whose default is weaker than what base gave them. */
function* lostAssignments(
  base: readonly OptionSite[],
  head: readonly OptionSite[],
  changes: Changes,
): Iterable<Gone> {
  const valued = (sites: readonly OptionSite[]): OptionSite[] =>
    sites.filter(({ presence, named }) => presence === undefined && named);
  const kept = new Set(valued(head).map(({ key }) => key));
  for (const site of valued(base)) {
    const at = changes.deletedAt(site.call);
    if (!at || kept.has(site.key)) continue;
    if (isWeaker(site.judge, site.value, { is: "absent" }))
      yield { site, at, words: changeWords(site.option, site.value, { is: "absent" }) };
  }
}

function classified(ones: readonly Gone[]): Classified {
  const [{ site, at }] = ones as readonly [Gone, ...Gone[]];
  const { claim, symbol } = site;
  const words = told([...new Set(ones.map((one) => one.words))]);
  return {
    finding: {
      query: claim.info,
      message: claim.message.replaceAll("{changes}", () => words),
      at,
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
          sinkKind: "",
          symbol,
          sourceSymbol: "",
          statement: site.key,
          sourceStatement: words,
          through: "",
        },
        0,
      ),
    },
    relevance: "introduced",
    reason: "the change takes it away",
    primary: at,
  };
}
