/** Arguments that are given by name: a record, spread, as the last argument of a call. */
import { isSpread, Kind, unspread } from "./kinds.ts";
import type { ModuleIr } from "./module-ir.ts";

/** The record of what `args`, arguments as stored, give by name; -1 when all are given by position. */
export function keywordsOf({ kinds }: ModuleIr, args: ArrayLike<number>): number {
  const last = args.length === 0 ? 0 : args[args.length - 1]!;
  return args.length > 0 && isSpread(last) && kinds[unspread(last)] === Kind.Record
    ? unspread(last)
    : -1;
}

/** The value written for a name in a record; -1 when it is not written there, or not in the record itself. */
export function writtenField(
  { operands, operandStart, strings }: ModuleIr,
  record: number,
  name: string,
): number {
  let at = operandStart[record]!;
  for (let count = operands[at++]!; count > 0; count--, at += 2)
    if (strings[operands[at]!] === name) return operands[at + 1]!;
  return -1;
}

/** Names and values written in a record. */
export function* writtenFields(
  { operands, operandStart, strings }: ModuleIr,
  record: number,
): Iterable<readonly [name: string, value: number]> {
  let at = operandStart[record]!;
  for (let count = operands[at++]!; count > 0; count--, at += 2)
    yield [strings[operands[at]!]!, operands[at + 1]!];
}
