/** What the tree-sitter frontends share: reading a text that is sound, broken, too long or too deep. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Language, Parser } from "web-tree-sitter";
import { PARSED_TEXT, SYNTAX_ERRORS_PER_FILE } from "../src/limits.ts";
import { packageRoot } from "../src/package-root.ts";
import { Grammar } from "../src/program/frontends/tree-sitter/grammar.ts";
import { lowerTree } from "../src/program/frontends/tree-sitter/lower-tree.ts";
import type { Syntax } from "../src/program/frontends/tree-sitter/syntax.ts";

const grammar = new Grammar({
  name: "python",
  tokens: ["async"],
  operators: ["+", "*"],
  skipped: ["comment"],
  leaves: ["identifier"],
});
beforeAll(() => grammar.load());

/** `type(children)`, with `field:` before what has one. */
function show({ type, field, children }: Syntax): string {
  const below = children.length === 0 ? "" : `(${children.map(show).join(" ")})`;
  return `${field === "" ? "" : `${field}:`}${type}${below}`;
}

const rootOf = (text: string): Syntax => grammar.parse(text).root!;

describe("the copied tree", () => {
  test("has named syntax, its fields and the tokens asked for", () => {
    expect(show(rootOf("# why\nasync def f(*a): return a + 1\n"))).toBe(
      "module(function_definition(async name:identifier parameters:parameters(list_splat_pattern(identifier)) " +
        "body:block(return_statement(binary_operator(left:identifier operator:+ right:integer)))))",
    );
  });

  test("counts in UTF-16 code units", () => {
    const text = "a = '😀é'\nb = c\n";
    const [, second] = rootOf(text).children;
    expect(text.slice(second!.start, second!.end)).toBe("b = c");
  });

  test("is found by field and by type", () => {
    const call = rootOf("f(a, b)").children[0]!.children[0]!;
    expect(call.get("function")?.type).toBe("identifier");
    expect(call.get("arguments")?.children).toHaveLength(2);
    expect(call.first("argument_list")).toBe(call.get("arguments"));
    expect(call.all("missing")).toEqual([]);
    expect(call.has("async")).toBe(false);
  });
});

