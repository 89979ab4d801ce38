/** Resolves what is to be compared with what, and says so in words. */
import { GitError, UsageError } from "./errors.ts";
import type { Repository } from "./git.ts";

export interface ChangeRequest {
  /** `main`, `a...b` or `a..b`; without it, the remote's default branch. */
  readonly base?: string | undefined;
  /** The index instead of the working tree. */
  readonly staged?: boolean | undefined;
  /** A folder in the repository; the whole repository is compared. */
  readonly cwd: string;
}

export interface Comparison {
  /** Undefined for the empty tree: there is no commit yet. */
  readonly base: string | undefined;
  readonly head: "index" | "worktree" | { readonly commit: string };
  /** The commits that made the change. */
  readonly range: { readonly tip: string | undefined; readonly excluded: readonly string[] };
  readonly description: string;
  readonly notices: readonly string[];
  /** Why an empty change is a mistake and no answer; undefined where it is an answer. */
  readonly nothing: string | undefined;
}

export async function resolveRange(
  repository: Repository,
  { base, staged = false }: ChangeRequest,
): Promise<Comparison> {
  const range = base === undefined ? undefined : /^(.*?)(\.\.\.?)(.*)$/s.exec(base);
  if (range !== null && range !== undefined) {
    if (staged)
      throw new UsageError(`--staged compares with the index: give one base, not ${base}`);
    const [, from = "", dots, to = ""] = range;
    return dots === "..." ? sinceFork(repository, from, to) : asTheyAre(repository, from, to);
  }
  if (repository.root === undefined)
    throw new UsageError(
      "there is no working tree here: compare two commits, as in `adr-scan diff main...topic`",
    );
  return staged ? stagedChange(repository, base) : workingChange(repository, base);
}

/** `a...b`: what b did since it left a. */
async function sinceFork(repository: Repository, from: string, to: string): Promise<Comparison> {
  const [left, right] = [from || "HEAD", to || "HEAD"];
  const [base, commit] = [await commitOf(repository, left), await commitOf(repository, right)];
  const fork = await mergeBase(repository, left, base, right, commit);
  return {
    base: fork.commit,
    head: { commit },
    range: { tip: commit, excluded: [fork.commit, base] },
    description: `${fork.name} to ${named(right, commit)}`,
    notices: fork.notices,
    nothing: undefined,
  };
}

/** `a..b`: two trees as they are. */
async function asTheyAre(repository: Repository, from: string, to: string): Promise<Comparison> {
  const [left, right] = [from || "HEAD", to || "HEAD"];
  const [base, commit] = [await commitOf(repository, left), await commitOf(repository, right)];
  return {
    base,
    head: { commit },
    range: { tip: commit, excluded: [base] },
    description: `${named(left, base)} to ${named(right, commit)}`,
    notices: [],
    nothing: undefined,
  };
}

async function stagedChange(repository: Repository, base: string | undefined): Promise<Comparison> {
  const tip = await repository.commit("HEAD");
  const notices = await mergeInProgress(repository);
  const head = "index";
  if (base !== undefined) {
    const commit = await commitOf(repository, base);
    const fork = await mergeBase(
      repository,
      base,
      commit,
      "HEAD",
      await commitOf(repository, "HEAD"),
    );
    return {
      base: fork.commit,
      head,
      range: { tip, excluded: [fork.commit, commit] },
      description: `${fork.name} to the index`,
      notices: [...fork.notices, ...notices],
      nothing: undefined,
    };
  }
  return {
    base: tip,
    head,
    range: { tip, excluded: tip === undefined ? [] : [tip] },
    description: `${tip === undefined ? "nothing (no commit yet)" : named("HEAD", tip)} to the index`,
    notices,
    nothing: undefined,
  };
}

async function workingChange(
  repository: Repository,
  given: string | undefined,
): Promise<Comparison> {
  const tip = await repository.commit("HEAD");
  if (tip === undefined)
    throw new UsageError(
      "there is no commit yet to compare with: `adr-scan diff --staged` looks at what is staged, `adr-scan scan` at everything",
    );
  const found = given === undefined ? await defaultBranch(repository) : undefined;
  const name = given ?? found!.name;
  const commit = await commitOf(repository, given ?? found!.ref);
  const fork = await mergeBase(repository, name, commit, "HEAD", tip);
  const current = await repository.symbolicRef("HEAD");
  const onDefault =
    found !== undefined && (current === undefined || current === `refs/heads/${found.branch}`);
  return {
    base: fork.commit,
    head: "worktree",
    range: { tip, excluded: [fork.commit, commit] },
    description: `${fork.name} to the working tree`,
    notices: [...fork.notices, ...(await mergeInProgress(repository))],
    nothing:
      onDefault && fork.commit === tip
        ? `this is ${name} itself, with nothing to compare: \`adr-scan diff HEAD~1\` looks at its last commit, \`adr-scan scan\` at everything`
        : undefined,
  };
}

