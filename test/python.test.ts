/** What the Python frontend makes of names and of text that is broken or strange, and where its imports lead. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { python } from "../src/program/frontends/python/python.ts";
import { frontendFor } from "../src/program/frontends/registry.ts";
import { Kind } from "../src/program/ir/kinds.ts";
import type { ModuleIr } from "../src/program/ir/module-ir.ts";
import { verify } from "../src/program/ir/verify.ts";
import { createLinker } from "../src/program/link/linker.ts";
import { Program } from "../src/program/program.ts";

await python.prepare!();

function lower(source: string): ModuleIr {
  const module = python.lower(source, "python");
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

describe("names", () => {
  test.each([
    ["a.py", "", "python"],
    ["lib/A.PYW", "", "python"],
    ["bin/tool", "#!/usr/bin/env python3", "python"],
    ["bin/tool", "#!/usr/bin/python -u", "python"],
    ["bin/tool", "#!/bin/sh", undefined],
    ["stubs/a.pyi", "", undefined],
    [".py", "", undefined],
  ])("%s %s", (path, firstLine, dialect) => {
    expect(python.accepts(path, firstLine)).toBe(dialect);
    expect(frontendFor(path, firstLine)?.dialect).toBe(dialect);
  });
});

describe("offsets", () => {
  test("with CRLF and a byte order mark", () => {
    const source = "\uFEFF# first\r\nrun(1)\r\nrun(\r\n2)\r\n";
    expect(calls(source)).toEqual(["run(1)", "run(\r\n2)"]);
  });

  test("beyond the basic plane, in nested quotes", () => {
    const source = "f(f'😀{g(\"é\")}')\n";
    expect(calls(source)).toEqual(['g("é")', "f(f'😀{g(\"é\")}')"]);
  });
});

describe("broken text", () => {
  test("costs what is broken", () => {
    const source = "before()\nx = = 1\ndef f():\n    return inner()\nafter()\n";
    expect(calls(source)).toEqual(["before()", "after()", "inner()"]);
    expect(lower(source).problems).toEqual([expect.objectContaining({ kind: "syntax-error" })]);
  });

  test("of both sides of a merge is read", () => {
    const source = "a()\n<<<<<<< ours\nb()\n=======\nc()\n>>>>>>> theirs\nd()\n";
    expect(calls(source)).toEqual(expect.arrayContaining(["a()", "d()"]));
    expect(lower(source).problems.length).toBeGreaterThan(0);
  });

  test("that would hold up the parser is refused", () => {
    const { problems } = lower("\\\n".repeat(200));
    expect(problems).toEqual([expect.objectContaining({ kind: "not-parsed" })]);
  });

  test("that nests too deeply loses that statement alone", () => {
    const source = `a()\nb(${"[".repeat(30_000)}${"]".repeat(30_000)})\nc()\n`;
    expect(calls(source)).toEqual(["a()", "c()"]);
    expect(lower(source).problems).toEqual([expect.objectContaining({ kind: "too-deep" })]);
  });

  test("a sum of many terms is no nesting", () => {
    expect(lower(`a = ${"b + ".repeat(5_000)}c\n`).problems).toEqual([]);
  });

  test("is lowered to a sound form whatever it is", () => {
    const pieces = [
      ..."\n \t()[]{}:,.=@*%".split(""),
      ...["def f", "class A", "if x", "else", "for a in b", "while c", "try", "except E as e"],
      ...["finally", "with d as g", "match h", "case [i, *j]", "return", "yield", "await k"],
      ...["lambda l: m", "async ", "import n.o", "from . import p", "global q", "f'{r!s:>{t}}'"],
      ...["not ", " and ", " or ", " if u else v", "w := 1", "raise X from Y", "del z", "    "],
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 60 }), (parts) => {
        const { problems } = lower(parts.join(""));
        expect(problems.filter(({ kind }) => kind === "not-lowered")).toEqual([]);
      }),
    );
  });
});

describe("imports", () => {
  const paths = [
    "app/__init__.py",
    "app/core/__init__.py",
    "app/core/auth.py",
    "app/core/json.py",
    "app/main.py",
    "namespace/part/one.py",
    "libs/shared/src/shared/tools.py",
    "src/billing/invoice.py",
    "manage.py",
  ];
  const program = new Program(paths.map((path) => ({ path, id: path, ir: lower("") })));
  const linker = createLinker(program, [], [], []);
  const from = (path: string) => program.at(path)!;

  test.each([
    ["manage.py", "app", "app/__init__.py"],
    ["manage.py", "app.core.auth", "app/core/auth.py"],
    ["manage.py", "namespace.part.one", "namespace/part/one.py"],
    ["manage.py", "billing.invoice", "src/billing/invoice.py"],
    ["app/core/auth.py", "app.main", "app/main.py"],
    ["app/core/auth.py", ".", "app/core/__init__.py"],
    ["app/core/auth.py", "..", "app/__init__.py"],
    ["app/core/auth.py", "..main", "app/main.py"],
    ["app/core/auth.py", ".json", "app/core/json.py"],
    // Inside of a package a bare name is no sibling.
    ["app/core/auth.py", "json", undefined],
    // Elsewhere in the tree, by several parts and in one place.
    ["app/main.py", "shared.tools", "libs/shared/src/shared/tools.py"],
    ["app/main.py", "tools", undefined],
    ["app/main.py", "....above", undefined],
  ])("%s imports %s", (path, specifier, expected) => {
    expect(linker.resolve(from(path), specifier)?.path).toBe(expected);
  });

  test("of a name that is a module", () => {
    expect(linker.submodule(from("manage.py"), "app.core", "auth")?.path).toBe("app/core/auth.py");
    expect(linker.submodule(from("app/core/auth.py"), ".", "json")?.path).toBe("app/core/json.py");
    expect(linker.submodule(from("manage.py"), "app.core", "absent")).toBeUndefined();
  });

  test("of what is no part of the tree name a library, and its member", () => {
    expect(linker.libraries(from("manage.py"), "os.path")).toEqual([["os.path"], ["os", "path"]]);
    expect(linker.libraries(from("manage.py"), ".local")).toEqual([]);
  });
});
