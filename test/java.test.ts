/** What the Java frontend makes of text that is broken or strange, and where its names lead. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { java } from "../src/program/frontends/java/java.ts";
import { frontendFor } from "../src/program/frontends/registry.ts";
import { Kind } from "../src/program/ir/kinds.ts";
import type { ModuleIr } from "../src/program/ir/module-ir.ts";
import { verify } from "../src/program/ir/verify.ts";
import { createLinker } from "../src/program/link/linker.ts";
import { isTest } from "../src/program/link/packages.ts";
import { Program } from "../src/program/program.ts";
import { analyse } from "./support/analyse.ts";

await java.prepare!();

function lower(source: string): ModuleIr {
  const module = java.lower(source, "java");
  expect(verify(module)).toEqual([]);
  return module;
}

/** The source text of every call, which says both that it was lowered and that its offsets are right. */
function calls(source: string): string[] {
  const module = lower(source);
  const texts: string[] = [];
  module.kinds.forEach((kind, value) => {
    if (kind === Kind.Call)
      texts.push(source.slice(module.spans[2 * value], module.spans[2 * value + 1]));
  });
  return texts;
}

/** Statements in a method. */
const method = (body: string): string => `class A { void m() {\n${body}\n} }\n`;

describe("names", () => {
  test.each([
    ["src/main/java/shop/A.java", "java"],
    ["A.JAVA", "java"],
    ["A.kt", undefined],
    ["package-info.java", "java"],
  ])("%s", (path, dialect) => {
    expect(java.accepts(path, "")).toBe(dialect);
    expect(frontendFor(path, "")?.dialect).toBe(dialect);
  });

  test.each([
    ["src/main/java/org/samples/demo/Owner.java", false],
    ["core/src/main/java/a/Contest.java", false],
    ["src/test/java/shop/Orders.java", true],
    ["src/integrationTest/java/shop/Orders.java", true],
    ["examples/shop/src/main/java/shop/Orders.java", true],
    ["src/main/java/shop/OrdersTest.java", true],
    ["samples/Orders.java", true],
  ])("%s is a test: %s", (path, expected) => {
    expect(isTest(path)).toBe(expected);
  });
});

describe("broken text", () => {
  test("costs what is broken", () => {
    const source = method("before();\nint x = = 1;\nafter();");
    expect(calls(source)).toEqual(["before()", "after()"]);
    expect(lower(source).problems).toEqual([expect.objectContaining({ kind: "syntax-error" })]);
  });

  test("leaves methods of a class that cannot be read", () => {
    const source =
      "class A {\n void f() { a(); }\n void g( { b(); }\n String h() { return c( }\n}\n";
    expect(calls(source)).toEqual(expect.arrayContaining(["a()", "b()"]));
  });

  test("of both sides of a merge is read", () => {
    const source = method("a();\n<<<<<<< ours\nb();\n=======\nc();\n>>>>>>> theirs\nd();");
    expect(calls(source)).toEqual(expect.arrayContaining(["a()", "c()"]));
    expect(lower(source).problems.length).toBeGreaterThan(0);
  });

  test("that nests too deeply loses that part alone", () => {
    const source = method(`a();\nb(${"(".repeat(30_000)}1${")".repeat(30_000)});\nc();`);
    expect(calls(source)).toEqual(expect.arrayContaining(["a()", "c()"]));
    expect(lower(source).problems).toEqual([expect.objectContaining({ kind: "too-deep" })]);
  });

  test("a sum of many terms is no nesting", () => {
    expect(lower(method(`String s = ${'"b" + x + '.repeat(5_000)}"";`)).problems).toEqual([]);
  });

  test("is lowered to a sound form whatever it is", () => {
    const pieces = [
      ..."\n \t()[]{}:,.;=@*%<>?".split(""),
      ...["class A ", "interface B ", "enum C { D, E(1) { } }", "record F(int g) ", "@H(i = 1)"],
      ...["void j() ", "static ", "public ", "if (k) ", "else ", "for (var l : m) ", "while (n) "],
      ...["for (;;) ", "do ", "try ", "catch (O p) ", "finally ", "switch (q) ", "case 1 -> "],
      ...["case R(var s, T t) when u -> ", "default: ", "yield 1;", "break v;", "continue;"],
      ...["w -> x", "() -> { }", "Y::new", "this::z", "super.a()", "new B() { }", "new int[2]"],
      ...['"c" + d', "e instanceof F g", "h ? i : j", "k += 1;", "l++;", "(M) n", "return o;"],
      ...["assert p;", "throw q;", "synchronized (r) ", "t: ", "int u = 1;", "package v.w;"],
      ...["import x.*;", "import static y.Z.a;", '"""\nb\n"""', "'c'", "String.class"],
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 60 }), (parts) => {
        for (const source of [parts.join(""), method(parts.join(" "))]) {
          const { problems } = lower(source);
          expect(problems.filter(({ kind }) => kind === "not-lowered")).toEqual([]);
        }
      }),
    );
  });
});

