/** Finds the options that queries ask about at the calls and assignments of a program, and what their values are. */
import { kindOfToken, numberOfToken, TokenKind } from "../callgraph/value-tracking.ts";
import type { Analysis } from "../dataflow/analysis.ts";
import type { ValueAt } from "../dataflow/constants.ts";
import type { OptionPresence, OptionValue } from "../findings/option.ts";
import { librariesOf } from "../models/models.ts";
import type { Segment } from "../models/path-grammar.ts";
import { ConstantType, isSpread, Kind, unspread } from "../program/ir/kinds.ts";
import type { SourceModule } from "../program/program.ts";
import type { OptionCall, OptionQueryEntry } from "./registry.ts";

export interface FoundOption {
  readonly query: OptionQueryEntry;
  readonly option: OptionCall;
  readonly value: OptionValue;
  /** The constant that tells it from others of its function; `""` where there is none. */
  readonly same: string;
  /** The call or assignment, as a number of the program. */
  readonly call: number;
  /** What is given, as a number of the program; the call where nothing is. */
  readonly at: number;
  /** What says of itself that it is there, in words of the row; undefined for a value. */
  readonly presence: OptionPresence | undefined;
}

export function findOptions(
  analysis: Analysis,
  queries: readonly OptionQueryEntry[],
): FoundOption[] {
  return new Finder(analysis, queries).all();
}

class Finder {
  readonly #analysis: Analysis;
  readonly #byMark = new Map<number, { query: OptionQueryEntry; option: OptionCall }[]>();
  readonly #named: { query: OptionQueryEntry; option: OptionCall; named: RegExp }[] = [];
  readonly #byName = new Map<string, { query: OptionQueryEntry; option: OptionCall }[]>();
  readonly #found: FoundOption[] = [];
  #stored: ReadonlySet<number> | undefined;

  constructor(analysis: Analysis, queries: readonly OptionQueryEntry[]) {
    this.#analysis = analysis;
    for (const query of queries) {
      for (const option of query.options) {
        if (option.named) this.#named.push({ query, option, named: option.named });
        if (option.mark === undefined) continue;
        const list = this.#byMark.get(option.mark) ?? [];
        list.push({ query, option });
        this.#byMark.set(option.mark, list);
      }
    }
  }

  all(): FoundOption[] {
    for (const module of this.#analysis.program.modules) {
      const { kinds, operands, operandStart, strings, variables } = module.ir;
      for (let local = 0; local < kinds.length; local++) {
        const from = operandStart[local]!;
        if (kinds[local] === Kind.Call) this.#call(module, local);
        else if (kinds[local] === Kind.Store && operands[from + 1]! >= 0)
          this.#assigned(module, local, strings[operands[from + 1]!]!, operands[from + 3]!);
        else if (kinds[local] === Kind.SetCaptured)
          this.#assigned(module, local, variables[operands[from]!]!.name, operands[from + 1]!);
        else if (kinds[local] === Kind.Record)
          for (let at = from + 1, count = operands[from]!; count > 0; count--, at += 2)
            this.#assigned(module, local, strings[operands[at]!]!, operands[at + 1]!);
      }
    }
    return this.#found;
  }

