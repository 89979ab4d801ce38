/** The steps of a chain: which functions they run, and what they check, as models say, as their code shows, or by name. */
import type { Analysis } from "../dataflow/analysis.ts";
import { REGISTRATION_CALLS } from "../limits.ts";
import type { CheckRow, GuardKind } from "../models/rows.ts";
import { Kind } from "../program/ir/kinds.ts";
import type { Checks } from "./checks.ts";
import type { Dependencies } from "./dependencies.ts";
import { type Evaluator, functionsIn, type Given, type Meaning, type Term } from "./evaluate.ts";
import { handsOn } from "./hands-on.ts";
import { labelOf } from "./render.ts";
import type { Guard, GuardEvidence, GuardOrigin } from "./route.ts";

/** A step of a chain before it is known what it checks. */
export interface Step {
  readonly given: Given;
  readonly label: string;
  /** Where it is written, as a value of the program. */
  readonly value: number;
  /** What it runs itself, as numbers of the program. */
  readonly functions: readonly number[];
  /** What it wraps: functions given to the call that makes the step. */
  readonly wrapped: readonly Step[];
}

/** Kinds that a name may add to what a guard is seen to check. */
const ASKS: ReadonlySet<GuardKind> = new Set(["role", "permission", "owner", "tenant"]);

export class Steps {
  readonly #analysis: Analysis;
  readonly #evaluator: Evaluator;
  readonly #checks: Checks;
  readonly #dependencies: Dependencies;

  constructor(
    analysis: Analysis,
    evaluator: Evaluator,
    checks: Checks,
    dependencies: Dependencies,
  ) {
    this.#analysis = analysis;
    this.#evaluator = evaluator;
    this.#checks = checks;
    this.#dependencies = dependencies;
  }

