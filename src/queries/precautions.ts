/**
 * What the functions on a flow's way have set up: calls that make places of some kinds harmless wherever they are made, such
 * as telling a browser that an answer is no page, or a parser to resolve nothing.
 */
import type { Analysis } from "../dataflow/analysis.ts";
import type { Hit, SinkEntry } from "../dataflow/summary.ts";
import type { KindSet } from "../models/kinds.ts";
import type { PrecautionRow } from "../models/rows.ts";
import { Kind } from "../program/ir/kinds.ts";

interface Kept {
  readonly neutralised: KindSet;
  readonly undone: KindSet;
}

export class Precautions {
  readonly #analysis: Analysis;
  readonly #own = new Map<number, Kept>();

  constructor(analysis: Analysis) {
    this.#analysis = analysis;
  }

  /** Kinds of places that are harmless for a hit. What one function sets and another takes back is not. */
  of(hit: Hit): KindSet {
    const { program } = this.#analysis;
    const functions = new Set([
      hit.apex,
      program.functionOfValue(this.#analysis.siteAt(hit.site).value),
      program.functionOfValue(this.#analysis.sourceOf(hit.source).value),
    ]);
    for (let entry: SinkEntry | undefined = hit.entry; entry; entry = entry.calleeEntry)
      functions.add(entry.fn);
    let neutralised = 0n;
    let undone = 0n;
    for (const fn of functions)
      for (const one of [fn, ...this.#calledBy(fn)]) {
        const set = this.#of(one);
        neutralised |= set.neutralised;
        undone |= set.undone;
      }
    return neutralised & ~undone;
  }

  *#calls(fn: number): Iterable<number> {
    const { ir } = this.#analysis.program.moduleOf(fn);
    const { firstInstruction, endInstruction } = this.#analysis.program.functionAt(fn);
    for (let local = firstInstruction; local < endInstruction; local++)
      if (ir.kinds[local] === Kind.Call) yield local;
  }

  /** What is set up is often made in a function of its own. */
  *#calledBy(fn: number): Iterable<number> {
    const module = this.#analysis.program.moduleOf(fn);
    for (const local of this.#calls(fn)) yield* this.#analysis.callees.at(module, local).targets;
  }

  #of(fn: number): Kept {
    const known = this.#own.get(fn);
    if (known) return known;
    const module = this.#analysis.program.moduleOf(fn);
    const { callees, models } = this.#analysis;
    let neutralised = 0n;
    let undone = 0n;
    for (const local of this.#calls(fn))
      for (const row of models.rows(callees.at(module, local).api).rows) {
        if (row.role !== "precaution" || !this.#holds(fn, local, row)) continue;
        neutralised |= row.neutralises;
        undone |= row.undoes;
      }
    const set = { neutralised, undone };
    this.#own.set(fn, set);
    return set;
  }

  #holds(fn: number, call: number, { when }: PrecautionRow): boolean {
    const module = this.#analysis.program.moduleOf(fn);
    return this.#analysis.holds(module, call, when, true);
  }
}
