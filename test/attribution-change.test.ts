/** Attribution of whole changes: what blame, squashes, moves and formatting do to it, and where style may speak. */
import { afterAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { attribute } from "../src/attribution/attribute.ts";
import type { HunkAttribution } from "../src/attribution/attribution.ts";
import { isAuthorlessPath, linguistPaths } from "../src/attribution/authorless.ts";
import { codeSignals } from "../src/attribution/style/code-signals.ts";
import { commentsIn } from "../src/attribution/style/comments.ts";
import { messageSignals } from "../src/attribution/style/message-signals.ts";
import { groupSums, opinionOf, SHIPPED_TABLE } from "../src/attribution/style/opinion.ts";
import { CAPS, SIGNALS, type SignalId, signalIds } from "../src/attribution/style/signals.ts";
import { sizeSignals } from "../src/attribution/style/size-signals.ts";
import { isLikelyByStyle, STYLE_CAP } from "../src/attribution/verdict.ts";
import { readChange } from "../src/change/read-change.ts";
import { environment, lines, removeAll, TestRepository } from "./change-repository.ts";

afterAll(removeAll);

const CLAUDE = { name: "Claude", email: "noreply@anthropic.com" };
const TRAILER = "\n\nCo-Authored-By: Claude <noreply@anthropic.com>";

function started(): TestRepository {
  const repository = new TestRepository();
  repository.write("a.js", lines("1", "2", "3"));
  repository.write("old.js", lines(...code("old")));
  repository.commit("first");
  repository.git("checkout", "-q", "-b", "topic");
  return repository;
}

/** Lines that are long enough to be recognised. */
function code(name: string, count = 12): string[] {
  return Array.from(
    { length: count },
    (_, at) => `const ${name}Value${at} = compute("${name}", ${at});`,
  );
}

async function attributed(repository: TestRepository, base = "main", options = {}) {
  const read = await readChange({ cwd: repository.folder, base }, environment);
  const result = await attribute(
    read.change,
    {
      history: await read.history(),
      base: read.files("base", 1_000_000),
      head: read.files("head", 1_000_000),
    },
    options,
  );
  read.repository.close();
  return result.hunks;
}

function shortly(hunks: readonly HunkAttribution[]): string[] {
  return hunks.map(
    ({ file, hunk, verdict, probability, tool }) =>
      `${file.path}:${hunk.headStart} ${verdict} ${probability ?? "-"} ${tool ?? "-"}`,
  );
}

describe("commits", () => {
  test("a merge: lines come from the sides, and what the merge itself adds is the merge's", async () => {
    const repository = started();
    repository.write("t.js", lines("t"));
    repository.commit("topic");
    repository.git("checkout", "-q", "-b", "side", "main");
    repository.write("s.js", lines("s"));
    repository.commit(`side${TRAILER}`);
    repository.git("checkout", "-q", "topic");
    repository.git("merge", "-q", "--no-ff", "--no-commit", "side");
    repository.write("t.js", lines("t", "solved"));
    repository.commit("merge", { author: CLAUDE });
    expect(shortly(await attributed(repository))).toEqual([
      "s.js:1 likely-ai 0.8 claude-code",
      "t.js:1 likely-ai 0.61 claude-code",
    ]);
  });

  test("a rename does not lose a commit, and an edit by hand takes its own line", async () => {
    const repository = started();
    repository.write("b.js", lines(...code("b")));
    repository.commit("b", { author: CLAUDE });
    repository.git("mv", "b.js", "c.js");
    repository.write("c.js", lines(...code("b").with(3, "const mine = 1;")));
    repository.commit("mine");
    const [hunk] = await attributed(repository);
    expect(shortly([hunk!])).toEqual(["c.js:1 likely-ai 0.87 claude-code"]);
    expect(hunk!.commits.map(({ lines: count }) => count)).toEqual([11, 1]);
    expect(hunk!.evidence[0]!.claim).toBe("author identity claims Claude Code (11 of 12 lines)");
  });

  test("an amended commit keeps what its message says, and its author's date decides the doubted days", async () => {
    const repository = started();
    const date = Date.UTC(2026, 3, 28) / 1000;
    repository.write("b.js", lines("b"));
    repository.commit("b\n\nCo-authored-by: Copilot <copilot@github.com>", { date });
    expect(shortly(await attributed(repository))).toEqual(["b.js:1 unknown 0.5 copilot"]);
    repository.run(["commit", "-q", "--amend", "--no-edit", "--date", "2026-07-01T00:00:00Z"]);
    expect(shortly(await attributed(repository))).toEqual(["b.js:1 likely-ai 0.7 copilot"]);
  });

  test("a mailmap does not make a tool a person", async () => {
    const repository = started();
    repository.write(".mailmap", "Ada <ada@example.com> <noreply@anthropic.com>\n");
    repository.write("b.js", lines("b"));
    repository.commit("b", { author: CLAUDE });
    expect(shortly(await attributed(repository))[1]).toBe("b.js:1 ai 0.92 claude-code");
  });

  test("a squash of people and a tool, a suggestion, and a reviewer as the author", async () => {
    const repository = started();
    const messages = {
      squash: `Add it (#7)\n\n* one${TRAILER}\nCo-authored-by: Bob <bob@example.com>`,
      suggestion: "x\n\nCo-authored-by: Copilot <175728472+Copilot@users.noreply.github.com>",
    };
    for (const [name, message] of Object.entries(messages)) {
      repository.write(`${name}.js`, lines(name));
      repository.commit(message);
    }
    const rabbit = {
      name: "coderabbitai[bot]",
      email: "136622811+coderabbitai[bot]@users.noreply.github.com",
    };
    repository.write("rabbit.js", lines("r"));
    repository.commit("fixes", { author: rabbit });
    expect(shortly(await attributed(repository))).toEqual([
      "rabbit.js:1 likely-ai 0.76 coderabbit",
      "squash.js:1 likely-ai 0.65 claude-code",
      "suggestion.js:1 likely-ai 0.65 copilot",
    ]);
  });

  test("a cherry-pick is claimed as its original, and a revert by nobody", async () => {
    const repository = started();
    repository.git("checkout", "-q", "-b", "other", "main");
    repository.write("b.js", lines("b"));
    const picked = repository.commit(`b${TRAILER}`);
    repository.write("a.js", lines("1"));
    repository.commit("shorten");
    repository.git("checkout", "-q", "topic");
    repository.git("cherry-pick", "-x", picked);
    repository.write("a.js", lines("1", "2", "3", "4"));
    const reverted = repository.commit("more");
    repository.write("a.js", lines("1", "2", "3"));
    repository.commit("less");
    repository.write("a.js", lines("1", "2", "3", "4"));
    repository.commit(`Revert "less"\n\nThis reverts commit ${reverted}.${TRAILER}`);
    expect(shortly(await attributed(repository))).toEqual([
      "a.js:4 unknown - -",
      "b.js:1 likely-ai 0.8 claude-code",
    ]);
  });

  test("a tool that only committed says little", async () => {
    const repository = started();
    repository.write("b.js", lines("b"));
    repository.commit("b", { committer: CLAUDE });
    expect(shortly(await attributed(repository))).toEqual(["b.js:1 unknown 0.5 claude-code"]);
  });
});

describe("lines that nobody wrote", () => {
  async function byTool(write: (repository: TestRepository) => void): Promise<string[]> {
    const repository = started();
    write(repository);
    repository.commit("by a tool", { author: CLAUDE });
    return shortly(await attributed(repository));
  }

  test("moved between files, and moved within one", async () => {
    const moved = code("old").slice(0, 6);
    expect(
      await byTool((repository) => {
        repository.write("old.js", lines(...code("old").slice(6)));
        repository.write("new.js", lines(...moved.map((line) => `  ${line}`)));
        repository.write("a.js", lines("1", "2", "3", "const written = 1;"));
      }),
    ).toEqual(["a.js:4 ai 0.92 claude-code", "new.js:1 not-applicable - -"]);
  });

  test("with lines of its own among them, only those are judged", async () => {
    const repository = started();
    repository.write("old.js", lines(...code("old").slice(6)));
    repository.write("new.js", lines(...code("old").slice(0, 6), "const written = 1;"));
    repository.commit("by a tool", { author: CLAUDE });
    const [hunk] = await attributed(repository);
    expect(shortly([hunk!])).toEqual(["new.js:1 ai 0.92 claude-code"]);
    expect(hunk!.evidence[0]!.claim).toBe("author identity claims Claude Code (1 of 7 lines)");
  });

  test("copied in a long run; a few repeated lines are written anew, and closing brackets always", async () => {
    expect(
      await byTool((repository) => {
        repository.write("old.js", lines(...code("old"), ...code("old")));
        repository.write("a.js", lines("1", "2", "3", ...code("old").slice(0, 4), "}", "}", "}"));
      }),
    ).toEqual(["a.js:4 ai 0.92 claude-code", "old.js:13 not-applicable - -"]);
  });

  test("formatted: blanks in any language, quotes and semicolons in JavaScript", async () => {
    const repository = new TestRepository();
    repository.write("a.js", lines("call('a', 'b')", "other()"));
    repository.write("a.py", lines("if x:", "  call('a')"));
    repository.write("b.py", lines("call('a')"));
    repository.commit("first");
    repository.git("checkout", "-q", "-b", "topic");
    repository.write("a.js", lines("call(", '  "a",', '  "b",', ");", "other();"));
    repository.write("a.py", lines("if x:", "    call('a')"));
    repository.write("b.py", lines('call("a")'));
    repository.commit("format", { author: CLAUDE });
    expect(shortly(await attributed(repository))).toEqual([
      "a.js:1 not-applicable - -",
      "a.py:2 not-applicable - -",
      "b.py:1 ai 0.92 claude-code",
    ]);
  });

  test("generated and vendored, by path, by mark and by attribute of base", async () => {
    const repository = new TestRepository();
    repository.write(".gitattributes", "api/*.ts linguist-generated\n*.sql -linguist-generated\n");
    repository.commit("first");
    repository.git("checkout", "-q", "-b", "topic");
    for (const path of ["package-lock.json", "vendor/x.js", "api/client.ts", "a.ts"])
      repository.write(path, lines("x"));
    repository.write("marked.ts", lines("// @generated by x", "x"));
    // What the change itself marks is not believed: it could hide its own lines.
    repository.write(".gitattributes", "*.ts linguist-generated\n");
    repository.commit("by a tool", { author: CLAUDE });
    expect(
      shortly(await attributed(repository)).map((each) => each.split(" ").slice(0, 2).join(" ")),
    ).toEqual([
      ".gitattributes:1 ai",
      "a.ts:1 ai",
      "api/client.ts:1 not-applicable",
      "marked.ts:1 not-applicable",
      "package-lock.json:1 not-applicable",
      "vendor/x.js:1 not-applicable",
    ]);
  });

  test("attributes as git understands them, the last line winning", () => {
    const is = linguistPaths(
      "*.gen.ts linguist-generated=true\ndocs/** linguist-vendored\ndocs/own.md linguist-vendored=false\n# *.x linguist-generated\n",
    );
    expect(["a/b.gen.ts", "docs/a/b.md", "docs/own.md", "a.x"].map(is)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(linguistPaths(`${"*a".repeat(60)} linguist-generated`)("a".repeat(300))).toBe(false);
  });

  test("paths of no author", () => {
    for (const path of [
      "yarn.lock",
      "a/go.sum",
      "x_pb2.py",
      "a/__snapshots__/b.js.snap",
      "a.min.js",
      "b.js.map",
    ])
      expect([path, isAuthorlessPath(path)]).toEqual([path, true]);
    for (const path of ["lock.ts", "src/map.js", "vendors.ts", "src/generated.ts"])
      expect([path, isAuthorlessPath(path)]).toEqual([path, false]);
  });
});

describe("style", () => {
  /** As a tool writes where it is let: every sign is there by itself. */
  const CODE = [
    "/**",
    " * Resolves the workspace for a request — falls back to the default one so that callers never see null.",
    " */",
    "export function resolve(request) {",
    "  // Step 1: Look the workspace up first, because the session may be older than the token.",
    "  const found = lookup(request.workspace);",
    "  // Important note: the default is used instead of an error to avoid a second round trip.",
    "  if (!found) return fallback();",
    "  return found;",
    "}",
  ];
  const MESSAGE = [
    "Resolve workspaces",
    "",
    "## Summary",
    "",
    "- Adds `resolve` so that `lookup` is called once",
    "- Uses `fallback` instead of throwing",
    "- Comprehensive tests — all green",
  ].join("\n");

  async function told(message: string, content: readonly string[], path = "b.js", options = {}) {
    const repository = started();
    repository.write(path, lines(...content));
    repository.commit(message);
    const [hunk] = await attributed(repository, "main", options);
    return hunk!;
  }

  test("makes a hunk likely at most, says every sign, and names no tool", async () => {
    const hunk = await told(MESSAGE, CODE);
    expect(shortly([hunk])).toEqual(["b.js:1 likely-ai 0.75 -"]);
    expect(new Set(hunk.evidence.map(({ tier, class: given }) => `${tier} ${given}`))).toEqual(
      new Set(["style D"]),
    );
    expect(hunk.evidence.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining([
        "style/code-em-dash",
        "style/message-heading",
        "style/comment-block",
      ]),
    );
  });

  test.each([
    ["plain code, plain message", "Resolve workspaces", code("b")],
    ["a message alone", MESSAGE, code("b")],
    ["too few lines", MESSAGE, CODE.slice(0, 7)],
  ])("%s: unknown, and no word of style", async (_, message, content) => {
    const hunk = await told(message, content);
    expect(shortly([hunk])).toEqual(["b.js:1 unknown - -"]);
    expect(hunk.evidence).toEqual([]);
  });

  test("is off in languages it was not measured on, and where somebody claims the hunk", async () => {
    expect(shortly([await told(MESSAGE, CODE, "b.rs")])).toEqual(["b.rs:1 unknown - -"]);
    expect(shortly([await told(MESSAGE, CODE, "b.md")])).toEqual(["b.md:1 unknown - -"]);
    const claimed = await told(`${MESSAGE}${TRAILER}`, CODE);
    expect(shortly([claimed])).toEqual(["b.js:1 likely-ai 0.8 claude-code"]);
    expect(claimed.evidence.map(({ tier }) => tier)).toEqual(["commit"]);
  });

  test("uses the numbers it is given, and says so", async () => {
    const weights = Object.fromEntries(signalIds.map((id) => [id, 0]));
    const hunk = await told(MESSAGE, CODE, "b.js", { table: { prior: 0.3, weights } });
    expect(shortly([hunk])).toEqual(["b.js:1 unknown - -"]);
    expect(hunk.calibrated).toBe(true);
  });

  test("a tool's branch and its files are context: told, and not enough", async () => {
    const repository = started();
    repository.git("checkout", "-q", "-b", "claude/fix-it-x1");
    repository.write("CLAUDE.md", lines("x"));
    repository.write("b.js", lines("b"));
    repository.commit("b");
    const hunks = await attributed(repository);
    expect(shortly(hunks)).toEqual([
      "CLAUDE.md:1 unknown 0.59 claude-code",
      "b.js:1 unknown 0.59 claude-code",
    ]);
    expect(hunks[1]!.evidence.map(({ claim }) => claim)).toEqual([
      "the branch is named as Claude Code names its branches",
      "the change touches what configures Claude Code",
    ]);
  });

  test("no sum of signs is surer than the cap, and none of a group than its own", () => {
    fc.assert(
      fc.property(fc.subarray([...signalIds]), (signals) => {
        for (const [group, sum] of groupSums(signals, SHIPPED_TABLE))
          expect(Math.abs(sum)).toBeLessThanOrEqual(sum > 0 ? CAPS[group] : CAPS.people);
        const told = opinionOf(signals, [], "", SHIPPED_TABLE);
        expect(told?.opinion.probability ?? 0).toBeLessThanOrEqual(STYLE_CAP);
        // One group alone never convinces.
        const groups = new Set(signals.map((id) => SIGNALS[id].group));
        if (groups.size < 2)
          expect(told !== undefined && isLikelyByStyle(told.opinion)).toBe(false);
      }),
      { seed: 3 },
    );
  });

  test.each<[string, string, SignalId[]]>([
    ["no body", "Subject only", ["message-empty"]],
    ["only a trailer", `x${TRAILER}`, ["message-empty"]],
    ["a plain body", "x\n\nIt was wrong.", []],
    ["an em dash", "x\n\nIt was wrong — now it is not.", ["message-em-dash"]],
    ["a heading", "x\n\n## Why\n\nIt was wrong.", ["message-heading"]],
    ["an arrow", "x\n\na → b", ["message-arrow"]],
    ["code", "x\n\n`a`, `b` and `c`", ["message-code-spans"]],
    ["reasons", "x\n\nUse a instead of b, so that c holds.", ["message-rationale"]],
    ["praise", "x\n\nMake it robust.", ["message-praise"]],
    ["a list", "x\n\n- a\n- b\n- c", ["message-bullets"]],
    ["length", `x\n\n${"word ".repeat(90)}`, ["message-long"]],
    ["great length", `x\n\n${"word ".repeat(300)}`, ["message-very-long"]],
  ])("message: %s", (_, message, expected) => {
    expect(messageSignals(message)).toEqual(expected);
  });

  const PAD = code("pad", 30);
  test.each<[string, readonly string[], SignalId[]]>([
    ["nothing", [], []],
    ["an issue", ["// See #1234"], ["comment-issue"]],
    ["a label", ["// Edge case: empty list"], ["comment-label"]],
    ["reasons", ["// kept so that x holds", "// rather than y"], ["comment-rationale"]],
    ["steps", ["// Step 2: go"], ["comment-label", "comment-steps"]],
    ["a block", ["/** x */"], ["comment-block"]],
    ["a dash", ["f('a — b');"], ["code-em-dash"]],
    ["emoji", ["log('✨ done');"], ["code-emoji"]],
    ["a banner", ["// ==================== x"], ["code-banner"]],
    ["a leftover", ["// ... existing code ..."], ["chat-leftover"]],
    ["blanks at an end", ["x();  "], ["trailing-space"]],
    ["things to do", ["// TODO: x"], ["todo"]],
    ["a URL is no comment", ["fetch('https://x.example/#1234');"], []],
  ])("code: %s", (_, some, expected) => {
    expect(codeSignals([...PAD, ...some], "a.ts")).toEqual(expected);
  });

  test("comments are found in runs that begin and end anywhere", () => {
    expect(
      commentsIn([" * of a block", " */", "x(); // after", "/* one", "two */", "y();"], "a.ts"),
    ).toEqual({
      texts: ["of a block", "after", "one", "two"],
      whole: 4,
      blocks: 1,
    });
    expect(commentsIn(['"""Doc."""', "x = 1  # why", "# whole"], "a.py")).toEqual({
      texts: ["Doc.", "why", "whole"],
      whole: 2,
      blocks: 1,
    });
  });

  test("size", () => {
    expect(sizeSignals(500, ["a.ts"], 60)).toEqual(["burst", "very-large"]);
    expect(sizeSignals(19, ["a.ts", "a.test.ts"], 60)).toEqual(["mostly-tests"]);
    expect(sizeSignals(400, ["a.ts"], 5 * 3600)).toEqual([]);
    expect(sizeSignals(40, ["a.ts"], 0)).toEqual([]);
    expect(sizeSignals(40, ["a.ts"], undefined)).toEqual([]);
  });
});
