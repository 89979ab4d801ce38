/**
 * The checks a function makes, by their structure: a test of who sends the request, one arm of which refuses it. Names
 * are the last resort (RoleCast, OOPSLA 2011: "security checks cannot be recognised by name").
 */
import { functionsOf } from "../callgraph/callees.ts";
import type { Analysis } from "../dataflow/analysis.ts";
import { CHECK_DEPTH, WORDS_PER_CONDITION } from "../limits.ts";
import type { GuardKind } from "../models/rows.ts";
import { type Denial, plain } from "../models/vocabulary.ts";
import { type Dominance, dominance } from "../program/ir/dominance.ts";
import {
  CallForm,
  ConstantType,
  forEachValueOperand,
  GuardOutcome,
  Kind,
  Position,
  unspread,
} from "../program/ir/kinds.ts";
import type { SourceModule } from "../program/program.ts";
import { enclosingTests } from "./enclosing.ts";
import { calledName, callName } from "./names.ts";

/** One of the conditions of which each is enough to refuse. */
export interface Test {
  /** The branch, as a number of the program. */
  readonly value: number;
  /** What is tested, where it is worked out: `a && b` of `const ok = a && b; if (!ok)`. As a number of the program. */
  readonly tested: number;
  /** The outcome of the branch that refuses; undefined where that is not plain. */
  readonly refusesOn: boolean | undefined;
  /** Sorted; what the condition is about by itself. */
  readonly kinds: readonly GuardKind[];
}

export interface Check {
  /** Sorted. */
  readonly kinds: readonly GuardKind[];
  /** The branch, or the call of the function that checks, as a number of the program. */
  readonly value: number;
  /** In the order of the code; none where a function that is called checks, or where something fails. */
  readonly tests: readonly Test[];
  /** Where the request is refused, as a number of the program; the call where a function that is called checks. */
  readonly refusal: number;
  /** It says that the sender may not, or a model says that it checks: no test that may be about anything. */
  readonly denies: boolean;
  /** The function whose body has the test: another one than asked about where a helper checks. */
  readonly fn: number;
  /** It ends by an exception, so that whoever calls the function is protected too. */
  readonly throws: boolean;
}

/** A place where a request is refused. */
export interface Refusal {
  readonly local: number;
  readonly why: Denial | "other";
  readonly throws: boolean;
  /** An empty list is given in place of what was asked for, without a word. */
  readonly isEmpty?: boolean;
  /** On one side of `a ? b : []`. */
  readonly isArm?: boolean;
}

/** Names of calls that answer a request, by a status among their arguments or an error. */
const REFUSING =
  /^(?:status|sendStatus|sendError|setStatus|code|throw|writeHead(?:er)?|abort(?:WithStatus(?:JSON|Error)?)?|error|next|reject|fail)$/i;

/** What is returned by who gives up: nothing, a constant, an object that says why. */
const LITERALS: ReadonlySet<number> = new Set([Kind.Constant, Kind.Record, Kind.Sequence]);

export class Checks {
  readonly #analysis: Analysis;
  readonly #known = new Map<number, readonly Check[]>();
  readonly #refuses = new Map<number, Denial | undefined>();

  constructor(analysis: Analysis) {
    this.#analysis = analysis;
  }

  /** Checks in the body of a function and in the helpers it calls, in the order of the code. */
  of(fn: number, depth = CHECK_DEPTH): readonly Check[] {
    let known = this.#known.get(fn);
    if (!known) {
      this.#known.set(fn, []);
      known = this.#find(fn, depth);
      this.#known.set(fn, known);
    }
    return known;
  }

  /** The kinds of checks that a middleware makes. */
  kindsOf(fn: number): GuardKind[] {
    const kinds = new Set(
      [fn, ...this.#givenBack(fn)].flatMap((one) => this.of(one).flatMap((check) => check.kinds)),
    );
    // Who refuses everybody refuses strangers.
    if (kinds.size === 0 && this.refusalOf(fn)) kinds.add("permission");
    return [...kinds].sort();
  }

  /** Functions written in a function that it gives back: of a function that wraps the next step, they are the step. */
  #givenBack(fn: number): readonly number[] {
    const { program, tracking } = this.#analysis;
    return functionsOf(tracking.returnTokens(fn)).filter((one) => {
      const module = program.moduleOf(one);
      return (
        module === program.moduleOf(fn) &&
        program.functionAt(one).parent === fn - module.functionBase
      );
    });
  }

