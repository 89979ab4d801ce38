/** Who is claimed to have written a change: the registry, the arithmetic, and both on real repositories. */
import { afterAll, describe, expect, test } from "@jest/globals";
import { attribute } from "../src/attribution/attribute.ts";
import type { EvidenceClass, HunkAttribution } from "../src/attribution/attribution.ts";
import {
  type Claim,
  type Claims,
  claimsOf,
  claimsOfEnvironment,
  NO_CLAIMS,
} from "../src/attribution/claims.ts";
import { contextOf } from "../src/attribution/context.ts";
import { readMessage } from "../src/attribution/message.ts";
import { tools } from "../src/attribution/registry/tools.ts";
import type { Role } from "../src/attribution/rule.ts";
import { judge, lineProbability } from "../src/attribution/verdict.ts";
import type { Commit } from "../src/change/commit.ts";
import { readChange } from "../src/change/read-change.ts";
import {
  environment,
  type Identity,
  lines,
  removeAll,
  TestRepository,
} from "./change-repository.ts";

afterAll(removeAll);

const ADA = "Ada <ada@example.com>";

function identity(text: string): Identity {
  const [, name = "", email = ""] = /^(.*?) <(.*)>$/.exec(text)!;
  return { name, email };
}

function commit(
  parts: {
    author?: string;
    committer?: string;
    message?: string;
    day?: string;
    parents?: string[];
  } = {},
): Commit {
  const date = Date.parse(`${parts.day ?? "2026-03-01"}T12:00:00Z`) / 1000;
  return {
    id: "1a2b3c4d".repeat(5),
    parents: parts.parents ?? ["0".repeat(40)],
    author: { ...identity(parts.author ?? ADA), date },
    committer: { ...identity(parts.committer ?? parts.author ?? ADA), date },
    message: parts.message ?? "Change it\n",
  };
}

function withBody(...body: string[]): Commit {
  return commit({ message: `Change it\n\n${body.join("\n")}\n` });
}

/** `claude-code/identity A trailer`. */
function shortly(claims: Claims): string[] {
  return claims.claims.map(({ evidence, role }) => `${evidence.rule} ${evidence.class} ${role}`);
}

describe("registry", () => {
  const all = tools.flatMap((tool) => tool.rules.map((rule) => ({ tool, rule })));

  test("ids, names and rules are unique, and every rule has an example", () => {
    expect(new Set(tools.map(({ id }) => id)).size).toBe(tools.length);
    expect(new Set(tools.map(({ name }) => name)).size).toBe(tools.length);
    for (const { rules } of tools)
      expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
    for (const { rule } of all) expect(rule.yes.length).toBeGreaterThan(0);
  });

  /** Ids of the rules that see an example of a kind. */
  function seen(kind: string, example: string): string[] {
    if (kind === "branch" || kind === "path")
      return contextOf(kind === "branch" ? [example] : [], kind === "path" ? [example] : []).map(
        ({ evidence }) => evidence.rule,
      );
    if (kind === "variable")
      return claimsOfEnvironment({ [example]: "1" }).claims.map(({ evidence }) => evidence.rule);
    const given =
      kind === "email" || kind === "name"
        ? commit({ author: example, committer: ADA })
        : kind === "subject"
          ? commit({ message: `${example}\n` })
          : withBody(example);
    return claimsOf(given).claims.map(({ evidence }) => evidence.rule);
  }

  test.each(all.map(({ tool, rule }) => [`${tool.id}/${rule.name}`, rule] as const))(
    "%s",
    (id, rule) => {
      for (const example of rule.yes)
        expect([example, seen(rule.kind, example)]).toEqual([
          example,
          expect.arrayContaining([id]),
        ]);
      for (const example of rule.no ?? []) expect(seen(rule.kind, example)).not.toContain(id);
    },
  );

  test("is anchored: an address inside another is none, nor is a tool's name in a person's", () => {
    for (const { rule } of all) {
      if (rule.kind !== "email") continue;
      for (const example of rule.yes) {
        const { name, email } = identity(example);
        const inside = commit({ author: `${name} <x${email}.example>`, committer: ADA });
        expect(
          claimsOf(inside).claims.filter(
            ({ evidence }) =>
              evidence.rule.endsWith(rule.name) && rule.match.test(inside.author.email),
          ),
        ).toEqual([]);
      }
    }
  });

  test.each([
    "Travis Cline <travis@example.com>",
    "Aiden Cline <aiden@example.com>",
    "Claude Monet <claude@monet.example>",
    "Ai Chen <ai.chen@example.com>",
    "Devin Smith <devin@example.com>",
    "Jules Verne <jules@example.com>",
    "Cody Banks <cody@example.com>",
    "Gemini Rossi <gemini@example.com>",
    "Kiro Tanaka <kiro@example.com>",
    "Zed Shaw <zed@example.com>",
    "Tai Groot <tai.groot@example.com>",
    "Henré Botha <henre@example.com>",
    "Truffle <truffle@example.com>",
    "Bertrand Bonnefoy-Claudet <bertrand@example.com>",
    "claudemiro <claudemiro@example.com>",
    "Jane <7+jane@users.noreply.github.com>",
    "claude <81847+claude@users.noreply.github.com>",
    "Ada <ada@anthropic.com>",
    "Ada <ada@openai.com>",
    "Ada <ada@aider.chat>",
    "Ada <ada@all-hands.dev>",
    "insonmia0126-lovable <4+insonmia0126-lovable@users.noreply.github.com>",
    "GitHub <noreply@github.com>",
  ])("%s is a person, as author and in a trailer", (person) => {
    expect(claimsOf(commit({ author: person }))).toEqual({ ...NO_CLAIMS });
    expect(
      claimsOf(withBody(`Co-authored-by: ${person}`, `Assisted-by: ${person}`)).claims,
    ).toEqual([]);
  });
});

