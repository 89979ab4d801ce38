/** Functions that let only some fields of what they are given through, by what they do and not by their names. */
import { Kind } from "../program/ir/kinds.ts";
import type { FunctionRecord, ModuleIr } from "../program/ir/module-ir.ts";

/** Deletions by name that are a list of what nobody may send; one alone may be anything. */
const LISTED = 2;

/**
 * Whether what a function returns is a copy that it deletes listed fields from, or an object that it fills with listed
 * fields: `for (const name of PROTECTED) delete copy[name]`.
 */
export function shapes(
  ir: ModuleIr,
  { firstInstruction, endInstruction }: FunctionRecord,
): boolean {
  const { kinds, operands, operandStart, strings } = ir;
  const returned = new Set<number>();
  for (let local = firstInstruction; local < endInstruction; local++) {
    const value = operands[operandStart[local]!]!;
    if (kinds[local] === Kind.Return && value >= 0) returned.add(unguarded(ir, value));
  }
  const isListed = (key: number): boolean => key >= 0 && kinds[unguarded(ir, key)] === Kind.Iterate;
  let named = 0;
  for (let local = firstInstruction; local < endInstruction; local++) {
    const from = operandStart[local]!;
    if (kinds[local] === Kind.Store && returned.has(unguarded(ir, operands[from]!))) {
      if (isListed(operands[from + 2]!) && isEmptyRecord(ir, unguarded(ir, operands[from]!)))
        return true;
    }
    if (kinds[local] !== Kind.Operator || strings[operands[from]!] !== "delete") continue;
    const member = operands[from + 1]!;
    if (kinds[member] !== Kind.Load) continue;
    const at = operandStart[member]!;
    if (!returned.has(unguarded(ir, operands[at]!))) continue;
    if (isListed(operands[at + 2]!)) return true;
    if (operands[at + 1]! >= 0 && ++named >= LISTED) return true;
  }
  return false;
}

function unguarded({ kinds, operands, operandStart }: ModuleIr, value: number): number {
  let at = value;
  while (kinds[at] === Kind.Guard || kinds[at] === Kind.Await) at = operands[operandStart[at]!]!;
  return at;
}

function isEmptyRecord({ kinds, operands, operandStart }: ModuleIr, value: number): boolean {
  const from = operandStart[value]!;
  return (
    kinds[value] === Kind.Record && operandStart[value + 1]! === from + 1 && operands[from] === 0
  );
}
