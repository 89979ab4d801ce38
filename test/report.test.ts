/** The reports for people and programs: the answer first, nothing hidden, nothing hostile let through, within every limit. */
import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { MAX_OF_TYPE } from "../src/report/annotations.ts";
import { codeFrame, linesOf } from "../src/report/code-frame.ts";
import { cellsOf, columnsOf, slice, wrap } from "../src/report/columns.ts";
import { formats, reporters } from "../src/report/index.ts";
import { jsonSchema } from "../src/report/json-schema.ts";
import { MAX_BYTES } from "../src/report/markdown.ts";
import type { Report } from "../src/report/report.ts";
import { terminalOptions } from "../src/report/text.ts";
import { visible } from "../src/report/visible.ts";
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

const options = { all: false, color: false, width: 80 };

function text(report: Report, overrides: Partial<typeof options> = {}): string {
  return reporters.text(report, { ...options, ...overrides });
}

/** How an answer that all is well is painted; a line of an example is green too, but not bold. */
const GOOD = "\u001b[32m\u001b[1m";

/** What must reach no terminal and no log: controls but line feeds, bidi marks, and their like. */
const HIDDEN =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;

describe("every reporter", () => {
  it.each(formats)(
    "%s gives the same bytes for the same report, ending in one line feed",
    (format) => {
      const once = reporters[format](sample, options);
      expect(reporters[format](sample, options)).toBe(once);
      expect(once).toMatch(/[^\n]\n$/);
    },
  );

  it.each(formats)("%s takes a report with nothing in it", (format) => {
    const empty: Report = {
      ...clean,
      hunks: [],
      counts: { changedFiles: 0, analysedFiles: 0, leftOut: {}, functionsAnalysed: 0 },
    };
    expect(() => reporters[format](empty, options)).not.toThrow();
  });

  it.each(formats)("%s takes places that the source does not have", (format) => {
    const gone = reported(finding(sqlInjection, at("gone.ts", 99, 99)), "introduced", {
      primary: at("src/users/store.ts", 7, 500),
    });
    const far = reported(finding(sqlInjection, at("src/users/store.ts", 999, 1)), "introduced");
    const report = { ...sample, findings: [gone, far] };
    expect(() => reporters[format](report, options)).not.toThrow();
  });

  it.each(["text", "markdown", "annotations"] as const)(
    "%s lets nothing hidden through",
    (format) => {
      expect(reporters[format](sample, options)).not.toMatch(HIDDEN);
      const hostile = fc.string({ unit: "binary", maxLength: 60 });
      fc.assert(
        fc.property(hostile, hostile, hostile, (message, path, code) => {
          const one = reported(
            finding(sqlInjection, at(path, 1, 1), {
              message,
              symbol: message,
              flows: [[step(at(path, 1, 1), message), step(at(path, 1, 2), code)]],
            }),
            "introduced",
            { reason: message },
          );
          const report = {
            ...sample,
            subject: message,
            findings: [one],
            notAnalysed: [path],
            source: () => code,
          };
          expect(reporters[format](report, options)).not.toMatch(HIDDEN);
        }),
      );
    },
  );
});

