/** Suppressions, the baseline and its memory, and pasted flaws: what is accepted, and what only tries to be. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { main } from "../src/cli/main.ts";
import {
  type Baseline,
  baselineText,
  emptyBaseline,
  matchBaseline,
  parseBaseline,
  updateBaseline,
} from "../src/findings/baseline.ts";
import type { Finding } from "../src/findings/finding.ts";
import { readSuppressions } from "../src/findings/suppressions.ts";
import { commentStart } from "../src/support/comments.ts";
import { lines, removeAll, TestRepository, temporaryFolder } from "./change-repository.ts";
import { finding, at as place, sqlInjection } from "./report-sample.ts";

const before = process.cwd();

afterAll(() => {
  process.chdir(before);
  removeAll();
});

describe("the start of a comment", () => {
  test.each([
    ["a.ts", "x = 1; // why", 7],
    ["a.ts", 'fetch("https://example.com"); // why', 30],
    ["a.ts", 'const text = "// no";', -1],
    ["a.ts", "const text = `/* no`;", -1],
    ["a.ts", "  this.#count = 1;", -1],
    ["a.ts", "   * goes on", 3],
    ["a.ts", "return 2 * 3;", -1],
    ["a.ts", "it's // why", 5],
    ["a.py", "x = 1  # why", 7],
    ["a.py", "x = '# no'", -1],
    ["a.py", "x = a // b", -1],
    ["a.yml", "run: curl example.com/#top", -1],
    ["a.sql", "select 1 -- why", 9],
    ["a.html", "<p> <!-- why", 4],
    ["Dockerfile", "RUN x # why", 6],
    ["a.json", '{ "a": 1 } // why', -1],
    ["a.ts", 'const text = "a \\" // no";', -1],
  ])("%s: %j", (path, line, start) => {
    expect(commentStart(path, line)).toBe(start);
  });
});

describe("a suppression", () => {
  const read = (text: string, path = "a.ts") =>
    readSuppressions(path, text, (id) => ["sql-injection", "xss"].includes(id));

  test.each([
    [
      "// adr-scan-ignore sql-injection: from a fixed list",
      ["sql-injection"],
      "from a fixed list",
      undefined,
    ],
    ["/* adr-scan-ignore xss: escaped before */", ["xss"], "escaped before", undefined],
    ["{/* adr-scan-ignore xss: escaped before */}", ["xss"], "escaped before", undefined],
    [
      "// adr-scan-ignore sql-injection, xss: a test page",
      ["sql-injection", "xss"],
      "a test page",
      undefined,
    ],
    [
      "// adr-scan-ignore xss: until we move, until=2026-03-01",
      ["xss"],
      "until we move,",
      "2026-03-01",
    ],
    ["// adr-scan-ignore xss: a trial (until=2026-03-01)", ["xss"], "a trial", "2026-03-01"],
  ])("%s", (text, queries, reason, until) => {
    expect(read(text)).toEqual({
      suppressions: [{ path: "a.ts", line: 1, covers: 2, queries, reason, until }],
      malformed: [],
    });
  });

  test.each([
    ["// adr-scan-ignore", "gives no reason"],
    ["// adr-scan-ignore xss", "gives no reason"],
    ["// adr-scan-ignore xss:", "gives no reason"],
    ["// adr-scan-ignore xss: ...", "gives no reason"],
    ["// adr-scan-ignore xss: until=2026-03-01", "gives no reason"],
    ["// adr-scan-ignore *: all is well", "is not understood"],
    ["// adr-scan-ignore: all is well", "is not understood"],
    ["// adr-scan-ignore sql_injection: all is well", "is not understood"],
    ["// adr-scan-ignore-file xss: all is well", "is not understood"],
    ["// adr-scan-ignore xxs: all is well", "there is no query xxs"],
    ["// adr-scan-ignore xss: soon until=2026-02-30", "is no day"],
    ["// adr-scan-ignore xss: soon until=tomorrow", "is no day"],
  ])("%s is malformed: it %s", (text, problem) => {
    const { suppressions, malformed } = read(text);
    expect(suppressions).toEqual([]);
    expect(malformed).toEqual([
      { path: "a.ts", line: 1, problem: expect.stringContaining(problem) },
    ]);
  });

  test.each([
    "// see the page on adr-scan-ignore xss: it explains it",
    'const help = "write // adr-scan-ignore xss: reason";',
    "adr-scan-ignore xss: in no comment",
  ])("the words alone are none: %s", (text) => {
    expect(read(text)).toEqual({ suppressions: [], malformed: [] });
  });

  test("covers its own line where there is code on it, else the next that is no comment", () => {
    const covers = (...text: readonly string[]) =>
      read(lines(...text)).suppressions.map((one) => one.covers);
    expect(covers("f(); // adr-scan-ignore xss: ok", "g();")).toEqual([1]);
    expect(covers("/* adr-scan-ignore xss: ok */ f();", "g();")).toEqual([1]);
    expect(covers("// adr-scan-ignore xss: ok", "g();")).toEqual([2]);
    expect(covers("// adr-scan-ignore xss: ok", "// more", "/* and more */", "g();")).toEqual([4]);
    expect(covers("// adr-scan-ignore xss: ok", "", "g();")).toEqual([2]);
  });
});

