/** What line records that know no lines claim of the commits they speak of. */
import type { Claim, Claims } from "./claims.ts";
import type { FileShare, LineRecord } from "./lines/record.ts";
import { nameOf } from "./tool-names.ts";

/** A record that knows no lines makes claims as a trailer does, but of the files it names. */
export function withRecords(
  claims: Claims,
  records: readonly LineRecord[],
  commit: string,
): Claims {
  const added = records.flatMap(({ format, source, files }) =>
    files
      .filter(({ share }) => share !== 0)
      .map((share) => claimOfShare(share, format, `${source} of commit ${commit.slice(0, 7)}`)),
  );
  if (!records.some(({ files }) => files.length > 0)) return claims;
  // The checkpoint that a trailer points to knows more than the trailer.
  const pointing = records.some(({ format }) => format === "entire");
  const own = claims.claims.filter(({ evidence }) => !pointing || evidence.tool !== "entire");
  return { ...claims, claims: [...own, ...added] };
}

function claimOfShare(
  { path, share, tool, model }: FileShare,
  format: string,
  locus: string,
): Claim {
  const percent = share === undefined ? "" : ` for ${Math.round(share * 100)} % of it`;
  const what = path === undefined ? "the commit" : "the file";
  return {
    role: "record",
    suggestion: false,
    share,
    ...(path === undefined ? {} : { paths: new Set([path]) }),
    evidence: {
      tier: "line",
      rule: `${format}/${path === undefined ? "commit" : "file"}`,
      class: "B",
      tool,
      locus,
      claim: `record of ${what} claims ${tool === undefined ? "an AI tool" : nameOf(tool)}${percent}`,
      ...(model === undefined ? {} : { model }),
    },
  };
}