describe("the text report", () => {
  const lines = text(sample).split("\n");

  it("starts with what was compared, the answer, and what was not analysed", () => {
    expect(lines.slice(0, 6)).toEqual([
      "adr-scan 0.1.0: main (1a2b3c4) to the working tree",
      "4 introduced, 1 touched, 1 fixed, 1 suppressed - risk 85/100 critical",
      "NOT ANALYSED: 3 changed files in Makefile, Ruby, SQL: db/schema.rb, db/seed.sql,",
      "deploy/Makefile",
      "INCOMPLETE: 1 thing could not be looked at (src/broken.ts), see the notices",
      "Gate failed (fail-on high)",
    ]);
  });

  it("shows a finding with its code, its path, the reason and the remedy", () => {
    const start = lines.findIndex((line) => line.startsWith("1. HIGH sql-injection"));
    const end = lines.findIndex((line) => line.startsWith("2. "));
    expect(`\n${lines.slice(start, end).join("\n")}`).toBe(`
1. HIGH sql-injection -------------------------------------------------- risk 77
The query parameter name becomes part of the text of an SQL statement.
--> src/routes/users.ts:8:15

    7 | users.get("/users", async (request, response) => {
  > 8 |   const name = request.query.name;
      |                ^^^^^^^^^^^^^^^^^^

Path to UserStore.find
  1. src/routes/users.ts:8  request.query
     const name = request.query.name;
  2. src/routes/users.ts:9  is passed to find()
     const found = await store.find(name);
  3. src/users/store.ts:5  parameter name
     async find(name: string) {
  4. src/users/store.ts:6  becomes part of a string
     const text = "select id, name, email, role, created_at from users where ...
  5. src/users/store.ts:7  reaches query()
     return pool.query(text);
     and 1 other path to the same place

Why     Whoever controls part of a statement's text controls what the statement
        does: they can read or change every row that the connection may read or
        change.
Fix     Pass the value as a parameter of the statement, and keep the statement's
        text constant.
        - db.query("SELECT * FROM users WHERE name = '" + name + "'")
        + db.query("SELECT * FROM users WHERE name = $1", [name])
Author  likely AI (Claude Code), probability of AI 0.8, not proof
        - trailer claims Claude Code (commit 1a2b3c4, rule claude-code/trailer)
Change  the source is on an added line; the statement is older
Risk    76.8 = 100 x severity high 0.8 x confidence high 1 x
        exposure unauthenticated 1 x attribution likely-ai 0.96 x
        relevance introduced 1
Id      3f9a1c2e77ab, CWE-89
`);
  });

  it("is clean in one line when there is nothing to say", () => {
    expect(text(clean).split("\n").slice(0, 3)).toEqual([
      "adr-scan 0.1.0: main (1a2b3c4) to the working tree",
      "Clean: this change introduces nothing that adr-scan knows of.",
      "",
    ]);
    expect(text(clean, { color: true })).toContain(GOOD);
  });

  it.each([
    ["files were not analysed", { notAnalysed: ["a.rb"] }],
    ["the work is incomplete", { incomplete: true }],
  ])("is not clean, and not green, when %s", (_, overrides) => {
    const report = { ...clean, ...overrides };
    expect(text(report)).not.toContain("Clean");
    expect(text(report)).toMatch(/^(NOT ANALYSED: 1 changed file in Ruby: a\.rb|INCOMPLETE)/m);
    expect(text(report, { color: true })).not.toContain(GOOD);
    expect(text({ ...sample, ...overrides }, { color: true })).not.toContain(GOOD);
    expect(reporters.markdown(report, options)).not.toContain("clean");
    expect(reporters.annotations(report, options)).toMatch(/^::warning::/);
  });

  it("says the same with colours as without", () => {
    const colored = text(sample, { color: true });
    expect(colored).toContain("\u001b[");
    expect(stripVTControlCharacters(colored)).toBe(text(sample));
  });

  it("keeps to the width, from the narrowest on", () => {
    for (const width of [1, 40, 50, 63, 80, 120, 500]) {
      const widest = Math.max(...text(sample, { width }).split("\n").map(columnsOf));
      expect(widest).toBeLessThanOrEqual(Math.min(120, Math.max(40, width)));
    }
  });

  it("lists unrelated findings only when asked to", () => {
    expect(text(sample)).not.toContain("src/avatar.ts");
    expect(text(sample, { all: true })).toContain("src/avatar.ts:12:10");
  });

  it("shows all findings of a scan, which compares nothing", () => {
    const scanned = text({ ...sample, mode: "scan", gate: clean.gate });
    expect(scanned).toContain("7 findings, 1 suppressed - risk");
    expect(scanned).not.toMatch(/introduced,|Touched|Fixed by/);
  });

  it("shows the ends of a long path", () => {
    const flow = Array.from({ length: 30 }, (_, i) => step(at("src/a.ts", i + 1, 1), `step ${i}`));
    const one = reported(
      finding(sqlInjection, at("src/a.ts", 30, 1), { flows: [flow] }),
      "introduced",
    );
    const told = text({ ...sample, findings: [one] });
    expect(told).toContain("  1. src/a.ts:1  step 0");
    expect(told).toContain("... 18 more steps");
    expect(told).toContain(" 30. src/a.ts:30  step 29");
  });
});

describe("terminalOptions", () => {
  const tty = { isTTY: true, columns: 132 };
  it.each([
    [{}, tty, true, 132],
    [{}, {}, false, 80],
    [{ NO_COLOR: "1" }, tty, false, 132],
    [{ NO_COLOR: "" }, tty, true, 132],
    [{ FORCE_COLOR: "1", NO_COLOR: "1" }, {}, true, 80],
    [{ FORCE_COLOR: "0" }, tty, false, 132],
    [{ TERM: "dumb" }, tty, false, 132],
  ])("reads %j and %j", (env, stream, color, width) => {
    expect(terminalOptions(env, stream)).toEqual({ color, width });
  });
});

