/**
 * Runs the program's registration code in thought: in the order of its calls, from the modules nothing imports, with
 * the arguments that helpers are given. What comes out is, for each router, the list of what was registered on it.
 */
import { functionsOf } from "../callgraph/callees.ts";
import { kindOfToken, numberOfToken, TokenKind } from "../callgraph/value-tracking.ts";
import type { Analysis } from "../dataflow/analysis.ts";
import { REGISTRATION_CALLS, REGISTRATION_RUNS } from "../limits.ts";
import type { CallPosition, RouteRow, RouterRow, ScopeRow } from "../models/rows.ts";
import { CallForm, ConstantType, Kind, unspread } from "../program/ir/kinds.ts";
import type { SourceModule } from "../program/program.ts";
import { decoratedBy } from "./decorations.ts";
import type { Dependencies } from "./dependencies.ts";
import type { Argument, Evaluator, Frame, Given, Meaning, Term } from "./evaluate.ts";

/** Something routes are registered on. */
export interface Router {
  readonly id: string;
  /** What the paths of its routes begin with. */
  prefix: string;
  /** Its routes name no path of their own. */
  fixed: boolean;
  /** Serves requests though nothing mounts it. */
  readonly root: boolean;
  /** A module makes it as it is loaded. */
  top?: boolean;
  /** Where nothing mounts it, the router of this module does. */
  ofModule?: SourceModule;
  readonly events: Event[];
}

export type Event =
  | {
      readonly kind: "route" | "use" | "param";
      readonly row: RouteRow;
      readonly method: string;
      /** Undefined: none is given; null: one is, and it is not constant. */
      readonly paths: readonly string[] | undefined | null;
      readonly steps: readonly Given[];
      readonly call: Term;
    }
  | {
      readonly kind: "mount";
      readonly path: string;
      readonly router: string;
      readonly call: Term;
      /** The path stands in place of the router's own. */
      readonly replaces: boolean;
    };

/** All routers, in the order they are first met. */
export function registrations(
  analysis: Analysis,
  evaluator: Evaluator,
  dependencies: Dependencies,
): ReadonlyMap<string, Router> {
  const walk = new Walk(analysis, evaluator, dependencies);
  walk.run();
  return walk.routers;
}

class Walk {
  readonly routers = new Map<string, Router>();
  readonly #analysis: Analysis;
  readonly #evaluator: Evaluator;
  readonly #dependencies: Dependencies;
  readonly #registers: Uint8Array;
  readonly #seenModules = new Set<number>();
  readonly #reached = new Set<number>();
  readonly #done = new Set<string>();
  readonly #running: number[] = [];
  #runs = 0;

  constructor(analysis: Analysis, evaluator: Evaluator, dependencies: Dependencies) {
    this.#analysis = analysis;
    this.#evaluator = evaluator;
    this.#dependencies = dependencies;
    this.#registers = registeringFunctions(analysis);
  }

  run(): void {
    const { modules } = this.#analysis.program;
    const imported = new Set(
      modules.flatMap((module) => importsOf(this.#analysis, module).map(({ index }) => index)),
    );
    for (const module of modules) if (!imported.has(module.index)) this.#module(module);
    for (const module of modules) this.#module(module);
    // What nobody is seen to call may still be called.
    for (let fn = 0; fn < this.#registers.length; fn++) {
      if (this.#registers[fn] && !this.#reached.has(fn))
        this.#function(fn, this.#evaluator.frameOf(fn, undefined, undefined, undefined));
    }
    this.#mountOnModules();
  }

  /** Routers that nothing mounts and that their module serves. */
  #mountOnModules(): void {
    const all = [...this.routers.values()];
    const mounted = new Set(
      all.flatMap(({ events }) =>
        events.flatMap((event) => (event.kind === "mount" ? [event.router] : [])),
      ),
    );
    for (const { id, ofModule, events } of all) {
      const [first] = events;
      if (!ofModule || !first || mounted.has(id)) continue;
      this.#routerOfModule(ofModule).events.push({
        kind: "mount",
        path: "",
        router: id,
        call: first.call,
        replaces: false,
      });
    }
  }

