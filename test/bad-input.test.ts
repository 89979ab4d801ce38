/** What cannot be scanned, read or written gives one line that says so, and is never taken for a clean result. */
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { readFolder } from "../src/change/folder.ts";
import { ExitCode } from "../src/cli/exit-codes.ts";
import { main } from "../src/cli/main.ts";
import { OutputError, writeStream } from "../src/cli/output.ts";
// The command loads this when it needs it, which may be too late for reading it.
import "../src/cli/scan.ts";
import { lines, removeAll, TestRepository, temporaryFolder } from "./change-repository.ts";

const before = process.cwd();
let complaints: string;

beforeEach(() => {
  complaints = "";
  jest.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    complaints += String(chunk);
    return true;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
  process.chdir(before);
});

afterAll(removeAll);

interface JsonReport {
  readonly incomplete: boolean;
  readonly notAnalysed: readonly string[];
  readonly notices: readonly {
    level: string;
    kind: string;
    message: string;
    path: string | null;
  }[];
  readonly findings: readonly unknown[];
}

async function scan(
  folder: string,
  ...args: readonly string[]
): Promise<{ status: number; report: JsonReport }> {
  process.chdir(folder);
  const output = join(temporaryFolder(), "report.json");
  // What went wrong is worth more than the missing file.
  const status = await main([...args, "--no-cache", "--format", "json", "--output", output]);
  if (status === ExitCode.Usage) throw new Error(complaints);
  return { status, report: JSON.parse(readFileSync(output, "utf8")) as JsonReport };
}

/** Runs without root's right to read everything, on files that are then another user's. */
async function asNobody<T>(folder: string, work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work();
  const NOBODY = 65534;
  chownSync(folder, NOBODY, NOBODY);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    chownSync(join(entry.parentPath, entry.name), NOBODY, NOBODY);
  const { GIT_CONFIG_GLOBAL: own } = process.env;
  // Root's own settings are not for nobody to read.
  process.env.GIT_CONFIG_GLOBAL = "/dev/null";
  process.seteuid!(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid!(0);
    if (own === undefined) delete process.env.GIT_CONFIG_GLOBAL;
    else process.env.GIT_CONFIG_GLOBAL = own;
  }
}

function small(): TestRepository {
  const repository = new TestRepository();
  mkdirSync(join(repository.folder, "src"));
  writeFileSync(join(repository.folder, "src", "a.js"), lines("f(1);"));
  repository.commit("base");
  return repository;
}

describe("files that may not be read", () => {
  const locked = process.platform === "win32" ? test.skip : test;

  locked("are not taken for deleted, and the report is not whole", async () => {
    const { folder } = small();
    writeFileSync(join(folder, "src", "a.js"), lines("f(2);"));
    chmodSync(join(folder, "src", "a.js"), 0);
    writeFileSync(join(folder, "notes.rb"), lines("puts 1"));
    chmodSync(join(folder, "notes.rb"), 0);
    const { status, report } = await asNobody(folder, () => scan(folder, "diff", "--strict"));
    const told = report.notices.filter(({ level }) => level === "warning");
    expect(told.map(({ path }) => path).sort()).toEqual(["notes.rb", "src/a.js"]);
    expect(told.map(({ message }) => message).join()).toMatch(/permission|may not be read/);
    expect(report.incomplete).toBe(true);
    expect(status).toBe(ExitCode.Incomplete);
  });

  locked("in folders that may not be entered are told too", async () => {
    const { folder } = small();
    mkdirSync(join(folder, "new"));
    writeFileSync(join(folder, "new", "b.js"), lines("g();"));
    chmodSync(join(folder, "new"), 0);
    chmodSync(join(folder, "src"), 0);
    try {
      const { report } = await asNobody(folder, () => scan(folder, "diff"));
      const told = report.notices.map(({ message }) => message).join("\n");
      expect(told).toContain("new/");
      expect(told).toContain("src/a.js");
      expect(report.incomplete).toBe(true);
    } finally {
      for (const name of ["new", "src"]) chmodSync(join(folder, name), 0o755);
    }
  });

  locked("outside git are gaps as well", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "shut"));
    writeFileSync(join(folder, "a.js"), "f();");
    chmodSync(join(folder, "a.js"), 0);
    chmodSync(join(folder, "shut"), 0);
    try {
      const gaps = await asNobody(folder, async () => readFolder(folder).gaps);
      expect(gaps).toEqual([{ path: "shut", message: "the folder shut was not read: EACCES" }]);
      const { report } = await asNobody(folder, () => scan(folder, "scan", "."));
      expect(report.notices.map(({ path }) => path)).toEqual(
        expect.arrayContaining(["a.js", "shut"]),
      );
      expect(report.incomplete).toBe(true);
    } finally {
      chmodSync(join(folder, "shut"), 0o755);
    }
  });
});

