/** `explain`: the whole story of a finding from a report, of a query without one, and what it refuses. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { keepReport, lastReport } from "../src/cache/last-report.ts";
import { explain } from "../src/cli/explain.ts";
import { main } from "../src/cli/main.ts";
import { toJson } from "../src/report/json.ts";
import { ToldReport } from "../src/report/told-report.ts";
import { lines, removeAll, TestRepository, temporaryFolder } from "./change-repository.ts";
import { sample } from "./report-sample.ts";

const before = process.cwd();
afterAll(() => {
  process.chdir(before);
  removeAll();
});

const report = ToldReport.parse(JSON.parse(toJson(sample)));

describe("a finding", () => {
  test.each(sample.findings.map(({ finding }) => finding))("$query.id at $at.line", (finding) => {
    const text = explain(finding.fingerprint, report);
    expect(text).toContain(finding.query.id);
    for (const evidence of [
      "Why it counts",
      "Guards considered",
      "Who wrote it",
      "1. Change",
      "3. Run",
    ])
      expect(text).toContain(evidence);
    for (const doubt of finding.doubts) expect(text.replace(/\s+/g, " ")).toContain(doubt);
    // Nothing that would steer a terminal.
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(400);
  });

  test("is told with the code of its flow and the arithmetic of its score", () => {
    const { finding, risk } = sample.findings[0]!;
    const text = explain(finding.fingerprint, report);
    const product = risk.factors.map(({ weight }) => weight).join(" x ");
    expect(text).toContain(`100 x ${product} = ${risk.score}`);
    const [step] = finding.flows[0]!;
    expect(text).toContain(
      sample.source(step!.place.path)!.split("\n")[step!.place.line - 1]!.trim(),
    );
  });

  test("is found by the first digits of its id, if they are its alone", () => {
    const { fingerprint } = sample.findings[0]!.finding;
    expect(explain(fingerprint.slice(0, 8), report)).toBe(explain(fingerprint, report));
    const twins = { ...report, findings: [report.findings[0]!, report.findings[0]!] };
    expect(() => explain(fingerprint, twins)).toThrow(/names several findings/);
    expect(() => explain(fingerprint.slice(0, 5), report)).toThrow(/at least 6 digits/);
    expect(() => explain(fingerprint, undefined)).toThrow(/no report of a scan here yet/);
  });
});

test("a query is told with or without a report", () => {
  const alone = explain("ssrf", undefined);
  expect(alone).toContain("How to fix it");
  expect(alone).not.toContain("In the last report");
  const { finding } = sample.findings[0]!;
  expect(explain(finding.query.id, report)).toContain(finding.fingerprint.slice(0, 12));
  expect(explain("ssrf", report)).toContain("nothing of it");
});

describe("the report it reads", () => {
  test("is that of the last scan of the repository, wherever in it one stands", () => {
    const repository = new TestRepository();
    repository.write("folder/a.js", "");
    const cache = temporaryFolder();
    expect(lastReport(cache, repository.folder)).toBeUndefined();
    keepReport(cache, join(repository.folder, "folder"), "told");
    expect(lastReport(cache, repository.folder)).toBe("told");
    expect(lastReport(cache, temporaryFolder())).toBeUndefined();
    // A cache within the tree is the tree's word, not ours.
    keepReport(join(repository.folder, "cache"), repository.folder, "told");
    expect(lastReport(join(repository.folder, "cache"), repository.folder)).toBeUndefined();
  });

  test("is kept by a scan", async () => {
    const repository = new TestRepository();
    repository.write(
      "a.js",
      lines('const c = require("child_process");', "module.exports = (n) => c.exec(n);"),
    );
    repository.commit("all");
    process.chdir(repository.folder);
    const cache = temporaryFolder();
    const output = join(temporaryFolder(), "report.json");
    await main(["scan", ".", "--cache-dir", cache, "--format", "json", "--output", output]);
    expect(lastReport(cache, repository.folder)).toBe(readFileSync(output, "utf8"));
  });

  test.each(["", "{", "[]", '{"schemaVersion": 2}'])(
    "is refused when it is none: %j",
    async (text) => {
      const file = join(temporaryFolder(), "report.json");
      writeFileSync(file, text);
      expect(await main(["explain", "abcdef", "--from", file])).toBe(2);
      expect(await main(["explain", "abcdef", "--from", `${file}.not`])).toBe(2);
    },
  );
});
