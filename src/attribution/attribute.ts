/** Says of every changed hunk who is claimed to have written it. It reads, and never writes; no claim is `unknown`. */
import type { ChangedFile, ChangeSet, Hunk } from "../change/change-set.ts";
import type { Commit } from "../change/commit.ts";
import type { Files } from "../change/contents.ts";
import type { History, Origin } from "../change/history.ts";
import type { Evidence, HunkAttribution } from "./attribution.ts";
import { isAuthorlessPath, isMarkedGenerated, linguistPaths } from "./authorless.ts";
import { type Claim, type Claims, claimsOf, claimsOfEnvironment, NO_CLAIMS } from "./claims.ts";
import {
  type LineRecords,
  readLineRecords,
  type Statement,
  TRACES_FILE,
} from "./lines/line-records.ts";
import type { FileShare, LineAuthor, LineRecord } from "./lines/record.ts";
import { nameOf } from "./tool-names.ts";
import { BaseLines, isFormatting } from "./unwritten.ts";
import { judge, lineProbability, type Part } from "./verdict.ts";

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
  { environment = {}, isNotApplicable = () => false }: AttributionOptions = {},
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
    (_, text) => baseLines.add(text),
  );

  // Blame is slow. It answers nothing where no commit claims anything, or where all are equally old.
  const commits = [...byCommit.values()];
  const silent = records.isEmpty && commits.every(({ claims, bot }) => claims.length === 0 && !bot);
  const allOld = silent && commits.length > 0 && commits.every(({ tooOld }) => tooOld);
  const otherwise = allOld ? commits[0]! : NO_CLAIMS;
  const teller = new Teller(records, (origin) =>
    origin.kind === "uncommitted"
      ? now
      : origin.kind === "commit"
        ? (byCommit.get(origin.commit) ?? otherwise)
        : otherwise,
  );

  const attributed: HunkAttribution[] = [];
  for (let at = 0; at < files.length; at += BATCH) {
    const batch = files.slice(at, at + BATCH);
    const base = await textsOf(batch, sources.base, "base");
    const head = await textsOf(batch, sources.head, "head");
    const told = await Promise.all(
      batch.map(async (file): Promise<HunkAttribution[]> => {
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
            return teller.tell(file, hunk, origin, baseLines.movedIn(lines, hunk));
          }),
        );
      }),
    );
    attributed.push(...told.flat());
  }
  return {
    hunks: attributed,
    commits: history.commits,
    notices: [...history.notices, ...records.notices],
  };
}

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

function notApplicable(file: ChangedFile, hunk: Hunk): HunkAttribution {
  return {
    file,
    hunk,
    verdict: "not-applicable",
    probability: undefined,
    calibrated: false,
    tool: undefined,
    toolName: undefined,
    evidence: [],
    commits: [],
  };
}

/** A record that knows no lines makes claims as a trailer does, but of the files it names. */
function withRecords(claims: Claims, records: readonly LineRecord[], commit: string): Claims {
  const added = records.flatMap(({ format, source, files }) =>
    files
      .filter(({ share }) => share !== 0)
      .map((share) => claimOfShare(share, format, `${source} of commit ${commit.slice(0, 7)}`)),
  );
  if (!records.some(({ files }) => files.length > 0)) return claims;
  // The checkpoint that a trailer points to knows more than the trailer.
  const pointing = records.some(({ format }) => format === "entire");
  const own = claims.claims.filter(({ evidence }) => !pointing || evidence.tool !== "entire");
  return { ...claims, claims: [...own, ...added] };
}

function claimOfShare(
  { path, share, tool, model }: FileShare,
  format: string,
  locus: string,
): Claim {
  const percent = share === undefined ? "" : ` for ${Math.round(share * 100)} % of it`;
  const what = path === undefined ? "the commit" : "the file";
  return {
    role: "record",
    suggestion: false,
    share,
    ...(path === undefined ? {} : { paths: new Set([path]) }),
    evidence: {
      tier: "line",
      rule: `${format}/${path === undefined ? "commit" : "file"}`,
      class: "B",
      tool,
      locus,
      claim: `record of ${what} claims ${tool === undefined ? "an AI tool" : nameOf(tool)}${percent}`,
      ...(model === undefined ? {} : { model }),
    },
  };
}

/** Tells of hunks what the claims of their lines come to. */
class Teller {
  readonly #records: LineRecords;
  readonly #claimsOf: (origin: Origin) => Claims;
  readonly #ofFile = new Map<string, Claims>();

  constructor(records: LineRecords, claimsAt: (origin: Origin) => Claims) {
    this.#records = records;
    this.#claimsOf = claimsAt;
  }

