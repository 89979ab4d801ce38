// Compiles src/ into dist/ with the pinned compiler, and queries/ into dist/queries.json, which is what a run reads
// unless the queries have changed since. Grammars are copied into dist/grammars, so that an installation needs none of
// their packages.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const GRAMMARS = ["python", "java", "go"];

rmSync("dist", { recursive: true, force: true });
const { resolve } = createRequire(import.meta.url);
const tsc = resolve("typescript/bin/tsc");
const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], {
  stdio: "inherit",
});
if (status !== 0) process.exit(status ?? 1);

const { compileQueryData } = await import("../dist/src/queries/data.js");
writeFileSync("dist/queries.json", compileQueryData("queries"));

mkdirSync("dist/grammars");
for (const name of GRAMMARS) {
  const file = `tree-sitter-${name}.wasm`;
  copyFileSync(resolve(`tree-sitter-${name}/${file}`), `dist/grammars/${file}`);
}
