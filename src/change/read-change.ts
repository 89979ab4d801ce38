/** Reads a change from git: two trees, what differs between them, and the files of both. */
import type { ChangedFile, ChangeSet, Gap, Tree } from "./change-set.ts";
import { emptySnapshot, indexSnapshot, readCommit, readIndex } from "./committed.ts";
import { compare } from "./compare.ts";
import { Contents, type Files, textFiles, type UnreadFile } from "./contents.ts";
import { GitError, UsageError } from "./errors.ts";
import { type Environment, openRepository, type Repository } from "./git.ts";
import { type History, readHistory } from "./history.ts";
import { type ChangeRequest, type Comparison, resolveRange } from "./range.ts";
import { type Snapshot, treeOf } from "./snapshot.ts";
import { readWorktree } from "./worktree.ts";

/** A change with the means to read its files. Close the repository when done. */
export interface ReadChange {
  readonly change: ChangeSet;
  readonly repository: Repository;
  /** Files of either side of at most `limit` bytes. */
  readonly files: (side: "base" | "head", limit: number) => Files;
  /** The commits of the change, read when asked for. */
  readonly history: () => Promise<History>;
}

export async function readChange(
  request: ChangeRequest,
  environment?: Environment,
): Promise<ReadChange> {
  const repository = await openRepository(request.cwd, environment);
  try {
    return await read(repository, request);
  } catch (error) {
    repository.close();
    throw error;
  }
}

async function read(repository: Repository, request: ChangeRequest): Promise<ReadChange> {
  const comparison = await resolveRange(repository, request);
  const [base, head] = await Promise.all([
    comparison.base === undefined ? emptySnapshot("") : readCommit(repository, comparison.base),
    readHead(repository, comparison),
  ]);
  const { blobs, objectFormat } = repository;
  const contents = {
    base: new Contents(base, blobs, objectFormat),
    head: new Contents(head, blobs, objectFormat),
  };
  const unread: Gap[] = [];
  const changed = await compare(base, head, contents.base, contents.head, (path, kind) => {
    if (!unread.some((gap) => gap.path === path))
      unread.push({ path, message: reportUnread(repository, path, kind) });
  });
  if (changed.length === 0 && comparison.nothing !== undefined)
    throw new UsageError(comparison.nothing);
  const change: ChangeSet = {
    description: comparison.description,
    baseCommit: comparison.base ?? repository.emptyTree,
    headCommit: typeof comparison.head === "object" ? comparison.head.commit : undefined,
    range: comparison.range,
    base: treeOf(base),
    head: treeOf(head),
    files: changed,
    notices: [
      ...new Set([...repository.notices, ...comparison.notices, ...base.notices, ...head.notices]),
    ],
    gaps: [...base.gaps, ...head.gaps, ...unread],
  };
  return {
    change,
    repository,
    files: (side, limit) => textFiles(contents[side], limit),
    async history() {
      const { tip } = comparison.range;
      const since =
        typeof comparison.head === "object" || tip === undefined
          ? []
          : tip === comparison.base
            ? changed
            : await sinceTip(repository, tip, head, contents.head);
      return readHistory(repository, change, since);
    },
  };
}

/** What of the index or the working tree is in no commit. */
async function sinceTip(
  repository: Repository,
  tip: string,
  head: Snapshot,
  contents: Contents,
): Promise<ChangedFile[]> {
  const committed = await readCommit(repository, tip);
  const { blobs, objectFormat } = repository;
  return compare(committed, head, new Contents(committed, blobs, objectFormat), contents, () => {});
}

async function readHead(repository: Repository, { head }: Comparison): Promise<Snapshot> {
  if (head === "worktree") return readWorktree(repository);
  if (head === "index") return indexSnapshot(await readIndex(repository));
  return readCommit(repository, head.commit);
}

/** Without its objects a change cannot be told, and guessing would be worse than an error. */
function reportUnread(repository: Repository, path: string, kind: UnreadFile["kind"]): string {
  if (kind === "missing")
    throw new GitError(
      repository.settings.partialClone
        ? `this is a partial clone without the content of ${path}: run \`git diff --stat\` on the same range once, which fetches what is missing (adr-scan never uses the network)`
        : `the object of ${path} is missing from the repository: \`git fsck\` tells more`,
    );
  if (kind === "damaged")
    throw new GitError(
      `the object of ${path} does not have the content its id says: \`git fsck\` tells more`,
    );
  if (kind === "changed")
    return `${path} changed while it was read, and its lines were not compared`;
  if (kind === "locked") return `${path} may not be read, and its lines were not compared`;
  return `${path} is too long for its lines to be compared`;
}

/** A tree with the means to read it. */
export interface ReadTree {
  readonly tree: Tree;
  readonly files: (limit: number) => Files;
  readonly notices: readonly string[];
  readonly gaps: readonly Gap[];
}

/** A whole tree of a repository, for a scan without a change. */
export async function readTree(
  repository: Repository,
  which: "index" | "worktree" | { readonly commit: string },
): Promise<ReadTree> {
  const snapshot =
    which === "worktree"
      ? await readWorktree(repository)
      : which === "index"
        ? indexSnapshot(await readIndex(repository))
        : await readCommit(repository, which.commit);
  const contents = new Contents(snapshot, repository.blobs, repository.objectFormat);
  return {
    tree: treeOf(snapshot),
    files: (limit) => textFiles(contents, limit),
    notices: [...repository.notices, ...snapshot.notices],
    gaps: snapshot.gaps,
  };
}
