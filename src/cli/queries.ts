/** Lists the queries. */
import { allQueries, loadQueries } from "../queries/registry.ts";
import { ExitCode } from "./exit-codes.ts";
import { writeOutput } from "./output.ts";

export async function listQueries(format: string): Promise<number> {
  const infos = allQueries(loadQueries())
    .map(({ info }) => info)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const width = Math.max(...infos.map(({ id }) => id.length));
  const lines = infos.map(
    ({ id, severity, cwe, name }) =>
      `${id.padEnd(width)}  ${severity.padEnd(8)}  ${cwe[0]!.padEnd(8)}  ${name}`,
  );
  const text = format === "json" ? JSON.stringify(infos, undefined, 2) : lines.join("\n");
  await writeOutput(`${text}\n`, undefined);
  return ExitCode.Clean;
}
