/** Which findings a repository has accepted, by comments or by its baseline, and what is wrong with how it did. */
import { type Baseline, matchBaseline } from "./baseline.ts";
import type { Finding } from "./finding.ts";
import {
  isAbout,
  type MalformedSuppression,
  readSuppressions,
  type Suppression,
} from "./suppressions.ts";

export interface Accepted {
  readonly kind: "comment" | "baseline";
  /** As the comment gives it. */
  readonly reason: string;
}

/** Something to tell about a suppression or an entry of the baseline. */
export interface AcceptanceRemark {
  readonly kind: "suppression" | "baseline";
  readonly message: string;
  readonly path: string;
  readonly line: number | undefined;
}

export interface AcceptanceInput {
  /** Everything found in the scanned tree, whether it is shown or not. */
  readonly findings: readonly Finding[];
  /** Files that may hold suppressions, with their texts. */
  readonly texts: ReadonlyMap<string, string>;
  readonly baseline: Baseline;
  /** Of a change: which findings and lines of head are new. Undefined for a tree, of which all counts as it is. */
  readonly change:
    | {
        readonly isIntroduced: (finding: Finding) => boolean;
        readonly isAdded: (path: string, line: number) => boolean;
      }
    | undefined;
  /** `YYYY-MM-DD`. */
  readonly today: string;
  readonly isQuery: (id: string) => boolean;
  /** Whether a query was run: of one that was not, nothing can be unused. */
  readonly ran: (id: string) => boolean;
}

export interface Acceptance {
  readonly of: (finding: Finding) => Accepted | undefined;
  /** It was fixed once before. */
  readonly isRegression: (finding: Finding) => boolean;
  readonly remarks: readonly AcceptanceRemark[];
}

export function acceptance(input: AcceptanceInput): Acceptance {
  const remarks: AcceptanceRemark[] = [];
  // Fingerprints tell the findings of one tree apart, and last when flows of one sink are merged.
  const byFingerprint = new Map<string, Accepted>();
  for (const finding of acceptedByBaseline(input, remarks))
    byFingerprint.set(finding.fingerprint, { kind: "baseline", reason: "in the baseline" });
  for (const [path, text] of [...input.texts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { suppressions, malformed } = readSuppressions(path, text, input.isQuery);
    for (const one of malformed) remarks.push(notUnderstood(one));
    for (const one of suppressions) {
      const about = input.findings.filter((finding) => isAbout(one, finding));
      const obstacle = obstacleTo(one, about, input);
      if (obstacle !== undefined)
        remarks.push({ kind: "suppression", message: obstacle, path, line: one.line });
      else
        for (const { fingerprint } of about)
          byFingerprint.set(fingerprint, { kind: "comment", reason: one.reason });
    }
  }
  const fixed = new Set(input.baseline.fixed.map(({ fingerprint }) => fingerprint));
  return {
    of: ({ fingerprint }) => byFingerprint.get(fingerprint),
    isRegression: (finding) =>
      fixed.has(finding.fingerprint) && (input.change?.isIntroduced(finding) ?? true),
    // Stable: those without a line come first, as the baseline has them.
    remarks: remarks.sort(
      (a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0) || (a.line ?? 0) - (b.line ?? 0),
    ),
  };
}

const notUnderstood = ({ path, line, problem }: MalformedSuppression): AcceptanceRemark => ({
  kind: "suppression",
  message: `this suppression is not applied: ${problem}`,
  path,
  line,
});

/** Why a suppression is not applied, in words; undefined where it is. */
function obstacleTo(
  { path, line, until, queries }: Suppression,
  about: readonly Finding[],
  { change, today, ran }: AcceptanceInput,
): string | undefined {
  if (until !== undefined && until < today)
    return `this suppression is not applied: it ended on ${until}`;
  if (about.length === 0) {
    const idle = queries.filter(ran);
    return idle.length === queries.length
      ? `this suppression of ${queries.join(", ")} suppresses nothing: remove it`
      : undefined;
  }
  if (change?.isAdded(path, line))
    return "this suppression is new in the change: it is applied once it is merged";
  return undefined;
}

/**
 * A change is not excused by the baseline for what it introduces: had the finding been there before, it would not be
 * introduced.
 */
function acceptedByBaseline(
  { findings, baseline, change, ran }: AcceptanceInput,
  remarks: AcceptanceRemark[],
): Iterable<Finding> {
  const old = change ? findings.filter((finding) => !change.isIntroduced(finding)) : findings;
  const { accepted, unused } = matchBaseline(baseline.findings, old);
  if (change === undefined) {
    for (const { query, path, symbol } of unused.filter((entry) => ran(entry.query))) {
      remarks.push({
        kind: "baseline",
        message: `the baseline names a ${query}${symbol === "" ? "" : ` in ${symbol}`} that is no more: \`adr-scan baseline --prune\` notes it as fixed`,
        path,
        line: undefined,
      });
    }
  }
  return accepted.keys();
}
