/** What the documentation says is true: the list of queries, the flags of commands, the hook, links between files. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, jest, test } from "@jest/globals";
import { parse } from "yaml";
import { main } from "../src/cli/main.ts";
import { packageRoot } from "../src/package-root.ts";
import { type QueryData, readQueryData } from "../src/queries/data.ts";
import { fileQueries, logicQueries } from "../src/queries/logic-registry.ts";
import type { FileQuery, LogicQuery } from "../src/query-api.ts";

/** A plain script, so that it runs with nothing but what is built. */
const { queryList } = (await import(
  String(new URL("../scripts/query-list.mjs", import.meta.url))
)) as {
  queryList: (data: QueryData, logic: readonly LogicQuery[], files: readonly FileQuery[]) => string;
};

const read = (path: string): string => readFileSync(join(packageRoot, path), "utf8");

const pages = [
  "README.md",
  "CHANGELOG.md",
  "queries/README.md",
  "examples/github-workflow.yml",
  ...readdirSync(join(packageRoot, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

test("queries/README.md is what scripts/query-list.mjs writes", () => {
  expect(read("queries/README.md")).toBe(
    queryList(readQueryData(join(packageRoot, "queries")), logicQueries, fileQueries),
  );
});

test.each(pages.filter((page) => page.endsWith(".md")))(
  "the links of %s lead somewhere",
  (page) => {
    const targets = [...read(page).matchAll(/\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)/g)].map(
      ([, target]) => join(dirname(page), target!),
    );
    expect(targets.filter((target) => !existsSync(join(packageRoot, target)))).toEqual([]);
  },
);

describe("the commands that the documentation shows", () => {
  const shown = pages.flatMap((page) =>
    [...read(page).matchAll(/\badr-scan (\w+)((?: [^`\n|>]*)?)/g)]
      .map(([, command, rest]) => ({ page, command: command!, flags: rest!.match(/--[a-z-]+/g) }))
      .filter(({ flags }) => flags !== null),
  );
  const help = new Map<string, string>();

  async function helpOf(command: string): Promise<string> {
    let text = help.get(command) ?? "";
    if (text === "") {
      const spy = jest.spyOn(process.stdout, "write").mockImplementation((chunk) => {
        text += String(chunk);
        return true;
      });
      await main([command, "--help"]);
      spy.mockRestore();
      help.set(command, text);
    }
    return text;
  }

  test("are there", () => {
    expect(shown.length).toBeGreaterThan(5);
  });

  test.each(shown)("$page: $command $flags", async ({ command, flags }) => {
    const text = await helpOf(command);
    expect(flags!.filter((flag) => !text.includes(flag))).toEqual([]);
  });
});

test("the pre-commit hook runs a script that is there and may be run", () => {
  const [hook] = parse(read(".pre-commit-hooks.yaml")) as { entry: string; language: string }[];
  expect(hook!.language).toBe("script");
  const script = join(packageRoot, hook!.entry);
  expect(readFileSync(script, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
  if (process.platform !== "win32") expect(statSync(script).mode & 0o111).not.toBe(0);
});
