/** What a passed test, or a rewriting call, proves about a value: which kinds of harm it can no longer do. */
import type { Callees } from "../callgraph/callees.ts";
import type { ValueTracking } from "../callgraph/value-tracking.ts";
import type { KindSet, Kinds } from "../models/kinds.ts";
import type { Segment } from "../models/path-grammar.ts";
import { ArgumentPosition } from "../models/path-grammar.ts";
import type { GuardRow, RewriteRow } from "../models/rows.ts";
import { keywordsOf, writtenField } from "../program/ir/keywords.ts";
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
import { type Constants, type ConstantValue, patternOf, regexOf, truthOf } from "./constants.ts";
import { ofValidator } from "./validators.ts";

const DEPTH = 6;
/** Texts around a dangerous one, to see whether a pattern that is anchored still lets it pass. */
const SURROUNDINGS: readonly (readonly [string, string])[] = [
  ["", ""],
  ["a", ""],
  ["", "a"],
  ["a", "a"],
  ["1", "1"],
  ["/a/", "a"],
  [" ", " "],
];

export class Proofs {
  readonly #kinds: Kinds;
  readonly #constants: Constants;
  readonly #callees: Callees;
  readonly #tracking: ValueTracking;
  readonly #mentions = new Map<number, KindSet>();
  /** What functions prove about their formals, by formal and outcome. */
  readonly #validators = new Map<string, KindSet>();
  readonly #enumerated: KindSet;
  readonly #tested: KindSet;
  readonly #member: KindSet;
  readonly #rewritten: KindSet;

  constructor(tracking: ValueTracking, callees: Callees, constants: Constants) {
    this.#tracking = tracking;
    this.#callees = callees;
    this.#constants = constants;
    this.#kinds = tracking.models.kinds;
    this.#enumerated = this.#kinds.bit("enumerated");
    this.#tested = this.#kinds.bit("tested");
    this.#member = this.#kinds.bit("member");
    this.#rewritten = this.#kinds.bit("rewritten");
  }

  /** What is known of `value` when `condition` turned out as `outcome`. */
  ofGuard(
    module: SourceModule,
    value: number,
    condition: number,
    outcome: GuardOutcome,
    depth = DEPTH,
  ): KindSet {
    if (outcome === GuardOutcome.Returned) return this.#returned(module, value, condition, depth);
    return this.#ofTest(module, value, condition, outcome === GuardOutcome.Passed, depth);
  }

