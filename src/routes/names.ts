/** What calls are called. */
import { Kind } from "../program/ir/kinds.ts";
import type { SourceModule } from "../program/program.ts";

/** What a plain call calls, by the name it has there. */
export function calledName({ ir }: SourceModule, call: number): string {
  const { kinds, operands, operandStart, strings, variables } = ir;
  const callee = operands[operandStart[call]! + 1]!;
  switch (kinds[callee]) {
    case Kind.Cell:
      return strings[operands[operandStart[callee]!]!]!;
    case Kind.Captured:
      return variables[operands[operandStart[callee]!]!]!.name;
    case Kind.Imported:
      return strings[operands[operandStart[callee]! + 1]!]!;
    default:
      return "";
  }
}

/** The method of a call, as `assign` of `Object.assign`, or what a plain call calls. */
export function callName(module: SourceModule, call: number): string {
  const { operands, operandStart, strings } = module.ir;
  const method = operands[operandStart[call]! + 3]!;
  return method < 0 ? calledName(module, call) : strings[method]!;
}
