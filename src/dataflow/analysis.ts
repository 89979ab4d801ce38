/** The whole program's data flow: summaries bottom-up, callees first, and the hits where sources meet sinks. */
import { Callees, functionsOf } from "../callgraph/callees.ts";
import { exportedFunctions } from "../callgraph/entries.ts";
import {
  kindOfToken,
  type ParameterNode,
  type Token,
  TokenKind,
  type ValueTracking,
} from "../callgraph/value-tracking.ts";
import { ROUNDS_PER_COMPONENT } from "../limits.ts";
import type { KindSet } from "../models/kinds.ts";
import type { ApiToken, Models } from "../models/models.ts";
import type { Constraint, RewriteRow } from "../models/rows.ts";
import { CallForm, type GuardOutcome, Kind, unspread } from "../program/ir/kinds.ts";
import type { Program, SourceModule } from "../program/program.ts";
import { components } from "../support/scc.ts";
import { Constants } from "./constants.ts";
import {
  EMPTY_PATH,
  type FactKey,
  FactTable,
  type LabelId,
  type OriginId,
  OriginKind,
} from "./facts.ts";
import { Proofs } from "./proofs.ts";
import { SettingsOf } from "./settings.ts";
import { type SharedHit, sharedHits } from "./shared-state.ts";
import { FunctionSolver } from "./solve.ts";
import { emptySummary, type Hit, type SinkSite, type Summary } from "./summary.ts";

/** An occurrence of a source: where data from outside enters. */
export interface SourceSite {
  /** The value, as a number of the program. */
  readonly value: number;
  readonly kind: string;
  readonly label: string;
  /** An object, or a list of objects: text lies in their fields only. */
  readonly structured: boolean;
}

const SIZES = new Set(["length", "byteLength", "lastIndex"]);
const LARGE_COMPONENT = 200;
/** Declared types that hold no harmful text, whoever calls. */
const HARMLESS_TYPE =
  /^(?:number|boolean|bigint|symbol|void|never|Date|RegExp|Function|int|float|double|long|bool|(?:uuid\.)?UUID|(?:datetime\.)?(?:date|time|datetime|timedelta)|(?:decimal\.)?Decimal)$/;

const isLibrary = (token: Token): boolean => kindOfToken(token) === TokenKind.Api;

export class Analysis {
  readonly program: Program;
  readonly models: Models;
  readonly tracking: ValueTracking;
  readonly callees: Callees;
  readonly constants: Constants;
  readonly facts = new FactTable();
  readonly numeric: KindSet;
  readonly soft: {
    readonly tested: KindSet;
    readonly byNameLabel: LabelId;
    readonly unmodelledLabel: LabelId;
  };
  readonly exported: readonly number[];
  readonly sources: SourceSite[] = [];
  readonly hits: Hit[] = [];
  readonly sharedHits: readonly SharedHit[];
  /** Functions in which a cap was hit, by the cap. */
  readonly overruns = new Map<string, Set<number>>();
  readonly #proofs: Proofs;
  readonly #settings: SettingsOf;
  readonly #sites: SinkSite[] = [];
  readonly #siteIds = new Map<string, number>();
  readonly #sourceOrigins = new Map<number, OriginId[]>();
  readonly #summaries: (Summary | undefined)[];
  readonly #versions: Int32Array;
  readonly #hitsOf: (readonly Hit[] | undefined)[];
  readonly #openings = new Map<string, LabelId>();
  readonly #proven = new Map<string, KindSet>();
  readonly #rest = new Map<number, number>();

  /** `entries`: modules whose exports strangers call. */
  constructor(tracking: ValueTracking, entries: readonly SourceModule[]) {
    const { program, models } = tracking;
    this.program = program;
    this.models = models;
    this.tracking = tracking;
    this.callees = new Callees(this.tracking);
    this.constants = new Constants(this.tracking);
    this.#proofs = new Proofs(this.tracking, this.callees, this.constants);
    this.#settings = new SettingsOf(program, models, tracking, this.callees, this.constants);
    const { kinds } = models;
    this.numeric = kinds.set(["number", "boolean", "enumerated"]);
    this.soft = {
      tested: kinds.bit("tested"),
      byNameLabel: this.facts.label(kinds.bit("by-name")),
      unmodelledLabel: this.facts.label(kinds.bit("unmodelled")),
    };
    this.#summaries = new Array(program.functionCount);
    this.#versions = new Int32Array(program.functionCount);
    this.#hitsOf = new Array(program.functionCount);
    this.exported = exportedFunctions(this.tracking, entries);
    this.#seedSources();
    this.#summarise();
    this.#collectHits();
    this.sharedHits = sharedHits(this);
  }