const hex = fc.stringMatching(/^[0-9a-f]{32}$/);
const findings: fc.Arbitrary<Finding[]> = fc.array(
  fc
    .record({
      fingerprint: fc.oneof(hex, fc.constantFrom("a".repeat(32), "b".repeat(32))),
      path: fc.constantFrom("a.ts", "b.ts"),
      symbol: fc.constantFrom("", "f", "g"),
    })
    .map(({ fingerprint, path, symbol }) =>
      finding(sqlInjection, place(path, 1, 1), { fingerprint, symbol }),
    ),
  { maxLength: 8 },
);
const always = { ran: () => true, isShown: () => true };

describe("the baseline", () => {
  test("takes one finding an entry", () => {
    const one = finding(sqlInjection, place("a.ts", 1, 1), {
      fingerprint: "a".repeat(32),
      symbol: "f",
    });
    const { findings: entries } = updateBaseline(emptyBaseline, [one], { prune: false, ...always });
    const twin = { ...one, at: place("a.ts", 9, 1), fingerprint: "c".repeat(32) };
    const { accepted, unused } = matchBaseline(entries, [twin, one]);
    expect([...accepted.keys()]).toEqual([one]);
    expect(unused).toEqual([]);
    // Without the old one the edited statement takes its entry, by its place.
    expect([...matchBaseline(entries, [twin]).accepted.keys()]).toEqual([twin]);
    const moved = { ...one, at: place("elsewhere.ts", 1, 1), symbol: "g" };
    expect([...matchBaseline(entries, [moved]).accepted.keys()]).toEqual([moved]);
  });

  test("accepts all it was made of, never more findings than entries, and is stable", () => {
    fc.assert(
      fc.property(findings, findings, (old, now) => {
        const first = updateBaseline(emptyBaseline, old, { prune: false, ...always });
        expect(matchBaseline(first.findings, old).accepted.size).toBe(old.length);
        expect(matchBaseline(first.findings, old).unused).toEqual([]);
        const { accepted, unused } = matchBaseline(first.findings, now);
        expect(accepted.size + unused.length).toBe(first.findings.length);
        const pruned = updateBaseline(first, now, { prune: true, ...always });
        expect(pruned.findings.length).toBe(accepted.size);
        const text = baselineText(first);
        expect(baselineText(parseBaseline(text))).toBe(text);
        expect(
          baselineText(updateBaseline(first, [...old].reverse(), { prune: false, ...always })),
        ).toBe(text);
      }),
    );
  });

  test("remembers what it named and is no more, and keeps what it could not look for", () => {
    const one = finding(sqlInjection, place("a.ts", 1, 1), { fingerprint: "a".repeat(32) });
    const first = updateBaseline(emptyBaseline, [one], { prune: false, ...always });
    expect(updateBaseline(first, [], { prune: true, ...always })).toEqual({
      findings: [],
      fixed: first.findings,
    });
    expect(
      updateBaseline(first, [], { prune: true, ran: () => false, isShown: () => true }),
    ).toEqual(first);
    const again = updateBaseline({ findings: [], fixed: first.findings }, [one], {
      prune: false,
      ...always,
    });
    expect(again).toEqual(first);
    const unseen = updateBaseline(emptyBaseline, [one], {
      prune: false,
      ran: () => true,
      isShown: () => false,
    });
    expect(unseen).toEqual(emptyBaseline);
  });

  test.each([
    ["{", /^\.adr-scan\/baseline\.json:\d+: /],
    ['{\n  "version": 2,\n  "findings": []\n}', /^\.adr-scan\/baseline\.json:2: .* at version$/],
    [
      '{\n  "version": 1,\n  "findings": [\n    {"fingerprint": "x"}\n  ]\n}',
      /^\.adr-scan\/baseline\.json:4: .* at findings\.0\.fingerprint$/,
    ],
  ])("%j is refused with file and line", (text, message) => {
    expect(() => parseBaseline(text)).toThrow(message);
  });
});

