/** What a route compares, and what it asks about the sender: the relations between values that queries look for. */
import type { Analysis } from "../dataflow/analysis.ts";
import { unguarded } from "../dataflow/proofs.ts";
import { CallForm, Kind, unspread } from "../program/ir/kinds.ts";
import type { Run } from "./accesses.ts";
import type { Evaluator, Term } from "./evaluate.ts";
import { nameOf } from "./fields.ts";
import { callName } from "./names.ts";
import type { Origin } from "./provenance.ts";

export interface Comparison {
  /** As a value of the program. */
  readonly value: number;
  readonly fn: number;
  /** `===`, `<`; the name of the method; empty where something is only asked to be there. */
  readonly operator: string;
  readonly left: readonly Origin[];
  readonly right: readonly Origin[];
}

/** A call that is given several things that come from somewhere: `canEdit(user, boardId)`, `getCard({ id, boardId })`. */
export interface Question {
  /** As a value of the program. */
  readonly value: number;
  readonly fn: number;
  readonly name: string;
  /** Where all it is given comes from. */
  readonly about: readonly Origin[];
}

/** A call that asks for a record by its name, where nothing of what it calls could be read: `Cache.getCard(id)`. */
export interface Lookup {
  /** As a value of the program. */
  readonly value: number;
  readonly name: string;
  readonly by: readonly Origin[];
}

/** A record that an answer has in it with whatever fields it was found with. */
export interface Answer {
  /** Where it is answered, as a value of the program. */
  readonly value: number;
  readonly fn: number;
  /** The access that found it, as a value of the program. */
  readonly of: number;
}

export interface Relations {
  readonly comparisons: readonly Comparison[];
  readonly questions: readonly Question[];
  readonly lookups: readonly Lookup[];
  readonly answers: readonly Answer[];
  /** Names of fields that a function takes away from what it found, by deleting them or writing over them. */
  readonly removed: ReadonlySet<string>;
}

/** Methods that say whether two things are the same, or one is among the others. */
const COMPARING =
  /^(?:equals|includes|has|indexOf|some|find|isEqual|localeCompare|contains|test|match)$/;

const THINGS: ReadonlySet<Origin["kind"]> = new Set(["request", "principal", "database"]);

/** Methods that answer a request with what they are given. */
const ANSWERING = /^(?:json|jsonp|send|end|render)$/;

/** Runs that are looked at; what decides stands near the handler. */
const RUNS = 24;

export function relationsOf(
  analysis: Analysis,
  evaluator: Evaluator,
  entries: readonly number[],
  runs: readonly Run[],
  originsOf: (term: Term) => Origin[],
  isAccess: (call: Term) => boolean,
): Relations {
  const comparisons: Comparison[] = [];
  const questions: Question[] = [];
  const lookups: Lookup[] = [];
  const answers: Answer[] = [];
  const removed = new Set<string>();
  const { vocabulary } = analysis.models;
  for (const { fn, frame } of runs.slice(0, RUNS)) {
    const module = analysis.program.moduleOf(fn);
    const { firstInstruction, endInstruction } = analysis.program.functionAt(fn);
    const { kinds, operands, operandStart, strings } = module.ir;
    const of = (local: number): Origin[] => originsOf({ kind: "term", module, local, frame });
    const compared = (local: number, operator: string, left: number, right: number): void => {
      comparisons.push({
        value: module.valueBase + local,
        fn,
        operator,
        left: of(left),
        right: right < 0 ? [] : of(right),
      });
    };
    const answered = (at: number, value: number): void => {
      const records = new Set<number>();
      wholeRecords(evaluator, isAccess, { kind: "term", module, local: value, frame }, records);
      for (const record of records) answers.push({ value: module.valueBase + at, fn, of: record });
    };
    for (let local = firstInstruction; local < endInstruction; local++) {
      const from = operandStart[local]!;
      const to = operandStart[local + 1]!;
      switch (kinds[local]) {
        case Kind.Operator: {
          const operator = strings[operands[from]!]!;
          if (to - from === 3 && /^(?:[!=]==?|[<>]=?|in)$/.test(operator))
            compared(local, operator, operands[from + 1]!, operands[from + 2]!);
          else if (operator === "delete" && kinds[operands[from + 1]!] === Kind.Load) {
            const field = operands[operandStart[operands[from + 1]!]! + 1]!;
            if (field >= 0) removed.add(strings[field]!);
          } else if (to - from === 2 && operator === "!")
            compared(local, "", operands[from + 1]!, -1);
          break;
        }
        case Kind.Store: {
          const field = operands[from + 1]!;
          if (field < 0) break;
          if (kinds[operands[from + 3]!] === Kind.Constant) removed.add(strings[field]!);
          if (strings[field] === "body") answered(local, operands[from + 3]!);
          break;
        }
        case Kind.Return:
          if (operands[from]! >= 0 && entries.includes(fn)) answered(local, operands[from]!);
          break;
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
          if (ANSWERING.test(name) && operands[from + 2]! >= 0)
            for (const arg of args) answered(local, arg);
          const about = args.flatMap((arg) =>
            kinds[arg] === Kind.Closure || kinds[arg] === Kind.Constant ? [] : of(arg),
          );
          const called = callName(module, local);
          const things = about.filter(({ kind }) => THINGS.has(kind));
          if (things.length > 1 || (things.length === 1 && vocabulary.isDemand(called)))
            questions.push({ value: module.valueBase + local, fn, name: called, about });
          const { targets, api } = analysis.callees.at(module, local);
          const isUnread = targets.length === 0 && (api === 0 || !analysis.models.rows(api).known);
          if (
            isUnread &&
            /[a-z][A-Z]|_/.test(called) &&
            vocabulary.isLookup(called) &&
            things.length > 0
          )
            lookups.push({ value: module.valueBase + local, name: called, by: about });
          break;
        }
        default:
          break;
      }
    }
  }
  return { comparisons, questions, lookups, answers, removed };
}

/** The accesses whose records stand in a value as they were found. */
function wholeRecords(
  evaluator: Evaluator,
  isAccess: (call: Term) => boolean,
  term: Term,
  found: Set<number>,
  depth = 5,
): void {
  if (depth === 0) return;
  for (const one of evaluator.meaningOf(term)) {
    if (one.kind !== "term") continue;
    const { module, local, frame } = one;
    const { kinds, operands, operandStart } = module.ir;
    const inner = (value: number): void =>
      wholeRecords(
        evaluator,
        isAccess,
        { kind: "term", module, local: value, frame },
        found,
        depth - 1,
      );
    const from = operandStart[local]!;
    switch (kinds[local]) {
      case Kind.Call:
        if (isAccess(one)) found.add(module.valueBase + evaluator.rootOf(one).local);
        break;
      case Kind.Load: {
        // An element of a list: `const [user] = rows`.
        const field = operands[from + 1]!;
        if (field < 0 || /^\d+$/.test(module.ir.strings[field]!)) inner(operands[from]!);
        break;
      }
      case Kind.Sequence:
        for (let at = from; at < operandStart[local + 1]!; at++) inner(unspread(operands[at]!));
        break;
      case Kind.Record: {
        let at = from;
        for (let count = operands[at++]!; count > 0; count--, at += 2) inner(operands[at + 1]!);
        for (; at < operandStart[local + 1]!; at += 2 + operands[at + 1]!)
          if (operands[at + 1] === 0) inner(operands[at]!);
        break;
      }
      default:
        break;
    }
  }
}
