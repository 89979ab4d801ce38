/** `adr-scan explain`: finds what is asked about in a report or among the queries. */
import { readFileSync } from "node:fs";
import { lastReport } from "../cache/last-report.ts";
import { UsageError } from "../change/errors.ts";
import { allQueries, loadQueries } from "../queries/registry.ts";
import { explainFinding, explainQuery } from "../report/explain.ts";
import { type ToldFinding, ToldReport } from "../report/told-report.ts";
import { ExitCode } from "./exit-codes.ts";
import { writeOutput } from "./output.ts";

/** Fewer digits would name a finding by chance. */
const DIGITS = 6;

interface ExplainFlags {
  readonly from?: string;
  readonly cacheDir?: string;
}

export async function runExplain(name: string, options: Record<string, unknown>): Promise<number> {
  const report = readReport(options as ExplainFlags);
  await writeOutput(explain(name, report), undefined);
  return ExitCode.Clean;
}

/** `report`: undefined where none is kept. */
export function explain(name: string, report: ToldReport | undefined): string {
  const told =
    report?.queries.find(({ id }) => id === name) ??
    allQueries(loadQueries())
      .map(({ info }) => ({
        ...info,
        cwe: [...info.cwe],
        good: info.good ?? null,
        bad: info.bad ?? null,
      }))
      .find(({ id }) => id === name);
  if (told !== undefined) return explainQuery(told, report);
  if (report === undefined)
    throw new UsageError(
      "there is no report of a scan here yet: scan first, or name one with --from",
    );
  const finding = findingNamed(name, report);
  return explainFinding(
    finding,
    report.queries.find(({ id }) => id === finding.query),
    report,
  );
}

function findingNamed(name: string, { findings, subject }: ToldReport): ToldFinding {
  const isId = /^[0-9a-f]+$/.test(name) && name.length >= DIGITS;
  const [first, second] = findings.filter(
    ({ fingerprint }) => isId && fingerprint.startsWith(name),
  );
  if (second !== undefined)
    throw new UsageError(`${name} names several findings: give more digits of the id`);
  if (first !== undefined) return first;
  throw new UsageError(
    `${name} is no query, and no finding of the last report (${subject}); an id has at least ${DIGITS} digits`,
  );
}

function readReport({ from, cacheDir }: ExplainFlags): ToldReport | undefined {
  const text = from === undefined ? lastReport(cacheDir, process.cwd()) : readGiven(from);
  if (text === undefined) return undefined;
  const read = ToldReport.safeParse(jsonOf(text));
  if (read.success) return read.data;
  // A kept report of another version is as good as none.
  if (from === undefined) return undefined;
  throw new UsageError(`${from} is no JSON report of adr-scan`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readGiven(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${(error as NodeJS.ErrnoException).code}`);
  }
}