  // --- what the solver asks -------------------------------------------------------------------------------------

  sourcesAt(value: number): readonly OriginId[] | undefined {
    return this.#sourceOrigins.get(value);
  }

  /** The fact with which a source's data enters. */
  entered(origin: OriginId): FactKey {
    const input = this.sourceOf(origin).structured ? EMPTY_PATH : this.facts.read;
    return this.facts.key(origin, input, EMPTY_PATH, 0);
  }

  sourceOf(origin: OriginId): SourceSite {
    return this.sources[this.facts.originAt(origin).number]!;
  }

  /** A number that grows when a summary changes that the instruction's transfer asks for. */
  stampOf(module: SourceModule, local: number): number {
    let stamp = 0;
    for (const fn of this.#needs(module, local)) stamp += this.#versions[fn]!;
    return stamp;
  }

  summaryOf(fn: number): Summary {
    return this.#summaries[fn] ?? emptySummary;
  }

  site(site: SinkSite): number {
    const key = `${site.value},${site.argument},${site.kind}`;
    let id = this.#siteIds.get(key);
    if (id === undefined) {
      id = this.#sites.push(site) - 1;
      this.#siteIds.set(key, id);
    }
    return id;
  }

  siteAt(id: number): SinkSite {
    return this.#sites[id]!;
  }

  /** Whether the arguments of a call are what each constraint asks for; not `wanted`: whether none is. */
  holds(
    module: SourceModule,
    call: number,
    constraints: readonly Constraint[],
    wanted: boolean,
  ): boolean {
    for (const { at, equals, matches, is } of constraints) {
      const value = this.constants.atPosition(module, call, at.segments);
      // One of several constants is what all of them are.
      const constants = value ? this.constants.alternativesOf(value.module, value.local) : [];
      const isMeant =
        is !== undefined
          ? value !== undefined &&
            this.models.isMarked(this.tracking.apiOf(value.module.valueBase + value.local), is)
          : constants.length > 0 &&
            constants.every(({ constant: { text } }) =>
              matches === undefined ? text === String(equals) : matches.test(text),
            );
      if (isMeant !== wanted) return false;
    }
    return true;
  }

  proven(module: SourceModule, value: number, condition: number, outcome: GuardOutcome): KindSet {
    const key = `${module.index},${value},${condition},${outcome}`;
    let set = this.#proven.get(key);
    if (set === undefined) {
      set = this.#proofs.ofGuard(module, value, condition, outcome);
      this.#proven.set(key, set);
    }
    return set;
  }

  isOwnKey(module: SourceModule, key: number, object: number): boolean {
    return this.#proofs.isOwnKey(module, key, object);
  }

  rewritten(module: SourceModule, call: number, row: RewriteRow): KindSet {
    return this.#proofs.ofRewrite(module, call, row);
  }

  /** Whether what was set before a sink of the kind takes the harm. */
  isMadeHarmless(kind: string, fn: number, local: number): boolean {
    return this.#settings.makeHarmless(kind, fn, local);
  }

  /** What a constant beginning keeps the rest of a text from doing. */
  openedBy(prefix: string): LabelId {
    let label = this.#openings.get(prefix);
    if (label === undefined) {
      let set = 0n;
      for (const { bit, openings } of this.models.kinds.dangerous) {
        if (openings.some((opening) => opening.test(prefix))) set |= bit;
      }
      label = this.facts.label(set);
      this.#openings.set(prefix, label);
    }
    return label;
  }

  /** What a global variable of this name is. */
  globalMember({ ir }: SourceModule, name: string): ApiToken {
    return this.models.member(this.models.root("global", ir.language), name);
  }

  /** What holds of a member of this name whatever it is a member of. */
  anyMember({ ir }: SourceModule, name: string): ApiToken {
    return this.models.member(this.models.root("any", ir.language), name);
  }

  /** What holds of a construct of the language itself, such as `computed-load`. */
  syntax({ ir }: SourceModule, construct: string): ApiToken {
    return this.models.member(this.models.root("syntax", ir.language), construct);
  }

  /** Members that hold a size of anything: a number, whoever wrote the data. */
  isSize(name: string): boolean {
    return SIZES.has(name);
  }

  /** Position of the rest parameter, or -1. */
  restOf(fn: number): number {
    let rest = this.#rest.get(fn);
    if (rest === undefined) {
      rest = this.tracking.parameters[fn]!.find((one) => one.rest)?.position ?? -1;
      this.#rest.set(fn, rest);
    }
    return rest;
  }

  /** The formal of a function at a position. */
  formalAt(fn: number, position: number): ParameterNode | undefined {
    return this.tracking.parameters[fn]!.find((one) => one.position === position);
  }

  /** Whether a variable is declared at the top level of its module. */
  isOfModule(variable: number): boolean {
    const module = this.program.moduleOfVariable(variable);
    return this.program.ownerOf(variable) === module.functionBase;
  }

  /** Whether `outer` is `inner` or a function it is written in. */
  encloses(outer: number, inner: number): boolean {
    const module = this.program.moduleOf(inner);
    if (this.program.moduleOf(outer) !== module) return false;
    for (let at = inner - module.functionBase; at >= 0; at = module.ir.functions[at]!.parent) {
      if (at + module.functionBase === outer) return true;
    }
    return false;
  }

  overrun(fn: number, cap: string): void {
    const known = this.overruns.get(cap) ?? new Set();
    known.add(fn);
    this.overruns.set(cap, known);
  }

  // --- sources --------------------------------------------------------------------------------------------------

  #seedSources(): void {
    const { models, tracking } = this;
    const seed = (value: number, api: ApiToken): void => {
      if (api === 0) return;
      for (const row of models.rows(api).rows) {
        if (row.role !== "source" || (row.converted && !this.#isConvertedText(value))) continue;
        const module = this.program.moduleOfValue(value);
        if (this.holds(module, value - module.valueBase, row.when, true)) this.#source(value, row);
      }
    };
    for (const module of this.program.modules) {
      const { kinds, operands, operandStart, strings } = module.ir;
      const globalRoot = models.root("global", module.ir.language);
      const any = models.root("any", module.ir.language);
      for (let local = 0; local < kinds.length; local++) {
        const value = module.valueBase + local;
        const from = operandStart[local]!;
        switch (kinds[local]) {
          case Kind.Load: {
            // Of a value nothing is known about, only what is true of any value of that member is.
            const known = tracking.apiOf(module.valueBase + operands[from]!);
            const untracked =
              known === 0 && tracking.tokensOf(module.valueBase + operands[from]!).length === 0;
            const object = untracked ? any : known;
            // What an object of the program inherits from a library's class: `self.path` of a request handler.
            if (object === 0 && operands[from + 1]! >= 0) seed(value, tracking.inheritedApi(value));
            if (object === 0) break;
            if (operands[from + 1]! >= 0)
              seed(value, models.member(object, strings[operands[from + 1]!]!));
            else seed(value, models.union(models.element(object), models.anyMember(object)));
            break;
          }
          case Kind.Call: {
            const own = this.callees.ownAt(module, local);
            if (own !== 0) {
              seed(value, models.made(own, false));
              break;
            }
            const named = tracking.apiOf(module.valueBase + operands[from + 1]!);
            const callee =
              named === 0 &&
              operands[from + 2]! >= 0 &&
              tracking.tokensOf(module.valueBase + operands[from + 2]!).length === 0
                ? this.callees.at(module, local).api
                : named;
            if (
              callee === 0 ||
              functionsOf(tracking.tokensOf(module.valueBase + operands[from + 1]!)).length > 0
            )
              break;
            seed(value, models.made(callee, operands[from] === CallForm.New));
            break;
          }
          case Kind.Await:
            seed(value, models.awaited(tracking.apiOf(module.valueBase + operands[from]!)));
            break;
          case Kind.Iterate:
            seed(value, models.element(tracking.apiOf(module.valueBase + operands[from]!)));
            break;
          case Kind.Imported:
            seed(value, tracking.apiOf(value));
            break;
          case Kind.Cell:
            seed(value, models.member(globalRoot, strings[operands[from]!]!));
            break;
          case Kind.Parameter:
            seed(value, tracking.directParameters.get(value) ?? 0);
            break;
          default:
            break;
        }
      }
    }
    const { label } = models.kinds.file.sources["library-input"] ?? {
      label: "input of the library",
    };
    for (const fn of this.exported) {
      const module = this.program.moduleOf(fn);
      for (const { position, value } of tracking.parameters[fn]!) {
        if (position < 0) continue;
        const { operands, operandStart, strings } = module.ir;
        const type = operands[operandStart[value - module.valueBase]! + 2]!;
        if (type >= 0 && HARMLESS_TYPE.test(strings[type]!)) continue;
        // A framework's request is a source by its members, not a library's input.
        if (tracking.directParameters.has(value)) continue;
        this.#source(value, { kind: "library-input", label, structured: false });
      }
    }
  }

  /** Whether a formal that a library fills in by its declared type may hold text of the caller's. */
  #isConvertedText(formal: number): boolean {
    const module = this.program.moduleOfValue(formal);
    const { kinds, operands, operandStart, strings } = module.ir;
    const local = formal - module.valueBase;
    const declared = operands[operandStart[local]! + 2]!;
    const type = declared < 0 ? "" : strings[declared]!;
    if (HARMLESS_TYPE.test(type)) return false;
    if (type !== "" && this.tracking.typeTokens(module, type, 0).some(isLibrary)) return false;
    const { endInstruction } = module.ir.functions.find((one) => local < one.endInstruction)!;
    for (let at = local + 1; at < endInstruction; at++) {
      if (kinds[at] !== Kind.Phi) continue;
      const inputs = operands.subarray(operandStart[at]!, operandStart[at + 1]!);
      if (inputs.includes(local) && inputs.some((input) => this.#isInjected(module, input)))
        return false;
    }
    return true;
  }

  #isInjected(module: SourceModule, value: number): boolean {
    const { kinds, operands, operandStart } = module.ir;
    if (kinds[value] !== Kind.Call) return false;
    const callee = this.tracking.apiOf(module.valueBase + operands[operandStart[value]! + 1]!);
    return this.models.rows(callee).rows.some(({ role }) => role === "injector");
  }

  #source(value: number, source: Omit<SourceSite, "value">): void {
    const { kind, label, structured } = source;
    const known = this.#sourceOrigins.get(value) ?? [];
    if (known.some((origin) => this.sourceOf(origin).kind === kind)) return;
    const number = this.sources.push({ value, kind, label, structured }) - 1;
    known.push(this.facts.origin(OriginKind.Source, number));
    this.#sourceOrigins.set(value, known);
  }

  // --- summaries ------------------------------------------------------------------------------------------------

  #summarise(): void {
    const successors = (fn: number): number[] => this.#successors(fn);
    for (const component of components(this.program.functionCount, successors)) {
      const solvers = component.map((fn) => new FunctionSolver(this, fn, false));
      const isRecursive = component.length > 1 || successors(component[0]!).includes(component[0]!);
      const rounds = !isRecursive
        ? 1
        : component.length > LARGE_COMPONENT
          ? 2
          : ROUNDS_PER_COMPONENT;
      for (let round = 0; round < rounds; round++) {
        let changed = false;
        component.forEach((fn, index) => {
          const solved = solvers[index]!.solve();
          if (solved.changed) this.#versions[fn]!++;
          this.#summaries[fn] = solved.summary;
          this.#hitsOf[fn] = solved.hits;
          changed ||= solved.changed;
        });
        if (!changed) break;
        if (isRecursive && round === rounds - 1)
          for (const fn of component) this.overrun(fn, "rounds");
      }
    }
  }

