/** Makes small repositories for tests, the same on every machine. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readChange } from "../src/change/read-change.ts";

export interface Identity {
  readonly name: string;
  readonly email: string;
}

const HUMAN: Identity = { name: "Ada", email: "ada@example.com" };

/** What a caller's environment must have, and nothing of the machine's own git settings. */
export const environment: Record<string, string | undefined> = {
  PATH: process.env.PATH,
  SYSTEMROOT: process.env.SYSTEMROOT,
  HOME: tmpdir(),
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
};

const made: string[] = [];

/** A new folder, removed by {@link removeAll}. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "adr-scan-test-")));
  made.push(folder);
  return folder;
}

export function removeAll(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export class TestRepository {
  readonly folder: string;
  #clock = Date.UTC(2026, 0, 1) / 1000;

  constructor(folder: string = temporaryFolder(), ...options: readonly string[]) {
    this.folder = folder;
    if (options[0] !== "as-it-is") this.git("init", "-q", "-b", "main", ...options);
  }

  git(...args: readonly string[]): string {
    return this.run(args);
  }

  run(
    args: readonly string[],
    { author = HUMAN, committer = author, date }: CommitOptions = {},
  ): string {
    const when = `${date ?? this.#clock} +0000`;
    return execFileSync("git", ["-C", this.folder, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...environment,
        GIT_AUTHOR_NAME: author.name,
        GIT_AUTHOR_EMAIL: author.email,
        GIT_AUTHOR_DATE: when,
        GIT_COMMITTER_NAME: committer.name,
        GIT_COMMITTER_EMAIL: committer.email,
        GIT_COMMITTER_DATE: when,
        GIT_ALLOW_PROTOCOL: "file",
      },
    }).trimEnd();
  }

  /** Takes in a history as `git fast-export` writes it. */
  import(file: string): void {
    execFileSync("git", ["-C", this.folder, "fast-import", "--quiet", "--force"], {
      input: readFileSync(file),
      env: environment as Record<string, string>,
    });
  }

  write(path: string, content: string | Uint8Array): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  remove(path: string): void {
    rmSync(join(this.folder, path), { recursive: true });
  }

  /** Commits everything, and answers the commit's id. */
  commit(message: string, options: CommitOptions = {}): string {
    this.git("add", "-A");
    this.#clock += 60;
    this.run(["commit", "-q", "--allow-empty", "--no-verify", "-m", message], options);
    return this.git("rev-parse", "HEAD");
  }

  /** Reads a change and closes the repository. */
  async change(base?: string, options: { staged?: boolean; cwd?: string } = {}) {
    const cwd = options.cwd ?? this.folder;
    const read = await readChange({ base, staged: options.staged, cwd }, environment);
    read.repository.close();
    return read.change;
  }
}

export interface CommitOptions {
  readonly author?: Identity;
  readonly committer?: Identity;
  /** Seconds since 1970. */
  readonly date?: number;
}

export function lines(...all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join("");
}
