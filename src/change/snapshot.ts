/** A tree with everything that comparing needs: modes besides ids, and where the content is to be had. */
import type { ObjectFormat } from "../support/hash.ts";
import type { Gap, Tree } from "./change-set.ts";
import type { RawPaths } from "./paths.ts";

export type EntryKind = "file" | "symlink" | "submodule";

export interface Entry {
  readonly kind: EntryKind;
  readonly executable: boolean;
  readonly id: string;
}

export interface Snapshot {
  /** A commit id, `index`, `worktree`, or a folder. */
  readonly label: string;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly rawPaths: RawPaths;
  /** Where files of the working tree lie; undefined for a commit or the index. */
  readonly folder: string | undefined;
  /** Paths whose content is in the working tree and in no object. */
  readonly onDisk: ReadonlySet<string>;
  readonly notices: readonly string[];
  readonly gaps: readonly Gap[];
}

/** Instead of the id of a file that was not hashed: no content has these. */
export const TOO_LONG = "0";
export const LOCKED = "f";

export type Unhashed = typeof TOO_LONG | typeof LOCKED;

export const unhashedId = (why: Unhashed, format: ObjectFormat): string =>
  why.repeat(format === "sha1" ? 40 : 64);

/** Why a file was not hashed; undefined for the id of a content. */
export function unhashed(id: string): Unhashed | undefined {
  if (/^0+$/.test(id)) return TOO_LONG;
  return /^f+$/.test(id) ? LOCKED : undefined;
}

/** The files alone, as the rest of the program sees a tree. */
export function treeOf(snapshot: Snapshot): Tree {
  const entries = new Map<string, string>();
  for (const [path, { kind, id }] of snapshot.entries) if (kind === "file") entries.set(path, id);
  return { label: snapshot.label, entries };
}

/** `100755 ` and the like, as git writes modes. */
export function entryOf(mode: string, id: string): Entry | undefined {
  switch (mode) {
    case "100644":
    case "100664":
      return { kind: "file", executable: false, id };
    case "100755":
      return { kind: "file", executable: true, id };
    case "120000":
      return { kind: "symlink", executable: false, id };
    case "160000":
      return { kind: "submodule", executable: false, id };
    default:
      return undefined;
  }
}
