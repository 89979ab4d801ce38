/** Everything a report shows. Reporters turn it into bytes and add nothing of their own. */
import type { HunkAttribution } from "../attribution/attribution.ts";
import type { Accepted } from "../findings/acceptance.ts";
import type { Finding, Relevance } from "../findings/finding.ts";
import type { Judgement } from "../policy/gate.ts";
import type { Assessment, FindingRisk } from "../risk/score.ts";
import type { SurfaceEntry } from "../surface/surface.ts";

/** Something that was not analysed, or not wholly. */
export interface Notice {
  readonly level: "note" | "warning" | "error";
  /** `not-analysed`, `syntax-error`, `too-large`, `budget`, `excluded`, `shallow` ... */
  readonly kind: string;
  readonly message: string;
  readonly path: string | undefined;
  readonly line: number | undefined;
}

export interface ReportedFinding {
  readonly finding: Finding;
  readonly relevance: Relevance;
  /** Why it counts as introduced or touched, in a few words; empty in a scan of a whole tree. */
  readonly reason: string;
  /** Where code scanning should show it: a line the change added where there is one, else `finding.at`. */
  readonly primary: Finding["at"];
  readonly risk: FindingRisk;
  /** Attribution of the hunk the finding is placed on, where it is placed on one. */
  readonly attribution: HunkAttribution | undefined;
  /** By a comment or the baseline; undefined when it counts. */
  readonly suppressed: Accepted | undefined;
  /** It was fixed once before, as the baseline remembers. */
  readonly isRegression: boolean;
  /** Findings that say the same of pasted code; their places are among `finding.related`. */
  readonly clones: readonly ReportedFinding[];
}

export interface Report {
  readonly tool: { readonly name: "adr-scan"; readonly version: string };
  readonly mode: "diff" | "scan";
  /** What was compared or scanned, in words. */
  readonly subject: string;
  readonly baseCommit: string | undefined;
  readonly headCommit: string | undefined;
  /** Sorted: introduced first, then by risk (highest first), then by path and line. Holds every relevance. */
  readonly findings: readonly ReportedFinding[];
  readonly assessment: Assessment;
  readonly hunks: readonly HunkAttribution[];
  /** What the change does to what can be reached, used or asked of the program; empty in a scan. */
  readonly surface: readonly SurfaceEntry[];
  /** Changed files in languages that are not analysed; such a change is not green. */
  readonly notAnalysed: readonly string[];
  readonly notices: readonly Notice[];
  readonly counts: {
    readonly changedFiles: number;
    readonly analysedFiles: number;
    /** Reason to number of files left out: `generated`, `minified`, `vendored`, `test`, `excluded`. */
    readonly leftOut: Readonly<Record<string, number>>;
    readonly functionsAnalysed: number;
  };
  /** Whether some part of the work could not be done. */
  readonly incomplete: boolean;
  /** The gate's setting and answer. */
  readonly gate: Judgement;
  /** Whole text of a file of head (or base), with its byte order mark, for code frames and line hashes; undefined when it is not to be had. */
  readonly source: (path: string) => string | undefined;
}
