// What npm runs after `npm ci` and when it installs the package from a git address: makes dist/.
//
// For `npm install --global <git address>` npm runs this without having installed what the build needs
// (https://github.com/npm/cli/issues/8440), and pre-commit installs hooks in this way. So it is installed here then.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

function run(args, env = process.env) {
  const { status, error } = spawnSync(process.execPath, args, { stdio: "inherit", env });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

function isInstalled(name) {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

if (!isInstalled("typescript/package.json")) {
  const npm = process.env.npm_execpath;
  if (npm === undefined) throw new Error("run `npm ci` first");
  // The setting is inherited from the outer npm, and would install into the global folder again.
  const { npm_config_global: _, ...local } = process.env;
  run([npm, "ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"], local);
}
run(["scripts/build.mjs"]);
