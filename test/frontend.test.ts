/** What the JavaScript frontend makes of names, dialects, and text that is broken or strange. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { javascript } from "../src/program/frontends/javascript/javascript.ts";
import { frontendFor } from "../src/program/frontends/registry.ts";
import { Kind } from "../src/program/ir/kinds.ts";
import type { Dialect, ModuleIr } from "../src/program/ir/module-ir.ts";
import { verify } from "../src/program/ir/verify.ts";

function lower(source: string, dialect: Dialect = "js"): ModuleIr {
  const module = javascript.lower(source, dialect);
  expect(verify(module)).toEqual([]);
  return module;
}

/** The source text of every call, which says both that it was lowered and that its offsets are right. */
function calls(source: string, module: ModuleIr): string[] {
  const texts: string[] = [];
  module.kinds.forEach((kind, value) => {
    if (kind === Kind.Call)
      texts.push(source.slice(module.spans[2 * value], module.spans[2 * value + 1]));
  });
  return texts;
}

const problems = (module: ModuleIr): string[] => module.problems.map(({ kind }) => kind);

describe("dialects", () => {
  test.each([
    ["a.js", "js"],
    ["a.jsx", "js"],
    ["lib/A.MJS", "js"],
    ["a.cjs", "js"],
    ["a.es6", "js"],
    ["a.ts", "ts"],
    ["a.mts", "ts"],
    ["a.cts", "ts"],
    ["a.tsx", "tsx"],
    ["a.d.ts", "dts"],
    ["a.d.mts", "dts"],
    ["a.vue", "vue"],
    ["a.rb", undefined],
    ["bin/tool", undefined],
    [".eslintrc", undefined],
  ])("%s is %s", (path, dialect) => {
    expect(javascript.accepts(path, "")).toBe(dialect);
    expect(frontendFor(path, "")?.dialect).toBe(dialect);
  });

  test.each([
    "#!/usr/bin/env node",
    "#!/usr/bin/node --flag",
    "#!/usr/bin/env -S deno run",
    "#!/usr/bin/env bun",
    "#!ts-node",
  ])("a file without an extension that starts with %s", (line) =>
    expect(javascript.accepts("bin/tool", line)).toBe("js"),
  );

  test("an angle-bracket cast is a cast in .ts and an element in .tsx", () => {
    expect(problems(lower("const a = <any>b; f(a);", "ts"))).toEqual([]);
    const element = lower("const a = <any>b</any>; f(a);", "tsx");
    expect(element.strings).toContain("JSX");
  });

  test("generic arrows parse where JSX is allowed", () => {
    expect(problems(lower("const f = <T,>(a: T) => g(a);", "tsx"))).toEqual([]);
  });

  test("Flow types are read without being asked for, when nothing else is left", () => {
    expect(problems(lower("function f(a: ?string): void { g((a: any)); }"))).toEqual([]);
  });

  test("plain comparisons are not Flow type arguments", () => {
    const source = "f(a < b, c > (d));";
    expect(calls(source, lower(source))).toEqual([source.slice(0, -1)]);
  });

  test("declaration files have no code", () => {
    const module = lower("export declare function f(): void;\nf();", "dts");
    expect([...module.kinds]).toEqual([Kind.Return]);
  });
});

describe("offsets", () => {
  test("in a Vue component", () => {
    const source =
      "<template>\r\n<p>{{ x() }}</p>\r\n</template>\r\n<script setup lang='ts' generic=\"T extends A<B>\">\r\nrun(1 as any);\r\n</script>\r\n<script>\nrun(2)\n</script>";
    expect(calls(source, lower(source, "vue"))).toEqual(["run(1 as any)", "run(2)"]);
  });

  test("after a byte order mark, with CRLF", () => {
    const source = "\uFEFF// first\r\nrun(1);\r\nrun(\r\n2);\r\n";
    expect(calls(source, lower(source))).toEqual(["run(1)", "run(\r\n2)"]);
  });

  test("after a hashbang, with and without a byte order mark", () => {
    const source = "#!/usr/bin/env node\nrun(1);";
    expect(calls(source, lower(source))).toEqual(["run(1)"]);
    expect(calls(`\uFEFF${source}`, lower(`\uFEFF${source}`))).toEqual(["run(1)"]);
  });

  test("beyond the basic plane", () => {
    const source = "run('😀'); run(`é`, 'é')";
    expect(calls(source, lower(source))).toEqual(source.split("; "));
  });
});

