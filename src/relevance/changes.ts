/** What a change does to the lines and names of files. */
import { type ChangedFile, type ChangeSet, hunkAt, toHead } from "../change/change-set.ts";
import type { Place } from "../findings/finding.ts";

/** Changed lines and renames, by path. */
export class Changes {
  readonly #byHead: ReadonlyMap<string, ChangedFile>;
  readonly #byBase: ReadonlyMap<string, ChangedFile>;

  constructor(change: ChangeSet) {
    this.#byHead = new Map(
      change.files.filter(({ status }) => status !== "deleted").map((file) => [file.path, file]),
    );
    this.#byBase = new Map(change.files.map((file) => [file.basePath, file]));
  }

  isAdded({ path, line }: Place): boolean {
    const file = this.#byHead.get(path);
    return file !== undefined && hunkAt(file, line) !== undefined;
  }

  /** Whether something within a place of head is added, edited or deleted. */
  touches({ path, line, endLine }: Place): boolean {
    const hunks = this.#byHead.get(path)?.hunks ?? [];
    return hunks.some(
      ({ headStart, headCount }) =>
        headStart <= endLine && headStart + Math.max(headCount, 1) > line,
    );
  }

  file(path: string): ChangedFile | undefined {
    return this.#byHead.get(path);
  }

  /** Path in head of a file of base. */
  renamed(path: string): string {
    return this.#byBase.get(path)?.path ?? path;
  }

  /** Line in head of a line of base; undefined when it was changed. */
  line({ path, line }: Place): number | undefined {
    const file = this.#byBase.get(path);
    return file ? toHead(file.hunks, line) : line;
  }

  /** The line of head where a line of base stood that was deleted or changed; undefined when it stands. */
  deletedAt({ path, line }: Place): Place | undefined {
    const file = this.#byBase.get(path);
    const hunk = file?.hunks.find(
      ({ baseStart, baseCount }) => line >= baseStart && line < baseStart + baseCount,
    );
    if (!file || !hunk || file.status === "deleted") return undefined;
    const at = Math.max(1, hunk.headStart);
    return { path: file.path, line: at, column: 1, endLine: at, endColumn: 1 };
  }

  /** Where the change first deletes something from a file of base, in head. */
  firstDeletion(path: string): Place | undefined {
    const file = this.#byBase.get(path);
    const hunk = file?.hunks.find(({ baseCount }) => baseCount > 0);
    return (
      hunk && this.deletedAt({ path, line: hunk.baseStart, column: 1, endLine: 0, endColumn: 0 })
    );
  }

  /** Lines next to which something was deleted, and lines added: where a change shows in head. */
  shownAt(path: string): readonly number[] {
    const file = this.#byHead.get(path);
    return file
      ? file.hunks.map(({ headStart, headCount }) =>
          headCount === 0 ? Math.max(1, headStart) : headStart,
        )
      : [];
  }
}
