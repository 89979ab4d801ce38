/** What the user asked for, checked and with every default filled in. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import picomatch from "picomatch";
import { z } from "zod";
import { confidences, personas, severities } from "../findings/finding.ts";
import { DataFileError, parseDataFile } from "../support/data-file.ts";

/** `.adr-scan.yml` at the root of a repository. Flags win over it. */
export const ConfigFile = z.strictObject({
  exclude: z.array(z.string()).default([]).describe("Globs of paths that are not analysed"),
  "fail-on": z.enum(["none", ...severities]).optional(),
  "min-confidence": z.enum(confidences).optional(),
  persona: z.enum(personas).optional(),
  "include-tests": z.boolean().optional(),
  "exclude-queries": z.array(z.string()).default([]),
});
export type ConfigFile = z.infer<typeof ConfigFile>;

export const CONFIG_NAME = ".adr-scan.yml";

/** The configuration of a text; the path is for errors only. */
export const parseConfig = (text: string, path: string = CONFIG_NAME): ConfigFile =>
  parseDataFile(path, text.trim() === "" ? "{}" : text, ConfigFile);

export function readConfig(folder: string): ConfigFile | undefined {
  const path = join(folder, CONFIG_NAME);
  return existsSync(path) ? parseConfig(readFileSync(path, "utf8")) : undefined;
}

/** A predicate for any of several globs; `dot` files match too. */
export function globs(patterns: readonly string[]): (text: string) => boolean {
  if (patterns.length === 0) return () => false;
  for (const pattern of patterns) {
    if (pattern.trim() === "")
      throw new DataFileError("an empty glob matches nothing: leave it out");
  }
  return picomatch([...patterns], { dot: true });
}
