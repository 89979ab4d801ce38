/** The command line: what may be asked for, and how an error becomes one clear line. */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { GitError, UsageError } from "../change/errors.ts";
import { confidences, personas, severities } from "../findings/finding.ts";
import { formats } from "../report/index.ts";
import { DataFileError } from "../support/data-file.ts";
import { version } from "../version.ts";
import { ExitCode } from "./exit-codes.ts";
import { OutputError } from "./output.ts";
import type { RoutesFlags } from "./routes.ts";

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

function nonEmpty(value: string): string {
  if (value.trim() === "") throw new InvalidArgumentError("it is empty.");
  return value;
}

/** Options that `diff` and `scan` share. */
function withScanOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--format <format>", "what the report is written as")
        .choices(formats)
        .default("text"),
    )
    .option("--output <file>", "write the report to a file instead of standard output", nonEmpty)
    .addOption(
      new Option(
        "--fail-on <severity>",
        "exit 1 when an introduced finding is at least this severe (default: high)",
      ).choices(["none", ...severities]),
    )
    .addOption(
      new Option(
        "--min-confidence <confidence>",
        "how sure a finding must be to fail the gate (default: medium)",
      ).choices(confidences),
    )
    .option("--query <glob>", "run only queries whose id matches (repeatable)", collect, [])
    .option(
      "--exclude-query <glob>",
      "leave out queries whose id matches (repeatable)",
      collect,
      [],
    )
    .addOption(
      new Option(
        "--persona <persona>",
        "regular: what one can act on; pedantic, auditor: less certain findings too",
      ).choices(personas),
    )
    .option("--include-tests", "analyse tests too")
    .option(
      "--config <file>",
      "use this configuration and not the repository's (default: .adr-scan.yml of the base)",
      nonEmpty,
    )
    .option("--strict", "exit 3 when something could not be analysed")
    .option("--all", "show findings that have nothing to do with the change")
    .option("--sarif-all", "put touched, suppressed and fixed findings into SARIF too")
    .option(
      "--cache-dir <folder>",
      "where parsed files are kept (default: the user's cache folder)",
      nonEmpty,
    )
    .option("--no-cache", "neither read nor write the cache");
}

const calibrationOption = () =>
  new Option(
    "--calibration <file>",
    "numbers for authorship that `adr-scan calibrate` wrote (default: those stored for this repository)",
  );
const noCalibrationOption = () =>
  new Option("--no-calibration", "use the numbers for authorship that adr-scan comes with");

