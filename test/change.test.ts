/** Reading a change from git: every shape a repository can have, and repositories that mean harm. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type ChangeSet, type Hunk, hunkAt, toHead } from "../src/change/change-set.ts";
import { readFolder } from "../src/change/folder.ts";
import { openRepository } from "../src/change/git.ts";
import type { Origin } from "../src/change/history.ts";
import { diffBytes, diffLines } from "../src/change/lines.ts";
import { readChange, readTree } from "../src/change/read-change.ts";
import {
  environment,
  lines,
  removeAll,
  TestRepository,
  temporaryFolder,
} from "./change-repository.ts";

afterAll(removeAll);

/** A change in short: `modified a.js 1-0+2`. */
function shortly(change: ChangeSet): string[] {
  return change.files.map((file) => {
    const from = file.basePath === file.path ? "" : ` from ${file.basePath}`;
    const marks = `${file.binary ? " binary" : ""}${file.submodule ? " submodule" : ""}`;
    return `${file.status} ${file.path}${from}${marks}${file.hunks.map(inShort).join("")}`;
  });
}

function inShort({ baseStart, baseCount, headStart, headCount }: Hunk): string {
  return ` -${baseStart},${baseCount}+${headStart},${headCount}`;
}

function onMain(): TestRepository {
  const repository = new TestRepository();
  repository.write("a.js", lines("one", "two", "three"));
  repository.commit("first");
  return repository;
}