describe("files that are no source", () => {
  test("are named when they are changed: too long, minified, broken", async () => {
    const { folder } = small();
    writeFileSync(join(folder, "src", "long.js"), "// long\n".repeat(300_000));
    writeFileSync(join(folder, "src", "small.min.js"), "f();\n");
    writeFileSync(join(folder, "src", "broken.js"), "function ( {\n");
    const { report } = await scan(folder, "diff");
    // They are of a language that is known, which is said of others.
    expect(report.notAnalysed).toEqual([]);
    const told = new Map(report.notices.map(({ path, level }) => [path, level]));
    expect(told).toEqual(
      new Map([
        ["src/broken.js", "warning"],
        ["src/long.js", "warning"],
        ["src/small.min.js", "note"],
      ]),
    );
  });

  test("are named when they are in a submodule", async () => {
    const { folder } = small();
    mkdirSync(join(folder, "inner"));
    const inner = new TestRepository(join(folder, "inner"));
    inner.commit("inner");
    new TestRepository(folder, "as-it-is").git("add", "inner");
    const { report } = await scan(folder, "diff", "--staged");
    expect(report.notices.map(({ path, level }) => [path, level])).toEqual([["inner", "warning"]]);
    expect(report.incomplete).toBe(true);
  });

  test("are a note when they are broken but not changed", async () => {
    const repository = small();
    writeFileSync(join(repository.folder, "src", "broken.js"), "function ( {\n");
    repository.commit("broken");
    writeFileSync(join(repository.folder, "src", "a.js"), lines("f(2);"));
    const { report } = await scan(repository.folder, "diff");
    expect(report.notices.map(({ path, level }) => [path, level])).toEqual([
      ["src/broken.js", "note"],
    ]);
    expect(report.incomplete).toBe(false);
  });

  test("leave nothing to be clean about", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "notes.txt"), "nothing\n");
    const { report } = await scan(folder, "scan", ".");
    expect(report.notices.map(({ kind }) => kind)).toEqual(["nothing-analysed"]);
    expect(report.incomplete).toBe(true);
  });
});

describe("wrong use", () => {
  test.each<[string, readonly string[], RegExp]>([
    ["a query that is none", ["--query", "sql-inject"], /no query matches sql-inject/],
    ["a query to leave out that is none", ["--exclude-query", "zz*"], /no query matches zz\*/],
    ["a folder for the report that is none", ["--output", "/no/such/r.txt"], /its folder does not/],
    ["a folder as the report", ["--output", "/"], /it is a folder/],
    ["a format that is none", ["--format", "pdf"], /Allowed choices are text/],
  ])("%s is one line", async (_, args, words) => {
    const { folder } = small();
    process.chdir(folder);
    expect(await main(["scan", ".", "--no-cache", ...args])).toBe(ExitCode.Usage);
    expect(complaints).toMatch(words);
    expect(complaints).toMatch(/^adr-scan: [^\n]+\n$/);
  });

  test("a query that is named runs whatever its persona", async () => {
    const { folder } = small();
    writeFileSync(join(folder, "src", "code.py"), "import random\nprint(random.random())\n");
    expect((await scan(folder, "diff")).report.findings).toEqual([]);
    const asked = await scan(folder, "diff", "--query", "predictable-random");
    expect(asked.report.findings).toHaveLength(1);
  });
});

describe("output that goes nowhere", () => {
  const failing = (code: string): Writable =>
    new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error(`${code}: no`), { code })),
    });

  test("a reader that goes away has what it wanted", async () => {
    await expect(writeStream("report", failing("EPIPE"))).resolves.toBeUndefined();
  });

  test("a full disk is an error", async () => {
    await expect(writeStream("report", failing("ENOSPC"))).rejects.toThrow(
      new OutputError("cannot write to standard output: there is no space left"),
    );
  });

  const full = process.platform === "linux" ? test : test.skip;

  full("a report that does not fit into its file is one line", async () => {
    const { folder } = small();
    process.chdir(folder);
    expect(await main(["scan", ".", "--no-cache", "--output", "/dev/full"])).toBe(ExitCode.Usage);
    expect(complaints).toBe("adr-scan: cannot write /dev/full: there is no space left\n");
  });
});
