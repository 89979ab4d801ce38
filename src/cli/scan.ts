/** The commands that scan: they read options and configuration, run the pipeline, and write the report. */
import { keepReport } from "../cache/last-report.ts";
import { openModuleCache } from "../cache/module-cache.ts";
import { readChange } from "../change/read-change.ts";
import { READ_LIMIT } from "../program/load.ts";
import { reporters } from "../report/index.ts";
import { toJson } from "../report/json.ts";
import type { Report } from "../report/report.ts";
import { terminalOptions } from "../report/text.ts";
import { type ScanPorts, scanChange, scanTree } from "../scan.ts";
import { calibrationFor } from "./calibration-file.ts";
import { ExitCode } from "./exit-codes.ts";
import type { Flags } from "./flags.ts";
import { checkOutput, writeOutput } from "./output.ts";
import { createProgress } from "./progress.ts";
import { settingsOfChange, settingsOfTree } from "./settings.ts";
import { openTree } from "./tree.ts";

export async function runDiff(
  range: string | undefined,
  options: Record<string, unknown>,
): Promise<number> {
  const flags = options as Flags;
  checkOutput(flags.output);
  const read = await readChange({ base: range, staged: flags.staged, cwd: process.cwd() });
  try {
    const settings = await settingsOfChange(flags, read);
    const calibration = calibrationFor(read.repository.gitDir, flags);
    const report = await run(flags, (ports) =>
      scanChange(read, { ...settings, calibration }, ports),
    );
    return await finish(report, flags, process.cwd());
  } finally {
    read.repository.close();
  }
}

export async function runScan(folder: string, options: Record<string, unknown>): Promise<number> {
  const flags = options as Flags;
  checkOutput(flags.output);
  const { close, day, ...read } = await openTree(folder);
  try {
    const reader = read.files(READ_LIMIT);
    const settings = await settingsOfTree(flags, read.tree.entries, reader, day);
    const report = await run(flags, (ports) =>
      scanTree(`all of ${folder}`, read, reader, settings, ports),
    );
    return await finish(report, flags, folder);
  } finally {
    close();
  }
}

/** Runs a scan with its cache and its progress. */
export async function run<T>(flags: Flags, scan: (ports: ScanPorts) => Promise<T>): Promise<T> {
  const progress = createProgress(process.stderr);
  const cache =
    flags.cache === false
      ? undefined
      : openModuleCache(flags.cacheDir, process.cwd(), (message) =>
          process.stderr.write(`adr-scan: ${message}\n`),
        );
  try {
    return await scan({ cache, progress: progress.stage });
  } finally {
    cache?.close();
    progress.stop();
  }
}

async function finish(report: Report, flags: Flags, scanned: string): Promise<number> {
  const format = flags.format ?? "text";
  const all = format === "sarif" ? flags.sarifAll === true : flags.all === true;
  const terminal = terminalOptions(
    process.env,
    flags.output === undefined ? process.stdout : { isTTY: false },
  );
  await writeOutput(reporters[format](report, { all, ...terminal }), flags.output);
  if (flags.cache !== false) keepReport(flags.cacheDir, scanned, toJson(report));
  if (report.gate.failed) return ExitCode.Findings;
  return flags.strict && report.incomplete ? ExitCode.Incomplete : ExitCode.Clean;
}
