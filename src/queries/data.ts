/**
 * The contents of `queries/` as plain data. Reading a hundred YAML files takes longer than most scans, so the build
 * writes them down as JSON beside the compiled program, under the digest of the files it was made of.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { z } from "zod";
import { KindFile, ModelFile, QueryFile, VocabularyFile } from "../models/schema.ts";
import { parseDataFile } from "../support/data-file.ts";
import { digest } from "../support/hash.ts";

export interface NamedFile<T> {
  /** Path below `queries/`, for errors. */
  readonly file: string;
  readonly data: T;
}

export interface QueryData {
  readonly kinds: KindFile;
  readonly vocabulary: VocabularyFile;
  readonly models: readonly NamedFile<ModelFile>[];
  readonly queries: readonly NamedFile<QueryFile>[];
}

interface Compiled {
  readonly digest: string;
  readonly data: QueryData;
}

/** Texts of the YAML files below `queries/`, by path, sorted. */
function textsOf(folder: string): [file: string, text: string][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => [relative(folder, path).replaceAll("\\", "/"), readFileSync(path, "utf8")]);
}

const digestOf = (texts: readonly (readonly [string, string])[]): string => digest(...texts.flat());

function parse(texts: readonly (readonly [string, string])[]): QueryData {
  const textOf = (name: string): string => texts.find(([file]) => file === name)?.[1] ?? "";
  return {
    kinds: parseDataFile("kinds.yml", textOf("kinds.yml"), KindFile),
    vocabulary: parseDataFile("vocabulary.yml", textOf("vocabulary.yml"), VocabularyFile),
    models: filesBelow(["models"], texts, ModelFile),
    queries: filesBelow(
      ["change", "guard", "misuse", "option", "package", "taint"],
      texts,
      QueryFile,
    ),
  };
}

function filesBelow<T extends z.ZodType>(
  folders: readonly string[],
  texts: readonly (readonly [string, string])[],
  schema: T,
): NamedFile<z.infer<T>>[] {
  return texts
    .filter(([file]) => folders.some((folder) => file.startsWith(`${folder}/`)))
    .map(([file, text]) => ({ file, data: parseDataFile(file, text, schema) }));
}

/** Where a repository keeps models and queries of its own. */
const OWN = { models: ".adr-scan/models", queries: ".adr-scan/queries" } as const;

/** Whether a path of a repository is that of a model or query of its own. */
export const isOwnQueryFile = (path: string): boolean =>
  Object.values(OWN).some((folder) => path.startsWith(`${folder}/`)) && /\.ya?ml$/.test(path);

/** Data with a repository's own models and queries; `texts` by path, sorted. Throws with file and line. */
export const withOwn = (
  data: QueryData,
  texts: readonly (readonly [string, string])[],
): QueryData => ({
  ...data,
  models: [...data.models, ...filesBelow([OWN.models], texts, ModelFile)],
  queries: [...data.queries, ...filesBelow([OWN.queries], texts, QueryFile)],
});

/** Reads `folder` (`queries/`), from `compiled` where that was made of the same files. Throws with file and line. */
export function readQueryData(folder: string, compiled?: string): QueryData {
  const texts = textsOf(folder);
  if (compiled !== undefined && existsSync(compiled)) {
    const { digest: made, data } = JSON.parse(readFileSync(compiled, "utf8")) as Compiled;
    if (made === digestOf(texts)) return data;
  }
  return parse(texts);
}

/** What the build writes. */
export function compileQueryData(folder: string): string {
  const texts = textsOf(folder);
  const compiled: Compiled = { digest: digestOf(texts), data: parse(texts) };
  return JSON.stringify(compiled);
}