describe("recovery", () => {
  test("a broken line costs that line", () => {
    const source = "before();\nconst = ;\nafter();\n";
    const module = lower(source);
    expect(calls(source, module)).toEqual(["before()", "after()"]);
    expect(module.problems).toEqual([
      expect.objectContaining({ kind: "syntax-error", span: { start: 10, end: 19 } }),
    ]);
  });

  test("conflict markers leave both sides", () => {
    const source =
      "before();\n<<<<<<< HEAD\nours();\n||||||| base\nbase();\n=======\ntheirs();\n>>>>>>> branch\nafter();\n";
    const module = lower(source);
    expect(calls(source, module)).toEqual(["before()", "ours()", "base()", "theirs()", "after()"]);
    expect(problems(module)).toEqual(["syntax-error"]);
  });

  test("text that ends too early is closed", () => {
    const source = "function f() {\n  if (a) {\n    run([1, 2";
    const module = lower(source);
    expect(calls(source, module)).toEqual(["run([1, 2"]);
    expect(problems(module)).toEqual(["syntax-error"]);
  });

  test("a declaration beyond repair costs that declaration", () => {
    const junk = Array.from({ length: 12 }, () => "  ) ( ;").join("\n");
    const source = `before();\nfunction broken() {\n${junk}\n}\nfunction after() { run(); }\n`;
    const module = lower(source);
    expect(calls(source, module)).toEqual(["before()", "run()"]);
    expect(new Set(problems(module))).toEqual(new Set(["syntax-error"]));
  });

  test("what is no program at all is an empty one", () => {
    const line = "}) ( %% ]\n";
    const module = lower(line.repeat(60));
    expect(problems(module)).toContain("syntax-error");
    expect(module.functions).toHaveLength(1);
  });

  test("errors of meaning are no reason to stop", () => {
    const source =
      "const a = 1; const a = 2; let let1; break; run(a); export { nothing }; 08; return";
    expect(calls(source, lower(source))).toEqual(["run(a)"]);
  });

  test("script and module syntax in one file", () => {
    const source = "import a from 'a';\nwith (a) run(1);\nvar await1 = 010;\ndelete a;\n";
    expect(calls(source, lower(source))).toEqual(["run(1)"]);
  });
});

describe("depth", () => {
  const nested = (open: string, middle: string, close: string, depth: number): string =>
    open.repeat(depth) + middle + close.repeat(depth);

  test.each([
    ["arrays", `x = ${nested("[", "1", "]", 5000)};`],
    ["parentheses", `x = ${nested("(", "1", ")", 5000)};`],
    ["blocks", nested("{", "inner();", "}", 5000)],
    ["functions", nested("function f() { inner(); ", "", "}", 5000)],
    ["objects", `x = ${nested("{ a: ", "1", " }", 5000)};`],
    ["templates", `x = ${nested("`${", "1", "}`", 5000)};`],
  ])("%s nested too deeply leave the rest", (_, statement) => {
    const source = `before();\n${statement}\nafter();\n`;
    const module = lower(source);
    expect(problems(module)).toContain("too-deep");
  });

  test("long chains of operators are no depth", () => {
    const module = lower(`x = 'a'${" + b()".repeat(3000)}; y = 1${" - c".repeat(3000)};`);
    expect(problems(module)).toEqual([]);
  });

  test("long functions are no depth", () => {
    const module = lower(`function f(x) { ${"if (x) { y = x.a; } ".repeat(3000)} return x; }`);
    expect(problems(module)).toEqual([]);
  });

  test("a chain of calls too long to lower costs its statement only", () => {
    const source = `before(); x = a${".b()".repeat(4000)}; after();`;
    const module = lower(source);
    expect(calls(source, module)).toEqual(["before()", "after()"]);
    expect(problems(module)).toEqual(["too-deep"]);
  });
});

// --- any program -------------------------------------------------------------------------------------------------

