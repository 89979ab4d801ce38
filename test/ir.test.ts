/** The frontends' output, construct by construct, as text; `UPDATE_IR=1` writes it anew. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { frontendFor } from "../src/program/frontends/registry.ts";
import { print } from "../src/program/ir/printer.ts";
import { verify } from "../src/program/ir/verify.ts";

const root = join(import.meta.dirname, "../fixtures/ir");
const sources = readdirSync(root).flatMap((language) =>
  readdirSync(join(root, language))
    .filter((name) => !name.endsWith(".ir"))
    .map((name) => join(language, name)),
);

describe("intermediate form", () => {
  test.each(sources)("%s", async (name) => {
    const path = join(root, name);
    const source = readFileSync(path, "utf8");
    const { frontend, dialect } = frontendFor(path, source.split("\n", 1)[0]!)!;
    await frontend.prepare?.();
    const module = frontend.lower(source, dialect);
    expect(verify(module)).toEqual([]);
    const text = print(module);
    const expected = `${path}.ir`;
    if (process.env.UPDATE_IR) writeFileSync(expected, text);
    expect(text).toBe(readFileSync(expected, "utf8"));
  });
});
