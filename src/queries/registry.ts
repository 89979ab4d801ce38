/** The queries of a folder: the directory listing is the registry. */
import { join } from "node:path";
import picomatch from "picomatch";
import type { QueryInfo } from "../findings/finding.ts";
import type { OptionJudge, OptionPresence } from "../findings/option.ts";
import { type KindSet, Kinds, type SoftKind } from "../models/kinds.ts";
import { Models } from "../models/models.ts";
import { parseSegments, type Segment } from "../models/path-grammar.ts";
import type { CallPosition } from "../models/rows.ts";
import type {
  ChangeQuery,
  GuardQuery,
  MisuseQuery,
  OptionQuery,
  PackageQuery,
  TaintQuery,
} from "../models/schema.ts";
import { Vocabulary } from "../models/vocabulary.ts";
import { packageRoot } from "../package-root.ts";
import type { FileQuery, LogicQuery } from "../query-api.ts";
import { DataFileError } from "../support/data-file.ts";
import { type QueryData, readQueryData, withOwn } from "./data.ts";
import { fileQueries, logicQueries } from "./logic-registry.ts";
import { NONE_OWN, type OwnFunctions, ownGuards, ownLanguages, ownModel } from "./own-functions.ts";

export interface TaintQueryEntry {
  readonly kind: "taint";
  readonly info: QueryInfo;
  /** Those it is for; its examples are in the first. */
  readonly languages: readonly string[];
  readonly message: string;
  readonly sources: ReadonlySet<string>;
  readonly sinks: ReadonlySet<string>;
  /** What clears the query, beside the sink's own kind. */
  readonly sanitizers: KindSet;
  /** Doubts that say nothing about this flaw. */
  readonly ignores: ReadonlySet<SoftKind>;
}

export interface MisuseCondition {
  /** Undefined: the value that is assigned. */
  readonly at: CallPosition | undefined;
  readonly equals: string | number | boolean | null | undefined;
  readonly matches: RegExp | undefined;
  /** The mark of what the value is of a library. */
  readonly is: number | undefined;
  /** A function that does nothing but return this. */
  readonly returns: Returned | undefined;
  readonly absent: boolean;
  /** Nobody looks at the result, or the part of it that is meant. */
  readonly unused: boolean;
  /** What it is equal to: the only text that the constant there matches. */
  readonly restates: CallPosition | undefined;
  /** It stands in no loop. */
  readonly once: boolean;
  readonly text: boolean;
  readonly entropy: number | undefined;
}

/** What a function gives that does nothing else. */
export type Returned = boolean | "nothing";

export interface MisuseMatch {
  readonly named: RegExp | undefined;
  /** Of a method that a class has for a library's: it does nothing but return this. */
  readonly returns: Returned | undefined;
  readonly when: readonly MisuseCondition[];
}

export interface MisuseQueryEntry {
  readonly kind: "misuse";
  readonly info: QueryInfo;
  /** Those it is for; its examples are in the first. */
  readonly languages: readonly string[];
  readonly message: string;
  readonly matches: readonly MisuseMatch[];
}

/** What lines a change query looks for. */
export interface LineMatch {
  readonly label: string;
  readonly on: "added" | "removed" | "file";
  readonly isIn: (path: string) => boolean;
  readonly part: "line" | "comment" | "code";
  /** Undefined for whole files. */
  readonly pattern: RegExp | undefined;
  readonly unless: RegExp | undefined;
  readonly about: RegExp | undefined;
  readonly block: RegExp | undefined;
  readonly notBlock: RegExp | undefined;
  readonly replacedBy: RegExp | undefined;
  readonly once: boolean;
}

export interface ChangeQueryEntry {
  readonly kind: "change";
  readonly info: QueryInfo;
  readonly message: string;
  readonly matches: readonly LineMatch[];
}

/** What is claimed when a guard of a kind is gone. */
export interface GuardQueryEntry {
  readonly kind: "guard";
  readonly info: QueryInfo;
  readonly message: string;
  readonly guard: string;
}

