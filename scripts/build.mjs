// Compiles src/ into dist/ with the pinned compiler, and queries/ into dist/queries.json, which is
// what a run reads unless the queries have changed since.
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

rmSync("dist", { recursive: true, force: true });
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], {
  stdio: "inherit",
});
if (status !== 0) process.exit(status ?? 1);

const { compileQueryData } = await import("../dist/queries/data.js");
writeFileSync("dist/queries.json", compileQueryData("queries"));
