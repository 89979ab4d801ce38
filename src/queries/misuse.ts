/** Finds calls and assignments that are wrong by their constants alone. */
import { functionsOf } from "../callgraph/callees.ts";
import type { Analysis } from "../dataflow/analysis.ts";
import type { ConstantValue } from "../dataflow/constants.ts";
import type { Segment } from "../models/path-grammar.ts";
import type { Row } from "../models/rows.ts";
import { dominance } from "../program/ir/dominance.ts";
import { ConstantType, forEachValueOperand, Kind, unspread } from "../program/ir/kinds.ts";
import type { FunctionRecord } from "../program/ir/module-ir.ts";
import type { SourceModule } from "../program/program.ts";
import type { MisuseCondition, MisuseMatch, MisuseQueryEntry, Returned } from "./registry.ts";

export interface Misuse {
  readonly query: MisuseQueryEntry;
  /** The instruction, as a number of the program. */
  readonly value: number;
}

export function findMisuses(analysis: Analysis, queries: readonly MisuseQueryEntry[]): Misuse[] {
  const found = new Map<string, Misuse>();
  const byId = new Map(queries.map((query) => [query.info.id, query]));
  const named = queries.flatMap((query) =>
    query.matches.filter((match) => match.named !== undefined).map((match) => ({ query, match })),
  );
  const note = (query: MisuseQueryEntry, value: number): void => {
    found.set(`${query.info.id},${value}`, { query, value });
  };
  const check = (
    module: SourceModule,
    local: number,
    rows: readonly Row[],
    assigned: number,
  ): void => {
    for (const row of rows) {
      if (row.role !== "misuse") continue;
      const query = byId.get(row.query);
      const match = query?.matches[row.match];
      // What a class overrides is no call of it.
      if (match === undefined || match.returns !== undefined) continue;
      if (query && holds(analysis, module, local, match, assigned))
        note(query, module.valueBase + local);
    }
  };
  const checkNamed = (
    module: SourceModule,
    local: number,
    name: string,
    assigned: number,
  ): void => {
    for (const { query, match } of named) {
      if (match.named!.test(name) && holds(analysis, module, local, match, assigned))
        note(query, module.valueBase + assigned);
    }
  };
  for (const module of analysis.program.modules) {
    const { kinds, operands, operandStart, strings, variables } = module.ir;
    for (let local = 0; local < kinds.length; local++) {
      const from = operandStart[local]!;
      switch (kinds[local]) {
        case Kind.Call: {
          const { api, targets } = analysis.callees.at(module, local);
          if (targets.length === 0) check(module, local, analysis.models.rows(api).rows, -1);
          break;
        }
        case Kind.Store: {
          if (operands[from + 1]! < 0) break;
          const name = strings[operands[from + 1]!]!;
          const object = analysis.tracking.apiOf(module.valueBase + operands[from]!);
          const api = analysis.models.union(
            analysis.models.member(object, name),
            analysis.anyMember(module, name),
          );
          check(module, local, analysis.models.rows(api).rows, operands[from + 3]!);
          checkNamed(module, local, name, operands[from + 3]!);
          break;
        }
        case Kind.SetCaptured:
          checkNamed(module, local, variables[operands[from]!]!.name, operands[from + 1]!);
          break;
        case Kind.Record:
          for (let at = from + 1, count = operands[from]!; count > 0; count--, at += 2) {
            checkNamed(module, local, strings[operands[at]!]!, operands[at + 1]!);
          }
          break;
        default:
          break;
      }
    }
  }
  for (const { query, fn } of trivialOverrides(analysis, byId)) {
    const module = analysis.program.moduleOf(fn);
    note(query, module.valueBase + analysis.program.functionAt(fn).firstInstruction);
  }
  return [...found.values()].sort((a, b) => a.value - b.value);
}

/** Methods that a class of the program has for a library's, of those that a query wants to do something. */
function* trivialOverrides(
  analysis: Analysis,
  byId: ReadonlyMap<string, MisuseQueryEntry>,
): Iterable<{ readonly query: MisuseQueryEntry; readonly fn: number }> {
  const { models, tracking } = analysis;
  for (const { ir, valueBase, functionBase } of analysis.program.modules)
    for (const { superclass, members } of ir.classes) {
      const library = superclass < 0 ? 0 : tracking.apiOf(valueBase + superclass);
      if (library === 0) continue;
      for (const { name, function: member } of members)
        for (const row of models.rows(models.member(library, name)).rows) {
          if (row.role !== "misuse") continue;
          const query = byId.get(row.query);
          const returns = query?.matches[row.match]?.returns;
          const fn = functionBase + member;
          if (query && returns !== undefined && doesNothingBut(analysis, fn, returns))
            yield { query, fn };
        }
    }
}