  /** Why a function refuses whatever it is called with, as `notAllowed(request, response)` does; undefined: it does not. */
  refusalOf(fn: number, depth = CHECK_DEPTH): Denial | undefined {
    if (!this.#refuses.has(fn)) {
      this.#refuses.set(fn, undefined);
      const module = this.#analysis.program.moduleOf(fn);
      const record = this.#analysis.program.functionAt(fn);
      const { blockOf } = dominance(module.ir, record);
      const always = this.#refusals(fn, depth).find(
        ({ local, why, throws }) =>
          isDenial(why) && !throws && blockOf(local) === record.firstBlock,
      );
      if (always && isDenial(always.why)) this.#refuses.set(fn, always.why);
    }
    return this.#refuses.get(fn);
  }

  /** Every place where a function refuses or gives up, whatever the test before it is about. */
  refusalsIn(fn: number): readonly Refusal[] {
    return this.#refusals(fn, CHECK_DEPTH);
  }

  /** Why a value refuses whom it is given to: an error by its name, a response by its status. */
  denialOf(module: SourceModule, value: number): Denial | undefined {
    const why = this.#reason(module, value);
    return why === "other" ? undefined : why;
  }

  /** Names and short texts that a value is made of. */
  wordsOf(module: SourceModule, value: number): ReadonlySet<string> {
    const words = new Set<string>();
    this.#words(module, value, words);
    return words;
  }

  /** `owner` and `tenant`, where a condition compares whose a record is with whoever sends the request. */
  comparedBy(module: SourceModule, branch: number): readonly GuardKind[] {
    return this.#compared(module, branch);
  }

  #find(fn: number, depth: number): Check[] {
    const { program } = this.#analysis;
    const module = program.moduleOf(fn);
    const record = program.functionAt(fn);
    const flow = dominance(module.ir, record);
    const found = new Map<number, Check>();
    for (const refusal of this.#refusals(fn, depth)) {
      const block = flow.blockOf(refusal.local);
      const branches = controlling(module, flow, block);
      const tried = branches.length > 0 ? [] : attempted(module, flow, block);
      const [from] = branches.length > 0 ? branches : tried;
      if (from === undefined) continue;
      const words = new Set<string>();
      // A refusal that gives no reason is about what its own test says, and not about a test before it.
      const own = refusal.why === "other" ? leading(module, flow, block) : [];
      for (const one of own.length > 0 ? own : [...branches, ...tried])
        this.#words(module, one, words);
      const compared = branches.flatMap((one) => this.#compared(module, one));
      const asked = refusal.isEmpty === true ? this.#asked(module, branches) : [];
      const kinds =
        asked.length > 0
          ? union(asked, compared)
          : refusal.isArm === true
            ? []
            : union(this.#kinds(refusal, words, program.functionAt(fn).name), compared);
      if (kinds.length === 0) continue;
      const value = module.valueBase + (branches.at(-1) ?? from);
      const before = found.get(value);
      found.set(value, {
        kinds: union(before?.kinds ?? [], kinds),
        value,
        tests:
          before?.tests ??
          leading(module, flow, block).flatMap((branch) =>
            parts(module, flow, branch, block).map((one) =>
              this.#test(module, branch, one, outcomeOf(module, flow, branch, block), refusal),
            ),
          ),
        refusal: before?.refusal ?? module.valueBase + refusal.local,
        denies:
          (before?.denies ?? false) ||
          refusal.why !== "other" ||
          asked.length > 0 ||
          compared.length > 0,
        fn,
        throws: (before?.throws ?? false) || refusal.throws,
      });
    }
    for (const { branch, refusesOn } of enclosingTests(module, record, flow, (call) =>
      this.#analysis.models.vocabulary.isDemand(callName(module, call)),
    )) {
      const value = module.valueBase + branch;
      if (found.has(value)) continue;
      const silent: Refusal = { local: branch, why: "other", throws: false };
      const test = this.#test(module, branch, branch, refusesOn, silent);
      if (test.kinds.length > 0)
        found.set(value, {
          kinds: test.kinds,
          value,
          tests: [test],
          refusal: value,
          denies: false,
          fn,
          throws: false,
        });
    }
    if (depth > 0) {
      const { kinds } = module.ir;
      for (let local = record.firstInstruction; local < record.endInstruction; local++) {
        if (kinds[local] !== Kind.Call) continue;
        for (const check of this.#called(module, local, depth)) found.set(check.value, check);
      }
    }
    return [...found.values()].sort((a, b) => a.value - b.value);
  }

  #test(
    module: SourceModule,
    branch: number,
    tested: number,
    refusesOn: boolean | undefined,
    refusal: Refusal,
  ): Test {
    const words = new Set<string>();
    this.#words(module, tested, words);
    const named = words.size === 0 ? [] : this.#kinds(refusal, words, "");
    return {
      value: module.valueBase + branch,
      tested: module.valueBase + tested,
      refusesOn,
      kinds: union(named, this.#compared(module, tested)),
    };
  }

  /** What a call checks by throwing, or because a model says so. */
  #called(module: SourceModule, local: number, depth: number): Check[] {
    const { api, targets, byName } = this.#analysis.callees.at(module, local);
    const value = module.valueBase + local;
    const { models } = this.#analysis;
    const name = callName(module, local);
    const modelled =
      models.vocabulary.ownGuard(name) ??
      models
        .rows(models.result(api))
        .rows.flatMap((row) => (row.role === "check" ? [row.kind] : []));
    if (modelled.length > 0)
      return [
        {
          kinds: union(modelled, []),
          value,
          tests: [],
          refusal: value,
          denies: true,
          fn: -1,
          throws: true,
        },
      ];
    if (byName || targets.length === 0 || this.#isCallback(module, local)) return [];
    // Where several functions may be called, what all of them check is checked.
    const [first, ...others] = targets.map((target) =>
      this.of(target, depth - 1).filter(({ throws }) => throws),
    );
    const kinds = [...new Set(first!.flatMap((check) => check.kinds))]
      .filter((kind) =>
        others.every((checks) => checks.some((check) => check.kinds.includes(kind))),
      )
      .sort();
    if (kinds.length === 0) return [];
    const { fn, denies } = first![0]!;
    return [{ kinds, value, tests: [], refusal: value, denies, fn, throws: true }];
  }

  /** Whether what is called was given to the function, or to one around it: a wrapper is not what it wraps. */
  #isCallback(module: SourceModule, call: number): boolean {
    const { kinds, operands, operandStart } = module.ir;
    const callee = operands[operandStart[call]! + 1]!;
    if (kinds[callee] !== Kind.Captured) return kinds[callee] === Kind.Parameter;
    const written = this.#analysis.constants.writtenTo(
      module.variableBase + operands[operandStart[callee]!]!,
    );
    return written >= 0 && kinds[written] === Kind.Parameter;
  }

  #refusals(fn: number, depth: number): Refusal[] {
    const module = this.#analysis.program.moduleOf(fn);
    const { firstInstruction, endInstruction } = this.#analysis.program.functionAt(fn);
    const { kinds, operands, operandStart, strings } = module.ir;
    const found: Refusal[] = [];
    for (let local = firstInstruction; local < endInstruction; local++) {
      const from = operandStart[local]!;
      switch (kinds[local]) {
        case Kind.Throw:
          found.push({ local, why: this.#reason(module, operands[from]!), throws: true });
          break;
        case Kind.Return: {
          // Leaving without a word counts only where the test is about the sender; see #kinds.
          const value = operands[from]!;
          const why = value < 0 ? "other" : this.#reason(module, value);
          if (
            why !== "other" ||
            value < 0 ||
            LITERALS.has(kinds[value]!) ||
            this.#givesUp(module, value)
          )
            found.push({
              local,
              why,
              throws: false,
              isEmpty: value >= 0 && kinds[value] === Kind.Sequence && isEmptyList(module, value),
            });
          else if (kinds[value] === Kind.Phi)
            for (const one of operands.subarray(operandStart[value]!, operandStart[value + 1]!))
              if (one >= 0 && kinds[one] === Kind.Sequence && isEmptyList(module, one))
                found.push({ local: one, why: "other", throws: false, isEmpty: true, isArm: true });
          break;
        }
        case Kind.Store:
          // `context.status = 401`
          if (operands[from + 1]! >= 0 && /^status(?:Code)?$/.test(strings[operands[from + 1]!]!)) {
            const why = this.#reason(module, operands[from + 3]!);
            if (why !== "other") found.push({ local, why, throws: false });
          }
          break;
        case Kind.Call: {
          const why = this.#refusingCall(module, local, depth);
          if (why) found.push({ local, why, throws: false });
          break;
        }
        default:
          break;
      }
    }
    return found;
  }

  /** `return this.ready()`: nothing is asked of what is called, and it ends the answer. */
  #givesUp(module: SourceModule, value: number): boolean {
    const { kinds, operands, operandStart, strings } = module.ir;
    if (kinds[value] !== Kind.Call || operandStart[value + 1]! !== operandStart[value]! + 4)
      return false;
    const name = operands[operandStart[value]! + 3]!;
    return name >= 0 && this.#analysis.models.vocabulary.isEnd(strings[name]!);
  }

  /** Whether a call answers with a refusal: by a status, by where it redirects to, or by the helper it is. */
  #refusingCall(module: SourceModule, local: number, depth: number): Denial | undefined {
    const { operands, operandStart, strings, kinds } = module.ir;
    const from = operandStart[local]!;
    const name = operands[from + 3]! < 0 ? "" : strings[operands[from + 3]!]!;
    for (const operand of operands.subarray(from + 4, operandStart[local + 1]!)) {
      const value = unspread(operand);
      if (
        kinds[value] === Kind.Constant ||
        kinds[value] === Kind.Call ||
        kinds[value] === Kind.Imported
      ) {
        if (REFUSING.test(callName(module, local))) {
          const why = this.#reason(module, value);
          if (why !== "other") return why;
        }
      }
      // `context.JSON(401, body)`
      if (operand === operands[from + 4] && from + 5 < operandStart[local + 1]! && name !== "") {
        const why = this.#isStatus(module, value) ? this.#reason(module, value) : "other";
        if (why !== "other") return why;
      }
      if (/redirect/i.test(callName(module, local))) {
        // To an address, or to what a call makes of a name: `redirect(url_for("auth.login"))`.
        const first = operands[operandStart[value]! + 4];
        const named =
          kinds[value] === Kind.Call && operandStart[value + 1]! > operandStart[value]! + 4
            ? unspread(first!)
            : value;
        if (kinds[named] === Kind.Constant) {
          const text = strings[operands[operandStart[named]! + 1]!]!;
          if (this.#analysis.models.vocabulary.isLogin(text)) return "unauthenticated";
        }
      }
      // `new Response("no", {status: 401})`, `NextResponse.json(body, {status: 401})`
      if (kinds[value] === Kind.Record) {
        const why = this.#statusIn(module, value);
        if (why) return why;
      }
    }
    if (name === "next" || calledName(module, local) === "next") {
      const error = operands[from + 4];
      if (error !== undefined && from + 4 < operandStart[local + 1]!) {
        const why = this.#reason(module, unspread(error));
        if (why !== "other") return why;
      }
    }
    if (depth === 0) return undefined;
    const { targets, byName } = this.#analysis.callees.at(module, local);
    if (byName) return undefined;
    for (const target of targets) {
      const why = this.refusalOf(target, depth - 1);
      if (why) return why;
    }
    return undefined;
  }

  /** `401`, `http.StatusUnauthorized` */
  #isStatus(module: SourceModule, value: number): boolean {
    const { kinds, operands, operandStart, strings } = module.ir;
    const from = operandStart[value]!;
    if (kinds[value] === Kind.Constant) return operands[from] === ConstantType.Number;
    const isMember = kinds[value] === Kind.Imported || kinds[value] === Kind.Load;
    return (
      isMember && operands[from + 1]! >= 0 && /^Status[A-Z]/.test(strings[operands[from + 1]!]!)
    );
  }

  #statusIn(module: SourceModule, record: number): Denial | undefined {
    const { operands, operandStart, strings } = module.ir;
    let at = operandStart[record]!;
    for (let count = operands[at++]!; count > 0; count--, at += 2) {
      if (!/^(?:status(?:_?code)?|code)$/i.test(strings[operands[at]!]!)) continue;
      const why = this.#reason(module, operands[at + 1]!);
      if (why !== "other") return why;
    }
    return undefined;
  }

  /** Why a value refuses: an error by its name, its status or its text, a response by its status. */
  #reason(module: SourceModule, value: number, depth = 4): Denial | "other" {
    const { kinds, operands, operandStart, strings } = module.ir;
    const { vocabulary } = this.#analysis.models;
    const from = operandStart[value]!;
    const to = operandStart[value + 1]!;
    if (depth === 0) return "other";
    const known = (text: string): Denial | "other" => vocabulary.denial(text) ?? "other";
    switch (kinds[value]) {
      case Kind.Constant:
        return operands[from] === ConstantType.String || operands[from] === ConstantType.Number
          ? known(strings[operands[from + 1]!]!)
          : "other";
      case Kind.Await:
      case Kind.Guard:
        return this.#reason(module, operands[from]!, depth - 1);
      case Kind.Load: {
        // `HttpStatus.UNAUTHORIZED`, `ErrorCode.Forbidden`
        return operands[from + 1]! >= 0 ? known(strings[operands[from + 1]!]!) : "other";
      }
      case Kind.Cell:
        return known(strings[operands[from]!]!);
      case Kind.Captured:
        return known(module.ir.variables[operands[from]!]!.name);
      case Kind.Imported:
        return known(strings[operands[from + 1]!]!);
      case Kind.Concat:
      case Kind.Sequence:
        for (let at = from; at < to; at++) {
          const why = this.#reason(module, unspread(operands[at]!), depth - 1);
          if (why !== "other") return why;
        }
        return "other";
      case Kind.Record:
        return this.#statusIn(module, value) ?? "other";
      case Kind.Call: {
        const callee = this.#reason(module, operands[from + 1]!, depth - 1);
        if (callee !== "other") return callee;
        for (let at = from + 4; at < to; at++) {
          const argument = unspread(operands[at]!);
          if (kinds[argument] === Kind.Load) continue;
          const why = this.#reason(module, argument, depth - 1);
          if (why !== "other") return why;
        }
        return operands[from + 2]! >= 0 && operands[from] !== CallForm.New
          ? this.#reason(module, operands[from + 2]!, depth - 1)
          : "other";
      }
      default:
        return "other";
    }
  }

  /** Names and short texts that a condition is made of. */
  #words(module: SourceModule, branch: number, words: Set<string>): void {
    const { kinds, operands, operandStart, strings, variables } = module.ir;
    const seen = new Set<number>();
    const isInput = (value: number): boolean => {
      const at = operandStart[value]!;
      if (kinds[value] === Kind.Guard || kinds[value] === Kind.Await) return isInput(operands[at]!);
      return (
        kinds[value] === Kind.Load &&
        operands[at + 1]! >= 0 &&
        this.#analysis.models.vocabulary.isInput(strings[operands[at + 1]!]!)
      );
    };
    const visit = (value: number, depth: number): void => {
      if (depth === 0 || seen.has(value) || words.size >= WORDS_PER_CONDITION) return;
      seen.add(value);
      const from = operandStart[value]!;
      const to = operandStart[value + 1]!;
      switch (kinds[value]) {
        case Kind.Load:
          // What the client says of itself in a field of its own naming is no proof of anything.
          if (isInput(operands[from]!)) return;
          if (operands[from + 1]! >= 0) words.add(strings[operands[from + 1]!]!);
          break;
        case Kind.Cell:
          words.add(strings[operands[from]!]!);
          break;
        case Kind.Captured:
          words.add(variables[operands[from]!]!.name);
          break;
        case Kind.Imported:
          words.add(strings[operands[from + 1]!]!);
          break;
        case Kind.Constant:
          if (operands[from] === ConstantType.String) words.add(strings[operands[from + 1]!]!);
          return;
        case Kind.Call: {
          // What a query is put to names what is looked for: `database.user.find()` is about no sender.
          for (const proof of this.#provedBy(module, value)) words.add(proof);
          const name = operands[from + 3]! < 0 ? "" : strings[operands[from + 3]!]!;
          if (name === "" || !this.#analysis.models.vocabulary.isQuery(name)) break;
          // That a certain record is there says nothing of anybody.
          if (isFixed(module, Array.from(operands.subarray(from + 4, to), unspread))) return;
          for (let at = from + 4; at < to; at++) visit(unspread(operands[at]!), depth - 1);
          return;
        }
        default:
          break;
      }
      forEachValueOperand(kinds[value]!, operands, from, to, (index) =>
        visit(unspread(operands[index]!), depth - 1),
      );
    };
    visit(branch, 8);
  }

  /** Names of calls by which a function of the program proves that something is genuine, whatever it is called itself. */
  #provedBy(module: SourceModule, call: number): string[] {
    const { targets, byName } = this.#analysis.callees.at(module, call);
    if (byName) return [];
    return targets.flatMap((target) => {
      const { ir } = this.#analysis.program.moduleOf(target);
      const { firstInstruction, endInstruction } = this.#analysis.program.functionAt(target);
      const found: string[] = [];
      for (let local = firstInstruction; local < endInstruction; local++) {
        if (ir.kinds[local] !== Kind.Call) continue;
        const name = ir.operands[ir.operandStart[local]! + 3]!;
        if (name < 0) continue;
        const text = ir.strings[name]!;
        if (this.#analysis.models.vocabulary.guardKinds(text).includes("signature"))
          found.push(text);
      }
      return found;
    });
  }

  /** Whose a record is, where a test compares its owner or tenant with the sender. */
  #compared(module: SourceModule, branch: number): GuardKind[] {
    const { kinds, operands, operandStart, strings } = module.ir;
    const { vocabulary } = this.#analysis.models;
    /** Names of a chain of members, the last first; a method's receiver stands for its result. */
    const names = (value: number, depth = 8): string[] => {
      const from = operandStart[value]!;
      if (depth === 0) return [];
      switch (kinds[value]) {
        case Kind.Load: {
          const name = operands[from + 1]!;
          return [...(name < 0 ? [] : [strings[name]!]), ...names(operands[from]!, depth - 1)];
        }
        case Kind.Guard:
        case Kind.Await:
          return names(operands[from]!, depth - 1);
        case Kind.Captured:
          return [module.ir.variables[operands[from]!]!.name];
        case Kind.Call:
          return operands[from + 2]! < 0 ? [] : names(operands[from + 2]!, depth - 1);
        default:
          return [];
      }
    };
    const found: GuardKind[] = [];
    const sides = (left: readonly string[], right: readonly string[]): void => {
      const [field] = left;
      const kind = field === undefined ? undefined : vocabulary.fieldClass(field);
      if (
        (kind === "owner" || kind === "tenant") &&
        right.some((name) => vocabulary.isPrincipal(name))
      )
        found.push(kind);
      // `checklist.cardId === params.cardId`: the record belongs where the path says.
      const isInput = (chain: readonly string[]) => chain.some((name) => vocabulary.isInput(name));
      if (field !== undefined && isReference(field) && right[0] === field)
        if (left.length > 1 && isInput(right) && !isInput(left)) found.push("owner");
    };
    const visit = (value: number, depth: number): void => {
      const from = operandStart[value]!;
      const to = operandStart[value + 1]!;
      if (depth === 0) return;
      const isComparison =
        kinds[value] === Kind.Operator && /^[!=]==?$/.test(strings[operands[from]!]!);
      if (isComparison && to - from === 3) {
        const [left, right] = [names(operands[from + 1]!), names(operands[from + 2]!)];
        sides(left, right);
        sides(right, left);
      } else if (kinds[value] === Kind.Call && operands[from + 2]! >= 0 && to - from === 5) {
        // `document.ownerId.equals(user.id)`
        const [left, right] = [names(operands[from + 2]!), names(unspread(operands[from + 4]!))];
        sides(left, right);
        sides(right, left);
      }
      forEachValueOperand(kinds[value]!, operands, from, to, (index) =>
        visit(unspread(operands[index]!), depth - 1),
      );
    };
    visit(branch, 5);
    if (this.#asksForRelation(module, branch)) found.push("owner");
    return found;
  }

  /** `if (!find({ id, boardId }))`: a record is asked for by itself and by what it must belong to, to see if it is there. */
  #asksForRelation({ ir }: SourceModule, branch: number): boolean {
    const { kinds, operands, operandStart, strings } = ir;
    let value = kinds[branch] === Kind.Branch ? operands[operandStart[branch]!]! : branch;
    for (let depth = 4; depth > 0; depth--) {
      const isNot =
        kinds[value] === Kind.Operator && strings[operands[operandStart[value]!]!] === "!";
      if (isNot) value = operands[operandStart[value]! + 1]!;
      else if (kinds[value] === Kind.Guard || kinds[value] === Kind.Await)
        value = operands[operandStart[value]!]!;
      else break;
    }
    if (kinds[value] !== Kind.Call) return false;
    const name = operands[operandStart[value]! + 3]!;
    if (name < 0 || !this.#analysis.models.vocabulary.isLookup(strings[name]!)) return false;
    for (let at = operandStart[value]! + 4; at < operandStart[value + 1]!; at++) {
      const record = unspread(operands[at]!);
      if (kinds[record] !== Kind.Record) continue;
      const from = operandStart[record]!;
      const names = Array.from(
        { length: operands[from]! },
        (_, index) => strings[operands[from + 1 + index * 2]!]!,
      );
      if (names.length > 1 && names.filter(isReference).length > 1) return true;
    }
    return false;
  }

  /** What functions check whose answer alone is tested: `can(user, "read")`. */
  #asked(module: SourceModule, branches: readonly number[]): GuardKind[] {
    const { kinds, operands, operandStart, strings } = module.ir;
    return branches.flatMap((branch) => {
      let value = operands[operandStart[branch]!]!;
      for (;;) {
        const at = operandStart[value]!;
        if (kinds[value] === Kind.Guard || kinds[value] === Kind.Await) value = operands[at]!;
        else if (kinds[value] === Kind.Operator && strings[operands[at]!] === "!")
          value = operands[at + 1]!;
        else break;
      }
      if (kinds[value] !== Kind.Call) return [];
      return this.#analysis.models.vocabulary
        .guardKinds(callName(module, value))
        .filter((kind) => kind !== "authentication" && kind !== "validation");
    });
  }

  /** What a test checks, from what it tests and how it refuses. */
  #kinds({ why }: Refusal, words: ReadonlySet<string>, name: string): GuardKind[] {
    const { vocabulary } = this.#analysis.models;
    const all = [...words];
    // A capital letter begins the name of a class or a table, not of somebody.
    const isAboutPrincipal = all.some(
      (word) => /^[^A-Z]/.test(word) && vocabulary.isPrincipal(word),
    );
    const isAboutSender = isAboutPrincipal || all.some((word) => vocabulary.isCredential(word));
    if (why === "rate") return ["rate"];
    // That a record is missing says nothing by itself of who asks for it.
    if (why === "missing")
      return all.some((word) => ASKS.test(plain(word)) && vocabulary.guardKinds(word).length > 0)
        ? ["permission"]
        : [];
    if (why === "other" && !isAboutPrincipal) return [];
    const kinds = new Set<GuardKind>();
    for (const word of [...all, name])
      for (const kind of vocabulary.guardKinds(word))
        if (kind !== "validation" && kind !== "authentication") kinds.add(kind);
    // Leaving without a word refuses whom the test is about.
    if (why === "other" && kinds.size === 0) kinds.add("authentication");
    if (why === "unauthenticated" && (isAboutSender || kinds.size === 0))
      kinds.add("authentication");
    if (kinds.size === 0) {
      // Who is known, and refused for what is known of them, lacks a right.
      const lacksRight =
        why === "forbidden" &&
        isAboutPrincipal &&
        !all.some((word) => vocabulary.isCredential(word)) &&
        all.some((word) => !vocabulary.isPrincipal(word) && !SAYS_WHO.test(word));
      kinds.add(isAboutSender && !lacksRight ? "authentication" : "permission");
    }
    return [...kinds].sort();
  }
}

