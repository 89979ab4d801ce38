/** Reads `.adr-scan.yml`: the text of one file to a checked record, with errors that name file and line. */
import { z } from "zod";
import { parseDataFile } from "../support/data-file.ts";
import { ConfigFile } from "./schema.ts";

/** At the root of a repository. Flags win over it. */
export const CONFIG_NAME = ".adr-scan.yml";

/**
 * The configuration of a text; `path` is for errors only. `areas` are the names that policies may use beside those
 * the file defines. Throws a {@link DataFileError}.
 */
export function parseConfig(
  text: string,
  path: string = CONFIG_NAME,
  areas: readonly string[] = [],
): ConfigFile {
  const checked = ConfigFile.superRefine((config, context) => {
    const known = [...new Set([...areas, ...Object.keys(config.areas)])].sort();
    config.policies.forEach(({ when }, at) => {
      when.touches?.forEach((name, index) => {
        if (known.includes(name)) return;
        context.addIssue({
          code: "custom",
          path: ["policies", at, "when", "touches", index],
          message: `there is no area "${name}" (there are ${known.join(", ")})`,
        });
      });
    });
  });
  return parseDataFile(path, text.trim() === "" ? "{}" : text, checked);
}

/** JSON Schema of the file, for editors. */
export const configJsonSchema = (): object => ({
  title: "adr-scan configuration",
  ...z.toJSONSchema(ConfigFile, { io: "input" }),
});