/** An option at a call, or of a name that is assigned. */
export interface OptionCall {
  readonly option: string;
  /** Tells rows of a query apart. */
  readonly row: number;
  /** Of the call. */
  readonly mark: number | undefined;
  readonly named: RegExp | undefined;
  readonly at: readonly Segment[];
  readonly same: readonly Segment[] | undefined;
  readonly when: readonly {
    readonly at: readonly Segment[];
    readonly matches: RegExp | undefined;
    /** The mark of what the value is of a library. */
    readonly is: number | undefined;
  }[];
  /** Undefined: any. */
  readonly language: string | undefined;
  readonly judge: OptionJudge;
  /** The call itself, or the item of a list, is the guard or stands in for one. */
  readonly presence: OptionPresence | undefined;
  readonly has: RegExp | undefined;
}

/** A setting of a file. */
export interface OptionSetting {
  readonly isIn: (path: string) => boolean;
  readonly at: readonly string[];
  readonly owner: number;
  readonly unless: readonly { readonly key: string; readonly value: RegExp }[];
  readonly elsewhere: readonly (readonly string[])[];
  readonly beside: readonly string[] | undefined;
  readonly judge: OptionJudge;
}

export interface OptionQueryEntry {
  readonly kind: "option";
  readonly info: QueryInfo;
  readonly message: string;
  readonly besides: ReadonlySet<string>;
  readonly options: readonly OptionCall[];
  readonly settings: readonly OptionSetting[];
}

/** What is claimed of packages. */
export interface PackageQueryEntry {
  readonly kind: "package";
  readonly info: QueryInfo;
  readonly message: string;
  readonly claims: PackageQuery["claims"];
}

export type QueryEntry =
  | TaintQueryEntry
  | MisuseQueryEntry
  | ChangeQueryEntry
  | LogicQueryEntry
  | GuardQueryEntry
  | OptionQueryEntry
  | PackageQueryEntry
  | FileQueryEntry;

/** A query over files that are no programs. */
export interface FileQueryEntry {
  readonly kind: "file";
  readonly info: QueryInfo;
  readonly message: string;
  readonly isIn: (path: string) => boolean;
  /** What the file of its examples is called. */
  readonly example: string;
  readonly find: FileQuery["find"];
}

export interface LogicQueryEntry {
  readonly kind: "logic";
  readonly info: QueryInfo;
  readonly languages: readonly string[];
  readonly message: string;
  readonly find: LogicQuery["find"];
}

export interface QuerySet {
  readonly models: Models;
  readonly taint: readonly TaintQueryEntry[];
  readonly misuse: readonly MisuseQueryEntry[];
  readonly change: readonly ChangeQueryEntry[];
  readonly guard: readonly GuardQueryEntry[];
  readonly option: readonly OptionQueryEntry[];
  readonly package: readonly PackageQueryEntry[];
  readonly logic: readonly LogicQueryEntry[];
  readonly file: readonly FileQueryEntry[];
}

/** Puts models and queries together; throws a {@link DataFileError} that names the file. */
export function assembleQueries(
  data: QueryData,
  logic: readonly LogicQuery[] = [],
  files: readonly FileQuery[] = [],
  own: OwnFunctions = NONE_OWN,
): QuerySet {
  const models = new Models(new Kinds(data.kinds), new Vocabulary(data.vocabulary, ownGuards(own)));
  for (const { file, data: model } of data.models)
    naming(file, () => models.add(model, languageOf(file)));
  if (own.sanitizers.length + own.sources.length > 0)
    naming(own.file, () => {
      for (const language of ownLanguages) models.add(ownModel(own), language);
    });
  const taint: TaintQueryEntry[] = [];
  const misuse: MisuseQueryEntry[] = [];
  const change: ChangeQueryEntry[] = [];
  const guard: GuardQueryEntry[] = [];
  const option: OptionQueryEntry[] = [];
  const packages: PackageQueryEntry[] = [];
  const seen = new Map<string, string>();
  for (const { file, data: query } of data.queries) {
    const twin = seen.get(query.id);
    if (twin) throw new DataFileError(`${file}: ${twin} has the id "${query.id}" already`);
    seen.set(query.id, file);
    naming(file, () => {
      if (query.kind === "taint") taint.push(taintQuery(query, models));
      else if (query.kind === "misuse") misuse.push(misuseQuery(query, models));
      else if (query.kind === "change") change.push(changeQuery(query));
      else if (query.kind === "option") option.push(optionQuery(query, models));
      else if (query.kind === "package") packages.push(packageQuery(query));
      else
        guard.push({
          kind: "guard",
          info: info(query),
          message: query.message,
          guard: query.guard,
        });
    });
  }
  return {
    models,
    taint,
    misuse,
    change,
    guard,
    option,
    package: packages,
    logic: logic.map(logicQuery),
    file: files.map(fileQuery),
  };
}