describe("broken text", () => {
  test("keeps what is sound, and says where it is not", () => {
    const text = "before()\nx = = 1\nafter()\n";
    const { root, problems } = grammar.parse(text);
    expect(show(root!)).toContain("call");
    expect(problems).toEqual([
      { kind: "syntax-error", message: "cannot be read", span: { start: 13, end: 14 } },
    ]);
  });

  test("says what is missing", async () => {
    const java = new Grammar({ name: "java", tokens: [], operators: [], skipped: [], leaves: [] });
    await java.load();
    expect(java.parse("class A { int a = 1 }").problems).toEqual([
      { kind: "syntax-error", message: "; is missing", span: { start: 19, end: 19 } },
    ]);
  });

  test("is told of once a place and at most so often", () => {
    const { problems } = grammar.parse("x = = 1\n".repeat(SYNTAX_ERRORS_PER_FILE + 5));
    expect(problems).toHaveLength(SYNTAX_ERRORS_PER_FILE);
    expect(problems.at(-1)!.message).toMatch(/and 5 more syntax errors below$/);
  });

  test("is never thrown at", () => {
    const pieces = [
      "def f(",
      "):\n",
      "  ",
      "\n",
      "f'{",
      "}'",
      '"""',
      "if ",
      "=",
      "é",
      "\0",
      "\\\n",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 40 }), (parts) => {
        const text = parts.join("");
        const { root, problems } = grammar.parse(text);
        expect(root).toBeDefined();
        for (const { span } of problems) {
          expect(span.start).toBeGreaterThanOrEqual(0);
          expect(span.end).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });
});

describe("text that is not read", () => {
  test("is too long", () => {
    const { root, problems } = grammar.parse("x\n".repeat(PARSED_TEXT / 2 + 1));
    expect(root).toBeUndefined();
    expect(problems).toEqual([expect.objectContaining({ kind: "not-parsed" })]);
  });

  test("has no grammar loaded for it", () => {
    const unloaded = new Grammar({
      name: "python",
      tokens: [],
      operators: [],
      skipped: [],
      leaves: [],
    });
    expect(() => unloaded.parse("x")).toThrow(/has not been loaded/);
  });

  test("has no grammar in the installation", async () => {
    const absent = new Grammar({
      name: "absent",
      tokens: [],
      operators: [],
      skipped: [],
      leaves: [],
    });
    await expect(absent.load()).rejects.toThrow(/dist\/grammars\/tree-sitter-absent.wasm/);
  });
});

describe("lowering a tree", () => {
  const language = {
    language: "python",
    dialect: "python",
    grammar,
    lists: new Set(["module", "block"]),
  } as const;

  test("that is too deep leaves out its deepest statement alone", () => {
    const text = `a = 1\nb = ${"(".repeat(40_000)}1${")".repeat(40_000)}\nc = 1\n`;
    const lowered: string[] = [];
    const visit = (syntax: Syntax): void => syntax.children.forEach(visit);
    const module = lowerTree(text, {
      ...language,
      build(builder, root) {
        visit(root);
        lowered.push(...root.children.map((one) => text.slice(one.start, one.start + 5)));
        builder.function({ name: "", role: "module", span: root, parent: -1 }).return(-1, root);
      },
    });
    expect(lowered).toEqual(["a = 1", "c = 1"]);
    expect(module.problems).toEqual([
      expect.objectContaining({ kind: "too-deep", span: { start: 6, end: text.length - 7 } }),
    ]);
  });

  test("that goes wrong is said, and the file is empty", () => {
    const build = (): never => {
      throw new Error("no such construct");
    };
    const module = lowerTree("a", { ...language, build });
    expect(module.functions).toHaveLength(1);
    expect(module.problems[0]).toMatchObject({ kind: "not-lowered" });
    expect(module.problems[0]!.message).toContain("no such construct");
  });

  test("that is refused is not parsed", () => {
    const module = lowerTree("a", {
      ...language,
      refuses: () => "it is ours",
      build: () => {},
    });
    expect(module.problems).toEqual([
      { kind: "not-parsed", message: "it is ours", span: { start: 0, end: 1 } },
    ]);
  });
});

/** The native binding, where it is installed and loads: it is no dependency, for want of binaries that load everywhere. */
function nativeBinding(): (new () => NativeParser) | undefined {
  try {
    return createRequire(import.meta.url)("tree-sitter");
  } catch {
    return undefined;
  }
}

interface NativeParser {
  setLanguage(language: unknown): void;
  parse(input: (index: number) => string): { readonly rootNode: { toString(): string } };
}

const Native = nativeBinding();

describe(`the native binding${Native ? "" : ", which does not load here: npm i --no-save tree-sitter"}`, () => {
  const languages = [
    ["python", "py"],
    ["java", "java"],
    ["go", "go"],
  ] as const;

  (Native ? test : test.skip).each(languages)(
    "reads every fixture in %s alike",
    async (name, extension) => {
      await Parser.init();
      const wasm = join(packageRoot, "dist", "grammars", `tree-sitter-${name}.wasm`);
      const ours = new Parser().setLanguage(await Language.load(wasm));
      const theirs = new Native!();
      theirs.setLanguage(createRequire(import.meta.url)(`tree-sitter-${name}`));
      const folder = join(packageRoot, "fixtures");
      const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
        path.endsWith(`.${extension}`),
      );
      for (const path of paths) {
        const text = readFileSync(join(folder, path), "utf8");
        const tree = ours.parse(text)!;
        // The native binding takes texts of any length in pieces alone.
        const piece = (index: number): string => text.slice(index, index + 1000);
        expect(`${path} ${theirs.parse(piece).rootNode}`).toBe(`${path} ${tree.rootNode}`);
        tree.delete();
      }
      ours.delete();
    },
  );
});
