/** Which blocks of a function every way to another one goes through. */
import type { FunctionRecord, ModuleIr } from "./module-ir.ts";

export interface Dominance {
  /** Blocks that lead into a block. */
  readonly predecessors: (block: number) => readonly number[];
  /** The nearest block that every way to this one goes through; the first block is its own. */
  readonly immediate: (block: number) => number;
  readonly dominates: (one: number, other: number) => boolean;
  /** The block an instruction stands in. */
  readonly blockOf: (value: number) => number;
}

/** Dominators by the algorithm of Cooper, Harvey and Kennedy; blocks come in reverse postorder already. */
export function dominance(module: ModuleIr, { firstBlock, endBlock }: FunctionRecord): Dominance {
  const { blockStart, successorStart, successors } = module;
  const incoming: number[][] = Array.from({ length: endBlock - firstBlock }, () => []);
  for (let block = firstBlock; block < endBlock; block++)
    for (let at = successorStart[block]!; at < successorStart[block + 1]!; at++)
      incoming[successors[at]! - firstBlock]?.push(block);
  const predecessors = (block: number): readonly number[] => incoming[block - firstBlock]!;
  const immediate = new Int32Array(endBlock - firstBlock).fill(-1);
  immediate[0] = firstBlock;
  const parent = (block: number): number => immediate[block - firstBlock]!;
  for (let changed = true; changed; ) {
    changed = false;
    for (let block = firstBlock + 1; block < endBlock; block++) {
      let common = -1;
      for (const one of predecessors(block)) {
        if (parent(one) < 0) continue;
        let other = one;
        while (common >= 0 && common !== other) {
          if (common > other) common = parent(common);
          else other = parent(other);
        }
        common = other;
      }
      if (parent(block) !== common) {
        immediate[block - firstBlock] = common;
        changed = true;
      }
    }
  }
  const dominates = (one: number, other: number): boolean => {
    let at = other;
    while (at > one) at = parent(at);
    return at === one;
  };
  const blockOf = (value: number): number => {
    let low = firstBlock;
    let high = endBlock - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (blockStart[middle]! <= value) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return { predecessors, immediate: parent, dominates, blockOf };
}
