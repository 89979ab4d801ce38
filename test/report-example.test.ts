/** What a report tells to change: the difference of a query's examples, and sentences that name what the code calls. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { exampleOf } from "../src/report/example.ts";
import { analyse } from "./support/analyse.ts";

const lines = (example: ReturnType<typeof exampleOf>): string[] =>
  example.map(({ mark, text }) => `${mark}${text}`);

describe("the example", () => {
  test("is what differs, in its order, without the indentation all lines share", () => {
    const bad = "start();\n  a(x);\n    more(x);\nend();\n";
    const good = "start();\n  b(x);\n    more(x);\nend();\nlast();\n";
    expect(lines(exampleOf({ bad, good }))).toEqual(["-  a(x);", "+  b(x);", "+last();"]);
    expect(lines(exampleOf({ bad: "f {\n  a\n}", good: "f {\n  b\n}" }))).toEqual(["-a", "+b"]);
  });

  test("is all of the good one where there is no bad one", () => {
    expect(lines(exampleOf({ good: "a\nb\n" }))).toEqual([" a", " b"]);
    expect(exampleOf({})).toEqual([]);
  });

  test("does not differ by line ends, and is left out when it is too long to help", () => {
    expect(exampleOf({ bad: "a\r\nb", good: "a\nb\n" })).toEqual([]);
    expect(exampleOf({ good: "x\n".repeat(50) })).toEqual([]);
  });

  test("takes out only what is there, and puts in only what is wanted", () => {
    const code = fc.array(fc.constantFrom("a", "b", "  c", "d"), { maxLength: 6 });
    fc.assert(
      fc.property(code, code, (bad, good) => {
        const example = exampleOf({ bad: bad.join("\n"), good: good.join("\n") });
        for (const { mark, text } of example) {
          const side = mark === "-" ? bad : good;
          expect(["", ...side.map((line) => line.trim())]).toContain(text.trim());
        }
      }),
    );
  });
});

describe("a message", () => {
  const messageOf = async (call: string): Promise<string | undefined> => {
    const code = `const fs = require("fs"), app = require("express")();
const { createReadStream: mine, createReadStream } = fs;
app.get("/", (req, res) => { ${call}; });
`;
    const { findings } = await analyse(new Map([["a.js", code]]));
    return findings.find(({ query }) => query.id === "path-traversal")?.message;
  };

  test.each([
    [
      "fs.createReadStream(req.query.p)",
      "Data of the request becomes part of fs's createReadStream.",
    ],
    ["createReadStream(req.query.p)", "Data of the request becomes part of fs's createReadStream."],
    ["fs.readFile(req.query.p, () => {})", "Data of the request becomes part of fs's readFile."],
    // Under a name of the program's own there is none to give.
    ["mine(req.query.p)", "Data of the request becomes part of fs."],
  ])("names what %s calls", async (call, message) => {
    expect(await messageOf(call)).toBe(message);
  });
});