interface Branch {
  /** As shown: `origin/main`. */
  readonly name: string;
  readonly ref: string;
  /** Without the remote: `main`. */
  readonly branch: string;
}

/** The remote's default branch, or the most likely one. */
async function defaultBranch(repository: Repository): Promise<Branch> {
  const { remotes } = repository.settings;
  const remote = remotes.includes("origin") ? "origin" : (remotes[0] ?? "origin");
  const prefix = `refs/remotes/${remote}/`;
  const target = await repository.symbolicRef(`${prefix}HEAD`);
  const candidates = [
    ...(target?.startsWith(prefix) ? [target] : []),
    `${prefix}main`,
    `${prefix}master`,
    "refs/heads/main",
    "refs/heads/master",
    "refs/heads/trunk",
  ];
  for (const ref of candidates)
    if ((await repository.commit(ref)) !== undefined) {
      const isRemote = ref.startsWith(prefix);
      const branch = ref.slice(isRemote ? prefix.length : "refs/heads/".length);
      return { name: isRemote ? `${remote}/${branch}` : branch, ref, branch };
    }
  throw new UsageError(
    remotes.length > 0
      ? `the default branch of ${remote} is not in this clone: run \`git fetch ${remote} +main:refs/remotes/${remote}/main\` with its name, or name a base, as in \`adr-scan diff HEAD~1\``
      : "there is no branch main or master to compare with: name a base, as in `adr-scan diff HEAD~1`",
  );
}

/** The commit of what a user wrote, or an error that says how to get it. */
async function commitOf(repository: Repository, revision: string): Promise<string> {
  const commit = await repository.commit(revision);
  if (commit !== undefined) return commit;
  if (revision === "HEAD") throw new UsageError("there is no commit yet to compare with");
  const remote = repository.settings.remotes.find((each) => revision.startsWith(`${each}/`));
  const { shallow } = repository;
  if (remote !== undefined) {
    const branch = revision.slice(remote.length + 1);
    throw new UsageError(
      `${revision} is not in this clone: run \`git fetch ${remote} +${branch}:${`refs/remotes/${remote}/${branch}`}\`${shallow ? " (in CI: check out with `fetch-depth: 0`)" : ""}`,
    );
  }
  const known = repository.settings.remotes[0];
  if (known !== undefined && (await repository.commit(`${known}/${revision}`)) !== undefined)
    throw new UsageError(`there is no ${revision} here: did you mean ${known}/${revision}?`);
  if (/[~^]/.test(revision) && shallow)
    throw new UsageError(
      `${revision} lies beyond the end of this shallow clone: run \`git fetch --deepen=50\` (in CI: check out with \`fetch-depth: 0\`)`,
    );
  throw new UsageError(
    `${revision} is not a commit of this repository: ${known === undefined ? "`git branch` and `git log` show what is" : `if it is on the remote, run \`git fetch ${known} ${revision}\``}`,
  );
}

interface Fork {
  readonly commit: string;
  /** As shown: `main (1a2b3c4)`. */
  readonly name: string;
  readonly notices: readonly string[];
}

async function mergeBase(
  repository: Repository,
  left: string,
  base: string,
  right: string,
  head: string,
): Promise<Fork> {
  const all = (await repository.text("merge-base", "--all", base, head))
    .split("\n")
    .filter(Boolean);
  const [commit] = all;
  if (commit === undefined) {
    if (!repository.shallow)
      throw new GitError(
        `${left} and ${right} have no commit in common: \`adr-scan diff ${left}..${right}\` compares them as they are`,
      );
    const remote =
      repository.settings.remotes.find((each) => left.startsWith(`${each}/`)) ??
      repository.settings.remotes[0] ??
      "origin";
    const branch = left.startsWith(`${remote}/`) ? left.slice(remote.length + 1) : left;
    throw new GitError(
      `this clone is too shallow to hold the merge base of ${left} and ${right}: run \`git fetch --deepen=50 ${remote} ${branch}\` until it does, or check out with \`fetch-depth: 0\``,
    );
  }
  const notices: string[] = [];
  if (all.length > 1)
    notices.push(
      `${left} and ${right} have ${all.length} merge bases; ${short(commit)} was taken, so the change may hold lines that ${left} has already`,
    );
  return {
    commit,
    name: commit === base ? named(left, commit) : `the merge base with ${left} (${short(commit)})`,
    notices,
  };
}

async function mergeInProgress(repository: Repository): Promise<string[]> {
  return (await repository.commit("MERGE_HEAD")) === undefined
    ? []
    : ["a merge is in progress: what it brings in counts as changed"];
}

function named(revision: string, commit: string): string {
  return commit.startsWith(revision) && /^[0-9a-f]{7,}$/.test(revision)
    ? short(commit)
    : `${revision} (${short(commit)})`;
}

function short(commit: string): string {
  return commit.slice(0, 7);
}
