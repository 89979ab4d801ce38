/** A report with something of everything, hostile text included, for the tests of the reporters. */
import type { Evidence, HunkAttribution, Verdict } from "../src/attribution/attribution.ts";
import type { ChangedFile, Hunk } from "../src/change/change-set.ts";
import type { Finding, Place, QueryInfo, Relevance, Step } from "../src/findings/finding.ts";
import type { Report, ReportedFinding } from "../src/report/report.ts";
import { assess, scoreFinding } from "../src/risk/score.ts";
import type { SurfaceEntry } from "../src/surface/surface.ts";

export const sqlInjection: QueryInfo = {
  id: "sql-injection",
  name: "SQL built from input",
  cwe: ["CWE-89"],
  severity: "high",
  precision: "high",
  persona: "regular",
  why: "Whoever controls part of a statement's text controls what the statement does: they can read or change every row that the connection may read or change.",
  fix: "Pass the value as a parameter of the statement, and keep the statement's text constant.",
  bad: 'db.query("SELECT * FROM users WHERE name = \'" + name + "\'")',
  good: 'db.query("SELECT * FROM users WHERE name = $1", [name])',
};

export const missingOwnership: QueryInfo = {
  id: "missing-ownership-check",
  name: "Object fetched by id without its owner",
  cwe: ["CWE-639", "CWE-862"],
  severity: "critical",
  precision: "medium",
  persona: "regular",
  why: "The id comes from the request and nothing ties the object to the caller, so any user can read any other user's object by counting.",
  fix: "Look the object up by id and owner together, or compare its owner with the session's user before use.",
};

const weakHash: QueryInfo = {
  id: "weak-hash",
  name: "Weak hash",
  cwe: ["CWE-327"],
  severity: "low",
  precision: "medium",
  persona: "pedantic",
  why: "MD5 and SHA-1 are broken: two inputs with the same hash can be made.",
  fix: "Use SHA-256, and a password hash for passwords.",
};

const xss: QueryInfo = {
  id: "reflected-xss",
  name: "Input written into a page",
  cwe: ["CWE-79"],
  severity: "medium",
  precision: "high",
  persona: "regular",
  why: "Text of a visitor's choosing becomes markup and script in other visitors' pages.",
  fix: "Escape it for the place it is written to, or let the template engine do so.",
};

const route = `import { Router } from "express";
import { UserStore } from "../users/store.ts";

const store = new UserStore();
export const users = Router();

users.get("/users", async (request, response) => {
\tconst name = request.query.name;
\tconst found = await store.find(name);
\tresponse.json(found);
});
`;

const store = `import { pool } from "../db.ts";

export class UserStore {
  /** Finds users by name. */
  async find(name: string) {
    const text = "select id, name, email, role, created_at from users where lower(name) = lower('" + name + "') order by created_at desc limit 50";
    return pool.query(text);
  }
}
`;

const invoices = `export async function invoice(request, response) {
  const invoice = await prisma.invoice.findUnique({
    where: { id: request.params.id },
  });
  response.json(invoice);
}
`;

/** A minified line, with a right-to-left override and an escape sequence just before the place. */
const hostile = `${"var a=1;".repeat(60)}\u202e\u001b[31mdocument.write("日本語 ✅",q);${"b();".repeat(50)}\n`;

export const hostilePath = "src/we ird/a#b?c%d/日本\u001b[2J\n::error::x,y:z `|<b>@me.js";

const sources: Readonly<Record<string, string>> = {
  "src/routes/users.ts": route,
  "src/users/store.ts": store,
  "src/routes/invoices.js": invoices,
  [hostilePath]: hostile,
};

export function at(path: string, line: number, column: number, length = 1, endLine = line): Place {
  return { path, line, column, endLine, endColumn: column + length };
}

/** The place of a piece of text in one of the sample's sources. */
function placeOf(path: string, text: string): Place {
  const offset = sources[path].indexOf(text);
  const before = sources[path].slice(0, offset).split("\n");
  const column = before[before.length - 1].length + 1;
  const lines = text.split("\n");
  const last = lines[lines.length - 1].length;
  return {
    path,
    line: before.length,
    column,
    endLine: before.length + lines.length - 1,
    endColumn: lines.length === 1 ? column + text.length : last + 1,
  };
}

export function step(place: Place, note: string): Step {
  return { place, note };
}

function hunk(path: string, start: number, count: number): { file: ChangedFile; hunk: Hunk } {
  const changed: Hunk = { baseStart: start - 1, baseCount: 0, headStart: start, headCount: count };
  const file: ChangedFile = {
    path,
    basePath: path,
    status: "modified",
    baseId: "a".repeat(40),
    headId: "b".repeat(40),
    binary: false,
    submodule: false,
    hunks: [changed],
  };
  return { file, hunk: changed };
}

const TOOL_NAMES: Readonly<Record<string, string>> = {
  "claude-code": "Claude Code",
  cursor: "Cursor",
};

