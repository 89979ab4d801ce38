/** The path of one hit, rebuilt on demand: back from the sink to the source in the apex, then down into the callees. */
import { STEPS_PER_FLOW } from "../limits.ts";
import { Kind } from "../program/ir/kinds.ts";
import type { Analysis } from "./analysis.ts";
import { type FactKey, OriginKind } from "./facts.ts";
import { FunctionSolver } from "./solve.ts";
import type { Hit, SinkEntry } from "./summary.ts";

/** One step: an instruction of the program, and what happens there. */
export interface TraceStep {
  readonly value: number;
  readonly note: "source" | "step" | "call" | "argument" | "sink" | "stored";
  /** The function that is called, where one is. */
  readonly callee: number;
}

/** Functions whose facts are kept with provenance at a time. */
const KEPT = 1000;

export class Tracer {
  readonly #analysis: Analysis;
  readonly #solved = new Map<number, FunctionSolver>();

  constructor(analysis: Analysis) {
    this.#analysis = analysis;
  }

  trace(
    hit: Hit,
    storer?: { readonly fn: number; readonly position: number; readonly stored: FactKey },
  ): TraceStep[] {
    const steps: TraceStep[] = [];
    const source = this.#analysis.sourceOf(hit.source);
    steps.push({ value: source.value, note: "source", callee: -1 });
    if (storer) {
      steps.push(...this.#toShared(storer));
    } else if (hit.argument >= 0) {
      steps.push(...this.#back(hit.apex, hit.argument, hit.key));
    }
    if (hit.entry) {
      if (!storer) {
        const { valueBase } = this.#analysis.program.moduleOf(hit.apex);
        steps.push({ value: valueBase + hit.at, note: "argument", callee: hit.entry.fn });
      }
      steps.push(...this.#down(hit.entry));
    }
    const { value, argument } = this.#analysis.siteAt(hit.site);
    steps.push({ value: argument, note: "step", callee: -1 }, { value, note: "sink", callee: -1 });
    return this.#shorten(steps);
  }

  #solver(fn: number): FunctionSolver {
    let solver = this.#solved.get(fn);
    if (!solver) {
      if (this.#solved.size >= KEPT) this.#solved.delete(this.#solved.keys().next().value!);
      solver = new FunctionSolver(this.#analysis, fn, true);
      solver.solve();
      this.#solved.set(fn, solver);
    }
    return solver;
  }

  /** Steps inside one function up to `local`, first one first. */
  #back(fn: number, local: number, key: FactKey): TraceStep[] {
    const module = this.#analysis.program.moduleOf(fn);
    const { kinds } = module.ir;
    const solver = this.#solver(fn);
    const steps: TraceStep[] = [];
    const seen = new Set<string>();
    let at = local;
    let fact = key;
    while (at >= 0 && !seen.has(`${at},${fact}`)) {
      seen.add(`${at},${fact}`);
      const kind = kinds[at];
      if (kind !== Kind.Guard && kind !== Kind.Phi && kind !== Kind.Captured) {
        steps.push({
          value: module.valueBase + at,
          note: kind === Kind.Call ? "call" : "step",
          callee: -1,
        });
      }
      const provenance = solver.provenanceOf(at, fact);
      if (!provenance || provenance.from < 0) break;
      if (provenance.via !== at && kinds[provenance.via] === Kind.Store) {
        steps.push({ value: module.valueBase + provenance.via, note: "stored", callee: -1 });
      }
      at = provenance.from;
      fact = provenance.key;
    }
    return steps.reverse();
  }

  /** From a source to where it is stored in the shared object. */
  #toShared({
    fn,
    position: wanted,
    stored,
  }: {
    fn: number;
    position: number;
    stored: FactKey;
  }): TraceStep[] {
    for (const { position, value } of this.#analysis.tracking.parameters[fn]!) {
      if (position !== wanted) continue;
      const local = value - this.#analysis.program.moduleOf(fn).valueBase;
      return this.#back(fn, local, stored).filter((step) => step.value !== value);
    }
    return [];
  }

  /** From an input to the sink, through the calls its entry names. */
  #down(entry: SinkEntry): TraceStep[] {
    const steps: TraceStep[] = [];
    for (
      let at: SinkEntry | undefined = entry;
      at && steps.length < STEPS_PER_FLOW * 2;
      at = at.calleeEntry
    ) {
      if (at.call >= 0) {
        const { valueBase } = this.#analysis.program.moduleOf(at.fn);
        steps.push({
          value: valueBase + at.call,
          note: "argument",
          callee: at.calleeEntry?.fn ?? -1,
        });
        continue;
      }
      const { argument } = this.#analysis.siteAt(at.site);
      const local = argument - this.#analysis.program.moduleOfValue(argument).valueBase;
      const key = this.#matching(at.fn, local, at);
      if (key !== undefined) steps.push(...this.#back(at.fn, local, key));
    }
    return steps;
  }

  /** A fact of a value that comes from the entry's input. */
  #matching(fn: number, local: number, entry: SinkEntry): FactKey | undefined {
    const { facts } = this.#analysis;
    const origin = facts.originOf(entry.key);
    for (const [key] of this.#solver(fn).factsOf(local)) {
      if (facts.originOf(key) === origin && facts.originAt(origin).kind !== OriginKind.Source)
        return key;
    }
    return undefined;
  }

  #shorten(steps: readonly TraceStep[]): TraceStep[] {
    const kept: TraceStep[] = [];
    for (const step of steps) {
      const last = kept.at(-1);
      if (last && last.value === step.value) {
        if (step.note !== "step") kept[kept.length - 1] = step;
        continue;
      }
      kept.push(step);
    }
    if (kept.length <= STEPS_PER_FLOW) return kept;
    const half = STEPS_PER_FLOW / 2;
    return [...kept.slice(0, half), ...kept.slice(-half)];
  }
}
