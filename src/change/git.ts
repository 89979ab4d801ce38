/**
 * Runs git, so that nothing of a hostile repository runs with it.
 *
 * Three things keep it harmless. Only commands that read objects, refs and the index are used, and none that compares
 * with the working tree: those run the filters a repository configures. What can still start a program is switched off
 * on the command line, which wins over every configuration file. And of the environment only what says where the
 * repository is gets through.
 */
import { spawn } from "node:child_process";
import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { type SimpleGit, simpleGit } from "simple-git";
import type { ObjectFormat } from "../support/hash.ts";
import { BlobReader } from "./blobs.ts";
import { explain, GitError, UsageError } from "./errors.ts";

/** Switched off for every call. */
const SETTINGS = [
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  // The cache of untracked files lies in the index, where a repository could have forged it to hide files.
  "core.untrackedCache=false",
  "log.showSignature=false",
  "submodule.recurse=false",
  "gc.auto=0",
  "maintenance.auto=false",
];

const FLAGS = ["--no-pager", "--literal-pathspecs", ...SETTINGS.flatMap((each) => ["-c", each])];

/** simple-git guards against these settings whatever their value, and they are here to make things safer. */
const PERMITTED = {
  allowUnsafeFsMonitor: true,
  allowUnsafeHooksPath: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeConfigEnvCount: true,
};

/** The process starts here and is sent to the repository by `-C`: Windows looks for `git.exe` in the current folder first. */
const NEUTRAL_FOLDER = dirname(process.execPath);

export type Environment = Readonly<Record<string, string | undefined>>;

/** Variables of git that say where things are; all others of git are dropped. */
const LOCATIONS = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_COMMON_DIR",
  "GIT_INDEX_FILE",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
] as const;
const KEPT = new Set([
  "GIT_CONFIG_GLOBAL",
  "GIT_CONFIG_SYSTEM",
  "GIT_CONFIG_NOSYSTEM",
  "GIT_CEILING_DIRECTORIES",
  "GIT_DISCOVERY_ACROSS_FILESYSTEM",
]);
/** Programs that simple-git refuses to see in an environment; none is needed for reading. */
const PROGRAMS = new Set(["EDITOR", "VISUAL", "PAGER", "SSH_ASKPASS", "PREFIX"]);

/** The environment without anything that redirects or configures git. */
function neutralEnvironment(from: Environment): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(from)) {
    if (value === undefined) continue;
    const upper = name.toUpperCase();
    if (PROGRAMS.has(upper)) continue;
    if (upper.startsWith("GIT_") && !KEPT.has(upper)) continue;
    environment[name] = value;
  }
  // CI systems declare a checkout safe this way; other settings given like this are not for us.
  const count = Number(from.GIT_CONFIG_COUNT ?? 0);
  let kept = 0;
  for (let at = 0; at < count && at < 1000; at++) {
    const key = from[`GIT_CONFIG_KEY_${at}`];
    const value = from[`GIT_CONFIG_VALUE_${at}`];
    if (key?.toLowerCase() !== "safe.directory" || value === undefined) continue;
    environment[`GIT_CONFIG_KEY_${kept}`] = key;
    environment[`GIT_CONFIG_VALUE_${kept++}`] = value;
  }
  if (kept > 0) environment.GIT_CONFIG_COUNT = String(kept);
  return {
    ...environment,
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    // A partial clone would fetch what is missing, and a fetch starts programs. The first needs git 2.45; the second
    // allows no protocol at all and works everywhere.
    GIT_NO_LAZY_FETCH: "1",
    GIT_ALLOW_PROTOCOL: "",
    // Object ids are cache keys, so an object must be what its id says.
    GIT_NO_REPLACE_OBJECTS: "1",
    LC_ALL: "C",
    LANGUAGE: "C",
  };
}

/** One way to call git: a folder and an environment. */
class Caller {
  readonly #git: SimpleGit;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;