interface Report {
  readonly findings: readonly {
    readonly query: string;
    readonly relevance: string;
    readonly reason: string;
    readonly regression: boolean;
    readonly suppressed: { readonly by: string; readonly reason: string } | null;
    readonly at: { readonly path: string; readonly line: number };
    readonly related: readonly {
      readonly place: { readonly path: string; readonly line: number };
    }[];
    readonly clones: readonly { readonly fingerprint: string }[];
  }[];
  readonly gate: { readonly failed: boolean; readonly reasons: readonly string[] };
  readonly notices: readonly {
    readonly kind: string;
    readonly message: string;
    readonly line: number | null;
  }[];
}

describe("in a repository", () => {
  let repository: TestRepository;

  beforeEach(() => {
    repository = new TestRepository();
    repository.write("package.json", '{ "dependencies": { "express": "5", "pg": "8" } }\n');
  });

  const head = [
    'const app = require("express")();',
    'const { Pool } = require("pg");',
    "const pool = new Pool();",
  ];
  const route = (name: string, ...comment: readonly string[]) => [
    `app.get("/${name}", (request, response) => {`,
    ...comment.map((one) => `  ${one}`),
    '  pool.query("select * from users where name = \'" + request.query.name + "\'");',
    "});",
  ];
  const write = (...body: readonly string[]) =>
    repository.write("server.js", lines(...head, ...body));
  const told = ({ notices }: Report) =>
    notices
      .filter(({ kind }) => kind === "suppression" || kind === "baseline")
      .map(({ message }) => message);

  async function scan(...args: readonly string[]) {
    const output = join(temporaryFolder(), "report.json");
    process.chdir(repository.folder);
    const status = await main([...args, "--no-cache", "--format", "json", "--output", output]);
    return { status, report: JSON.parse(readFileSync(output, "utf8")) as Report };
  }

  async function baseline(...args: readonly string[]): Promise<Baseline> {
    process.chdir(repository.folder);
    expect(await main(["baseline", ...args, "--no-cache"])).toBe(0);
    return parseBaseline(readFileSync(join(repository.folder, ".adr-scan/baseline.json"), "utf8"));
  }

  const IGNORE = "// adr-scan-ignore sql-injection: names come from a fixed list";

  test("a change cannot suppress what it introduces", async () => {
    write();
    repository.commit("before");
    write(...route("users", IGNORE));
    repository.commit("a flaw with its excuse");
    const { status, report } = await scan("diff", "HEAD~1..HEAD");
    expect(status).toBe(1);
    expect(report.findings.find(({ query }) => query === "sql-injection")?.suppressed).toBeNull();
    expect(told(report)).toEqual([
      expect.stringMatching(/is new in the change: it is applied once it is merged/),
    ]);
  });

  test("a suppression of the base counts, for a tree and for a change", async () => {
    write(...route("users", IGNORE));
    repository.commit("before");
    const tree = await scan("scan", ".");
    expect(tree.status).toBe(0);
    expect(tree.report.findings.map(({ suppressed }) => suppressed)).toEqual([
      { by: "comment", reason: "names come from a fixed list" },
    ]);
    expect(told(tree.report)).toEqual([]);
    write(
      "const other = 1;",
      ...route("users", IGNORE).map((line) => line.replace("name = '", "nick = '")),
    );
    repository.commit("edited");
    const change = await scan("diff", "HEAD~1..HEAD");
    expect(change.status).toBe(0);
  });

  test("one that ended, by the day of the scanned commit, is not applied", async () => {
    write(...route("users", `${IGNORE} until=2026-01-31`));
    repository.commit("in time", { date: Date.UTC(2026, 0, 31, 12) / 1000 });
    expect((await scan("scan", ".")).status).toBe(0);
    repository.write("readme", "x");
    repository.commit("too late", { date: Date.UTC(2026, 1, 1, 12) / 1000 });
    const { status, report } = await scan("scan", ".");
    expect(status).toBe(1);
    expect(told(report)).toEqual(["this suppression is not applied: it ended on 2026-01-31"]);
  });

  test("one that suppresses nothing, or is malformed, is told with its line", async () => {
    write(IGNORE, "const nothing = 1;", ...route("users", "// adr-scan-ignore sql-injection"));
    repository.commit("all");
    const { status, report } = await scan("scan", ".");
    expect(status).toBe(1);
    expect(report.notices.filter(({ kind }) => kind === "suppression")).toEqual([
      expect.objectContaining({ line: 4, message: expect.stringMatching(/suppresses nothing/) }),
      expect.objectContaining({ line: 7, message: expect.stringMatching(/gives no reason/) }),
    ]);
    // Of a query that is not run it is not known.
    expect(told((await scan("scan", ".", "--query", "xss")).report)).toHaveLength(1);
  });

  test("the baseline accepts what was there, and nothing beside it", async () => {
    write(...route("users"));
    repository.commit("old");
    expect((await baseline()).findings).toHaveLength(1);
    repository.commit("baseline");
    const accepted = await scan("scan", ".");
    expect(accepted.status).toBe(0);
    expect(accepted.report.findings[0]?.suppressed?.by).toBe("baseline");
    write(...route("users"), ...route("teams"));
    const { status, report } = await scan("scan", ".");
    expect(status).toBe(1);
    expect(report.findings.map(({ suppressed }) => suppressed?.by ?? null).sort()).toEqual([
      "baseline",
      null,
    ]);
  });

  test("a change cannot accept by the baseline what it introduces", async () => {
    write();
    repository.commit("before");
    write(...route("users"));
    await baseline();
    repository.commit("a flaw and a baseline");
    const { status } = await scan("diff", "HEAD~1..HEAD");
    expect(status).toBe(1);
  });

  test("what is no more is told, pruned, remembered, and known again when it comes back", async () => {
    write(...route("users"));
    await baseline();
    repository.commit("old");
    write();
    expect(told((await scan("scan", ".")).report)).toEqual([
      expect.stringMatching(/^the baseline names a sql-injection that is no more/),
    ]);
    const pruned = await baseline("--prune");
    expect(pruned.findings).toEqual([]);
    expect(pruned.fixed).toHaveLength(1);
    repository.commit("fixed");
    expect(told((await scan("scan", ".")).report)).toEqual([]);

    write(...route("users"));
    repository.commit("regenerated");
    for (const args of [
      ["diff", "HEAD~1..HEAD"],
      ["scan", "."],
    ]) {
      const { status, report } = await scan(...args);
      expect(status).toBe(1);
      expect(report.findings[0]).toMatchObject({
        regression: true,
        reason: expect.stringMatching(/it was fixed once before and comes back/),
      });
    }
  });

  test("the baseline is not written through a link", async () => {
    write(...route("users"));
    const elsewhere = temporaryFolder();
    symlinkSync(elsewhere, join(repository.folder, ".adr-scan"));
    process.chdir(repository.folder);
    expect(await main(["baseline", "--no-cache"])).toBe(2);
    mkdirSync(join(elsewhere, "kept"));
    writeFileSync(join(elsewhere, "kept", "file"), "");
    expect(() => readFileSync(join(elsewhere, "baseline.json"))).toThrow(/ENOENT/);
  });

  test("a pasted flaw is one finding with its places, and each place is accepted by itself", async () => {
    write(...route("users"), ...route("users"), ...route("users"));
    repository.write("other.js", lines(...head, ...route("users")));
    repository.commit("pasted");
    const { report } = await scan("scan", ".");
    expect(report.findings).toHaveLength(1);
    expect(report.findings[0]!.clones).toHaveLength(3);
    expect(
      report.findings[0]!.related.map((step) => `${step.place.path}:${step.place.line}`),
    ).toHaveLength(3);
    expect(report.gate.reasons).toEqual([expect.stringMatching(/^4 introduced findings/)]);
    expect((await baseline()).findings).toHaveLength(4);

    // Another statement is another flaw.
    write(
      ...route("users"),
      ...route("teams").map((line) => line.replace("users where", "teams where")),
    );
    expect(
      (await scan("scan", ".", "--config", emptyConfig())).report.findings.filter(
        ({ suppressed }) => suppressed === null,
      ),
    ).toHaveLength(1);
  });

  function emptyConfig(): string {
    const file = join(temporaryFolder(), "config.yml");
    writeFileSync(file, "");
    return file;
  }
});