export function attributed(
  path: string,
  start: number,
  count: number,
  verdict: Verdict,
  probability: number | undefined,
  tool: string | undefined,
  evidence: readonly Evidence[] = [],
): HunkAttribution {
  return {
    ...hunk(path, start, count),
    verdict,
    probability,
    calibrated: false,
    tool,
    toolName: tool === undefined ? undefined : TOOL_NAMES[tool],
    evidence,
    commits: [],
  };
}

export const trailer: Evidence = {
  tier: "commit",
  rule: "claude-code/trailer",
  class: "A",
  tool: "claude-code",
  locus: "commit 1a2b3c4",
  claim: "trailer claims Claude Code",
};

const branch: Evidence = {
  tier: "context",
  rule: "branch-prefix",
  class: "D",
  tool: "cursor",
  locus: "branch cursor/invoices-3f2a",
  claim: "branch is named as Cursor names its branches",
};

const byClaude = attributed("src/routes/users.ts", 7, 5, "likely-ai", 0.8, "claude-code", [
  trailer,
]);
const byCursor = attributed("src/routes/invoices.js", 1, 6, "unknown", 0.41, "cursor", [branch]);
const byNobody = attributed(hostilePath, 1, 1, "unknown", undefined, undefined);

export function finding(query: QueryInfo, place: Place, overrides: Partial<Finding> = {}): Finding {
  return {
    query,
    message: "Input reaches a dangerous place.",
    at: place,
    source: undefined,
    sourceKind: "",
    sinkKind: "",
    symbol: "",
    flows: [],
    related: [],
    guards: [],
    passes: [],
    confidence: "high",
    doubts: [],
    exposure: "entry",
    fingerprint: "0123456789abcdef0123456789abcdef",
    ...overrides,
  };
}

export function reported(
  found: Finding,
  relevance: Relevance,
  overrides: Partial<ReportedFinding> = {},
): ReportedFinding {
  const { attribution } = overrides;
  return {
    finding: found,
    relevance,
    reason: "",
    primary: found.at,
    risk: scoreFinding(found, relevance, attribution),
    attribution: undefined,
    suppressed: undefined,
    isRegression: false,
    clones: [],
    ...overrides,
  };
}

const sqlSource = placeOf("src/routes/users.ts", "request.query.name");
const sqlSink = placeOf("src/users/store.ts", "pool.query(text)");
const write = placeOf(hostilePath, "document.write");

const findings: readonly ReportedFinding[] = [
  reported(
    finding(
      missingOwnership,
      placeOf(
        "src/routes/invoices.js",
        "prisma.invoice.findUnique({\n    where: { id: request.params.id },\n  })",
      ),
      {
        message:
          "The invoice is looked up by an id from the request, and nothing compares its owner with the caller.",
        symbol: "invoice",
        related: [
          step(
            at("src/routes/receipts.js", 14, 3, 20),
            "its sibling compares receipt.userId with request.user.id",
          ),
          step(at("src/routes/orders.js", 9, 3, 20), "its sibling looks up by id and userId"),
        ],
        confidence: "medium",
        doubts: ["the route's guard requireUser() may hold a check that was not understood"],
        exposure: "entry",
        fingerprint: "b7e1f00dcafe0123456789abcdef0123",
      },
    ),
    "introduced",
    { reason: "the statement is new", attribution: byCursor },
  ),
  reported(
    finding(sqlInjection, sqlSink, {
      message: "The query parameter name becomes part of the text of an SQL statement.",
      source: sqlSource,
      sourceKind: "remote",
      sinkKind: "sql",
      symbol: "UserStore.find",
      flows: [
        [
          step(sqlSource, "request.query"),
          step(placeOf("src/routes/users.ts", "store.find(name)"), "is passed to find()"),
          step(placeOf("src/users/store.ts", "name: string"), "parameter name"),
          step(placeOf("src/users/store.ts", '"select id'), "becomes part of a string"),
          step(sqlSink, "reaches query()"),
        ],
        [step(sqlSource, "request.query"), step(sqlSink, "reaches query()")],
      ],
      exposure: "unauthenticated",
      fingerprint: "3f9a1c2e77ab0123456789abcdef4567",
    }),
    "introduced",
    {
      reason: "the source is on an added line; the statement is older",
      primary: sqlSource,
      attribution: byClaude,
    },
  ),
  reported(
    finding(xss, write, {
      message: `Input is written into the page by [document.write](http://evil.example) \u001b[31m@team.`,
      exposure: "unauthenticated",
      fingerprint: "c0ffee00c0ffee00c0ffee00c0ffee00",
    }),
    "introduced",
    { reason: "the file is new", attribution: byNobody },
  ),
  reported(
    finding(sqlInjection, at("src/users/store.ts", 6, 10, 4), {
      message: "The parameter name becomes part of the text of an SQL statement.",
      confidence: "low",
      doubts: ["the caller is known by name only"],
      exposure: "library",
      fingerprint: "feedface0123456789abcdef01234567",
    }),
    "introduced",
    { reason: "the guard was removed", attribution: byClaude },
  ),
  reported(
    finding(xss, at("src/pages/search.ts", 31, 5, 12), {
      message: "The search text is written into the page.",
      fingerprint: "1111111122222222333333334444444a",
    }),
    "touched",
    { reason: "line 28 on its way was edited" },
  ),
  reported(
    finding(weakHash, at("src/etag.ts", 3, 16, 10), {
      message: "MD5 is used.",
      exposure: "none",
      fingerprint: "5555555566666666777777778888888b",
    }),
    "introduced",
    { suppressed: { kind: "comment", reason: "ETag only | not a secret, see `docs`" } },
  ),
  reported(
    finding(sqlInjection, at("src/legacy/report.ts", 88, 3, 30), {
      message: "The column name becomes part of the text of an SQL statement.",
      fingerprint: "99999999aaaaaaaabbbbbbbbccccccccc",
    }),
    "fixed",
  ),
  reported(
    finding(weakHash, at("src/avatar.ts", 12, 10, 10), {
      message: "MD5 is used.",
      exposure: "none",
      fingerprint: "ddddddddeeeeeeeeffffffff00000000",
    }),
    "unrelated",
  ),
];

