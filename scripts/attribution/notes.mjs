// Compares verdicts on hunks, made without line notes, with what Git AI's notes say of the same lines.
//   node scripts/attribution/notes.mjs REPOSITORY [COUNT]
// Truth is the share of a hunk's added lines that the commit's note claims for a tool. Notes miss lines (what is typed
// in another editor is in none), so a hunk without is no proof of a person.

import { attribute } from "../../dist/attribution/attribute.js";
import { claimsOf } from "../../dist/attribution/claims.js";
import { parseAuthorshipLog } from "../../dist/attribution/lines/authorship-log.js";
import { parseCommit } from "../../dist/change/commit.js";
import { openRepository } from "../../dist/change/git.js";
import { readChange } from "../../dist/change/read-change.js";
import { Records } from "../../dist/change/records.js";

const [folder, count = "1000000"] = process.argv.slice(2);
const repository = await openRepository(folder);
const notes = await new Records(repository).notesUnder("refs/notes/ai");
const ids = (await repository.text("rev-list", "--no-merges", "HEAD")).split("\n");
// By id, which has nothing to do with time: any first part is a fair sample. Interrupted, it tells what it has read.
const noted = ids.filter((id) => notes.has(id)).sort();
const commits = new Map();
for (const [id, bytes] of await repository.blobs.readAll(noted, 1e6, "commit"))
  commits.set(id, parseCommit(id, bytes));
const texts = await repository.blobs.readAll(
  noted.map((id) => notes.get(id)),
  8e6,
);
const hidden = {
  notesUnder: async () => new Map(),
  blobRefs: async () => new Map(),
  refs: async () => [],
  branchesAt: async () => [],
  texts: async () => new Map(),
  beside: () => undefined,
};
const rows = [];
let read = 0;
let stopped = false;
process.on("SIGINT", () => {
  stopped = true;
});
for (const id of noted) {
  if (stopped || read >= Number(count)) break;
  const commit = commits.get(id);
  if (commit?.parents.length !== 1) continue;
  let record;
  try {
    record = parseAuthorshipLog(texts.get(notes.get(id)).toString(), "refs/notes/ai");
  } catch {
    continue;
  }
  read++;
  if (read % 50 === 0) console.error(`${read} commits`);
  const change = await readChange({ cwd: folder, base: `${commit.parents[0]}..${id}` }).catch(
    () => undefined,
  );
  // A snapshot may lack large files.
  if (change === undefined) continue;
  const history = await change.history();
  const { hunks } = await attribute(change.change, {
    history: {
      ...history,
      commits: history.commits,
      notices: [],
      records: hidden,
      origins: (file, blame) => history.origins(file, blame),
    },
    base: change.files("base", 2e6),
    head: change.files("head", 2e6),
  });
  change.repository.close();
  const [strongest] = claimsOf(commit).claims;
  const kind = strongest === undefined ? "none" : `${strongest.role} ${strongest.evidence.class}`;
  for (const { file, hunk, verdict, probability, evidence } of hunks) {
    if (verdict === "not-applicable") continue;
    const ranges = record.lines.get(file.path) ?? [];
    let attested = 0;
    for (let line = hunk.headStart; line < hunk.headStart + hunk.headCount; line++)
      if (
        ranges.some(({ first, last, author }) => author === "ai" && line >= first && line <= last)
      )
        attested++;
    rows.push({
      kind,
      verdict,
      probability,
      lines: hunk.headCount,
      share: attested / hunk.headCount,
      style: evidence.some(({ tier }) => tier === "style"),
      even: parseInt(id[0], 16) % 2 === 0,
    });
  }
}
const show = (name, some) => {
  if (some.length === 0) return;
  const any = some.filter(({ share }) => share > 0).length / some.length;
  const most = some.filter(({ share }) => share >= 0.5).length / some.length;
  const mean = some.reduce((sum, { share }) => sum + share, 0) / some.length;
  const stated = some.reduce((sum, { probability }) => sum + (probability ?? 0), 0) / some.length;
  console.log(
    `${name.padEnd(34)} ${String(some.length).padStart(6)} hunks  stated ${stated.toFixed(3)}  mean share ${mean.toFixed(3)}  half ${most.toFixed(3)}  any ${any.toFixed(3)}`,
  );
};
const bins = new Map();
for (const row of rows) {
  const bin =
    row.probability === undefined ? "unknown" : (Math.floor(row.probability * 20) / 20).toFixed(2);
  bins.set(bin, [...(bins.get(bin) ?? []), row]);
}
console.log(`${read} commits, ${rows.length} hunks`);
const by = (key) => [...new Set(rows.map(key))].sort();
for (const kind of by(({ kind }) => kind))
  for (const half of [undefined, true, false])
    show(
      `${kind}${half === undefined ? "" : half ? " (even)" : " (odd)"}`,
      rows.filter((row) => row.kind === kind && (half === undefined || row.even === half)),
    );
for (const verdict of by(({ verdict }) => verdict))
  show(
    `verdict ${verdict}`,
    rows.filter((row) => row.verdict === verdict),
  );
for (const at of by(({ probability }) => probability ?? -1))
  show(
    `stated ${at}`,
    rows.filter(({ probability }) => (probability ?? -1) === at),
  );
for (const [bin, some] of [...bins].sort()) show(`bin ${bin}`, some);
const brier = rows.filter(({ probability }) => probability !== undefined);
console.log(
  `Brier score of stated probabilities against "holds recorded lines": ${(brier.reduce((sum, { probability, share }) => sum + (probability - (share > 0 ? 1 : 0)) ** 2, 0) / brier.length).toFixed(3)} over ${brier.length}`,
);
show(
  "style",
  rows.filter(({ style }) => style),
);
const told = rows.filter(({ verdict }) => verdict === "ai" || verdict === "likely-ai");
const positive = rows.filter(({ share }) => share > 0);
const right = told.filter(({ share }) => share > 0);
console.log(
  `ai or likely-ai: precision ${(right.length / told.length).toFixed(3)}, recall ${(right.length / positive.length).toFixed(3)} of ${positive.length}`,
);
repository.close();
