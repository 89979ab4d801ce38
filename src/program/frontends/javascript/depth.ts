/** Takes the deepest statement out of a program that overflows the stack, so that the rest can be lowered. */
import type * as t from "@babel/types";
import type { Span } from "../../ir/module-ir.ts";
import { at, forEachChild } from "./syntax.ts";

/** A statement above this depth is kept even if the deepest syntax is inside of it: a deeper one is cut instead. */
const CUT_DEPTH = 200;

interface Place {
  readonly node: t.Node;
  readonly parent: Place | undefined;
  readonly depth: number;
}

/** Replaces the statement with an empty one and says where it stood. */
export function cutDeepest(program: t.Program): Span {
  let deepest: Place = { node: program, parent: undefined, depth: 0 };
  const stack = [deepest];
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    const parent = place;
    if (parent.depth > deepest.depth) deepest = parent;
    forEachChild(parent.node, (node) => stack.push({ node, parent, depth: parent.depth + 1 }));
  }
  let cut = deepest;
  for (let place: Place | undefined = deepest; place?.parent !== undefined; place = place.parent) {
    if (isListed(place.parent.node, place.node)) cut = place;
    if (place.depth <= CUT_DEPTH && cut === place) break;
  }
  const { start, end } = at(cut.node);
  const body = bodyOf(cut.parent?.node);
  const index = body?.indexOf(cut.node) ?? -1;
  if (index >= 0) body![index] = { type: "EmptyStatement", start, end } as t.EmptyStatement;
  return { start, end };
}

const bodyOf = (node: t.Node | undefined): t.Node[] | undefined =>
  node?.type === "BlockStatement" || node?.type === "Program" ? node.body : undefined;

const isListed = (parent: t.Node, node: t.Node): boolean => bodyOf(parent)?.includes(node) === true;