describe("one commit", () => {
  test.each([
    [
      "Co-Authored-By: Claude Opus 4.6 (1M context) <noreply@anthropic.com>",
      "claude-code/identity A trailer",
    ],
    [
      "* Co-authored-by: Copilot <175728472+Copilot@users.noreply.github.com>",
      "copilot/suggestion B trailer",
    ],
    ["Co-authored-by: Ashwin <ashwin@example.com>", ""],
    ["Assisted-by: Viktor Szakats", ""],
    ["Assisted-by: none", ""],
    ["Assisted-by: Sam Lee <sam@example.com>", ""],
    ["Assisted-by: Crush:qwen3.7-max", "crush/trailer A trailer"],
    ["Assisted-by: LLM coccinelle sparse", "unnamed/assisted-by B trailer"],
    ["Assisted-by: GLM-5.1 via Crush <crush@charm.land>", "crush/identity A trailer"],
    ["Assisted-by: Claude:claude-3-opus coccinelle sparse", "claude-code/assisted-by B trailer"],
    ["Assisted-by: Claude Fable 5", "unnamed/assisted-by B trailer"],
    ["Assisted-by: OpenAI GPT-5.4", "unnamed/assisted-by B trailer"],
    ["Assisted-by: ChatGPTv5", "unnamed/assisted-by B trailer"],
    ["Assisted-by: Claude Debussy", ""],
    [
      "Generated-by: `Gemini 3.1 Pro (High)` on `Antigravity`",
      "antigravity/generated-by B trailer",
    ],
    ["Generated-by: StageFreight", ""],
    ["Generated by scripts/bump-version.sh", ""],
    ["Generated with love", ""],
    ["Made-with: love", ""],
    ["Replit-Commit-Author: Deployment", ""],
    ["Signed-off-by: Claude <noreply@anthropic.com>", "claude-code/identity A trailer"],
    ["AI-used-for: code, tests", "unnamed/ai-used-for B trailer"],
    ["AI-used-for: research", ""],
    ["AI-used-for: review", ""],
    ["AI-assisted: no", ""],
    ["AI-assisted: yes", "unnamed/ai-assisted B trailer"],
    ["Generated-by: `Opus 4.5` on `Claude Code`.", "claude-code/generated-by B trailer"],
    ["Generated-by: Claude Code claude-opus-4-6", "claude-code/generated-by B trailer"],
    ["Generated-by: Codex GPT-5.4", "codex/generated-by B trailer"],
    ["Generated by scripts with Claude", ""],
    ["*Created with [Factory Droid](https://factory.ai).*", "factory-droid/footer B trailer"],
    ["Written by Cline", ""],
    ["Coding-Agent: Claude Code", "claude-code/coding-agent B trailer"],
    ["Entire-Checkpoint: a3b2c4d5e6f7", "entire/checkpoint A trailer"],
  ])("%s", (line, expected) => {
    expect(shortly(claimsOf(withBody(line))).join()).toBe(expected);
    // In the middle of a body too, and not as the subject.
    expect(shortly(claimsOf(withBody("Because.", line, "", "And so on."))).join()).toBe(expected);
    expect(claimsOf(commit({ message: `${line}\n` })).claims).toEqual([]);
  });

  test("authors and committers", () => {
    const copilot = "Copilot <198982749+Copilot@users.noreply.github.com>";
    expect(shortly(claimsOf(commit({ author: copilot, committer: ADA })))).toEqual([
      "copilot/agent A author",
    ]);
    const copilotOnly = claimsOf(commit({ author: ADA, committer: copilot }));
    expect(shortly(copilotOnly)).toEqual(["copilot/agent C committer"]);
    expect(shortly(claimsOf(commit({ author: copilot })))).toEqual([
      "copilot/agent A author",
      "copilot/agent A committer",
    ]);
    const jane = "Jane (aider) <jane@example.com>";
    expect(shortly(claimsOf(commit({ author: jane, committer: ADA })))).toEqual([
      "aider/name A author",
    ]);
    expect(shortly(claimsOf(commit({ author: ADA, committer: jane })))).toEqual([
      "aider/name C committer",
    ]);
  });

  test("subjects that speak of agents", () => {
    for (const subject of [
      "agent: dedupe copilot-cli transcripts",
      "Document how to use Claude in CI",
      "Co-authored-by: Claude <noreply@anthropic.com>",
    ])
      expect(claimsOf(commit({ message: `${subject}\n` })).claims).toEqual([]);
  });

  test("quoted trailers claim nothing", () => {
    const line = "Co-authored-by: Claude <noreply@anthropic.com>";
    for (const quoted of [`    ${line}`, `\t${line}`, `> ${line}`, `# ${line}`, `See ${line}`])
      expect(claimsOf(withBody(quoted)).claims).toEqual([]);
    expect(claimsOf(withBody("```", line, "```")).claims).toEqual([]);
    expect(
      claimsOf(withBody("# ------------------------ >8 ------------------------", line)).claims,
    ).toEqual([]);
    expect(claimsOf(withBody("```", "x", "```", line)).claims).toHaveLength(1);
  });

  test("an editor that signed everybody's commits is doubted for as long as it did", () => {
    const message = "x\n\nCo-authored-by: Copilot <copilot@github.com>\n";
    const given = (day: string, text = message) =>
      shortly(claimsOf(commit({ day, message: text }))).join();
    expect(given("2026-04-28")).toBe("copilot/editor C trailer");
    expect(given("2026-04-14")).toBe("copilot/editor B trailer");
    expect(given("2026-06-01")).toBe("copilot/editor B trailer");
    const session = `${message}Copilot-Session: 6f1d0a3e-5a0c-4c0e-9a53-3b1b0f7f2b11\n`;
    expect(given("2026-04-28", session)).toContain("copilot/editor A trailer");
  });

  test("a bot stays a bot with a tool's trailer", () => {
    const message = "Bump x\n\nCo-authored-by: Claude <noreply@anthropic.com>\n";
    const bot = claimsOf(
      commit({
        author: "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>",
        message,
      }),
    );
    expect(bot.bot).toBe(true);
    const runner = "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>";
    expect(claimsOf(commit({ author: runner })).bot).toBe(true);
    expect(claimsOf(commit({ author: runner, message })).bot).toBe(false);
    expect(
      claimsOf(commit({ author: "x-agent[bot] <1+x-agent[bot]@users.noreply.github.com>" })).bot,
    ).toBe(false);
  });

  test("a revert claims nothing, whoever made it", () => {
    const message = `Revert "x"\n\nThis reverts commit ${"a".repeat(40)}.\n\nCo-authored-by: Claude <noreply@anthropic.com>\n`;
    expect(claimsOf(commit({ message }))).toEqual(NO_CLAIMS);
    expect(claimsOf(commit({ author: "Codex <codex@openai.com>", message }))).toEqual(NO_CLAIMS);
  });

  test("squashes name each claim once, and people beside the tool lower it", () => {
    const trailer = "Co-authored-by: Claude <noreply@anthropic.com>";
    const squash = commit({
      message: `Add it (#12)\n\n* one\n\n${trailer}\n\n* two\n\n${trailer}\nCo-authored-by: Bob <bob@example.com>\n`,
    });
    const claims = claimsOf(squash);
    expect(shortly(claims)).toEqual(["claude-code/identity A trailer"]);
    expect(claims.squashedWithPeople).toBe(true);
    expect(lineProbability(claims)).toBe(0.65);
  });

  test("a trailer older than the tools is told so", () => {
    const old = claimsOf(
      commit({
        day: "2019-05-01",
        message: "x\n\nCo-authored-by: Claude <noreply@anthropic.com>\n",
      }),
    );
    expect(shortly(old)).toEqual(["claude-code/identity C trailer"]);
    expect(old.claims[0]!.evidence.claim).toContain("dated before such tools");
  });

  test("models are named, addresses never", () => {
    const claims = claimsOf(
      withBody(
        "Co-Authored-By: Claude Opus 4.6 (1M context) <noreply@anthropic.com>",
        "Assisted-by: Crush:qwen3.7-max",
        "Co-authored-by: aider (gpt-4o) <aider@aider.chat>",
      ),
    );
    expect(claims.claims.map(({ evidence }) => evidence.claim)).toEqual([
      "trailer claims Claude Code (Opus 4.6)",
      "trailer claims Crush (qwen3.7-max)",
      "trailer claims Aider (gpt-4o)",
    ]);
    for (const { rules } of tools)
      for (const { kind, yes } of rules)
        for (const example of kind === "email" ? yes : [])
          expect(
            JSON.stringify(claimsOf(withBody(`Co-authored-by: ${example}`)).claims),
          ).not.toContain("@");
  });

  test("any message is read, quickly", () => {
    const long = `s\n\n${"a".repeat(100_000)}\n${"- ".repeat(200)}:x\n${" ".repeat(400)}x: y\n`;
    const start = performance.now();
    expect(readMessage(long.repeat(20)).trailers).toBeDefined();
    expect(performance.now() - start).toBeLessThan(1000);
    expect(claimsOf(commit({ message: "" })).claims).toEqual([]);
  });
});

