/** What must hold of any intermediate form, whatever language it came from: one sentence for each breach. */
import { dominance } from "./dominance.ts";
import { forEachValueOperand, isTerminator, Kind, unspread } from "./kinds.ts";
import type { FunctionRecord, ModuleIr } from "./module-ir.ts";

export function verify(module: ModuleIr): string[] {
  const breaches: string[] = [];
  module.functions.forEach((record, index) => {
    const note = (breach: string): void => {
      breaches.push(`function ${index} ${record.name}: ${breach}`);
    };
    verifyRecord(module, record, index, note);
    verifyBlocks(module, record, note);
    verifyInstructions(module, record, note);
  });
  module.classes.forEach((record, index) => {
    const functions = [record.constructor_, ...record.members.map((member) => member.function)];
    for (const one of functions)
      if (!module.functions[one]) breaches.push(`class ${index}: no function ${one}`);
    if (record.superclass >= module.kinds.length)
      breaches.push(`class ${index}: no value ${record.superclass}`);
  });
  for (const exported of module.exports) {
    if ("variable" in exported && !module.variables[exported.variable])
      breaches.push(`export ${exported.name}: no variable ${exported.variable}`);
  }
  return breaches;
}

type Note = (breach: string) => void;

function verifyRecord(module: ModuleIr, record: FunctionRecord, index: number, note: Note): void {
  const isModule = index === 0;
  if (isModule !== (record.parent === -1) || record.parent >= index)
    note(`parent ${record.parent}`);
  if (record.class >= module.classes.length) note(`no class ${record.class}`);
  for (const variable of record.captures)
    if (!module.variables[variable]) note(`captures no variable ${variable}`);
  const whole = module.functions[0]!.span;
  if (record.span.start < whole.start || record.span.end > whole.end) note("span leaves the file");
  if (record.endBlock <= record.firstBlock) note("has no block");
}

function verifyBlocks(module: ModuleIr, record: FunctionRecord, note: Note): void {
  const { blockStart, successorStart, successors, kinds } = module;
  for (let block = record.firstBlock; block < record.endBlock; block++) {
    const start = blockStart[block]!;
    const end = blockStart[block + 1]!;
    const count = successorStart[block + 1]! - successorStart[block]!;
    const last = end > start ? kinds[end - 1]! : -1;
    if (last === Kind.Branch ? count < 2 : !isTerminator(last) && count === 0)
      note(`block ${block} has ${count} successors`);
    for (let at = start; at < end - 1; at++)
      if (isTerminator(kinds[at]!)) note(`block ${block} ends before its last instruction`);
    for (let at = successorStart[block]!; at < successorStart[block + 1]!; at++) {
      const to = successors[at]!;
      if (to < record.firstBlock || to >= record.endBlock) note(`block ${block} leads to ${to}`);
    }
  }
}

function verifyInstructions(module: ModuleIr, record: FunctionRecord, note: Note): void {
  const { kinds, operands, operandStart, spans } = module;
  const whole = module.functions[0]!.span;
  const { blockOf, dominates, predecessors } = dominance(module, record);
  for (let value = record.firstInstruction; value < record.endInstruction; value++) {
    const kind = kinds[value]!;
    const [start, end] = [spans[2 * value]!, spans[2 * value + 1]!];
    if (start > end || start < whole.start || end > whole.end)
      note(`%${value} stands at ${start}..${end}`);
    const from = operandStart[value]!;
    const to = operandStart[value + 1]!;
    const block = blockOf(value);
    let joined = 0;
    forEachValueOperand(kind, operands, from, to, (index) => {
      const input = unspread(operands[index]!);
      if (input < record.firstInstruction || input >= record.endInstruction) {
        note(`%${value} uses %${input} of another function`);
        return;
      }
      const definer = blockOf(input);
      const isBefore = definer === block ? input < value : dominates(definer, block);
      if (isBefore) return;
      if (kind !== Kind.Phi) note(`%${value} uses %${input}, which does not dominate it`);
      else if (!predecessors(block).some((one) => one === definer || dominates(definer, one)))
        note(`%${value} joins %${input}, which reaches no way into block ${block}`);
      else joined++;
    });
    if (joined > predecessors(block).length) note(`%${value} joins more than there are ways in`);
    const number = operands[from]!;
    if (kind === Kind.Closure && !module.functions[number]) note(`%${value}: no function`);
    if (kind === Kind.ClassValue && !module.classes[number]) note(`%${value}: no class`);
    if ((kind === Kind.Captured || kind === Kind.SetCaptured) && !module.variables[number])
      note(`%${value}: no variable`);
  }
}