/** Members that say who somebody is, or that somebody is there, and methods of any value. */
const SAYS_WHO =
  /^(?:_?id|sub|email|name|headers?|req|request|ctx|context|state|locals|env|process|length|get|is|has|equals|valueOf|toString|Boolean|argument|arguments|next|value|data|[A-Z_]+)$/;

/** Questions about what somebody may: who may not is told that there is nothing. */
const ASKS =
  /^(?:(?:user_?|actor_?)?can|is_?allowed|may|has_?(?:access|permission)|check_?(?:access|permission))(?:_|$)/;

/** A name of what identifies a record. */
const isReference = (name: string): boolean => /^_?id$|Id$|_id$/.test(name);

const isDenial = (why: Denial | "other"): why is Exclude<Denial, "missing"> =>
  why !== "other" && why !== "missing";

const union = (some: readonly GuardKind[], others: readonly GuardKind[]): GuardKind[] =>
  [...new Set([...some, ...others])].sort();

/** The branch a block ends with, or -1. */
export function branchOf({ ir: { blockStart, kinds } }: SourceModule, block: number): number {
  const last = blockStart[block + 1]! - 1;
  return last >= blockStart[block]! && kinds[last] === Kind.Branch ? last : -1;
}

/** Whether values are the same whenever the code runs: made of constants, and of what modules export. */
function isFixed(module: SourceModule, values: readonly number[], depth = 6): boolean {
  const { kinds, operands, operandStart } = module.ir;
  return values.every((value) => {
    const [from, to] = [operandStart[value]!, operandStart[value + 1]!];
    const inner: number[] = [];
    switch (kinds[value]) {
      case Kind.Constant:
      case Kind.Imported:
        return true;
      case Kind.Captured: // of a class or a list of names, as a capital letter says
        return /^[A-Z]/.test(module.ir.variables[operands[from]!]!.name);
      case Kind.Load:
      case Kind.Record:
      case Kind.Sequence:
      case Kind.Call:
        forEachValueOperand(kinds[value]!, operands, from, to, (index) =>
          inner.push(unspread(operands[index]!)),
        );
        return depth > 0 && values.length > 0 && isFixed(module, inner, depth - 1);
      default:
        return false;
    }
  });
}