/** Every query of a set, in no particular order. */
export const allQueries = ({
  taint,
  misuse,
  change,
  guard,
  option,
  package: packages,
  logic,
  file,
}: QuerySet): readonly QueryEntry[] => [
  ...taint,
  ...misuse,
  ...change,
  ...guard,
  ...option,
  ...packages,
  ...logic,
  ...file,
];

export const queryOf = (queries: QuerySet, id: string): QueryEntry | undefined =>
  allQueries(queries).find(({ info }) => info.id === id);

/** Whether a query of this id is there and wanted. */
export function isRun(
  queries: QuerySet,
  wanted: (query: QueryEntry) => boolean,
  id: string,
): boolean {
  const query = queryOf(queries, id);
  return query !== undefined && wanted(query);
}

/** The product's own queries, with those that a repository adds: texts of its files by path, sorted. */
export const loadQueries = (
  own: readonly (readonly [string, string])[] = [],
  functions: OwnFunctions = NONE_OWN,
): QuerySet =>
  assembleQueries(
    withOwn(
      readQueryData(join(packageRoot, "queries"), join(packageRoot, "dist", "queries.json")),
      own,
    ),
    logicQueries,
    fileQueries,
    functions,
  );

function naming(file: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new DataFileError(`${file}: ${(error as Error).message}`);
  }
}

function info(
  query: TaintQuery | MisuseQuery | ChangeQuery | GuardQuery | OptionQuery | PackageQuery,
): QueryInfo {
  const { id, name, cwe, severity, precision, persona, why, fix, good, bad } = query;
  return {
    id,
    name,
    cwe,
    severity,
    precision,
    persona,
    why: why.trim(),
    fix: fix.trim(),
    ...(good === undefined ? {} : { good: good.trim() }),
    ...(bad === undefined ? {} : { bad: bad.trim() }),
  };
}

function logicQuery({ message, find, ...query }: LogicQuery): LogicQueryEntry {
  const { id, name, cwe, severity, precision, persona, why, fix, good, bad } = query;
  return {
    kind: "logic",
    info: { id, name, cwe, severity, precision, persona, why, fix, good, bad },
    languages: query.languages,
    message,
    find,
  };
}

function fileQuery({ message, files, example, find, ...query }: FileQuery): FileQueryEntry {
  const { id, name, cwe, severity, precision, persona, why, fix, good, bad } = query;
  return {
    kind: "file",
    info: {
      id,
      name,
      cwe,
      severity,
      precision,
      persona,
      why,
      fix,
      good: good.trim(),
      bad: bad.trim(),
    },
    message,
    isIn: picomatch([...files], { dot: true, nocase: true }),
    example,
    find,
  };
}

function taintQuery(query: TaintQuery, models: Models): TaintQueryEntry {
  const { kinds } = models;
  return {
    kind: "taint",
    info: info(query),
    languages: query.languages,
    message: query.message,
    sources: new Set(query.sources.map((kind) => kinds.checkSource(kind))),
    sinks: new Set(query.sinks.map((kind) => kinds.checkSink(kind))),
    sanitizers: kinds.set(query.sanitizers),
    ignores: new Set(query.ignores),
  };
}

/** `models/python/flask.yml` is of Python's libraries. */
function languageOf(file: string): string {
  const language = /(?:^|\/)models\/([^/]+)\//.exec(file)?.[1];
  if (language === undefined)
    throw new DataFileError("a model lies in the folder of its language: models/javascript/");
  return language;
}

