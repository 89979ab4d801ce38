/** What commits claim, month by month. Coarser than a change: whole commits are judged, and nothing is blamed. */
import type { AddedLines } from "../change/added-lines.ts";
import type { Commit } from "../change/commit.ts";
import { type Verdict, verdicts } from "./attribution.ts";
import { isAuthorlessPath } from "./authorless.ts";
import { claimsOf } from "./claims.ts";
import type { LineRecords } from "./lines/line-records.ts";
import { withRecords } from "./record-claims.ts";
import { judge } from "./verdict.ts";

export interface Month {
  /** `2026-03`, of the authors' dates in UTC. */
  readonly month: string;
  readonly commits: number;
  /** Added lines, without those of generated and vendored files. */
  readonly lines: number;
  readonly byVerdict: ReadonlyMap<Verdict, number>;
}

export function monthOf({ author }: Commit): string {
  const date = new Date(author.date * 1000);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString().slice(0, 7);
}

/** Oldest first; months without a commit are left out. */
export async function trendOf(
  commits: ReadonlyMap<string, Commit>,
  added: AsyncIterable<AddedLines>,
  records: LineRecords,
): Promise<Month[]> {
  const months = new Map<string, { commits: number; byVerdict: Map<Verdict, number> }>();
  for await (const { id, files } of added) {
    const commit = commits.get(id);
    if (commit === undefined) continue;
    const month = months.get(monthOf(commit)) ?? { commits: 0, byVerdict: new Map() };
    months.set(monthOf(commit), month);
    month.commits++;
    for (const [verdict, lines] of verdictsOf(commit, files, records))
      month.byVerdict.set(verdict, (month.byVerdict.get(verdict) ?? 0) + lines);
  }
  return [...months]
    .filter(([month]) => month !== "")
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([month, { commits: count, byVerdict }]) => ({
      month,
      commits: count,
      lines: [...byVerdict.values()].reduce((sum, lines) => sum + lines, 0),
      byVerdict: new Map(
        verdicts.flatMap((verdict): [Verdict, number][] => {
          const lines = byVerdict.get(verdict);
          return lines === undefined ? [] : [[verdict, lines]];
        }),
      ),
    }));
}

function* verdictsOf(
  commit: Commit,
  files: AddedLines["files"],
  records: LineRecords,
): Generator<[Verdict, number]> {
  const own = records.of(commit.id);
  const claims = withRecords(claimsOf(commit), own, commit.id);
  for (const { path, added } of files) {
    if (isAuthorlessPath(path)) {
      yield ["not-applicable", added];
      continue;
    }
    const ranges = own.flatMap(({ lines }) => lines.get(path) ?? []);
    const count = (author: string): number =>
      ranges
        .filter((range) => range.author === author)
        .reduce((sum, { first, last }) => sum + last - first + 1, 0);
    const byTool = Math.min(added, count("ai"));
    const byPeople = Math.min(added - byTool, count("human"));
    if (byTool > 0) yield ["ai", byTool];
    if (byPeople > 0) yield ["human", byPeople];
    const rest = added - byTool - byPeople;
    const here = {
      ...claims,
      claims: claims.claims.filter(({ paths }) => paths === undefined || paths.has(path)),
    };
    if (rest > 0) yield [judge([{ lines: rest, claims: here, recorded: [] }]).verdict, rest];
  }
}
