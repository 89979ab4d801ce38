/** What changed between two trees, down to lines. */

/** A run of changed lines with no context. Counts are of lines; starts are 1-based; a start is the line before when its count is 0. */
export interface Hunk {
  readonly baseStart: number;
  readonly baseCount: number;
  readonly headStart: number;
  readonly headCount: number;
}

export type ChangeStatus =
  | "added"
  | "deleted"
  | "modified"
  | "renamed"
  | "copied"
  | "mode"
  | "type";

export interface ChangedFile {
  /** Path in head; for a deleted file, the path it had. Repository-relative, with `/`. */
  readonly path: string;
  /** Path in base when it differs, else the same as `path`. */
  readonly basePath: string;
  readonly status: ChangeStatus;
  /** Object ids; undefined where the file is absent. For the working tree, the id the content would have. */
  readonly baseId: string | undefined;
  readonly headId: string | undefined;
  readonly binary: boolean;
  readonly submodule: boolean;
  readonly hunks: readonly Hunk[];
}

/** One side of the change: every file of the tree, whether changed or not. */
export interface Tree {
  /** A commit id, `index` or `worktree`, as it is to be shown. */
  readonly label: string;
  /** Path to object id. Submodules and symbolic links are left out. */
  readonly entries: ReadonlyMap<string, string>;
}

/** Something that could not be looked at: a file or folder that may not be read, a file that is too long. */
export interface Gap {
  /** Undefined where no one file is meant. */
  readonly path: string | undefined;
  readonly message: string;
}

export interface ChangeSet {
  /** As the user gave it, resolved: "main (1a2b3c4) to the working tree". */
  readonly description: string;
  /**
   * Full ids. The base is the empty tree's where there is no commit yet; `headCommit` is undefined when the head side
   * is not a commit (index or working tree).
   */
  readonly baseCommit: string;
  readonly headCommit: string | undefined;
  /** The commits of the change: those reachable from `tip` and from none of `excluded`. No tip: no commit yet. */
  readonly range: { readonly tip: string | undefined; readonly excluded: readonly string[] };
  readonly base: Tree;
  readonly head: Tree;
  /** Sorted by path. */
  readonly files: readonly ChangedFile[];
  /** Things the user must know: several merge bases, unmerged paths ... */
  readonly notices: readonly string[];
  readonly gaps: readonly Gap[];
}

/** Line of head to the hunk that added it; undefined where the line is not added. */
export function hunkAt(file: ChangedFile, line: number): Hunk | undefined {
  return file.hunks.find(
    ({ headStart, headCount }) => line >= headStart && line < headStart + headCount,
  );
}

/** Where a line of base lies in head: undefined when it was deleted or replaced. */
export function toHead(hunks: readonly Hunk[], line: number): number | undefined {
  let shift = 0;
  for (const { baseStart, baseCount, headStart, headCount } of hunks) {
    const firstAfter = baseCount === 0 ? baseStart + 1 : baseStart + baseCount;
    if (line < (baseCount === 0 ? firstAfter : baseStart)) break;
    if (line < firstAfter) return undefined;
    shift = (headCount === 0 ? headStart + 1 : headStart + headCount) - firstAfter;
  }
  return line + shift;
}