function misuseQuery(query: MisuseQuery, models: Models): MisuseQueryEntry {
  const matches = query.matches.map((one, match) => {
    const { call, store, overrides, returns, named, language, when } = one;
    const path = call ?? store ?? overrides;
    if (path !== undefined)
      models.addRow(path, { role: "misuse", query: query.id, match }, language ?? "javascript");
    return {
      named: named === undefined ? undefined : new RegExp(named, "i"),
      returns,
      when: when.map((one) => ({
        at: one.at === undefined ? undefined : { segments: parseSegments(one.at) },
        equals: one.equals,
        matches: one.matches === undefined ? undefined : new RegExp(one.matches),
        is: one.is === undefined ? undefined : models.mark(one.is, language ?? "javascript"),
        returns: one.returns,
        absent: one.absent ?? false,
        unused: one.unused ?? false,
        restates:
          one.restates === undefined ? undefined : { segments: parseSegments(one.restates) },
        once: one.repeated === false,
        text: one.text ?? false,
        entropy: one.entropy,
      })),
    };
  });
  return {
    kind: "misuse",
    info: info(query),
    languages: query.languages,
    message: query.message,
    matches,
  };
}

function optionQuery(query: OptionQuery, models: Models): OptionQueryEntry {
  const options = query.options.map((one, row): OptionCall => {
    const at = one.at === undefined ? [] : parseSegments(one.at);
    const last = at.at(-1);
    const member = last?.kind === "member" ? (last.names?.[0] ?? "") : "";
    const named = last?.kind === "argument" ? (last.names[0] ?? "") : member;
    return {
      option: one.option ?? (named || (one.call ?? "")),
      row,
      mark:
        one.call === undefined ? undefined : models.mark(one.call, one.language ?? "javascript"),
      named: one.named === undefined ? undefined : new RegExp(one.named),
      at,
      same: one.same === undefined ? undefined : parseSegments(one.same),
      when: one.when.map(({ at: where, matches, is }) => ({
        at: parseSegments(where),
        matches: matches === undefined ? undefined : new RegExp(matches, "i"),
        is: is === undefined ? undefined : models.mark(is, one.language ?? "javascript"),
      })),
      language: one.language,
      judge: optionJudge(one),
      presence: one.presence,
      has: one.has === undefined ? undefined : new RegExp(one.has),
    };
  });
  const settings = query.settings.map(
    (one): OptionSetting => ({
      isIn: picomatch(one.files, { dot: true }),
      at: one.at.split("."),
      owner: one.owner,
      unless: one.unless.map(({ key, value }) => ({ key, value: new RegExp(value, "i") })),
      elsewhere: one.elsewhere.map((keys) => keys.split(".")),
      beside: one.beside?.split("."),
      judge: optionJudge(one),
    }),
  );
  const { message, besides } = query;
  return {
    kind: "option",
    info: info(query),
    message,
    besides: new Set(besides),
    options,
    settings,
  };
}

const packageQuery = (query: PackageQuery): PackageQueryEntry => ({
  kind: "package",
  info: info(query),
  message: query.message,
  claims: query.claims,
});

function optionJudge(
  row: OptionQuery["options"][number] | OptionQuery["settings"][number],
): OptionJudge {
  const weak = new Set(row.weak.map(String));
  const pattern = row.weakMatches === undefined ? undefined : new RegExp(row.weakMatches, "i");
  return {
    default: row.default === undefined ? undefined : String(row.default),
    order: row.order.map(String),
    isWeak: (text) => weak.has(text) || pattern?.test(text) === true,
    number: row.number && { ...row.number, enough: row.number.enough },
  };
}

function changeQuery(query: ChangeQuery): ChangeQueryEntry {
  const regex = (text: string | undefined): RegExp | undefined =>
    text === undefined ? undefined : new RegExp(withWords(text, query.words), "iu");
  const matches = query.matches.map((match): LineMatch => {
    const { files = ["**"], notFiles = [], about, block, notBlock } = { ...query, ...match };
    const within = picomatch(files, { dot: true });
    const without = picomatch(notFiles, { dot: true });
    return {
      label: match.label,
      on: match.on,
      isIn: (path) => within(path) && !without(path),
      part: match.in,
      pattern: regex(match.pattern),
      unless: regex(match.unless),
      about: regex(about),
      block: regex(block),
      notBlock: regex(notBlock),
      replacedBy: regex(match.replacedBy),
      once: match.once,
    };
  });
  return { kind: "change", info: info(query), message: query.message, matches };
}

/** A pattern with the lists it names written out. */
const withWords = (text: string, words: ChangeQuery["words"]): string =>
  text.replace(/\(\?&(\w+)\)/g, (_, name: string) => {
    const list = words[name];
    if (!list) throw new DataFileError(`there is no list of words "${name}"`);
    return `(?:${list.join("|")})`;
  });
