/** Which values of a function something is done with. */
import { forEachValueOperand, Kind, unspread } from "./kinds.ts";
import type { FunctionRecord, ModuleIr } from "./module-ir.ts";

/** Values that some instruction of a function takes; awaiting one or guarding by it is no use. */
export function usedValues(
  { kinds, operands, operandStart }: ModuleIr,
  { firstInstruction, endInstruction }: FunctionRecord,
): ReadonlySet<number> {
  const used = new Set<number>();
  // Users stand behind what they use but for joins of loops, so that going backwards settles what an await is used for.
  for (let local = endInstruction - 1; local >= firstInstruction; local--) {
    if (kinds[local] === Kind.Await && !used.has(local)) continue;
    forEachValueOperand(
      kinds[local]!,
      operands,
      operandStart[local]!,
      operandStart[local + 1]!,
      (index) => {
        if (kinds[local] === Kind.Guard && index > operandStart[local]!) return;
        used.add(unspread(operands[index]!));
      },
    );
  }
  return used;
}
