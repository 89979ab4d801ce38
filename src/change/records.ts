/** Reads what tools have recorded beside the commits: notes, refs of their own, branches of metadata. Objects only. */
import type { Hunk } from "./change-set.ts";
import { type Commit, parseCommit } from "./commit.ts";
import type { Repository } from "./git.ts";
import { diffBytes } from "./lines.ts";
import { Folder } from "./worktree.ts";

/** Longer records are not read: the longest met in public histories have some hundred kilobytes. */
export const RECORD_BYTES = 8_000_000;

/** Versions of files that are compared to find a rewritten commit's lines. */
const VERSION_BYTES = 2_000_000;

export class Records {
  readonly #repository: Repository;
  readonly #notes = new Map<string, Promise<ReadonlyMap<string, string>>>();
  readonly #trees = new Map<string, Promise<ReadonlyMap<string, string>>>();

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /** For each object with a note under a ref, the id of the note. Empty where there is no such ref. */
  notesUnder(ref: string): Promise<ReadonlyMap<string, string>> {
    return once(this.#notes, ref, async () => {
      const notes = new Map<string, string>();
      // Notes lie in folders by the first digits of what they speak of.
      for (const [path, id] of await this.#tree(ref)) {
        const object = path.replaceAll("/", "");
        if (/^[0-9a-f]{40,64}$/.test(object)) notes.set(object, id);
      }
      return notes;
    });
  }

  /** Refs below a prefix that point to a blob: their last part, and the blob's id. */
  async blobRefs(prefix: string): Promise<ReadonlyMap<string, string>> {
    const output = await this.#repository.text(
      "for-each-ref",
      "--format=%(objecttype) %(objectname) %(refname)",
      prefix,
    );
    const found = new Map<string, string>();
    for (const line of output.split("\n")) {
      const [type, id, name = ""] = line.split(" ");
      if (type === "blob" && id !== undefined) found.set(name.slice(name.lastIndexOf("/") + 1), id);
    }
    return found;
  }

  /** Names of the refs below a prefix. */
  async refs(prefix: string): Promise<readonly string[]> {
    const output = await this.#repository.text("for-each-ref", "--format=%(refname)", prefix);
    return output.split("\n").filter((name) => name !== "");
  }

  /** Names of the branches that point to a commit, without their remote. */
  async branchesAt(commit: string): Promise<readonly string[]> {
    const output = await this.#repository.text(
      "for-each-ref",
      `--points-at=${commit}`,
      "--format=%(refname)",
      "refs/heads/",
      "refs/remotes/",
    );
    const names = output
      .split("\n")
      .map((name) => name.replace(/^refs\/(heads\/|remotes\/[^/]+\/)/, ""))
      .filter((name) => name !== "" && name !== "HEAD");
    return [...new Set(names)].sort();
  }

  /** Ids of the files in the tree of a ref's commit, by path; empty where there is no such ref. */
  #tree(ref: string): Promise<ReadonlyMap<string, string>> {
    return once(this.#trees, ref, async () => {
      const files = new Map<string, string>();
      const commit = await this.#repository.commit(ref);
      if (commit === undefined) return files;
      const output = await this.#repository.bytes("ls-tree", "-r", "-z", commit);
      for (const line of output.toString().split("\0")) {
        const [, id, path] = /^100\d{3} blob ([0-9a-f]{40,64})\t(.*)$/s.exec(line) ?? [];
        if (id !== undefined) files.set(path!, id);
      }
      return files;
    });
  }

  /** The id of a file in the tree of a ref's commit. */
  async fileUnder(ref: string, path: string): Promise<string | undefined> {
    return (await this.#tree(ref)).get(path);
  }

  /** A file beside the code, ignored or not, where the head side is the working tree. */
  beside(path: string): string | undefined {
    const { root } = this.#repository;
    if (root === undefined) return undefined;
    const bytes = new Folder(root, new Map()).read(path, RECORD_BYTES);
    return bytes instanceof Buffer ? bytes.toString("utf8") : undefined;
  }

  /** Texts by id. What is missing, damaged or too long is absent. */
  async texts(ids: Iterable<string>): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (const [id, bytes] of await this.#repository.blobs.readAll(ids, RECORD_BYTES))
      found.set(id, bytes.toString("utf8"));
    return found;
  }

  /** The commits among some ids. */
  async commits(ids: Iterable<string>): Promise<readonly Commit[]> {
    const read = await this.#repository.blobs.readAll(ids, RECORD_BYTES, "commit");
    return [...read].map(([id, bytes]) => parseCommit(id, bytes));
  }

  /** How a file differs between two commits; undefined where one has it not. */
  async compare(
    from: { readonly commit: string; readonly path: string },
    to: { readonly commit: string; readonly path: string },
  ): Promise<readonly Hunk[] | undefined> {
    const [left, right] = await Promise.all([this.#blobAt(from), this.#blobAt(to)]);
    if (left === undefined || right === undefined) return undefined;
    if (left === right) return [];
    const bytes = await this.#repository.blobs.readAll([left, right], VERSION_BYTES);
    const [base, head] = [bytes.get(left), bytes.get(right)];
    return base === undefined || head === undefined ? undefined : diffBytes(base, head);
  }

  async #blobAt({ commit, path }: { commit: string; path: string }): Promise<string | undefined> {
    const output = await this.#repository.bytes("ls-tree", "-z", commit, "--", path);
    return /^100\d{3} blob ([0-9a-f]{40,64})\t/.exec(output.toString("latin1"))?.[1];
  }
}

/** What a promise will give, asked for once. */
function once<T>(known: Map<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const found = known.get(key) ?? work();
  known.set(key, found);
  return found;
}
