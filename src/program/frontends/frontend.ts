/** What a language is to the rest of the program: it knows nothing but syntax. */
import type { Dialect, Language, ModuleIr } from "../ir/module-ir.ts";

export interface Frontend {
  readonly languages: readonly Language[];
  /** Part of the cache key: raise it whenever the same text lowers to something else. */
  readonly version: number;
  /** How the file is to be read, or undefined when it is not this language's. `firstLine` decides for names without an extension. */
  accepts(path: string, firstLine: string): Dialect | undefined;
  /**
   * Loads what `lower` needs and must be awaited for, such as a grammar; awaited before the first file of the language
   * is lowered, and never for a tree without one. Rejects where the installation is broken.
   */
  prepare?(): Promise<void>;
  /** Never throws, once prepared: what went wrong is in the module's problems. No path is stored in the result. */
  lower(source: string, dialect: Dialect): ModuleIr;
}

/** A frontend that claims a file, and how it is to be read; the first in the list wins. */
export interface Claim {
  readonly frontend: Frontend;
  readonly dialect: Dialect;
}

/** Undefined when no language claims the file. */
export function claimOf(
  frontends: readonly Frontend[],
  path: string,
  firstLine: string,
): Claim | undefined {
  for (const frontend of frontends) {
    const dialect = frontend.accepts(path, firstLine);
    if (dialect !== undefined) return { frontend, dialect };
  }
  return undefined;
}
