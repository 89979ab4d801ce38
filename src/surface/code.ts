/** Sinks, variables of the environment and parameters of cryptography that head's code has and base's had not. */
import type { Site } from "./sites.ts";
import { type SurfaceEntry, wholeLine } from "./surface.ts";

/** `renamed`: the path in head of a file of base. */
export function compareSites(
  base: readonly Site[],
  head: readonly Site[],
  renamed: (path: string) => string,
): SurfaceEntry[] {
  const of = (sites: readonly Site[], kind: Site["kind"]): Site[] =>
    sites.filter((one) => one.kind === kind);
  return [
    ...newSinks(of(base, "sink"), of(head, "sink"), renamed),
    ...parameters(of(base, "crypto"), of(head, "crypto"), renamed),
  ];
}

/** What is only moved is not new, and neither is one of a kind that its function had before. */
function newSinks(
  base: readonly Site[],
  head: readonly Site[],
  renamed: (path: string) => string,
): SurfaceEntry[] {
  const moved = pair(base, head, ({ name, text }) => `${name} ${text}`);
  const keyOf = ({ name, symbol }: Site, path: string): string => `${name} ${path} ${symbol}`;
  const had = new Set(base.map((one) => keyOf(one, renamed(one.path))));
  const added = moved.head.filter((one) => !had.has(keyOf(one, one.path)));
  return added.map(({ name, detail, path, line, symbol }) => ({
    kind: "sink",
    effect: "added",
    name: detail,
    detail: symbol === "" ? name : `${name} in ${symbol}`,
    grows: true,
    at: wholeLine(path, line),
  }));
}

/** Equal values pair off wherever they are; what is left in one function on both sides was changed. */
function parameters(
  base: readonly Site[],
  head: readonly Site[],
  renamed: (path: string) => string,
): SurfaceEntry[] {
  const equal = pair(base, head, ({ name, detail }) => `${name} ${detail}`);
  const before = equal.base.map((one) => ({ ...one, path: renamed(one.path) }));
  const changed: SurfaceEntry[] = [];
  const { base: gone, head: added } = pair(
    before,
    equal.head,
    ({ name, path, symbol }) => `${name} ${path} ${symbol}`,
    (was, is) =>
      changed.push({
        kind: "crypto",
        effect: "changed",
        name: is.name,
        detail: `${was.detail} to ${is.detail}`,
        grows: false,
        at: wholeLine(is.path, is.line),
      }),
  );
  const told =
    (effect: "added" | "removed") =>
    (one: Site): SurfaceEntry => ({
      kind: "crypto",
      effect,
      name: one.name,
      detail: one.detail,
      grows: false,
      at: wholeLine(one.path, one.line),
    });
  return [...changed, ...added.map(told("added")), ...gone.map(told("removed"))];
}

/** What is left of both sides when equal ones are taken out, each with one. */
function pair<One>(
  base: readonly One[],
  head: readonly One[],
  keyOf: (one: One) => string,
  paired: (was: One, is: One) => void = () => {},
): { base: One[]; head: One[] } {
  const waiting = new Map<string, One[]>();
  for (const one of base) waiting.set(keyOf(one), [...(waiting.get(keyOf(one)) ?? []), one]);
  const left = head.filter((one) => {
    const twin = waiting.get(keyOf(one))?.shift();
    if (twin !== undefined) paired(twin, one);
    return twin === undefined;
  });
  return { base: [...waiting.values()].flat(), head: left };
}
