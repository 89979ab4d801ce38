/** Functions that let only some fields of what they are given through, by what they do and not by their names. */
import { unguarded } from "../dataflow/proofs.ts";
import { Kind } from "../program/ir/kinds.ts";
import type { FunctionRecord } from "../program/ir/module-ir.ts";
import type { SourceModule } from "../program/program.ts";

/** Deletions by name that are a list of what nobody may send; one alone may be anything. */
const LISTED = 2;

/**
 * Whether what a function returns is a copy that it deletes listed fields from, or an object that it fills with listed
 * fields: `for (const name of PROTECTED) delete copy[name]`.
 */
export function shapes(
  module: SourceModule,
  { firstInstruction, endInstruction }: FunctionRecord,
): boolean {
  const { kinds, operands, operandStart, strings } = module.ir;
  const returned = new Set<number>();
  for (let local = firstInstruction; local < endInstruction; local++) {
    const value = operands[operandStart[local]!]!;
    if (kinds[local] === Kind.Return && value >= 0) returned.add(unguarded(module, value));
  }
  const isListed = (key: number): boolean =>
    key >= 0 && kinds[unguarded(module, key)] === Kind.Iterate;
  let named = 0;
  for (let local = firstInstruction; local < endInstruction; local++) {
    const from = operandStart[local]!;
    if (kinds[local] === Kind.Store && returned.has(unguarded(module, operands[from]!))) {
      if (
        isListed(operands[from + 2]!) &&
        isEmptyRecord(module, unguarded(module, operands[from]!))
      )
        return true;
    }
    if (kinds[local] !== Kind.Operator || strings[operands[from]!] !== "delete") continue;
    const member = operands[from + 1]!;
    if (kinds[member] !== Kind.Load) continue;
    const at = operandStart[member]!;
    if (!returned.has(unguarded(module, operands[at]!))) continue;
    if (isListed(operands[at + 2]!)) return true;
    if (operands[at + 1]! >= 0 && ++named >= LISTED) return true;
  }
  return false;
}

function isEmptyRecord({ ir }: SourceModule, value: number): boolean {
  const { kinds, operands, operandStart } = ir;
  const from = operandStart[value]!;
  return (
    kinds[value] === Kind.Record && operandStart[value + 1]! === from + 1 && operands[from] === 0
  );
}