  #module(module: SourceModule): void {
    if (this.#seenModules.has(module.index)) return;
    this.#seenModules.add(module.index);
    const frame = this.#evaluator.frameOf(module.functionBase, undefined, [], undefined);
    this.#function(module.functionBase, frame);
  }

  #function(fn: number, frame: Frame): void {
    if (!this.#registers[fn] || this.#running.includes(fn)) return;
    if (this.#running.length > REGISTRATION_CALLS * 2) return;
    if (++this.#runs > REGISTRATION_RUNS) {
      this.#analysis.overrun(fn, "runs of registration code");
      return;
    }
    // What was run with the same arguments would register the same again.
    const run = `${fn} ${this.#evaluator.identityOf(frame)}`;
    if (this.#done.has(run)) return;
    this.#done.add(run);
    this.#reached.add(fn);
    this.#running.push(fn);
    const module = this.#analysis.program.moduleOf(fn);
    const { kinds } = module.ir;
    const { firstInstruction, endInstruction } = this.#analysis.program.functionAt(fn);
    for (let local = firstInstruction; local < endInstruction; local++) {
      if (kinds[local] === Kind.Imported) {
        const [specifier, name] = importedAt(module, local);
        const target = this.#analysis.tracking.linker.resolve(module, specifier, name);
        if (target) this.#module(target);
      } else if (kinds[local] === Kind.Call) {
        for (const turn of this.#turns(module, local, frame)) this.#call(module, local, turn);
      }
    }
    this.#running.pop();
  }

  /** The frames for each turn of a loop that a call's arguments depend on. */
  #turns(module: SourceModule, local: number, frame: Frame): readonly Frame[] {
    const turn = turnOf(module, local);
    if (turn < 0) return [frame];
    const { operands, operandStart } = module.ir;
    const collection: Term = {
      kind: "term",
      module,
      local: operands[operandStart[turn]!]!,
      frame,
    };
    const elements = this.#evaluator.meaningOf(collection).flatMap((one) => this.#elements(one));
    if (elements.length === 0) return [frame];
    return elements.map((element) => ({
      ...frame,
      chosen: new Map([...frame.chosen, [turn, element]]),
    }));
  }

  #call(module: SourceModule, local: number, frame: Frame): void {
    const { operands, operandStart } = module.ir;
    const call: Term = { kind: "term", module, local, frame };
    const evaluator = this.#evaluator;
    const callee: Term = {
      kind: "term",
      module,
      local: operands[operandStart[local]! + 1]!,
      frame,
    };
    const { rows } = this.#analysis.models.rows(evaluator.apiOf(callee));
    if (operands[operandStart[local]!] === CallForm.Decorator) this.#decorated(call, callee);
    let isScope = false;
    for (const row of rows) {
      if (row.role === "router") this.#made(call, row);
      else if (row.role === "route" && !isOfDecorated(row)) this.#registration(call, row);
      else if (row.role === "scope") {
        isScope = true;
        this.#scope(call, row);
      }
    }
    if (isScope) return;
    const targets = evaluator.calleesOf(call).filter(({ fn }) => this.#registers[fn]);
    if (targets.length > 0) {
      const args = evaluator.argumentsOf(call);
      for (const { fn, frame: madeIn } of targets)
        this.#function(fn, evaluator.frameOf(fn, madeIn, args, frame));
    }
    // What is handed to somebody else is called by them, sooner or later.
    for (const operand of operands.subarray(operandStart[local]! + 4, operandStart[local + 1]!)) {
      const value = module.valueBase + unspread(operand);
      if (!functionsOf(this.#analysis.tracking.tokensOf(value)).some((fn) => this.#registers[fn]))
        continue;
      for (const one of evaluator.meaningOf({
        kind: "term",
        module,
        local: unspread(operand),
        frame,
      })) {
        if (one.kind === "function" && this.#registers[one.fn]) this.#handedOver(call, one);
      }
    }
  }

  /** What a decorator decorates, where the call that makes the decorator registers it. */
  #decorated(call: Term, decorator: Term): void {
    for (const maker of this.#evaluator.meaningOf(decorator)) {
      if (maker.kind !== "term") continue;
      const { kinds, operands, operandStart } = maker.module.ir;
      if (kinds[maker.local] !== Kind.Call) continue;
      const callee: Term = { ...maker, local: operands[operandStart[maker.local]! + 1]! };
      for (const row of this.#analysis.models.rows(this.#evaluator.apiOf(callee)).rows)
        if (row.role === "route" && isOfDecorated(row)) this.#registration(maker, row, call);
    }
  }

  /** A function given to a call: run for each element where the call is a method of a known array. */
  #handedOver(call: Term, { fn, frame }: Extract<Meaning, { kind: "function" }>): void {
    const { operands, operandStart } = call.module.ir;
    const receiver = operands[operandStart[call.local]! + 2]!;
    const elements =
      receiver < 0
        ? []
        : this.#evaluator
            .meaningOf({ ...call, local: receiver })
            .flatMap((one) => this.#elements(one));
    if (elements.length === 0) {
      this.#function(fn, this.#evaluator.frameOf(fn, frame, undefined, call.frame));
      return;
    }
    for (const element of elements) {
      const args: Argument[] = [{ meaning: [element], written: undefined, spread: false }];
      this.#function(fn, this.#evaluator.frameOf(fn, frame, args, call.frame));
    }
  }

  #elements(array: Meaning): Meaning[] {
    const elements = this.#evaluator.elementsOf(array) ?? [];
    return this.#evaluator.flatten(elements).flatMap(({ meaning }) => meaning);
  }

  // --- routers --------------------------------------------------------------------------------------------------

  #router(id: string, root: boolean): Router {
    let router = this.routers.get(id);
    if (!router) {
      router = { id, prefix: "", fixed: false, root, events: [] };
      this.routers.set(id, router);
    }
    return router;
  }

  #made(call: Term, row: RouterRow): void {
    const path = row.path && this.#pathsAt(call, row.path)?.[0];
    if (!row.mounted) {
      const router = this.#router(idOf(call), row.root);
      router.prefix = path ?? "";
      if (row.ofModule) router.ofModule = call.module;
      router.top = call.frame?.fn === call.module.functionBase;
      if (row.steps) this.#uses(router, call, row.library, row.steps);
      return;
    }
    const router = this.#router(idOf(call), false);
    router.fixed = row.fixed;
    if (row.steps) this.#uses(router, call, row.library, row.steps);
    for (const parent of this.#routersOf(call))
      parent.events.push({
        kind: "mount",
        path: path ?? "",
        router: router.id,
        call,
        replaces: false,
      });
  }

  /** Middleware that is given to the call that makes a router. */
  #uses(router: Router, call: Term, library: string, handlers: CallPosition): void {
    const steps = this.#evaluator.at(call, handlers.segments).flatMap((one) => this.#stepsIn(one));
    if (steps.length === 0) return;
    const row: RouteRow = {
      role: "route",
      library,
      method: "use",
      methodAt: undefined,
      path: undefined,
      before: [],
      handlers,
      anyOrder: false,
      replaces: false,
      everywhere: false,
      ofModule: false,
      chain: false,
    };
    router.events.push({ kind: "use", row, method: "use", paths: undefined, steps, call });
  }

  /** The routers that a call is made on. */
  #routersOf({ module, local, frame }: Term): Router[] {
    const { kinds, operands, operandStart } = module.ir;
    const from = operandStart[local]!;
    // A decorator is called on nothing, and may be a member of a router still.
    const callee = operands[from + 1]!;
    const isMember = operands[from] === CallForm.Decorator && kinds[callee] === Kind.Load;
    const receiver = isMember ? operands[operandStart[callee]!]! : operands[from + 2]!;
    if (receiver < 0) return [this.#routerOfModule(module)];
    const meanings = this.#evaluator.meaningOf({ kind: "term", module, local: receiver, frame });
    return meanings.map((one) => this.#routerOf(one));
  }

  #routerOfModule(module: SourceModule): Router {
    return this.#router(`module ${module.path}`, true);
  }

  #routerOf(meaning: Meaning): Router {
    if (meaning.kind === "router") return this.#router(meaning.id, false);
    if (meaning.kind === "function") return this.#router(`function ${meaning.fn}`, false);
    return this.#router(idOf(meaning), false);
  }

  /** Whether a meaning is a router, and which. */
  #isRouter(meaning: Meaning): string | undefined {
    if (meaning.kind === "router") return meaning.id;
    if (meaning.kind !== "term") return undefined;
    const { module, local } = meaning;
    const { kinds, operands, operandStart } = module.ir;
    if (this.routers.has(idOf(meaning))) return idOf(meaning);
    if (kinds[local] !== Kind.Call) return undefined;
    const callee: Term = { ...meaning, local: operands[operandStart[local]! + 1]! };
    const { rows } = this.#analysis.models.rows(this.#evaluator.apiOf(callee));
    return rows.some(({ role }) => role === "router") ? idOf(meaning) : undefined;
  }

