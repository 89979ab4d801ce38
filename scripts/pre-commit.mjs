#!/usr/bin/env node
// What the pre-commit framework runs, from its own checkout of this repository. The first time it installs and builds
// there, from the lock file. The framework's support for Node does not do: it installs with
// `npm install --global <git address>`, and npm then runs `prepare` without what the build needs
// (https://github.com/npm/cli/issues/8440).
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

// The last thing that a build writes.
if (!existsSync(join(root, "dist", "queries.json"))) {
  const { status, error } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: root,
    encoding: "utf8",
    // npm is a script on Windows, which only a shell can start.
    shell: process.platform === "win32",
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (error || status !== 0) {
    console.error(`adr-scan could not be installed: ${error?.message ?? "see npm's words above"}`);
    process.exit(2);
  }
}
const { main } = await import("../dist/src/cli/main.js");
process.exitCode = await main(["diff", "--staged", ...process.argv.slice(2)]);
