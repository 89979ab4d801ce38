/** Says of every changed hunk who is claimed to have written it. It reads, and never writes; no claim is `unknown`. */
import type { ChangedFile, ChangeSet, Hunk } from "../change/change-set.ts";
import type { History, Origin } from "../change/history.ts";
import type { Evidence, HunkAttribution } from "./attribution.ts";
import { type Claims, claimsOf, claimsOfEnvironment, NO_CLAIMS } from "./claims.ts";
import { judge, lineProbability, type Part } from "./verdict.ts";

export interface AttributionOptions {
  /** Of the running program; only names of variables are looked at, and only for what is not committed yet. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Generated, vendored and the like: files whose author means nothing. */
  readonly isNotApplicable?: (path: string) => boolean;
}

export async function attribute(
  change: ChangeSet,
  history: History,
  { environment = {}, isNotApplicable = () => false }: AttributionOptions = {},
): Promise<HunkAttribution[]> {
  const byCommit = new Map<string, Claims>(
    history.commits.map((commit): [string, Claims] => [commit.id, claimsOf(commit)]),
  );
  const now = change.headCommit === undefined ? claimsOfEnvironment(environment) : NO_CLAIMS;
  // Blame is slow. It answers nothing where no commit claims anything, or where all are equally old.
  const commits = [...byCommit.values()];
  const silent = commits.every(({ claims, bot }) => claims.length === 0 && !bot);
  const allOld = silent && commits.length > 0 && commits.every(({ tooOld }) => tooOld);
  const isKnown = !silent || allOld || now.claims.length > 0;
  const otherwise = allOld ? commits[0]! : NO_CLAIMS;
  const claimsAt = (origin: Origin): Claims =>
    origin === "uncommitted" ? now : (byCommit.get(origin) ?? otherwise);

  const attributed = await Promise.all(
    change.files.map(async (file): Promise<HunkAttribution[]> => {
      const hunks = file.hunks.filter(({ headCount }) => headCount > 0);
      if (hunks.length === 0) return [];
      if (isNotApplicable(file.path))
        return hunks.map((hunk) => without(file, hunk, "not-applicable"));
      if (!isKnown) return hunks.map((hunk) => without(file, hunk, "unknown"));
      const origin = await history.origins(file, !silent);
      return hunks.map((hunk) => attributeHunk(file, hunk, origin, claimsAt));
    }),
  );
  return attributed.flat();
}

function without(
  file: ChangedFile,
  hunk: Hunk,
  verdict: "unknown" | "not-applicable",
): HunkAttribution {
  return { file, hunk, verdict, probability: undefined, tool: undefined, evidence: [] };
}

function attributeHunk(
  file: ChangedFile,
  hunk: Hunk,
  origin: (line: number) => Origin,
  claimsAt: (origin: Origin) => Claims,
): HunkAttribution {
  const counts = new Map<Claims, number>();
  for (let line = hunk.headStart; line < hunk.headStart + hunk.headCount; line++) {
    const claims = claimsAt(origin(line));
    counts.set(claims, (counts.get(claims) ?? 0) + 1);
  }
  const parts: Part[] = [...counts].map(([claims, lines]) => ({ lines, claims }));
  // The part that says most comes first, then the larger.
  parts.sort(
    (a, b) =>
      (lineProbability(b.claims) ?? -1) - (lineProbability(a.claims) ?? -1) || b.lines - a.lines,
  );
  const evidence: Evidence[] = parts.flatMap(({ lines, claims }) =>
    claims.claims.map((claim) =>
      lines === hunk.headCount
        ? claim.evidence
        : {
            ...claim.evidence,
            claim: `${claim.evidence.claim} (${lines} of ${hunk.headCount} lines)`,
          },
    ),
  );
  const { verdict, probability } = judge(parts);
  return {
    file,
    hunk,
    verdict,
    probability,
    tool: verdict === "bot" ? undefined : evidence.find((each) => each.class !== "D")?.tool,
    evidence,
  };
}
