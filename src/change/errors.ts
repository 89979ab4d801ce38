/** Errors of reading a change, each with one line that says what to do. */

/** What was asked for does not exist or makes no sense: a wrong revision, nothing to compare. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The repository, or git itself, cannot give what is needed. */
export class GitError extends Error {
  override readonly name = "GitError";
}

/** Turns what git wrote to stderr into one line with a remedy. */
export function explain(stderr: string, folder: string): GitError {
  const text = stderr.trim();
  if (/\bENOENT\b/.test(text))
    return new GitError("git was not found: install git 2.30 or newer, and put it on the PATH");
  if (/not a git repository/.test(text))
    return new GitError(
      `${folder} is not in a git repository: \`adr-scan scan\` works without one`,
    );
  if (/dubious ownership|unsafe repository/.test(text)) {
    const path = /safe\.directory '?([^'\n]+)'?/.exec(text)?.[1]?.trim() ?? folder;
    return new GitError(
      `git refuses ${path} because another user owns it: if you trust it, run \`git config --global --add safe.directory '${path}'\``,
    );
  }
  if (/promisor|lazy|could not fetch|transport '.*' not allowed/.test(text))
    return new GitError(
      "this is a partial clone and objects of the comparison are missing: fetch them with `git fetch --refetch --no-filter`, since adr-scan never uses the network",
    );
  if (/end-of-options/.test(text))
    return new GitError("this git is too old: adr-scan needs git 2.30 or newer");
  const lines = text.split("\n").map((line) => line.trim());
  // Warnings come first and are seldom why it failed.
  const line =
    lines.find((each) => /^(?:fatal|error): /.test(each)) ?? lines.find((each) => each !== "");
  const reason = line?.replace(/^(?:fatal|error): /, "") ?? "no message";
  return new GitError(`git failed in ${folder}: ${reason}`);
}