describe("a code frame", () => {
  const frame = (source: string, place: ReturnType<typeof at>, width = 60) =>
    codeFrame(
      linesOf(() => source),
      place,
      width,
    ).map(({ number, text: shown, marked }) => `${marked ? ">" : " "}${number ?? " "}|${shown}`);

  it("puts carets under the place, tabs and wide characters counted as they are shown", () => {
    expect(frame('\tlog("日本", x);\n', at("a", 1, 12))).toEqual([
      '>1|log("日本", x);',
      "  |            ^",
    ]);
  });

  it("underlines to the end of the first of several lines", () => {
    expect(frame("f(\n  a,\n);\n", at("a", 1, 1, 2, 3))).toEqual([">1|f(", "  |^^", " 2|  a,"]);
  });

  it("shows a place that lies in the indentation", () => {
    expect(frame("    a\n      b\n", at("a", 2, 3))).toEqual([" 1|  a", ">2|    b", "  |^"]);
    expect(frame("     \n", at("a", 1, 3))).toEqual([">1|", "  |^"]);
  });

  it("cuts a long line on both sides of the place", () => {
    const source = `${"a".repeat(200)}SINK${"b".repeat(200)}`;
    const [code, carets] = frame(source, at("a", 1, 201, 4), 40);
    expect(columnsOf(code.slice(3))).toBe(40);
    expect(code.indexOf("SINK")).toBe(carets.indexOf("^^^^"));
    expect(code).toMatch(/^>1\|\.\.\.a+SINKb+\.\.\.$/);
  });

  it("always shows at least one caret within the width", () => {
    const line = fc.string({ unit: "binary", maxLength: 300 }).map((s) => s.replace(/[\r\n]/g, ""));
    const number = fc.integer({ min: 1, max: 400 });
    fc.assert(
      fc.property(
        line,
        number,
        number,
        fc.integer({ min: 20, max: 120 }),
        (source, column, length, width) => {
          const lines = codeFrame(
            linesOf(() => source),
            at("a", 1, column, length),
            width,
          );
          expect(lines).toHaveLength(2);
          for (const { text: shown } of lines) expect(columnsOf(shown)).toBeLessThanOrEqual(width);
          expect(lines[1].text).toMatch(/^ *\^+$/);
        },
      ),
    );
  });
});

describe("columns", () => {
  it("count wide characters twice and marks not at all", () => {
    expect(columnsOf("日本")).toBe(4);
    expect(columnsOf("e\u0301")).toBe(1);
    expect(columnsOf("✅")).toBe(2);
  });

  it("wrap at the width and lose nothing but blanks", () => {
    const words = fc.string({ unit: "grapheme", maxLength: 200 });
    fc.assert(
      fc.property(words, fc.integer({ min: 2, max: 40 }), (source, width) => {
        const shown = visible(source);
        const wrapped = wrap(shown, width);
        for (const line of wrapped) expect(columnsOf(line)).toBeLessThanOrEqual(width);
        expect(wrapped.join("").replaceAll(" ", "")).toBe(shown.replaceAll(" ", ""));
      }),
    );
  });

  it("cut exactly, however wide the characters at the ends are", () => {
    const source = fc.string({ unit: fc.constantFrom("a", "日", "\t", "✅"), maxLength: 60 });
    fc.assert(
      fc.property(source, fc.nat(80), fc.integer({ min: 8, max: 40 }), (line, start, width) => {
        const cells = cellsOf(line);
        const total = cells.reduce((sum, cell) => sum + cell.width, 0);
        // An ellipsis is never itself cut.
        const least = start > 0 && start < total ? 3 : 0;
        expect(columnsOf(slice(cells, start, width))).toBe(
          Math.max(least, Math.min(width, total - start)),
        );
      }),
    );
  });
});

describe("visible", () => {
  it("spells out what cannot be seen", () => {
    expect(visible("a\u001b[31m\u202eb\n\t\u200b\u{e0041}\ud800")).toBe(
      "a\\x1b[31m\\u202eb\\n\\t\\u200b\\u{e0041}\\ud800",
    );
    expect(visible("naïve 日本 ✅")).toBe("naïve 日本 ✅");
  });
});

describe("the JSON report", () => {
  const validate = new Ajv2020({ allErrors: true }).compile(jsonSchema);
  const valid = (report: Report) => {
    const value = JSON.parse(reporters.json(report, options));
    validate(value);
    expect(validate.errors ?? []).toEqual([]);
    return value;
  };

  it("is as its schema says", () => {
    valid(clean);
    valid({ ...sample, mode: "scan" });
    expect(valid(sample)).toMatchObject({
      schemaVersion: 1,
      totals: { reported: 4, touched: 1, fixed: 1, unrelated: 1, suppressed: 1 },
      risk: { score: sample.assessment.score },
      notAnalysed: sample.notAnalysed,
    });
  });

  it("holds every finding with its path, its factors and its authorship, exactly as they are", () => {
    const { findings } = valid(sample);
    expect(findings).toHaveLength(sample.findings.length);
    expect(findings[0]).toMatchObject({
      query: "sql-injection",
      relevance: "introduced",
      risk: sample.findings[0].risk,
      flows: sample.findings[0].finding.flows,
      attribution: { verdict: "likely-ai", probability: 0.8, calibrated: false },
    });
    expect(findings[2].at.path).toBe(hostilePath);
  });

  it("is explained in docs/reports.md, every field of it", () => {
    const document = readFileSync("docs/reports.md", "utf8");
    const names = (schema: unknown): string[] => {
      if (typeof schema !== "object" || schema === null) return [];
      const own = "properties" in schema ? Object.keys(schema.properties as object) : [];
      return [...own, ...Object.values(schema).flatMap(names)];
    };
    const fields = new Set(names(jsonSchema));
    expect(fields.size).toBeGreaterThan(50);
    expect([...fields].filter((field) => !document.includes(`\`${field}\``))).toEqual([]);
  });
});