  constructor(folder: string, environment: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.environment = environment;
    this.#git = simpleGit({
      baseDir: NEUTRAL_FOLDER,
      maxConcurrentProcesses: 4,
      unsafe: PERMITTED,
    }).env({ ...environment });
  }

  arguments(args: readonly string[]): string[] {
    return ["-C", this.folder, ...FLAGS, ...args];
  }

  /** For short answers in text; `""` where git fails without a word, as `--quiet` makes it. */
  async text(args: readonly string[]): Promise<string> {
    try {
      const output = await this.#git.raw(this.arguments(args));
      return output.endsWith("\n") ? output.slice(0, -1) : output;
    } catch (error) {
      throw explain(error instanceof Error ? error.message : String(error), this.folder);
    }
  }

  /** For lists with NUL between paths, and whatever else is not surely text. */
  async bytes(args: readonly string[]): Promise<Buffer> {
    return (await this.bytesAndWarnings(args)).output;
  }

  /** Also what git complained of without giving up: a folder it may not enter. */
  bytesAndWarnings(args: readonly string[]): Promise<OutputAndWarnings> {
    return new Promise((done, fail) => {
      const child = spawn("git", this.arguments(args), {
        cwd: NEUTRAL_FOLDER,
        env: this.environment,
        stdio: ["ignore", "pipe", "pipe"],
        windowsHide: true,
      });
      const output: Buffer[] = [];
      const errors: Buffer[] = [];
      child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
      child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
      child.on("error", (error) => fail(explain(String(error), this.folder)));
      child.on("close", (code) => {
        const complaints = Buffer.concat(errors).toString();
        if (code !== 0) fail(explain(complaints, this.folder));
        else done({ output: Buffer.concat(output), warnings: warningsOf(complaints) });
      });
    });
  }
}

interface OutputAndWarnings {
  readonly output: Buffer;
  readonly warnings: readonly string[];
}

function warningsOf(complaints: string): string[] {
  return complaints
    .split("\n")
    .filter((line) => line.startsWith("warning: "))
    .map((line) => line.slice("warning: ".length));
}

/** Settings of the repository that matter for reading its working tree. */
interface Settings {
  readonly trustExecutableBit: boolean;
  readonly symlinks: boolean;
  readonly partialClone: boolean;
  readonly remotes: readonly string[];
}

/** An opened repository. Close it when done: it keeps a process for reading objects. */
export class Repository {
  readonly #caller: Caller;
  readonly blobs: BlobReader;
  /** The working tree's top folder with symbolic links resolved; undefined in a bare repository. */
  readonly root: string | undefined;
  /** Of this working tree; a linked one has its own. */
  readonly gitDir: string;
  readonly indexFile: string;
  readonly objectFormat: ObjectFormat;
  readonly shallow: boolean;
  readonly settings: Settings;
  /** Things the user must know about how the repository was found. */
  readonly notices: readonly string[];

  constructor(
    caller: Caller,
    facts: Pick<
      Repository,
      "root" | "gitDir" | "indexFile" | "objectFormat" | "shallow" | "settings" | "notices"
    >,
  ) {
    this.#caller = caller;
    this.root = facts.root;
    this.gitDir = facts.gitDir;
    this.indexFile = facts.indexFile;
    this.objectFormat = facts.objectFormat;
    this.shallow = facts.shallow;
    this.settings = facts.settings;
    this.notices = facts.notices;
    this.blobs = new BlobReader(
      () =>
        spawn("git", caller.arguments(["cat-file", "--batch"]), {
          cwd: NEUTRAL_FOLDER,
          env: caller.environment,
          stdio: ["pipe", "pipe", "pipe"],
          windowsHide: true,
        }),
      facts.objectFormat,
    );
  }

  text(...args: readonly string[]): Promise<string> {
    return this.#caller.text(args);
  }

  bytes(...args: readonly string[]): Promise<Buffer> {
    return this.#caller.bytes(args);
  }

  bytesAndWarnings(...args: readonly string[]): Promise<OutputAndWarnings> {
    return this.#caller.bytesAndWarnings(args);
  }

  /** The commit that a revision names, or undefined. The only way from a user's text to an argument of git. */
  async commit(revision: string): Promise<string | undefined> {
    if (revision === "" || revision.includes("\0")) return undefined;
    const id = await this.text(
      "rev-parse",
      "--verify",
      "--quiet",
      "--end-of-options",
      `${revision}^{commit}`,
    ).catch((error: unknown) => {
      // Some wrong revisions make git speak in spite of --quiet.
      if (error instanceof GitError && error.message.startsWith("git failed")) return "";
      throw error;
    });
    return /^[0-9a-f]{40,64}$/.test(id) ? id : undefined;
  }

  /** Full name of the ref that a symbolic ref points to, or undefined. */
  async symbolicRef(name: string): Promise<string | undefined> {
    return (await this.text("symbolic-ref", "--quiet", name)) || undefined;
  }

  /** Id of the tree with nothing in it, whether or not the repository holds it. */
  get emptyTree(): string {
    return this.objectFormat === "sha1"
      ? "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
      : "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321";
  }

