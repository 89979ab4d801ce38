/** A change made of two trees held in memory. */
import type { ChangeSet } from "../../src/change/change-set.ts";
import { diffLines } from "../../src/change/lines.ts";

export function changeOf(
  base: ReadonlyMap<string, string>,
  head: ReadonlyMap<string, string>,
): ChangeSet {
  const files = [...new Set([...base.keys(), ...head.keys()])].sort().flatMap((path) => {
    const before = base.get(path);
    const after = head.get(path);
    if (before === after) return [];
    return [
      {
        path,
        basePath: path,
        status:
          before === undefined
            ? ("added" as const)
            : after === undefined
              ? ("deleted" as const)
              : ("modified" as const),
        baseId: before === undefined ? undefined : path,
        headId: after === undefined ? undefined : path,
        binary: false,
        submodule: false,
        hunks: diffLines((before ?? "").split(/(?<=\n)/), (after ?? "").split(/(?<=\n)/)),
      },
    ];
  });
  const tree = (label: string, side: ReadonlyMap<string, string>) => ({
    label,
    entries: new Map([...side.keys()].map((path) => [path, path])),
  });
  return {
    description: "base to head",
    baseCommit: "base",
    headCommit: "head",
    range: { tip: undefined, excluded: [] },
    base: tree("base", base),
    head: tree("head", head),
    files,
    notices: [],
    gaps: [],
  };
}
