/** The gate: general thresholds, policies that add to them, and whose configuration counts. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { HunkAttribution, Verdict } from "../src/attribution/attribution.ts";
import type { ChangedFile } from "../src/change/change-set.ts";
import { main } from "../src/cli/main.ts";
import { configJsonSchema, parseConfig } from "../src/config/config.ts";
import { authors, type ConfigFile } from "../src/config/schema.ts";
import { confidences, type Finding, severities } from "../src/findings/finding.ts";
import { builtInAreas, compileAreas } from "../src/policy/areas.ts";
import { type Gate, type Judged, judge } from "../src/policy/gate.ts";
import { lines, removeAll, TestRepository, temporaryFolder } from "./change-repository.ts";
import { sqlInjection } from "./report-sample.ts";

const areaNames = Object.keys(builtInAreas());

function gateOf(text: string): Gate {
  const config: ConfigFile = parseConfig(text, ".adr-scan.yml", areaNames);
  return {
    failOn: config.failOn ?? "high",
    minConfidence: config.minConfidence ?? "medium",
    riskBudget: config.riskBudget,
    policies: config.policies,
    areas: compileAreas(config.areas, builtInAreas()),
  };
}

const file = (path: string): ChangedFile => ({
  path,
  basePath: path,
  status: "modified",
  baseId: "1",
  headId: "2",
  binary: false,
  submodule: false,
  hunks: [{ baseStart: 1, baseCount: 1, headStart: 1, headCount: 1 }],
});

const hunk = (path: string, verdict: Verdict): HunkAttribution => ({
  file: file(path),
  hunk: file(path).hunks[0]!,
  verdict,
  probability: undefined,
  calibrated: false,
  tool: undefined,
  toolName: undefined,
  commits: [],
  evidence: [],
});

function found(
  path: string,
  verdict: Verdict | undefined,
  {
    severity = "medium",
    confidence = "high",
    sinkKind = "sql",
    relevance = "introduced",
  }: {
    severity?: (typeof severities)[number];
    confidence?: (typeof confidences)[number];
    sinkKind?: string;
    relevance?: Judged["relevance"];
  } = {},
): Judged {
  const at = { path, line: 1, column: 1, endLine: 1, endColumn: 2 };
  const finding: Finding = {
    query: { ...sqlInjection, severity },
    message: "",
    at,
    source: undefined,
    sourceKind: "remote",
    sinkKind,
    symbol: "",
    flows: [],
    related: [],
    guards: [],
    passes: [],
    confidence,
    doubts: [],
    exposure: "entry",
    fingerprint: "f",
  };
  return {
    finding,
    relevance,
    attribution: verdict === undefined ? undefined : hunk(path, verdict),
  };
}

const answer = (
  gate: Gate,
  findings: readonly Judged[],
  hunks: readonly HunkAttribution[] = [],
  score = 10,
) =>
  judge(gate, {
    findings,
    files: [...new Set(hunks.map((one) => one.file.path))].map(file),
    hunks,
    score,
  });

describe("the general gate", () => {
  test("fails on introduced findings that are severe and sure enough, and says why", () => {
    const gate = gateOf("");
    expect(
      answer(gate, [found("a.ts", "human", { severity: "high", confidence: "medium" })]),
    ).toEqual({
      failOn: "high",
      failed: true,
      reasons: ["1 introduced finding is at least high with confidence medium or better."],
      reviews: [],
    });
    expect(answer(gate, [found("a.ts", "ai", { severity: "medium" })]).failed).toBe(false);
    expect(
      answer(gate, [found("a.ts", "ai", { severity: "high", confidence: "low" })]).failed,
    ).toBe(false);
    expect(
      answer(gate, [found("a.ts", "ai", { severity: "high", relevance: "touched" })]).failed,
    ).toBe(false);
  });

  test("has a budget for the risk of the whole change", () => {
    const gate = gateOf("riskBudget: 40");
    expect(answer(gate, [], [], 40).failed).toBe(false);
    expect(answer(gate, [], [], 40.1).reasons).toEqual([
      "The risk score 40.1 is above the budget of 40.",
    ]);
  });

  test("never fails with none", () => {
    expect(
      answer(gateOf("failOn: none"), [found("a.ts", "ai", { severity: "critical" })]).failed,
    ).toBe(false);
  });
});

describe("a policy", () => {
  const gate = gateOf(`
policies:
  - name: AI near money
    when: { author: [ai, unknown], touches: [payments] }
    then: { failOn: medium, requireReview: true }
`);

  test.each<[Verdict | undefined, boolean]>([
    ["ai", true],
    ["likely-ai", true],
    ["mixed", true],
    ["unknown", true],
    ["not-applicable", true],
    [undefined, true],
    ["human", false],
    ["likely-human", false],
    ["bot", false],
  ])("for ai and unknown holds for a hunk that is %s: %s", (verdict, fails) => {
    expect(answer(gate, [found("src/billing/refund.ts", verdict)]).failed).toBe(fails);
  });

  test("holds for its areas alone", () => {
    expect(answer(gate, [found("src/tickets/list.ts", "ai")]).failed).toBe(false);
    const own = gateOf(`
areas:
  exports: { does: [command], paths: ["reports/**"] }
policies:
  - { when: { touches: [exports] }, then: { failOn: low } }
`);
    expect(answer(own, [found("src/a.ts", "human", { sinkKind: "command" })]).failed).toBe(true);
    expect(answer(own, [found("reports/a.ts", "human")]).failed).toBe(true);
    expect(answer(own, [found("src/a.ts", "human")]).failed).toBe(false);
  });

  test("asks for a review by what was changed, with or without a finding, and does not fail by that", () => {
    const path = "src/billing/refund.ts";
    expect(answer(gate, [], [hunk(path, "likely-ai")])).toEqual({
      failOn: "high",
      failed: false,
      reasons: [],
      reviews: [
        `Policy "AI near money" asks for a review: ${path} belongs to payments, author ai.`,
      ],
    });
    expect(answer(gate, [], [hunk(path, "human")]).reviews).toEqual([]);
    expect(answer(gate, [], [hunk("src/tickets/list.ts", "ai")]).reviews).toEqual([]);
  });

  test("can set a smaller budget for what it is about", () => {
    const budget = gateOf("policies: [{ when: { author: [ai] }, then: { riskBudget: 5 } }]");
    expect(answer(budget, [], [hunk("a.ts", "ai")], 6).reasons).toEqual([
      "Policy 1: The risk score 6 is above the budget of 5.",
    ]);
    expect(answer(budget, [], [hunk("a.ts", "human")], 6).failed).toBe(false);
  });

  test("only adds: whatever fails without policies fails with any, whoever wrote it", () => {
    const policy = fc.record({
      when: fc.record(
        {
          author: fc.uniqueArray(fc.constantFrom(...authors), { minLength: 1 }),
          touches: fc.uniqueArray(fc.constantFrom(...areaNames), { minLength: 1 }),
        },
        { requiredKeys: [] },
      ),
      // biome-ignore lint/suspicious/noThenProperty: the word of the configuration file; the value is never awaited.
      then: fc.record(
        {
          failOn: fc.constantFrom(...severities),
          minConfidence: fc.constantFrom(...confidences),
          riskBudget: fc.integer({ min: 0, max: 100 }),
        },
        { requiredKeys: ["minConfidence"] },
      ),
    });
    const finding = fc
      .record({
        path: fc.constantFrom("src/a.ts", "src/auth/login.ts", "src/billing/x.ts"),
        verdict: fc.constantFrom<Verdict>("ai", "likely-ai", "mixed", "human", "unknown", "bot"),
        severity: fc.constantFrom(...severities),
        confidence: fc.constantFrom(...confidences),
      })
      .map(({ path, verdict, ...rest }) => found(path, verdict, rest));
    const general = fc.record(
      {
        failOn: fc.constantFrom("none" as const, ...severities),
        minConfidence: fc.constantFrom(...confidences),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        general,
        fc.array(policy),
        fc.array(finding),
        fc.integer({ min: 0, max: 100 }),
        (base, policies, findings, score) => {
          const without = answer(gateOf(JSON.stringify(base)), findings, [], score);
          const withThem = answer(
            gateOf(JSON.stringify({ ...base, policies })),
            findings,
            [],
            score,
          );
          expect(withThem.reasons.slice(0, without.reasons.length)).toEqual(without.reasons);
          expect(withThem.failed || !without.failed).toBe(true);
        },
      ),
    );
  });
});

describe("a configuration that is not valid", () => {
  test.each([
    ["exclude: dist", /^\.adr-scan\.yml:1: .* at exclude$/],
    ["persona: regular\nfailOnn: high", /^\.adr-scan\.yml:1: .*failOnn/],
    ["failOn: high\nminConfidence: sure", /^\.adr-scan\.yml:2: .* at minConfidence$/],
    [
      "policies:\n  - when: { author: [robot] }\n    then: { failOn: low }",
      /^\.adr-scan\.yml:2: .* at policies\.0\.when\.author\.0$/,
    ],
    [
      "policies:\n  - then: { failOn: low }\n    when:\n      touches: [authh]",
      /^\.adr-scan\.yml:4: there is no area "authh"/,
    ],
    [
      "policies:\n  - then: { failOn: none }",
      /^\.adr-scan\.yml:2: .* at policies\.0\.then\.failOn$/,
    ],
    ["policies:\n  - then: {}", /^\.adr-scan\.yml:2: a policy must demand something/],
    ["areas:\n  x: { paths: [] }", /^\.adr-scan\.yml:2: an area needs/],
    ["riskBudget: 200", /^\.adr-scan\.yml:1: .* at riskBudget$/],
    ["a: [", /^\.adr-scan\.yml:\d+: /],
    ["a: &x [1]\nb: [*x, *x]", /^\.adr-scan\.yml:/],
  ])("%j is refused with file and line", (text, message) => {
    expect(() => parseConfig(text, ".adr-scan.yml", areaNames)).toThrow(message);
  });
});

test("the JSON Schema for editors is the one in docs", () => {
  const text = readFileSync(new URL("../docs/adr-scan.schema.json", import.meta.url), "utf8");
  expect(JSON.parse(text)).toEqual(configJsonSchema());
});

describe("whose configuration counts", () => {
  const before = process.cwd();
  let repository: TestRepository;

  beforeEach(() => {
    repository = new TestRepository();
    repository.write("package.json", '{ "dependencies": { "express": "5", "pg": "8" } }\n');
    repository.write("server.js", server(""));
  });

  afterAll(() => {
    process.chdir(before);
    removeAll();
  });

  const server = (route: string) =>
    lines(
      'const app = require("express")();',
      'const { Pool } = require("pg");',
      "const pool = new Pool();",
      route,
      "app.listen(3000);",
    );
  const flaw =
    'app.get("/users", (request, response) => pool.query("select * from users where name = \'" + request.query.name + "\'"));';

  async function scan(...args: readonly string[]) {
    const output = join(temporaryFolder(), "report.json");
    process.chdir(repository.folder);
    const status = await main([...args, "--no-cache", "--format", "json", "--output", output]);
    return {
      status,
      report: JSON.parse(readFileSync(output, "utf8")) as {
        findings: { query: string }[];
        gate: { failed: boolean; reasons: string[]; reviews: string[] };
        notices: { kind: string; message: string; level: string }[];
      },
    };
  }

  test("a change is not weighed by the policy it brings", async () => {
    repository.commit("before");
    repository.write("server.js", server(flaw));
    repository.write(".adr-scan.yml", "exclude: ['**']\nfailOn: none\n");
    repository.commit("a flaw, and a policy that lets it through");
    const { status, report } = await scan("diff", "HEAD~1..HEAD");
    expect(report.findings.map(({ query }) => query)).toContain("sql-injection");
    expect(report.gate.failed).toBe(true);
    expect(status).toBe(1);
    expect(report.notices.find(({ kind }) => kind === "configuration")?.message).toMatch(
      /is new in this change: it takes effect once it is merged/,
    );
  });

  test("the base's policy counts, changed or removed", async () => {
    repository.write(".adr-scan.yml", "failOn: none\n");
    repository.commit("before");
    repository.write("server.js", server(flaw));
    repository.remove(".adr-scan.yml");
    repository.commit("a flaw");
    const { status, report } = await scan("diff", "HEAD~1..HEAD");
    expect(status).toBe(0);
    expect(report.notices.find(({ kind }) => kind === "configuration")?.message).toMatch(
      /removed by this change/,
    );
  });

  test("a changed policy that is not valid is told before it is merged", async () => {
    repository.commit("before");
    repository.write(".adr-scan.yml", "failOn: whenever\n");
    repository.commit("a misspelt policy");
    const { report } = await scan("diff", "HEAD~1..HEAD");
    expect(report.notices).toContainEqual(
      expect.objectContaining({
        level: "warning",
        message: expect.stringMatching(/\.adr-scan\.yml:1: .*failOn/),
      }),
    );
  });

  const ownModel =
    "library: our-db\necosystem: npm\nsinks:\n  - { kind: sql, at: 'our-db.Member[run].Argument[0]' }\n";
  const ownQuery = [
    "id: no-shell-scripts",
    "kind: change",
    "name: A shell script is added",
    "cwe: [CWE-78]",
    "severity: high",
    "precision: high",
    "message: '{label}'",
    "why: They are not reviewed.",
    "fix: Write it in TypeScript.",
    "matches:",
    "  - { label: A shell script, on: added, pattern: '^#!/bin/sh' }",
  ];

  test("models and queries of the base's own count, and a change's only after the merge", async () => {
    repository.write(".adr-scan/models/javascript/our-db.yml", ownModel);
    repository.write(".adr-scan/queries/scripts.yml", lines(...ownQuery));
    repository.commit("before");
    repository.write("server.js", server(flaw.replace("pool.query", 'require("our-db").run')));
    repository.write("deploy", "#!/bin/sh\n");
    repository.remove(".adr-scan/models/javascript/our-db.yml");
    repository.remove(".adr-scan/queries/scripts.yml");
    repository.commit("both flaws, and nothing to find them by");
    const { status, report } = await scan("diff", "HEAD~1..HEAD");
    expect(status).toBe(1);
    const found = report.findings.map(({ query }) => query);
    expect(found).toContain("sql-injection");
    expect(found).toContain("no-shell-scripts");
    expect(found).toContain("changed-scanner-policy");
    expect(report.notices.filter(({ kind }) => kind === "configuration")).toHaveLength(2);

    repository.write(".adr-scan/queries/scripts.yml", lines(...ownQuery).replace("high", "huge"));
    repository.commit("invalid");
    expect(await main(["scan", ".", "--no-cache"])).toBe(2);
  });

  test("functions of the repository are what the base's configuration says they are", async () => {
    const config = lines(
      "guards:",
      "  - { name: onlyOurs, kind: tenant }",
      "sanitizers:",
      "  - { name: tidy, neutralises: [sql] }",
      "sources:",
      "  - { name: readMessage, label: a message of the queue }",
    );
    const routes = (order: string, step: string) =>
      lines(
        'const { onlyOurs, tidy, readMessage } = require("./own");',
        `app.get("/shops/:id", ${step}(request, response) => response.json([]));`,
        `app.get("/orders", (request, response) => pool.query("select * from orders order by " + ${order}));`,
        'setInterval(async () => pool.query("delete from orders where id = " + (await readMessage())), 1000);',
      );
    const own = lines(
      "exports.onlyOurs = (request, response, next) => next();",
      "exports.tidy = (text) => text;",
      "exports.readMessage = async () => (await fetch(process.env.QUEUE)).text();",
    );
    repository.write("own.js", own);
    repository.commit("before");
    repository.write("server.js", server(routes("tidy(request.query.order)", "onlyOurs, ")));
    repository.commit("routes");
    const found = async (...range: readonly string[]) =>
      (await scan("diff", ...range)).report.findings.map(({ query }) => query).sort();
    // Without a configuration `tidy` does nothing, and what the queue says is not known.
    expect(await found("HEAD^..HEAD")).toEqual(["sql-injection"]);

    repository.write(".adr-scan.yml", config);
    repository.commit("configuration");
    repository.write("server.js", server(""));
    repository.commit("no routes");
    repository.write("server.js", server(routes("tidy(request.query.order)", "onlyOurs, ")));
    repository.commit("routes again");
    expect(await found("HEAD^..HEAD")).toEqual(["sql-injection"]);
    expect((await scan("diff", "HEAD^..HEAD")).report.findings).toEqual([
      expect.objectContaining({ message: expect.stringContaining("A message of the queue") }),
    ]);

    repository.write("server.js", server(routes("tidy(request.query.order)", "")));
    repository.commit("no guard");
    expect(await found("HEAD^..HEAD")).toContain("removed-guard-tenant");
  });

  test("a change that excuses its flaw in every way fails as it would without", async () => {
    repository.write(
      "test/access.test.js",
      'test("strangers are refused", () => expect(401).toBe(401));\n',
    );
    repository.write(".adr-scan.yml", "failOn: high\n");
    repository.commit("before");
    const status = async (): Promise<number> => (await scan("diff", "HEAD^..HEAD")).status;
    repository.write("server.js", server(flaw));
    repository.commit("a flaw");
    expect(await status()).toBe(1);

    repository.git("reset", "--quiet", "--hard", "HEAD^");
    repository.write(
      "server.js",
      server(`${flaw} // adr-scan-ignore sql-injection: it is only us`),
    );
    repository.write(
      ".adr-scan.yml",
      "failOn: none\nexclude: ['**']\nsanitizers: [{ name: query, neutralises: [sql] }]\n",
    );
    repository.remove("test/access.test.js");
    repository.commit("a flaw with all its excuses");
    expect(await status()).toBe(1);
  });

  test("a policy may refuse changes that silence, whatever else they do", async () => {
    const strict = lines(
      "policies:",
      "  - when: { queries: [silenced-scanner, changed-scanner-policy, skipped-security-test] }",
      "    then: { failOn: low }",
    );
    const access =
      'test("a guest is refused without permission", () => expect(isAllowed(stranger)).toBe(false));\n';
    repository.write("server.js", server(flaw));
    repository.write("test/access.test.js", access);
    repository.write(".adr-scan.yml", strict);
    repository.commit("before");
    const fails = async (name: string): Promise<void> => {
      repository.commit(name);
      const { status, report } = await scan("diff", "HEAD^..HEAD");
      expect([name, status, report.gate.failed]).toEqual([name, 1, true]);
      repository.git("reset", "--quiet", "--hard", "HEAD^");
    };
    repository.write(
      "server.js",
      server(`${flaw} // adr-scan-ignore sql-injection: it is only us`),
    );
    await fails("a suppression");
    repository.write(".adr-scan.yml", "failOn: none\n");
    await fails("another policy");
    repository.remove("test/access.test.js");
    await fails("a deleted test");
  });

  test("a scan of a tree is held to the tree's own", async () => {
    repository.write("server.js", server(flaw));
    repository.write(".adr-scan.yml", "failOn: none\n");
    repository.commit("all");
    expect((await scan("scan", ".")).status).toBe(0);
  });

  test("a configuration that the caller names wins over both", async () => {
    repository.commit("before");
    repository.write("server.js", server(flaw));
    repository.commit("a flaw");
    const own = join(temporaryFolder(), "policy.yml");
    new TestRepository().write("x", "");
    (await import("node:fs")).writeFileSync(own, "failOn: none\n");
    expect((await scan("diff", "HEAD~1..HEAD", "--config", own)).status).toBe(0);
    expect((await scan("diff", "HEAD~1..HEAD")).status).toBe(1);
  });
});