describe("what is compared", () => {
  test("the working tree with the merge base of a branch, untracked files included", async () => {
    const repository = onMain();
    repository.git("checkout", "-q", "-b", "topic");
    repository.write("b.js", lines("b"));
    repository.commit("on topic");
    repository.git("checkout", "-q", "main");
    repository.write("c.js", lines("c"));
    repository.commit("on main");
    repository.git("checkout", "-q", "topic");
    repository.write("new.js", lines("n"));
    repository.write(".gitignore", lines("ignored.js"));
    repository.write("ignored.js", lines("i"));
    repository.write("a.js", lines("one", "2", "three"));
    const change = await repository.change();
    expect(shortly(change)).toEqual([
      "added .gitignore -0,0+1,1",
      "modified a.js -2,1+2,1",
      "added b.js -0,0+1,1",
      "added new.js -0,0+1,1",
    ]);
    expect(change.description).toMatch(
      /^the merge base with main \([0-9a-f]{7}\) to the working tree$/,
    );
    expect(change.headCommit).toBeUndefined();
    expect(change.head.label).toBe("worktree");
    expect([...change.head.entries.keys()].sort()).toEqual([
      ".gitignore",
      "a.js",
      "b.js",
      "new.js",
    ]);
  });

  test("a...b from their merge base, a..b as they are", async () => {
    const repository = onMain();
    repository.git("checkout", "-q", "-b", "topic");
    repository.write("b.js", lines("b"));
    repository.commit("on topic");
    repository.git("checkout", "-q", "main");
    repository.write("c.js", lines("c"));
    repository.commit("on main");
    expect(shortly(await repository.change("main...topic"))).toEqual(["added b.js -0,0+1,1"]);
    const direct = await repository.change("main..topic");
    expect(shortly(direct)).toEqual(["added b.js -0,0+1,1", "deleted c.js -1,1+0,0"]);
    expect(direct.headCommit).toBe(repository.git("rev-parse", "topic"));
    expect(direct.description).toMatch(/^main \([0-9a-f]{7}\) to topic \([0-9a-f]{7}\)$/);
    expect(shortly(await repository.change("topic..."))).toEqual(["added c.js -0,0+1,1"]);
  });

  test("a subdirectory stands for the whole repository", async () => {
    const repository = onMain();
    repository.write("deep/er/d.js", lines("d"));
    const change = await repository.change("HEAD", { cwd: join(repository.folder, "deep/er") });
    expect(shortly(change)).toEqual(["added deep/er/d.js -0,0+1,1"]);
  });

  test("an empty change", async () => {
    const repository = onMain();
    expect((await repository.change("HEAD")).files).toEqual([]);
  });

  test("the index with HEAD, whatever the working tree holds", async () => {
    const repository = onMain();
    repository.write("a.js", lines("one", "staged", "three"));
    repository.write("b.js", lines("staged"));
    repository.git("add", "-A");
    repository.write("a.js", lines("one", "staged", "and not"));
    repository.write("c.js", lines("untracked"));
    const staged = await readChange({ cwd: repository.folder, staged: true }, environment);
    expect(shortly(staged.change)).toEqual(["modified a.js -2,1+2,1", "added b.js -0,0+1,1"]);
    const files = await staged
      .files("head", 1000)
      .read([{ path: "a.js", id: staged.change.head.entries.get("a.js")! }]);
    expect(files.get("a.js")).toBe(lines("one", "staged", "three"));
    staged.repository.close();
    expect(shortly(await repository.change("HEAD"))).toEqual([
      "modified a.js -2,2+2,2",
      "added b.js -0,0+1,1",
      "added c.js -0,0+1,1",
    ]);
  });

  test("the index with nothing before the first commit", async () => {
    const repository = new TestRepository();
    repository.write("a.js", lines("a"));
    repository.git("add", "-A");
    const change = await repository.change(undefined, { staged: true });
    expect(shortly(change)).toEqual(["added a.js -0,0+1,1"]);
    expect(change.baseCommit).toBe("4b825dc642cb6eb9a060e54bf8d69288fbee4904");
    expect(change.range.tip).toBeUndefined();
  });

  test("a file only announced to the index is not staged", async () => {
    const repository = onMain();
    repository.write("later.js", lines("l"));
    repository.git("add", "-N", "later.js");
    expect((await repository.change(undefined, { staged: true })).files).toEqual([]);
    expect(shortly(await repository.change("HEAD"))).toEqual(["added later.js -0,0+1,1"]);
  });

  test("the index that git gives a hook", async () => {
    const repository = onMain();
    const seen = join(temporaryFolder(), "environment");
    writeFileSync(
      join(repository.folder, ".git/hooks/pre-commit"),
      `#!/bin/sh\nenv > ${seen}\ncp "$GIT_INDEX_FILE" ${seen}.index\nexit 1\n`,
      { mode: 0o755 },
    );
    repository.write("a.js", lines("one", "for this commit", "three"));
    repository.write("b.js", lines("staged before"));
    repository.git("add", "b.js");
    expect(() => repository.git("commit", "-m", "only a", "a.js")).toThrow();
    const given = Object.fromEntries(
      readFileSync(seen, "utf8")
        .split("\n")
        .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
    // git removes that index when the hook fails; a copy of it stands in.
    expect(given.GIT_INDEX_FILE).toMatch(/next-index/);
    const hook = { ...given, GIT_INDEX_FILE: `${seen}.index` };
    const { change, repository: opened } = await readChange(
      { cwd: repository.folder, staged: true },
      hook,
    );
    opened.close();
    expect(shortly(change)).toEqual(["modified a.js -2,1+2,1"]);
  });

  test("a hook's variables do not follow to another repository", async () => {
    const [here, there] = [onMain(), onMain()];
    there.write("t.js", lines("t"));
    there.git("add", "-A");
    const hook = {
      ...environment,
      GIT_DIR: join(here.folder, ".git"),
      GIT_INDEX_FILE: join(here.folder, ".git/index"),
    };
    const read = await readChange({ cwd: there.folder, staged: true }, hook);
    read.repository.close();
    expect(shortly(read.change)).toEqual(["added t.js -0,0+1,1"]);
    expect(read.change.notices.join()).toContain("GIT_DIR names another repository");
    const { GIT_DIR: _, ...indexOnly } = hook;
    const again = await readChange({ cwd: there.folder, staged: true }, indexOnly);
    again.repository.close();
    expect(shortly(again.change)).toEqual(["added t.js -0,0+1,1"]);
  });

  test("a folder that only GIT_DIR and GIT_WORK_TREE make a repository", async () => {
    const repository = onMain();
    const apart = join(temporaryFolder(), "apart.git");
    renameSync(join(repository.folder, ".git"), apart);
    repository.write("a.js", lines("one"));
    const read = await readChange(
      { cwd: repository.folder, base: "HEAD" },
      { ...environment, GIT_DIR: apart, GIT_WORK_TREE: repository.folder },
    );
    read.repository.close();
    expect(shortly(read.change)).toEqual(["modified a.js -2,2+1,0"]);
  });
});

describe("kinds of change", () => {
  test("deletions, renames, modes, types, binary files", async () => {
    const repository = new TestRepository();
    const long = lines(..."abcdefghijklmnopqrst");
    repository.write("gone.js", lines("x"));
    repository.write("cut.js", lines("1", "2", "3", "4"));
    repository.write("old name.js", long);
    repository.write("moved/whole.js", lines("whole", "thing"));
    repository.write("tool.sh", lines("#!/bin/sh"));
    repository.write("image.png", Uint8Array.of(137, 80, 0, 1));
    repository.write("link-or-file", lines("file"));
    const base = repository.commit("base");
    repository.remove("gone.js");
    repository.write("cut.js", lines("1", "4"));
    repository.remove("old name.js");
    repository.write("new name.js", long.replace("e\n", "E\n"));
    repository.remove("moved");
    repository.write("elsewhere/whole.js", lines("whole", "thing"));
    chmodSync(join(repository.folder, "tool.sh"), 0o755);
    repository.write("image.png", Uint8Array.of(137, 80, 0, 2));
    repository.remove("link-or-file");
    symlinkSync("tool.sh", join(repository.folder, "link-or-file"));
    const expected = [
      "modified cut.js -2,2+1,0",
      "renamed elsewhere/whole.js from moved/whole.js",
      "deleted gone.js -1,1+0,0",
      "modified image.png binary",
      "type link-or-file -1,1+0,0",
      "renamed new name.js from old name.js -5,1+5,1",
      "mode tool.sh",
    ];
    expect(shortly(await repository.change("HEAD"))).toEqual(expected);
    repository.git("add", "-A");
    expect(shortly(await repository.change(undefined, { staged: true }))).toEqual(expected);
    repository.commit("head");
    const change = await repository.change(`${base}..HEAD`);
    expect(shortly(change)).toEqual(expected);
    expect(change.head.entries.has("link-or-file")).toBe(false);
  });

  test("git agrees on what was renamed", async () => {
    const repository = new TestRepository();
    const text = (seed: number) =>
      lines(...Array.from({ length: 30 }, (_, at) => `line ${seed} ${at % 7} ${seed * at}`));
    for (let at = 0; at < 12; at++) repository.write(`from/${at}.js`, text(at + 1));
    const base = repository.commit("base");
    for (let at = 0; at < 12; at++) {
      repository.remove(`from/${at}.js`);
      const kept = text(at + 1)
        .split("\n")
        .slice(at * 2);
      repository.write(`to/${11 - at}.js`, [...kept, `extra ${at}`].join("\n"));
    }
    repository.commit("head");
    const ours = (await repository.change(`${base}..HEAD`)).files
      .filter(({ status }) => status === "renamed")
      .map(({ basePath, path }) => `${basePath} ${path}`);
    const theirs = repository
      .git("diff", "--name-status", "-M", base, "HEAD")
      .split("\n")
      .filter((line) => line.startsWith("R"))
      .map((line) => line.split("\t").slice(1).join(" "));
    expect(ours.sort()).toEqual(theirs.sort());
  });

  test("a submodule is named and not entered", async () => {
    const inner = onMain();
    const repository = onMain();
    repository.git("submodule", "--quiet", "add", inner.folder, "lib");
    repository.git("commit", "-qm", "with submodule");
    const change = await repository.change("HEAD~1");
    expect(shortly(change)).toEqual(["added .gitmodules -0,0+1,3", "added lib submodule"]);
    expect(change.head.entries.has("lib")).toBe(false);
    // Its inside is no untracked file of ours either.
    writeFileSync(join(repository.folder, "lib/x.js"), "x\n");
    expect(shortly(await repository.change("HEAD"))).toEqual([]);
  });

  test("a repository inside that is no submodule is left out and named", async () => {
    const repository = onMain();
    mkdirSync(join(repository.folder, "inner"));
    new TestRepository(join(repository.folder, "inner"));
    repository.write("inner/x.js", lines("x"));
    const change = await repository.change("HEAD");
    expect(change.files).toEqual([]);
    expect(change.notices.join()).toContain("inner/ is a repository of its own");
  });

  test("paths with spaces, quotes, line breaks and other letters", async () => {
    const repository = new TestRepository();
    repository.commit("base");
    const names = [
      'a "b" c.js',
      "line\nbreak.js",
      "tab\there.js",
      "żółć.js",
      " leading.js",
      "*.js",
    ];
    for (const name of names) repository.write(name, lines("x"));
    repository.commit("head");
    const sorted = [...names].sort();
    expect((await repository.change("HEAD~1..HEAD")).files.map(({ path }) => path)).toEqual(sorted);
    for (const name of names) repository.write(name, lines("x", "y"));
    const {
      change,
      files,
      repository: opened,
    } = await readChange({ cwd: repository.folder, base: "HEAD" }, environment);
    expect(shortly(change)).toEqual(sorted.map((name) => `modified ${name} -1,0+2,1`));
    const texts = await files("head", 100).read(
      change.files.map(({ path, headId }) => ({ path, id: headId! })),
    );
    opened.close();
    expect([...texts.values()]).toEqual(names.map(() => lines("x", "y")));
  });

  test("a path that is not UTF-8 is shown with escapes, and read", async () => {
    if (process.platform !== "linux") return;
    const repository = onMain();
    const name = Buffer.concat([Buffer.from(`${repository.folder}/caf`), Buffer.of(0xe9)]);
    writeFileSync(name, "x\n");
    const read = await readChange({ cwd: repository.folder, base: "HEAD" }, environment);
    expect(shortly(read.change)).toEqual(["added caf\\xe9 -0,0+1,1"]);
    expect(read.change.notices.join()).toContain("caf\\xe9");
    read.repository.close();
    repository.commit("head");
    expect(shortly(await repository.change("HEAD~1..HEAD"))).toEqual(["added caf\\xe9 -0,0+1,1"]);
  });

  test("line ends alone change nothing", async () => {
    const repository = onMain();
    repository.write("b.js", lines("b"));
    repository.commit("second");
    repository.write("a.js", "one\r\ntwo\r\nthree\r\n");
    repository.write("b.js", "b\r\nnew\r\n");
    const change = await repository.change("HEAD");
    expect(shortly(change)).toEqual(["modified b.js -1,0+2,1"]);
    expect(change.head.entries.get("a.js")).toBe(change.base.entries.get("a.js"));
    repository.git("config", "core.autocrlf", "true");
    repository.git("checkout", "-q", "-f", "HEAD");
    expect((await repository.change("HEAD")).files).toEqual([]);
  });

  test("a file kept by Git LFS is its pointer", async () => {
    const repository = onMain();
    const content = "the large thing\n";
    const hash = execFileSync("sha256sum", { input: content, encoding: "utf8" }).slice(0, 64);
    repository.write(
      "large.bin",
      lines("version https://git-lfs.github.com/spec/v1", `oid sha256:${hash}`, "size 16"),
    );
    repository.commit("pointer");
    repository.write("large.bin", content);
    expect((await repository.change("HEAD")).files).toEqual([]);
    repository.write("large.bin", "something else\n");
    expect((await repository.change("HEAD")).files.map(({ status }) => status)).toEqual([
      "modified",
    ]);
  });

  test("a NUL in a comment does not make a source file binary", async () => {
    const repository = onMain();
    repository.write("a.js", `// \0 ${"x".repeat(200)}\neval(input)\n`);
    expect(shortly(await repository.change("HEAD"))).toEqual(["modified a.js -1,3+1,2"]);
  });

  test("attributes do not hide lines", async () => {
    const repository = onMain();
    repository.write(".gitattributes", lines("*.js binary -diff linguist-generated"));
    repository.write("a.js", lines("one", "evil", "three"));
    expect(shortly(await repository.change("HEAD"))).toContain("modified a.js -2,1+2,1");
  });
});

describe("the working tree", () => {
  test("a change that keeps size and times is seen when it may have been made after the index", async () => {
    const repository = onMain();
    const file = join(repository.folder, "a.js");
    repository.write("a.js", lines("one", "TWO", "three"));
    expect(shortly(await repository.change("HEAD"))).toEqual(["modified a.js -2,1+2,1"]);
    // Long after, with its old time put back: the time of its last change of state tells.
    const long = new Date("2026-01-01T00:00:00Z");
    repository.write("a.js", lines("one", "two", "three"));
    utimesSync(file, long, long);
    repository.git("update-index", "--refresh");
    expect((await repository.change("HEAD")).files).toEqual([]);
    repository.write("a.js", lines("one", "tWo", "three"));
    utimesSync(file, long, long);
    expect(shortly(await repository.change("HEAD"))).toEqual(["modified a.js -2,1+2,1"]);
  });

  test("a folder replaced by a symbolic link is gone, not followed", async () => {
    const repository = new TestRepository();
    repository.write("in/a.js", lines("a"));
    repository.commit("base");
    const outside = temporaryFolder();
    writeFileSync(join(outside, "a.js"), "secret\n");
    repository.remove("in");
    symlinkSync(outside, join(repository.folder, "in"));
    const change = await repository.change("HEAD");
    expect(shortly(change)).toEqual(["added in", "deleted in/a.js -1,1+0,0"]);
    expect(change.head.entries.size).toBe(0);
  });

  test("a sparse checkout is whole", async () => {
    const repository = new TestRepository();
    repository.write("in/a.js", lines("a"));
    repository.write("out/b.js", lines("b"));
    repository.commit("base");
    repository.git("sparse-checkout", "set", "in");
    expect(existsSync(join(repository.folder, "out/b.js"))).toBe(false);
    const change = await repository.change("HEAD");
    expect(change.files).toEqual([]);
    expect(change.head.entries.has("out/b.js")).toBe(true);
  });

  test("conflicts are named", async () => {
    const repository = onMain();
    repository.git("checkout", "-q", "-b", "topic");
    repository.write("a.js", lines("theirs"));
    repository.commit("theirs");
    repository.git("checkout", "-q", "main");
    repository.write("a.js", lines("ours"));
    repository.commit("ours");
    expect(() => repository.git("merge", "topic")).toThrow();
    const change = await repository.change("HEAD");
    expect(shortly(change)).toEqual(["modified a.js -0,0+1,1 -1,0+3,3"]);
    expect(change.notices.join("\n")).toContain("merge conflicts that are not resolved: a.js");
    expect(change.notices.join("\n")).toContain("a merge is in progress");
  });

  test("a linked working tree, with a file for .git", async () => {
    const repository = onMain();
    const linked = join(temporaryFolder(), "linked");
    repository.git("worktree", "add", "-q", "-b", "topic", linked);
    writeFileSync(join(linked, "w.js"), "w\n");
    expect(shortly(await repository.change(undefined, { cwd: linked }))).toEqual([
      "added w.js -0,0+1,1",
    ]);
    execFileSync("git", ["-C", linked, "add", "w.js"], { env: environment as NodeJS.ProcessEnv });
    const staged = await repository.change(undefined, { cwd: linked, staged: true });
    expect(shortly(staged)).toEqual(["added w.js -0,0+1,1"]);
    expect((await repository.change(undefined, { staged: true })).files).toEqual([]);
  });

  test("an index without times, and another version of it", async () => {
    const repository = onMain();
    repository.git("update-index", "--index-version", "4");
    repository.write("a.js", lines("1", "two", "three"));
    expect(shortly(await repository.change("HEAD"))).toEqual(["modified a.js -1,1+1,1"]);
  });

  test("ids of a repository with SHA-256", async () => {
    const repository = new TestRepository(temporaryFolder(), "--object-format=sha256");
    repository.write("a.js", lines("a"));
    repository.commit("base");
    repository.write("b.js", lines("b"));
    const {
      change,
      files,
      repository: opened,
    } = await readChange({ cwd: repository.folder, base: "HEAD" }, environment);
    expect(change.head.entries.get("b.js")).toBe(repository.git("hash-object", "b.js"));
    const all = [...change.head.entries].map(([path, id]) => ({ path, id }));
    expect((await files("head", 100).read(all)).size).toBe(2);
    opened.close();
  });
});

describe("where HEAD is", () => {
  test("detached", async () => {
    const repository = onMain();
    repository.write("b.js", lines("b"));
    repository.commit("second");
    repository.git("checkout", "-q", "--detach");
    repository.git("branch", "-f", "main", "HEAD~1");
    expect(shortly(await repository.change())).toEqual(["added b.js -0,0+1,1"]);
  });

  test("a merge commit, as CI checks out a pull request", async () => {
    const repository = onMain();
    repository.git("checkout", "-q", "-b", "topic");
    repository.write("t.js", lines("t"));
    repository.commit("topic");
    repository.git("checkout", "-q", "main");
    repository.write("m.js", lines("m"));
    repository.commit("main");
    repository.git("checkout", "-q", "--detach");
    repository.git("merge", "-q", "--no-ff", "-m", "merge", "topic");
    expect(shortly(await repository.change("main"))).toEqual(["added t.js -0,0+1,1"]);
    expect(shortly(await repository.change("HEAD^1..HEAD"))).toEqual(["added t.js -0,0+1,1"]);
  });

  test("several merge bases", async () => {
    const repository = onMain();
    repository.git("checkout", "-q", "-b", "topic");
    repository.write("t.js", lines("t"));
    repository.commit("t");
    repository.git("checkout", "-q", "main");
    repository.write("m.js", lines("m"));
    repository.commit("m");
    repository.git("branch", "main-before");
    repository.git("merge", "-q", "--no-ff", "-m", "into main", "topic");
    repository.git("checkout", "-q", "topic");
    repository.git("merge", "-q", "--no-ff", "-m", "into topic", "main-before");
    repository.write("x.js", lines("x"));
    repository.commit("x");
    const change = await repository.change("main...topic");
    expect(change.notices.join()).toContain("have 2 merge bases");
    expect(change.baseCommit).toBe(repository.git("merge-base", "main", "topic"));
    expect(shortly(change)).toContain("added x.js -0,0+1,1");
  });

  test("the default branch is the remote's", async () => {
    const origin = onMain();
    origin.git("branch", "-m", "develop");
    const clone = new TestRepository(join(temporaryFolder(), "clone"), "as-it-is");
    origin.git("clone", "-q", origin.folder, clone.folder);
    clone.git("checkout", "-q", "-b", "topic");
    clone.write("b.js", lines("b"));
    clone.commit("b");
    const change = await clone.change();
    expect(change.description).toMatch(/^origin\/develop \([0-9a-f]{7}\) to the working tree$/);
    expect(shortly(change)).toEqual(["added b.js -0,0+1,1"]);
  });
});

describe("errors say what to do", () => {
  test("nothing to compare on the default branch itself", async () => {
    const repository = onMain();
    await expect(repository.change()).rejects.toThrow(
      /this is main itself, with nothing to compare: `adr-scan diff HEAD~1`.*`adr-scan scan`/,
    );
    repository.write("a.js", lines("one"));
    expect((await repository.change()).files).toHaveLength(1);
  });

  test("no commit yet", async () => {
    const repository = new TestRepository();
    await expect(repository.change()).rejects.toThrow(/no commit yet.*diff --staged/);
    await expect(repository.change("main")).rejects.toThrow(/no commit yet/);
  });

  test("unknown revisions", async () => {
    const origin = onMain();
    const clone = new TestRepository(join(temporaryFolder(), "clone"), "as-it-is");
    origin.git("clone", "-q", origin.folder, clone.folder);
    await expect(clone.change("nowhere")).rejects.toThrow(/nowhere is not a commit/);
    await expect(clone.change("origin/next")).rejects.toThrow(
      "git fetch origin +next:refs/remotes/origin/next",
    );
    await expect(clone.change("HEAD...nowhere")).rejects.toThrow(/nowhere/);
    await expect(clone.change("a\0b")).rejects.toThrow();
  });

  test("no repository, no folder, no git", async () => {
    const folder = temporaryFolder();
    await expect(readChange({ cwd: folder }, environment)).rejects.toThrow(
      /is not in a git repository: `adr-scan scan`/,
    );
    await expect(readChange({ cwd: join(folder, "x") }, environment)).rejects.toThrow(/no folder/);
    await expect(readChange({ cwd: folder }, { ...environment, PATH: folder })).rejects.toThrow(
      /git was not found/,
    );
  });

  test("shallow clones", async () => {
    const origin = onMain();
    for (const name of ["b", "c"]) {
      origin.write(`${name}.js`, lines(name));
      origin.commit(name);
    }
    origin.git("checkout", "-q", "-b", "topic", "HEAD~2");
    origin.write("t.js", lines("t"));
    origin.commit("t");
    origin.git("checkout", "-q", "main");
    const url = `file://${origin.folder}`;
    const alone = new TestRepository(join(temporaryFolder(), "alone"), "as-it-is");
    origin.git("clone", "-q", "--depth=1", "--branch=topic", url, alone.folder);
    await expect(alone.change("origin/main")).rejects.toThrow(
      /git fetch origin \+main:refs\/remotes\/origin\/main.*fetch-depth: 0/,
    );
    await expect(alone.change("HEAD~1")).rejects.toThrow(/git fetch --deepen=50/);
    await expect(alone.change()).rejects.toThrow(/default branch of origin is not in this clone/);
    alone.git("fetch", "-q", "--depth=1", "origin", "+main:refs/remotes/origin/main");
    await expect(alone.change("origin/main")).rejects.toThrow(
      /too shallow.*git fetch --deepen=50 origin main.*fetch-depth: 0/,
    );
    // As they are, they can be compared.
    expect((await alone.change("origin/main..HEAD")).files).toHaveLength(3);
    alone.git("fetch", "-q", "--unshallow", "origin");
    expect(shortly(await alone.change("origin/main"))).toEqual(["added t.js -0,0+1,1"]);
  });

  test("unrelated histories", async () => {
    const repository = onMain();
    repository.git("checkout", "-q", "--orphan", "other");
    repository.commit("root");
    await expect(repository.change("main")).rejects.toThrow(/no commit in common.*main\.\.HEAD/);
  });

  test("a bare repository compares commits only", async () => {
    const repository = onMain();
    repository.write("b.js", lines("b"));
    repository.commit("b");
    const bare = join(temporaryFolder(), "bare.git");
    repository.git("clone", "-q", "--bare", repository.folder, bare);
    expect(shortly(await repository.change("HEAD~1..HEAD", { cwd: bare }))).toEqual([
      "added b.js -0,0+1,1",
    ]);
    await expect(repository.change("HEAD~1", { cwd: bare })).rejects.toThrow(/no working tree/);
  });

  test("a missing and a forged object", async () => {
    const repository = onMain();
    repository.write("b.js", lines("b"));
    repository.commit("b");
    const id = repository.git("rev-parse", "HEAD:b.js");
    const object = join(repository.folder, ".git/objects", id.slice(0, 2), id.slice(2));
    const other = repository.git("rev-parse", "HEAD:a.js");
    const source = join(repository.folder, ".git/objects", other.slice(0, 2), other.slice(2));
    chmodSync(object, 0o644);
    writeFileSync(object, readFileSync(source));
    await expect(repository.change("HEAD~1..HEAD")).rejects.toThrow(/does not have the content/);
    repository.remove(`.git/objects/${id.slice(0, 2)}/${id.slice(2)}`);
    await expect(repository.change("HEAD~1..HEAD")).rejects.toThrow(/b\.js is missing.*git fsck/);
  });

  test("a partial clone says so and does not reach for the network", async () => {
    const origin = onMain();
    origin.write("a.js", lines("one", "changed", "three"));
    origin.commit("second");
    origin.git("config", "uploadpack.allowFilter", "true");
    const clone = new TestRepository(join(temporaryFolder(), "clone"), "as-it-is");
    origin.git("clone", "-q", "--filter=blob:none", `file://${origin.folder}`, clone.folder);
    const marker = join(temporaryFolder(), "ran");
    clone.git("config", "remote.origin.uploadpack", `touch ${marker}; git-upload-pack`);
    clone.git("config", "protocol.file.allow", "always");
    await expect(clone.change("HEAD~1..HEAD")).rejects.toThrow(/partial clone.*a\.js/);
    expect(existsSync(marker)).toBe(false);
  });
});

describe("hostile repositories", () => {
  test("no program of a repository runs", async () => {
    const repository = onMain();
    repository.write("b.js", lines("b"));
    repository.commit("second");
    const marker = join(temporaryFolder(), "ran");
    const evil = join(repository.folder, "evil.sh");
    writeFileSync(evil, `#!/bin/sh\necho "$0 $@" >> ${marker}\n`, { mode: 0o755 });
    for (const [key, value] of [
      ["core.fsmonitor", evil],
      ["core.pager", evil],
      ["core.editor", evil],
      ["core.sshCommand", evil],
      ["core.hooksPath", join(repository.folder, "hooks")],
      ["core.alternateRefsCommand", evil],
      ["diff.external", evil],
      ["diff.x.command", evil],
      ["diff.x.textconv", evil],
      ["filter.x.process", evil],
      ["filter.x.clean", evil],
      ["filter.x.smudge", evil],
      ["filter.x.required", "true"],
      ["filter.a=b.clean", evil],
      ["merge.x.driver", evil],
      ["gpg.program", evil],
      ["log.showSignature", "true"],
      ["blame.ignoreRevsFile", evil],
      ["alias.cat-file", `!${evil}`],
      ["credential.helper", `!${evil}`],
      ["pager.ls-files", evil],
    ])
      repository.git("config", key!, value!);
    mkdirSync(join(repository.folder, "hooks"));
    for (const hook of ["post-index-change", "reference-transaction", "fsmonitor-watchman"])
      writeFileSync(join(repository.folder, "hooks", hook), readFileSync(evil), { mode: 0o755 });
    repository.write(".gitattributes", "*.js filter=x diff=x merge=x\nb.js filter=a=b\n");
    writeFileSync(join(repository.folder, ".git/info/attributes"), "*.js filter=x diff=x\n");
    repository.write("a.js", lines("one", "TWO", "three"));
    const touched = new Date();
    utimesSync(join(repository.folder, "b.js"), touched, touched);
    execFileSync("rm", ["-f", marker]);

    await repository.change("HEAD~1");
    await repository.change("HEAD~1..HEAD");
    await repository.change(undefined, { staged: true });
    for (const revision of [
      `--output=${marker}`,
      "--upload-pack=x",
      "-O",
      `--output=${marker}..HEAD`,
    ])
      await expect(repository.change(revision)).rejects.toThrow(/not a commit/);
    const opened = await openRepository(repository.folder, environment);
    await readTree(opened, "worktree");
    opened.close();
    expect(existsSync(marker)).toBe(false);
  });

  test("replacements do not change what an id means", async () => {
    const repository = onMain();
    repository.write("a.js", lines("evil"));
    repository.commit("evil");
    const [evil, good] = [
      repository.git("rev-parse", "HEAD:a.js"),
      repository.git("rev-parse", "HEAD~1:a.js"),
    ];
    repository.git("replace", evil, good);
    expect(shortly(await repository.change("HEAD~1..HEAD"))).toEqual(["modified a.js -1,3+1,1"]);
  });

  test("settings given by the environment do not reach git, but for safe.directory", async () => {
    const repository = onMain();
    const marker = join(temporaryFolder(), "ran");
    repository.write("a.js", lines("one"));
    const read = await readChange(
      { cwd: repository.folder, base: "HEAD" },
      {
        ...environment,
        EDITOR: "x",
        GIT_EDITOR: "x",
        GIT_EXTERNAL_DIFF: `touch ${marker}`,
        GIT_PAGER: `touch ${marker}`,
        GIT_TRACE: marker,
        GIT_CONFIG_COUNT: "2",
        GIT_CONFIG_KEY_0: "core.fsmonitor",
        GIT_CONFIG_VALUE_0: `touch ${marker}`,
        GIT_CONFIG_KEY_1: "safe.directory",
        GIT_CONFIG_VALUE_1: "*",
      },
    );
    read.repository.close();
    expect(shortly(read.change)).toEqual(["modified a.js -2,2+1,0"]);
    expect(existsSync(marker)).toBe(false);
  });
});

describe("history", () => {
  async function origins(repository: TestRepository, base: string, options = {}) {
    const read = await readChange({ cwd: repository.folder, base, ...options }, environment);
    const history = await read.history();
    const told: Record<string, (string | undefined)[]> = {};
    const subject = (origin: Origin) =>
      origin.kind === "commit"
        ? history.commits.find(({ id }) => id === origin.commit)?.message.split("\n")[0]
        : origin.kind;
    for (const file of read.change.files) {
      const origin = await history.origins(file);
      told[file.path] = file.hunks.flatMap(({ headStart, headCount }) =>
        Array.from({ length: headCount }, (_, at) => subject(origin(headStart + at))),
      );
    }
    read.repository.close();
    return { told, history };
  }

  test("each added line has its commit, or is not committed yet", async () => {
    const repository = onMain();
    repository.git("checkout", "-q", "-b", "topic");
    repository.write("a.js", lines("one", "1", "two", "three"));
    repository.commit("c1", { author: { name: "Żółć <x>".slice(0, 4), email: "z@example.com" } });
    repository.write("a.js", lines("one", "1", "two", "2", "three"));
    repository.git("mv", "a.js", "b.js");
    repository.commit("c2");
    repository.write("b.js", lines("zero", "one", "1", "two", "2", "three"));
    repository.write("new.js", lines("n"));
    const { told, history } = await origins(repository, "main");
    expect(told).toEqual({ "b.js": ["uncommitted", "c1", "c2"], "new.js": ["uncommitted"] });
    expect(history.commits.map(({ message }) => message)).toEqual(["c2\n", "c1\n"]);
    expect(history.commits[1]!.author).toMatchObject({ name: "Żółć", email: "z@example.com" });
    expect(history.commits[1]!.parents).toEqual([repository.git("rev-parse", "main")]);
    repository.git("mv", "b.js", "c.js");
    repository.git("add", "-A");
    expect((await origins(repository, "main", { staged: true })).told).toEqual({
      "c.js": ["uncommitted", "c1", "c2"],
      "new.js": ["uncommitted"],
    });
  });

  test("lines of a merge come from the sides", async () => {
    const repository = onMain();
    repository.git("checkout", "-q", "-b", "side");
    repository.write("a.js", lines("one", "two", "three", "side"));
    repository.commit("side");
    repository.git("checkout", "-q", "-b", "topic", "main");
    repository.write("a.js", lines("topic", "one", "two", "three"));
    repository.commit("topic");
    repository.git("merge", "-q", "--no-ff", "-m", "merge", "side");
    const { told, history } = await origins(repository, "main...topic");
    expect(told).toEqual({ "a.js": ["topic", "side"] });
    expect(history.commits).toHaveLength(3);
    expect((await origins(repository, "topic~1..topic")).told).toEqual({ "a.js": ["side"] });
  });

  test("what is not of the change, and what a shallow clone hides, is not claimed", async () => {
    const repository = onMain();
    repository.write("a.js", lines("one", "three"));
    repository.commit("cut");
    repository.git("branch", "other", "HEAD~1");
    repository.git("checkout", "-q", "other");
    repository.write("b.js", lines("b"));
    repository.commit("b");
    expect((await origins(repository, "main..other")).told).toEqual({
      "a.js": ["before"],
      "b.js": ["b"],
    });
    const clone = new TestRepository(join(temporaryFolder(), "clone"), "as-it-is");
    const url = `file://${repository.folder}`;
    repository.git("clone", "-q", "--depth=1", "--no-single-branch", url, clone.folder);
    const shallow = await origins(clone, "origin/main..HEAD");
    expect(shallow.told).toEqual({ "a.js": ["unknown"], "b.js": ["unknown"] });
    expect(shallow.history.notices.join()).toContain("the clone ends inside the change");
  });

  test("nothing of a repository runs for it", async () => {
    const repository = onMain();
    const marker = join(temporaryFolder(), "ran");
    repository.write(".gitattributes", "*.js filter=x diff=x\n");
    for (const word of ["1", "2"]) {
      repository.write("a.js", lines("one", word, "three"));
      repository.commit(word);
    }
    for (const key of ["filter.x.clean", "filter.x.process", "diff.x.textconv", "diff.x.command"])
      repository.git("config", key, `touch ${marker}; cat`);
    repository.write(".git/passed-over", `${repository.git("rev-parse", "HEAD")}\n`);
    repository.git("config", "blame.ignoreRevsFile", ".git/passed-over");
    repository.write("a.js", lines("one", "2", "3"));
    const { told } = await origins(repository, "HEAD~2");
    expect(told["a.js"]).toEqual(["2", "uncommitted"]);
    expect(existsSync(marker)).toBe(false);
  });
});

describe("lines", () => {
  const word = fc.constantFrom("a", "b", "c", "", "}", "  x", "  y", "long line", "a\r");
  const text = fc.array(word, { maxLength: 40 });

  test("hunks turn base into head, and toHead agrees", () => {
    fc.assert(
      fc.property(text, text, (base, head) => {
        check(base, head, diffLines(base, head));
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  test("after random edits too", () => {
    const edit = fc.record({
      at: fc.nat(200),
      remove: fc.nat(5),
      add: fc.array(word, { maxLength: 5 }),
    });
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 200 }),
        fc.array(edit, { maxLength: 8 }),
        (base, edits) => {
          const head = [...base];
          for (const { at, remove, add } of edits)
            head.splice(at % (head.length + 1), remove, ...add);
          check(base, head, diffLines(base, head));
        },
      ),
      { numRuns: 500, seed: 2 },
    );
  });

  test("large and wholly different texts end soon and stay right", () => {
    let seed = 1;
    const random = (below: number) => {
      seed = (seed * 48271) % 2147483647;
      return seed % below;
    };
    const base = Array.from({ length: 6000 }, () => `line ${random(900)}`);
    const moved = [...base.slice(0, 1000), ...base.slice(3000), ...base.slice(1000, 3000)];
    const other = Array.from({ length: 6000 }, () => `line ${random(900)}`);
    const start = performance.now();
    check(base, moved, diffLines(base, moved));
    check(base, other, diffLines(base, other));
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test("a new function is one hunk from its head to its end", () => {
    const before = ["function a() {", "  return 1;", "}"];
    const hunks = diffLines(before, [...before, "", "function b() {", "  return 2;", "}"]);
    expect(hunks).toEqual([{ baseStart: 3, baseCount: 0, headStart: 4, headCount: 4 }]);
  });

  test("a missing line end at the end is a change, a CR is none", () => {
    expect(diffBytes(Buffer.from("a\nb"), Buffer.from("a\nb\n"))).toEqual([
      { baseStart: 2, baseCount: 1, headStart: 2, headCount: 1 },
    ]);
    expect(diffBytes(Buffer.from("a\r\nb\r\n"), Buffer.from("a\nb\n"))).toEqual([]);
    expect(diffBytes(Buffer.from(""), Buffer.from(""))).toEqual([]);
  });

  function check(base: readonly string[], head: readonly string[], hunks: readonly Hunk[]): void {
    const file = { hunks } as ChangeSet["files"][number];
    const rebuilt: string[] = [];
    let line = 1;
    let last = { base: 0, head: 0 };
    for (const { baseStart, baseCount, headStart, headCount } of hunks) {
      const first = baseCount === 0 ? baseStart + 1 : baseStart;
      const headFirst = headCount === 0 ? headStart + 1 : headStart;
      // Neighbours are apart, and both sides tell of the same place.
      expect(first).toBeGreaterThan(last.base);
      expect(first - last.base).toBe(headFirst - last.head);
      while (line < first) rebuilt.push(base[line++ - 1]!);
      rebuilt.push(...head.slice(headFirst - 1, headFirst - 1 + headCount));
      line += baseCount;
      last = { base: first + baseCount, head: headFirst + headCount };
    }
    while (line <= base.length) rebuilt.push(base[line++ - 1]!);
    expect(rebuilt).toEqual(head);
    for (let at = 1; at <= base.length; at++) {
      const there = toHead(hunks, at);
      if (there === undefined) continue;
      expect(head[there - 1]).toBe(base[at - 1]);
      expect(hunkAt(file, there)).toBeUndefined();
    }
    const kept = base.filter((_, at) => toHead(hunks, at + 1) !== undefined).length;
    const added = head.filter((_, at) => hunkAt(file, at + 1) !== undefined).length;
    expect(kept + added).toBe(head.length);
  }
});

describe("a folder without git", () => {
  test("is walked with its ignore files and without links", async () => {
    const folder = temporaryFolder();
    const write = (path: string, text: string) => {
      mkdirSync(join(folder, path, ".."), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    write("a.js", "a\n");
    write("node_modules/x/i.js", "x\n");
    write("lib/b.js", "b\n");
    write("lib/c.log", "c\n");
    write("lib/keep.log", "k\n");
    write(".gitignore", "*.log\n/out/\n");
    write("lib/.gitignore", "!keep.log\n");
    write("out/o.js", "o\n");
    symlinkSync("/etc", join(folder, "etc"));
    const { tree, files } = readFolder(folder);
    expect([...tree.entries.keys()].sort()).toEqual([
      ".gitignore",
      "a.js",
      "lib/.gitignore",
      "lib/b.js",
      "lib/keep.log",
    ]);
    expect(tree.entries.get("a.js")).toBe("78981922613b2afb6025042ff6bd878ac1994e85");
    const reader = files(1000);
    const texts = await reader.read([
      { path: "a.js", id: tree.entries.get("a.js")! },
      { path: "lib/b.js", id: tree.entries.get("a.js")! },
    ]);
    expect(texts.get("a.js")).toBe("a\n");
    expect(reader.unread.map(({ path, kind }) => `${path} ${kind}`)).toEqual(["lib/b.js changed"]);
  });
});
