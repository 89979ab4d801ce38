/** SARIF is valid, is what code scanning accepts, and says so where its limits cut something. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import fc from "fast-check";
import type { Log, Result, Run } from "sarif";
import { lineHashes } from "../src/report/line-hash.ts";
import type { Report } from "../src/report/report.ts";
import { MAX_RESULTS, MAX_STEPS, sarifText, toSarif, uriOf } from "../src/report/sarif.ts";
import {
  at,
  clean,
  crowd,
  finding,
  hostilePath,
  reported,
  sample,
  sqlInjection,
  step,
} from "./report-sample.ts";

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
const validate = ajv.compile(JSON.parse(readFileSync("test/schema/sarif-2.1.0.json", "utf8")));

/** The run of a report, after a round trip through text and the schema. */
function runOf(report: Report, all = false): Run {
  const log = JSON.parse(sarifText(report, { all })) as Log;
  validate(log);
  expect(validate.errors ?? []).toEqual([]);
  expect(log.runs).toHaveLength(1);
  return log.runs[0];
}

function resultsOf(report: Report, all = false): Result[] {
  return runOf(report, all).results ?? [];
}

function notificationsOf(run: Run): string[] {
  return (run.invocations?.[0].toolExecutionNotifications ?? []).map(
    ({ message }) => message.text ?? "",
  );
}

function withFinding(overrides: Parameters<typeof finding>[2], primary = at("src/a.ts", 1, 1)) {
  const one = reported(
    finding(sqlInjection, at("src/users/store.ts", 7, 12), overrides),
    "introduced",
    {
      primary,
    },
  );
  return { ...sample, findings: [one] };
}

describe("the log", () => {
  it.each([
    ["with findings", sample],
    ["without", clean],
    ["of a scan", { ...sample, mode: "scan" as const }],
  ])("is valid %s", (_, report) => {
    runOf(report);
    runOf(report, true);
  });

  it("is the same bytes for the same report", () => {
    expect(sarifText(sample, { all: true })).toBe(sarifText(structured(sample), { all: true }));
  });

  it("has a result for each place of pasted code", () => {
    const [clone] = withFinding({ fingerprint: "pasted" }, at("src/b.ts", 3, 1)).findings;
    const [first] = withFinding({ fingerprint: "first" }).findings;
    const { results } = runOf({ ...sample, findings: [{ ...first!, clones: [clone!] }] });
    expect(
      results?.map(({ locations, properties }) => [
        locations?.[0]?.physicalLocation?.artifactLocation?.uri,
        properties?.cloneOf,
      ]),
    ).toEqual([
      ["src/a.ts", undefined],
      ["src/b.ts", "first"],
    ]);
  });

  it("has a category that stays, and the root left open", () => {
    const run = runOf(sample);
    expect(run.automationDetails?.id).toBe("adr-scan/");
    expect(run.originalUriBaseIds?.["%SRCROOT%"].uri).toBeUndefined();
    expect(run.columnKind).toBe("utf16CodeUnits");
  });

  it("states risk, counts and attribution of the run", () => {
    expect(runOf(sample).properties).toMatchObject({
      risk: { score: sample.assessment.score, level: sample.assessment.level },
      counts: sample.counts,
      findings: { introduced: 4, touched: 1, fixed: 1, unrelated: 1, suppressed: 1 },
      attribution: { "likely-ai": 1, unknown: 2 },
      incomplete: true,
      notAnalysed: 3,
    });
  });

  it("tells what was not analysed, once, and every notice", () => {
    const texts = notificationsOf(runOf(sample));
    expect(texts.filter((text) => text.includes("db/schema.rb"))).toHaveLength(1);
    expect(texts).toContainEqual(expect.stringContaining("The clone is shallow"));
    expect(texts).toHaveLength(5);
  });
});

