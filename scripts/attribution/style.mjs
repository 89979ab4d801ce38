// How well style alone tells commits of tools from others, on repositories and authors the weights were not fitted on.
//   node scripts/attribution/style.mjs REPOSITORY...

import { isAuthorlessPath } from "../../dist/attribution/authorless.js";
import {
  areaUnderCurve,
  fitWeights,
  measure,
  recallAt,
  scoreOf,
} from "../../dist/attribution/calibration/fit.js";
import { choose, pauses, sampleOf } from "../../dist/attribution/calibration/sample.js";
import { codeSignals, LEAST_LINES } from "../../dist/attribution/style/code-signals.js";
import { measuredLanguage } from "../../dist/attribution/style/comments.js";
import { opinionOf, SHIPPED_TABLE } from "../../dist/attribution/style/opinion.js";
import { SIGNALS } from "../../dist/attribution/style/signals.js";
import { isLikelyByStyle } from "../../dist/attribution/verdict.js";
import { readAdded } from "../../dist/change/added-lines.js";
import { parseCommit } from "../../dist/change/commit.js";
import { openRepository } from "../../dist/change/git.js";

const FOLDS = 5;
const POOLS = ["before2021", "before2023", "contemporary"];
const samples = [];
const hunks = [];
const seen = new Set();
for (const [at, folder] of process.argv.slice(2).entries()) {
  const repository = await openRepository(folder);
  const ids = (await repository.text("rev-list", "HEAD")).split("\n");
  const commits = [];
  for await (const { id, bytes } of repository.blobs.read(ids, 1e6, "commit"))
    if (bytes !== undefined) commits.push(parseCommit(id, bytes));
  const chosen = choose(commits);
  const pause = pauses(commits);
  const byId = new Map(commits.map((commit) => [commit.id, commit]));
  const before = samples.length;
  for await (const added of readAdded(repository, [...chosen.keys()])) {
    const commit = byId.get(added.id);
    const sample = sampleOf(commit, chosen.get(added.id), added, pause(commit));
    // Forks share commits.
    if (sample === undefined || seen.has(added.id)) continue;
    seen.add(added.id);
    const place = { repository: at, fold: at % FOLDS };
    samples.push({ ...sample, ...place });
    const ofCommit = sample.signals.filter(
      (id) =>
        ["message", "size", "people"].includes(SIGNALS[id].group) &&
        !["trailing-space", "todo"].includes(id),
    );
    for (const file of added.files)
      if (measuredLanguage(file.path) !== undefined && !isAuthorlessPath(file.path))
        for (const lines of file.hunks)
          if (lines.filter((line) => line.trim() !== "").length >= LEAST_LINES)
            hunks.push({
              ...sample,
              ...place,
              language: measuredLanguage(file.path),
              signals: codeSignals(lines, file.path),
              ofCommit,
            });
  }
  const count = (pool) => samples.slice(before).filter((sample) => sample.pool === pool).length;
  console.log(folder, ["tool", ...POOLS].map((pool) => `${pool} ${count(pool)}`).join(", "));
  repository.close();
}

const share = (pool, id) => {
  const some = samples.filter((sample) => sample.pool === pool);
  return `${((100 * some.filter(({ signals }) => signals.includes(id)).length) / some.length).toFixed(1).padStart(5)} %`;
};
console.log("signal".padEnd(20), "weight", ["tool", ...POOLS].join("  "));
for (const [id, { weight }] of Object.entries(SIGNALS))
  console.log(
    id.padEnd(20),
    String(weight).padStart(5),
    ["tool", ...POOLS].map((pool) => share(pool, id)).join("  "),
  );
const scored = (all, pool, weightsOf) =>
  all
    .filter((sample) => sample.pool === "tool" || sample.pool === pool)
    .map((sample) => ({
      score: scoreOf(sample, weightsOf(sample)),
      isTool: sample.pool === "tool",
    }));
