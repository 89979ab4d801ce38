/** Line records: every format, what is damaged, and how they are joined to the lines of a change. */
import { afterAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { attribute } from "../src/attribution/attribute.ts";
import type { HunkAttribution } from "../src/attribution/attribution.ts";
import { parseTrace, withoutLines } from "../src/attribution/lines/agent-trace.ts";
import { parseAuthorshipFiles } from "../src/attribution/lines/authorship-files.ts";
import { parseAuthorshipLog } from "../src/attribution/lines/authorship-log.ts";
import { parseCheckpoint } from "../src/attribution/lines/entire.ts";
import { parseQwen } from "../src/attribution/lines/qwen.ts";
import { type LineRecord, UnreadableRecord } from "../src/attribution/lines/record.ts";
import { parseSourceTrace } from "../src/attribution/lines/source-trace.ts";
import { parseWhogitit } from "../src/attribution/lines/whogitit.ts";
import { readChange } from "../src/change/read-change.ts";
import { environment, lines, removeAll, TestRepository } from "./change-repository.ts";

afterAll(removeAll);

const REF = "refs/notes/x";
const CLAUDE = { name: "Claude", email: "noreply@anthropic.com" };
const TRAILER = "\n\nCo-Authored-By: Claude <noreply@anthropic.com>";

/** `src/a.ts 3-9 ai claude-code claude-opus-5`, and shares as `src/a.ts 75 % qwen-code`. */
function told({ lines: ranges, files }: LineRecord): string[] {
  return [
    ...[...ranges].flatMap(([path, all]) =>
      all.map(({ first, last, author, tool, model }) =>
        [path, `${first}-${last}`, author, tool ?? "-", model ?? "-"].join(" "),
      ),
    ),
    ...files.map(
      ({ path, share, tool }) =>
        `${path} ${share === undefined ? "?" : Math.round(share * 100)} % ${tool ?? "-"}`,
    ),
  ];
}

function log(attestations: string, metadata: object = {}): string {
  return `${attestations}---\n${JSON.stringify({
    schema_version: "authorship/3.0.0",
    base_commit_sha: "4".repeat(40),
    prompts: {
      "0123456789abcdef": { agent_id: { tool: "cursor", id: "c", model: "gpt-5" } },
      "1234567": { agent_id: { tool: "codex", id: "c", model: null } },
      feedfeedfeedfeed: { agent_id: { tool: "mock_ai", id: "c", model: "unknown" } },
    },
    sessions: {
      s_0a1b2c3d4e5f60: {
        agent_id: { tool: "claude", id: "c", model: "claude-opus-5" },
        human_author: "mia@example.org",
      },
    },
    humans: { h_99aabbccddeeff: { author: "Mia <mia@example.org>" } },
    ...metadata,
  })}`;
}

describe("authorship log", () => {
  test("sessions, people, prompts of both lengths, and keys that nothing explains", () => {
    const record = parseAuthorshipLog(
      log(
        `src/cart.ts
  s_0a1b2c3d4e5f60::t_11223344556677 3-9,14
  h_99aabbccddeeff 20-22
  human 30
  h_0000000000000f 31
  ai_agent 32
  feedfeedfeedfeed 33
"docs/read me.md"
  0123456789abcdef 1-4
  1234567 5
`,
      ),
      REF,
    );
    expect(told(record)).toEqual([
      "src/cart.ts 3-9 ai claude-code claude-opus-5",
      "src/cart.ts 14-14 ai claude-code claude-opus-5",
      "src/cart.ts 20-22 human - -",
      "src/cart.ts 30-30 human - -",
      "docs/read me.md 1-4 ai cursor gpt-5",
      "docs/read me.md 5-5 ai codex -",
    ]);
    expect(JSON.stringify([...record.lines])).not.toContain("@");
  });

  test("without attestations it begins with its metadata, and optional parts may lack", () => {
    expect(told(parseAuthorshipLog(log(""), REF))).toEqual([]);
    const bare = '---\n{"schema_version":"authorship/1.0.0","base_commit_sha":""}';
    expect(told(parseAuthorshipLog(bare, REF))).toEqual([]);
  });

  test.each([
    ["nothing", ""],
    ["no metadata", "a.ts\n  0123456789abcdef 1-4\n"],
    ["metadata cut off", log("").slice(0, 60)],
    ["a version to come", log("", { schema_version: "authorship/9.0.0" })],
    ["a range that runs backwards", log("a.ts\n  0123456789abcdef 9-3\n")],
    ["line 0", log("a.ts\n  0123456789abcdef 0-3\n")],
    ["a range that is none", log("a.ts\n  0123456789abcdef x\n")],
    ["an entry without a file", log("  0123456789abcdef 1\n")],
    ["agents without a tool", log("", { prompts: { x: { agent_id: {} } } })],
  ])("%s is unreadable", (_, text) => {
    expect(() => parseAuthorshipLog(text, REF)).toThrow(UnreadableRecord);
  });

  test("a key with a name that every object has is no known key", () => {
    const record = parseAuthorshipLog(log("a.ts\n  constructor 1\n  __proto__ 2\n"), REF);
    expect(told(record)).toEqual([]);
  });
});

describe("other formats", () => {
  test("the first one of Git AI", () => {
    const files = {
      "a.yml": {
        file: "a.yml",
        authors: [
          { author: "Claude", lines: [22, [30, 41]], agent_metadata: null },
          { author: "Mia", lines: [1] },
        ],
      },
    };
    const text = (version: string) => JSON.stringify({ files, schema_version: version });
    expect(told(parseAuthorshipFiles(text("authorship/0.0.1"), REF))).toEqual([
      "a.yml 22-22 ai claude-code -",
      "a.yml 30-41 ai claude-code -",
    ]);
    expect(() => parseAuthorshipFiles(text("authorship/0.0.2"), REF)).toThrow(UnreadableRecord);
  });

  function trace(more: object = {}, range: object = { start_line: 3, end_line: 9 }): string {
    return JSON.stringify({
      version: "0.1.0",
      id: "7f1d0a3e-5a0c-4c0e-9a53-3b1b0f7f2b11",
      timestamp: "2026-11-02T09:00:00Z",
      vcs: { type: "git", revision: "9".repeat(40) },
      tool: { name: "cursor", version: "3.8.1" },
      files: [
        {
          path: "src/cart.ts",
          conversations: [
            {
              contributor: { type: "ai", model_id: "anthropic/claude-opus-5" },
              ranges: [
                range,
                { start_line: 14, end_line: 14, contributor: { type: "mixed" } },
                { start_line: 20, end_line: 21, contributor: { type: "human" } },
                { start_line: 30, end_line: 31, contributor: { type: "unknown" } },
              ],
            },
          ],
        },
      ],
      ...more,
    });
  }

  test("Agent Trace", () => {
    const parsed = parseTrace(trace(), REF)!;
    expect(parsed.revision).toBe("9".repeat(40));
    expect(told(parsed.record)).toEqual([
      "src/cart.ts 3-9 ai cursor anthropic/claude-opus-5",
      "src/cart.ts 14-14 mixed cursor -",
      "src/cart.ts 20-21 human cursor -",
    ]);
    expect(told(withoutLines(parsed.record))).toEqual(["src/cart.ts ? % cursor"]);
    // Two numbers are what the reference implementation writes.
    expect(parseTrace(trace({ version: "1.0" }), REF)).toBeDefined();
    expect(parseTrace(trace({ vcs: { type: "jj", revision: "k" } }), REF)).toBeUndefined();
    expect(parseTrace(trace({ vcs: undefined }), REF)).toBeUndefined();
  });

  test("a trace of line 1 alone names no line", () => {
    const line = { start_line: 1, end_line: 1 };
    const [first] = told(parseTrace(trace({}, line), REF)!.record).slice(-1);
    expect(first).toBe("src/cart.ts ? % cursor");
    const hashed = parseTrace(trace({}, { ...line, content_hash: "murmur3:1" }), REF)!;
    expect(told(hashed.record)[0]).toBe("src/cart.ts 1-1 ai cursor anthropic/claude-opus-5");
  });

  test("traces that are damaged", () => {
    for (const text of [
      "",
      "{}",
      "[]",
      trace({ version: "one" }),
      trace({ files: [{}] }),
      trace({}, { start_line: 9, end_line: 3 }),
      trace({}, { start_line: 1.5, end_line: 3 }),
    ])
      expect(() => parseTrace(text, REF)).toThrow(UnreadableRecord);
  });

  test("whogitit, versions 2 and 3", () => {
    const line = (number: number, source: unknown) => ({
      line_number: number,
      content: "x",
      source,
    });
    const text = (version: object) =>
      JSON.stringify({
        ...version,
        session: { model: { id: "claude-x" } },
        files: [
          {
            path: "a.ts",
            lines: [
              line(1, { type: "AI", edit_id: "e" }),
              line(2, { type: "AIModified", edit_id: "e" }),
              line(3, { type: "Human" }),
              line(4, { type: "Original" }),
              line(5, "AI"),
            ],
          },
        ],
      });
    const expected = [
      "a.ts 1-1 ai - claude-x",
      "a.ts 2-2 mixed - claude-x",
      "a.ts 3-3 human - claude-x",
      "a.ts 5-5 ai - claude-x",
    ];
    expect(told(parseWhogitit(text({ version: 3 }), REF))).toEqual(expected);
    expect(told(parseWhogitit(text({ schema_version: 2 }), REF))).toEqual(expected);
    expect(() => parseWhogitit(text({ version: 4 }), REF)).toThrow(UnreadableRecord);
  });

  test("SourceTrace", () => {
    const text = (l: unknown) =>
      JSON.stringify({
        v: 1,
        f: {
          "a.py": [
            { s: "agent|cursor(claude-x)", l },
            { s: "operator", l: [12] },
            { s: "?", l: [1] },
          ],
        },
      });
    expect(told(parseSourceTrace(text([1, "5-9"]), REF))).toEqual([
      "a.py 1-1 ai cursor claude-x",
      "a.py 5-9 ai cursor claude-x",
      "a.py 12-12 human - -",
    ]);
    expect(() => parseSourceTrace(text(["9-5"]), REF)).toThrow(UnreadableRecord);
  });

  test("Qwen Code", () => {
    const text = JSON.stringify({
      version: 1,
      generator: "Qwen-Coder",
      files: {
        "a.ts": { aiChars: 150, humanChars: 50, percent: 75 },
        "b.ts": { aiChars: 0, humanChars: 10 },
      },
    });
    expect(told(parseQwen(text, REF))).toEqual(["a.ts 75 % qwen-code"]);
    expect(() => parseQwen(text.replace('"version":1', '"version":2'), REF)).toThrow(
      UnreadableRecord,
    );
  });

  test("a checkpoint of Entire", () => {
    const text = JSON.stringify({
      checkpoint_id: "a3b2c4d5e6f7",
      files_touched: ["a.go"],
      agent: "Claude Code",
      initial_attribution: { agent_percentage: 73, total_committed: 200 },
    });
    expect(told(parseCheckpoint(text, REF))).toEqual(["a.go 73 % claude-code"]);
    expect(() => parseCheckpoint("{}", REF)).toThrow(UnreadableRecord);
  });

  test("whatever a record holds, it is read or refused", () => {
    const parsers = [
      parseAuthorshipLog,
      parseAuthorshipFiles,
      parseTrace,
      parseWhogitit,
      parseSourceTrace,
      parseQwen,
      parseCheckpoint,
    ];
    const samples = [log("a.ts\n  0123456789abcdef 1-4\n"), trace()];
    const damaged = fc
      .tuple(fc.constantFrom(...samples), fc.nat(), fc.string({ maxLength: 3 }))
      .map(([text, at, put]) => {
        const cut = at % (text.length + 1);
        return text.slice(0, cut) + put + text.slice(cut + 1);
      });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.json(), fc.string()), (text) => {
        for (const parse of parsers)
          try {
            parse(text, REF);
          } catch (error) {
            expect(error).toBeInstanceOf(UnreadableRecord);
          }
      }),
      { numRuns: 500, seed: 5 },
    );
  });
});

