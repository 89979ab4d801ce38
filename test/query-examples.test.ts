/** What a query shows as bad and good is true of the engine: the bad example is found, the good one is silent. */
import { describe, expect, test } from "@jest/globals";
import type { QueryInfo } from "../src/findings/finding.ts";
import { analyse, queries } from "./support/analyse.ts";

const all: readonly QueryInfo[] = [...queries().taint, ...queries().misuse].map(({ info }) => info);

/** A package whose entry is the example, so that what it exports is reached from outside. */
async function claims(code: string): Promise<{ query: string; at: number }[]> {
  const files = new Map([
    ["package.json", JSON.stringify({ name: "example", main: "index.js" })],
    ["index.js", code],
  ]);
  const { findings } = await analyse(files);
  return findings
    .filter(({ confidence }) => confidence !== "low")
    .map(({ query, at }) => ({ query: query.id, at: at.line }));
}

describe.each(all.map((query) => [query.id, query] as const))("the example of %s", (id, query) => {
  test("that is bad is found", async () => {
    expect(query.bad).toBeDefined();
    expect((await claims(query.bad!)).map((claim) => claim.query)).toContain(id);
  });

  test("that is good is silent for every query", async () => {
    expect(query.good).toBeDefined();
    expect(await claims(query.good!)).toEqual([]);
  });
});
