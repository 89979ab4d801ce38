/** Packages that a change brings in: what nothing provides is found, and silence is kept about what something may. */
import { describe, expect, test } from "@jest/globals";
import { packageData } from "../src/packages/data.ts";
import { findPackages } from "../src/packages/find.ts";
import { nearName } from "../src/packages/near-names.ts";
import { lines } from "./change-repository.ts";
import { analyse, queries } from "./support/analyse.ts";
import { changeOf } from "./support/change-of.ts";

type Files = Readonly<Record<string, string>>;
const data = packageData();

/** What is said of a change; `head` is put over `base`. */
async function found(base: Files, head: Files): Promise<string[]> {
  const before = new Map(Object.entries(base));
  const after = new Map(Object.entries({ ...base, ...head }));
  const change = changeOf(before, after);
  const [was, is] = [await analyse(before), await analyse(after)];
  const findings = await findPackages({
    queries: queries().package,
    data,
    files: change.files,
    texts: { base: before, head: after },
    base: was.analysis.program,
    head: is.analysis.program,
    linker: is.analysis.tracking.linker,
    entries: change.head.entries,
    read: async (paths) =>
      new Map(
        paths.flatMap((path) => (after.has(path) ? [[path, after.get(path)!] as const] : [])),
      ),
  });
  return findings.map(
    ({ query, at, confidence, message }) =>
      `${at.path}:${at.line} ${query.id} ${confidence} ${/`([^`]+)`/.exec(message)?.[1]}`,
  );
}

const manifest = (dependencies: object, more: object = {}): string =>
  `${JSON.stringify({ name: "shop", private: true, dependencies, ...more }, undefined, 2)}\n`;
const lock = (...names: readonly string[]): string =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: Object.fromEntries(
      names.map((name) => [`node_modules/${name}`, { version: "1.0.0" }]),
    ),
  });
const npm: Files = {
  "package.json": manifest({ express: "^4.0.0", axios: "^1.0.0" }),
  "package-lock.json": lock("express", "axios", "follow-redirects"),
  "src/app.js": 'const express = require("express");\nexpress().listen(3000);\n',
};
const importing = (statement: string): Files => ({
  "src/new.ts": lines(statement, "export const made = make();"),
});

describe("an import in JavaScript", () => {
  test("that nothing provides is found, for sure where a lock file lacks it", async () => {
    const added = importing('import { make } from "express-rate-guardian";');
    expect(await found(npm, added)).toEqual([
      "src/new.ts:1 hallucinated-package high express-rate-guardian",
    ]);
    const { "package-lock.json": _, ...withoutLock } = npm;
    expect(await found(withoutLock, added)).toEqual([
      "src/new.ts:1 hallucinated-package medium express-rate-guardian",
    ]);
    expect(await found(npm, importing('const { make } = require("@acme/guard/sub");'))).toEqual([
      "src/new.ts:1 hallucinated-package high @acme/guard",
    ]);
  });

  test.each([
    ["a dependency", 'import make from "axios";', {}],
    ["what comes along, locked", 'import make from "follow-redirects";', {}],
    ["a builtin", 'import { make } from "fs/promises";', {}],
    ["a builtin by its prefix", 'import { make } from "node:sqlite";', {}],
    ["a virtual module", 'import make from "virtual:pages";', {}],
    ["an alias by its mark", 'import make from "@/lib/make";', {}],
    ["a private import", 'import make from "#make";', {}],
    [
      "a file of the tree",
      'import make from "lib/make";',
      { "src/lib/make.ts": "export default 1;" },
    ],
    [
      "a path of a tsconfig",
      'import make from "tools/make";',
      { "tsconfig.json": '{ "compilerOptions": { "paths": { "tools/*": ["./generated/*"] } } }' },
    ],
    [
      "a scope of a tsconfig",
      'import make from "@lib/make";',
      { "tsconfig.json": '{ "compilerOptions": { "paths": { "@lib/*": ["./generated/*"] } } }' },
    ],
    [
      "an alias of a bundler",
      'import make from "maker";',
      { "vite.config.ts": 'export default { resolve: { alias: { maker: "/gen/make" } } };' },
    ],
    [
      "an ambient module",
      'import make from "maker";',
      { "types/maker.d.ts": 'declare module "maker";' },
    ],
    [
      "a workspace",
      'import make from "@shop/maker";',
      { "packages/maker/package.json": '{ "name": "@shop/maker" }' },
    ],
    [
      "what another package of the repository has, hoisted",
      'import make from "maker";',
      { "packages/maker/package.json": '{ "name": "m", "dependencies": { "maker": "1" } }' },
    ],
    ["types alone, on several lines", 'import type {\n  make,\n} from "maker-types";', {}],
    ["types alone", 'import type { make } from "maker-types";', {}],
    [
      "a package whose types are declared",
      'import make from "geojson";',
      {
        "package.json": manifest(
          { express: "^4.0.0" },
          { devDependencies: { "@types/geojson": "1" } },
        ),
      },
    ],
    ["what a runtime provides", 'import make from "k6/http";', {}],
  ] as const)("of %s is not", async (_, statement, more) => {
    expect(await found({ ...npm, ...more }, importing(statement))).toEqual([]);
  });

  test("that is only tried is not", async () => {
    const tried = lines(
      "let make;",
      "try {",
      '  make = require("maker");',
      "} catch {}",
      "make();",
    );
    expect(await found(npm, { "src/new.js": tried })).toEqual([]);
    const later = 'export const make = () => import("maker").catch(() => undefined);\n';
    expect(await found(npm, { "src/new.js": later })).toEqual([]);
  });

  test("that base has too is not, and neither is one in a tree without a manifest", async () => {
    const old = { "src/old.ts": 'import make from "maker";\nexport const made = make();\n' };
    expect(await found({ ...npm, ...old }, importing('import make from "maker";'))).toEqual([]);
    expect(await found({}, importing('import make from "maker";'))).toEqual([]);
  });

  test("is left alone where the lock file cannot be read", async () => {
    const { "package-lock.json": _, ...rest } = npm;
    const head = { ...importing('import make from "maker";') };
    const base = { ...rest, "package-lock.json": lock("express", "axios") };
    expect(await found(base, head)).toHaveLength(1);
    expect(await found({ ...rest, "yarn.lock": "maker@^1.0.0:\n" }, head)).toEqual([]);
  });
});

const python: Files = {
  "pyproject.toml": lines(
    "[project]",
    'dependencies = ["fastapi>=0.1", "PyJWT", "python-dateutil"]',
  ),
  "uv.lock": lines(
    ...["fastapi", "pyjwt", "python-dateutil", "starlette", "six"].flatMap((name) => [
      "[[package]]",
      `name = "${name}"`,
    ]),
  ),
  "app/main.py": "from fastapi import FastAPI\napp = FastAPI()\n",
};
const importingPython = (...text: readonly string[]): Files => ({ "app/new.py": lines(...text) });

describe("an import in Python", () => {
  test("that nothing provides is found", async () => {
    expect(
      await found(python, importingPython("import fastapi_auth_plus", "fastapi_auth_plus.run()")),
    ).toEqual(["app/new.py:1 hallucinated-package high fastapi_auth_plus"]);
  });

  test.each([
    ["the standard library", ["import tomllib", "tomllib.loads('')"]],
    ["a package under another name", ["import jwt", "jwt.decode('')"]],
    ["a package whose name has more", ["from dateutil import parser", "parser.parse('')"]],
    ["what comes along, locked", ["import six", "six.text_type"]],
    ["a module of the tree", ["from app.main import app", "app.run()"]],
    ["a relative one", ["from .main import app", "app.run()"]],
    [
      "an optional one",
      ["try:", "    import speedups", "except ImportError:", "    speedups = None"],
    ],
    ["one for type checks", ["if TYPE_CHECKING:", "    import typeshed_x", "typeshed_x.run()"]],
  ])("of %s is not", async (_, text) => {
    expect(await found(python, importingPython(...text))).toEqual([]);
  });

  test("is left alone where the change adds a package whose modules may have any name", async () => {
    const head = {
      ...importingPython("import blurhash_x", "blurhash_x.run()"),
      "pyproject.toml": `${python["pyproject.toml"]}`.replace("fastapi>", 'acme-kit", "fastapi>'),
      "uv.lock": `${python["uv.lock"]}[[package]]\nname = "acme-kit"\n`,
    };
    expect(await found(python, head)).toEqual([]);
  });
});

describe("a dependency", () => {
  test("that is new and not locked is found where the lock file has all the others", async () => {
    const head = {
      "package.json": manifest({ express: "^4.0.0", axios: "^1.0.0", "acme-guard": "^1.0.0" }),
    };
    expect(await found(npm, head)).toEqual([
      "package.json:7 hallucinated-package medium acme-guard",
    ]);
    expect(
      await found(npm, { ...head, "package-lock.json": lock("express", "axios", "acme-guard") }),
    ).toEqual([]);
    expect(await found({ ...npm, "package-lock.json": lock("express") }, head)).toEqual([]);
    const local = manifest({ express: "^4.0.0", axios: "^1.0.0", "acme-guard": "workspace:*" });
    expect(await found(npm, { "package.json": local })).toEqual([]);
  });

  test("with a name one slip away from another's is found", async () => {
    const head = (name: string) => ({
      "package.json": manifest({ express: "^4.0.0", axios: "^1.0.0", [name]: "^1.0.0" }),
      "package-lock.json": lock("express", "axios", name),
    });
    expect(await found(npm, head("expresss"))).toEqual([
      "package.json:7 near-name-package medium expresss",
    ]);
    expect(await found(npm, head("exprses"))).toEqual([
      "package.json:7 near-name-package medium exprses",
    ]);
    const { "package-lock.json": _, ...notLocked } = head("exprses");
    expect(await found(npm, notLocked)).toHaveLength(1);
    expect(await found(npm, head("express-validator"))).toEqual([]);
    expect(await found(npm, head("preact"))).toEqual([]);
  });
});

describe("names", () => {
  test("are near by one letter or two swapped, in one part, and not by a number or a plural", () => {
    const near = (one: string, other: string): boolean => nearName(one, [other]) !== undefined;
    expect(near("lodahs", "lodash")).toBe(true);
    expect(near("loadash", "lodash")).toBe(true);
    expect(near("react-ruoter", "react-router")).toBe(true);
    expect(near("crossenv", "cross-env")).toBe(true);
    expect(near("reqeusts", "requests")).toBe(true);
    expect(near("colors", "color")).toBe(false);
    expect(near("psycopg3", "psycopg2")).toBe(false);
    expect(near("chai", "chalk")).toBe(false);
    expect(near("@acme/router", "@corp/router")).toBe(false);
    expect(near("express", "express")).toBe(false);
  });
});