function program(exit: (code: number) => void): Command {
  const root = new Command("adr-scan")
    .description("Finds the security flaws a change brings, says who wrote them and how we know.")
    .version(version)
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, "adr-scan: ")),
    })
    .addHelpText(
      "after",
      `
Examples:
  adr-scan diff origin/main             what this branch brings, working tree included
  adr-scan diff --staged                what is about to be committed
  adr-scan diff main...feature          one branch against its fork point
  adr-scan scan .                       the whole tree

Exit status: 0 nothing at the gate, 1 findings at the gate, 2 wrong use, 3 incomplete (with --strict).`,
    );
  withScanOptions(
    root
      .command("diff [range]")
      .description(
        "scan what changed: a base, a...b or a..b (default: the remote's default branch)",
      )
      .option("--staged", "compare HEAD with the index")
      .addOption(calibrationOption())
      .addOption(noCalibrationOption()),
  ).action(async (range: string | undefined, options: Record<string, unknown>) => {
    const { runDiff } = await import("./scan.ts");
    exit(await runDiff(range, options));
  });
  withScanOptions(
    root.command("scan [folder]").description("scan a whole tree, in git or not"),
  ).action(async (folder: string | undefined, options: Record<string, unknown>) => {
    const { runScan } = await import("./scan.ts");
    exit(await runScan(folder ?? ".", options));
  });
  root
    .command("authorship [range]")
    .description("say who is claimed to have written what changed, with the evidence")
    .option("--staged", "compare HEAD with the index")
    .option("--since <month>", "the history of HEAD month by month instead, from 2025-03 on")
    .addOption(
      new Option("--format <format>", "what the report is written as")
        .choices(["text", "json", "csv"])
        .default("text"),
    )
    .option("--output <file>", "write the report to a file instead of standard output", nonEmpty)
    .option("--show-authors", "name the authors of commits, with their addresses")
    .addOption(calibrationOption())
    .addOption(noCalibrationOption())
    .action(async (range: string | undefined, options: Record<string, unknown>) => {
      const { runAuthorship } = await import("./authorship.ts");
      exit(await runAuthorship(range, options));
    });
  root
    .command("calibrate")
    .description("fit the numbers for authorship on this repository's own history")
    .option("--output <file>", "write the numbers here instead of to the user's settings", nonEmpty)
    .action(async (options: Record<string, unknown>) => {
      const { runCalibrate } = await import("./calibrate.ts");
      exit(await runCalibrate(options));
    });
  root
    .command("routes [folder]")
    .description("list what a service offers and what stands before it")
    .addOption(new Option("--format <format>").choices(["text", "json"]).default("text"))
    .option("--include-tests", "read tests too")
    .option(
      "--cache-dir <folder>",
      "where parsed files are kept (default: the user's cache folder)",
      nonEmpty,
    )
    .option("--no-cache", "neither read nor write the cache")
    .action(async (folder: string | undefined, options: Record<string, unknown>) => {
      const { runRoutes } = await import("./routes.ts");
      exit(await runRoutes(folder ?? ".", options as unknown as RoutesFlags));
    });
  root
    .command("queries")
    .description("list the queries")
    .addOption(new Option("--format <format>").choices(["text", "json"]).default("text"))
    .action(async ({ format }: { format: string }) => {
      const { listQueries } = await import("./queries.ts");
      exit(await listQueries(format));
    });
  root
    .command("explain <finding>")
    .description("tell all about a finding, by (the first digits of) its id, or about a query")
    .option("--from <file>", "a JSON report (default: that of the last scan here)", nonEmpty)
    .option("--cache-dir <folder>", "where the last report is kept", nonEmpty)
    .action(async (name: string, options: Record<string, unknown>) => {
      const { runExplain } = await import("./explain.ts");
      exit(await runExplain(name, options));
    });
  root
    .command("baseline [folder]")
    .description("accept what a tree holds now: write .adr-scan/baseline.json")
    .option("--prune", "accept nothing new; only note as fixed what is no more")
    .addOption(
      new Option(
        "--persona <persona>",
        "also accept what only this persona is shown (default: regular)",
      ).choices(personas),
    )
    .option("--include-tests", "analyse tests too")
    .option("--cache-dir <folder>", "where parsed files are kept", nonEmpty)
    .option("--no-cache", "neither read nor write the cache")
    .action(async (folder: string | undefined, options: Record<string, unknown>) => {
      const { runBaseline } = await import("./baseline.ts");
      exit(await runBaseline(folder ?? ".", options));
    });
  root
    .command("config")
    .description("about the configuration, .adr-scan.yml")
    .command("schema")
    .description("print its JSON Schema, for editors")
    .action(async () => {
      const { printConfigSchema } = await import("./config.ts");
      exit(await printConfigSchema());
    });
  return root;
}

/** Runs one command; never throws. `args` are those after the program's name. */
export async function main(args: readonly string[]): Promise<number> {
  let code: number = ExitCode.Clean;
  // Where nobody listens any more, the exit status still tells.
  for (const stream of [process.stdout, process.stderr])
    if (stream.listenerCount("error") === 0) stream.on("error", () => {});
  try {
    await program((status) => {
      code = status;
    }).parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? ExitCode.Clean : ExitCode.Usage;
    process.stderr.write(`adr-scan: ${oneLine(error)}\n`);
    return ExitCode.Usage;
  }
}

/** What went wrong, in one line; our own mistakes keep their stack for a report. */
function oneLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const known = [UsageError, GitError, DataFileError, OutputError].some(
    (kind) => error instanceof kind,
  );
  const message = error.message.replace(/\s*\n\s*/g, " ");
  if (known || "code" in error) return message;
  return process.env.ADR_SCAN_DEBUG
    ? (error.stack ?? message)
    : `internal error: ${message} (set ADR_SCAN_DEBUG=1 for the stack)`;
}
