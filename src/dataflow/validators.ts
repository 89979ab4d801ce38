/** What a function proves about one of its formals by how it ends: the validators that programs write themselves. */
import type { KindSet } from "../models/kinds.ts";
import { type Dominance, dominance } from "../program/ir/dominance.ts";
import { GuardOutcome, Kind, Position, unspread } from "../program/ir/kinds.ts";
import type { FunctionRecord, ModuleIr } from "../program/ir/module-ir.ts";

/** Joins of joins that a result is looked for through. */
const JOINS = 8;

/** What is asked about single conditions; values are local to the module. */
export interface Conditions {
  /** What `value` is proven to be when `condition` turned out so. */
  readonly ofGuard: (value: number, condition: number, outcome: GuardOutcome) => KindSet;
  /** Whether `ofGuard` says all there is to say. */
  readonly isUnderstood: (value: number, condition: number) => boolean;
  readonly truthOf: (value: number) => boolean | undefined;
  readonly dependsOn: (from: number, value: number) => boolean;
  /** The set that says: a test of the value that is not understood. */
  readonly notUnderstood: KindSet;
}

/**
 * The meet over all ways on which the function, or one `part` of its result, ends as `outcome` says, of what holds on the way: the conditions that
 * lead there, and what is returned there.
 */
export function ofValidator(
  { ir }: { readonly ir: ModuleIr },
  record: FunctionRecord,
  formal: number,
  outcome: GuardOutcome,
  conditions: Conditions,
  part: string,
): KindSet {
  const { kinds, operands, operandStart, blockStart } = ir;
  const blocks = dominance(ir, record);
  const onTheWay = new Map<number, KindSet>();
  let all: KindSet | undefined;
  const meet = (set: KindSet): void => {
    all = all === undefined ? set : all & set;
  };
  const way = (block: number): KindSet => {
    let set = onTheWay.get(block);
    if (set === undefined) {
      set = conditionsBefore(ir, record, blocks, block, formal, conditions);
      onTheWay.set(block, set);
    }
    return set;
  };
  // What is joined is known by what leads to where it was made.
  const ending = (returned: number, block: number, depth: number): void => {
    const value = partAt(ir, returned, part);
    if (outcome === GuardOutcome.Returned) {
      meet(way(block));
      return;
    }
    if (value >= 0 && kinds[value] === Kind.Phi && depth > 0) {
      for (let at = operandStart[value]!; at < operandStart[value + 1]!; at++)
        if (!isDeclared(ir, operands[at]!))
          ending(operands[at]!, blocks.blockOf(operands[at]!), depth - 1);
      return;
    }
    const truth = value < 0 ? false : truthAt(ir, value, conditions);
    if (truth === undefined) meet(way(block) | proofOf(value, formal, outcome, conditions));
    else if (truth === (outcome === GuardOutcome.Passed)) meet(way(block));
  };
  for (let block = record.firstBlock; block < record.endBlock; block++) {
    const last = blockStart[block + 1]! - 1;
    if (last < blockStart[block]! || kinds[last] !== Kind.Return) continue;
    ending(operands[operandStart[last]!]!, block, JOINS);
  }
  return all ?? 0n;
}

/** One of several values that are returned together; the value itself where `part` is `""`. */
function partAt({ kinds, operands, operandStart }: ModuleIr, value: number, part: string): number {
  if (part === "" || value < 0 || kinds[value] !== Kind.Sequence) return value;
  const at = operandStart[value]! + Number(part);
  return at < operandStart[value + 1]! ? unspread(operands[at]!) : value;
}

/** Says of which type another value is, and is no value that could be returned. */
const isDeclared = ({ kinds, operands, operandStart }: ModuleIr, value: number): boolean =>
  kinds[value] === Kind.Parameter && operands[operandStart[value]!] === Position.Declared;

/** A value that a test has decided is as true as the test found it: `a && b` returns a false `a`. */
function truthAt(ir: ModuleIr, value: number, conditions: Conditions): boolean | undefined {
  const { kinds, operands, operandStart } = ir;
  const from = operandStart[value]!;
  if (kinds[value] === Kind.Guard && operands[from] === operands[from + 1]) {
    if (operands[from + 2] === GuardOutcome.Passed) return true;
    if (operands[from + 2] === GuardOutcome.Failed) return false;
  }
  return conditions.truthOf(value);
}

function proofOf(
  condition: number,
  formal: number,
  outcome: GuardOutcome,
  { ofGuard, isUnderstood, dependsOn, notUnderstood }: Conditions,
): KindSet {
  const set = ofGuard(formal, condition, outcome);
  if (set !== 0n || isUnderstood(formal, condition) || !dependsOn(condition, formal)) return set;
  return notUnderstood;
}

/** What the branches and calls that every way to `block` goes through prove. */
function conditionsBefore(
  ir: ModuleIr,
  record: FunctionRecord,
  blocks: Dominance,
  block: number,
  formal: number,
  conditions: Conditions,
): KindSet {
  const { kinds, operands, operandStart, blockStart, successors, successorStart } = ir;
  let set = 0n;
  for (let at = block; ; at = blocks.immediate(at)) {
    for (let local = blockStart[at]!; local < blockStart[at + 1]!; local++) {
      if (kinds[local] === Kind.Call)
        set |= conditions.ofGuard(formal, local, GuardOutcome.Returned);
    }
    const [only, ...others] = blocks.predecessors(at);
    if (only !== undefined && others.length === 0 && only !== at) {
      const last = blockStart[only + 1]! - 1;
      if (last >= blockStart[only]! && kinds[last] === Kind.Branch) {
        const from = successorStart[only]!;
        const isThen = successors[from] === at;
        if (isThen !== (successors[from + 1] === at))
          set |= proofOf(
            operands[operandStart[last]!]!,
            formal,
            isThen ? GuardOutcome.Passed : GuardOutcome.Failed,
            conditions,
          );
      }
    }
    if (at === record.firstBlock) return set;
  }
}
