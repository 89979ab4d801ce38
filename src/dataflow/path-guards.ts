/** The tests and the rewriting calls that the data of a flow meets on its way: what stands between source and sink. */
import { ConstantType, forEachValueOperand, Kind, unspread } from "../program/ir/kinds.ts";
import type { FunctionRecord } from "../program/ir/module-ir.ts";
import type { SourceModule } from "../program/program.ts";
import type { Analysis } from "./analysis.ts";
import { unguarded } from "./proofs.ts";
import type { TraceStep } from "./trace.ts";

/** Operators, calls and loads below a condition that are searched for the data. */
const DEPTH = 8;

/**
 * Conditions that are tested and calls that rewrite, as numbers of the program; in order. A test that asks only
 * whether there is data, or of what type, keeps nothing out and is not among them.
 */
export function guardsOnPath(analysis: Analysis, steps: readonly TraceStep[]): number[] {
  const found = new Set<number>();
  for (const [fn, values] of dataByFunction(analysis, steps)) {
    const module = analysis.program.moduleOf(fn);
    const record = analysis.program.functionAt(fn);
    const { kinds, operands, operandStart } = module.ir;
    const carrying = withVariables(module, record, values);
    for (let local = record.firstInstruction; local < record.endInstruction; local++) {
      if (kinds[local] !== Kind.Branch) continue;
      const condition = operands[operandStart[local]!]!;
      if (keepsOut(analysis, module, condition, DEPTH) && reads(module, condition, carrying, DEPTH))
        found.add(module.valueBase + condition);
    }
  }
  for (const { value, note } of steps) {
    if (note === "call" && rewrites(analysis, value)) found.add(value);
  }
  return [...found].sort((a, b) => a - b);
}

/** The values of each function that carry the data; an object that it is only read out of by name does not. */
function dataByFunction(
  analysis: Analysis,
  steps: readonly TraceStep[],
): Map<number, ReadonlySet<number>> {
  const byFunction = new Map<number, Set<number>>();
  steps.forEach(({ value }, index) => {
    const fn = analysis.program.functionOfValue(value);
    const module = analysis.program.moduleOf(fn);
    const values = byFunction.get(fn) ?? new Set();
    byFunction.set(fn, values);
    const next = steps[index + 1];
    if (next && analysis.program.moduleOfValue(next.value) === module) {
      const { kinds, operands, operandStart } = module.ir;
      const local = next.value - module.valueBase;
      const from = operandStart[local]!;
      const isNamedLoad = kinds[local] === Kind.Load && operands[from + 1]! >= 0;
      if (isNamedLoad && unguarded(module, operands[from]!) === value - module.valueBase) return;
    }
    values.add(value - module.valueBase);
  });
  return byFunction;
}

/** Reads of shared variables that one of the values is written to carry the data too. */
function withVariables(
  module: SourceModule,
  { firstInstruction, endInstruction }: FunctionRecord,
  values: ReadonlySet<number>,
): ReadonlySet<number> {
  const { kinds, operands, operandStart } = module.ir;
  const written = new Set<number>();
  for (let local = firstInstruction; local < endInstruction; local++) {
    if (kinds[local] !== Kind.SetCaptured) continue;
    const from = operandStart[local]!;
    if (reads(module, operands[from + 1]!, values, DEPTH)) written.add(operands[from]!);
  }
  if (written.size === 0) return values;
  const all = new Set(values);
  for (let local = firstInstruction; local < endInstruction; local++) {
    if (kinds[local] === Kind.Captured && written.has(operands[operandStart[local]!]!))
      all.add(local);
  }
  return all;
}

function reads(
  module: SourceModule,
  from: number,
  values: ReadonlySet<number>,
  depth: number,
): boolean {
  if (values.has(from)) return true;
  if (depth === 0) return false;
  const { kinds, operands, operandStart } = module.ir;
  if (kinds[from] === Kind.Guard)
    return reads(module, operands[operandStart[from]!]!, values, depth);
  let found = false;
  forEachValueOperand(
    kinds[from]!,
    operands,
    operandStart[from]!,
    operandStart[from + 1]!,
    (index) => {
      found ||= reads(module, unspread(operands[index]!), values, depth - 1);
    },
  );
  return found;
}

/** Whether a condition can tell harmful data from harmless. */
function keepsOut(
  analysis: Analysis,
  module: SourceModule,
  condition: number,
  depth: number,
): boolean {
  if (depth === 0) return false;
  const { kinds, operands, operandStart, strings } = module.ir;
  const from = operandStart[condition]!;
  const to = operandStart[condition + 1]!;
  switch (kinds[condition]) {
    case Kind.Guard:
    case Kind.Await:
      return keepsOut(analysis, module, operands[from]!, depth - 1);
    case Kind.Phi: {
      for (let at = from; at < to; at++)
        if (keepsOut(analysis, module, operands[at]!, depth - 1)) return true;
      return false;
    }
    case Kind.Call: {
      const { rows, known } = analysis.models.rows(analysis.callees.at(module, condition).api);
      const guards = rows.filter((row) => row.role === "guard");
      if (guards.length === 0) return !known;
      return guards.some((row) => row.how !== "is" || row.neutralises !== 0n);
    }
    case Kind.Load:
      return operands[from + 2]! >= 0;
    case Kind.Operator: {
      const op = strings[operands[from]!]!;
      if (op === "!") return keepsOut(analysis, module, operands[from + 1]!, depth - 1);
      if (op === "in") return true;
      if (!/^(?:[!=]==?|[<>]=?)$/.test(op)) return false;
      const sides = [operands[from + 1]!, operands[from + 2]!];
      // `x.indexOf("..") < 0`
      if (sides.some((side) => kinds[side] === Kind.Call))
        return sides.some((side) => keepsOut(analysis, module, side, depth - 1));
      if (/^[<>]/.test(op)) return false;
      if (
        sides.some(
          (side) =>
            kinds[side] === Kind.Operator && strings[operands[operandStart[side]!]!] === "typeof",
        )
      )
        return false;
      const constant = sides
        .map((side) => analysis.constants.constantOf(module, side))
        .find((one) => one !== undefined);
      return !constant || (constant.type === ConstantType.String && constant.text !== "");
    }
    default:
      return false;
  }
}

/** Whether a call that data goes through may take harm out of it: it replaces parts, or its name says so. */
function rewrites(analysis: Analysis, call: number): boolean {
  const module = analysis.program.moduleOfValue(call);
  const local = call - module.valueBase;
  const { api, targets } = analysis.callees.at(module, local);
  if (analysis.models.rows(api).rows.some(({ role }) => role === "rewrite")) return true;
  const { operands, operandStart, strings, kinds } = module.ir;
  const from = operandStart[local]!;
  const name = operands[from + 3]! >= 0 ? strings[operands[from + 3]!]! : "";
  const names = [name, ...targets.map((fn) => analysis.program.functionAt(fn).name)];
  const callee = operands[from + 1]!;
  if (kinds[callee] === Kind.Captured || kinds[callee] === Kind.Imported) {
    const at = operandStart[callee]!;
    names.push(
      kinds[callee] === Kind.Captured
        ? module.ir.variables[operands[at]!]!.name
        : strings[operands[at + 1]!]!,
    );
  }
  return names.some((one) => analysis.models.kinds.defences.test(one));
}
