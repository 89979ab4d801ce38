/** Keys of the cache: everything a record depends on is in its key. See docs/cache.md. */
import type { Dialect, Language } from "../program/ir/module-ir.ts";
import { CODEC } from "./module-codec.ts";

/** Of the intermediate form of one file. No path is in it: equal files in two places are one record. */
export function irKey(
  blobId: string,
  language: Language,
  dialect: Dialect,
  frontendVersion: number,
): string {
  return `ir:${CODEC}:${language}:${frontendVersion}:${dialect}:${blobId}`;
}
