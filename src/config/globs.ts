/** Globs as predicates. */
import picomatch from "picomatch";
import { DataFileError } from "../support/data-file.ts";

/** Whether a path or id matches any of several globs; `dot` files match too. */
export function globs(patterns: readonly string[]): (text: string) => boolean {
  if (patterns.length === 0) return () => false;
  for (const pattern of patterns) {
    if (pattern.trim() === "")
      throw new DataFileError("an empty glob matches nothing: leave it out");
  }
  return picomatch([...patterns], { dot: true });
}
