/** Settings of changed files that are weaker in head than in base. What is new has nothing to be weaker than. */
import type { ChangedFile } from "../change/change-set.ts";
import { toHead } from "../change/change-set.ts";
import type { Finding, Place } from "../findings/finding.ts";
import { type Unnumbered, withFingerprints } from "../findings/fingerprint.ts";
import { changeWords, isWeaker, type OptionValue } from "../findings/option.ts";
import { plainFinding } from "../findings/plain.ts";
import { dockerfileSettings, isDockerfile } from "../support/dockerfile.ts";
import { groupBy } from "../support/group-by.ts";
import { hclSettings, isHcl } from "../support/hcl.ts";
import { fits, type Setting, settingsOf } from "../support/structured.ts";
import type { ChangedTexts } from "./change.ts";
import type { OptionQueryEntry, OptionSetting } from "./registry.ts";

interface Side {
  readonly settings: readonly Setting[];
  readonly byKeys: ReadonlyMap<string, Setting>;
}

export function loosenedSettings(
  queries: readonly OptionQueryEntry[],
  changed: readonly ChangedFile[],
  texts: ChangedTexts,
): Finding[] {
  const found: Unnumbered[] = [];
  const heads = new Map<string, Side>();
  const headOf = (path: string): Side | undefined => {
    const text = texts.head.get(path);
    if (text !== undefined && !heads.has(path)) heads.set(path, sideOf(path, text));
    return heads.get(path);
  };
  for (const file of changed) {
    const rows = queries.flatMap((query) =>
      query.settings.filter((row) => row.isIn(file.path)).map((row) => ({ query, row })),
    );
    const [before, after] = [texts.base.get(file.basePath), texts.head.get(file.path)];
    if (rows.length === 0 || before === undefined || after === undefined) continue;
    const [base, head] = [sideOf(file.basePath, before), headOf(file.path)!];
    const told = new Set<string>();
    for (const { query, row } of rows) {
      // What another file of the change has now was moved there.
      const isElsewhere = (key: string): boolean =>
        changed.some(
          ({ path }) => path !== file.path && row.isIn(path) && headOf(path)?.byKeys.has(key),
        );
      const own = [...loosened(row, base, head)].filter(({ keys, head: is }) => {
        if (!is && isElsewhere(joined(keys))) return false;
        const key = `${query.info.id} ${joined(keys)}`;
        return !told.has(key) && told.add(key);
      });
      // What one owner is loosened in by one row is one thing to say.
      for (const list of groupBy(own, ({ keys }) => ownerOf(row, keys)).values())
        found.push(findingOf(query, list, placeOf(file, list[0]!)));
    }
  }
  return withFingerprints(found);
}

interface Loosened {
  readonly keys: readonly string[];
  readonly was: OptionValue;
  readonly is: OptionValue;
  /** In head, else in base. */
  readonly head: Setting | undefined;
  readonly base: Setting | undefined;
}

const joined = (keys: readonly string[]): string => keys.join("\0");

function readerOf(path: string): (text: string) => readonly Setting[] {
  if (isDockerfile(path)) return dockerfileSettings;
  return isHcl(path) ? hclSettings : settingsOf;
}

function sideOf(path: string, text: string): Side {
  const settings = readerOf(path)(text);
  const byKeys = new Map<string, Setting>();
  // What holds settings is there too, with no value of its own and the place of the first.
  for (const { keys, line } of settings)
    for (let length = 1; length < keys.length; length++) {
      const outer = keys.slice(0, length);
      if (!byKeys.has(joined(outer))) byKeys.set(joined(outer), { keys: outer, value: "", line });
    }
  for (const one of settings) byKeys.set(joined(one.keys), one);
  return { settings: [...byKeys.values()], byKeys };
}

function* loosened(row: OptionSetting, base: Side, head: Side): Iterable<Loosened> {
  const own = (side: Side): readonly Setting[] =>
    side.settings.filter(({ keys }) => fits(row.at, keys));
  const [before, after] = [own(base), own(head)];
  const keys = new Map([...before, ...after].map((one) => [joined(one.keys), one.keys]));
  const strong = (one: Setting): boolean => !row.judge.isWeak(one.value);
  for (const [key, path] of keys) {
    const owner = ownerOf(row, path);
    if (owner !== "" && !(base.byKeys.has(owner) && head.byKeys.has(owner))) continue;
    const [was, is] = [base.byKeys.get(key), head.byKeys.get(key)];
    if (excepted(row, head, path)) continue;
    const one = { keys: path, was: optionValue(was), is: optionValue(is), head: is, base: was };
    if (!isWeaker(row.judge, one.was, one.is)) continue;
    if (row.beside && !head.settings.some((two) => fits(row.beside!, two.keys))) continue;
    const standsIn = ({ keys }: Setting): boolean =>
      !base.byKeys.has(joined(keys)) && row.elsewhere.some((pattern) => fits(pattern, keys));
    if (head.settings.some(standsIn)) continue;
    // The weak value stood elsewhere in the file before, or the strong one stands elsewhere now: it was moved.
    const isMoved = is
      ? was === undefined && before.some((two) => two.value === is.value && hasLeft(two, head))
      : after.some((two) => !base.byKeys.has(joined(two.keys)) && strong(two));
    if (!isMoved) yield one;
  }
}

const hasLeft = ({ keys, value }: Setting, side: Side): boolean =>
  side.byKeys.get(joined(keys))?.value !== value;

const ownerOf = ({ owner }: OptionSetting, keys: readonly string[]): string =>
  joined(keys.slice(0, Math.max(0, keys.length - owner)));

/** A setting beside it makes it harmless. */
const excepted = ({ unless }: OptionSetting, head: Side, keys: readonly string[]): boolean =>
  unless.some(({ key, value }) => {
    for (let length = keys.length - 1; length >= 0; length--) {
      const beside = head.byKeys.get(joined([...keys.slice(0, length), key]));
      if (beside) return value.test(beside.value);
    }
    return false;
  });

const optionValue = (setting: Setting | undefined): OptionValue =>
  setting === undefined
    ? { is: "absent" }
    : /^\s*(?:\$|\{\{)/.test(setting.value)
      ? { is: "given" }
      : { is: "constant", texts: [setting.value], list: false };

function placeOf(file: ChangedFile, { head, base }: Loosened): Place {
  const at = (line: number): Place => ({
    path: file.path,
    line,
    column: 1,
    endLine: line,
    endColumn: 1,
  });
  if (head) return at(head.line);
  const line = base?.line ?? 1;
  const hunk = file.hunks.find(
    ({ baseStart, baseCount }) => line >= baseStart && line < baseStart + baseCount,
  );
  return at(Math.max(1, hunk?.headStart ?? toHead(file.hunks, line) ?? 1));
}

function findingOf(query: OptionQueryEntry, list: readonly Loosened[], at: Place): Unnumbered {
  const name = nameOf(list[0]!.keys);
  const words = list.map(({ keys, was, is }) => changeWords(nameOf(keys), was, is)).join(", ");
  return plainFinding({
    query: query.info,
    message: query.message.replaceAll("{changes}", () => words),
    at,
    about: `${name} ${words}`,
  });
}

const nameOf = (keys: readonly string[]): string =>
  keys.filter((key) => !/^\d+$/.test(key)).join(".");
