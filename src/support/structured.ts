/** A YAML or JSON file as a flat list of settings, each with its keys and its line. */
import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
} from "yaml";

export interface Setting {
  /** From the outermost; an item of a list is named by its `name` or `id`, else by its position. */
  readonly keys: readonly string[];
  /** As text; `""` for a key without a value. */
  readonly value: string;
  /** 1-based. */
  readonly line: number;
}

/** A larger file is data, not settings. */
const MOST = 20_000;
/** Characters that are read. */
const LONGEST = 300_000;
/** What tells items of a list apart. */
const NAMES = ["name", "id", "Sid", "uses"];

/** The settings of a file in the order they stand; none where it cannot be parsed. */
export function settingsOf(text: string): readonly Setting[] {
  if (text.length > LONGEST) return [];
  const lines = new LineCounter();
  const found: Setting[] = [];
  const documents = parsed(text, lines);
  const add = (keys: readonly string[], value: string, at: number | undefined): void => {
    if (found.length < MOST) found.push({ keys, value, line: lines.linePos(at ?? 0).line || 1 });
  };
  const visit = (node: unknown, keys: readonly string[], at: number | undefined): void => {
    const range = (node as { range?: readonly number[] | null } | null)?.range ?? undefined;
    const own = range?.[0] ?? at;
    if ((isMap(node) || isSeq(node)) && node.items.length === 0) add(keys, "", at ?? own);
    else if (isMap(node)) {
      for (const pair of node.items) {
        const key = isScalar(pair.key) ? pair.key : undefined;
        visit(pair.value, [...keys, String(key?.value ?? "")], key?.range?.[0] ?? own);
      }
    } else if (isSeq(node)) {
      node.items.forEach((item, index) => {
        if (!isPair(item)) visit(item, [...keys, nameOf(item) ?? String(index)], own);
      });
    } else if (isScalar(node)) add(keys, node.value === null ? "" : String(node.value), at ?? own);
    else if (node === null || node === undefined) add(keys, "", at);
    else if (isAlias(node)) add(keys, `*${node.source}`, at ?? own);
  };
  // Several documents of one file are told apart by what they are.
  for (const { contents } of documents) visit(contents, prefixOf(contents, documents.length), 0);
  return found;
}

function parsed(text: string, lineCounter: LineCounter): readonly Document[] {
  try {
    const documents = parseAllDocuments(text, {
      lineCounter,
      prettyErrors: false,
      logLevel: "silent",
      uniqueKeys: false,
    });
    const isWhole =
      Array.isArray(documents) && documents.every(({ errors }) => errors.length === 0);
    return isWhole ? documents : [];
  } catch {
    // Nested deeper than the parser goes.
    return [];
  }
}

/** Whether the keys of a setting fit a pattern: `jobs.*.permissions.*`; `**` stands for any number of keys. */
export function fits(pattern: readonly string[], keys: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return keys.length === 0;
  if (first === "**") return fits(rest, keys) || (keys.length > 0 && fits(pattern, keys.slice(1)));
  return keys.length > 0 && (first === "*" || first === keys[0]) && fits(rest, keys.slice(1));
}

function nameOf(item: unknown): string | undefined {
  if (!isMap(item)) return undefined;
  for (const name of NAMES) {
    const value = item.get(name);
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}

function prefixOf(contents: unknown, documents: number): string[] {
  if (documents < 2 || !isMap(contents)) return [];
  const name = contents.getIn(["metadata", "name"]);
  return [`${String(contents.get("kind") ?? "")} ${typeof name === "string" ? name : ""}`.trim()];
}
