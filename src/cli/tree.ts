/** The tree that a command is about. */
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { GitError, UsageError } from "../change/errors.ts";
import { readFolder } from "../change/folder.ts";
import { openRepository } from "../change/git.ts";
import { readTree } from "../change/read-change.ts";

/** The files of a folder: as git has them, where it is the root of a working tree, else as the disk has them. `name`: as the user gave it. */
export async function treeAt(folder: string, name: string) {
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new UsageError(`${name} is no folder: name one to scan, as in \`adr-scan scan .\``);
  try {
    const repository = await openRepository(folder);
    if (repository.root !== undefined && resolve(repository.root) === folder) {
      const tree = await readTree(repository, "worktree");
      return { ...tree, close: () => repository.close() };
    }
    repository.close();
  } catch (error) {
    if (!(error instanceof GitError) && !(error instanceof UsageError)) throw error;
  }
  return { ...readFolder(folder), close: () => {} };
}