describe("environment", () => {
  test("names, never values; terminals are context only", () => {
    const claims = claimsOfEnvironment({
      CLAUDECODE: "secret",
      CURSOR_TRACE_ID: "x",
      PATH: "/bin",
    });
    expect(shortly(claims)).toEqual([
      "claude-code/environment A environment",
      "cursor/terminal D environment",
    ]);
    expect(JSON.stringify(claims)).not.toContain("secret");
    expect(claims.claims[0]!.evidence).toMatchObject({
      tier: "run-time",
      locus: "environment",
      claim: "environment variable CLAUDECODE claims Claude Code",
    });
    expect(lineProbability(claimsOfEnvironment({ CURSOR_TRACE_ID: "x" }))).toBeUndefined();
    expect(
      claimsOfEnvironment({ GEMINI_CLI: "0", CODEX_CI: "", OPENCODE: "false" }).claims,
    ).toEqual([]);
    expect(shortly(claimsOfEnvironment({ AI_AGENT: "x" }))).toEqual([
      "unnamed/environment A environment",
    ]);
    expect(shortly(claimsOfEnvironment({ AI_AGENT: "x", CURSOR_AGENT: "1" }))).toEqual([
      "cursor/environment A environment",
    ]);
    expect(claimsOfEnvironment({ AIDER_MODEL: "x", CLAUDE_CONFIG_DIR: "y" }).claims).toEqual([]);
  });
});