  /** `decorating`: the call that decorates the handler, where `call` only makes the decorator. */
  #registration(call: Term, row: RouteRow, decorating?: Term): void {
    // What a chain of calls makes is named where it is put into a table.
    if (row.chain) return;
    if (row.method === "prefix") {
      const prefix = row.path && this.#pathsAt(call, row.path)?.[0];
      for (const router of this.#routersOf(call)) router.prefix = prefix ?? "{?}";
      return;
    }
    const evaluator = this.#evaluator;
    const turns = this.#elementsAt(call, row);
    for (const pick of turns) {
      const at = ({ segments }: CallPosition): readonly Given[] => {
        if (decorating && segments[0]?.kind === "decorated") return [this.#handlerOf(decorating)];
        return pick ? [pick(segments)] : evaluator.at(call, segments);
      };
      const steps = [
        ...row.before.flatMap((position) => at(position)),
        ...at(row.handlers),
      ].flatMap((one) => this.#stepsIn(one));
      const methods = this.#methods(at, row);
      const [first] = methods;
      const kind = first === "use" || first === "param" ? first : "route";
      // A constant is no step: it is the path, or the name of an event or of a hook.
      const real = steps.filter(({ meaning }) => !meaning.every((one) => isText(one)));
      for (const router of row.ofModule
        ? [this.#routerOfModule(call.module)]
        : this.#routersOf(call)) {
        const paths =
          row.path && !router.fixed ? this.#pathTexts(meaningsOf(at(row.path))) : undefined;
        // A path that is not constant stands among the steps still.
        const own = paths === null && real.length > 1 ? real.slice(1) : real;
        if (own.length === 0) continue;
        for (const method of methods)
          this.#record(router, { kind, row, method, paths, steps: own, call: decorating ?? call });
      }
    }
  }

  /** Puts an event on a router; routers among the steps are mounted. */
  #record(router: Router, event: Extract<Event, { steps: readonly Given[] }>): void {
    if (event.kind !== "use") {
      const included = event.steps
        .flatMap(({ meaning }) => meaning)
        .flatMap((one) => this.#included(one, router));
      for (const id of new Set(included))
        for (const path of event.paths ?? [event.paths === null ? "{?}" : ""])
          router.events.push({
            kind: "mount",
            path,
            router: id,
            call: event.call,
            replaces: false,
          });
      if (included.length > 0) return;
      const isServed = event.steps.some(({ meaning }) =>
        meaning.some((one) => this.#isRouter(one)),
      );
      if (!isServed) router.events.push(event);
      return;
    }
    let pending: Given[] = [];
    const flush = (): void => {
      if (pending.length > 0) router.events.push({ ...event, steps: pending });
      pending = [];
    };
    for (const step of event.steps) {
      const mounted = step.meaning
        .map((one) => this.#isRouter(one))
        .filter((id) => id !== undefined && id !== router.id);
      if (mounted.length === 0) {
        pending.push(step);
        continue;
      }
      // Steps of this mount alone come between it and what it mounts.
      const own = event.row.before.length > 0 && pending.length > 0;
      const between = own ? this.#router(`${idOf(event.call)} in ${router.id}`, false) : undefined;
      if (between && between.events.length === 0)
        between.events.push({ ...event, paths: undefined, steps: pending });
      if (own) pending = [];
      flush();
      const replaces = event.row.replaces && event.paths !== undefined;
      const mount = { kind: "mount", call: event.call } as const;
      for (const id of mounted) {
        between?.events.push({ ...mount, path: "", router: id!, replaces });
        for (const path of event.paths ?? [""])
          router.events.push({
            ...mount,
            path,
            router: between?.id ?? id!,
            replaces: replaces && !between,
          });
      }
    }
    flush();
  }

  /** The function that a decorator decorates. */
  #handlerOf(decorating: Term): Given {
    const local = decoratedBy(decorating.module, decorating.local);
    const written: Term = { ...decorating, local };
    return { meaning: this.#evaluator.meaningOf(written), written };
  }

  /** The routers that a step stands for because a model says so. */
  #included(meaning: Meaning, router: Router): string[] {
    if (meaning.kind !== "term") return [];
    const { module, local } = meaning;
    const { kinds, operands, operandStart } = module.ir;
    const from = operandStart[local]!;
    if (kinds[local] === Kind.Load) {
      const isInclude = this.#analysis.models
        .rows(this.#evaluator.apiOf(meaning))
        .rows.some((row) => row.role === "include" && row.at === undefined);
      return isInclude
        ? this.#evaluator
            .meaningOf({ ...meaning, local: operands[from]! })
            .map((one) => this.#routerOf(one).id)
        : [];
    }
    if (kinds[local] !== Kind.Call) return [];
    const callee: Term = { ...meaning, local: operands[from + 1]! };
    return this.#analysis.models
      .rows(this.#evaluator.apiOf(callee))
      .rows.flatMap((row) =>
        row.role === "include" && row.at
          ? meaningsOf(this.#evaluator.at(meaning, row.at.segments)).flatMap((one) =>
              this.#listed(one, router, `${idOf(meaning)} in ${router.id}`),
            )
          : [],
      );
  }

  /** Routers behind what is included: a module by its name, a router, or a list of registrations. */
  #listed(meaning: Meaning, router: Router, id: string, depth = 4): string[] {
    if (meaning.kind !== "term" || depth === 0) return [];
    const { module, local } = meaning;
    const { kinds, operands, operandStart } = module.ir;
    const text = this.#evaluator.textOf(meaning);
    if (text !== undefined) {
      const target = this.#analysis.tracking.linker.resolve(module, text);
      return target ? [this.#routerOfModule(target).id] : [];
    }
    const included = this.#included(meaning, router);
    if (included.length > 0) return included;
    if (kinds[local] === Kind.Imported) {
      const target = this.#analysis.tracking.linker.resolve(module, ...importedAt(module, local));
      return target ? [this.#routerOfModule(target).id] : [];
    }
    const parts: readonly Meaning[] =
      kinds[local] === Kind.Operator
        ? Array.from(
            operands.subarray(operandStart[local]! + 1, operandStart[local + 1]!),
            (part) => this.#evaluator.meaningOf({ ...meaning, local: part }),
          ).flat()
        : this.#elements(meaning);
    return [
      ...new Set(
        parts.flatMap((part) => {
          if (part.kind === "term" && part.module.ir.kinds[part.local] === Kind.Call) {
            const moved = this.#moved(part, id);
            if (moved) return [id];
          }
          return this.#listed(part, router, id, depth - 1);
        }),
      ),
    ];
  }

  /** Takes what a call has registered to a router of its own. */
  #moved(call: Term, id: string): boolean {
    const owner = this.#routerOfModule(call.module);
    const target = this.#router(id, false);
    let moved = false;
    for (let at = 0; at < owner.events.length; at++) {
      const event = owner.events[at]!;
      if (event.call.module !== call.module || event.call.local !== call.local) continue;
      owner.events.splice(at--, 1);
      target.events.push(event);
      moved = true;
    }
    return moved || target.events.some(({ call: { local } }) => local === call.local);
  }

  /** One pick for each element of the list of registrations that the row's positions lead through. */
  #elementsAt(
    call: Term,
    row: RouteRow,
  ): (undefined | ((segments: CallPosition["segments"]) => Given))[] {
    const { segments } = row.handlers;
    const at = segments.findIndex(({ kind }) => kind === "element");
    if (at < 0) return [undefined];
    const lists = meaningsOf(this.#evaluator.at(call, segments.slice(0, at)));
    return lists
      .flatMap((one) => this.#evaluator.flatten(this.#evaluator.elementsOf(one) ?? []))
      .map((element) => (asked) => {
        const start = asked.findIndex(({ kind }) => kind === "element");
        return this.#evaluator.inside(element, asked.slice(start + 1));
      });
  }

  #methods(at: (position: CallPosition) => readonly Given[], row: RouteRow): string[] {
    if (!row.methodAt) return [row.method ?? "*"];
    const texts = meaningsOf(at(row.methodAt))
      .flatMap((one) => (this.#evaluator.elementsOf(one) ? this.#elements(one) : [one]))
      .flatMap((one) => (one.kind === "term" ? [methodIn(this.#evaluator.textOf(one))] : []));
    return texts.length === 0 ? [row.method ?? "*"] : [...new Set(texts)];
  }

  /** An array of steps is its elements. */
  #stepsIn(step: Given): Given[] {
    const arrays = step.meaning.map((one) => this.#evaluator.elementsOf(one));
    if (arrays.every((one) => one === undefined))
      return step.meaning.length === 0 ? [] : [this.#dependencies.unwrap(step)];
    return arrays.flatMap((elements, index) =>
      elements
        ? this.#evaluator.flatten(elements).flatMap((one) => this.#stepsIn(one))
        : [{ meaning: [step.meaning[index]!], written: step.written }],
    );
  }

  #pathsAt(call: Term, { segments }: CallPosition): readonly string[] | undefined | null {
    return this.#pathTexts(meaningsOf(this.#evaluator.at(call, segments)));
  }

  /** Constant paths; a regular expression stands as it is written. Null where there is one that is not constant. */
  #pathTexts(meanings: readonly Meaning[]): readonly string[] | undefined | null {
    const texts: string[] = [];
    let isOpen = false;
    for (const meaning of meanings.flatMap((one) =>
      this.#evaluator.elementsOf(one) ? this.#elements(one) : [one],
    )) {
      if (meaning.kind !== "term") continue;
      const text = this.#evaluator.textOf(meaning) ?? this.#template(meaning);
      if (text !== undefined) texts.push(text.replace(METHOD, "").replace(ANCHORS, ""));
      else if (mayBeText(meaning)) isOpen = true;
    }
    if (texts.length > 0) return [...new Set(texts)];
    return isOpen ? null : undefined;
  }

  /** A text with a hole for each part that is not constant. */
  #template({ module, local, frame }: Term): string | undefined {
    const { kinds, operands, operandStart } = module.ir;
    if (kinds[local] !== Kind.Concat) return undefined;
    return Array.from(
      operands.subarray(operandStart[local]!, operandStart[local + 1]!),
      (part) => this.#evaluator.textOf({ kind: "term", module, local: part, frame }) ?? "{?}",
    ).join("");
  }

  /** Runs a plugin with a router of its own, or with the one it is registered on. */
  #scope(call: Term, row: ScopeRow): void {
    const evaluator = this.#evaluator;
    const path = (row.path && this.#pathsAt(call, row.path)?.[0]) ?? "";
    for (const parent of this.#routersOf(call)) {
      for (const body of meaningsOf(evaluator.at(call, row.body.segments))) {
        if (body.kind !== "function") continue;
        let id = parent.id;
        if (!this.#isShared(call, row) || path !== "") {
          id = `${idOf(call)} in ${parent.id}`;
          parent.events.push({
            kind: "mount",
            path,
            router: this.#router(id, false).id,
            call,
            replaces: false,
          });
        }
        const args: Argument[] = Array.from({ length: row.parameter + 1 }, () => ({
          meaning: [],
          written: undefined,
          spread: false,
        }));
        args[row.parameter] = {
          meaning: [{ kind: "router", id }],
          written: undefined,
          spread: false,
        };
        this.#function(body.fn, evaluator.frameOf(body.fn, body.frame, args, call.frame));
      }
    }
  }

  /** Whether the function given to a scope went through a call that takes its scope away. */
  #isShared(call: Term, row: ScopeRow): boolean {
    const [first] = row.body.segments;
    if (first?.kind !== "argument") return false;
    const { module, local } = call;
    const { operands, operandStart } = module.ir;
    const operand = operands[operandStart[local]! + 4 + first.from];
    if (operand === undefined || operandStart[local]! + 4 + first.from >= operandStart[local + 1]!)
      return false;
    const { models, tracking } = this.#analysis;
    return models
      .rows(tracking.apiOf(module.valueBase + unspread(operand)))
      .rows.some(({ role }) => role === "shared");
  }
}

/** Whether a row is about what the call's result decorates. */
const isOfDecorated = ({ handlers }: RouteRow): boolean =>
  handlers.segments[0]?.kind === "decorated";

/** A method before a path: `GET /users`. */
const METHOD = /^([A-Z]+)[ \t]+(?=\S*\/)/;

/** What a path that is an expression begins and ends with. */
const ANCHORS = /^\^|\$$/g;

/** A method as it is, or the one that stands before a path; any where there is none. */
function methodIn(text: string | undefined): string {
  if (text === undefined) return "*";
  return text.includes("/") ? (METHOD.exec(text)?.[1] ?? "*") : text.toUpperCase();
}

const meaningsOf = (given: readonly Given[]): Meaning[] => given.flatMap(({ meaning }) => meaning);

function isText(meaning: Meaning): boolean {
  if (meaning.kind !== "term") return false;
  const kind = meaning.module.ir.kinds[meaning.local];
  return kind === Kind.Constant || kind === Kind.Concat;
}

const idOf = ({ module, local }: Term): string => `${module.valueBase + local}`;

function mayBeText({ module, local }: Term): boolean {
  const { kinds, operands, operandStart } = module.ir;
  switch (kinds[local]) {
    case Kind.Constant:
      return operands[operandStart[local]!] === ConstantType.String;
    case Kind.Concat:
    case Kind.Parameter:
    case Kind.Load:
    case Kind.Cell:
    case Kind.Iterate:
      return true;
    default:
      return false;
  }
}

/** Where an import leads, and the one name that it asks for there. */
function importedAt(
  { ir: { operands, operandStart, strings } }: SourceModule,
  local: number,
): [specifier: string, name: string | undefined] {
  const from = operandStart[local]!;
  const name = strings[operands[from + 1]!]!;
  return [strings[operands[from]!]!, name === "*" ? undefined : name];
}

function importsOf(analysis: Analysis, module: SourceModule): SourceModule[] {
  const { kinds } = module.ir;
  const found: SourceModule[] = [];
  for (let local = 0; local < kinds.length; local++) {
    if (kinds[local] !== Kind.Imported) continue;
    const target = analysis.tracking.linker.resolve(module, ...importedAt(module, local));
    if (target && target !== module) found.push(target);
  }
  return found;
}

/** The loop turn that the arguments of a call, or what it is called on, are parts of; -1 when there is none. */
function turnOf(module: SourceModule, call: number): number {
  const { kinds, operands, operandStart } = module.ir;
  const seen = new Set<number>();
  const find = (value: number): number => {
    if (seen.has(value)) return -1;
    seen.add(value);
    const from = operandStart[value]!;
    const to = operandStart[value + 1]!;
    switch (kinds[value]) {
      case Kind.Iterate:
        return value;
      case Kind.Load: {
        const object = find(operands[from]!);
        return object >= 0 || operands[from + 2]! < 0 ? object : find(operands[from + 2]!);
      }
      case Kind.Guard:
        return find(operands[from]!);
      case Kind.Concat:
      case Kind.Phi:
      case Kind.Sequence:
        for (let at = from; at < to; at++) {
          const found = find(unspread(operands[at]!));
          if (found >= 0) return found;
        }
        return -1;
      default:
        return -1;
    }
  };
  const from = operandStart[call]!;
  const callee = find(operands[from + 1]!);
  if (callee >= 0) return callee;
  for (let at = from + 4; at < operandStart[call + 1]!; at++) {
    const found = find(unspread(operands[at]!));
    if (found >= 0) return found;
  }
  return -1;
}

/** Functions that register something, or call, hold or load others that do. */
function registeringFunctions(analysis: Analysis): Uint8Array {
  const { program, models, callees, tracking } = analysis;
  const registers = new Uint8Array(program.functionCount);
  const users: (number[] | undefined)[] = [];
  const queue: number[] = [];
  const mark = (fn: number): void => {
    if (registers[fn]) return;
    registers[fn] = 1;
    queue.push(fn);
  };
  const uses = (fn: number, used: number): void => {
    const known = users[used];
    if (known) known.push(fn);
    else users[used] = [fn];
  };
  for (const module of program.modules) {
    const { kinds, operands, operandStart, functions } = module.ir;
    functions.forEach(({ firstInstruction, endInstruction }, index) => {
      const fn = module.functionBase + index;
      for (let local = firstInstruction; local < endInstruction; local++) {
        const from = operandStart[local]!;
        switch (kinds[local]) {
          case Kind.Imported: {
            // A module that is loaded while another runs is run there; one loaded later is run for itself.
            const target =
              index === 0
                ? tracking.linker.resolve(module, ...importedAt(module, local))
                : undefined;
            if (target && target !== module) uses(fn, target.functionBase);
            break;
          }
          case Kind.Closure:
            uses(fn, module.functionBase + operands[from]!);
            break;
          case Kind.Call: {
            const { targets, api, byName } = callees.at(module, local);
            const isDecorator = operands[from] === CallForm.Decorator;
            if (isDecorator) {
              if (models.rows(api).rows.some(({ role }) => role === "route")) mark(fn);
              break;
            }
            if (!byName) for (const target of targets) uses(fn, target);
            for (let at = from + 4; at < operandStart[local + 1]!; at++) {
              for (const token of tracking.tokensOf(module.valueBase + unspread(operands[at]!)))
                if (kindOfToken(token) === TokenKind.Function) uses(fn, numberOfToken(token));
            }
            const isRegistration = models
              .rows(api)
              .rows.some(({ role }) => role === "route" || role === "router" || role === "scope");
            if (isRegistration || isComputed(analysis, module, operands[from + 1]!)) mark(fn);
            break;
          }
          default:
            break;
        }
      }
    });
  }
  for (let fn = queue.pop(); fn !== undefined; fn = queue.pop())
    for (const user of users[fn] ?? []) mark(user);
  return registers;
}

/** Whether a callee is a member of a router whose name is computed. */
function isComputed(analysis: Analysis, module: SourceModule, callee: number): boolean {
  const { kinds, operands, operandStart } = module.ir;
  if (kinds[callee] !== Kind.Load || operands[operandStart[callee]! + 1]! >= 0) return false;
  const object = analysis.tracking.apiOf(module.valueBase + operands[operandStart[callee]!]!);
  return object !== 0 && analysis.models.hasRoutes(object);
}
