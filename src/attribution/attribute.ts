/** Says of every changed hunk who is claimed to have written it. It reads, and never writes; no claim is `unknown`. */
import type { ChangedFile, ChangeSet } from "../change/change-set.ts";
import type { Commit } from "../change/commit.ts";
import type { Files } from "../change/contents.ts";
import type { History } from "../change/history.ts";
import type { HunkAttribution } from "./attribution.ts";
import { isAuthorlessPath, isMarkedGenerated, linguistPaths } from "./authorless.ts";
import { type Claims, claimsOf, claimsOfEnvironment, NO_CLAIMS } from "./claims.ts";
import { conclude, notApplicable } from "./conclude.ts";
import { contextOf } from "./context.ts";
import { type Draft, Drafter } from "./draft.ts";
import { type LineRecords, readLineRecords, TRACES_FILE } from "./lines/line-records.ts";
import { withRecords } from "./record-claims.ts";
import { ChangeStyle, commitSignals, FORMATTER } from "./style/change-style.ts";
import { messageSignals } from "./style/message-signals.ts";
import { SHIPPED_TABLE, type StyleTable } from "./style/opinion.ts";
import { SIGNALS } from "./style/signals.ts";
import { BaseLines, isFormatting } from "./unwritten.ts";

export interface AttributionSources {
  readonly history: History;
  /** Texts of both sides. */
  readonly base: Files;
  readonly head: Files;
}

export interface AttributionOptions {
  /** Of the running program; only names of variables are looked at, and only for what is not committed yet. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Files besides generated and vendored ones whose author means nothing. */
  readonly isNotApplicable?: (path: string) => boolean;
  /** Numbers fitted on the repository's own history. */
  readonly table?: StyleTable | undefined;
}

export interface Attribution {
  readonly hunks: readonly HunkAttribution[];
  /** The commits of the change, newest first. */
  readonly commits: readonly Commit[];
  readonly notices: readonly string[];
}

/** Files whose texts are held at a time. */
const BATCH = 64;

export async function attribute(
  change: ChangeSet,
  sources: AttributionSources,
  { environment = {}, isNotApplicable = () => false, table }: AttributionOptions = {},
): Promise<Attribution> {
  const { history } = sources;
  const records = await recordsOf(change, sources);
  const byCommit = new Map<string, Claims>(
    history.commits.map((commit): [string, Claims] => [
      commit.id,
      withRecords(claimsOf(commit), records.of(commit.id), commit.id),
    ]),
  );
  const now = change.headCommit === undefined ? claimsOfEnvironment(environment) : NO_CLAIMS;
  const isLinguist = linguistPaths((await textOf(sources.base, change, ".gitattributes")) ?? "");
  const files = change.files.filter(
    ({ hunks, binary, submodule }) =>
      !binary && !submodule && hunks.some(({ headCount }) => headCount > 0),
  );
  const baseLines = new BaseLines();
  await eachText(
    change.files,
    (file) => file.baseId,
    sources.base,
    (file, text) => baseLines.add(text, file.hunks),
  );

  // Blame is slow. It answers nothing where no commit claims anything, or where all are equally old.
  const commits = [...byCommit.values()];
  const silent =
    records.isEmpty &&
    commits.every(({ claims, bot }) => claims.length === 0 && !bot) &&
    history.commits.every(({ message }) => !hasStyle(message));
  const allOld = silent && commits.length > 0 && commits.every(({ tooOld }) => tooOld);
  const otherwise = allOld ? commits[0]! : NO_CLAIMS;
  const drafter = new Drafter(records, (origin) =>
    origin.kind === "uncommitted"
      ? now
      : origin.kind === "commit"
        ? (byCommit.get(origin.commit) ?? otherwise)
        : otherwise,
  );

  const attributed: (HunkAttribution | Draft)[] = [];
  for (let at = 0; at < files.length; at += BATCH) {
    const batch = files.slice(at, at + BATCH);
    const base = await textsOf(batch, sources.base, "base");
    const head = await textsOf(batch, sources.head, "head");
    const told = await Promise.all(
      batch.map(async (file): Promise<(HunkAttribution | Draft)[]> => {
        const hunks = file.hunks.filter(({ headCount }) => headCount > 0);
        const lines = head.get(file)?.split("\n") ?? [];
        const before = base.get(file)?.split("\n") ?? [];
        const isAuthorless =
          isAuthorlessPath(file.path) ||
          isNotApplicable(file.path) ||
          isLinguist(file.path) ||
          isMarkedGenerated(lines);
        if (isAuthorless) return hunks.map((hunk) => notApplicable(file, hunk));
        const origin = await history.origins(file, !silent);
        return Promise.all(
          hunks.map(async (hunk) => {
            if (lines.length > 0 && isFormatting(file, hunk, before, lines))
              return notApplicable(file, hunk);
            return drafter.draft(file, hunk, lines, origin, baseLines.movedIn(lines, hunk));
          }),
        );
      }),
    );
    attributed.push(...told.flat());
  }
  const drafts = attributed.filter((each) => "groups" in each);
  const { tip } = change.range;
  const context = contextOf(
    tip === undefined ? [] : await history.records.branchesAt(tip),
    change.files.map(({ path }) => path),
  );
  const style = new ChangeStyle(
    commitSignals(history.commits, drafts),
    context,
    table ?? SHIPPED_TABLE,
    [...change.head.entries.keys()].some((path) => FORMATTER.test(path)),
  );
  return {
    hunks: attributed.map((each) =>
      "groups" in each ? conclude(each, style, table !== undefined) : each,
    ),
    commits: history.commits,
    notices: [...history.notices, ...records.notices],
  };
}