  /** Functions whose summaries a function's own depends on. */
  #successors(fn: number): number[] {
    const module = this.program.moduleOf(fn);
    const record = this.program.functionAt(fn);
    const found = new Set<number>();
    for (let local = record.firstInstruction; local < record.endInstruction; local++) {
      for (const one of this.#needs(module, local)) found.add(one);
    }
    return [...found].sort((a, b) => a - b);
  }

  /** Functions whose summaries an instruction's transfer asks for. */
  #needs(module: SourceModule, local: number): readonly number[] {
    const { kinds, operands, operandStart, classes } = module.ir;
    const from = operandStart[local]!;
    switch (kinds[local]) {
      case Kind.Closure:
        return [module.functionBase + operands[from]!];
      case Kind.ClassValue: {
        const { constructor_, members } = classes[operands[from]!]!;
        return [constructor_, ...members.map((member) => member.function)].map(
          (one) => module.functionBase + one,
        );
      }
      case Kind.Call: {
        const found = [...this.callees.at(module, local).targets];
        for (let at = from + 4; at < operandStart[local + 1]!; at++)
          found.push(
            ...functionsOf(this.tracking.tokensOf(module.valueBase + unspread(operands[at]!))),
          );
        return found;
      }
      default:
        return [];
    }
  }

  #collectHits(): void {
    for (const hits of this.#hitsOf) if (hits) this.hits.push(...hits);
  }
}