describe("arithmetic", () => {
  function claim(
    role: Role | "environment",
    given: EvidenceClass,
    more: Partial<Claim> = {},
  ): Claims {
    const evidence = {
      tier: "commit",
      rule: "t/r",
      class: given,
      tool: "T",
      locus: "",
      claim: "",
    } as const;
    return {
      ...NO_CLAIMS,
      claims: [{ role, suggestion: false, share: undefined, evidence, ...more }],
    };
  }

  test.each([
    ["author", "A", 0.92, "ai"],
    ["author", "B", 0.76, "likely-ai"],
    ["author", "C", 0.57, "unknown"],
    ["trailer", "A", 0.8, "likely-ai"],
    ["trailer", "B", 0.7, "likely-ai"],
    ["trailer", "C", 0.5, "unknown"],
    ["committer", "A", 0.8, "likely-ai"],
    ["environment", "A", 0.85, "likely-ai"],
    ["environment", "B", 0.7, "likely-ai"],
    ["environment", "D", undefined, "unknown"],
  ] as const)("%s of class %s: %s, %s", (role, given, probability, verdict) => {
    expect(judge([{ lines: 7, claims: claim(role, given), recorded: [] }])).toEqual({
      verdict,
      probability,
    });
  });

  const trailer = claim("trailer", "A");
  const bot: Claims = { ...NO_CLAIMS, bot: true };
  test.each([
    ["nothing known", [[5, NO_CLAIMS]], "unknown", undefined],
    ["all by a bot", [[5, bot]], "bot", undefined],
    [
      "a bot's lines and a tool's",
      [
        [5, bot],
        [5, claim("author", "A")],
      ],
      "mixed",
      0.46,
    ],
    [
      "an accepted suggestion",
      [[5, claim("trailer", "A", { suggestion: true })]],
      "likely-ai",
      0.65,
    ],
    ["a share the commit names", [[5, claim("trailer", "A", { share: 0.1 })]], "likely-human", 0.1],
    ["people in a squash", [[5, { ...trailer, squashedWithPeople: true }]], "likely-ai", 0.65],
    [
      "14 of 20 lines",
      [
        [14, trailer],
        [6, NO_CLAIMS],
      ],
      "likely-ai",
      0.65,
    ],
    [
      "5 of 20 lines",
      [
        [5, trailer],
        [15, NO_CLAIMS],
      ],
      "unknown",
      0.43,
    ],
    ["lines older than the tools", [[5, { ...NO_CLAIMS, tooOld: true }]], "likely-human", 0.05],
    ["no lines", [], "unknown", undefined],
  ] as const)("%s", (_, parts, verdict, probability) => {
    const given = parts.map(([lines, claims]) => ({
      lines,
      claims: claims as Claims,
      recorded: [],
    }));
    expect(judge(given)).toEqual({ verdict, probability });
  });

  test("several claims do not multiply", () => {
    const both = { ...NO_CLAIMS, claims: [...trailer.claims, ...claim("trailer", "B").claims] };
    expect(lineProbability(both)).toBe(0.8);
  });
});

