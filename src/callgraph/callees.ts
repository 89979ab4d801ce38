/** What each call may call: functions of the program, or a library. */
import { CANDIDATES_BY_NAME } from "../limits.ts";
import { type ApiToken, librariesOf, OWN_ROOT } from "../models/models.ts";
import { CallForm, isSpread, Kind, Position } from "../program/ir/kinds.ts";
import { isTest } from "../program/link/packages.ts";
import type { Program, SourceModule } from "../program/program.ts";
import {
  kindOfToken,
  numberOfToken,
  type Token,
  TokenKind,
  type ValueTracking,
} from "./value-tracking.ts";

/** How the arguments written reach the callee: as they are, or through `f.call`, `f.apply`, `f.bind`. */
export type CallMode = "plain" | "call" | "apply" | "bind";

export interface CallSite {
  /** Functions, as numbers of the program; sorted. */
  readonly targets: readonly number[];
  /** The library function, or 0. */
  readonly api: ApiToken;
  readonly mode: CallMode;
  /** The targets were found by the method's name alone. */
  readonly byName: boolean;
  /** The library function was found by the method's name alone. */
  readonly apiByName: boolean;
}

export class Callees {
  readonly #tracking: ValueTracking;
  /** Calls of functions that the repository's configuration names. */
  readonly #own = new Set<number>();
  readonly #byName = new Map<string, number[]>();
  readonly #sites = new Map<number, CallSite>();

  constructor(tracking: ValueTracking) {
    this.#tracking = tracking;
    for (const [name, fn] of tracking.methods()) {
      const module = tracking.program.moduleOf(fn);
      const key = nameIn(module, name);
      const known = this.#byName.get(key) ?? [];
      if (!known.includes(fn) && !isTest(module.path)) known.push(fn);
      this.#byName.set(key, known);
    }
  }