describe("a change with records", () => {
  const KEY = "0123456789abcdef";
  const HUMAN = "h_99aabbccddeeff";

  function started(): TestRepository {
    const repository = new TestRepository();
    repository.write("a.js", lines("1", "2", "3"));
    repository.commit("first");
    repository.git("checkout", "-q", "-b", "topic");
    return repository;
  }

  function note(repository: TestRepository, commit: string, text: string, ref = "ai"): void {
    repository.git("notes", `--ref=${ref}`, "add", "-f", "-m", text, commit);
  }

  async function attributed(repository: TestRepository, base = "main", environmentOf = {}) {
    const read = await readChange({ cwd: repository.folder, base }, environment);
    const result = await attribute(
      read.change,
      {
        history: await read.history(),
        base: read.files("base", 1_000_000),
        head: read.files("head", 1_000_000),
      },
      { environment: environmentOf },
    );
    read.repository.close();
    return result;
  }

  function shortly(hunks: readonly HunkAttribution[]): string[] {
    return hunks.map(
      ({ file, hunk, verdict, probability, tool }) =>
        `${file.path}:${hunk.headStart} ${verdict} ${probability ?? "-"} ${tool ?? "-"}`,
    );
  }

  const eight = (word: string) => Array.from({ length: 8 }, (_, at) => `${word} ${at}`);

  test("a hunk is a tool's, a person's, or both's", async () => {
    const repository = started();
    repository.write("ai.js", lines(...eight("x")));
    repository.write("human.js", lines(...eight("y")));
    repository.write("both.js", lines(...eight("z")));
    repository.write("some.js", lines(...eight("w")));
    const id = repository.commit("c");
    note(
      repository,
      id,
      log(
        `ai.js\n  ${KEY} 1-7\nhuman.js\n  ${HUMAN} 1-8\nboth.js\n  ${KEY} 1-4\n  ${HUMAN} 5-8\nsome.js\n  ${KEY} 2\n`,
      ),
    );
    const { hunks, notices } = await attributed(repository);
    expect(shortly(hunks)).toEqual([
      "ai.js:1 ai 0.89 cursor",
      "both.js:1 mixed 0.5 cursor",
      "human.js:1 human 0.02 -",
      "some.js:1 mixed 0.39 cursor",
    ]);
    expect(hunks[0]!.evidence).toEqual([
      {
        tier: "line",
        rule: "git-ai/lines",
        class: "A",
        tool: "cursor",
        model: "gpt-5",
        locus: `refs/notes/ai of commit ${id.slice(0, 7)}`,
        claim: "line record claims Cursor (gpt-5) (7 of 8 lines)",
      },
    ]);
    expect(JSON.stringify(hunks.map(({ evidence }) => evidence))).not.toContain("@");
    expect(notices).toEqual([]);
  });

  test("a person's line in a commit that a trailer claims is disputed, and both are told", async () => {
    const repository = started();
    repository.write("b.js", lines(...eight("y")));
    note(repository, repository.commit(`c${TRAILER}`), log(`b.js\n  ${HUMAN} 1-8\n`));
    const { hunks } = await attributed(repository);
    expect(shortly(hunks)).toEqual(["b.js:1 mixed 0.41 claude-code"]);
    expect(hunks[0]!.evidence.map(({ claim }) => claim)).toEqual([
      "line record claims a person",
      "trailer claims Claude Code",
    ]);
  });

  test("two records that disagree are both told", async () => {
    const repository = started();
    repository.write("b.js", lines("1"));
    const id = repository.commit("c");
    note(repository, id, log(`b.js\n  ${KEY} 1\n`));
    repository.write(
      ".agent-trace/traces.jsonl",
      `${JSON.stringify({
        version: "0.1.0",
        id: "1",
        timestamp: "t",
        vcs: { type: "git", revision: id },
        files: [
          {
            path: "b.js",
            conversations: [
              {
                contributor: { type: "human" },
                ranges: [{ start_line: 1, end_line: 1, content_hash: "x" }],
              },
            ],
          },
        ],
      })}\nnot a trace\n`,
    );
    const { hunks, notices } = await attributed(repository);
    const hunk = hunks.find(({ file }) => file.path === "b.js")!;
    expect(shortly([hunk])).toEqual(["b.js:1 mixed 0.5 cursor"]);
    expect(hunk.evidence.map(({ rule }) => rule)).toEqual(["git-ai/lines", "agent-trace/lines"]);
    expect(notices).toEqual([
      "a record of .agent-trace/traces.jsonl (it is no JSON) passed over: who wrote these lines is taken from other evidence",
    ]);
  });

  test("a trace of the commit before names files, and a later commit is not its", async () => {
    const repository = started();
    repository.write(
      ".agent-trace/traces.jsonl",
      JSON.stringify({
        version: "1.0",
        id: "1",
        timestamp: "t",
        tool: { name: "cursor" },
        vcs: { type: "git", revision: repository.git("rev-parse", "HEAD") },
        files: [
          {
            path: "b.js",
            conversations: [
              { contributor: { type: "ai" }, ranges: [{ start_line: 90, end_line: 99 }] },
            ],
          },
        ],
      }),
    );
    repository.write("b.js", lines("b"));
    repository.write("c.js", lines("c"));
    repository.commit("one");
    repository.write("b2.js", lines("b"));
    repository.commit("two");
    expect(
      shortly((await attributed(repository)).hunks).filter((each) => !each.startsWith(".")),
    ).toEqual(["b.js:1 likely-ai 0.7 cursor", "b2.js:1 unknown - -", "c.js:1 unknown - -"]);
  });

  test("records follow a file that is renamed and lines that shift", async () => {
    const repository = started();
    repository.write("b.js", lines(...eight("x")));
    note(repository, repository.commit("ai"), log(`b.js\n  ${KEY} 1-8\n`));
    repository.git("mv", "b.js", "folder name.js");
    repository.write("folder name.js", lines("mine", ...eight("x"), "mine too"));
    repository.commit("mine");
    const { hunks } = await attributed(repository);
    expect(shortly(hunks)).toEqual(["folder name.js:1 ai 0.84 cursor"]);
    expect(hunks[0]!.evidence[0]!.claim).toBe("line record claims Cursor (gpt-5) (8 of 10 lines)");
    expect(hunks[0]!.commits.map(({ lines: count }) => count)).toEqual([8, 2]);
  });

  test("records are found again after a rebase, an amendment and a cherry-pick", async () => {
    const repository = started();
    repository.write("b.js", lines(...eight("x"), ...eight("y")));
    const original = repository.commit("ai");
    note(repository, original, log(`b.js\n  ${KEY} 1-8\n  ${HUMAN} 9-16\n`));
    repository.git("checkout", "-q", "main");
    repository.write("b.js", lines("before", "that"));
    repository.commit("meanwhile");
    repository.git("checkout", "-q", "-b", "rewritten", original);
    // The same change on top of another version of the file, as a rebase with a solved conflict leaves it.
    repository.git("checkout", "-q", "-B", "rewritten", "main");
    repository.write("b.js", lines("before", "that", ...eight("x"), ...eight("y")));
    const date = Number(repository.git("log", "-1", "--format=%at", original));
    repository.commit("ai\n\nsigned off", { date });
    const { hunks, notices } = await attributed(repository, "main...rewritten");
    expect(shortly(hunks)).toEqual(["b.js:3 mixed 0.5 cursor"]);
    expect(hunks[0]!.evidence[0]!.locus).toBe(`refs/notes/ai of commit ${original.slice(0, 7)}`);
    expect(notices).toEqual([]);

    repository.git("checkout", "-q", "-b", "picked", "main~1");
    repository.git("cherry-pick", "-x", original);
    const picked = await attributed(repository, "main~1...picked");
    expect(shortly(picked.hunks)).toEqual(["b.js:1 mixed 0.5 cursor"]);
  });

  test("what a squash loses is said", async () => {
    const repository = started();
    repository.write("b.js", lines(...eight("x")));
    note(repository, repository.commit("ai"), log(`b.js\n  ${KEY} 1-8\n`));
    repository.git("checkout", "-q", "-b", "squashed", "main");
    repository.write("b.js", lines(...eight("x")));
    repository.commit(`Add it (#1)${TRAILER}`);
    const { hunks, notices } = await attributed(repository, "main...squashed");
    expect(shortly(hunks)).toEqual(["b.js:1 likely-ai 0.8 claude-code"]);
    expect(notices).toEqual([
      "refs/notes/ai has no note for 1 of the 1 commits of the change: notes are lost when commits are rewritten, and some were never made",
    ]);
  });

  test("a damaged note is passed over with a notice, and the trailer counts", async () => {
    const repository = started();
    repository.write("b.js", lines("x"));
    note(repository, repository.commit(`c${TRAILER}`), "b.js\n  what is this\n---\n{");
    const { hunks, notices } = await attributed(repository);
    expect(shortly(hunks)).toEqual(["b.js:1 likely-ai 0.8 claude-code"]);
    expect(notices[0]).toContain("a record of refs/notes/ai (it is no JSON) passed over");
  });

  test("notes that name no lines claim files", async () => {
    const repository = started();
    repository.write("b.js", lines("b"));
    repository.write("c.js", lines("c"));
    const id = repository.commit("c");
    note(
      repository,
      id,
      JSON.stringify({
        version: 1,
        generator: "Qwen-Coder",
        files: { "b.js": { aiChars: 9, humanChars: 1 } },
      }),
      "ai-attribution",
    );
    const { hunks } = await attributed(repository);
    expect(shortly(hunks)).toEqual(["b.js:1 likely-ai 0.7 qwen-code", "c.js:1 unknown - -"]);
    expect(hunks[0]!.evidence[0]!.claim).toBe("record of the file claims Qwen Code for 90 % of it");
  });

  test("a checkpoint knows more than the trailer that points to it", async () => {
    const repository = started();
    const message = "c\n\nEntire-Checkpoint: a3b2c4d5e6f7";
    for (const name of ["b.js", "c.js"]) repository.write(name, lines(name));
    repository.commit(message);
    expect(shortly((await attributed(repository)).hunks)).toEqual([
      "b.js:1 likely-ai 0.8 entire",
      "c.js:1 likely-ai 0.8 entire",
    ]);
    repository.git("checkout", "-q", "--orphan", "entire/checkpoints/v1");
    repository.git("rm", "-qrf", ".");
    repository.write(
      "a3/b2c4d5e6f7/0/metadata.json",
      JSON.stringify({
        checkpoint_id: "a3b2c4d5e6f7",
        files_touched: ["b.js"],
        agent: "Claude Code",
      }),
    );
    repository.commit("checkpoint");
    repository.git("checkout", "-q", "topic");
    expect(shortly((await attributed(repository)).hunks)).toEqual([
      "b.js:1 likely-ai 0.7 claude-code",
      "c.js:1 unknown - -",
    ]);
  });

  test("the refs of older and fetched notes are read too", async () => {
    const repository = started();
    repository.write("b.js", lines("b"));
    const first = repository.commit("one");
    note(repository, first, log(`b.js\n  ${KEY} 1\n`), "ai-remote/origin");
    repository.write("c.js", lines("c"));
    const second = repository.commit("two");
    repository.write(
      ".git/record.json",
      JSON.stringify({
        schema_version: "authorship/0.0.1",
        files: { "c.js": { authors: [{ author: "Claude", lines: [1] }] } },
      }),
    );
    const blob = repository.git("hash-object", "-w", ".git/record.json");
    repository.git("update-ref", `refs/ai/authorship/${second}`, blob);
    expect(shortly((await attributed(repository)).hunks)).toEqual([
      "b.js:1 ai 0.98 cursor",
      "c.js:1 ai 0.98 claude-code",
    ]);
  });

  test("what is staged on top of recorded commits is not their tool's", async () => {
    const repository = started();
    repository.write("b.js", lines("b"));
    note(repository, repository.commit("c", { author: CLAUDE }), log(`b.js\n  ${KEY} 1\n`));
    repository.write("c.js", lines("c"));
    expect(shortly((await attributed(repository)).hunks)).toEqual([
      "b.js:1 ai 0.98 cursor",
      "c.js:1 unknown - -",
    ]);
  });
});
