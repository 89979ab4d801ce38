/** What the reports on authorship show. */
import type { HunkAttribution } from "../../attribution/attribution.ts";
import type { Summary } from "../../attribution/summary.ts";
import type { Month } from "../../attribution/trend.ts";

export interface AuthorshipReport {
  /** What was looked at, in words. */
  readonly subject: string;
  /** Full ids; undefined where head is no commit, or no change was looked at. */
  readonly baseCommit: string | undefined;
  readonly headCommit: string | undefined;
  /** The probability of AI authorship where nothing is known, and where it comes from. */
  readonly prior: number;
  /** What the numbers were fitted on; undefined for those that adr-scan comes with. */
  readonly calibration: string | undefined;
  readonly hunks: readonly HunkAttribution[];
  readonly summary: Summary;
  /** Of a history instead of a change. */
  readonly months: readonly Month[] | undefined;
  readonly notices: readonly string[];
  /** Whether people may be named, with their addresses. */
  readonly showAuthors: boolean;
}

const ADDRESS = /[\w.+-]+@[\w-]+(\.[\w-]+)+/g;

/** Text from a commit, without addresses of people where they are not asked for. */
export function withoutAddresses(text: string, { showAuthors }: AuthorshipReport): string {
  return showAuthors ? text : text.replace(ADDRESS, "(address)");
}
