/** The commands `authorship` and `calibrate`: what they write, in every format, and when they refuse. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { priorOf } from "../src/attribution/calibration/calibrate.ts";
import {
  areaUnderCurve,
  crossScores,
  fitWeights,
  measure,
  recallAt,
} from "../src/attribution/calibration/fit.ts";
import {
  choose,
  pauses,
  poolOf,
  type Sample,
  sampleOf,
} from "../src/attribution/calibration/sample.ts";
import { SIGNALS, type SignalId } from "../src/attribution/style/signals.ts";
import { countAdded, readAdded } from "../src/change/added-lines.ts";
import type { Commit } from "../src/change/commit.ts";
import { openRepository } from "../src/change/git.ts";
import { calibrationPath } from "../src/cli/calibration-file.ts";
import { main } from "../src/cli/main.ts";
import {
  environment,
  type Identity,
  lines,
  removeAll,
  TestRepository,
  temporaryFolder,
} from "./change-repository.ts";

const CLAUDE: Identity = { name: "Claude", email: "noreply@anthropic.com" };
const HIDDEN = "secret@example.org";

const before = {
  folder: process.cwd(),
  config: process.env.XDG_CONFIG_HOME,
  claude: process.env.CLAUDECODE,
};
let settings: string;

beforeEach(() => {
  settings = temporaryFolder();
  process.env.XDG_CONFIG_HOME = settings;
  delete process.env.CLAUDECODE;
});

afterEach(() => {
  process.chdir(before.folder);
  for (const [name, value] of [
    ["XDG_CONFIG_HOME", before.config],
    ["CLAUDECODE", before.claude],
  ] as const)
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
});
afterAll(removeAll);

async function run(
  repository: TestRepository,
  ...args: readonly string[]
): Promise<{ status: number; text: string; errors: string }> {
  const output = join(temporaryFolder(), "out");
  const errors: string[] = [];
  const { write } = process.stderr;
  const { write: print } = process.stdout;
  process.stdout.write = ((_: string, done?: () => void) => {
    done?.();
    return true;
  }) as typeof print;
  process.stderr.write = ((text: string) => errors.push(text) > 0) as typeof write;
  process.chdir(repository.folder);
  try {
    const status = await main([...args, "--output", output]);
    return {
      status,
      text: readFileSync(output, { encoding: "utf8", flag: "a+" }),
      errors: errors.join(""),
    };
  } finally {
    process.stderr.write = write;
    process.stdout.write = print;
  }
}

function started(): TestRepository {
  const repository = new TestRepository();
  repository.write("a.js", lines("1", "2", "3"));
  repository.commit("first", { author: { name: "Secret Person", email: HIDDEN } });
  repository.git("checkout", "-q", "-b", "topic");
  repository.write("=b.js", lines("b1", "b2"));
  repository.commit(
    `Add b for ${HIDDEN}\n\nCo-Authored-By: Claude Opus 5 <noreply@anthropic.com>`,
    {
      author: { name: "Secret Person", email: HIDDEN },
    },
  );
  repository.write("c.js", lines("c"));
  repository.commit("c", { author: CLAUDE });
  repository.write("yarn.lock", lines("y"));
  repository.write("d.js", lines("d"));
  repository.commit("d");
  return repository;
}

describe("authorship", () => {
  test("as JSON: hunks with commit, verdict, probability and evidence, and totals", async () => {
    const repository = started();
    const { status, text } = await run(repository, "authorship", "main", "--format", "json");
    expect(status).toBe(0);
    const report = JSON.parse(text);
    const log = repository.git("log", "--format=%H", "main..topic").split("\n");
    expect(report.hunks).toEqual([
      {
        file: "=b.js",
        start: 1,
        lines: 2,
        commit: log[2],
        commits: [{ id: log[2], lines: 2 }],
        verdict: "likely-ai",
        probability: 0.8,
        calibrated: false,
        tool: "claude-code",
        evidence: [
          {
            tier: "commit",
            rule: "claude-code/identity",
            class: "A",
            tool: "claude-code",
            model: "Opus 5",
            locus: `commit ${log[2]!.slice(0, 7)}`,
            claim: "trailer claims Claude Code (Opus 5)",
          },
        ],
      },
      expect.objectContaining({ file: "c.js", verdict: "ai", probability: 0.92 }),
      expect.objectContaining({
        file: "d.js",
        verdict: "unknown",
        probability: null,
        tool: null,
        evidence: [],
      }),
      expect.objectContaining({ file: "yarn.lock", verdict: "not-applicable", commit: null }),
    ]);
    expect(report.totals).toEqual({
      hunks: 4,
      lines: 5,
      verdicts: { ai: 1, "likely-ai": 2, unknown: 1, "not-applicable": 1 },
    });
    expect(report.tools).toEqual([
      {
        id: "claude-code",
        name: "Claude Code",
        hunks: 2,
        lines: 3,
        verdicts: { ai: 1, "likely-ai": 2 },
      },
    ]);
    expect(report.commits.map(({ commit }: { commit: string }) => commit)).toEqual(log);
    expect(report.months).toBeNull();
    expect(report.prior).toBe(0.3);
  });

  test("nobody's address is told unless asked for", async () => {
    const repository = started();
    for (const format of ["text", "json", "csv"]) {
      const { text } = await run(repository, "authorship", "main", "--format", format);
      expect(text).not.toContain("@");
      expect(text).not.toContain("Secret Person");
    }
    for (const format of ["text", "json"]) {
      const { text } = await run(
        repository,
        "authorship",
        "main",
        "--format",
        format,
        "--show-authors",
      );
      expect(text).toContain("Secret Person");
      expect(text).toContain(HIDDEN);
    }
  });

  test("as text: bars, tools, files, hunks and commits, with what it rests on", async () => {
    const { text } = await run(started(), "authorship", "main");
    const blocks = text.split("\n\n");
    expect(blocks[1]).toMatch(/^5 added lines in 4 hunks of 4 files\n█{16}▓{32}·{16} *$/);
    expect(blocks[2]).toMatch(
      /^██ AI +1 +20 %\n▓▓ likely AI +2 +40 %\n·· unknown +1 +20 %\n {3}not applicable +1 +20 %$/,
    );
    expect(text).toContain("By tool\nClaude Code");
    expect(text).toContain("and 1 file of no author: generated, vendored, moved or formatted");
    expect(text).toContain(
      "=b.js:1-2  likely AI (Claude Code), probability of AI 0.8\n  trailer claims Claude Code (Opus 5) (commit ",
    );
    expect(text).toMatch(/[0-9a-f]{7} 2026-01-01 Add b for \(address\)/);
    expect(text).toContain("These are claims with evidence and no proof");
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(110);
  });

  test("as CSV: quoted, and no formula", async () => {
    const { text } = await run(started(), "authorship", "main", "--format", "csv");
    const [head, first] = text.split("\r\n");
    expect(head).toBe("file,start,lines,commit,verdict,probability,tool,evidence");
    expect(first).toMatch(
      /^'=b\.js,1,2,[0-9a-f]{40},likely-ai,0\.8,claude-code,trailer claims Claude Code \(Opus 5\) \(commit [0-9a-f]{7}\)$/,
    );
  });

  test("the environment speaks of what is staged, and is not told", async () => {
    const repository = started();
    process.env.CLAUDECODE = "a secret value";
    repository.write("e.js", lines("e"));
    repository.git("add", "-A");
    const { text } = await run(repository, "authorship", "--staged", "--format", "json");
    const report = JSON.parse(text);
    expect(report.hunks).toHaveLength(1);
    expect(report.hunks[0]).toMatchObject({
      verdict: "likely-ai",
      probability: 0.85,
      commit: null,
    });
    expect(report.headCommit).toBeNull();
    expect(text).not.toContain("a secret value");
  });

  test("--since: a history month by month, with notes and generated files", async () => {
    const repository = new TestRepository();
    const day = (month: number) => ({ date: Date.UTC(2026, month - 1, 15) / 1000 });
    repository.write("a.js", lines("1"));
    repository.commit("old", { date: Date.UTC(2025, 0, 15) / 1000 });
    repository.write("a.js", lines("1", "2", "3"));
    repository.write("yarn.lock", lines("y"));
    repository.commit("x\n\nCo-Authored-By: Claude <noreply@anthropic.com>", day(2));
    repository.write("a.js", lines("1", "2", "3", "4", "5"));
    const noted = repository.commit("y", day(3));
    const note = `a.js\n  0123456789abcdef 4\n---\n${JSON.stringify({
      schema_version: "authorship/3.0.0",
      prompts: { "0123456789abcdef": { agent_id: { tool: "cursor", id: "c", model: "m" } } },
    })}`;
    repository.git("notes", "--ref=ai", "add", "-m", note, noted);
    const { text } = await run(repository, "authorship", "--since", "2026-01", "--format", "json");
    expect(JSON.parse(text).months).toEqual([
      { month: "2026-02", commits: 1, lines: 3, verdicts: { "likely-ai": 2, "not-applicable": 1 } },
      { month: "2026-03", commits: 1, lines: 2, verdicts: { ai: 1, unknown: 1 } },
    ]);
    const csv = await run(repository, "authorship", "--since", "2026-03-01", "--format", "csv");
    expect(csv.text.split("\r\n")[1]).toBe("2026-03,1,2,1,0,0,0,0,1,0,0");
    expect((await run(repository, "authorship", "--since", "2026-01")).text).toMatch(
      /2026-02 {2}1 commit +3 {2}▓/,
    );
  });

  test.each([
    ["a date that is none", ["--since", "last week"], "--since last week is no date"],
    ["a range and --since", ["main", "--since", "2026-01"], "--since looks at a history"],
    ["a branch that is not there", ["nowhere"], "nowhere"],
    [
      "numbers that are none",
      ["main", "--calibration", "a.js"],
      "cannot read the calibration a.js",
    ],
  ])("%s is refused in one line", async (_, args, message) => {
    const { status, errors } = await run(started(), "authorship", ...args);
    expect(status).toBe(2);
    expect(errors).toContain(message);
    expect(errors.trimEnd().split("\n")).toHaveLength(1);
  });

  test("nothing is written to the repository", async () => {
    const repository = started();
    const state = () =>
      repository.git("status", "--porcelain") +
      repository.git("for-each-ref") +
      repository.git("count-objects", "-v");
    const was = state();
    await run(repository, "authorship", "main");
    await run(repository, "authorship", "--since", "2020-01");
    await run(repository, "calibrate");
    expect(state()).toBe(was);
  });
});

describe("added lines", () => {
  test("are read commit by commit, whatever they look like and whatever is configured", async () => {
    const repository = new TestRepository();
    const tricky = [
      "diff --git a b",
      "+++ c",
      "@@ -1 +1 @@",
      "--- d",
      "",
      "\\ No newline",
      "\u0000",
    ];
    repository.write("ä b.txt", lines(...tricky.slice(0, 6)));
    repository.write("gone.txt", "x");
    const first = repository.commit("first");
    repository.remove("gone.txt");
    repository.write("ä b.txt", `${lines(...tricky.slice(0, 6))}more\nand no end`);
    repository.write("binary", new Uint8Array([0, 255, 0, 1]));
    const second = repository.commit("second");
    repository.git("config", "diff.external", "false");
    repository.git("config", "diff.noprefix", "true");
    repository.git("config", "color.ui", "always");
    repository.git("config", "log.showSignature", "true");
    const opened = await openRepository(repository.folder, environment);
    const told = [];
    for await (const each of readAdded(opened, [second, first])) told.push(each);
    expect(told).toEqual([
      { id: second, files: [{ path: "ä b.txt", added: 2, hunks: [["more", "and no end"]] }] },
      {
        id: first,
        files: [
          { path: "gone.txt", added: 1, hunks: [["x"]] },
          { path: "ä b.txt", added: 6, hunks: [tricky.slice(0, 6)] },
        ],
      },
    ]);
    const counted = [];
    for await (const { files } of countAdded(opened, [first]))
      counted.push(...files.map(({ path, added }) => `${path} ${added}`));
    expect(counted).toEqual(["gone.txt 1", "ä b.txt 6"]);
    opened.close();
  });
});

describe("calibration", () => {
  const sample = (pool: Sample["pool"], author: string, ...signals: SignalId[]): Sample => ({
    pool,
    author,
    signals,
    language: "javascript",
  });
  const many = (count: number, make: (at: number) => Sample): Sample[] =>
    Array.from({ length: count }, (_, at) => make(at));

  test("weighs a sign by how much more often tools show it, and not one that the pools disagree on", () => {
    const samples = [
      ...many(100, (at) =>
        sample(
          "tool",
          `t${at}`,
          ...(at < 50 ? ["message-em-dash" as const] : []),
          ...(at < 20 ? ["comment-block" as const] : []),
        ),
      ),
      ...many(100, (at) =>
        sample(
          "before2021",
          `o${at}`,
          ...(at < 5 ? ["message-em-dash" as const, "comment-block" as const] : []),
        ),
      ),
      ...many(100, (at) =>
        sample(
          "before2023",
          `p${at}`,
          ...(at < 5 ? ["message-em-dash" as const] : []),
          ...(at < 60 ? ["comment-block" as const] : []),
        ),
      ),
    ];
    const weights = fitWeights(samples);
    expect(weights["message-em-dash"]).toBeCloseTo(0.6 * Math.log(50.5 / 5.5), 1);
    expect(weights["comment-block"]).toBe(0);
    // What is never measured keeps its own.
    expect(weights["chat-leftover"]).toBeUndefined();
    // Absent on all sides: nothing is learnt.
    expect(weights["code-emoji"]).toBe(0);
  });

  test("measures on authors that were left out, and what is noise measures as noise", () => {
    const noise = [
      ...many(200, (at) => sample("tool", `t${at}`, ...(at % 3 === 0 ? ["todo" as const] : []))),
      ...many(200, (at) =>
        sample("before2021", `o${at}`, ...(at % 3 === 0 ? ["todo" as const] : [])),
      ),
    ];
    expect(measure(crossScores(noise, ["before2021"])).auc).toBeCloseTo(0.5, 1);
    const clear = [
      ...many(200, (at) => sample("tool", `t${at}`, "message-em-dash", "code-em-dash")),
      ...many(200, (at) => sample("before2021", `o${at}`, "message-empty")),
    ];
    const fit = measure(crossScores(clear, ["before2021"]));
    expect(fit.auc).toBe(1);
    expect(fit.recallAt1).toBe(1);
    expect(fit.brier).toBeLessThan(0.1);
    expect(fit.reliability.at(-1)!.observed).toBe(1);
  });

  test("the area under the curve is the share of pairs in order", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.boolean()), {
          minLength: 2,
          maxLength: 30,
        }),
        (pairs) => {
          const scored = pairs.map(([score, isTool]) => ({ score, isTool }));
          const tool = scored.filter(({ isTool }) => isTool);
          const others = scored.filter(({ isTool }) => !isTool);
          if (tool.length === 0 || others.length === 0) return;
          let order = 0;
          for (const a of tool)
            for (const b of others) order += a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0;
          expect(areaUnderCurve(scored)).toBeCloseTo(order / (tool.length * others.length), 9);
          expect(recallAt(scored, 1)).toBe(1);
        },
      ),
      { seed: 7 },
    );
  });

  function commit(more: {
    day: string;
    author?: Identity;
    message?: string;
    parents?: number;
    at?: number;
  }): Commit {
    const date = Date.parse(`${more.day}T00:00:00Z`) / 1000;
    const author = { ...(more.author ?? { name: "Ada", email: "ada@example.com" }), date };
    return {
      id: String(more.at ?? 0).padStart(40, "0"),
      parents: Array.from({ length: more.parents ?? 1 }, () => "f".repeat(40)),
      author,
      committer: author,
      message: more.message ?? "x",
    };
  }

  test.each([
    ["2019-05-01", {}, "before2021"],
    ["2022-03-01", {}, "before2023"],
    ["2023-05-01", {}, undefined],
    ["2026-05-01", {}, "contemporary"],
    ["2026-05-01", { author: CLAUDE }, "tool"],
    ["2019-05-01", { author: CLAUDE }, undefined],
    ["2026-05-01", { message: "x\n\nAssisted-by: ChatGPTv5" }, undefined],
    ["2019-05-01", { parents: 2 }, undefined],
    [
      "2019-05-01",
      { author: { name: "dependabot[bot]", email: "support@dependabot.com" } },
      undefined,
    ],
  ] as const)("%s %j is of the pool %s", (day, more, pool) => {
    expect(poolOf(commit({ day, ...more }))).toBe(pool);
  });

  test("takes at most 80 commits of one author and 240 of a pool", () => {
    const one = Array.from({ length: 300 }, (_, at) => commit({ day: "2019-05-01", at }));
    expect(choose(one).size).toBe(80);
    const all = Array.from({ length: 300 }, (_, at) =>
      commit({ day: "2019-05-01", at, author: { name: "x", email: `a${at}@example.com` } }),
    );
    expect(choose(all).size).toBe(240);
    expect([...choose(all)]).toEqual([...choose([...all].reverse())]);
  });

  test("leaves trailers out of what it learns from, and small and generated commits out of all", () => {
    const trailed = commit({
      day: "2026-05-01",
      message:
        "x\n\n🤖 Generated with [Claude Code](https://claude.ai/code)\n\nCo-Authored-By: Claude <noreply@anthropic.com>\nClaude-Session: https://claude.ai/code/session_1",
    });
    const hunk = Array.from({ length: 9 }, (_, at) => `let x${at} = ${at};`);
    const files = (path: string) => ({ id: "", files: [{ path, added: 9, hunks: [hunk] }] });
    expect(sampleOf(trailed, "tool", files("a.js"), undefined)).toEqual(
      sample("tool", "ada@example.com", "message-empty"),
    );
    for (const path of ["a.rs", "yarn.lock", "vendor/a.js"])
      expect(sampleOf(trailed, "tool", files(path), undefined)).toBeUndefined();
  });

  test("pauses are those between commits of one author", () => {
    const [a, b] = [commit({ day: "2026-05-01" }), commit({ day: "2026-05-02" })];
    const other = commit({ day: "2026-05-01", author: CLAUDE });
    const pause = pauses([b, other, a]);
    expect([a, b, other].map(pause)).toEqual([undefined, 86_400, undefined]);
  });

  test("the prior is twice the share with a trace, within bounds", () => {
    const of = (traced: number, all: number) =>
      priorOf(
        Array.from({ length: all }, (_, at) =>
          commit({ day: "2026-05-01", ...(at < traced ? { author: CLAUDE } : {}) }),
        ),
      );
    expect(of(0, 500)).toBe(0.05);
    expect(of(100, 490)).toBe(0.41);
    expect(of(500, 500)).toBe(0.8);
    expect(of(0, 0)).toBe(0.6);
  });

  test("refuses a history that is too small, and names what is missing", async () => {
    const { status, errors } = await run(started(), "calibrate");
    expect(status).toBe(2);
    expect(errors).toMatch(
      /^adr-scan: nothing was fitted: the history holds 0 commits with code that a tool surely wrote and 0 from before/,
    );
  });

  test("fits, stores beside the user's settings, and scans use it and name it", async () => {
    const repository = new TestRepository();
    const input: string[] = [];
    const body = (word: string) =>
      Array.from({ length: 9 }, (_, at) => `let ${word}${at} = ${at};`).join("\n");
    const add = (at: number, day: number, who: Identity, message: string, content: string) =>
      input.push(
        `commit refs/heads/main\nauthor ${who.name} <${who.email}> ${day + at * 60} +0000\ncommitter ${who.name} <${who.email}> ${day + at * 60} +0000\ndata ${Buffer.byteLength(message)}\n${message}\nM 100644 inline f${at}-${day}.js\ndata ${Buffer.byteLength(content)}\n${content}\n`,
      );
    for (let at = 0; at < 160; at++)
      add(
        at,
        1_500_000_000,
        { name: "x", email: `old${at % 40}@example.com` },
        `old ${at}`,
        body("o"),
      );
    for (let at = 0; at < 160; at++)
      add(
        at,
        1_770_000_000,
        { name: "x", email: `new${at % 40}@example.com` },
        `new ${at}\n\nBecause of x — and so on.\n\nCo-Authored-By: Claude <noreply@anthropic.com>`,
        body("n"),
      );
    importCommits(repository, input.join(""));
    repository.git("reset", "-q", "--hard", "main");
    const fitted = await run(repository, "calibrate");
    expect(fitted.errors).toBe("");
    expect(fitted.status).toBe(0);
    const table = JSON.parse(fitted.text);
    expect(table).toMatchObject({
      version: 1,
      positives: 160,
      negatives: { before2021: 159, before2023: 0 },
      fit: { auc: 1 },
    });
    expect(table.weights["message-em-dash"]).toBeGreaterThan(SIGNALS["message-em-dash"].weight);

    const path = calibrationPath(join(repository.folder, ".git"), process.env);
    expect(path.startsWith(settings)).toBe(true);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, fitted.text);
    repository.write("b.js", lines("b"));
    const used = JSON.parse((await run(repository, "authorship", "HEAD", "--format", "json")).text);
    expect(used.calibration).toMatch(
      /^fitted on this repository up to 2026-\d\d-\d\d: 160 commits of tools, 159 from before/,
    );
    expect(used.prior).toBe(table.prior);
    expect(used.hunks[0].calibrated).toBe(true);
    const without = await run(
      repository,
      "authorship",
      "HEAD",
      "--format",
      "json",
      "--no-calibration",
    );
    expect(JSON.parse(without.text)).toMatchObject({ calibration: null, prior: 0.3 });
    const scan = await run(repository, "diff", "HEAD", "--format", "json", "--no-cache");
    expect(
      JSON.parse(scan.text).notices.map(({ message }: { message: string }) => message),
    ).toContainEqual(
      expect.stringContaining("the numbers for authorship were fitted on this repository"),
    );

    writeFileSync(path, '{"version":2}');
    expect((await run(repository, "authorship", "HEAD")).errors).toContain(
      "is no calibration that this version understands",
    );
  });
});

/** A history of hundreds of commits at once. */
function importCommits(repository: TestRepository, stream: string): void {
  const file = join(temporaryFolder(), "stream");
  writeFileSync(file, stream);
  repository.import(file);
}
