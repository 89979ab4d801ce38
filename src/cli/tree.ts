/** The tree that a command is asked about. */
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { commitDay } from "../change/commit-day.ts";
import { GitError, UsageError } from "../change/errors.ts";
import { readFolder } from "../change/folder.ts";
import { openRepository } from "../change/git.ts";
import { type ReadTree, readTree } from "../change/read-change.ts";

export interface OpenTree extends ReadTree {
  /** Of the commit it is based on, `YYYY-MM-DD`; undefined outside of git. */
  readonly day: string | undefined;
  readonly close: () => void;
}

/** The files of a folder: as git has them, where it is the root of a working tree, else as the disk has them. */
export async function openTree(folder: string): Promise<OpenTree> {
  const at = resolve(folder);
  if (!existsSync(at) || !statSync(at).isDirectory())
    throw new UsageError(`${folder} is no folder: name one to scan, as in \`adr-scan scan .\``);
  try {
    const repository = await openRepository(at);
    if (repository.root !== undefined && resolve(repository.root) === at) {
      const tree = await readTree(repository, "worktree");
      const day = await commitDay(repository, await repository.commit("HEAD"));
      return { ...tree, day, close: () => repository.close() };
    }
    repository.close();
  } catch (error) {
    if (!(error instanceof GitError) && !(error instanceof UsageError)) throw error;
  }
  return { ...readFolder(at), day: undefined, close: () => {} };
}
