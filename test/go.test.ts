/** What the Go frontend makes of text that is broken or strange, and where Go's imports lead. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { go } from "../src/program/frontends/go/go.ts";
import { frontendFor } from "../src/program/frontends/registry.ts";
import { Kind } from "../src/program/ir/kinds.ts";
import type { ModuleIr } from "../src/program/ir/module-ir.ts";
import { verify } from "../src/program/ir/verify.ts";
import { readGoModule } from "../src/program/link/go.ts";
import { createLinker } from "../src/program/link/linker.ts";
import { isTest } from "../src/program/link/packages.ts";
import { Program } from "../src/program/program.ts";

await go.prepare!();

function lower(source: string): ModuleIr {
  const module = go.lower(source, "go");
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

/** Modules and names of everything that is imported, in order. */
function imported(source: string): string[] {
  const { kinds, operands, operandStart, strings } = lower(source);
  return Array.from(kinds.keys())
    .filter((value) => kinds[value] === Kind.Imported)
    .map((value) => {
      const at = operandStart[value]!;
      return `${strings[operands[at]!]} ${strings[operands[at + 1]!]}`;
    });
}

test.each([
  ["main.go", "go", false],
  ["internal/db/users_test.go", "go", true],
  ["testdata/a.go", "go", true],
  ["latest.go", "go", false],
  ["go.mod", undefined, false],
])("%s", (path, dialect, isOfTests) => {
  expect(frontendFor(path, "")?.dialect).toBe(dialect);
  expect(isTest(path)).toBe(isOfTests);
});

describe("names of packages", () => {
  test.each([
    ['import "net/http"', "http.Get", "net/http Get"],
    ['import h "net/http"', "h.Get", "net/http Get"],
    ['import "github.com/labstack/echo/v4"', "echo.New", "github.com/labstack/echo/v4 New"],
    ['import "gopkg.in/yaml.v3"', "yaml.Marshal", "gopkg.in/yaml.v3 Marshal"],
    ['import "github.com/mattn/go-sqlite3"', "sqlite3.Open", "github.com/mattn/go-sqlite3 Open"],
    ['import "github.com/dgrijalva/jwt-go"', "jwt.Parse", "github.com/dgrijalva/jwt-go Parse"],
    ['import "example.com/my-tool"', "mytool.Run", "example.com/my-tool Run"],
    ["", "len", "builtin len"],
    ["", "helper", ". helper"],
  ])("%s: %s", (line, name, expected) => {
    expect(imported(`package p\n\n${line}\n\nvar x = ${name}\n`)).toContain(expected);
  });

  test("give way to variables", () => {
    const source = 'package p\nimport "net/http"\nfunc f(http client) { http.Get() }\n';
    expect(imported(source)).toEqual([]);
  });
});

describe("broken text", () => {
  test("costs what is broken", () => {
    const source = "package p\n\nfunc a() {\n\tx := = 1\n\tinner()\n}\n\nfunc b() { after() }\n";
    expect(calls(source)).toEqual(expect.arrayContaining(["after()"]));
    expect(lower(source).problems.length).toBeGreaterThan(0);
  });

  test("that nests too deeply loses that alone", () => {
    const source = `package p\nfunc a() { before() }\nvar x = ${"(".repeat(20_000)}1${")".repeat(20_000)}\n`;
    expect(calls(source)).toEqual(["before()"]);
  });

  test("a sum of many terms is no nesting", () => {
    expect(lower(`package p\n\nvar a = ${"b + ".repeat(5_000)}c\n`).problems).toEqual([]);
  });

  test("is lowered to a sound form whatever it is", () => {
    const pieces = [
      ..."\n \t()[]{}:,.=*&;!".split(""),
      ...["func f", "func (a *b) c", "type d struct", "interface", "if e := g; h", "else ", "for "],
      ...["range i", "switch j", "switch k := l.(type)", "case m", "default", "fallthrough"],
      ...["select", "<-n", "go o()", "defer p()", "return q, r", "goto s", "s:", "break s"],
      ...["continue", "var t u", "const v = iota", "w, x := y", "map[string]int", "[]byte", "z++"],
      ...["`raw`", '"text"', "'a'", "0x1f", "nil", "package p\n", 'import "a"\n', " && ", " + "],
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 60 }), (parts) => {
        const { problems } = lower(parts.join(""));
        expect(problems.filter(({ kind }) => kind === "not-lowered")).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe("imports", () => {
  const files: Record<string, string> = {
    "go.mod": "module example.com/shop\n\ngo 1.22\n\nreplace example.com/lib => ../lib\n",
    "tools/go.mod": 'module "example.com/shop/tools" // nested\n',
    "main.go": "package main\n\nfunc main() {}\n",
    "config.go": "package main\n\nvar Config = 1\n",
    "store/users.go": "package store\n\nfunc Users() {}\n",
    "store/orders.go": "package store\n\nfunc Orders() {}\n\ntype Order struct{}\n",
    "store/os_linux.go": "package store\n\nfunc System() {}\n",
    "store/os_windows.go": "package store\n\nfunc System() {}\n",
    "tools/gen/gen.go": "package gen\n\nfunc Run() {}\n",
  };
  const program = new Program(
    Object.entries(files)
      .filter(([path]) => path.endsWith(".go"))
      .map(([path, text]) => ({ path, id: path, ir: lower(text) })),
  );
  const modules = Object.entries(files)
    .filter(([path]) => path.endsWith("go.mod"))
    .map(([path, text]) => readGoModule(path, text)!);
  const linker = createLinker(program, [], [], modules);

  test.each([
    ["main.go", "example.com/shop/store", "Users", "store/users.go"],
    ["main.go", "example.com/shop/store", "Order", "store/orders.go"],
    ["main.go", "example.com/shop/store", "System", "store/os_linux.go"],
    ["main.go", "example.com/shop/store", "Nothing", undefined],
    ["main.go", ".", "Config", "config.go"],
    ["store/users.go", ".", "Orders", "store/orders.go"],
    ["main.go", "example.com/shop/tools/gen", "Run", "tools/gen/gen.go"],
    ["main.go", "example.com/other", "Run", undefined],
    ["main.go", "fmt", "Println", undefined],
  ])("%s: %s %s", (from, specifier, name, path) => {
    expect(linker.resolve(program.at(from)!, specifier, name)?.path).toBe(path);
  });

  test("of another major version are of the same library", () => {
    expect(linker.libraries(program.at("main.go")!, "github.com/go-chi/chi/v5/middleware")).toEqual(
      [["github.com/go-chi/chi/v5/middleware"], ["github.com/go-chi/chi/middleware"]],
    );
  });

  test("a replacement is a folder beside the module", () => {
    expect(readGoModule("app/go.mod", files["go.mod"]!)?.replaced).toEqual([
      { path: "example.com/lib", folder: "lib" },
    ]);
    expect(readGoModule("go.mod", "go 1.22\n")).toBeUndefined();
  });
});
