/** Which instructions of a function may run after one of them, on the ways that what is known does not rule out. */
import type { Dominance } from "../program/ir/dominance.ts";
import { ConstantType, Kind, unspread } from "../program/ir/kinds.ts";
import type { FunctionRecord } from "../program/ir/module-ir.ts";
import type { SourceModule } from "../program/program.ts";

/** Ways that are followed from one place; past it what is left of them adds nothing. */
const WAYS = 400;

export interface Ways {
  /** Instructions that may run, in the order of the code. */
  readonly reached: readonly number[];
  /** Some way leaves the function without an exception. */
  readonly comesBack: boolean;
}

/** What is known of conditions, by what they are; see {@link sameness}. */
export type Known = ReadonlyMap<string, boolean>;

/** A value by what it is made of: equal for two readings of one member, tested or not. */
export function sameness({ ir }: SourceModule, value: number, depth = 6): string {
  const { kinds, operands, operandStart, strings } = ir;
  const from = operandStart[value]!;
  const inner = (one: number): string => sameness({ ir } as SourceModule, one, depth - 1);
  if (depth === 0) return `%${value}`;
  switch (kinds[value]) {
    case Kind.Guard:
    case Kind.Await:
      return inner(operands[from]!);
    case Kind.Load:
      return operands[from + 1]! >= 0
        ? `${inner(operands[from]!)}.${strings[operands[from + 1]!]!}`
        : `${inner(operands[from]!)}[${inner(operands[from + 2]!)}]`;
    case Kind.Cell:
      return `cell ${strings[operands[from]!]!}`;
    case Kind.Captured:
      return `variable ${operands[from]!}`;
    case Kind.Imported:
      return `import ${strings[operands[from]!]!} ${strings[operands[from + 1]!]!}`;
    case Kind.Constant:
      return `constant ${operands[from]!} ${strings[operands[from + 1]!]!}`;
    case Kind.Operator:
      return `${strings[operands[from]!]!}(${Array.from(
        operands.subarray(from + 1, operandStart[value + 1]!),
        inner,
      ).join(",")})`;
    default:
      return `%${value}`;
  }
}

/** Whether a constant counts as true; undefined for what is none. */
export function truthOfConstant({ ir }: SourceModule, value: number): boolean | undefined {
  const { kinds, operands, operandStart, strings } = ir;
  if (kinds[value] === Kind.Guard)
    return truthOfConstant({ ir } as SourceModule, operands[operandStart[value]!]!);
  if (kinds[value] === Kind.Record || kinds[value] === Kind.Closure) return true;
  if (kinds[value] !== Kind.Constant) return undefined;
  const from = operandStart[value]!;
  const text = strings[operands[from + 1]!] ?? "";
  switch (operands[from]) {
    case ConstantType.Boolean:
      return text.toLowerCase() === "true";
    case ConstantType.Null:
    case ConstantType.Undefined:
      return false;
    case ConstantType.Number:
      return Number(text) !== 0;
    case ConstantType.String:
      return text !== "";
    default:
      return true;
  }
}

/** What every way to a block has found of conditions before. */
export function knownAt(module: SourceModule, flow: Dominance, block: number): Known {
  const { blockStart, kinds, operands, operandStart, successorStart, successors } = module.ir;
  const known = new Map<string, boolean>();
  for (let at = block; ; at = flow.immediate(at)) {
    const above = flow.immediate(at);
    if (above === at || above < 0) break;
    const branch = blockStart[above + 1]! - 1;
    if (branch < blockStart[above]! || kinds[branch] !== Kind.Branch) continue;
    const [then, otherwise] = successors.subarray(
      successorStart[above]!,
      successorStart[above + 1]!,
    );
    const key = sameness(module, operands[operandStart[branch]!]!);
    const isBehind = (side: number): boolean =>
      flow.predecessors(side).length === 1 && flow.dominates(side, block);
    if (isBehind(then!)) known.set(key, true);
    else if (isBehind(otherwise!)) known.set(key, false);
  }
  return known;
}

/** Blocks that run after a block unless something is thrown. */
export function following({ ir }: SourceModule, block: number): number[] {
  const { blockStart, kinds, successorStart, successors } = ir;
  const last = blockStart[block + 1]! - 1;
  const kind = last >= blockStart[block]! ? kinds[last]! : Kind.Phi;
  const count = kind === Kind.Branch ? 2 : kind === Kind.Return || kind === Kind.Throw ? 0 : 1;
  const from = successorStart[block]!;
  return Array.from(successors.subarray(from, Math.min(from + count, successorStart[block + 1]!)));
}

