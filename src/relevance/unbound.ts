/** Flows that a change opens by writing into a text what was handed over beside it before. */
import { type ChangeSet, hunkAt } from "../change/change-set.ts";
import type { Classified } from "./classify.ts";
import type { Texts } from "./lost-cares.ts";

/** `bindings`: how a kind of text marks the places of what is handed over beside it; undefined where it cannot be. */
export function unbound(
  classified: readonly Classified[],
  { files }: ChangeSet,
  texts: Texts,
  bindings: (sinkKind: string) => RegExp | undefined,
): Classified[] {
  return classified.map((one) => {
    const { finding, relevance } = one;
    const pattern = relevance === "introduced" ? bindings(finding.sinkKind) : undefined;
    if (!pattern) return one;
    const places = [finding.at, ...finding.flows.flat().map(({ place }) => place)];
    const isUnbound = places.some(({ path, line }) => {
      const file = files.find((changed) => changed.path === path);
      const hunk = file && hunkAt(file, line);
      if (!hunk) return false;
      const count = (text: string | undefined, start: number, lines: number): number =>
        [
          ...(text ?? "")
            .split("\n")
            .slice(start - 1, start - 1 + lines)
            .join("\n")
            .matchAll(pattern),
        ].length;
      const before = count(texts.base.get(file.basePath), hunk.baseStart, hunk.baseCount);
      return before > count(texts.head.get(path), hunk.headStart, hunk.headCount);
    });
    return isUnbound
      ? {
          ...one,
          reason: "the change writes into the text what was handed over beside it before",
        }
      : one;
  });
}