  #call(module: SourceModule, local: number): void {
    const { api, targets } = this.#analysis.callees.at(module, local);
    if (targets.length > 0 || api === 0) return;
    for (const row of this.#analysis.models.rows(api).rows) {
      if (row.role !== "mark") continue;
      for (const { query, option } of this.#byMark.get(row.mark) ?? []) {
        if (!this.#holds(module, local, option)) continue;
        if (option.presence) {
          const call = module.valueBase + local;
          this.#found.push({
            query,
            option,
            value: THERE,
            same: "",
            call,
            at: call,
            presence: option.presence,
          });
          continue;
        }
        const at = this.#at(module, local, option.at);
        const same = option.same && this.#at(module, local, option.same);
        this.#found.push({
          query,
          option,
          value: at ? this.#valueOf(at) : this.#absent(module, local, option.at),
          same: (same && this.#textOf(same)) ?? "",
          call: module.valueBase + local,
          at: at?.module === module ? module.valueBase + at.local : module.valueBase + local,
          presence: undefined,
        });
      }
    }
  }

  #assigned(module: SourceModule, local: number, name: string, value: number): void {
    let rows = this.#byName.get(name);
    if (!rows) {
      rows = this.#named.filter(({ named }) => named.test(name));
      this.#byName.set(name, rows);
    }
    for (const { query, option } of rows) {
      if (option.language !== undefined && option.language !== librariesOf(module.ir.language))
        continue;
      const call = module.valueBase + local;
      if (option.presence) {
        const items = this.#analysis.constants.membersOf(module, value);
        const item = items?.find((text) => option.has!.test(text));
        // A list that is put together elsewhere may have it.
        if (item !== undefined || !items)
          this.#found.push({
            query,
            option: { ...option, option: item ?? name },
            value: THERE,
            same: item ?? name,
            call,
            at: this.#itemOf(module, value, item ?? "") ?? module.valueBase + value,
            presence: items ? option.presence : "equivalent",
          });
        continue;
      }
      this.#found.push({
        query,
        option: { ...option, option: name },
        value: this.#valueOf({ module, local: value }),
        same: name,
        call,
        at: module.valueBase + value,
        presence: undefined,
      });
    }
  }

  /** The constant of a list that has a text, as a number of the program. */
  #itemOf(module: SourceModule, list: number, text: string): number | undefined {
    const { kinds, operands, operandStart } = module.ir;
    if (kinds[list] !== Kind.Sequence) return undefined;
    const item = operands
      .subarray(operandStart[list]!, operandStart[list + 1]!)
      .find((one) => this.#textOf({ module, local: unspread(one) }) === text);
    return item === undefined ? undefined : module.valueBase + unspread(item);
  }

  #holds(module: SourceModule, local: number, { when }: OptionCall): boolean {
    const { models, tracking } = this.#analysis;
    return when.every(({ at, matches, is }) => {
      const value = this.#at(module, local, at);
      if (is === undefined) return matches!.test((value && this.#textOf(value)) ?? "");
      return (
        value !== undefined &&
        models.isMarked(tracking.apiOf(value.module.valueBase + value.local), is)
      );
    });
  }

  #at(module: SourceModule, local: number, segments: readonly Segment[]): ValueAt | undefined {
    return this.#analysis.constants.atPosition(module, local, segments);
  }

  #textOf({ module, local }: ValueAt): string | undefined {
    return this.#analysis.constants.constantOf(module, local)?.text;
  }

  #valueOf({ module, local }: ValueAt): OptionValue {
    const { constants } = this.#analysis;
    const constant = constants.constantOf(module, local);
    if (constant?.type === ConstantType.Undefined) return { is: "absent" };
    if (constant) return { is: "constant", texts: [constant.text], list: false };
    const number = this.#folded(module, local, FOLDS);
    if (number !== undefined) return { is: "constant", texts: [String(number)], list: false };
    const texts = constants.membersOf(module, local);
    return texts ? { is: "constant", texts, list: true } : { is: "given" };
  }

  /** `15 * 60 * 1000`, `2 ** 14` */
  #folded(module: SourceModule, local: number, depth: number): number | undefined {
    const constant = this.#analysis.constants.constantOf(module, local);
    if (constant)
      return constant.type === ConstantType.Number
        ? Number(constant.text.replaceAll("_", ""))
        : undefined;
    const { kinds, operands, operandStart, strings } = module.ir;
    const from = operandStart[local]!;
    if (depth === 0 || kinds[local] !== Kind.Operator || operandStart[local + 1]! !== from + 3)
      return undefined;
    const left = this.#folded(module, operands[from + 1]!, depth - 1);
    const right = this.#folded(module, operands[from + 2]!, depth - 1);
    if (left === undefined || right === undefined) return undefined;
    return FOLDED[strings[operands[from]!]!]?.(left, right);
  }

  /** Nothing is found at the position: whether nothing is given there. */
  #absent(module: SourceModule, local: number, segments: readonly Segment[]): OptionValue {
    const { operands, operandStart } = module.ir;
    const args = operands.subarray(operandStart[local]! + 4, operandStart[local + 1]!);
    if (args.some((one) => isSpread(one) && module.ir.kinds[-one - 1] !== Kind.Record))
      return { is: "unknown" };
    if (args.some((one) => isSpread(one) && this.#hasSpread(module, -one - 1)))
      return { is: "unknown" };
    for (let length = 1; length < segments.length; length++) {
      const outer = this.#at(module, local, segments.slice(0, length));
      if (!outer) return { is: "absent" };
      if (!this.#isWhole(outer)) return { is: "unknown" };
    }
    return { is: "absent" };
  }

  #hasSpread({ ir }: SourceModule, record: number): boolean {
    const from = ir.operandStart[record]!;
    return ir.operandStart[record + 1]! !== from + 1 + 2 * ir.operands[from]!;
  }

  /** An object literal of the program with nothing spread into it and nothing stored in it later. */
  #isWhole({ module, local }: ValueAt): boolean {
    const { tracking, program } = this.#analysis;
    const tokens = tracking.tokensOf(module.valueBase + local);
    const [token] = tokens;
    if (tokens.length !== 1 || token === undefined || kindOfToken(token) !== TokenKind.Object)
      return false;
    const value = numberOfToken(token);
    const owner = program.moduleOfValue(value);
    const record = value - owner.valueBase;
    return (
      owner.ir.kinds[record] === Kind.Record &&
      !this.#hasSpread(owner, record) &&
      !this.#storedIn().has(token)
    );
  }

  /** Tokens of objects that something is stored in. */
  #storedIn(): ReadonlySet<number> {
    if (this.#stored) return this.#stored;
    const stored = new Set<number>();
    for (const module of this.#analysis.program.modules) {
      const { kinds, operands, operandStart } = module.ir;
      for (let local = 0; local < kinds.length; local++)
        if (kinds[local] === Kind.Store)
          for (const token of this.#analysis.tracking.tokensOf(
            module.valueBase + operands[operandStart[local]!]!,
          ))
            stored.add(token);
    }
    this.#stored = stored;
    return stored;
  }
}

/** Of what is a guard by being there. */
const THERE: OptionValue = { is: "constant", texts: ["there"], list: false };

/** How deep a calculation with constants is followed. */
const FOLDS = 6;
const FOLDED: Readonly<Record<string, (left: number, right: number) => number>> = {
  "*": (left, right) => left * right,
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "**": (left, right) => left ** right,
  "<<": (left, right) => left << right,
};
