/** Tests that let everything a function does happen: `if (user.isAdmin) { ... }` around all of its work. */
import type { Dominance } from "../program/ir/dominance.ts";
import { Kind } from "../program/ir/kinds.ts";
import type { FunctionRecord } from "../program/ir/module-ir.ts";
import { usedValues } from "../program/ir/uses.ts";
import type { SourceModule } from "../program/program.ts";

/** Blocks without a word that are followed to the end of the function. */
const EMPTY_BLOCKS = 4;

/**
 * The branches one arm of which is all the function does, while the other ends it: who fails the test is refused without
 * being told. `refusesOn`: the outcome of the condition that ends it. `isNoWork`: calls that may stand before the test.
 */
export function enclosingTests(
  module: SourceModule,
  record: FunctionRecord,
  flow: Dominance,
  isNoWork: (call: number) => boolean,
): { readonly branch: number; readonly refusesOn: boolean }[] {
  const { kinds, blockStart, successorStart, successors } = module.ir;
  const work: number[] = [];
  const used = usedValues(module.ir, record);
  for (let local = record.firstInstruction; local < record.endInstruction; local++) {
    const isCall = kinds[local] === Kind.Call;
    if ((isCall && !used.has(local) && !isNoWork(local)) || kinds[local] === Kind.Store)
      work.push(flow.blockOf(local));
    // What is given back is what the function is for.
    if (kinds[local] === Kind.Return && !isEmpty(module, flow.blockOf(local)))
      work.push(flow.blockOf(local));
  }
  if (work.length === 0) return [];
  const found: { branch: number; refusesOn: boolean }[] = [];
  for (let block = record.firstBlock; block < record.endBlock; block++) {
    const branch = blockStart[block + 1]! - 1;
    if (branch < blockStart[block]! || kinds[branch] !== Kind.Branch) continue;
    const [one, other] = [
      successors[successorStart[block]!]!,
      successors[successorStart[block]! + 1]!,
    ];
    for (const [arm, rest, refusesOn] of [
      [one, other, false],
      [other, one, true],
    ] as const)
      if (
        flow.immediate(arm) === block &&
        arm !== rest &&
        endsWithoutWord(module, rest) &&
        work.every((place) => flow.dominates(arm, place))
      )
        found.push({ branch, refusesOn });
  }
  return found;
}

/** A block that only ends the function, giving back nothing or a constant. */
function isEmpty({ ir }: SourceModule, block: number): boolean {
  const { kinds, operands, operandStart, blockStart } = ir;
  for (let local = blockStart[block]!; local < blockStart[block + 1]!; local++) {
    if (kinds[local] === Kind.Return) {
      const value = operands[operandStart[local]!]!;
      if (value >= 0 && kinds[value] !== Kind.Constant) return false;
    } else if (
      kinds[local] !== Kind.Constant &&
      kinds[local] !== Kind.Phi &&
      kinds[local] !== Kind.Guard
    )
      return false;
  }
  return true;
}

function endsWithoutWord(module: SourceModule, from: number): boolean {
  const { successorStart, successors } = module.ir;
  let block = from;
  for (let steps = EMPTY_BLOCKS; steps > 0; steps--) {
    if (!isEmpty(module, block)) return false;
    const count = successorStart[block + 1]! - successorStart[block]!;
    if (count === 0) return true;
    if (count > 1) return false;
    block = successors[successorStart[block]!]!;
  }
  return false;
}