describe("results", () => {
  it("are the introduced ones in a diff, and all that are not suppressed in a scan", () => {
    expect(resultsOf(sample).map(({ baselineState }) => baselineState)).toEqual(
      Array(4).fill("new"),
    );
    const scanned = resultsOf({ ...sample, mode: "scan" });
    expect(scanned).toHaveLength(7);
    expect(scanned.every(({ baselineState }) => baselineState === undefined)).toBe(true);
  });

  it("are all of them where asked for, with their states and suppressions", () => {
    const results = resultsOf(sample, true);
    expect(new Set(results.map(({ baselineState }) => baselineState))).toEqual(
      new Set(["new", "updated", "unchanged", "absent"]),
    );
    expect(results.every(({ suppressions }) => suppressions !== undefined)).toBe(true);
    const suppressed = results.flatMap(({ suppressions }) => suppressions ?? []);
    expect(suppressed).toEqual([
      {
        kind: "inSource",
        status: "accepted",
        justification: "ETag only | not a secret, see `docs`",
      },
    ]);
  });

  it("have one primary location of one line, with the full region", () => {
    for (const { locations } of resultsOf(sample, true)) {
      expect(locations).toHaveLength(1);
      const region = locations?.[0].physicalLocation?.region;
      expect(region?.endLine).toBe(region?.startLine);
      expect(region?.endColumn).toBeGreaterThan(region?.startColumn ?? 0);
    }
  });

  it("are placed on the line the change added, and point to the sink", () => {
    const [result] = resultsOf(sample);
    expect(result.locations?.[0].physicalLocation).toMatchObject({
      artifactLocation: { uri: "src/routes/users.ts" },
      region: { startLine: 8 },
    });
    expect(result.relatedLocations?.[0].physicalLocation).toMatchObject({
      artifactLocation: { uri: "src/users/store.ts" },
      region: { startLine: 7 },
    });
    expect(result.codeFlows).toHaveLength(2);
    expect(result.codeFlows?.[0].threadFlows[0].locations).toHaveLength(5);
  });

  it("carry the line hash of code scanning and the finding's own fingerprint", () => {
    const [result] = resultsOf(sample);
    const source = sample.source("src/routes/users.ts") ?? "";
    expect(result.partialFingerprints).toEqual({
      primaryLocationLineHash: lineHashes(source)[7],
      "adrFlow/v1": "3f9a1c2e77ab0123456789abcdef4567",
    });
  });

  it("state authorship as an uncalibrated claim with its evidence", () => {
    const [result] = resultsOf(sample);
    expect(result.properties?.aiAuthorship).toMatchObject({
      verdict: "likely-ai",
      probability: 0.8,
      calibrated: false,
      tool: "claude-code",
      evidence: [{ claim: "trailer claims Claude Code", class: "A" }],
    });
  });

  it("rank by risk", () => {
    expect(resultsOf(sample).map(({ rank }) => rank)).toEqual([76.8, 64.8, 45, 26.9]);
  });

  it("hide nothing in messages, and make no links of them", () => {
    const { message } = resultsOf(sample)[2];
    expect(message.text).toBe(
      "Input is written into the page by \\[document.write\\](http://evil.example) \\\\x1b\\[31m@team.",
    );
  });
});

describe("rules", () => {
  const rules = runOf(sample).tool.driver.rules ?? [];

  it("are the queries of the results, by id, each referred to by its index", () => {
    expect(rules.map(({ id }) => id)).toEqual([
      "missing-ownership-check",
      "reflected-xss",
      "sql-injection",
    ]);
    for (const { ruleId, ruleIndex } of resultsOf(sample)) {
      expect(rules[ruleIndex ?? -1].id).toBe(ruleId);
    }
  });

  it("have what code scanning asks for", () => {
    const sql = rules[2];
    expect(sql).toMatchObject({
      shortDescription: { text: "SQL built from input" },
      fullDescription: { text: sqlInjection.why },
      defaultConfiguration: { level: "error" },
      properties: {
        tags: ["security", "external/cwe/cwe-089"],
        precision: "high",
        "security-severity": "8.0",
        "problem.severity": "error",
      },
    });
    for (const text of [sql.help?.text, sql.help?.markdown]) {
      expect(text).toContain(sqlInjection.fix);
      expect(text).toContain(
        "probability that an AI tool wrote this hunk under the stated prior; not proof",
      );
    }
  });

  it("keep to the lengths and the number of tags that are shown", () => {
    const query = {
      ...sqlInjection,
      name: "n".repeat(2000),
      why: "w".repeat(2000),
      cwe: Array.from({ length: 30 }, (_, i) => `CWE-${i + 1}`),
    };
    const one = reported(finding(query, at("a.ts", 1, 1)), "introduced");
    const [rule] = runOf({ ...sample, findings: [one] }).tool.driver.rules ?? [];
    expect(rule.name).toHaveLength(255);
    expect(rule.shortDescription?.text).toHaveLength(1024);
    expect(rule.fullDescription?.text).toHaveLength(1024);
    expect(rule.properties?.tags).toHaveLength(10);
  });
});