const isEmptyList = ({ ir: { operandStart } }: SourceModule, list: number): boolean =>
  operandStart[list] === operandStart[list + 1];

/** The outcome of a branch that leads straight to a block; undefined where none does, or both. */
function outcomeOf(
  { ir: { blockStart, successorStart, successors } }: SourceModule,
  flow: Dominance,
  branch: number,
  block: number,
): boolean | undefined {
  const from = successorStart[flow.blockOf(branch)]!;
  const [onTrue, onFalse] = [successors[from]!, successors[from + 1]!];
  const reaches = (at: number, depth: number): boolean =>
    at === block ||
    (depth > 0 &&
      blockStart[at] === blockStart[at + 1] &&
      successorStart[at + 1]! - successorStart[at]! === 1 &&
      reaches(successors[successorStart[at]!]!, depth - 1));
  const [whenTrue, whenFalse] = [reaches(onTrue, 3), reaches(onFalse, 3)];
  return whenTrue === whenFalse ? undefined : whenTrue;
}

/**
 * What a branch tests, part by part, where each part is enough to refuse: `a` and `b` of `const ok = a && b; if (!ok) refuse()`.
 * The branch itself where its parts only refuse together.
 */
function parts(module: SourceModule, flow: Dominance, branch: number, block: number): number[] {
  const { kinds, operands, operandStart, strings } = module.ir;
  const outcome = outcomeOf(module, flow, branch, block);
  if (outcome === undefined) return [branch];
  let refusesOn = outcome;
  let value = operands[operandStart[branch]!]!;
  while (kinds[value] === Kind.Operator && strings[operands[operandStart[value]!]!] === "!") {
    refusesOn = !refusesOn;
    value = operands[operandStart[value]! + 1]!;
  }
  const found: number[] = [];
  /** Whether all that the value is made of is enough to refuse by itself. */
  const visit = (one: number, depth: number): boolean => {
    if (kinds[one] !== Kind.Phi) {
      found.push(one);
      return true;
    }
    if (depth === 0) return false;
    let others = 0;
    for (const operand of operands.subarray(operandStart[one]!, operandStart[one + 1]!)) {
      const at = operandStart[operand]!;
      const [given, condition, outcome] = operands.subarray(at, at + 3);
      if (kinds[operand] === Kind.Guard && given === condition) {
        // Where the first side decides already, it is the result.
        const decides = outcome === GuardOutcome.Passed;
        if (decides !== refusesOn || !visit(given!, depth - 1)) return false;
      } else if (++others > 1 || !visit(operand, depth - 1)) return false;
    }
    return true;
  };
  if (kinds[value] === Kind.Phi) return visit(value, 4) ? found : [branch];
  return [testedBy(module, branch)];
}

