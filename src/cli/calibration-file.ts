/** Where the numbers fitted on a repository are kept: with the user's settings, never in the repository. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { CalibrationTable } from "../attribution/calibration/table.ts";
import { UsageError } from "../change/errors.ts";
import { digest } from "../support/hash.ts";

/** Flags of every command that uses the numbers. */
export interface CalibrationChoice {
  /** A file, or false for none. */
  readonly calibration?: string | false;
}

/** The file for the repository at a git folder. */
export function calibrationPath(
  gitDir: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  // The base directory specification says to pass over a relative path.
  const [config, roaming] = [environment.XDG_CONFIG_HOME, environment.APPDATA].map((folder) =>
    folder !== undefined && isAbsolute(folder) ? folder : undefined,
  );
  // A linked working tree has a folder of its own in that of its repository.
  const repository = gitDir.replace(/[\\/]worktrees[\\/][^\\/]+$/, "");
  const home =
    config ?? (process.platform === "win32" && roaming ? roaming : join(homedir(), ".config"));
  return join(home, "adr-scan", "calibration", `${digest(repository).slice(0, 16)}.json`);
}

/** The numbers to use; undefined for those that adr-scan comes with. Throws {@link UsageError} for a file it is given. */
export function calibrationFor(
  gitDir: string,
  { calibration }: CalibrationChoice,
): CalibrationTable | undefined {
  if (calibration === false) return undefined;
  const path = calibration ?? calibrationPath(gitDir);
  if (calibration === undefined && !existsSync(path)) return undefined;
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UsageError(`cannot read the calibration ${path}: ${(error as Error).message}`);
  }
  const parsed = CalibrationTable.safeParse(read);
  if (!parsed.success)
    throw new UsageError(
      `${path} is no calibration that this version understands: make a new one with \`adr-scan calibrate\`, or give --no-calibration`,
    );
  return parsed.data;
}

export function storeCalibration(path: string, table: CalibrationTable): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(table, undefined, 2)}\n`);
}
