/** Comments that say a finding is known: `adr-scan-ignore sql-injection: the table name is from a fixed list`. */
import type { Finding } from "./finding.ts";

const COMMENT = /adr-scan-ignore\s+([a-z0-9*-]+)\s*:\s*(\S.*?)\s*(?:\*\/|-->)?\s*$/;

/** The reason given on the finding's line or on the line above it; undefined where there is none. */
export function suppressionOf(
  finding: Finding,
  textOf: (path: string) => string | undefined,
): string | undefined {
  const lines = textOf(finding.at.path)?.split(/\r\n|\n|\r/);
  if (!lines) return undefined;
  const own = lines[finding.at.line - 1] ?? "";
  const above = lines[finding.at.line - 2] ?? "";
  for (const line of [own, /^\s*(?:\/\/|\/\*|\*|#|<!--|\{\/\*)/.test(above) ? above : ""]) {
    const match = COMMENT.exec(line);
    if (match && (match[1] === finding.query.id || match[1] === "*")) return match[2];
  }
  return undefined;
}
