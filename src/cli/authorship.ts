/** The command `authorship`: who is claimed to have written a change, or a history month by month. */
import { attribute } from "../attribution/attribute.ts";
import { readLineRecords } from "../attribution/lines/line-records.ts";
import { SHIPPED_TABLE } from "../attribution/style/opinion.ts";
import { summarise } from "../attribution/summary.ts";
import { trendOf } from "../attribution/trend.ts";
import { countAdded } from "../change/added-lines.ts";
import { UsageError } from "../change/errors.ts";
import { openRepository } from "../change/git.ts";
import { readChange } from "../change/read-change.ts";
import { Records } from "../change/records.ts";
import { leftOutByPath, READ_LIMIT } from "../program/load.ts";
import type { AuthorshipReport } from "../report/authorship/authorship-report.ts";
import { authorshipCsv } from "../report/authorship/csv.ts";
import { authorshipJson } from "../report/authorship/json.ts";
import { authorshipText } from "../report/authorship/text.ts";
import { terminalOptions } from "../report/text.ts";
import { type CalibrationChoice, calibrationFor } from "./calibration-file.ts";
import { ExitCode } from "./exit-codes.ts";
import { checkOutput, writeOutput } from "./output.ts";
import { createProgress } from "./progress.ts";

export const authorshipFormats = ["text", "json", "csv"] as const;

interface Flags extends CalibrationChoice {
  readonly staged?: boolean;
  readonly since?: string;
  readonly format: (typeof authorshipFormats)[number];
  readonly output?: string;
  readonly showAuthors?: boolean;
}

export async function runAuthorship(
  range: string | undefined,
  options: Record<string, unknown>,
): Promise<number> {
  const flags = options as unknown as Flags;
  checkOutput(flags.output);
  if (flags.since !== undefined && (range !== undefined || flags.staged))
    throw new UsageError(
      "--since looks at a history: give it without a range and without --staged",
    );
  const progress = createProgress(process.stderr);
  try {
    progress.stage("reading the commits");
    const report =
      flags.since === undefined
        ? await ofChange(range, flags)
        : await ofHistory(secondsOf(flags.since), flags.since, flags);
    progress.stop();
    await writeOutput(written(report, flags), flags.output);
    return ExitCode.Clean;
  } finally {
    progress.stop();
  }
}

async function ofChange(range: string | undefined, flags: Flags): Promise<AuthorshipReport> {
  const read = await readChange({ base: range, staged: flags.staged, cwd: process.cwd() });
  try {
    const { change } = read;
    const calibration = calibrationFor(read.repository.gitDir, flags);
    const { hunks, commits, notices } = await attribute(
      change,
      {
        history: await read.history(),
        base: read.files("base", READ_LIMIT),
        head: read.files("head", READ_LIMIT),
      },
      {
        environment: process.env,
        table: calibration,
        isNotApplicable: (path) =>
          leftOutByPath(path, { includeTests: true, excluded: () => false }) !== undefined,
      },
    );
    return {
      subject: change.description,
      baseCommit: change.baseCommit,
      headCommit: change.headCommit,
      prior: (calibration ?? SHIPPED_TABLE).prior,
      calibration: calibration?.description,
      hunks,
      summary: summarise(hunks, commits),
      months: undefined,
      notices: [...change.notices, ...notices],
      showAuthors: flags.showAuthors === true,
    };
  } finally {
    read.repository.close();
  }
}

async function ofHistory(since: number, day: string, flags: Flags): Promise<AuthorshipReport> {
  const repository = await openRepository(process.cwd());
  try {
    const head = await repository.commit("HEAD");
    if (head === undefined) throw new UsageError("there is no commit yet");
    const output = await repository.text("rev-list", "--no-merges", head, "--");
    const records = new Records(repository);
    const all = await records.commits(output.split("\n").filter((id) => id !== ""));
    const commits = new Map(
      all.filter(({ author }) => author.date >= since).map((commit) => [commit.id, commit]),
    );
    const lineRecords = await readLineRecords(records, [...commits.values()], undefined);
    const calibration = calibrationFor(repository.gitDir, flags);
    return {
      subject: `the history of HEAD (${head.slice(0, 7)}) since ${day}`,
      baseCommit: undefined,
      headCommit: head,
      prior: (calibration ?? SHIPPED_TABLE).prior,
      calibration: calibration?.description,
      hunks: [],
      summary: summarise([], []),
      months: await trendOf(commits, countAdded(repository, [...commits.keys()]), lineRecords),
      notices: [...repository.notices, ...lineRecords.notices],
      showAuthors: flags.showAuthors === true,
    };
  } finally {
    repository.close();
  }
}

/** `2025-03` or `2025-03-01`, as seconds since 1970. */
function secondsOf(day: string): number {
  const [, month, date] = /^(\d{4}-\d{2})(-\d{2})?$/.exec(day) ?? [];
  const time = Date.parse(`${month}${date ?? "-01"}T00:00:00Z`);
  if (month === undefined || Number.isNaN(time))
    throw new UsageError(`--since ${day} is no date: write it as 2025-03 or 2025-03-01`);
  return time / 1000;
}

function written(report: AuthorshipReport, { format, output }: Flags): string {
  if (format === "json") return authorshipJson(report);
  if (format === "csv") return authorshipCsv(report);
  const stream = output === undefined ? process.stdout : { isTTY: false };
  return authorshipText(report, terminalOptions(process.env, stream));
}
