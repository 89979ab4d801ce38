/** Whether a handler cannot do its work for a stranger: `currentUser().toggleMenu()` fails where nobody is signed in. */
import type { Analysis } from "../dataflow/analysis.ts";
import { Kind } from "../program/ir/kinds.ts";
import { callName } from "./names.ts";

/** Whether a function takes a member of what names say is whoever sends the request. */
export function needsSender(analysis: Analysis, fn: number): boolean {
  const module = analysis.program.moduleOf(fn);
  const { kinds, operands, operandStart, strings, variables } = module.ir;
  const { firstInstruction, endInstruction } = analysis.program.functionAt(fn);
  const { vocabulary } = analysis.models;
  const named = (at: number): string => (operands[at]! < 0 ? "" : strings[operands[at]!]!);
  const isSender = (value: number): boolean => {
    const from = operandStart[value]!;
    switch (kinds[value]) {
      case Kind.Await:
      case Kind.Guard:
        return isSender(operands[from]!);
      case Kind.Load:
        return isPrincipal(named(from + 1));
      case Kind.Captured:
        return isPrincipal(variables[operands[from]!]!.name);
      case Kind.Call:
        return isPrincipal(callName(module, value));
      default:
        return false;
    }
  };
  const isPrincipal = (name: string): boolean =>
    /^[^A-Z]/.test(name) && vocabulary.isPrincipal(name);
  for (let local = firstInstruction; local < endInstruction; local++) {
    if (kinds[local] !== Kind.Load) continue;
    // `request.session.user` may be missing without a failure; what is taken of it may not.
    if (isSender(operands[operandStart[local]!]!)) return true;
  }
  return false;
}