describe("classes of the tree", () => {
  const paths = [
    "core/src/main/java/shop/Order.java",
    "core/src/main/java/shop/model/Item.java",
    "web/src/main/java/shop/Order.java",
    "web/src/main/java/shop/web/Page.java",
    "Main.java",
    "Helper.java",
  ];
  const program = new Program(paths.map((path) => ({ path, id: path, ir: lower("") })));
  const linker = createLinker(program, [], [], []);
  const from = (path: string) => program.at(path)!;
  const page = from("web/src/main/java/shop/web/Page.java");

  test.each([
    ["shop.model.Item", "core/src/main/java/shop/model/Item.java"],
    // Of two modules that have it, the nearer.
    ["shop.Order", "web/src/main/java/shop/Order.java"],
    ["java.util.Item|shop.model.Item", "core/src/main/java/shop/model/Item.java"],
    ["java.util.List", undefined],
    ["Helper", undefined],
  ])("%s", (specifier, expected) => {
    expect(linker.resolve(page, specifier)?.path).toBe(expected);
  });

  test("of no package are seen from their folder", () => {
    expect(linker.resolve(from("Main.java"), "Helper")?.path).toBe("Helper.java");
  });

  test("of a package, and inside of a class", () => {
    const item = "core/src/main/java/shop/model/Item.java";
    expect(linker.submodule(page, "shop.model", "Item")?.path).toBe(item);
    expect(linker.submodule(page, "shop.model.Item", "Part")?.path).toBe(item);
    expect(linker.submodule(page, "shop.model", "item")).toBeUndefined();
  });
});

describe("flows through several files", () => {
  const files = new Map([
    [
      "src/main/java/shop/Finder.java",
      "package shop;\npublic interface Finder {\n  Object find(String name);\n}\n",
    ],
    [
      "src/main/java/shop/db/SqlFinder.java",
      `package shop.db;
import java.sql.Statement;
import shop.*;
public class SqlFinder implements Finder {
  public static final String START = "select ";
  private final Statement statement;
  public SqlFinder(Statement statement) { this.statement = statement; }
  @Override public Object find(String name) throws Exception {
    return statement.executeQuery(START + name);
  }
}
`,
    ],
    [
      "src/main/java/shop/web/Page.java",
      `package shop.web;
import javax.servlet.http.HttpServletRequest;
import shop.Finder;
class Page {
  private Finder finder;
  Object show(HttpServletRequest request) { return finder.find(request.getParameter("name")); }
}
`,
    ],
  ]);

  test("go through the interface", async () => {
    const { findings } = await analyse(files);
    expect(findings.map(({ query, at }) => `${query.id} ${at.path}:${at.line}`)).toEqual([
      "sql-injection src/main/java/shop/db/SqlFinder.java:9",
    ]);
  });
});