// Fitted without the repositories and without the authors of the fold.
const fitted = Array.from({ length: FOLDS }, (_, fold) => {
  const authors = new Set(
    samples.filter((sample) => sample.fold === fold).map(({ author }) => author),
  );
  return fitWeights(
    samples.filter((sample) => sample.fold !== fold && !authors.has(sample.author)),
  );
});
// As a scan scores a hunk: what its commit's message says counts half.
const halved = (hunk) => {
  const score = (signals) => scoreOf({ signals }, {});
  return (
    score(hunk.signals) +
    score(hunk.ofCommit.filter((id) => SIGNALS[id].group === "message")) / 2 +
    score(hunk.ofCommit.filter((id) => SIGNALS[id].group !== "message"))
  );
};
const kinds = [
  ["shipped weights", () => ({})],
  ["fitted elsewhere", (sample) => fitted[sample.fold]],
];
const only = (groups) => (sample) => ({
  ...sample,
  signals: sample.signals.filter((id) => groups(SIGNALS[id].group, id)),
});
const parts = [
  ["message and code", samples],
  ["code alone", samples.map(only((group, id) => group !== "message" && id !== "message-empty"))],
  [
    "message alone",
    samples.map(only((group, id) => group === "message" || id === "message-empty")),
  ],
  ["one hunk of 8 lines, code alone", hunks],
];
const show = (name, rows) =>
  console.log(
    `${name.padEnd(58)} ${String(rows.filter(({ isTool }) => isTool).length).padStart(5)}/${String(rows.filter(({ isTool }) => !isTool).length).padEnd(6)} AUC ${areaUnderCurve(rows).toFixed(3)}  recall ${recallAt(rows, 0.01).toFixed(2)} @1%  ${recallAt(rows, 0.05).toFixed(2)} @5%`,
  );
for (const [part, all] of parts)
  for (const [kind, weightsOf] of kinds)
    for (const pool of POOLS) show(`${part}, ${kind}, ${pool}`, scored(all, pool, weightsOf));
for (const pool of POOLS)
  show(
    `one hunk with half its message, shipped weights, ${pool}`,
    hunks
      .filter((hunk) => hunk.pool === "tool" || hunk.pool === pool)
      .map((hunk) => ({ score: halved(hunk), isTool: hunk.pool === "tool" })),
  );
for (const language of [...new Set(hunks.map((hunk) => hunk.language))])
  for (const pool of POOLS)
    show(
      `${language}, one hunk with half its message, ${pool}`,
      hunks
        .filter(
          (hunk) => hunk.language === language && (hunk.pool === "tool" || hunk.pool === pool),
        )
        .map((hunk) => ({ score: halved(hunk), isTool: hunk.pool === "tool" })),
    );
for (const language of [...new Set(samples.map((sample) => sample.language))])
  for (const pool of POOLS)
    show(
      `${language}, message and code, shipped weights, ${pool}`,
      scored(
        samples.filter((sample) => sample.language === language),
        pool,
        () => ({}),
      ),
    );
for (const language of [...new Set(hunks.map((sample) => sample.language))])
  for (const pool of POOLS)
    show(
      `${language}, one hunk, shipped weights, ${pool}`,
      scored(
        hunks.filter((sample) => sample.language === language),
        pool,
        () => ({}),
      ),
    );
for (const pool of POOLS)
  console.log(
    pool,
    JSON.stringify(measure(scored(samples, pool, (sample) => fitted[sample.fold])).reliability),
  );
// The verdict as a scan gives it to one hunk.
for (const pool of ["tool", ...POOLS]) {
  const all = hunks.filter((hunk) => hunk.pool === pool);
  const likely = all.filter((hunk) => {
    const told = opinionOf([...hunk.signals, ...hunk.ofCommit], [], "", SHIPPED_TABLE);
    return told !== undefined && isLikelyByStyle(told.opinion);
  });
  console.log(
    `likely-ai by style: ${pool} ${likely.length} of ${all.length} hunks (${((100 * likely.length) / all.length).toFixed(1)} %)`,
  );
}