  /** Of functions that one class has under one name, a call means those that take as many arguments as it gives. */
  #fitting(targets: readonly number[], args: readonly number[] | undefined): readonly number[] {
    if (targets.length < 2 || args === undefined) return targets;
    const { program, parameters } = this.#tracking;
    const overloads = new Map<string, number[]>();
    for (const fn of targets) {
      const { class: owner, name } = program.functionAt(fn);
      const key = owner < 0 ? `${fn}` : `${program.moduleOf(fn).index} ${owner} ${name}`;
      const known = overloads.get(key);
      if (known) known.push(fn);
      else overloads.set(key, [fn]);
    }
    const fits = (fn: number): boolean =>
      program.functionAt(fn).parameters === args.length || parameters[fn]!.some(({ rest }) => rest);
    const kept = [...overloads.values()].flatMap((group) => {
      const fitting = group.length > 1 ? group.filter(fits) : group;
      return fitting.length > 1
        ? this.#closest(fitting, args)
        : fitting.length > 0
          ? fitting
          : group;
    });
    return kept.length === targets.length ? targets : kept.sort((a, b) => a - b);
  }

  /**
   * Those whose formals are declared as what most of the arguments are known to be. An argument of which nothing is known
   * is plain data rather than what a library or the program has a class for.
   */
  #closest(overloads: readonly number[], args: readonly number[]): readonly number[] {
    const { program } = this.#tracking;
    const scores = overloads.map((fn) => {
      const module = program.moduleOf(fn);
      const { operands, operandStart, strings } = module.ir;
      let score = 0;
      for (const { position, value } of this.#tracking.parameters[fn]!) {
        const type = operands[operandStart[value - module.valueBase]! + 2]!;
        const arg = args[position];
        if (arg === undefined || type < 0) continue;
        const given = this.#tracking.tokensOf(arg);
        const wanted = this.#tracking.typeTokens(module, strings[type]!, 0);
        const agrees =
          strings[type] === declaredType(program, arg) ||
          wanted.some((token) => given.some((one) => this.#isA(one, token)));
        if (agrees) score++;
        else if (given.length === 0 && wanted.length > 0) score--;
      }
      return score;
    });
    const most = Math.max(...scores);
    return overloads.filter((_, index) => scores[index] === most);
  }

  /** Whether all that is said of one value holds of another too. */
  #isA(token: Token, general: Token): boolean {
    if (kindOfToken(token) !== TokenKind.Api || kindOfToken(general) !== TokenKind.Api)
      return token === general;
    const [api, wanted] = [numberOfToken(token), numberOfToken(general)];
    return this.#tracking.models.union(api, wanted) === api;
  }

  /** Whether a declaration says what a value is, so that a method it lacks is not somebody else's. */
  #isDeclared({ ir }: SourceModule, value: number): boolean {
    const { kinds, operands, operandStart } = ir;
    const from = operandStart[value]!;
    if (kinds[value] === Kind.Phi)
      return Array.from(operands.subarray(from, operandStart[value + 1]!)).some(
        (one) =>
          one !== value &&
          kinds[one] === Kind.Parameter &&
          operands[operandStart[one]!] === Position.Declared,
      );
    return kinds[value] === Kind.Parameter && operands[from + 2]! >= 0;
  }

  /** The callees of the call at local instruction `local` of `module`. */
  at(module: SourceModule, local: number): CallSite {
    const value = module.valueBase + local;
    let site = this.#sites.get(value);
    if (!site) {
      site = this.#find(module, local);
      this.#sites.set(value, site);
    }
    return site;
  }

  /** What the repository's configuration says of what is called; 0 where it says nothing. */
  ownAt(module: SourceModule, local: number): ApiToken {
    const { api, targets } = this.at(module, local);
    return targets.length === 0 && this.#own.has(module.valueBase + local) ? api : 0;
  }

  /** What the repository's configuration says of a function by its name; 0 where it says nothing. */
  #ownApi(module: SourceModule, targets: readonly number[], name: string): number {
    const { models, program } = this.#tracking;
    const own = models.root(OWN_ROOT, module.ir.language);
    if (own === 0) return 0;
    const names = targets.length > 0 ? targets.map((fn) => program.functionAt(fn).name) : [name];
    const [first = ""] = names;
    return first !== "" && names.every((one) => one === first) ? models.member(own, first) : 0;
  }

  #find(module: SourceModule, local: number): CallSite {
    const { operandStart, operands, strings, kinds } = module.ir;
    const { models } = this.#tracking;
    const any = models.root("any", module.ir.language);
    const from = operandStart[local]!;
    const count = operandStart[local + 1]! - from - 4;
    const callee = operands[from + 1]!;
    const receiver = operands[from + 2]!;
    const name = operands[from + 3]! < 0 ? "" : strings[operands[from + 3]!]!;

    const args = operands.subarray(from + 4, from + 4 + count);
    const direct = this.#fitting(
      functionsOf(this.#tracking.tokensOf(module.valueBase + callee)),
      args.some(isSpread) ? undefined : Array.from(args, (arg) => module.valueBase + arg),
    );
    const api = this.#tracking.apiOf(module.valueBase + callee);
    const own = this.#ownApi(module, direct, name);
    if (own !== 0) {
      this.#own.add(module.valueBase + local);
      return { targets: [], api: own, mode: "plain", byName: false, apiByName: false };
    }
    if (direct.length > 0)
      return { targets: direct, api, mode: "plain", byName: false, apiByName: false };

    if (receiver >= 0 && (name === "call" || name === "apply" || name === "bind")) {
      const through = functionsOf(this.#tracking.tokensOf(module.valueBase + receiver));
      let library = this.#tracking.apiOf(module.valueBase + receiver);
      let apiByName = false;
      if (
        !models.rows(library).known &&
        kinds[receiver] === Kind.Load &&
        operands[operandStart[receiver]! + 1]! >= 0
      ) {
        // `[].slice.call(list)`
        const method = strings[operands[operandStart[receiver]! + 1]!]!;
        const byName = models.member(any, method);
        if (byName !== 0) {
          library = byName;
          apiByName = true;
        }
      }
      return { targets: through, api: library, mode: name, byName: false, apiByName };
    }

    if (models.rows(api).known || name === "" || operands[from] === CallForm.New) {
      return { targets: [], api, mode: "plain", byName: false, apiByName: false };
    }
    const fallback = models.member(any, name);
    if (fallback !== 0) {
      return {
        targets: [],
        api: models.union(api, fallback),
        mode: "plain",
        byName: false,
        apiByName: true,
      };
    }
    if (api !== 0) return { targets: [], api, mode: "plain", byName: false, apiByName: false };
    if (receiver >= 0 && this.#isDeclared(module, receiver))
      return { targets: [], api: 0, mode: "plain", byName: false, apiByName: false };
    const candidates = (this.#byName.get(nameIn(module, name)) ?? []).filter(
      (fn) => this.#tracking.program.functionAt(fn).parameters >= Math.min(count, 1),
    );
    const targets =
      candidates.length <= CANDIDATES_BY_NAME ? [...candidates].sort((a, b) => a - b) : [];
    return { targets, api: 0, mode: "plain", byName: true, apiByName: false };
  }
}

/** The type that is written for a value, as far as it is a formal or a text; undefined when none is. */
function declaredType(program: Program, value: number, depth = 3): string | undefined {
  const { ir, valueBase } = program.moduleOfValue(value);
  const local = value - valueBase;
  const { kinds, operands, operandStart, strings } = ir;
  const from = operandStart[local]!;
  switch (kinds[local]) {
    case Kind.Parameter:
      return operands[from + 2]! < 0 ? undefined : strings[operands[from + 2]!];
    case Kind.Guard:
    case Kind.Phi:
      return depth === 0
        ? undefined
        : declaredType(program, valueBase + operands[from]!, depth - 1);
    default:
      return undefined;
  }
}

/** No call by name leads from one language into another. */
const nameIn = (module: SourceModule, name: string): string =>
  `${librariesOf(module.ir.language)} ${name}`;

/** The functions among tokens; sorted. */
export function functionsOf(tokens: readonly Token[]): number[] {
  return tokens
    .filter((token) => kindOfToken(token) === TokenKind.Function)
    .map(numberOfToken)
    .sort((a, b) => a - b);
}
