/** The demo finds what its branch was made to hold, and nothing else. */
import { mkdirSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { main } from "../src/cli/main.ts";
import { removeAll, TestRepository, temporaryFolder } from "./change-repository.ts";

interface JsonReport {
  readonly notAnalysed: readonly string[];
  readonly notices: readonly { readonly level: string; readonly message: string }[];
  readonly gate: { readonly failed: boolean };
  readonly findings: readonly {
    readonly query: string;
    readonly relevance: string;
    readonly at: { readonly path: string };
    readonly primary: { readonly path: string };
    readonly flows: readonly (readonly { readonly place: { readonly path: string } }[])[];
    readonly attribution: { readonly verdict: string; readonly tool: string | null } | null;
    readonly fingerprint: string;
  }[];
}

/** The script is plain JavaScript, so that the demo runs with nothing but what it shows. */
const { makeDemoRepository } = (await import(
  String(new URL("../scripts/demo.mjs", import.meta.url))
)) as { makeDemoRepository: (folder: string) => string };

const before = process.cwd();
let repository: string;

beforeAll(() => {
  repository = makeDemoRepository(temporaryFolder());
});

afterAll(() => {
  process.chdir(before);
  removeAll();
});

async function scan(
  folder: string,
  ...args: readonly string[]
): Promise<{ status: number; report: JsonReport }> {
  const output = join(temporaryFolder(), "report.json");
  process.chdir(folder);
  const status = await main([...args, "--no-cache", "--format", "json", "--output", output]);
  return { status, report: JSON.parse(readFileSync(output, "utf8")) as JsonReport };
}

describe("the demo's repository", () => {
  test("is the same each time", () => {
    const other = makeDemoRepository(temporaryFolder());
    const tip = (folder: string) =>
      readFileSync(join(folder, ".git", "refs", "heads", "feature", "reports"), "utf8");
    expect(tip(other)).toBe(tip(repository));
  });

  test("is made in the folder that is asked for", () => {
    const folder = join(temporaryFolder(), "deeper");
    mkdirSync(folder);
    expect(realpathSync(makeDemoRepository(folder))).toBe(join(folder, "frontdesk"));
  });
});

describe("a scan of the demo", () => {
  test("finds on the branch what was put there, with who is said to have written it", async () => {
    const { status, report } = await scan(repository, "diff", "main");

    const found = report.findings
      .map(({ query, relevance, at, primary, attribution }) => ({
        query,
        relevance,
        sink: at.path,
        shown: primary.path,
        verdict: attribution?.verdict ?? null,
        tool: attribution?.tool ?? null,
      }))
      .sort((a, b) => (a.sink < b.sink ? -1 : 1));
    expect(found).toEqual([
      {
        query: "path-traversal",
        relevance: "introduced",
        sink: "src/attachments/attachment-storage.ts",
        shown: "src/attachments/attachment-storage.ts",
        verdict: "likely-ai",
        tool: "cursor",
      },
      {
        // The client that sends the request is as old as main; only the way to it is new.
        query: "ssrf",
        relevance: "introduced",
        sink: "src/notifications/chat-client.ts",
        shown: "src/notifications/notifier.ts",
        verdict: "unknown",
        tool: null,
      },
      {
        query: "sql-injection",
        relevance: "introduced",
        sink: "src/reports/report-store.ts",
        shown: "src/reports/report-store.ts",
        verdict: "likely-ai",
        tool: "claude-code",
      },
      {
        // Neither the route nor the statement was touched: the function between them lets all names through now.
        query: "sql-injection",
        relevance: "introduced",
        sink: "src/tickets/ticket-store.ts",
        shown: "src/http/sorting.ts",
        verdict: "likely-ai",
        tool: "claude-code",
      },
    ]);
    expect(status).toBe(1);
    expect(report.gate.failed).toBe(true);
  });

  test("names the changed files that nothing was said about", async () => {
    const { report } = await scan(repository, "diff", "main");
    expect(report.notAnalysed).toEqual(["migrations/003_tags.sql", "scripts/previews.rb"]);
  });

  test("has nothing to say about main, as a change or as a tree", async () => {
    const other = new TestRepository(makeDemoRepository(temporaryFolder()), "as-it-is");
    const first = other.git("rev-list", "--max-parents=0", "main");
    const history = await scan(repository, "diff", `${first}..main`);
    expect(history.report.findings).toEqual([]);
    expect(history.status).toBe(0);

    other.git("checkout", "-q", "main");
    const tree = await scan(other.folder, "scan", ".");
    expect(tree.report.findings).toEqual([]);
    expect(tree.report.notices).toEqual([]);
    expect(tree.status).toBe(0);
  });

  test("has nothing to say about the harmless commits of the branch", async () => {
    const { report } = await scan(repository, "diff", "main..feature/reports~4");
    expect(report.findings).toEqual([]);
  });
});