  /** `fallback`: where it stands when the step itself is written nowhere. */
  stepOf(given: Given, fallback: Term, depth = REGISTRATION_CALLS): Step {
    const call = given.written && this.#evaluator.callBehind(given.written);
    const at = given.written ?? fallback;
    return {
      given,
      label: labelOf(this.#analysis, given),
      value: at.module.valueBase + at.local,
      functions: functionsIn(given.meaning),
      wrapped: call && depth > 0 ? this.#wrappedBy(call, depth) : [],
    };
  }

  /** The functions that handle the request in the end: what wrappers wrap, else the step itself. */
  handlersOf({ functions, wrapped }: Step): number[] {
    const inner = wrapped.flatMap((one) => this.handlersOf(one));
    return inner.length > 0 ? [...new Set(inner)] : [...functions];
  }

  /** A step as a guard; its kinds are empty where it checks nothing that is known. */
  guardOf(step: Step, origin: GuardOrigin): Guard {
    const { kinds, evidence } = this.#kindsOf(step);
    const [check] = this.#modelled(step.given);
    return {
      kinds,
      evidence,
      origin,
      label: step.label,
      value: step.value,
      functions: step.functions,
      ...(check && check.except.length > 0 ? { except: check.except } : {}),
    };
  }

  /** Functions that run before handlers to fill their formals, as guards. */
  dependenciesOf(handlers: readonly number[]): Guard[] {
    return handlers.flatMap((fn) => {
      const module = this.#analysis.program.moduleOf(fn);
      const { firstInstruction: local } = this.#analysis.program.functionAt(fn);
      const at: Term = { kind: "term", module, local, frame: undefined };
      return this.#dependencies
        .of(fn)
        .map((given) => this.guardOf(this.stepOf(given, at), "route"))
        .filter(({ kinds }) => kinds.length > 0);
    });
  }

  /** Wrappers of a handler that check something, outermost first. */
  wrappersOf(step: Step): Guard[] {
    if (step.wrapped.length === 0) return [];
    const own = this.guardOf(step, "wrapper");
    // `controller.login` is the name of what is wrapped, not of what wraps.
    const checks = own.kinds.length > 0 && (own.evidence !== "name" || step.label.includes("("));
    return [...(checks ? [own] : []), ...step.wrapped.flatMap((one) => this.wrappersOf(one))];
  }

  /** Checks in the body of a handler. */
  inlineOf(handlers: readonly number[]): Guard[] {
    return handlers.flatMap((fn) =>
      this.#checks.of(fn).map((check): Guard => {
        const module = this.#analysis.program.moduleOfValue(check.value);
        return {
          kinds: check.kinds,
          evidence: check.fn < 0 ? "model" : "structure",
          origin: "inline",
          label: labelOf(this.#analysis, {
            meaning: [],
            written: conditionAt(module, check.value - module.valueBase),
          }),
          value: check.value,
          functions: check.fn < 0 ? [] : [check.fn],
        };
      }),
    );
  }

  #kindsOf(
    step: Step,
    depth = REGISTRATION_CALLS,
  ): { kinds: readonly GuardKind[]; evidence: GuardEvidence | undefined } {
    const own = this.#analysis.models.vocabulary.ownGuard(lastName(step.label));
    if (own) return { kinds: [...own].sort(), evidence: "model" };
    const modelled = this.#modelled(step.given).map(({ kind }) => kind);
    if (modelled.length > 0) return { kinds: [...new Set(modelled)].sort(), evidence: "model" };
    const { vocabulary } = this.#analysis.models;
    const name = lastName(step.label);
    const structural = new Set(step.functions.flatMap((fn) => this.#checks.kindsOf(fn)));
    // Who lets strangers pass does so whatever is asked before.
    for (const fn of depth > 0 && !vocabulary.isOptional(name) ? step.functions : [])
      for (const given of this.#dependencies.of(fn)) {
        const at = given.written;
        if (!at) continue;
        for (const kind of this.#kindsOf(this.stepOf(given, at), depth - 1).kinds)
          structural.add(kind);
      }
    if (structural.size > 0) {
      // That it refuses somebody is seen; what it asks for may stand too far from the refusal.
      for (const kind of vocabulary.guardKinds(name)) if (ASKS.has(kind)) structural.add(kind);
      return { kinds: [...structural].sort(), evidence: "structure" };
    }
    const letsPass =
      step.functions.length > 0 && step.functions.every((fn) => handsOn(this.#analysis, fn, false));
    if (letsPass || vocabulary.isOptional(name) || this.#isModelled(step.given))
      return { kinds: [], evidence: undefined };
    const kinds = vocabulary.guardKinds(name);
    return { kinds: [...kinds].sort(), evidence: kinds.length > 0 ? "name" : undefined };
  }

  /** What models say of the value itself, or of what it is after all its copies. */
  #modelled({ meaning, written }: Given): CheckRow[] {
    const { models } = this.#analysis;
    const terms = [...(written ? [written] : []), ...meaning.filter((one) => one.kind === "term")];
    return terms.flatMap((term) =>
      models
        .rows(this.#evaluator.apiOf(term))
        .rows.flatMap((row) => (row.role === "check" && !this.#isOff(row, term) ? [row] : [])),
    );
  }

  /** Whether the call that makes a guard says that it lets everybody pass. */
  #isOff({ unless }: CheckRow, term: Term): boolean {
    const made = unless.length === 0 ? undefined : this.#evaluator.callBehind(term);
    return (
      made !== undefined &&
      unless.some(({ at, equals }) =>
        this.#evaluator
          .at(made, at.segments)
          .flatMap(({ meaning }) => meaning)
          .some((one) => one.kind === "term" && this.#evaluator.textOf(one) === String(equals)),
      )
    );
  }

  /** Whether models know the function that makes a step, so that its name says nothing more. */
  #isModelled({ meaning }: Given): boolean {
    return meaning.some((one) => {
      if (one.kind !== "term" || one.module.ir.kinds[one.local] !== Kind.Call) return false;
      const { api } = this.#analysis.callees.at(one.module, one.local);
      return this.#analysis.models.rows(api).known;
    });
  }

  /** Functions among the arguments of the call that makes a step. */
  #wrappedBy(call: Term, depth: number): Step[] {
    return this.#evaluator
      .flatten(this.#evaluator.argumentsOf(call))
      .filter(({ meaning }) => meaning.some((one) => this.#isHandler(one)))
      .map((given) => this.stepOf(given, call, depth - 1));
  }

  /** A function that may take a request. */
  #isHandler(meaning: Meaning): boolean {
    if (meaning.kind !== "function") return false;
    const record = this.#analysis.program.functionAt(meaning.fn);
    return record.role !== "constructor" && record.parameters <= 4;
  }
}

/** What a branch tests; a call stands for itself. */
function conditionAt(module: Term["module"], local: number): Term {
  const { kinds, operands, operandStart } = module.ir;
  const condition = kinds[local] === Kind.Branch ? operands[operandStart[local]!]! : local;
  return { kind: "term", module, local: condition, frame: undefined };
}

/** `requireRole` of `auth.requireRole("admin")`. */
function lastName(label: string): string {
  const callee = label.replace(/\(.*$/s, "");
  return callee.split(".").at(-1) ?? label;
}