const name = fc.constantFrom("a", "b", "c", "this", "arguments", "undefined");
const binding = fc.constantFrom("a", "b", "c");
const join = (...parts: (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
  fc
    .tuple(...parts.map((part) => (typeof part === "string" ? fc.constant(part) : part)))
    .map((all) => all.join(""));

const { statement } = fc.letrec<{
  expression: string;
  statement: string;
  block: string;
  pattern: string;
  parameters: string;
}>((tie) => ({
  expression: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.oneof(name, fc.constantFrom("1", "'s'", "null", "/x/", "`t`", "[]", "({})")),
    join(
      "(",
      tie("expression"),
      fc.constantFrom(" + ", " && ", " || ", " ?? ", " === ", ", ", " in ").map((op) => `)${op}(`),
      tie("expression"),
      ")",
    ),
    join("(", tie("expression"), " ? ", tie("expression"), " : ", tie("expression"), ")"),
    join("f(", tie("expression"), ", ...(", tie("expression"), "))"),
    join("(", tie("expression"), ").m((", tie("expression"), "))"),
    join("(", tie("expression"), ")?.[", tie("expression"), "]"),
    join("(!(", tie("expression"), "))"),
    join("new C(", tie("expression"), ")"),
    join("`x${", tie("expression"), "}y`"),
    join("[", tie("expression"), ", ...(", tie("expression"), ")]"),
    join(
      "({ a: (",
      tie("expression"),
      "), ...(",
      tie("expression"),
      "), [",
      tie("expression"),
      "]: 1, get g() ",
      tie("block"),
      " })",
    ),
    join(
      "(",
      binding,
      fc.constantFrom(" = ", " += ", " ||= ", " ??= "),
      "(",
      tie("expression"),
      "))",
    ),
    join("(a.b ", fc.constantFrom("=", "+=", "&&="), " (", tie("expression"), "))"),
    join("(", tie("pattern"), " = (", tie("expression"), "))"),
    join("(function (", tie("parameters"), ") ", tie("block"), ")"),
    join("((", tie("parameters"), ") => ", tie("block"), ")"),
    join("(() => (", tie("expression"), "))"),
    join("(async () => await (", tie("expression"), "))"),
    join("(function* () { yield (", tie("expression"), "); })"),
    join(
      "(class extends (",
      tie("expression"),
      ") { x = (",
      tie("expression"),
      "); static y = (",
      tie("expression"),
      "); m(",
      tie("parameters"),
      ") ",
      tie("block"),
      " static ",
      tie("block"),
      " })",
    ),
    fc.constantFrom("a++", "--a.b"),
  ),
  pattern: fc.oneof(
    { depthSize: "small" },
    binding,
    join("[", tie("pattern"), ", ...", tie("pattern"), "]"),
    join("{ a: ", tie("pattern"), " = (", tie("expression"), "), ...rest }"),
  ),
  parameters: fc.oneof(
    { depthSize: "small" },
    fc.constant(""),
    binding,
    join(tie("pattern"), " = (", tie("expression"), "), ...more"),
  ),
  block: fc.array(tie("statement"), { maxLength: 3 }).map((all) => `{ ${all.join(" ")} }`),
  statement: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    join("(", tie("expression"), ");"),
    join(
      fc.constantFrom("let ", "const ", "var "),
      tie("pattern"),
      " = (",
      tie("expression"),
      ");",
    ),
    join("let ", binding, ";"),
    join("if (", tie("expression"), ") ", tie("block"), " else ", tie("block")),
    join("while (", tie("expression"), ") ", tie("block")),
    join("do ", tie("block"), " while (", tie("expression"), ");"),
    join("l: for (let a = (", tie("expression"), "); a; a++) ", tie("block")),
    join(
      "for (const ",
      tie("pattern"),
      fc.constantFrom(" of ", " in "),
      "(",
      tie("expression"),
      ")) ",
      tie("block"),
    ),
    join(
      "switch (",
      tie("expression"),
      ") { case (",
      tie("expression"),
      "): ",
      tie("statement"),
      " default: ",
      tie("statement"),
      " case 1: break; }",
    ),
    join("try ", tie("block"), " catch (", tie("pattern"), ") ", tie("block")),
    join("try ", tie("block"), " finally ", tie("block")),
    join("try ", tie("block"), " catch ", tie("block"), " finally ", tie("block")),
    join("l: ", tie("block")),
    join("function a(", tie("parameters"), ") ", tie("block")),
    join("class b { constructor(", tie("parameters"), ") ", tie("block"), " }"),
    join("return (", tie("expression"), ");"),
    join("throw (", tie("expression"), ");"),
    fc.constantFrom(
      "break;",
      "continue;",
      "break l;",
      "continue l;",
      "while (true) { }",
      "for (;;) { break; }",
    ),
    tie("block"),
  ),
}));

describe("any program", () => {
  test("is lowered to something well formed", () => {
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 4 }), (statements) => {
        const source = statements.join("\n");
        const module = javascript.lower(source, "js");
        expect(verify(module)).toEqual([]);
        expect(problems(module).filter((kind) => kind !== "syntax-error")).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test("is lowered, or refused, whatever the text", () => {
    const token = fc.constantFrom(
      "a",
      "{",
      "}",
      "(",
      ")",
      "[",
      "]",
      ";",
      "=",
      "=>",
      "function",
      "class",
      "async",
      "await",
      "`",
      "${",
      "'",
      "/",
      "<",
      ">",
      "...",
      "?.",
      "import",
      "export",
      "default",
      "from",
      "const",
      "case",
      "try",
      "\n",
      " ",
      "#x",
      "@d",
      "*",
    );
    fc.assert(
      fc.property(
        fc.array(token, { maxLength: 40 }),
        fc.constantFrom<Dialect>("js", "ts", "tsx", "dts", "vue"),
        (tokens, dialect) => {
          expect(verify(javascript.lower(tokens.join(" "), dialect))).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });
});
