/** From what was gathered about a hunk to its verdict, with the evidence in words. */
import type { ChangedFile, Hunk } from "../change/change-set.ts";
import type { Evidence, HunkAttribution } from "./attribution.ts";
import { type Draft, type Group, partOf } from "./draft.ts";
import type { Statement } from "./lines/line-records.ts";
import type { LineAuthor } from "./lines/record.ts";
import type { ChangeStyle } from "./style/change-style.ts";
import { nameOf } from "./tool-names.ts";
import { judge, lineProbability } from "./verdict.ts";

export function notApplicable(file: ChangedFile, hunk: Hunk): HunkAttribution {
  return {
    file,
    hunk,
    verdict: "not-applicable",
    probability: undefined,
    calibrated: false,
    tool: undefined,
    toolName: undefined,
    evidence: [],
    commits: [],
  };
}

/** The verdict on a hunk, now that the change is known. */
export function conclude(draft: Draft, style: ChangeStyle, isCalibrated: boolean): HunkAttribution {
  const { file, hunk, groups, written, commits } = draft;
  if (written === 0) return notApplicable(file, hunk);
  const parts = groups.map(partOf);
  const isSilent = parts.every(
    ({ claims, recorded }) =>
      recorded.length === 0 && !claims.bot && lineProbability(claims) === undefined,
  );
  const opinion = isSilent ? style.opinionOn(draft) : undefined;
  const { verdict, probability } = judge(parts, opinion?.opinion);
  const evidence = [...evidenceOf(groups, written, hunk.headCount), ...(opinion?.evidence ?? [])];
  const tool =
    verdict === "bot" || verdict === "human"
      ? undefined
      : evidence.find((each) => each.class !== "D" && each.tool !== undefined)?.tool;
  return {
    file,
    hunk,
    verdict,
    probability,
    calibrated: isCalibrated,
    tool,
    toolName: tool === undefined ? undefined : nameOf(tool),
    evidence,
    commits,
  };
}

function evidenceOf(groups: readonly Group[], written: number, all: number): Evidence[] {
  const found = new Map<string, { evidence: Evidence; lines: number }>();
  for (const { lines, claims, statements } of groups)
    for (const evidence of [
      ...statements.map(evidenceOfStatement),
      ...claims.claims.map((claim) => claim.evidence),
    ]) {
      const key = `${evidence.rule} ${evidence.locus} ${evidence.claim}`;
      const known = found.get(key);
      if (known === undefined) found.set(key, { evidence, lines });
      else known.lines += lines;
    }
  return [...found.values()].map(({ evidence, lines }) =>
    lines === written && written === all
      ? evidence
      : { ...evidence, claim: `${evidence.claim} (${lines} of ${all} lines)` },
  );
}

function evidenceOfStatement({ record, range, commit }: Statement): Evidence {
  const tool = range.tool === undefined ? "an AI tool" : nameOf(range.tool);
  const who: Readonly<Record<LineAuthor, string>> = {
    ai: tool,
    mixed: `${tool}, changed by a person`,
    human: "a person",
  };
  return {
    tier: "line",
    rule: `${record.format}/lines`,
    class: "A",
    tool: range.tool,
    locus: `${record.source} of commit ${commit.slice(0, 7)}`,
    claim: `line record claims ${who[range.author]}${range.model === undefined ? "" : ` (${range.model})`}`,
    ...(range.model === undefined ? {} : { model: range.model }),
  };
}