describe("a change", () => {
  const CLAUDE = { name: "Claude", email: "noreply@anthropic.com" };
  const TRAILER = "\n\nCo-Authored-By: Claude <noreply@anthropic.com>";

  function started(): TestRepository {
    const repository = new TestRepository();
    repository.write("a.js", lines("1", "2", "3"));
    repository.commit("first");
    repository.git("checkout", "-q", "-b", "topic");
    return repository;
  }

  async function attributed(
    repository: TestRepository,
    options = {},
    base = "main",
    staged = false,
  ) {
    const read = await readChange(
      { cwd: repository.folder, base: staged ? undefined : base, staged },
      environment,
    );
    const { hunks, notices } = await attribute(
      read.change,
      {
        history: await read.history(),
        base: read.files("base", 1_000_000),
        head: read.files("head", 1_000_000),
      },
      options,
    );
    read.repository.close();
    return Object.assign([...hunks], { notices });
  }

  function told(result: readonly HunkAttribution[]): string[] {
    return result.map(
      ({ file, hunk, verdict, probability, tool }) =>
        `${file.path}:${hunk.headStart} ${verdict} ${probability ?? "-"} ${tool ?? "-"}`,
    );
  }

  test("without any trace is unknown, deletions are not asked about", async () => {
    const repository = started();
    repository.write("a.js", lines("1", "3"));
    repository.write("b.js", lines("b"));
    repository.commit("mine");
    expect(told(await attributed(repository))).toEqual(["b.js:1 unknown - -"]);
  });

  test("by commit, with the line shares of each hunk", async () => {
    const repository = started();
    repository.write("a.js", lines("1", "t1", "t2", "2", "3"));
    repository.commit(`with a trailer${TRAILER}`);
    repository.write("a.js", lines("1", "t1", "t2", "mine", "2", "3"));
    repository.write("mine.js", lines("m"));
    repository.commit("mine");
    repository.write("agent.js", lines("g"));
    repository.commit("agent", { author: CLAUDE });
    repository.write("now.js", lines("n"));
    const result = await attributed(repository, { environment: { CLAUDECODE: "1" } });
    expect(told(result)).toEqual([
      "a.js:2 likely-ai 0.63 claude-code",
      "agent.js:1 ai 0.92 claude-code",
      "mine.js:1 unknown - -",
      "now.js:1 likely-ai 0.85 claude-code",
    ]);
    expect(result[0]!.evidence[0]!.claim).toBe("trailer claims Claude Code (2 of 3 lines)");
    expect(result[0]!.evidence[0]!.locus).toMatch(/^commit [0-9a-f]{7}$/);
    expect(JSON.stringify(result.map(({ evidence }) => evidence))).not.toContain("@");
  });

  test("the environment speaks of what is not committed, and of nothing else", async () => {
    const repository = started();
    repository.write("b.js", lines("b"));
    repository.commit("mine");
    repository.write("c.js", lines("c"));
    repository.git("add", "-A");
    const options = { environment: { CURSOR_AGENT: "1" } };
    expect(told(await attributed(repository, options))).toEqual([
      "b.js:1 unknown - -",
      "c.js:1 likely-ai 0.85 cursor",
    ]);
    expect(told(await attributed(repository, options, undefined, true))).toEqual([
      "c.js:1 likely-ai 0.85 cursor",
    ]);
    expect(told(await attributed(repository, options, "main...topic"))).toEqual([
      "b.js:1 unknown - -",
    ]);
  });

  test("a bot's change with an agent's in it", async () => {
    const repository = started();
    const dependabot = {
      name: "dependabot[bot]",
      email: "49699333+dependabot[bot]@users.noreply.github.com",
    };
    repository.write("b.js", lines("b1", "b2"));
    repository.write("c.js", lines("c"));
    repository.commit("bump", { author: dependabot });
    repository.write("b.js", lines("b1", "b2", "fix", "up"));
    repository.commit("fix up", { author: CLAUDE });
    expect(told(await attributed(repository))).toEqual([
      "b.js:1 mixed 0.46 claude-code",
      "c.js:1 bot - -",
    ]);
  });

  test("commits older than the tools, and what is on top of them", async () => {
    const repository = started();
    const date = Date.UTC(2019, 0, 1) / 1000;
    for (const name of ["b", "c"]) {
      repository.write(`${name}.js`, lines(name));
      repository.commit(name, { date });
    }
    repository.write("d.js", lines("d"));
    expect(told(await attributed(repository))).toEqual([
      "b.js:1 likely-human 0.05 -",
      "c.js:1 likely-human 0.05 -",
      "d.js:1 unknown - -",
    ]);
  });

  test("files whose author means nothing", async () => {
    const repository = started();
    repository.write("a.lock", lines("l"));
    repository.commit(`x${TRAILER}`);
    const options = { isNotApplicable: (path: string) => path.endsWith(".lock") };
    expect(told(await attributed(repository, options))).toEqual(["a.lock:1 not-applicable - -"]);
  });
});