  close(): void {
    this.blobs.close();
  }
}

/**
 * Finds the repository that a folder lies in. Variables by which a hook is told its repository and index are honoured
 * as long as they speak of that repository: a hook of one repository may well scan another.
 */
export async function openRepository(
  path: string,
  environment: Environment = process.env,
): Promise<Repository> {
  const folder = resolve(path);
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new UsageError(`there is no folder ${folder}`);
  const neutral = neutralEnvironment(environment);
  const notices: string[] = [];
  let caller = new Caller(folder, neutral);
  const found = await caller.text(["rev-parse", "--absolute-git-dir"]).catch((error: unknown) => {
    if (environment.GIT_DIR !== undefined && String(error).includes("not in a git repository"))
      return undefined;
    throw error;
  });
  const redirected = redirection(folder, found, environment, notices);
  if (redirected !== undefined) caller = new Caller(folder, { ...neutral, ...redirected });

  const facts = (
    await caller.text([
      "rev-parse",
      "--is-inside-work-tree",
      "--is-shallow-repository",
      "--show-object-format",
    ])
  ).split("\n");
  const [inside, shallow, format] = facts;
  const gitDir = await caller.text(["rev-parse", "--absolute-git-dir"]);
  // Inside `.git` itself there is no working tree either.
  const root =
    inside === "true"
      ? realpathSync(await caller.text(["rev-parse", "--show-toplevel"]))
      : undefined;
  if (root !== undefined && root !== folder) caller = new Caller(root, caller.environment);
  return new Repository(caller, {
    root,
    gitDir,
    indexFile: redirected?.GIT_INDEX_FILE ?? join(gitDir, "index"),
    objectFormat: format === "sha256" ? "sha256" : "sha1",
    shallow: shallow === "true",
    settings: await readSettings(caller),
    notices,
  });
}

/** The variables that hold for the repository at `gitDir`, made absolute; undefined where there are none. */
function redirection(
  folder: string,
  gitDir: string | undefined,
  environment: Environment,
  notices: string[],
): Record<string, string> | undefined {
  const given: Record<string, string> = {};
  for (const name of LOCATIONS) {
    const value = environment[name];
    if (value === undefined || value === "") continue;
    given[name] =
      name === "GIT_ALTERNATE_OBJECT_DIRECTORIES" || isAbsolute(value)
        ? value
        : resolve(folder, value);
  }
  if (Object.keys(given).length === 0) return undefined;
  const sameFolder = (left: string, right: string) => real(left) === real(right);
  if (gitDir !== undefined && given.GIT_DIR !== undefined && !sameFolder(given.GIT_DIR, gitDir)) {
    notices.push(
      `GIT_DIR names another repository than the one ${folder} lies in, and is not followed`,
    );
    return undefined;
  }
  // With GIT_DIR alone, git would take the current folder for the top of the working tree.
  if (gitDir !== undefined && given.GIT_WORK_TREE === undefined) {
    delete given.GIT_DIR;
    delete given.GIT_COMMON_DIR;
  }
  const index = given.GIT_INDEX_FILE;
  if (gitDir !== undefined && index !== undefined) {
    const home = dirname(index);
    const foreign = !within(gitDir, home) && existsSync(join(home, "HEAD"));
    if (foreign) delete given.GIT_INDEX_FILE;
  }
  return given;
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function within(folder: string, path: string): boolean {
  const way = relative(real(folder), real(path));
  return way === "" || (!way.startsWith("..") && !isAbsolute(way));
}

async function readSettings(caller: Caller): Promise<Settings> {
  const output = await caller
    .bytes([
      "config",
      "-z",
      "--get-regexp",
      "^(core\\.(symlinks|filemode)|extensions\\.partialclone|remote\\..*\\.(url|promisor))$",
    ])
    .catch(() => Buffer.alloc(0));
  const settings = { trustExecutableBit: true, symlinks: true, partialClone: false };
  const remotes = new Set<string>();
  for (const line of output.toString().split("\0")) {
    const [key = "", value = "true"] = line.split("\n");
    if (key === "core.filemode") settings.trustExecutableBit = value !== "false";
    else if (key === "core.symlinks") settings.symlinks = value !== "false";
    else if (key === "extensions.partialclone") settings.partialClone = true;
    else if (key.startsWith("remote.")) {
      if (key.endsWith(".promisor")) settings.partialClone ||= value === "true";
      if (key.endsWith(".url")) remotes.add(key.slice("remote.".length, -".url".length));
    }
  }
  return { ...settings, remotes: [...remotes] };
}