/** Introduced first, then by risk, as the pipeline hands them over. */
const order: readonly Relevance[] = ["introduced", "touched", "fixed", "unrelated"];
const sorted = findings.toSorted(
  (a, b) => order.indexOf(a.relevance) - order.indexOf(b.relevance) || b.risk.score - a.risk.score,
);

const surface: readonly SurfaceEntry[] = [
  {
    kind: "open-route",
    effect: "added",
    name: "POST /hooks/:id",
    detail: "no guard",
    grows: true,
    at: at("src/routes/invoices.js", 3, 1),
  },
  {
    kind: "dependency",
    effect: "added",
    name: "left-\u202epad | <b>@team</b>",
    detail: "npm ^1.0.0",
    grows: true,
    at: at("package.json", 12, 1),
  },
  {
    kind: "migration",
    effect: "changed",
    name: "db/migrations/001_users.sql",
    detail: "",
    grows: false,
    at: at("db/migrations/001_users.sql", 1, 1),
  },
];

export const sample: Report = {
  tool: { name: "adr-scan", version: "0.1.0" },
  mode: "diff",
  subject: "main (1a2b3c4) to the working tree",
  baseCommit: "1a2b3c4".padEnd(40, "0"),
  headCommit: undefined,
  findings: sorted,
  assessment: assess(
    findings.filter(({ suppressed }) => suppressed === undefined),
    surface,
  ),
  hunks: [byClaude, byCursor, byNobody],
  surface,
  notAnalysed: ["db/schema.rb", "db/seed.sql", "deploy/Makefile"],
  notices: [
    {
      level: "warning",
      kind: "syntax-error",
      message: "Unexpected token; what follows in this file was analysed in part.",
      path: "src/broken.ts",
      line: 17,
    },
    {
      level: "note",
      kind: "shallow",
      message:
        "The clone is shallow, so authorship of older lines is not known. To know it: git fetch --unshallow",
      path: undefined,
      line: undefined,
    },
    {
      level: "warning",
      kind: "not-analysed",
      message: "Ruby is not analysed.",
      path: "db/schema.rb",
      line: undefined,
    },
  ],
  counts: {
    changedFiles: 14,
    analysedFiles: 212,
    leftOut: { vendored: 3, generated: 2, test: 41 },
    functionsAnalysed: 30412,
  },
  incomplete: true,
  gate: {
    failOn: "high",
    failed: true,
    reasons: ["2 introduced findings are at least high with confidence medium or better."],
    reviews: ['Policy "payments" asks for a review: src/routes/invoices.js belongs to payments.'],
  },
  source: (path) => sources[path],
};

/** The same change with nothing found and nothing left out. */
export const clean: Report = {
  ...sample,
  findings: [],
  surface: [],
  assessment: assess([]),
  notAnalysed: [],
  notices: [],
  incomplete: false,
  gate: { failOn: "high", failed: false, reasons: [], reviews: [] },
};

/** A report with `count` introduced findings, the later the less risky in groups of equals. */
export function crowd(count: number, overrides: Partial<Finding> = {}): Report {
  const queries = [missingOwnership, sqlInjection, xss, weakHash];
  const many = Array.from({ length: count }, (_, i) =>
    reported(
      finding(
        queries[Math.floor((i * queries.length) / count)],
        at("src/users/store.ts", 6, 5, 4),
        {
          message: `Finding number ${i}.`,
          fingerprint: i.toString(16).padStart(32, "0"),
          ...overrides,
        },
      ),
      "introduced",
    ),
  );
  return { ...sample, findings: many, assessment: assess(many) };
}
