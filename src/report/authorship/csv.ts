/** Authorship for spreadsheets: a row a hunk, or a row a month. */
import { verdicts } from "../../attribution/attribution.ts";
import type { AuthorshipReport } from "./authorship-report.ts";

export function authorshipCsv({ hunks, months }: AuthorshipReport): string {
  const rows =
    months === undefined
      ? [
          ["file", "start", "lines", "commit", "verdict", "probability", "tool", "evidence"],
          ...hunks.map(({ file, hunk, commits, verdict, probability, tool, evidence }) => [
            file.path,
            hunk.headStart,
            hunk.headCount,
            commits[0]?.id ?? "",
            verdict,
            probability ?? "",
            tool ?? "",
            evidence.map(({ claim, locus }) => `${claim} (${locus})`).join("; "),
          ]),
        ]
      : [
          ["month", "commits", "lines", ...verdicts],
          ...months.map(({ month, commits, lines, byVerdict }) => [
            month,
            commits,
            lines,
            ...verdicts.map((verdict) => byVerdict.get(verdict) ?? 0),
          ]),
        ];
  return rows.map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

/** As in RFC 4180. A text that a spreadsheet would take for a formula is made a text. */
function field(value: string | number): string {
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
