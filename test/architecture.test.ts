/** Who may import whom: the table of docs/architecture.md, checked with our own frontend. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { packageRoot } from "../src/package-root.ts";
import { javascript } from "../src/program/frontends/javascript/javascript.ts";

/** Folder (or file) to what it may import, beside itself. Longest prefix wins on the left, any prefix on the right. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  "src/support": [],
  "src/limits.ts": [],
  "src/package-root.ts": [],
  "src/version.ts": ["src/package-root.ts"],
  "src/program/ir": ["src/support"],
  "src/program/frontends/frontend.ts": ["src/program/ir"],
  "src/program/frontends/javascript": [
    "src/program/ir",
    "src/program/frontends/frontend.ts",
    "src/support",
  ],
  "src/program/frontends/tree-sitter": [
    "src/program/ir",
    "src/limits.ts",
    "src/package-root.ts",
    "src/support",
  ],
  "src/program/frontends/python": [
    "src/program/ir",
    "src/program/frontends/frontend.ts",
    "src/program/frontends/tree-sitter",
    "src/support",
  ],
  "src/program/frontends/documents": ["src/program/ir", "src/program/frontends/frontend.ts"],
  "src/program/frontends/go": [
    "src/program/ir",
    "src/program/frontends/frontend.ts",
    "src/program/frontends/tree-sitter",
    "src/support",
  ],
  "src/program/frontends/java": [
    "src/program/ir",
    "src/program/frontends/frontend.ts",
    "src/program/frontends/tree-sitter",
    "src/support",
  ],
  "src/program/frontends/registry.ts": ["src/program/frontends", "src/program/ir"],
  "src/program/program.ts": ["src/program/ir"],
  "src/program/link": ["src/program/program.ts", "src/program/ir"],
  "src/program/types": ["src/program/program.ts", "src/program/ir"],
  "src/program/load.ts": ["src/program", "src/limits.ts"],
  "src/models": ["src/support"],
  "src/callgraph": [
    "src/models",
    "src/program/types/type-oracle.ts",
    "src/program/program.ts",
    "src/program/link",
    "src/program/ir",
    "src/limits.ts",
    "src/support",
  ],
  "src/dataflow": [
    "src/callgraph",
    "src/models",
    "src/program/program.ts",
    "src/program/ir",
    "src/limits.ts",
    "src/support",
  ],
  "src/routes": [
    "src/dataflow",
    "src/callgraph",
    "src/models",
    "src/program/program.ts",
    "src/program/link",
    "src/program/ir",
    "src/limits.ts",
    "src/support",
  ],
  "src/query-api.ts": [
    "src/routes",
    "src/models/rows.ts",
    "src/models/vocabulary.ts",
    "src/findings",
  ],
  "src/findings": ["src/support"],
  "src/queries": [
    "src/query-api.ts",
    "src/routes",
    "src/package-root.ts",
    "src/change/change-set.ts",
    "src/callgraph",
    "src/dataflow",
    "src/models",
    "src/findings",
    "src/program/program.ts",
    "src/program/ir",
    "src/support",
    "src/limits.ts",
  ],
  "src/change": ["src/support", "src/limits.ts"],
  "src/attribution": ["src/change", "src/support"],
  "src/manifests": ["src/support"],
  "src/packages": [
    "src/findings",
    "src/manifests",
    "src/queries/registry.ts",
    "src/change/change-set.ts",
    "src/program/program.ts",
    "src/program/ir",
    "src/package-root.ts",
    "src/support",
  ],
  "src/surface/surface.ts": ["src/findings"],
  "src/surface": [
    "src/findings",
    "src/manifests",
    "src/dataflow",
    "src/models",
    "src/program/program.ts",
    "src/program/ir",
    "src/change/change-set.ts",
    "src/package-root.ts",
    "src/support",
  ],
  "src/risk": ["src/findings", "src/attribution/attribution.ts", "src/surface/surface.ts"],
  "src/policy": [
    "src/findings",
    "src/attribution/attribution.ts",
    "src/change/change-set.ts",
    "src/config",
    "src/package-root.ts",
    "src/support",
  ],
  "src/report": [
    "src/findings",
    "src/policy/gate.ts",
    "src/risk",
    "src/surface/surface.ts",
    "src/attribution/attribution.ts",
    "src/change/change-set.ts",
    "src/support",
  ],
  "src/report/authorship": [
    "src/report",
    "src/attribution",
    "src/change/commit.ts",
    "src/version.ts",
  ],
  "src/relevance": ["src/findings", "src/change/change-set.ts", "src/limits.ts", "src/support"],
  "src/cache": [
    "src/program/ir",
    "src/program/load.ts",
    "src/program/frontends/frontend.ts",
    "src/support",
  ],
  "src/config": ["src/findings", "src/support"],
  "src/scan.ts": ["src"],
  "src/assemble.ts": ["src"],
  "src/cli": ["src"],
};

/** Packages that only one place may know. */
const confined: Readonly<Record<string, readonly string[]>> = {
  "@babel/parser": ["src/program/frontends/javascript/parse.ts"],
  "@babel/types": ["src/program/frontends/javascript"],
  "web-tree-sitter": ["src/program/frontends/tree-sitter"],
  "ts-morph": ["src/program/types/ts-morph.ts"],
  "simple-git": ["src/change"],
  chalk: ["src/cli", "src/report/text.ts", "src/report/style.ts", "src/report/authorship/text.ts"],
  commander: ["src/cli"],
  recheck: ["src/queries/redos.ts"],
};

