/** Authorship for programs: every field is there, and null says that there is nothing. */
import { evidenceRecord, type Verdict } from "../../attribution/attribution.ts";
import type { Total } from "../../attribution/summary.ts";
import { version } from "../../version.ts";
import { type AuthorshipReport, withoutAddresses } from "./authorship-report.ts";

export function authorshipJson(report: AuthorshipReport): string {
  const { summary, hunks, months } = report;
  return `${JSON.stringify(
    {
      schemaVersion: 1,
      tool: { name: "adr-scan", version },
      subject: report.subject,
      baseCommit: report.baseCommit ?? null,
      headCommit: report.headCommit ?? null,
      prior: report.prior,
      calibration: report.calibration ?? null,
      totals: numbers(summary.all),
      tools: summary.tools.map((total) => ({ ...total.key, ...numbers(total) })),
      files: summary.files.map((total) => ({ file: total.key, ...numbers(total) })),
      commits: summary.commits.map((total) => ({
        commit: total.key.id,
        date: dayOf(total.key.author.date),
        subject: withoutAddresses(total.key.message.split("\n", 1)[0]!, report),
        ...(report.showAuthors
          ? { author: { name: total.key.author.name, email: total.key.author.email } }
          : {}),
        ...numbers(total),
        claims: total.claims,
      })),
      months:
        months?.map(({ month, commits, lines, byVerdict }) => ({
          month,
          commits,
          lines,
          verdicts: Object.fromEntries(byVerdict),
        })) ?? null,
      notices: report.notices,
      hunks: hunks.map(
        ({ file, hunk, commits, verdict, probability, calibrated, tool, evidence }) => ({
          file: file.path,
          start: hunk.headStart,
          lines: hunk.headCount,
          commit: commits[0]?.id ?? null,
          commits,
          verdict,
          probability: probability ?? null,
          calibrated,
          tool: tool ?? null,
          evidence: evidence.map(evidenceRecord),
        }),
      ),
    },
    undefined,
    2,
  )}\n`;
}

function numbers({ hunks, lines, byVerdict }: Total<unknown>): {
  hunks: number;
  lines: number;
  verdicts: Partial<Record<Verdict, number>>;
} {
  return { hunks, lines, verdicts: Object.fromEntries(byVerdict) };
}

/** Dates come from commits, and may be any number. */
export function dayOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString().slice(0, 10);
}
