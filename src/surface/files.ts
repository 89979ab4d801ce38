/** What files say that are no code: lines and settings by the rows of `queries/surface.yml`, and migrations. */
import picomatch from "picomatch";
import { fits, type Setting, settingsOf } from "../support/structured.ts";
import type { SurfaceFile } from "./schema.ts";
import { type SurfaceEntry, wholeLine } from "./surface.ts";

/** A file of the change with both of its texts. */
export interface ChangedText {
  readonly path: string;
  readonly basePath: string;
  readonly base: string | undefined;
  readonly head: string | undefined;
}

type Said = Map<string, { readonly line: number; readonly grows: boolean }>;
type Kind = SurfaceFile["lines"][number]["kind"];

/** What a file's text says, by kind and words; equal words are said once. */
type Reader = (path: string, text: string, say: Say) => void;
type Say = (kind: Kind, words: string, line: number, grows: boolean) => void;

/** What head's text says and base's did not, wherever in the file, and the other way round. */
export function compareFiles(
  file: SurfaceFile,
  texts: readonly ChangedText[],
  unchanged: ReadonlyMap<string, string>,
): SurfaceEntry[] {
  const readers = [...file.lines.map(lineReader), ...file.settings.map(settingReader)];
  const entries = texts.flatMap((one): SurfaceEntry[] => {
    const before = said(readers, one.basePath, one.base);
    const after = said(readers, one.path, one.head);
    return [
      ...entriesOf(after, before, "added", one.path),
      ...entriesOf(before, after, "removed", one.basePath),
    ];
  });
  const elsewhere = new Set<string>();
  const everywhere = file.lines.filter(({ anywhere }) => anywhere).map(lineReader);
  for (const [path, text] of unchanged)
    for (const key of said(everywhere, path, text).keys()) elsewhere.add(key);
  return [
    ...withoutMoved(entries).filter(({ kind, name }) => !elsewhere.has(`${kind} ${name}`)),
    ...migrations(file, texts),
  ];
}

/** Whether what a file of base says counts though the change leaves the file alone. */
export function speaksForAll({ lines }: SurfaceFile): (path: string) => boolean {
  const files = lines.filter(({ anywhere }) => anywhere).flatMap((row) => row.files);
  return files.length === 0 ? () => false : picomatch(files, { dot: true });
}

/** What one file loses and another gains. */
function withoutMoved(entries: readonly SurfaceEntry[]): SurfaceEntry[] {
  const keyOf = ({ kind, name }: SurfaceEntry): string => `${kind} ${name}`;
  const effects = (effect: SurfaceEntry["effect"]): Set<string> =>
    new Set(entries.filter((one) => one.effect === effect).map(keyOf));
  const [added, removed] = [effects("added"), effects("removed")];
  const told = new Set<string>();
  return entries.filter((one) => {
    const key = `${one.effect} ${keyOf(one)}`;
    const isMoved = added.has(keyOf(one)) && removed.has(keyOf(one));
    return !isMoved && !told.has(key) && told.add(key);
  });
}

function said(readers: readonly Reader[], path: string, text: string | undefined): Said {
  const found: Said = new Map();
  if (text === undefined) return found;
  const say: Say = (kind, words, line, grows) => {
    const key = `${kind} ${words}`;
    if (!found.has(key)) found.set(key, { line, grows });
  };
  for (const read of readers) read(path, text, say);
  return found;
}

function entriesOf(
  here: Said,
  there: Said,
  effect: "added" | "removed",
  path: string,
): SurfaceEntry[] {
  return [...here]
    .filter(([key]) => !there.has(key))
    .map(([key, { line, grows }]) => {
      const end = key.indexOf(" ");
      return {
        kind: key.slice(0, end) as Kind,
        effect,
        name: key.slice(end + 1),
        detail: "",
        grows: grows && effect === "added",
        at: wholeLine(path, line),
      };
    });
}

function lineReader(row: SurfaceFile["lines"][number]): Reader {
  const isIn = picomatch(row.files, { dot: true });
  const pattern = new RegExp(row.pattern, "u");
  const unless = row.unless === undefined ? undefined : new RegExp(row.unless, "u");
  return (path, text, say) => {
    if (!isIn(path)) return;
    text.split(/\r?\n/).forEach((line, index) => {
      const match = line.length > LONG ? null : pattern.exec(line);
      if (!match || unless?.test(line)) return;
      const name = match.groups?.name ?? match[0].trim();
      say(
        row.kind,
        row.label.replaceAll("{name}", () => name),
        index + 1,
        row.grows,
      );
    });
  };
}

/** Characters of a line that a person wrote. */
const LONG = 2000;

function settingReader(row: SurfaceFile["settings"][number]): Reader {
  const isIn = picomatch(row.files, { dot: true });
  const pattern = row.at.split(".");
  const value = new RegExp(row.value, "iu");
  return (path, text, say) => {
    if (!isIn(path)) return;
    for (const setting of settingsCached(text)) {
      if (!fits(pattern, setting.keys) || !value.test(setting.value)) continue;
      const words = row.label
        .replaceAll("{key}", () => setting.keys.at(-1) ?? "")
        .replaceAll("{value}", () => setting.value)
        .replaceAll("{path}", () => setting.keys.slice(0, -1).join("."));
      say(row.kind, words, setting.line, true);
    }
  };
}

let last: { readonly text: string; readonly settings: readonly Setting[] } | undefined;
/** Rows ask for the settings of one file after the other. */
function settingsCached(text: string): readonly Setting[] {
  if (last?.text !== text) last = { text, settings: settingsOf(text) };
  return last.settings;
}

function migrations(
  { migrations: rows }: SurfaceFile,
  texts: readonly ChangedText[],
): SurfaceEntry[] {
  const isIn = picomatch(rows.files, { dot: true, ignore: rows.notFiles });
  const destructive = new RegExp(rows.destructive, "iu");
  const undone = new RegExp(rows.undone, "iu");
  return texts
    .filter(({ path, basePath }) => isIn(path) || isIn(basePath))
    .map(({ path, base, head }) => {
      const lines = new Set((base ?? "").split(/\r?\n/));
      const after = (head ?? "").split(/\r?\n/);
      const end = after.findIndex((line) => undone.test(line));
      const found = after
        .slice(0, end < 0 ? after.length : end)
        .find((line) => !lines.has(line) && destructive.test(line));
      return {
        kind: "migration",
        effect: base === undefined ? "added" : head === undefined ? "removed" : "changed",
        name: path,
        detail: found === undefined ? "" : `deletes: ${found.trim().slice(0, 120)}`,
        grows: false,
        at: wholeLine(path, 1),
      };
    });
}
