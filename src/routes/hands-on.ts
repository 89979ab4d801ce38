/** Whether a step of a chain goes on to the next one: `next()`, `await next()`. */
import type { Analysis } from "../dataflow/analysis.ts";
import { Kind } from "../program/ir/kinds.ts";

/**
 * Whether a step hands requests on by calling its last formal: all of them, or, where it is known to be a guard, all
 * but those it refuses.
 */
export function handsOn(analysis: Analysis, fn: number, isGuard: boolean): boolean {
  const module = analysis.program.moduleOf(fn);
  const record = analysis.program.functionAt(fn);
  const { kinds, operands, operandStart, blockStart, successorStart, successors } = module.ir;
  const isNext = (value: number): boolean =>
    kinds[value] === Kind.Parameter && operands[operandStart[value]!] === record.parameters - 1;
  if (record.parameters < 2) return false;
  const going = new Set<number>();
  for (let block = record.firstBlock; block < record.endBlock; block++) {
    for (let local = blockStart[block]!; local < blockStart[block + 1]!; local++) {
      // `next(error)` is how a handler fails.
      const isPlain = operandStart[local + 1]! - operandStart[local]! === 4;
      if (kinds[local] === Kind.Call && isPlain && isNext(operands[operandStart[local]! + 1]!))
        going.add(block);
    }
  }
  if (going.size === 0 || isGuard) return going.size > 0;
  const seen = new Set(going);
  const queue = [record.firstBlock];
  for (let block = queue.pop(); block !== undefined; block = queue.pop()) {
    if (seen.has(block)) continue;
    seen.add(block);
    if (successorStart[block] === successorStart[block + 1]) return false;
    queue.push(...successors.subarray(successorStart[block]!, successorStart[block + 1]!));
  }
  return true;
}
