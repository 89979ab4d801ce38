// Runs the registry of traces over whole histories: how many commits each rule sees, and how many before 2021, when
// there was nothing to see.
//   node scripts/attribution/registry.mjs [--samples N] REPOSITORY...
import { parseArgs } from "node:util";
import { claimsOf } from "../../dist/attribution/claims.js";
import { parseCommit } from "../../dist/change/commit.js";
import { openRepository } from "../../dist/change/git.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { samples: { type: "string", default: "0" }, rule: { type: "string" } },
});
const FIRST = Date.UTC(2021, 0, 1) / 1000;
const total = { commits: 0, old: 0, oldHits: 0 };
const tools = new Map();
const samples = new Map();
for (const folder of positionals) {
  const repository = await openRepository(folder);
  const ids = (await repository.text("rev-list", "--all")).split("\n");
  const seen = { commits: 0, claimed: 0, old: 0, oldHits: 0 };
  for await (const { id, bytes } of repository.blobs.read(ids, 1_000_000, "commit")) {
    if (bytes === undefined) continue;
    const commit = parseCommit(id, bytes);
    const claims = claimsOf(commit);
    const isOld = commit.author.date < FIRST;
    seen.commits++;
    if (isOld) seen.old++;
    if (claims.claims.length === 0) continue;
    seen.claimed++;
    if (isOld) {
      seen.oldHits++;
      console.log(
        "before 2021:",
        folder,
        id,
        claims.claims.map(({ evidence }) => evidence.rule).join(" "),
      );
    }
    for (const { evidence, role } of claims.claims) {
      const key = `${evidence.rule} ${role}`;
      tools.set(key, (tools.get(key) ?? 0) + 1);
      const known = samples.get(key) ?? [];
      samples.set(key, known);
      known.push({ folder, id, commit });
    }
  }
  total.commits += seen.commits;
  total.old += seen.old;
  total.oldHits += seen.oldHits;
  console.log(
    `${folder}: ${seen.commits} commits, ${seen.claimed} with a claim; before 2021: ${seen.old}, with a claim ${seen.oldHits}`,
  );
  repository.close();
}
console.log(
  `all: ${total.commits} commits; before 2021 ${total.old}, with a claim ${total.oldHits}`,
);
const count = Number(values.samples);
for (const [key, hits] of [...tools].sort(([, a], [, b]) => b - a)) {
  console.log(`${String(hits).padStart(7)} ${key}`);
  if (values.rule !== undefined && !key.startsWith(values.rule)) continue;
  const all = samples.get(key);
  // Spread evenly over all that were seen, so that the same ones are read each time.
  for (let at = 0; at < Math.min(count, all.length); at++) {
    const { folder, id, commit } = all[Math.floor((at * all.length) / Math.min(count, all.length))];
    const named = commit.message
      .split("\n")
      .slice(1)
      .filter((line) =>
        /^[*\s-]*[\w-]+(-by|-with|-id|session|-url|author):|generated|made with|checkpoint/i.test(
          line,
        ),
      );
    console.log(
      `          ${folder.split("/").at(-2)} ${id.slice(0, 9)} ${commit.author.name} <${commit.author.email}> | ${commit.committer.name} | ${commit.message.split("\n")[0].slice(0, 60)} | ${named
        .map((line) => line.trim().slice(0, 90))
        .join(" ; ")
        .slice(0, 300)}`,
    );
  }
}