describe("URIs", () => {
  it("are encoded a segment at a time", () => {
    expect(uriOf("src/a b/#c/?d/50%/é/日.ts")).toBe(
      "src/a%20b/%23c/%3Fd/50%25/%C3%A9/%E6%97%A5.ts",
    );
    expect(uriOf("a\nb:c\\d.ts")).toBe("a%0Ab%3Ac%5Cd.ts");
    expect(uriOf("bad\ud800.ts")).toBe("bad%EF%BF%BD.ts");
  });

  it("stand for the path they were made of", () => {
    const path = fc.string({ unit: "binary", minLength: 1 });
    fc.assert(
      fc.property(path, (text) => {
        const uri = uriOf(text);
        expect(uri).toMatch(/^[\w\-.!~*'()%/]*$/);
        expect(decodeURIComponent(uri)).toBe(text);
      }),
    );
  });

  it("are relative to the root, for hostile paths too", () => {
    const artifact = resultsOf(sample)[2].locations?.[0].physicalLocation?.artifactLocation;
    expect(artifact?.uriBaseId).toBe("%SRCROOT%");
    expect(decodeURIComponent(artifact?.uri ?? "")).toBe(hostilePath);
  });
});

describe("limits", () => {
  it("cut results of the lowest risk, and say how many", () => {
    const run = runOf(crowd(MAX_RESULTS + 800));
    expect(run.results).toHaveLength(MAX_RESULTS);
    const messages = (run.results ?? []).map(({ message }) => message.text);
    expect(messages).toContain("Finding number 0.");
    expect(messages).not.toContain(`Finding number ${MAX_RESULTS + 799}.`);
    expect(notificationsOf(run)[0]).toMatch(/^800 results of the lowest risk left out/);
  });

  it("cut results until the upload is small enough", () => {
    // Text that does not compress: hex digits of a chain of products.
    let state = 1n;
    const noise = () => {
      state = (state * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n;
      return state.toString(36);
    };
    const report = crowd(1000);
    const findings = report.findings.map((one, i) => ({
      ...one,
      finding: { ...one.finding, message: `${i} ${Array.from({ length: 2000 }, noise).join("")}` },
    }));
    const text = sarifText({ ...report, findings }, { all: false });
    expect(gzipSync(text).length).toBeLessThan(10_000_000);
    const run = (JSON.parse(text) as Log).runs[0];
    const kept = run.results?.length ?? 0;
    expect(kept).toBeGreaterThan(200);
    expect(kept).toBeLessThan(1000);
    expect(run.results?.[0].message.text).toMatch(/^0 /);
    expect(notificationsOf(run)[0]).toContain(`${1000 - kept} results of the lowest risk left out`);
  });

  it("cut the steps of a long path in its middle, and further paths", () => {
    const long = Array.from({ length: 3000 }, (_, i) =>
      step(at("src/a.ts", i + 1, 1), `step ${i}`),
    );
    const run = runOf(withFinding({ flows: [long, long.slice(0, 5)] }));
    const [flow, ...others] = run.results?.[0].codeFlows ?? [];
    const steps = flow.threadFlows[0].locations.map(({ location }) => location?.message?.text);
    expect(others).toEqual([]);
    expect(steps).toHaveLength(MAX_STEPS);
    expect([steps[0], steps.at(-1)]).toEqual(["step 0", "step 2999"]);
    expect(notificationsOf(run)[0]).toBe("Paths of 1 result shortened to 1000 steps a result.");
  });

  it("cut related locations", () => {
    const related = Array.from({ length: 150 }, (_, i) => step(at("src/a.ts", i + 1, 1), "peer"));
    const run = runOf(withFinding({ related }));
    expect(run.results?.[0].relatedLocations).toHaveLength(100);
    expect(notificationsOf(run)[0]).toBe("Related locations of 1 result cut to 100.");
  });

  it("are not spoken of where they are kept", () => {
    expect(notificationsOf(runOf(clean))).toEqual([]);
    expect(toSarif(clean, { all: false }).runs[0].results).toEqual([]);
  });
});

/** The same report as new objects. */
function structured(report: Report): Report {
  const { source, ...rest } = report;
  return { ...structuredClone(rest), source };
}