const files = readdirSync(join(packageRoot, "src"), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
  .map((entry) => relative(packageRoot, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
  .sort();

const within = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(`${folder}/`);

/** Longest entry of the table that holds a file. */
const ownerOf = (path: string): string | undefined =>
  Object.keys(allowed)
    .filter((folder) => within(path, folder))
    .sort((a, b) => b.length - a.length)[0];

function importsOf(path: string): string[] {
  const { imports, exports, strings, kinds, operands, operandStart } = javascript.lower(
    readFileSync(join(packageRoot, path), "utf8"),
    "ts",
  );
  const found = new Set(imports.map(({ module }) => module));
  for (const record of exports) if ("module" in record) found.add(record.module);
  for (let value = 0; value < kinds.length; value++) {
    // Dynamic imports have no record of their own.
    if (kinds[value] === 3) found.add(strings[operands[operandStart[value]!]!]!);
  }
  return [...found];
}

test("queries import the interface for queries, their neighbours and nothing else", () => {
  const written = readdirSync(join(packageRoot, "queries"), {
    recursive: true,
    withFileTypes: true,
  })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) =>
      relative(packageRoot, join(entry.parentPath, entry.name)).replaceAll("\\", "/"),
    );
  expect(written.length).toBeGreaterThan(0);
  const foreign = written.flatMap((path) =>
    importsOf(path)
      .map((specifier) =>
        specifier.startsWith(".") ? posix.join(dirname(path), specifier) : specifier,
      )
      .filter((target) => target !== "src/query-api.ts" && !within(target, "queries"))
      .map((target) => `${path} imports ${target}`),
  );
  expect(foreign).toEqual([]);
});

describe("the table", () => {
  test("knows every file", () => {
    expect(files.filter((path) => ownerOf(path) === undefined)).toEqual([]);
  });

  test("is kept", () => {
    const broken: string[] = [];
    for (const path of files) {
      const owner = ownerOf(path)!;
      for (const specifier of importsOf(path)) {
        if (!specifier.startsWith(".")) {
          const places = confined[specifier];
          if (places && !places.some((place) => within(path, place)))
            broken.push(`${path} imports ${specifier}`);
          continue;
        }
        const target = posix.join(dirname(path), specifier);
        if (!files.includes(target))
          broken.push(`${path} imports ${specifier}, which is not there`);
        const mayImport =
          within(target, owner) || allowed[owner]!.some((folder) => within(target, folder));
        const isCli = within(target, "src/cli") && !within(path, "src/cli");
        if (!mayImport || isCli) broken.push(`${path} imports ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });

  test("names no library and no flaw in the engine", () => {
    const names =
      /\b(?:express|mysql|mongoose|sequelize|lodash|jquery|sql|xss|injection|ssrf|traversal)\b/i;
    const engine = files.filter((path) =>
      ["src/dataflow", "src/callgraph", "src/program/ir"].some((folder) => within(path, folder)),
    );
    const named = engine.filter((path) => {
      const text = readFileSync(join(packageRoot, path), "utf8").replace(
        /\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
        "",
      );
      return names.test(text);
    });
    expect(named).toEqual([]);
  });
});
