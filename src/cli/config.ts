/** Prints the JSON Schema of `.adr-scan.yml`, for editors. */
import { configJsonSchema } from "../config/config.ts";
import { ExitCode } from "./exit-codes.ts";
import { writeOutput } from "./output.ts";

export async function printConfigSchema(): Promise<number> {
  await writeOutput(`${JSON.stringify(configJsonSchema(), undefined, 2)}\n`, undefined);
  return ExitCode.Clean;
}