/** Blocks of a function that run when something was thrown, in the order of the code. */
export function handlersIn(
  module: SourceModule,
  { firstBlock, endBlock }: FunctionRecord,
): number[] {
  const { successorStart, successors } = module.ir;
  const found = new Set<number>();
  for (let block = firstBlock; block < endBlock; block++) {
    const usual = following(module, block).length;
    for (let at = successorStart[block]! + usual; at < successorStart[block + 1]!; at++)
      found.add(successors[at]!);
  }
  return [...found].sort((a, b) => a - b);
}

/**
 * What may run from instruction `first` of `block` on. `stops`: whether a call never comes back. Exceptions are not
 * followed, since what is asked is what is done nevertheless.
 */
export function waysFrom(
  module: SourceModule,
  flow: Dominance,
  block: number,
  first: number,
  known: Known,
  stops: (call: number) => boolean,
): Ways {
  const { blockStart, kinds, operands, operandStart, strings } = module.ir;
  const reached = new Set<number>();
  const seen = new Set<string>();
  let comesBack = false;
  const truth = (value: number, facts: Known, depth = 4): boolean | undefined => {
    const constant = truthOfConstant(module, value);
    if (constant !== undefined) return constant;
    const fact = facts.get(sameness(module, value));
    if (fact !== undefined || depth === 0) return fact;
    const from = operandStart[value]!;
    if (kinds[value] !== Kind.Operator) return undefined;
    const operator = strings[operands[from]!]!;
    if (operator === "!") {
      const inner = truth(operands[from + 1]!, facts, depth - 1);
      return inner === undefined ? undefined : !inner;
    }
    if (!/^[!=]==?$/.test(operator)) return undefined;
    const [left, right] = [operands[from + 1]!, operands[from + 2]!];
    const flag = facts.get(sameness(module, left));
    const isBoolean =
      kinds[right] === Kind.Constant && operands[operandStart[right]!] === ConstantType.Boolean;
    if (flag === undefined || !isBoolean) return undefined;
    return (flag === truthOfConstant(module, right)) === operator.startsWith("=");
  };
  /** What the variables are that join in a block, for who comes from `from`. */
  const joined = (at: number, from: number, facts: Known): Known => {
    const added = new Map<string, boolean>();
    for (let local = blockStart[at]!; local < blockStart[at + 1]!; local++) {
      if (kinds[local] !== Kind.Phi) break;
      const inputs = Array.from(
        operands.subarray(operandStart[local]!, operandStart[local + 1]!),
      ).filter((one) => flow.dominates(flow.blockOf(one), from));
      // Of the values that reach the way in, the one made last is the variable's.
      const last = inputs.sort((a, b) => b - a)[0];
      const value = last === undefined ? undefined : truth(last, facts);
      if (value !== undefined) added.set(sameness(module, local), value);
    }
    return added.size === 0 ? facts : new Map([...facts, ...added]);
  };
  const queue: { at: number; from: number; start: number; facts: Known }[] = [
    { at: block, from: block, start: first, facts: known },
  ];
  for (let one = queue.pop(); one !== undefined; one = queue.pop()) {
    const { at, start } = one;
    const facts =
      start === blockStart[at] && seen.size > 0 ? joined(at, one.from, one.facts) : one.facts;
    const key = `${at} ${start} ${[...facts].map(([name, value]) => `${name}${value}`).join()}`;
    if (seen.has(key) || seen.size >= WAYS) continue;
    seen.add(key);
    let isOver = false;
    for (let local = start; local < blockStart[at + 1]! && !isOver; local++) {
      reached.add(local);
      isOver = kinds[local] === Kind.Call && stops(local);
      if (kinds[local] === Kind.Return) comesBack = true;
    }
    if (isOver) continue;
    const last = blockStart[at + 1]! - 1;
    const to = following(module, at);
    const decided =
      last >= start && kinds[last] === Kind.Branch
        ? truth(operands[operandStart[last]!]!, facts)
        : undefined;
    const isLeft = decided === undefined ? [] : [decided ? to[1]! : to[0]!];
    for (const next of to) {
      if (isLeft.includes(next)) continue;
      queue.push({ at: next, from: at, start: blockStart[next]!, facts });
    }
  }
  return { reached: [...reached].sort((a, b) => a - b), comesBack };
}

/** Values that an instruction's operands are, whatever was tested of them. */
export const argumentsAt = ({ ir }: SourceModule, call: number): number[] =>
  Array.from(
    ir.operands.subarray(ir.operandStart[call]! + 4, ir.operandStart[call + 1]!),
    unspread,
  );