/** What a branch tests, where that is worked out before it: it is known by how, and not by the name it was given. */
export function testedBy({ ir }: SourceModule, branch: number): number {
  const { kinds, operands, operandStart, strings, spans } = ir;
  let value = operands[operandStart[branch]!]!;
  for (;;) {
    const at = operandStart[value]!;
    if (kinds[value] === Kind.Guard || kinds[value] === Kind.Await) value = operands[at]!;
    else if (kinds[value] === Kind.Operator && strings[operands[at]!] === "!")
      value = operands[at + 1]!;
    else break;
  }
  const isElsewhere =
    (kinds[value] === Kind.Operator || kinds[value] === Kind.Call) &&
    spans[value * 2]! < spans[branch * 2]!;
  return isElsewhere ? value : branch;
}

/** The branches that lead into a block: any of them is enough for it to run. Sorted. */
function leading(module: SourceModule, flow: Dominance, block: number): number[] {
  const { blockStart } = module.ir;
  const branches = new Set<number>();
  const above = (one: number, depth: number): void => {
    for (const predecessor of flow.predecessors(one)) {
      const branch = branchOf(module, predecessor);
      if (branch >= 0 && decides(module, predecessor, block)) branches.add(branch);
      else if (blockStart[predecessor] === blockStart[predecessor + 1] && depth > 0)
        above(predecessor, depth - 1);
    }
  };
  above(block, 2);
  return [...branches].sort((a, b) => a - b);
}

