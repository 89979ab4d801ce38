/** The security log of a change: what it adds to the ways in, and silence about what is moved, renamed or reworded. */
import { afterAll, afterEach, describe, expect, test } from "@jest/globals";
import { main } from "../src/cli/main.ts";
import { lines, removeAll, TestRepository, temporaryFolder } from "./change-repository.ts";

type Files = Readonly<Record<string, readonly string[] | undefined>>;

const before = process.cwd();
afterEach(() => process.chdir(before));
afterAll(removeAll);

async function output(repository: TestRepository, ...flags: readonly string[]): Promise<string> {
  process.chdir(repository.folder);
  const file = `${temporaryFolder()}/report`;
  await main([
    ...["diff", "main~1..main", "--no-cache", "--fail-on", "none"],
    ...["--output", file, ...flags],
  ]);
  const { readFileSync } = await import("node:fs");
  return readFileSync(file, "utf8");
}

function repositoryOf(base: Files, head: Files): TestRepository {
  const repository = new TestRepository();
  for (const files of [base, head]) {
    for (const [path, text] of Object.entries(files)) {
      if (text === undefined) repository.remove(path);
      else repository.write(path, lines(...text));
    }
    repository.commit("a state");
  }
  return repository;
}

interface Told {
  readonly kind: string;
  readonly effect: string;
  readonly name: string;
  readonly detail: string;
  readonly grows: boolean;
  readonly at: { readonly path: string; readonly line: number };
}

/** The log of a change as lines: `+` grows the surface, `.` does not. */
async function log(base: Files, head: Files): Promise<string[]> {
  const { surface } = JSON.parse(await output(repositoryOf(base, head), "--format", "json")) as {
    surface: Told[];
  };
  return surface.map(
    ({ kind, effect, name, detail, grows, at }) =>
      `${grows ? "+" : "."} ${kind} ${effect}: ${name}${detail === "" ? "" : ` (${detail})`} ${at.path}:${at.line}`,
  );
}

const app = (...routes: readonly string[]): readonly string[] => [
  'const express = require("express");',
  'const { requireUser } = require("./auth");',
  "const app = express();",
  ...routes,
  "app.listen(3000);",
];
const auth = [
  "exports.requireUser = (req, res, next) => {",
  "  if (!req.session.user) return res.status(401).end();",
  "  next();",
  "};",
];

describe("routes", () => {
  test("added with and without a guard, removed, and with other guards", async () => {
    expect(
      await log(
        {
          "auth.js": auth,
          "app.js": app(
            'app.get("/orders", requireUser, (req, res) => res.json([]));',
            'app.get("/old", requireUser, (req, res) => res.json([]));',
          ),
        },
        {
          "app.js": app(
            'app.get("/orders", (req, res) => res.json([]));',
            'app.post("/hook", (req, res) => res.json([]));',
            'app.post("/orders", requireUser, (req, res) => res.json([]));',
          ),
        },
      ),
    ).toEqual([
      "+ open-route added: POST /hook (no guard) app.js:5",
      "+ open-route changed: GET /orders (no authentication any more) app.js:4",
      "+ route added: POST /orders (authentication) app.js:6",
      ". route removed: GET /old app.js:5",
    ]);
  });

  test("moved to another file are the same", async () => {
    const routes = [
      'const { requireUser } = require("./auth");',
      'module.exports = (app) => app.get("/orders", requireUser, (req, res) => res.json([]));',
    ];
    expect(
      await log(
        {
          "auth.js": auth,
          "app.js": app('app.get("/orders", requireUser, (req, res) => res.json([]));'),
        },
        { "orders.js": routes, "app.js": app('require("./orders")(app);') },
      ),
    ).toEqual([]);
  });
});

describe("code", () => {
  test("sinks, hosts, variables and cryptography", async () => {
    expect(
      await log(
        { "a.js": ['const crypto = require("crypto");', "exports.id = (x) => x;"] },
        {
          "a.js": [
            'const crypto = require("crypto");',
            'const { exec } = require("child_process");',
            "exports.id = (x) => x;",
            "exports.run = (name) => exec('convert ' + name);",
            'exports.send = (body) => fetch("https://api.shop.dev/v1", { body, key: process.env.SHOP_KEY });',
            'exports.sum = (x) => crypto.createHash("sha256").update(x).digest("hex");',
          ],
        },
      ),
    ).toEqual([
      "+ sink added: runs a shell command (command in run) a.js:4",
      "+ host added: api.shop.dev a.js:5",
      ". environment added: SHOP_KEY a.js:5",
      ". crypto added: hash (sha256) a.js:6",
    ]);
  });

  test("Python", async () => {
    expect(
      await log(
        { "a.py": ["import os, hashlib, subprocess", "def f():", "    pass"] },
        {
          "a.py": [
            "import os, hashlib, subprocess",
            "def f(name):",
            '    key = os.environ["SHOP_KEY"] + os.getenv("SHOP_SALT", "")',
            '    subprocess.run("convert " + name, shell=True)',
            '    return hashlib.pbkdf2_hmac("sha256", key, b"x", 600000)',
          ],
        },
      ),
    ).toEqual([
      "+ sink added: runs a shell command (command in f) a.py:4",
      ". environment added: SHOP_KEY a.py:3",
      ". environment added: SHOP_SALT a.py:3",
      ". crypto added: PBKDF2 hash (sha256) a.py:5",
      ". crypto added: PBKDF2 rounds (600000) a.py:5",
    ]);
  });

  test("a changed parameter is told with both values", async () => {
    const hash = (rounds: number) => [
      'const bcrypt = require("bcrypt");',
      `exports.hash = (password) => bcrypt.hash(password, ${rounds});`,
    ];
    expect(await log({ "a.js": hash(10) }, { "a.js": hash(12) })).toEqual([
      ". crypto changed: bcrypt rounds (10 to 12) a.js:2",
    ]);
  });

  test("what is moved, renamed or reworded is not new", async () => {
    const code = (name: string) => [
      'const { exec } = require("child_process");',
      `exports.run = (${name}) => exec("convert " + ${name} + process.env.SHOP_OPTIONS);`,
      'exports.home = "https://shop.dev/home";',
    ];
    expect(await log({ "a.js": code("name") }, { "a.js": code("file") })).toEqual([]);
    expect(
      await log({ "a.js": code("name") }, { "a.js": undefined, "b.js": code("name") }),
    ).toEqual([]);
  });
});

