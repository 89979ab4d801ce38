/** Functions that run when another one does. */
import type { Code } from "../../src/query-api.ts";

/** Functions below one; past it everything is below it. */
const MOST = 120;

/** The functions themselves, what they certainly call, and the functions written inside of them. */
export function reachedFrom(
  code: Code,
  functions: readonly number[],
  depth = 4,
): ReadonlySet<number> {
  const found = new Set(functions);
  let level = [...functions];
  for (let left = depth; left > 0 && level.length > 0; left--) {
    const next: number[] = [];
    for (const fn of level)
      for (const one of [...code.insideOf(fn), ...calledBy(code, fn)])
        if (!found.has(one) && found.size < MOST) {
          found.add(one);
          next.push(one);
        }
    level = next;
  }
  return found;
}

const calledBy = (code: Code, fn: number): number[] =>
  [...code.calls(code.bodyOf(fn))].flatMap((call) => code.targets(call));

/** Names of what is called in some functions, and of the functions and their texts. */
export function* wordsOf(code: Code, functions: Iterable<number>): Iterable<string> {
  for (const fn of functions) {
    const body = code.bodyOf(fn);
    yield body.name;
    for (let value = body.from; value < body.to; value++) {
      const part = code.part(value);
      if ("name" in part && part.name) yield part.name;
      if (part.kind === "record") yield* part.fields.keys();
      if (part.kind === "call") yield* part.named.keys();
      if (part.kind === "constant" && part.type === "text") yield part.text;
    }
  }
}
