/** Takes the deepest part out of a tree that overflows the stack, so that the rest can be lowered. */
import type { Span } from "../../ir/module-ir.ts";
import type { Syntax } from "./syntax.ts";

/** What is above this depth is kept even if the deepest syntax is inside of it: something below is cut instead. */
const CUT_DEPTH = 200;

interface Place {
  readonly syntax: Syntax;
  readonly parent: Place | undefined;
  readonly depth: number;
}

/**
 * Removes the outermost part below {@link CUT_DEPTH} on the way to the deepest syntax that stands in a list of
 * `lists` (the types of blocks and of modules), else the one at that depth; says where it stood.
 */
export function cutDeepest(root: Syntax, lists: ReadonlySet<string>): Span {
  let deepest: Place = { syntax: root, parent: undefined, depth: 0 };
  const stack = [deepest];
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    if (place.depth > deepest.depth) deepest = place;
    for (const syntax of place.syntax.children)
      stack.push({ syntax, parent: place, depth: place.depth + 1 });
  }
  let cut: Place | undefined;
  for (let place: Place | undefined = deepest; place?.parent !== undefined; place = place.parent) {
    if (lists.has(place.parent.syntax.type)) cut = place;
    if (cut !== undefined && place.depth <= CUT_DEPTH) break;
  }
  const { syntax, parent } = cut ?? deepest;
  parent?.syntax.remove(syntax);
  return { start: syntax.start, end: syntax.end };
}