/** The branches that decide whether a block runs: those that lead into it, and those that every way to it goes through. */
export function controlling(module: SourceModule, flow: Dominance, block: number): number[] {
  const { blockStart } = module.ir;
  const branches = new Set(leading(module, flow, block));
  for (let at = block, steps = 0; steps < DOMINATORS; steps++) {
    const dominator = flow.immediate(at);
    if (dominator === at || dominator < 0) break;
    const branch = branchOf(module, dominator);
    if (branch >= 0 && decides(module, dominator, block)) branches.add(branch);
    // Parts of one condition follow each other with little between.
    if (branches.size > 0 && blockStart[at + 1]! - blockStart[at]! > PART_OF_CONDITION) break;
    at = dominator;
  }
  return [...branches].sort((a, b) => a - b);
}

/** What is tried where a block only runs when that fails: the instructions of the blocks that lead to the handler. */
function attempted(module: SourceModule, flow: Dominance, block: number): number[] {
  const { blockStart, kinds, operands, operandStart } = module.ir;
  for (let at = block; ; at = flow.immediate(at)) {
    const first = blockStart[at]!;
    const isHandler =
      first < blockStart[at + 1]! &&
      kinds[first] === Kind.Parameter &&
      operands[operandStart[first]!] === Position.Caught;
    if (isHandler)
      return flow
        .predecessors(at)
        .flatMap((one) =>
          Array.from(
            { length: blockStart[one + 1]! - blockStart[one]! },
            (_, n) => blockStart[one]! + n,
          ),
        );
    if (flow.immediate(at) === at || flow.immediate(at) < 0) return [];
  }
}

/** Dominators that are looked at, and instructions of a block that only evaluates a part of a condition. */
const DOMINATORS = 4;
const PART_OF_CONDITION = 10;

/** Whether what a block branches to can leave the function without going through another block. */
function decides({ ir }: SourceModule, from: number, through: number): boolean {
  const { successorStart, successors } = ir;
  const seen = new Set<number>([through]);
  const queue = Array.from(successors.subarray(successorStart[from]!, successorStart[from + 1]!));
  for (let block = queue.pop(); block !== undefined; block = queue.pop()) {
    if (seen.has(block)) continue;
    seen.add(block);
    if (successorStart[block] === successorStart[block + 1]) return true;
    for (let at = successorStart[block]!; at < successorStart[block + 1]!; at++)
      queue.push(successors[at]!);
  }
  return false;
}
