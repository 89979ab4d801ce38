/** Where in a function accesses happen as one, and where others wait: what names of calls, options and texts say. */
import type { Vocabulary } from "../models/vocabulary.ts";
import { ConstantType, Kind, unspread } from "../program/ir/kinds.ts";
import type { FunctionRecord } from "../program/ir/module-ir.ts";
import type { SourceModule } from "../program/program.ts";

/** Longer texts are prose, or statements, which are read elsewhere. */
const SHORT = 60;

/**
 * Whether a call makes a transaction: of the functions that it is given, or of all that comes after it, as
 * `await connection.beginTransaction()` does.
 */
export function transactionAt(
  module: SourceModule,
  local: number,
  vocabulary: Vocabulary,
): "given" | "from here on" | undefined {
  const { kinds, operands, operandStart } = module.ir;
  if (![...namesAt(module, local, true)].some((name) => vocabulary.isTransaction(name)))
    return undefined;
  const args = operands.subarray(operandStart[local]! + 4, operandStart[local + 1]!);
  return args.some((arg) => BY_CALLS.has(kinds[unspread(arg)]!)) ? "given" : "from here on";
}

/** What a transaction is made of, where it is given something. */
const BY_CALLS: ReadonlySet<number> = new Set([
  Kind.Closure,
  Kind.Sequence,
  Kind.Captured,
  Kind.Imported,
]);

/** Calls in a list that a transaction is made of: `$transaction([first(), second()])`. */
export function listedInTransactions(
  module: SourceModule,
  { firstInstruction, endInstruction }: FunctionRecord,
  vocabulary: Vocabulary,
): ReadonlySet<number> {
  const { kinds, operands, operandStart } = module.ir;
  const listed = new Set<number>();
  for (let local = firstInstruction; local < endInstruction; local++) {
    if (kinds[local] !== Kind.Call || !transactionAt(module, local, vocabulary)) continue;
    for (const arg of operands.subarray(operandStart[local]! + 4, operandStart[local + 1]!)) {
      const list = unspread(arg);
      if (kinds[list] !== Kind.Sequence) continue;
      for (const one of operands.subarray(operandStart[list]!, operandStart[list + 1]!))
        listed.add(unspread(one));
    }
  }
  return listed;
}

/** Whether a function takes a lock, whatever it is that locks. */
export function takesLock(
  module: SourceModule,
  record: FunctionRecord,
  vocabulary: Vocabulary,
): boolean {
  for (let local = record.firstInstruction; local < record.endInstruction; local++)
    for (const name of namesAt(module, local, false)) if (vocabulary.isLock(name)) return true;
  return false;
}

/** The name of what is called and the short texts it is given; else names of options and members, and a short text. */
function* namesAt(module: SourceModule, local: number, withTexts: boolean): Iterable<string> {
  const { kinds, operands, operandStart, strings, variables } = module.ir;
  const text = (at: number): string => (at < 0 ? "" : strings[at]!);
  const from = operandStart[local]!;
  switch (kinds[local]) {
    case Kind.Call: {
      yield text(operands[from + 3]!);
      const callee = operands[from + 1]!;
      if (kinds[callee] === Kind.Imported) yield text(operands[operandStart[callee]! + 1]!);
      if (kinds[callee] === Kind.Cell) yield text(operands[operandStart[callee]!]!);
      if (kinds[callee] === Kind.Captured) yield variables[operands[operandStart[callee]!]!]!.name;
      if (withTexts)
        for (const arg of operands.subarray(from + 4, operandStart[local + 1]!))
          if (kinds[unspread(arg)] === Kind.Constant) yield* namesAt(module, unspread(arg), false);
      return;
    }
    case Kind.Constant: {
      const constant = text(operands[from + 1]!);
      if (operands[from] === ConstantType.String && constant.length <= SHORT) yield constant;
      return;
    }
    case Kind.Load:
      yield text(operands[from + 1]!);
      return;
    case Kind.Record:
      for (let at = from + 1, count = operands[from]!; count > 0; count--, at += 2)
        yield text(operands[at]!);
      return;
    default:
      return;
  }
}