/** Whether a function calls nothing, refuses nothing, and gives the same whatever it is given. */
function doesNothingBut(analysis: Analysis, fn: number, returns: Returned): boolean {
  const module = analysis.program.moduleOf(fn);
  const { kinds, operands, operandStart } = module.ir;
  const { firstInstruction, endInstruction } = analysis.program.functionAt(fn);
  let isReturned = false;
  for (let local = firstInstruction; local < endInstruction; local++) {
    if (kinds[local] === Kind.Call || kinds[local] === Kind.Throw) return false;
    if (kinds[local] !== Kind.Return) continue;
    const value = operands[operandStart[local]!]!;
    const constant = value < 0 ? undefined : analysis.constants.constantOf(module, value);
    const isMeant = returns === "nothing" ? value < 0 : constant?.text === String(returns);
    if (!isMeant) return false;
    isReturned = true;
  }
  return isReturned;
}

function holds(
  analysis: Analysis,
  module: SourceModule,
  local: number,
  match: MisuseMatch,
  assigned: number,
): boolean {
  return match.when.every((condition) => {
    if (condition.once)
      return !isInLoop(
        module,
        analysis.program.functionAt(analysis.program.functionOfValue(module.valueBase + local)),
        local,
      );
    if (condition.unused) return isUnused(module, local, condition.at?.segments[1]);
    const at = condition.at
      ? analysis.constants.atPosition(module, local, condition.at.segments)
      : assigned >= 0
        ? { module, local: assigned }
        : undefined;
    if (condition.absent) return at === undefined;
    if (condition.returns !== undefined) {
      const { returns } = condition;
      const given = at ? analysis.tracking.tokensOf(at.module.valueBase + at.local) : [];
      return functionsOf(given).some((fn) => doesNothingBut(analysis, fn, returns));
    }
    if (condition.is !== undefined) {
      return (
        at !== undefined &&
        analysis.models.isMarked(
          analysis.tracking.apiOf(at.module.valueBase + at.local),
          condition.is,
        )
      );
    }
    const constant = at && analysis.constants.constantOf(at.module, at.local);
    if (condition.restates && constant) {
      const other = analysis.constants.atPosition(module, local, condition.restates.segments);
      const matched = other && analysis.constants.constantOf(other.module, other.local);
      return matched !== undefined && onlyMatchOf(matched) === constant.text;
    }
    return constant !== undefined && agrees(constant, condition);
  });
}

/** Whether nothing is done with a call's result, or with the part of it that `part` names. */
function isUnused({ ir }: SourceModule, call: number, part: Segment | undefined): boolean {
  const { kinds, operands, operandStart, strings, functions } = ir;
  const wanted = part?.kind === "member" ? part.names?.[0] : undefined;
  const { endInstruction } = functions.find(
    ({ firstInstruction, endInstruction }) => firstInstruction <= call && call < endInstruction,
  )!;
  const parts = new Set<number>();
  for (let local = call + 1; local < endInstruction; local++) {
    let uses = false;
    const [from, to] = [operandStart[local]!, operandStart[local + 1]!];
    forEachValueOperand(kinds[local]!, operands, from, to, (index) => {
      const used = unspread(operands[index]!);
      uses ||= used === call || parts.has(used);
    });
    if (!uses) continue;
    const isPart =
      kinds[local] === Kind.Load && operands[from] === call && operands[from + 1]! >= 0;
    if (!isPart || wanted === undefined) return false;
    if (strings[operands[from + 1]!] === wanted) parts.add(local);
  }
  return true;
}

function agrees(
  constant: ConstantValue,
  { equals, matches, text, entropy }: MisuseCondition,
): boolean {
  const isText = constant.type === ConstantType.String;
  if (equals !== undefined && constant.text !== String(equals)) return false;
  if (typeof equals === "boolean" && constant.type !== ConstantType.Boolean) return false;
  if (matches !== undefined && !matches.test(constant.text)) return false;
  if (text && (!isText || constant.text === "")) return false;
  if (entropy !== undefined && (!isText || shannon(constant.text) < entropy)) return false;
  return true;
}

/** The one text that a text or a regular expression of one character matches; undefined: none, or several. */
function onlyMatchOf({ type, text }: ConstantValue): string | undefined {
  if (type === ConstantType.String) return text;
  if (type !== ConstantType.Regex) return undefined;
  const [, plain, escaped] =
    /^\/(?:([^\w\s\\^$.|?*+()[\]{}])|\\([^\w\s]))\/[a-z]*$/.exec(text) ?? [];
  return plain ?? escaped;
}

/** Whether an instruction may run again after itself within one run of its function. */
function isInLoop({ ir }: SourceModule, record: FunctionRecord, local: number): boolean {
  const { successorStart, successors } = ir;
  const own = dominance(ir, record).blockOf(local);
  const seen = new Set<number>();
  const queue = [own];
  for (let block = queue.pop(); block !== undefined; block = queue.pop())
    for (let at = successorStart[block]!; at < successorStart[block + 1]!; at++) {
      const next = successors[at]!;
      if (next === own) return true;
      if (!seen.has(next)) {
        seen.add(next);
        queue.push(next);
      }
    }
  return false;
}

/** Bits a character. */
function shannon(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values())
    bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
