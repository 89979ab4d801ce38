/** Manifests are read as their tools read them: what is needed to run, what only to develop, and on which line. */
import { describe, expect, test } from "@jest/globals";
import { manifestKind } from "../src/manifests/read.ts";
import { fits, settingsOf } from "../src/support/structured.ts";
import { lines } from "./change-repository.ts";

const read = (path: string, ...text: readonly string[]): string[] =>
  manifestKind(path)!
    .read(path, lines(...text))
    .map(({ name, version, dev, line }) => `${line} ${name} ${version}${dev ? " dev" : ""}`);

describe("manifests", () => {
  test("package.json", () => {
    expect(
      read(
        "web/package.json",
        "{",
        '  "name": "web",',
        '  "dependencies": {',
        '    "express": "^4.18.0",',
        '    "@acme/core": "workspace:*"',
        "  },",
        '\t"devDependencies": { "jest": "^29.0.0", "react": "^18" },',
        '  "peerDependencies": { "react": ">=17" },',
        '  "scripts": { "start": "node ." }',
        "}",
      ),
    ).toEqual([
      "4 express ^4.18.0",
      "5 @acme/core workspace:*",
      "7 jest ^29.0.0 dev",
      "8 react >=17",
    ]);
  });

  test("a broken manifest has no dependencies", () => {
    expect(read("package.json", "{", '  "dependencies": {', "<<<<<<< ours")).toEqual([]);
  });

  test("requirements files", () => {
    expect(
      read(
        "requirements.txt",
        "# the service",
        "Flask>=2,<3  # web",
        "requests[security]==2.31.0 --hash=sha256:aa",
        'tomli ; python_version < "3.11"',
        "-r base.txt",
        "-e .",
        "git+https://example.com/x.git",
        "ruamel.yaml",
      ),
    ).toEqual(["2 flask >=2,<3", "3 requests ==2.31.0", "4 tomli ", "8 ruamel-yaml "]);
    expect(read("requirements-dev.txt", "pytest")).toEqual(["1 pytest  dev"]);
    expect(read("requirements/prod.txt", "django==5.0")).toEqual(["1 django ==5.0"]);
  });

  test("pyproject.toml, as PEP 621 and as Poetry write it", () => {
    expect(
      read(
        "pyproject.toml",
        "[project]",
        'name = "shop"',
        "dependencies = [",
        '  "fastapi[all]>=0.110", # until "starlette" is fixed, don\'t raise',
        '  # see "flask" # too',
        "  'httpx',  # client",
        "]",
        "[project.optional-dependencies]",
        'dev = ["pytest>=8"]',
        'redis = ["redis"]',
        "[dependency-groups]",
        'lint = ["ruff"]',
      ),
    ).toEqual(["4 fastapi >=0.110", "6 httpx ", "9 pytest >=8 dev", "10 redis ", "12 ruff  dev"]);
    expect(
      read(
        "pyproject.toml",
        "[tool.poetry.dependencies]",
        'python = "^3.11"',
        'Django = "^5.0"',
        'uvicorn = { version = "^0.29", extras = ["standard"] }',
        "[tool.poetry.group.dev.dependencies]",
        'black = "*"',
        "[tool.black]",
        'line-length = "100"',
      ),
    ).toEqual(["3 django ^5.0", "4 uvicorn ^0.29", "6 black * dev"]);
  });

  test("go.mod without what comes along", () => {
    expect(
      read(
        "go.mod",
        "module example.com/shop",
        "go 1.22",
        "require github.com/go-chi/chi/v5 v5.0.12",
        "require (",
        "\tgolang.org/x/crypto v0.22.0",
        "\tgolang.org/x/sys v0.19.0 // indirect",
        ")",
        "replace golang.org/x/net => ../net",
      ),
    ).toEqual(["3 github.com/go-chi/chi/v5 v5.0.12", "5 golang.org/x/crypto v0.22.0"]);
  });

  test("pom.xml and build.gradle", () => {
    expect(
      read(
        "pom.xml",
        "<project><dependencies>",
        "<!-- <dependency><groupId>old</groupId><artifactId>gone</artifactId></dependency> -->",
        "<dependency>",
        "  <groupId>org.postgresql</groupId><artifactId>postgresql</artifactId><version>42.7.3</version>",
        "</dependency>",
        "<dependency><groupId>junit</groupId><artifactId>junit</artifactId><scope>test</scope></dependency>",
        "</dependencies></project>",
      ),
    ).toEqual(["3 org.postgresql:postgresql 42.7.3", "6 junit:junit  dev"]);
    expect(
      read(
        "app/build.gradle.kts",
        "dependencies {",
        '  implementation("com.squareup.okhttp3:okhttp:4.12.0")',
        '  testImplementation("org.junit.jupiter:junit-jupiter")',
        '  implementation(project(":core"))',
        "}",
      ),
    ).toEqual(["2 com.squareup.okhttp3:okhttp 4.12.0", "3 org.junit.jupiter:junit-jupiter  dev"]);
  });

  test("what is copied in is no manifest", () => {
    expect(manifestKind("node_modules/x/package.json")).toBeUndefined();
    expect(manifestKind("src/package.json.ts")).toBeUndefined();
  });
});

describe("settings", () => {
  test("have their keys and their lines; items of a list go by their name", () => {
    const text = lines(
      "on: [push]",
      "jobs:",
      "  build:",
      "    permissions: { contents: write }",
      "    steps:",
      "      - name: Build",
      "        run: make",
      "      - run: make check",
    );
    expect(
      settingsOf(text).map(({ keys, value, line }) => `${line} ${keys.join(".")}=${value}`),
    ).toEqual([
      "1 on.0=push",
      "4 jobs.build.permissions.contents=write",
      "6 jobs.build.steps.Build.name=Build",
      "7 jobs.build.steps.Build.run=make",
      "8 jobs.build.steps.1.run=make check",
    ]);
  });

  test("of a file that cannot be parsed are none", () => {
    expect(settingsOf("[".repeat(100_000))).toEqual([]);
    expect(settingsOf("a: [1, 2")).toEqual([]);
    expect(settingsOf("{{ template }}: {{ x }}\n  y: -")).toEqual([]);
  });

  test("fit patterns", () => {
    const keys = ["jobs", "build", "permissions", "contents"];
    expect(fits(["jobs", "*", "permissions", "*"], keys)).toBe(true);
    expect(fits(["**", "permissions", "*"], keys)).toBe(true);
    expect(fits(["jobs", "**"], keys)).toBe(true);
    expect(fits(["jobs", "*"], keys)).toBe(false);
    expect(fits(["permissions", "**"], keys)).toBe(false);
  });
});
