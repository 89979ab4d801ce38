/** What a route compares, and what it asks about the sender: the relations between values that queries look for. */
import type { Analysis } from "../dataflow/analysis.ts";
import { unguarded } from "../dataflow/proofs.ts";
import { CallForm, Kind, unspread } from "../program/ir/kinds.ts";
import type { Run } from "./accesses.ts";
import type { Term } from "./evaluate.ts";
import { nameOf } from "./fields.ts";
import type { Origin, Provenance } from "./provenance.ts";

export interface Comparison {
  /** As a value of the program. */
  readonly value: number;
  readonly fn: number;
  /** `===`, `<`; the name of the method; empty where something is only asked to be there. */
  readonly operator: string;
  readonly left: readonly Origin[];
  readonly right: readonly Origin[];
}

/** A call that is given the sender together with something else: `canEdit(user, boardId)`. */
export interface Inquiry {
  /** As a value of the program. */
  readonly value: number;
  readonly fn: number;
  readonly name: string;
  /** Where all it is given comes from. */
  readonly about: readonly Origin[];
}

export interface Relations {
  readonly comparisons: readonly Comparison[];
  readonly inquiries: readonly Inquiry[];
}

/** Methods that say whether two things are the same, or one is among the others. */
const COMPARING =
  /^(?:equals|includes|has|indexOf|some|find|isEqual|localeCompare|contains|test|match)$/;

/** Runs that are looked at; what decides stands near the handler. */
const RUNS = 60;

export function relationsOf(
  analysis: Analysis,

  provenance: Provenance,
  runs: readonly Run[],
  isInput: (formal: Term) => boolean,
  isAccess: (call: Term) => boolean,
): Relations {
  const comparisons: Comparison[] = [];
  const inquiries: Inquiry[] = [];
  for (const { fn, frame } of runs.slice(0, RUNS)) {
    const module = analysis.program.moduleOf(fn);
    const { firstInstruction, endInstruction } = analysis.program.functionAt(fn);
    const { kinds, operands, operandStart, strings } = module.ir;
    const of = (local: number): Origin[] =>
      provenance.of({ kind: "term", module, local, frame }, isInput);
    const compared = (local: number, operator: string, left: number, right: number): void => {
      comparisons.push({
        value: module.valueBase + local,
        fn,
        operator,
        left: of(left),
        right: right < 0 ? [] : of(right),
      });
    };
    for (let local = firstInstruction; local < endInstruction; local++) {
      const from = operandStart[local]!;
      const to = operandStart[local + 1]!;
      switch (kinds[local]) {
        case Kind.Operator: {
          const operator = strings[operands[from]!]!;
          if (to - from === 3 && /^(?:[!=]==?|[<>]=?|in)$/.test(operator))
            compared(local, operator, operands[from + 1]!, operands[from + 2]!);
          else if (to - from === 2 && operator === "!")
            compared(local, "", operands[from + 1]!, -1);
          break;
        }
        case Kind.Branch: {
          const condition = unguarded(module, operands[from]!);
          if (kinds[condition] !== Kind.Operator) compared(local, "", condition, -1);
          break;
        }
        case Kind.Call: {
          if (operands[from] === CallForm.Decorator) break;
          const call: Term = { kind: "term", module, local, frame };
          // What a query is put to, its conditions say.
          if (isAccess(call)) break;
          const name = nameOf(call);
          const args = Array.from(operands.subarray(from + 4, to), unspread);
          if (COMPARING.test(name) && args.length > 0 && operands[from + 2]! >= 0)
            compared(local, name, operands[from + 2]!, args[0]!);
          const about = args.flatMap((arg) =>
            kinds[arg] === Kind.Closure || kinds[arg] === Kind.Constant ? [] : of(arg),
          );
          if (
            about.some(({ kind }) => kind === "principal") &&
            about.some(({ kind }) => kind === "request" || kind === "database")
          )
            inquiries.push({
              value: module.valueBase + local,
              fn,
              name: name === "" ? calledName(call) : name,
              about,
            });
          break;
        }
        default:
          break;
      }
    }
  }
  return { comparisons, inquiries };
}

function calledName({ module, local }: Term): string {
  const { kinds, operands, operandStart, strings, variables } = module.ir;
  const callee = operands[operandStart[local]! + 1]!;
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