describe("the Markdown report", () => {
  it("stays within the limit, leaves out the lowest risk, and says so", () => {
    const report = crowd(3000, { message: "x".repeat(500) });
    const markdown = reporters.markdown(report, options);
    const size = Buffer.byteLength(markdown);
    expect(size).toBeLessThanOrEqual(MAX_BYTES);
    expect(size).toBeGreaterThan(0.95 * MAX_BYTES);
    // One more is of the attack surface.
    const shown = (markdown.match(/<details>/g)?.length ?? 0) - 1;
    expect(markdown).toContain(
      `**${(3000 - shown).toLocaleString("en")} findings of the lowest risk left out`,
    );
  });

  it("stays within the limit whatever is long", () => {
    const long = "y ".repeat(700_000);
    const findings = [...sample.findings].map((one) => ({
      ...one,
      finding: { ...one.finding, message: long },
    }));
    const notices = sample.notices.map((notice) => ({ ...notice, message: long }));
    const notAnalysed = Array.from({ length: 40 }, (_, i) => `${"p/".repeat(20_000)}${i}.rb`);
    const surface = sample.surface.map((entry) => ({ ...entry, name: long }));
    const markdown = reporters.markdown(
      { ...sample, findings, notices, notAnalysed, surface },
      options,
    );
    expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(MAX_BYTES);
  });

  it("makes no markup of hostile text", () => {
    const one = reported(
      finding(sqlInjection, at("a|b`c`.ts", 1, 1), {
        message: "# <img src=x> **b** [l](http://x.example) @team #12 $x$ | cell\n- item",
      }),
      "introduced",
    );
    const report = { ...sample, findings: [one], source: () => "```\n</details>\n" };
    const markdown = reporters.markdown(report, options);
    expect(markdown).not.toMatch(/<img|\*\*b\*\*|\[l\]|@team|(?<!&)#12|http:\/\/|^# /m);
    expect(markdown).toContain("````\n> 1 | ```");
    const [findings = "", surface = ""] = markdown.split("### Attack surface");
    for (const [table, bars] of [
      [findings, 6],
      [surface, 3],
    ] as const) {
      const rows = table.split("\n").filter((line) => line.startsWith("| "));
      expect(rows.length).toBeGreaterThan(2);
      for (const row of rows) expect(row.match(/\|/g)).toHaveLength(bars);
    }
  });
});

describe("annotations", () => {
  it("are at most ten of a type, the riskiest first, and the last says how many more there are", () => {
    const lines = reporters.annotations(crowd(200), options).trimEnd().split("\n");
    for (const type of ["error", "warning", "notice"]) {
      const ofType = lines.filter(
        (line) => line.startsWith(`::${type} `) || line.startsWith(`::${type}::`),
      );
      expect(ofType.length).toBeLessThanOrEqual(MAX_OF_TYPE);
    }
    expect(lines[0]).toMatch(/^::warning::NOT ANALYSED/);
    expect(lines[1]).toContain("Finding number 0.");
    expect(lines.at(-1)).toBe(
      "::notice::172 more findings of lower risk not annotated; the report has all of them.",
    );
  });

  it("name the place of one line and escape what would end a field", () => {
    const one = reported(
      finding(sqlInjection, at("src/a,b:c%.ts", 3, 5, 4), { message: "100 %\r\n::error::x" }),
      "introduced",
    );
    const [, line] = reporters.annotations({ ...sample, findings: [one] }, options).split("\n");
    expect(line).toContain(
      "::error file=src/a%2Cb%3Ac%25.ts,line=3,endLine=3,col=5,endColumn=8,title=",
    );
    expect(line).toContain("::100 %25\\r\\n::error::x%0A");
  });

  it("tell a path with something hidden in the text alone", () => {
    const line = reporters
      .annotations(sample, options)
      .split("\n")
      .find((text) => text.includes("reflected-xss"));
    expect(line).not.toContain("file=");
    expect(line).toContain("\\x1b[2J\\n::error::x,y:z");
  });

  it("are none for a clean change", () => {
    expect(reporters.annotations(clean, options)).toBe("");
  });
});
