/** The command `calibrate`: fits the numbers of attribution on this repository's own history. */
import { calibrate } from "../attribution/calibration/calibrate.ts";
import type { CalibrationTable } from "../attribution/calibration/table.ts";
import { UsageError } from "../change/errors.ts";
import { openRepository } from "../change/git.ts";
import { Records } from "../change/records.ts";
import { calibrationPath, storeCalibration } from "./calibration-file.ts";
import { ExitCode } from "./exit-codes.ts";
import { checkOutput, writeOutput } from "./output.ts";
import { createProgress } from "./progress.ts";

interface Flags {
  readonly output?: string;
}

export async function runCalibrate(options: Record<string, unknown>): Promise<number> {
  const { output } = options as Flags;
  checkOutput(output);
  const repository = await openRepository(process.cwd());
  const progress = createProgress(process.stderr);
  try {
    progress.stage("reading the history");
    const head = await repository.commit("HEAD");
    if (head === undefined) throw new UsageError("there is no commit yet");
    const ids = await repository.text("rev-list", head, "--");
    const commits = await new Records(repository).commits(ids.split("\n"));
    progress.stage("reading what commits added");
    const result = await calibrate(repository, commits);
    progress.stop();
    if ("refused" in result) throw new UsageError(`nothing was fitted: ${result.refused}`);
    const path = output ?? calibrationPath(repository.gitDir);
    storeCalibration(path, result);
    await writeOutput(told(result, path), undefined);
    return ExitCode.Clean;
  } finally {
    progress.stop();
    repository.close();
  }
}

function told({ description, prior, fit, weights }: CalibrationTable, path: string): string {
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  const signs = Object.entries(weights)
    .filter(([, weight]) => weight !== 0)
    .sort(([, a], [, b]) => b - a);
  return [
    `The signs of style were ${description}.`,
    "",
    "On authors they were not fitted on, with as many commits of either kind:",
    `  ${fit.auc.toFixed(2)}  area under the curve (0.5 is a guess, 1 is certain)`,
    `  ${fit.brier.toFixed(2)}  Brier score (0.25 is a guess, 0 is certain)`,
    `  ${percent(fit.recallAt1)} of the tools' commits are found when 1 % of the others are taken for theirs, ${percent(fit.recallAt5)} at 5 %`,
    "",
    "  predicted  observed  commits",
    ...fit.reliability.map(
      ({ predicted, observed, count }) =>
        `  ${percent(predicted).padStart(9)}  ${percent(observed).padStart(8)}  ${String(count).padStart(7)}`,
    ),
    "",
    `Where nothing is known, AI authorship counts as ${prior} likely.`,
    "Signs, in nats:",
    ...signs.map(([id, weight]) => `  ${weight.toFixed(2).padStart(5)}  ${id}`),
    "",
    `Stored in ${path}; scans of this repository use it from now on (--no-calibration: not).`,
    "",
  ].join("\n");
}
