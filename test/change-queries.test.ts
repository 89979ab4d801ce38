/** Change queries on fixtures: each marked line is found, and nothing else is said of the change. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { ChangedFile } from "../src/change/change-set.ts";
import { diffLines } from "../src/change/lines.ts";
import { packageRoot } from "../src/package-root.ts";
import { findChanges } from "../src/queries/change.ts";
import { readQueryData } from "../src/queries/data.ts";
import { assembleQueries } from "../src/queries/registry.ts";
import { queries } from "./support/analyse.ts";

const root = join(packageRoot, "fixtures");
const { change } = queries();

/** In a comment at the end of the line that a finding is shown on; taken out before the sides are compared. */
const MARK = /\s*(?:\/\/|#|<!--|\/\*)\s*bad: ([a-z-]+)(?:\s*(?:-->|\*\/))?\s*$/;

interface Tree {
  readonly texts: ReadonlyMap<string, string>;
  readonly marks: ReadonlyMap<string, readonly string[]>;
}

function read(folder: string): Tree {
  const texts = new Map<string, string>();
  const marks = new Map<string, readonly string[]>();
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = join(entry.parentPath, entry.name);
    const path = relative(folder, file).replaceAll("\\", "/");
    const lines = readFileSync(file, "utf8").split("\n");
    marks.set(
      path,
      lines.flatMap((line, index) => {
        const id = MARK.exec(line)?.[1];
        return id === undefined ? [] : [`${path}:${index + 1} ${id}`];
      }),
    );
    texts.set(path, lines.map((line) => line.replace(MARK, "")).join("\n"));
  }
  return { texts, marks };
}

function filesOf(
  base: ReadonlyMap<string, string>,
  head: ReadonlyMap<string, string>,
): ChangedFile[] {
  return [...new Set([...base.keys(), ...head.keys()])].sort().flatMap((path): ChangedFile[] => {
    const [before, after] = [base.get(path), head.get(path)];
    if (before === after) return [];
    const lines = (text: string | undefined) =>
      (text ?? "").split(/(?<=\n)/).filter((line) => line !== "");
    return [
      {
        path,
        basePath: path,
        status: before === undefined ? "added" : after === undefined ? "deleted" : "modified",
        baseId: before === undefined ? undefined : "1",
        headId: after === undefined ? undefined : "2",
        binary: false,
        submodule: false,
        hunks: diffLines(lines(before), lines(after)),
      },
    ];
  });
}

const find = (base: ReadonlyMap<string, string>, head: ReadonlyMap<string, string>, set = change) =>
  findChanges(set, filesOf(base, head), { base, head }, () => false);

const folders = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

for (const { info } of change) {
  describe(info.id, () => {
    const names = folders(join(root, info.id));
    test.each(names)("%s", (name) => {
      const base = read(join(root, info.id, name, "base"));
      const head = folders(join(root, info.id, name)).includes("head")
        ? read(join(root, info.id, name, "head"))
        : { texts: new Map<string, string>(), marks: new Map<string, readonly string[]>() };
      const expected = [
        ...[...head.marks.values()].flat(),
        // What is deleted as a whole is shown where it was.
        ...[...base.marks].filter(([path]) => !head.texts.has(path)).flatMap(([, marks]) => marks),
      ];
      const found = find(base.texts, head.texts).map(
        ({ at, query }) => `${at.path}:${at.line} ${query.id}`,
      );
      expect([...new Set(found)].sort()).toEqual(expected.sort());
    });

    test("says nothing of the same tree, nor of the change undone where it only adds", () => {
      for (const name of names) {
        const { texts } = read(join(root, info.id, name, "base"));
        expect(find(texts, texts)).toEqual([]);
      }
    });
  });
}

test("a line that only moves is neither added nor removed, wherever it goes", () => {
  const line = fc.constantFrom(
    'it("refuses a guest", () => {});',
    "// nosemgrep",
    "/* eslint-disable */",
    "const a = 1;",
    'const b = "\u202e";',
  );
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 8 }),
      fc.array(line, { maxLength: 8 }),
      (left, right) => {
        const tree = (a: readonly string[], b: readonly string[]) =>
          new Map([
            ["test/a.test.js", a.map((one) => `${one}\n`).join("")],
            ["test/b.test.js", b.map((one) => `${one}\n`).join("")],
          ]);
        expect(find(tree(left, right), tree(right, left))).toEqual([]);
      },
    ),
  );
});

test("a hostile line ends no run and takes no long time", () => {
  const long = `// ${"a ".repeat(200_000)}nosemgrep\n`;
  const head = new Map([
    ["a.js", `${long}// nosemgrep\n`],
    ["b.js", "\u0000// nosemgrep"],
  ]);
  expect(find(new Map(), head).map(({ at }) => `${at.path}:${at.line}`)).toEqual([
    "a.js:2",
    "b.js:1",
  ]);
});

test("a query that cannot be used is refused by its file", () => {
  const query = {
    id: "x",
    kind: "change" as const,
    name: "x",
    cwe: ["CWE-1"],
    severity: "low" as const,
    precision: "low" as const,
    persona: "regular" as const,
    message: "x",
    why: "x",
    fix: "x",
    words: {},
    matches: [{ label: "x", on: "added" as const, in: "line" as const, once: false, pattern: "(" }],
  };
  const data = readQueryData(join(packageRoot, "queries"));
  const load = (pattern: string) =>
    assembleQueries({
      ...data,
      models: [],
      queries: [
        { file: "own.yml", data: { ...query, matches: [{ ...query.matches[0]!, pattern }] } },
      ],
    });
  expect(() => load("(")).toThrow(/^own\.yml: .*regular expression/i);
  expect(() => load("(?&tools)")).toThrow('own.yml: there is no list of words "tools"');
  expect(load("x").change).toHaveLength(1);
});
