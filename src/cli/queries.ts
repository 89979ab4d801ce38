/** Lists the queries. */
import { loadQueries } from "../queries/registry.ts";
import { ExitCode } from "./exit-codes.ts";

export function listQueries(format: string): number {
  const { taint, misuse } = loadQueries();
  const infos = [...taint, ...misuse]
    .map(({ info }) => info)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  if (format === "json") {
    process.stdout.write(`${JSON.stringify(infos, undefined, 2)}\n`);
    return ExitCode.Clean;
  }
  const width = Math.max(...infos.map(({ id }) => id.length));
  for (const { id, severity, cwe, name } of infos) {
    process.stdout.write(
      `${id.padEnd(width)}  ${severity.padEnd(8)}  ${cwe[0]!.padEnd(8)}  ${name}\n`,
    );
  }
  return ExitCode.Clean;
}
