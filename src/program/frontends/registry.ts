/** The languages there are. */
import type { Dialect } from "../ir/module-ir.ts";
import type { Frontend } from "./frontend.ts";
import { javascript } from "./javascript/javascript.ts";

export const frontends: readonly Frontend[] = [javascript];

/** The frontend that reads a file, and how; undefined when no language claims it. */
export function frontendFor(
  path: string,
  firstLine: string,
): { readonly frontend: Frontend; readonly dialect: Dialect } | undefined {
  for (const frontend of frontends) {
    const dialect = frontend.accepts(path, firstLine);
    if (dialect !== undefined) return { frontend, dialect };
  }
  return undefined;
}