describe("files", () => {
  test("dependencies, those for development apart", async () => {
    const manifest = (dependencies: object, devDependencies: object) => [
      JSON.stringify({ name: "shop", dependencies, devDependencies }, undefined, 2),
    ];
    expect(
      await log(
        { "package.json": manifest({ express: "^4.18.0", lodash: "^4.0.0" }, { jest: "^29.0.0" }) },
        { "package.json": manifest({ express: "^5.0.0", zod: "^3.0.0" }, { vitest: "^1.0.0" }) },
      ),
    ).toEqual([
      "+ dependency added: zod (npm ^3.0.0) package.json:5",
      ". dependency changed: express (npm ^4.18.0 to ^5.0.0) package.json:4",
      ". dependency removed: lodash (npm ^4.0.0) package.json:5",
      ". dev-dependency added: vitest (npm ^1.0.0) package.json:8",
      ". dev-dependency removed: jest (npm ^29.0.0) package.json:8",
    ]);
  });

  test("workflows, containers and migrations", async () => {
    expect(
      await log(
        {
          ".github/workflows/ci.yml": [
            "on: [push]",
            "permissions:",
            "  contents: read",
            "jobs: { test: { steps: [{ uses: actions/checkout@v4 }] } }",
          ],
          Dockerfile: ["FROM node:22", "USER node"],
        },
        {
          ".github/workflows/ci.yml": [
            "on:",
            "  push:",
            "  pull_request_target:",
            "    types: [opened]",
            "permissions:",
            "  contents: write",
            "jobs:",
            "  test:",
            "    steps:",
            "      - uses: actions/checkout@v4",
            "      - uses: acme/deploy@v1",
            `        with: { key: "${"$"}{{ secrets.DEPLOY_KEY }}" }`,
          ],
          Dockerfile: ["FROM node:22", "EXPOSE 8080", "USER root"],
          ".env.example": ["SHOP_MODE=live"],
          "db/migrations/002_drop.sql": ["DROP TABLE orders;"],
          "db/migrations/003_add.sql": [
            "CREATE TABLE bills (id int);",
            "-- +goose Down",
            "DROP TABLE bills;",
          ],
        },
      ),
    ).toEqual([
      ". environment added: SHOP_MODE .env.example:1",
      "+ permission added: listens on port 8080 Dockerfile:2",
      "+ permission added: runs as root Dockerfile:3",
      ". migration added: db/migrations/002_drop.sql (deletes: DROP TABLE orders;) db/migrations/002_drop.sql:1",
      ". migration added: db/migrations/003_add.sql db/migrations/003_add.sql:1",
      "+ ci added: may write contents .github/workflows/ci.yml:6",
      "+ ci added: runs the action acme/deploy .github/workflows/ci.yml:11",
      "+ ci added: runs with secrets for pull requests of strangers (pull_request_target) .github/workflows/ci.yml:4",
      "+ ci added: uses the secret DEPLOY_KEY .github/workflows/ci.yml:12",
    ]);
  });

  test("what moves from one job or file to another is not new", async () => {
    const workflow = (job: string) => [
      "on: [push]",
      `jobs: { ${job}: { permissions: { contents: write }, steps: [{ uses: acme/deploy@v1 }] } }`,
    ];
    expect(
      await log(
        {
          ".github/workflows/a.yml": workflow("one"),
          ".github/workflows/c.yml": [
            "on: [push]",
            "jobs: { c: { steps: [{ uses: acme/lint@v2 }] } }",
          ],
        },
        {
          ".github/workflows/d.yml": [
            "on: [push]",
            "jobs: { d: { steps: [{ uses: acme/lint@v2 }] } }",
          ],
          ".github/workflows/a.yml": ["on: [push]"],
          ".github/workflows/b.yml": workflow("two"),
        },
      ),
    ).toEqual([]);
  });
});

describe("in the reports", () => {
  const made = () =>
    repositoryOf(
      { "auth.js": auth, "app.js": app() },
      { "app.js": app('app.post("/hook\\u202e", (req, res) => res.json([]));') },
    );

  test("text tells it in short, and with --all each with its place", async () => {
    const repository = made();
    expect(await output(repository)).toContain(
      "  Routes without authentication: 1 added: POST /hook\\u202e (no guard)\n",
    );
    expect(await output(repository, "--all")).toContain(
      "    + POST /hook\\u202e (no guard)\n      app.js:4\n",
    );
  });

  test("SARIF holds it with --sarif-all alone, as results that claim nothing", async () => {
    const repository = made();
    const results = async (...flags: readonly string[]) => {
      const { runs } = JSON.parse(await output(repository, "--format", "sarif", ...flags)) as {
        runs: { results: { kind?: string; ruleId: string; message: { text: string } }[] }[];
      };
      return runs[0]!.results.map(({ kind, ruleId, message }) => [kind, ruleId, message.text]);
    };
    expect(await results()).toEqual([]);
    expect(await results("--sarif-all")).toEqual([
      ["informational", "surface-open-route", "added: POST /hook\\u202e (no guard)"],
    ]);
  });
});