  #ofTest(
    module: SourceModule,
    value: number,
    condition: number,
    outcome: boolean,
    depth: number,
  ): KindSet {
    if (depth === 0) return 0n;
    const { kinds, operands, operandStart, strings } = module.ir;
    const from = operandStart[condition]!;
    const to = operandStart[condition + 1]!;
    switch (kinds[condition]) {
      case Kind.Guard:
        return this.#ofTest(module, value, operands[from]!, outcome, depth - 1);
      case Kind.Phi: {
        // A choice of conditions proves what each proves.
        let all: KindSet | undefined;
        for (let at = from; at < to; at++) {
          const one = this.#ofTest(module, value, operands[at]!, outcome, depth - 1);
          all = all === undefined ? one : all & one;
        }
        return all ?? 0n;
      }
      case Kind.Operator: {
        const op = strings[operands[from]!]!;
        if (op === "!")
          return this.#ofTest(module, value, operands[from + 1]!, !outcome, depth - 1);
        if (/^[!=]==?$/.test(op)) {
          const equal = op.startsWith("=") === outcome;
          return this.#compared(
            module,
            value,
            operands[from + 1]!,
            operands[from + 2]!,
            equal,
            depth,
          );
        }
        if (op === "in" && this.#reaches(module, operands[from + 1]!, value, 3))
          return outcome ? this.#lookedUp(module, operands[from + 2]!) : 0n;
        if (op === "<" || op === ">" || op === "<=" || op === ">=" || op === "==") {
          if (operands[from + 1] === value || operands[from + 2] === value)
            return this.#kinds.harmlessWhenBounded;
          const limited = this.#limited(module, value, op, from, outcome);
          if (limited !== 0n) return limited;
          // `x.indexOf("..") < 0`
          for (const side of [operands[from + 1]!, operands[from + 2]!]) {
            if (kinds[side] === Kind.Call)
              return this.#called(module, value, side, undefined, depth);
          }
        }
        return 0n;
      }
      case Kind.Call:
        return this.#called(module, value, condition, outcome, depth);
      case Kind.Load: {
        const key = operands[from + 2]!;
        // `allowed[name]`
        if (key >= 0)
          return outcome && this.#reaches(module, key, value, 3)
            ? this.#lookedUp(module, operands[from]!)
            : 0n;
        // One of several results: `value, err := parse(x)`
        return kinds[operands[from]!] === Kind.Call
          ? this.#called(
              module,
              value,
              operands[from]!,
              outcome,
              depth,
              strings[operands[from + 1]!]!,
            )
          : 0n;
      }
      default:
        return 0n;
    }
  }

  /** What is known of a key that was found in a collection. */
  #lookedUp(module: SourceModule, collection: number): KindSet {
    const { models } = this.#tracking;
    const lookup = models.member(models.root("syntax", module.ir.language), "computed-load");
    const isOwn = models.rows(lookup).rows.some((row) => row.role === "guard" && row.own);
    return isOwn && this.#constants.keysOf(module, collection) ? this.#enumerated : this.#member;
  }

  /** `x.length < 100` */
  #limited(
    module: SourceModule,
    value: number,
    op: string,
    from: number,
    outcome: boolean,
  ): KindSet {
    const { kinds, operands, operandStart, strings } = module.ir;
    const [left, right] = [operands[from + 1]!, operands[from + 2]!];
    for (const [side, other, isLeft] of [
      [left, right, true],
      [right, left, false],
    ] as const) {
      if (kinds[side] !== Kind.Load || this.#constants.constantOf(module, other) === undefined)
        continue;
      const at = operandStart[side]!;
      const name = operands[at + 1]! >= 0 ? strings[operands[at + 1]!]! : "";
      if (name !== "length" || !this.#reaches(module, operands[at]!, value, 3)) continue;
      if (op.startsWith("<") === (isLeft === outcome)) return this.#kinds.harmlessWhenShort;
    }
    return 0n;
  }

  #compared(
    module: SourceModule,
    value: number,
    a: number,
    b: number,
    equal: boolean,
    depth: number,
  ): KindSet {
    const { kinds, operands, operandStart, strings } = module.ir;
    for (const [side, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const constant = this.#constants.constantOf(module, other);
      if (kinds[side] === Kind.Operator && strings[operands[operandStart[side]!]!] === "typeof") {
        if (
          !constant ||
          !this.#reaches(module, operands[operandStart[side]! + 1]!, value, 1) ||
          !equal
        )
          continue;
        if (constant.text === "number" || constant.text === "bigint")
          return this.#kinds.bit("number");
        if (constant.text === "boolean") return this.#kinds.bit("boolean");
        if (constant.text === "string") return this.#kinds.bit("text");
        if (constant.text === "function") return this.#kinds.bit("function");
        continue;
      }
      if (kinds[side] === Kind.Call) {
        const outcome =
          constant?.type === ConstantType.Boolean
            ? (constant.text === "true") === equal
            : undefined;
        const called = this.#called(module, value, side, outcome, depth);
        if (called !== 0n) return called;
      }
      if (!this.#reaches(module, side, value, 3)) continue;
      if (
        constant &&
        constant.type !== ConstantType.Null &&
        constant.type !== ConstantType.Undefined
      ) {
        return equal ? this.#enumerated : this.#unequal([constant.text]);
      }
      // Equality with something of the program's own: `normalize(x) === x` and the like.
      if (!constant && equal && kinds[other] === Kind.Call) return this.#tested;
    }
    return 0n;
  }

  #called(
    module: SourceModule,
    value: number,
    call: number,
    outcome: boolean | undefined,
    depth: number,
    part = "",
  ): KindSet {
    const site = this.#callees.at(module, call);
    const { rows } = this.#tracking.models.rows(site.api);
    let proven = 0n;
    let understood = false;
    for (const row of rows) {
      if (row.role !== "guard") continue;
      understood = true;
      const tested = this.#at(module, call, row.value.segments);
      if (tested === undefined || !this.#reaches(module, tested, value, 4)) continue;
      if (row.outcome === "returned") continue;
      if (row.outcome !== undefined && outcome !== undefined && row.outcome !== outcome) {
        if (row.how === "is") continue;
      }
      proven |= this.#proven(module, call, row, outcome);
    }
    if (understood || proven !== 0n) return proven;
    const given = this.#given(module, value, call);
    if (given.length === 0) return 0n;
    // A library call that is known and is no guard says nothing: `fs.existsSync(path)`.
    if (site.targets.length === 0) {
      const isSilent = this.#tracking.models.rows(site.api).known && !site.apiByName;
      const isArgument = given.some((position) => position !== Position.Receiver);
      return !isArgument || isSilent || depth < DEPTH - 4 ? 0n : this.#tested;
    }
    const wanted =
      outcome === undefined
        ? GuardOutcome.Returned
        : outcome
          ? GuardOutcome.Passed
          : GuardOutcome.Failed;
    return this.#ofTargets(site.targets, given, wanted, depth, part);
  }

  /** What is known of `value` once a call that was given it has come back. */
  #returned(module: SourceModule, value: number, condition: number, depth: number): KindSet {
    const { kinds, operands, operandStart } = module.ir;
    const call = kinds[condition] === Kind.Await ? operands[operandStart[condition]!]! : condition;
    if (kinds[call] !== Kind.Call || depth === 0) return 0n;
    const site = this.#callees.at(module, call);
    let proven = 0n;
    for (const row of this.#tracking.models.rows(site.api).rows) {
      if (row.role !== "guard" || row.outcome !== "returned") continue;
      const tested = this.#at(module, call, row.value.segments);
      if (tested !== undefined && this.#reaches(module, tested, value, 4))
        proven |= row.neutralises;
    }
    if (proven !== 0n || site.byName) return proven;
    return this.#ofTargets(
      site.targets,
      this.#given(module, value, call),
      GuardOutcome.Returned,
      depth,
    );
  }

  /** Positions of the arguments, and of the receiver, that are `value` or something read off it. */
  #given(module: SourceModule, value: number, call: number): number[] {
    const { operands, operandStart } = module.ir;
    const from = operandStart[call]! + 4;
    const receiver = operands[from - 2]!;
    const given: number[] = [];
    if (receiver >= 0 && this.#reaches(module, receiver, value, 3)) given.push(Position.Receiver);
    for (let at = from; at < operandStart[call + 1]!; at++) {
      if (this.#reaches(module, unspread(operands[at]!), value, 3)) given.push(at - from);
    }
    return given;
  }

  /** What functions of the program prove about what they are given at `positions`. */
  #ofTargets(
    targets: readonly number[],
    positions: readonly number[],
    outcome: GuardOutcome,
    depth: number,
    part = "",
  ): KindSet {
    let all: KindSet | undefined;
    for (const target of targets) {
      let one = 0n;
      for (const { position, value } of this.#tracking.parameters[target]!) {
        if (positions.includes(position))
          one |= this.#validated(target, value, outcome, depth, part);
      }
      all = all === undefined ? one : all & one;
    }
    return all ?? 0n;
  }

  /** What a function proves about a formal when its result, or a part of it, turns out as `outcome`. */
  #validated(
    fn: number,
    formal: number,
    outcome: GuardOutcome,
    depth: number,
    part: string,
  ): KindSet {
    if (depth <= 1) return this.#tested;
    const key = `${formal},${outcome},${part}`;
    const known = this.#validators.get(key);
    if (known !== undefined) return known;
    this.#validators.set(key, 0n); // a validator that calls itself proves what its other ways prove
    const module = this.#tracking.program.moduleOf(fn);
    const proven = ofValidator(
      module,
      this.#tracking.program.functionAt(fn),
      formal - module.valueBase,
      outcome,
      {
        ofGuard: (value, condition, result) =>
          this.ofGuard(module, value, condition, result, depth - 1),
        isUnderstood: (value, condition) => this.#isUnderstood(module, value, condition),
        truthOf: (value) =>
          truthOf(this.#constants.constantOf(module, value)) ?? this.#isPresent(module, value),
        dependsOn: (from, value) => this.#dependsOn(module, from, value, DEPTH),
        notUnderstood: this.#tested,
      },
      part,
    );
    // A test in a form that is not understood, of a function that names every dangerous text.
    const set = (proven & this.#tested) !== 0n ? proven | this.#mentionedBy(fn) : proven;
    this.#validators.set(key, set);
    return set;
  }

  /** Counts as true in a test wherever it comes from: functions, what was constructed, and what a library makes. */
  #isPresent(module: SourceModule, value: number): true | undefined {
    const { kinds, operands, operandStart } = module.ir;
    if (kinds[value] === Kind.Closure) return true;
    if (kinds[value] !== Kind.Call) return undefined;
    if (operands[operandStart[value]!] === CallForm.New) return true;
    const { rows } = this.#tracking.models.rows(this.#callees.at(module, value).api);
    return rows.some(({ role }) => role === "present") || undefined;
  }

  /** A comparison with a constant says all there is to say, also where that proves nothing. */
  #isUnderstood(module: SourceModule, value: number, condition: number): boolean {
    const { kinds, operands, operandStart, strings } = module.ir;
    const from = operandStart[condition]!;
    if (condition === value) return true;
    switch (kinds[condition]) {
      case Kind.Guard:
        return this.#isUnderstood(module, value, operands[from]!);
      case Kind.Operator: {
        const op = strings[operands[from]!]!;
        if (op === "!") return this.#isUnderstood(module, value, operands[from + 1]!);
        return (
          /^[!=]==?$/.test(op) &&
          [from + 1, from + 2].some(
            (at) => this.#constants.constantOf(module, operands[at]!) !== undefined,
          ) &&
          [from + 1, from + 2].some((at) => this.#isPlain(module, operands[at]!, value))
        );
      }
      case Kind.Call: {
        // What is known of a library's call is all that it says.
        const { api, targets, apiByName } = this.#callees.at(module, condition);
        return targets.length === 0 && !apiByName && this.#tracking.models.rows(api).known;
      }
      default:
        return false;
    }
  }

  /** `value` itself, or its type or size. */
  #isPlain(module: SourceModule, from: number, value: number): boolean {
    const { kinds, operands, operandStart } = module.ir;
    const at = operandStart[from]!;
    if (from === value) return true;
    if (kinds[from] === Kind.Guard) return this.#isPlain(module, operands[at]!, value);
    if (kinds[from] === Kind.Operator) return this.#isPlain(module, operands[at + 1]!, value);
    return false;
  }

  /** Whether `from` is computed from `value` in any way. */
  #dependsOn(module: SourceModule, from: number, value: number, depth: number): boolean {
    if (from === value) return true;
    if (depth === 0) return false;
    const { kinds, operands, operandStart } = module.ir;
    let depends = false;
    forEachValueOperand(
      kinds[from]!,
      operands,
      operandStart[from]!,
      operandStart[from + 1]!,
      (index) => {
        depends ||= this.#dependsOn(module, unspread(operands[index]!), value, depth - 1);
      },
    );
    return depends;
  }

  #proven(
    module: SourceModule,
    call: number,
    row: GuardRow,
    outcome: boolean | undefined,
  ): KindSet {
    if (row.how === "is") return row.neutralises;
    const pattern = row.pattern && this.#constants.atPosition(module, call, row.pattern.segments);
    if (row.how === "member") {
      const members = pattern && this.#constants.membersOf(pattern.module, pattern.local);
      if (outcome === false) return members ? this.#unequal(members) : 0n;
      return members ? this.#enumerated | row.neutralises : this.#member;
    }
    const constant = pattern && this.#constants.constantOf(pattern.module, pattern.local);
    if (!constant)
      return row.how === "prefix"
        ? outcome === false
          ? 0n
          : row.neutralises | this.#tested
        : this.#tested;
    if (row.how === "prefix")
      return outcome === false
        ? this.#refused([constant.text])
        : this.#opened(constant.text) | row.neutralises;
    const regex = row.regex ? patternOf(constant, row.anchors) : regexOf(constant);
    if (row.how === "contains" && !regex) return this.#refused([constant.text]);
    if (!regex) return this.#tested;
    let proven = 0n;
    if (outcome !== false) proven |= this.#onlyLets(regex.regex);
    if (outcome !== true) proven |= this.#matchesAll(regex.regex);
    return proven === 0n ? this.#tested : proven;
  }

  /** What is known of the result of replacing what a pattern matches. */
  ofRewrite(module: SourceModule, call: number, row: RewriteRow): KindSet {
    const pattern = this.#constants.atPosition(module, call, row.pattern.segments);
    const constant = pattern && this.#constants.constantOf(pattern.module, pattern.local);
    if (!constant) return this.#rewritten;
    const regex = row.regex ? patternOf(constant, undefined) : regexOf(constant);
    // A text, or an expression without the g flag, replaces the first match only: a doubt, and no proof.
    if (!regex) {
      if (row.all && constant.text.length === 1) return this.#refused([constant.text]);
      return this.#kinds.dangerous
        .filter(({ texts }) => texts.some((text) => text.includes(constant.text)))
        .reduce((set, { partly }) => set | partly, 0n);
    }
    if (!regex.global && !row.all && !/^\^.*\$$/.test(regex.regex.source))
      return this.#withoutCharacters(regex.regex, false);
    return this.#withoutCharacters(regex.regex, true);
  }

  /** Kinds for which one of `texts` stands in every dangerous text. */
  #refused(texts: readonly string[]): KindSet {
    let set = 0n;
    for (const { bit, texts: dangerous } of this.#kinds.dangerous) {
      if (dangerous.length === 0) continue;
      if (dangerous.every((danger) => texts.some((text) => text !== "" && danger.includes(text))))
        set |= bit;
    }
    return set;
  }

  /** Kinds whose every dangerous text is one of `texts`, by themselves: what is not equal to them may still hold them. */
  #unequal(texts: readonly string[]): KindSet {
    let set = 0n;
    for (const { bit, texts: dangerous } of this.#kinds.dangerous) {
      if (dangerous.length > 0 && dangerous.every((danger) => texts.includes(danger))) set |= bit;
    }
    return set;
  }

  /** Kinds whose harm needs another beginning than this. */
  #opened(prefix: string): KindSet {
    let set = 0n;
    for (const { bit, openings } of this.#kinds.dangerous) {
      if (openings.some((opening) => opening.test(prefix))) set |= bit;
    }
    return set;
  }

  /** Kinds each of whose dangerous texts the expression finds. */
  #matchesAll(regex: RegExp): KindSet {
    let set = 0n;
    for (const { bit, texts } of this.#kinds.dangerous) {
      if (
        texts.length > 0 &&
        texts.every((text) => SURROUNDINGS.some(([a, b]) => regex.test(a + text + b)))
      )
        set |= bit;
    }
    return set;
  }

  /**
   * Kinds from each of whose dangerous texts a rewriting takes a character. Taking out `../` as a whole proves nothing:
   * what is left of `....//` is `../` again. But who takes out what is dangerous somewhere meant it as a defence, and
   * whether it is one is not known.
   */
  #withoutCharacters(regex: RegExp, everywhere: boolean): KindSet {
    let set = 0n;
    for (const { bit, partly, texts } of this.#kinds.dangerous) {
      const taken = texts.filter((text) =>
        [...text].some((character) => regex.test(character)),
      ).length;
      if (taken > 0 && taken === texts.length) set |= everywhere ? bit : partly;
      else if (
        taken > 1 ||
        taken * 2 > texts.length ||
        texts.some((text) => text.length > 1 && regex.test(text))
      )
        set |= partly;
    }
    return set;
  }

  /** Kinds none of whose dangerous texts gets past an expression that describes the whole text, or its beginning. */
  #onlyLets(regex: RegExp): KindSet {
    if (!regex.source.startsWith("^")) return 0n;
    const whole = regex.source.endsWith("$");
    let set = 0n;
    for (const { bit, texts, openings } of this.#kinds.dangerous) {
      if (texts.length === 0 || (!whole && openings.length === 0)) continue;
      if (!texts.some((text) => SURROUNDINGS.some(([a, b]) => regex.test(a + text + b))))
        set |= bit;
    }
    return set;
  }

  /** Kinds whose dangerous texts a function compares with: a validator of the program's own. */
  #mentionedBy(fn: number): KindSet {
    let set = this.#mentions.get(fn);
    if (set !== undefined) return set;
    const module = this.#tracking.program.moduleOf(fn);
    const record = this.#tracking.program.functionAt(fn);
    const { kinds, operands, operandStart, strings } = module.ir;
    const texts: string[] = [];
    const expressions: RegExp[] = [];
    for (let local = record.firstInstruction; local < record.endInstruction; local++) {
      if (kinds[local] !== Kind.Constant) continue;
      const constant: ConstantValue = {
        type: operands[operandStart[local]!] as ConstantType,
        text: strings[operands[operandStart[local]! + 1]!]!,
      };
      if (constant.type === ConstantType.String && constant.text.length > 1)
        texts.push(constant.text);
      const regex = regexOf(constant);
      if (regex) expressions.push(regex.regex);
    }
    set = this.#refused(texts);
    for (const regex of expressions) set |= this.#matchesAll(regex) | this.#onlyLets(regex);
    this.#mentions.set(fn, set);
    return set;
  }

  #at(module: SourceModule, call: number, segments: readonly Segment[]): number | undefined {
    const { operands, operandStart } = module.ir;
    const from = operandStart[call]!;
    const [first] = segments;
    if (first?.kind !== "argument") return undefined;
    // `f.call(self, a)` gives what `self.f(a)` does.
    const shift = this.#callees.at(module, call).mode === "call" ? 1 : 0;
    const keywords = keywordsOf(module.ir, operands.subarray(from + 4, operandStart[call + 1]!));
    if (keywords >= 0) {
      for (const name of first.names) {
        const field = writtenField(module.ir, keywords, name);
        if (field >= 0) return field;
      }
    }
    const count = operandStart[call + 1]! - from - 4 - shift - (keywords < 0 ? 0 : 1);
    const at = (index: number): number | undefined =>
      index >= -shift && index < count ? unspread(operands[from + 4 + shift + index]!) : undefined;
    if (first.from === ArgumentPosition.This) {
      if (shift > 0) return at(-1);
      return operands[from + 2]! < 0 ? undefined : operands[from + 2]!;
    }
    const index = first.from === ArgumentPosition.Last ? count - 1 : first.from;
    return index < 0 ? undefined : at(index);
  }

  /** Whether `key` was tested to be a property of `object` itself, not one that it inherits. */
  isOwnKey(module: SourceModule, key: number, object: number): boolean {
    const { kinds, operands, operandStart, strings } = module.ir;
    for (let at = key; kinds[at] === Kind.Guard; at = operands[operandStart[at]!]!) {
      let condition = operands[operandStart[at]! + 1]!;
      let passed = operands[operandStart[at]! + 2] === GuardOutcome.Passed;
      while (
        kinds[condition] === Kind.Guard ||
        (kinds[condition] === Kind.Operator && strings[operands[operandStart[condition]!]!] === "!")
      ) {
        if (kinds[condition] === Kind.Operator) passed = !passed;
        condition =
          operands[operandStart[condition]! + (kinds[condition] === Kind.Operator ? 1 : 0)]!;
      }
      if (kinds[condition] !== Kind.Call || !passed) continue;
      for (const row of this.#tracking.models.rows(this.#callees.at(module, condition).api).rows) {
        if (row.role !== "guard" || !row.own || !row.pattern) continue;
        const tested = this.#at(module, condition, row.value.segments);
        const owner = this.#at(module, condition, row.pattern.segments);
        if (
          tested !== undefined &&
          owner !== undefined &&
          this.#reaches(module, tested, unguarded(module, key), 2) &&
          unguarded(module, owner) === unguarded(module, object)
        )
          return true;
      }
    }
    return false;
  }

  /** Whether `from` is `value` or something read off it: `String(x)`, `x.trim()`, `x.length`. */
  #reaches(module: SourceModule, from: number, value: number, depth: number): boolean {
    const { kinds, operands, operandStart } = module.ir;
    if (from === value) return true;
    if (depth === 0) return false;
    const at = operandStart[from]!;
    const end = operandStart[from + 1]!;
    switch (kinds[from]) {
      case Kind.Guard:
      case Kind.Await:
        return this.#reaches(module, operands[at]!, value, depth);
      case Kind.Call:
        if (operands[at + 2]! >= 0 && this.#reaches(module, operands[at + 2]!, value, depth - 1))
          return true;
        for (let index = at + 4; index < end; index++) {
          if (this.#reaches(module, unspread(operands[index]!), value, depth - 1)) return true;
        }
        return false;
      case Kind.Concat:
      case Kind.Phi:
        for (let index = at; index < end; index++) {
          if (this.#reaches(module, operands[index]!, value, depth - 1)) return true;
        }
        return false;
      default:
        return false;
    }
  }
}

/** A value as it was before it was tested. */
export function unguarded({ ir }: SourceModule, value: number): number {
  let at = value;
  while (ir.kinds[at] === Kind.Guard) at = ir.operands[ir.operandStart[at]!]!;
  return at;
}