/** Whether a message alone raises a suspicion. */
const hasStyle = (message: string): boolean =>
  messageSignals(message).some((id) => SIGNALS[id].weight > 0);

async function recordsOf(
  change: ChangeSet,
  { history, head }: AttributionSources,
): Promise<LineRecords> {
  const traces =
    (await textOf(head, change, TRACES_FILE, "head")) ??
    (change.headCommit === undefined ? history.records.beside(TRACES_FILE) : undefined);
  return readLineRecords(history.records, history.commits, traces);
}

async function textOf(
  files: Files,
  change: ChangeSet,
  path: string,
  side: "base" | "head" = "base",
): Promise<string | undefined> {
  const id = change[side].entries.get(path);
  return id === undefined ? undefined : (await files.read([{ path, id }])).get(path);
}

/** Texts of files of one side. */
async function textsOf(
  files: readonly ChangedFile[],
  reader: Files,
  side: "base" | "head",
): Promise<ReadonlyMap<ChangedFile, string>> {
  const found = new Map<ChangedFile, string>();
  const idOf = (file: ChangedFile) => (side === "base" ? file.baseId : file.headId);
  await eachText(files, idOf, reader, (file, text) => found.set(file, text), side);
  return found;
}

async function eachText(
  files: readonly ChangedFile[],
  idOf: (file: ChangedFile) => string | undefined,
  reader: Files,
  use: (file: ChangedFile, text: string) => void,
  side: "base" | "head" = "base",
): Promise<void> {
  const pathOf = (file: ChangedFile) => (side === "base" ? file.basePath : file.path);
  const wanted = files.filter(
    (file) => idOf(file) !== undefined && !file.binary && !file.submodule && file.hunks.length > 0,
  );
  for (let at = 0; at < wanted.length; at += BATCH) {
    const batch = wanted.slice(at, at + BATCH);
    const texts = await reader.read(batch.map((file) => ({ path: pathOf(file), id: idOf(file)! })));
    for (const file of batch) {
      const text = texts.get(pathOf(file));
      if (text !== undefined) use(file, text);
    }
  }
}