  async tell(
    file: ChangedFile,
    hunk: Hunk,
    origin: (line: number) => Origin,
    moved: ReadonlySet<number>,
  ): Promise<HunkAttribution> {
    const groups = new Map<string, Group>();
    const commits = new Map<string, number>();
    for (let line = hunk.headStart; line < hunk.headStart + hunk.headCount; line++) {
      const from = origin(line);
      // Blame sees through moves that the comparison of blocks does not.
      if (moved.has(line) || from.kind === "before") continue;
      let statements: readonly Statement[] = [];
      if (from.kind === "commit") {
        commits.set(from.commit, (commits.get(from.commit) ?? 0) + 1);
        await this.#records.prepare(from.commit, from.path);
        statements = this.#records.at(from.commit, from.path, from.line);
      }
      const claims = this.#claimsAt(from);
      const key = `${from.kind === "commit" ? `${from.commit} ${from.path}` : from.kind}\n${statements.map(({ record, range }) => `${record.source} ${range.author} ${range.tool} ${range.model}`).join("\n")}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { lines: 1, claims, statements });
      else group.lines++;
    }
    const written = [...groups.values()];
    const count = written.reduce((sum, { lines }) => sum + lines, 0);
    if (count === 0) return notApplicable(file, hunk);
    // What says most comes first, then the larger.
    written.sort((a, b) => strength(b) - strength(a) || b.lines - a.lines);
    const { verdict, probability } = judge(written.map(partOf));
    const evidence = evidenceOf(written, count, hunk.headCount);
    const tool =
      verdict === "bot" || verdict === "human"
        ? undefined
        : evidence.find((each) => each.class !== "D" && each.tool !== undefined)?.tool;
    return {
      file,
      hunk,
      verdict,
      probability,
      calibrated: false,
      tool,
      toolName: tool === undefined ? undefined : nameOf(tool),
      evidence,
      commits: [...commits]
        .map(([id, lines]) => ({ id, lines }))
        .sort((a, b) => b.lines - a.lines || (a.id < b.id ? -1 : 1)),
    };
  }

  /** The claims of a commit that hold for a file. */
  #claimsAt(origin: Origin): Claims {
    const all = this.#claimsOf(origin);
    if (origin.kind !== "commit" || all.claims.every(({ paths }) => paths === undefined))
      return all;
    const key = `${origin.commit} ${origin.path}`;
    const known = this.#ofFile.get(key) ?? {
      ...all,
      claims: all.claims.filter(({ paths }) => paths === undefined || paths.has(origin.path)),
    };
    this.#ofFile.set(key, known);
    return known;
  }
}

/** Lines of a hunk of which the same is said. */
interface Group {
  lines: number;
  readonly claims: Claims;
  readonly statements: readonly Statement[];
}

function partOf({ lines, claims, statements }: Group): Part {
  const recorded = [...new Set(statements.map(({ range }) => range.author))];
  return { lines, claims, recorded };
}

function strength(group: Group): number {
  const { recorded, claims } = partOf(group);
  if (recorded.length > 0) return recorded.includes("human") ? 1 : 2;
  return lineProbability(claims) ?? -1;
}

function evidenceOf(groups: readonly Group[], written: number, all: number): Evidence[] {
  const found = new Map<string, { evidence: Evidence; lines: number }>();
  for (const { lines, claims, statements } of groups)
    for (const evidence of [
      ...statements.map(evidenceOfStatement),
      ...claims.claims.map((claim) => claim.evidence),
    ]) {
      const key = `${evidence.rule} ${evidence.locus} ${evidence.claim}`;
      const known = found.get(key);
      if (known === undefined) found.set(key, { evidence, lines });
      else known.lines += lines;
    }
  return [...found.values()].map(({ evidence, lines }) =>
    lines === written && written === all
      ? evidence
      : { ...evidence, claim: `${evidence.claim} (${lines} of ${all} lines)` },
  );
}

function evidenceOfStatement({ record, range, commit }: Statement): Evidence {
  const who: Readonly<Record<LineAuthor, string>> = {
    ai: range.tool === undefined ? "an AI tool" : nameOf(range.tool),
    mixed: `${range.tool === undefined ? "an AI tool" : nameOf(range.tool)}, changed by a person`,
    human: "a person",
  };
  return {
    tier: "line",
    rule: `${record.format}/lines`,
    class: "A",
    tool: range.tool,
    locus: `${record.source} of commit ${commit.slice(0, 7)}`,
    claim: `line record claims ${who[range.author]}${range.model === undefined ? "" : ` (${range.model})`}`,
    ...(range.model === undefined ? {} : { model: range.model }),
  };
}
