/** Writes the baseline of a tree: what it holds now is accepted, and what it held once is remembered as fixed. */
import { lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UsageError } from "../change/errors.ts";
import { BASELINE_NAME, baselineText, updateBaseline } from "../findings/baseline.ts";
import { READ_LIMIT } from "../program/load.ts";
import { isRun } from "../queries/registry.ts";
import { standingFindings } from "../scan.ts";
import { ExitCode } from "./exit-codes.ts";
import type { Flags } from "./flags.ts";
import { run } from "./scan.ts";
import { settingsOfTree } from "./settings.ts";
import { openTree } from "./tree.ts";

export async function runBaseline(
  folder: string,
  options: Record<string, unknown>,
): Promise<number> {
  const flags = options as Flags & { readonly prune?: boolean };
  const { tree, files, day, close } = await openTree(folder);
  try {
    const reader = files(READ_LIMIT);
    const settings = await settingsOfTree(flags, tree.entries, reader, day);
    const before = settings.baseline;
    const standing = await run(flags, (ports) =>
      standingFindings(tree.entries, reader, settings, ports),
    );
    const after = updateBaseline(before, standing, {
      prune: flags.prune === true,
      ran: (id) => isRun(settings.queries, settings.wanted, id),
      isShown: settings.shown,
    });
    write(join(resolve(folder), BASELINE_NAME), baselineText(after));
    const back = before.fixed.filter(({ fingerprint }) =>
      after.findings.some((entry) => entry.fingerprint === fingerprint),
    );
    for (const { query, path } of back)
      process.stderr.write(
        `adr-scan: accepted again, though it was fixed once: ${query} in ${path}\n`,
      );
    process.stderr.write(
      `adr-scan: ${BASELINE_NAME}: ${after.findings.length} accepted (${before.findings.length} before), ${after.fixed.length} remembered as fixed (${before.fixed.length} before)\n`,
    );
    return ExitCode.Clean;
  } finally {
    close();
  }
}

/** The tree may be anybody's: a link in it must not lead the write elsewhere. */
function write(file: string, text: string): void {
  for (const path of [dirname(file), file]) {
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())
      throw new UsageError(`${path} is a symbolic link and is not written through`);
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
