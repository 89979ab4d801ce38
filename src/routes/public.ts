/** Why anybody may call a route: names of what is public everywhere. */
import type { Analysis } from "../dataflow/analysis.ts";

/** In a few words; undefined when nothing says so. */
export function publicReason(
  analysis: Analysis,
  path: string,
  handlers: readonly number[],
): string | undefined {
  const { vocabulary } = analysis.models;
  const parts = path.split("/").filter((part) => part !== "" && !/^[:*[{$]/.test(part));
  const last = parts.at(-1);
  if (last === undefined) return path === "/" ? "it is the front page" : undefined;
  const open = parts.find((part) => vocabulary.isOpen(part));
  if (open !== undefined) return `its path has "${open}"`;
  if (vocabulary.isPublic(last)) return `its path ends in "${last}"`;
  for (const fn of handlers) {
    const { name } = analysis.program.functionAt(fn);
    const short = name.split(".").at(-1) ?? "";
    if (short !== "" && vocabulary.isPublic(short)) return `its handler is called "${short}"`;
  }
  return undefined;
}
