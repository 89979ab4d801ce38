/** The queries of a folder: the directory listing is the registry. */
import { join } from "node:path";
import type { QueryInfo } from "../findings/finding.ts";
import { type KindSet, Kinds, type SoftKind } from "../models/kinds.ts";
import { Models } from "../models/models.ts";
import { parseSegments } from "../models/path-grammar.ts";
import type { CallPosition } from "../models/rows.ts";
import type { MisuseQuery, TaintQuery } from "../models/schema.ts";
import { Vocabulary } from "../models/vocabulary.ts";
import { packageRoot } from "../package-root.ts";
import { DataFileError } from "../support/data-file.ts";
import { type QueryData, readQueryData } from "./data.ts";

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
  readonly absent: boolean;
  readonly text: boolean;
  readonly entropy: number | undefined;
}

export interface MisuseMatch {
  readonly named: RegExp | undefined;
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

export type QueryEntry = TaintQueryEntry | MisuseQueryEntry;

export interface QuerySet {
  readonly models: Models;
  readonly taint: readonly TaintQueryEntry[];
  readonly misuse: readonly MisuseQueryEntry[];
}

/** Puts models and queries together; throws a {@link DataFileError} that names the file. */
export function assembleQueries(data: QueryData): QuerySet {
  const models = new Models(new Kinds(data.kinds), new Vocabulary(data.vocabulary));
  for (const { file, data: model } of data.models)
    naming(file, () => models.add(model, languageOf(file)));
  const taint: TaintQueryEntry[] = [];
  const misuse: MisuseQueryEntry[] = [];
  const seen = new Map<string, string>();
  for (const { file, data: query } of data.queries) {
    const twin = seen.get(query.id);
    if (twin) throw new DataFileError(`${file}: ${twin} has the id "${query.id}" already`);
    seen.set(query.id, file);
    naming(file, () => {
      if (query.kind === "taint") taint.push(taintQuery(query, models));
      else misuse.push(misuseQuery(query, models));
    });
  }
  return { models, taint, misuse };
}

/** The product's own queries. */
export const loadQueries = (): QuerySet =>
  assembleQueries(
    readQueryData(join(packageRoot, "queries"), join(packageRoot, "dist", "queries.json")),
  );

function naming(file: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new DataFileError(`${file}: ${(error as Error).message}`);
  }
}

function info(query: TaintQuery | MisuseQuery): QueryInfo {
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
const languageOf = (file: string): string => file.split("/")[1]!;

function misuseQuery(query: MisuseQuery, models: Models): MisuseQueryEntry {
  const matches = query.matches.map(({ call, store, named, language, when }, match) => {
    const path = call ?? store;
    if (path !== undefined)
      models.addRow(path, { role: "misuse", query: query.id, match }, language ?? "javascript");
    return {
      named: named === undefined ? undefined : new RegExp(named, "i"),
      when: when.map((one) => ({
        at: one.at === undefined ? undefined : { segments: parseSegments(one.at) },
        equals: one.equals,
        matches: one.matches === undefined ? undefined : new RegExp(one.matches),
        is: one.is === undefined ? undefined : models.mark(one.is, language ?? "javascript"),
        absent: one.absent ?? false,
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
