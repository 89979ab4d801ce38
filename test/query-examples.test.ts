/** What a query shows as bad and good is true of the engine: the bad example is found, the good one is silent. */
import { describe, expect, test } from "@jest/globals";
import { analyse, queries } from "./support/analyse.ts";

/** File names by the language an example is written in: the first that its query lists. */
const FILES: Readonly<Record<string, string>> = {
  python: "main.py",
  go: "main.go",
  java: "Main.java",
};

const all = [
  ...[...queries().taint, ...queries().misuse, ...queries().logic].map(({ info, languages }) => ({
    ...info,
    file: FILES[languages[0] ?? ""] ?? "index.js",
  })),
  ...queries().file.map(({ info, example }) => ({ ...info, file: example })),
];

/** A package whose entry is the example, so that what it exports is reached from outside. */
async function claims(file: string, code: string): Promise<{ query: string; at: number }[]> {
  const files = new Map([
    ["package.json", JSON.stringify({ name: "example", main: "index.js" })],
    [file, code],
  ]);
  const { findings } = await analyse(files);
  return findings
    .filter(({ query, confidence }) => confidence !== "low" || query.precision === "low")
    .map(({ query, at }) => ({ query: query.id, at: at.line }));
}

describe.each(all.map((query) => [query.id, query] as const))("the example of %s", (id, query) => {
  test("that is bad is found", async () => {
    expect(query.bad).toBeDefined();
    expect((await claims(query.file, query.bad!)).map((claim) => claim.query)).toContain(id);
  });

  test("that is good is silent for every query", async () => {
    expect(query.good).toBeDefined();
    expect(await claims(query.file, query.good!)).toEqual([]);
  });
});
