/** The line hash against its definition, computed the slow way: a polynomial in exact integers for every line. */
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { lineHashes } from "../src/report/line-hash.ts";

function byDefinition(source: string): string[] {
  const counted = source.replaceAll("\r\n", "\n").replaceAll("\r", "\n").replace(/[ \t]/g, "");
  const units = [
    ...Array.from({ length: counted.length }, (_, i) => counted.charCodeAt(i)),
    65535,
    ...new Array<number>(100).fill(0),
  ];
  const starts = [0];
  for (let i = 0; i < counted.length; i++) if (counted[i] === "\n") starts.push(i + 1);
  const seen = new Map<string, number>();
  return starts.map((start) => {
    let sum = 0n;
    for (let i = 0; i < 100; i++) sum += BigInt(units[start + i]) * 37n ** BigInt(99 - i);
    const hash = (sum % 2n ** 64n).toString(16);
    seen.set(hash, (seen.get(hash) ?? 0) + 1);
    return `${hash}:${seen.get(hash)}`;
  });
}

const pool = "import { pool } from './db';\r\n\r\n  const rows = await pool.query(`select`);\r\n";

describe("lineHashes", () => {
  it.each([
    ["an empty file", ""],
    ["one line without an end", "const a = 1;"],
    ["line feeds", "a\n\n\n b\n\tc\n"],
    ["carriage returns", "a\r\r b\r"],
    ["both", pool],
    ["a blank between carriage return and line feed", "a\r \nb\r\t\nc"],
    ["a byte order mark", "\ufeffconst a = 1;\n"],
    ["characters beyond the basic plane", "const 𝒳 = '✅😀';\nconst y = 2;\n"],
    ["lines that repeat", "if (x) return;\n".repeat(30)],
    ["a line longer than the window", `${"var a=1;".repeat(500)}\nb\n`],
    ["blank lines at the end", "a\n\n   \n\t\t\n  "],
    ["units that fill the hash", "\uffff".repeat(300)],
  ])("agrees with the definition for %s", (_, source) => {
    expect(lineHashes(source)).toEqual(byDefinition(source));
  });

  it("agrees with the definition for any text", () => {
    const unit = fc.constantFrom(..." \t\r\n\r\nabc{};0\uffff\ud800é日".split(""));
    const text = fc.string({ unit, maxLength: 400 });
    fc.assert(
      fc.property(text, (source) => {
        expect(lineHashes(source)).toEqual(byDefinition(source));
      }),
    );
  });

  it("stays the same when a line is indented or its line ends change", () => {
    expect(lineHashes("\ta\n\t  b\n")).toEqual(lineHashes("a\r\nb\r\n"));
  });

  it("depends on the hundred characters that follow, and on no more", () => {
    const line = `${"x".repeat(99)}\n`;
    expect(lineHashes(`${line}a`)[0]).toBe(lineHashes(`${line}b`)[0]);
    expect(lineHashes(`${line.slice(1)}a`)[0]).not.toBe(lineHashes(`${line.slice(1)}b`)[0]);
  });
});
