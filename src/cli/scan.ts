/** The commands that scan: they read options and configuration, run the pipeline, and write the report. */
import { resolve } from "node:path";
import { openModuleCache } from "../cache/module-cache.ts";
import { UsageError } from "../change/errors.ts";
import { type ReadChange, readChange } from "../change/read-change.ts";
import { CONFIG_NAME, type ConfigFile, globs, parseConfig } from "../config/options.ts";
import {
  type Confidence,
  confidences,
  type Finding,
  type Persona,
  personas,
} from "../findings/finding.ts";
import { READ_LIMIT, type TextReader } from "../program/load.ts";
import { loadQueries, type QueryEntry, type QuerySet } from "../queries/registry.ts";
import { type Format, reporters } from "../report/index.ts";
import type { Report } from "../report/report.ts";
import { terminalOptions } from "../report/text.ts";
import { type ScanOptions, type ScanPorts, scanChange, scanTree } from "../scan.ts";
import { type CalibrationChoice, calibrationFor } from "./calibration-file.ts";
import { ExitCode } from "./exit-codes.ts";
import { checkOutput, writeOutput } from "./output.ts";
import { createProgress } from "./progress.ts";
import { treeAt } from "./tree.ts";

/** Flags as commander gives them. */
interface Flags extends CalibrationChoice {
  readonly staged?: boolean;
  readonly format?: Format;
  readonly output?: string;
  readonly failOn?: string;
  readonly minConfidence?: Confidence;
  readonly query?: readonly string[];
  readonly excludeQuery?: readonly string[];
  readonly persona?: Persona;
  readonly includeTests?: boolean;
  readonly strict?: boolean;
  readonly all?: boolean;
  readonly sarifAll?: boolean;
  readonly cacheDir?: string;
  readonly cache?: boolean;
}

export async function runDiff(
  range: string | undefined,
  options: Record<string, unknown>,
): Promise<number> {
  const flags = options as Flags;
  checkOutput(flags.output);
  const read = await readChange({ base: range, staged: flags.staged, cwd: process.cwd() });
  try {
    const config = await configOfBase(read);
    const calibration = calibrationFor(read.repository.gitDir, flags);
    const report = await run(flags, (ports) =>
      scanChange(read, { ...optionsOf(flags, config), calibration }, ports),
    );
    return await finish(report, flags);
  } finally {
    read.repository.close();
  }
}

export async function runScan(folder: string, options: Record<string, unknown>): Promise<number> {
  const flags = options as Flags;
  checkOutput(flags.output);
  const { close, ...read } = await treeAt(resolve(folder), folder);
  try {
    const reader = read.files(READ_LIMIT);
    const config = await configOf(read.tree.entries, reader);
    const report = await run(flags, (ports) =>
      scanTree(`all of ${folder}`, read, reader, optionsOf(flags, config), ports),
    );
    return await finish(report, flags);
  } finally {
    close();
  }
}

/** The change's own configuration must not weaken the gate it has to pass: the base's counts. */
async function configOfBase(read: ReadChange): Promise<ConfigFile | undefined> {
  return configOf(read.change.base.entries, read.files("base", READ_LIMIT));
}

async function configOf(
  entries: ReadonlyMap<string, string>,
  reader: TextReader,
): Promise<ConfigFile | undefined> {
  const id = entries.get(CONFIG_NAME);
  if (id === undefined) return undefined;
  const text = (await reader.read([{ path: CONFIG_NAME, id }])).get(CONFIG_NAME);
  return text === undefined ? undefined : parseConfig(text);
}

function optionsOf(flags: Flags, config: ConfigFile | undefined): ScanOptions {
  const persona = flags.persona ?? config?.persona ?? "regular";
  const queries = loadQueries();
  checkQueries(queries, [...(flags.query ?? []), ...(flags.excludeQuery ?? [])]);
  const only = globs(flags.query ?? []);
  const without = globs([...(flags.excludeQuery ?? []), ...(config?.["exclude-queries"] ?? [])]);
  const isWanted = ({ info }: QueryEntry): boolean =>
    ((flags.query ?? []).length === 0 || only(info.id)) &&
    !without(info.id) &&
    // Whoever names a query wants it, whatever they want otherwise.
    (personas.indexOf(info.persona) <= personas.indexOf(persona) ||
      (flags.query ?? []).includes(info.id));
  // What a person is shown unasked must be worth their time: the regular persona sees medium confidence and better.
  const least = persona === "regular" ? "medium" : "low";
  const shown = ({ confidence }: Finding): boolean =>
    confidences.indexOf(confidence) >= confidences.indexOf(least);
  return {
    queries,
    wanted: isWanted,
    shown,
    includeTests: flags.includeTests ?? config?.["include-tests"] ?? false,
    excluded: globs(config?.exclude ?? []),
    gate: {
      failOn: flags.failOn ?? config?.["fail-on"] ?? "high",
      minConfidence: flags.minConfidence ?? config?.["min-confidence"] ?? "medium",
    },
    environment: process.env,
  };
}

/** A misspelt query would make an empty report look like a clean one. */
function checkQueries({ taint, misuse }: QuerySet, patterns: readonly string[]): void {
  for (const pattern of patterns) {
    const matches = globs([pattern]);
    if (![...taint, ...misuse].some(({ info }) => matches(info.id)))
      throw new UsageError(`no query matches ${pattern}: \`adr-scan queries\` lists them`);
  }
}

async function run(flags: Flags, scan: (ports: ScanPorts) => Promise<Report>): Promise<Report> {
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

async function finish(report: Report, flags: Flags): Promise<number> {
  const format = flags.format ?? "text";
  const all = format === "sarif" ? flags.sarifAll === true : flags.all === true;
  const terminal = terminalOptions(
    process.env,
    flags.output === undefined ? process.stdout : { isTTY: false },
  );
  await writeOutput(reporters[format](report, { all, ...terminal }), flags.output);
  if (report.gate.failed) return ExitCode.Findings;
  return flags.strict && report.incomplete ? ExitCode.Incomplete : ExitCode.Clean;
}
