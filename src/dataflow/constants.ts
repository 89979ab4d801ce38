/** What is constant in a program: literals, and what is certainly one through variables, fields and concatenation. */
import {
  kindOfToken,
  makeToken,
  numberOfToken,
  type Token,
  TokenKind,
  type ValueTracking,
} from "../callgraph/value-tracking.ts";
import type { Segment } from "../models/path-grammar.ts";
import { ArgumentPosition } from "../models/path-grammar.ts";
import { keywordsOf, writtenField } from "../program/ir/keywords.ts";
import { ConstantType, isSpread, Kind, unspread } from "../program/ir/kinds.ts";
import type { SourceModule } from "../program/program.ts";

export interface ConstantValue {
  readonly type: ConstantType;
  /** A regular expression keeps `/source/flags`. */
  readonly text: string;
}

/** A value of a module. */
export interface ValueAt {
  readonly module: SourceModule;
  readonly local: number;
}

const DEPTH = 8;
/** A field whose name is not known. */
const ANY = "*";
/** Tokens whose fields are looked up. */
const HOLDERS: ReadonlySet<number> = new Set([TokenKind.Object, TokenKind.Exports]);

export class Constants {
  readonly #tracking: ValueTracking;
  /** The one value written to a variable, by variable; -1 when there are several. */
  readonly #written: Int32Array;
  /** The value stored in a field, by token and name; undefined when there are several. */
  #stored: Map<string, ValueAt | undefined> | undefined;

  constructor(tracking: ValueTracking) {
    this.#tracking = tracking;
    this.#written = new Int32Array(tracking.program.variableCount).fill(-2);
    for (const module of tracking.program.modules) {
      const { kinds, operands, operandStart } = module.ir;
      for (let local = 0; local < kinds.length; local++) {
        if (kinds[local] !== Kind.SetCaptured) continue;
        const variable = module.variableBase + operands[operandStart[local]!]!;
        const value = operands[operandStart[local]! + 1]!;
        this.#written[variable] = this.#written[variable] === -2 ? value : -1;
      }
    }
  }

  /** The only value (local to the variable's module) that is ever written to a variable, or -1. */
  writtenTo(variable: number): number {
    return Math.max(this.#written[variable]!, -1);
  }

  constantOf(module: SourceModule, local: number, depth = DEPTH): ConstantValue | undefined {
    if (depth === 0 || local < 0) return undefined;
    const { kinds, operands, operandStart, strings } = module.ir;
    const from = operandStart[local]!;
    const to = operandStart[local + 1]!;
    switch (kinds[local]) {
      case Kind.Constant:
        return { type: operands[from] as ConstantType, text: strings[operands[from + 1]!]! };
      case Kind.Guard:
      case Kind.Await:
        return this.constantOf(module, operands[from]!, depth - 1);
      case Kind.Phi: {
        let only: ConstantValue | undefined;
        for (let at = from; at < to; at++) {
          const one = this.constantOf(module, operands[at]!, depth - 1);
          if (!one || (only && (one.type !== only.type || one.text !== only.text)))
            return undefined;
          only = one;
        }
        return only;
      }
      case Kind.Captured: {
        const written = this.#written[module.variableBase + operands[from]!]!;
        return written < 0 ? undefined : this.constantOf(module, written, depth - 1);
      }
      case Kind.Concat: {
        let text = "";
        for (let at = from; at < to; at++) {
          const part = this.constantOf(module, operands[at]!, depth - 1);
          if (!part || part.type === ConstantType.Regex) return undefined;
          text += part.text;
        }
        return { type: ConstantType.String, text };
      }
      case Kind.Operator: {
        const op = strings[operands[from]!]!;
        const operand =
          to === from + 2 ? this.constantOf(module, operands[from + 1]!, depth - 1) : undefined;
        // `!0` and `!1` are how minifiers write true and false.
        if (
          op === "!" &&
          operand &&
          (operand.type === ConstantType.Number || operand.type === ConstantType.Boolean)
        ) {
          return {
            type: ConstantType.Boolean,
            text: operand.text === "0" || operand.text === "false" ? "true" : "false",
          };
        }
        if (op === "-" && operand?.type === ConstantType.Number)
          return { type: ConstantType.Number, text: `-${operand.text}` };
        return undefined;
      }
      case Kind.Load: {
        if (operands[from + 1]! < 0) return undefined;
        const name = strings[operands[from + 1]!]!;
        if (!this.#isCertain(module, operands[from]!, depth - 1)) return undefined;
        const field = this.fieldOf(module, operands[from]!, name);
        if (!field || this.#isOverwritten(module, operands[from]!, name)) return undefined;
        return this.constantOf(field.module, field.local, depth - 1);
      }
      case Kind.Imported: {
        const name = strings[operands[from + 1]!]!;
        const target = this.#tracking.linker.resolve(module, strings[operands[from]!]!, name);
        const exported = target && this.exportOf(target, name);
        return exported && this.constantOf(exported.module, exported.local, depth - 1);
      }
      default:
        return undefined;
    }
  }

  /** The constants a value may be, where it is one of several, with where each is written: `strict ? STRICT : LOOSE`. */
  alternativesOf(
    module: SourceModule,
    local: number,
    depth = DEPTH,
  ): readonly (ValueAt & { readonly constant: ConstantValue })[] {
    if (depth === 0) return [];
    const { kinds, operands, operandStart, strings } = module.ir;
    const from = operandStart[local]!;
    const on = (at: ValueAt | undefined) =>
      at ? this.alternativesOf(at.module, at.local, depth - 1) : [];
    switch (kinds[local]) {
      case Kind.Phi:
        return Array.from(operands.slice(from, operandStart[local + 1]!)).flatMap((one) =>
          on({ module, local: one }),
        );
      case Kind.Guard:
        return on({ module, local: operands[from]! });
      case Kind.Captured: {
        const written = this.#written[module.variableBase + operands[from]!]!;
        return written < 0 ? [] : on({ module, local: written });
      }
      case Kind.Load: {
        if (operands[from + 1]! < 0) return this.#someOf(module, local, depth).flatMap(on);
        const name = strings[operands[from + 1]!]!;
        const field = this.fieldOf(module, operands[from]!, name);
        if (field) return on(field);
        return this.#someOf(module, operands[from]!, depth).flatMap((one) =>
          on(this.fieldOf(one.module, one.local, name)),
        );
      }
      case Kind.Iterate:
        return this.#someOf(module, local, depth).flatMap(on);
      default:
        break;
    }
    const constant = this.constantOf(module, local, depth);
    return constant ? [{ constant, module, local }] : [];
  }

  /** What a value may be that is taken from a list or a table by an index or a key: `RULES[index]`. */
  #someOf(module: SourceModule, local: number, depth: number): readonly ValueAt[] {
    if (depth === 0) return [];
    const { kinds, operands, operandStart } = module.ir;
    const from = operandStart[local]!;
    switch (kinds[local]) {
      case Kind.Guard:
        return this.#someOf(module, operands[from]!, depth - 1);
      case Kind.Iterate:
        return this.#elementsOf(module, operands[from]!, depth - 1);
      case Kind.Load:
        return operands[from + 1]! < 0 ? this.#elementsOf(module, operands[from]!, depth - 1) : [];
      default:
        return [];
    }
  }

  /** The elements of a list that is written out, and the fields of such an object. */
  #elementsOf(module: SourceModule, local: number, depth: number): readonly ValueAt[] {
    if (depth === 0) return [];
    const { kinds, operands, operandStart, strings } = module.ir;
    const from = operandStart[local]!;
    const at = (value: number): ValueAt => ({ module, local: value });
    switch (kinds[local]) {
      case Kind.Guard:
        return this.#elementsOf(module, operands[from]!, depth - 1);
      case Kind.Captured: {
        const written = this.#written[module.variableBase + operands[from]!]!;
        return written < 0 ? [] : this.#elementsOf(module, written, depth - 1);
      }
      case Kind.Load: {
        if (operands[from + 1]! < 0) return [];
        const field = this.fieldOf(module, operands[from]!, strings[operands[from + 1]!]!);
        return field ? this.#elementsOf(field.module, field.local, depth - 1) : [];
      }
      case Kind.Sequence:
        return Array.from(operands.subarray(from, operandStart[local + 1]!))
          .filter((operand) => !isSpread(operand))
          .map(at);
      case Kind.Record:
        return Array.from({ length: operands[from]! }, (_, index) =>
          at(operands[from + 2 + index * 2]!),
        );
      default:
        return [];
    }
  }

  /** The one value a module exports under a name. */
  exportOf(module: SourceModule, name: string): ValueAt | undefined {
    for (const record of module.ir.exports) {
      if (record.name !== name || !("variable" in record)) continue;
      const written = this.#written[module.variableBase + record.variable]!;
      return written < 0 ? undefined : { module, local: written };
    }
    return this.#storedIn(makeToken(TokenKind.Exports, module.index), name);
  }

  /** The one value that is stored in a field of what a token stands for, wherever in the program. */
  #storedIn(token: Token, name: string): ValueAt | undefined {
    return this.#stores().has(`${token} ${ANY}`)
      ? undefined
      : this.#stores().get(`${token} ${name}`);
  }

  #stores(): ReadonlyMap<string, ValueAt | undefined> {
    if (this.#stored) return this.#stored;
    this.#stored = new Map();
    for (const module of this.#tracking.program.modules) {
      const { kinds, operands, operandStart, strings } = module.ir;
      for (let local = 0; local < kinds.length; local++) {
        if (kinds[local] !== Kind.Store) continue;
        const from = operandStart[local]!;
        const name = operands[from + 1]! < 0 ? ANY : strings[operands[from + 1]!]!;
        for (const one of this.#tracking.tokensOf(module.valueBase + operands[from]!)) {
          const key = `${one} ${name}`;
          const value = this.#stored.has(key) ? undefined : { module, local: operands[from + 3]! };
          this.#stored.set(key, value);
        }
      }
    }
    return this.#stored;
  }

  /** Whether a value is certainly the object it was made as, and not what a call made of it: `Object.assign({}, x)`. */
  #isCertain(module: SourceModule, local: number, depth: number): boolean {
    if (depth <= 0) return false;
    const { kinds, operands, operandStart } = module.ir;
    const from = operandStart[local]!;
    switch (kinds[local]) {
      case Kind.Record: // with nothing spread into it
        return operandStart[local + 1]! === from + 1 + 2 * operands[from]!;
      case Kind.Sequence:
      case Kind.Imported:
      case Kind.Cell:
        return true;
      case Kind.Guard:
      case Kind.Load:
        return this.#isCertain(module, operands[from]!, depth - 1);
      case Kind.Captured: {
        const written = this.#written[module.variableBase + operands[from]!]!;
        return written >= 0 && this.#isCertain(module, written, depth - 1);
      }
      default:
        return false;
    }
  }

  /** Whether something is stored in a field after its object was made, by its name or by a computed one. */
  #isOverwritten(module: SourceModule, local: number, name: string): boolean {
    return this.#tracking
      .tokensOf(module.valueBase + local)
      .some(
        (token) =>
          kindOfToken(token) === TokenKind.Object &&
          [name, ANY].some((field) => this.#stores().has(`${token} ${field}`)),
      );
  }

  /** The value given to a field of the one object literal that a value stands for. */
  fieldOf(module: SourceModule, local: number, name: string): ValueAt | undefined {
    const objects = this.#tracking
      .tokensOf(module.valueBase + local)
      .filter((token) => HOLDERS.has(kindOfToken(token)));
    if (objects.length !== 1) return undefined;
    if (kindOfToken(objects[0]!) === TokenKind.Exports)
      return this.exportOf(this.#tracking.program.modules[numberOfToken(objects[0]!)]!, name);
    const value = numberOfToken(objects[0]!);
    const owner = this.#tracking.program.moduleOfValue(value);
    const record = value - owner.valueBase;
    const { kinds, operands, operandStart, strings } = owner.ir;
    if (kinds[record] === Kind.Sequence) {
      const index = Number(name);
      const operand = operands[operandStart[record]! + index];
      const within = operandStart[record]! + index < operandStart[record + 1]!;
      return Number.isInteger(index) && within && !isSpread(operand!)
        ? { module: owner, local: operand! }
        : undefined;
    }
    if (kinds[record] !== Kind.Record) return undefined;
    let at = operandStart[record]!;
    for (let count = operands[at++]!; count > 0; count--, at += 2) {
      if (strings[operands[at]!] === name) return { module: owner, local: operands[at + 1]! };
    }
    return undefined;
  }

  /** Constants of the array or set that a value stands for; undefined when one of its elements is not constant. */
  membersOf(module: SourceModule, local: number, depth = DEPTH): readonly string[] | undefined {
    if (depth === 0) return undefined;
    const { kinds, operands, operandStart } = module.ir;
    const from = operandStart[local]!;
    const to = operandStart[local + 1]!;
    switch (kinds[local]) {
      case Kind.Sequence: {
        const texts: string[] = [];
        for (let at = from; at < to; at++) {
          const one = this.constantOf(module, unspread(operands[at]!), depth - 1);
          if (!one) return undefined;
          texts.push(one.text);
        }
        return texts;
      }
      case Kind.Guard:
        return this.membersOf(module, operands[from]!, depth - 1);
      case Kind.Captured: {
        const written = this.#written[module.variableBase + operands[from]!]!;
        return written < 0 ? undefined : this.membersOf(module, written, depth - 1);
      }
      case Kind.Phi: {
        let only: readonly string[] | undefined;
        for (let at = from; at < to; at++) {
          const one = this.membersOf(module, operands[at]!, depth - 1);
          if (!one || (only && one.join("\0") !== only.join("\0"))) return undefined;
          only = one;
        }
        return only;
      }
      case Kind.Call: // `new Set([...])`, `Object.freeze([...])`
        return to > from + 4
          ? this.membersOf(module, unspread(operands[from + 4]!), depth - 1)
          : undefined;
      case Kind.Load: {
        if (operands[from + 1]! < 0) return undefined;
        const field = this.fieldOf(
          module,
          operands[from]!,
          module.ir.strings[operands[from + 1]!]!,
        );
        return field && this.membersOf(field.module, field.local, depth - 1);
      }
      default:
        return undefined;
    }
  }

  /** The text that a value certainly begins with. */
  beginningOf(module: SourceModule, local: number): string {
    const { kinds, operands, operandStart } = module.ir;
    const whole = this.constantOf(module, local);
    if (whole) return whole.text;
    let text = "";
    if (kinds[local] !== Kind.Concat) return text;
    for (let at = operandStart[local]!; at < operandStart[local + 1]!; at++) {
      const part = this.constantOf(module, operands[at]!);
      if (!part) break;
      text += part.text;
    }
    return text;
  }

  /** Constant keys of the map that a value stands for; undefined when others may come in. */
  keysOf(module: SourceModule, local: number, depth = DEPTH): readonly string[] | undefined {
    if (depth === 0) return undefined;
    const { kinds, operands, operandStart, strings } = module.ir;
    const from = operandStart[local]!;
    switch (kinds[local]) {
      case Kind.Record: {
        if (operands[from] === 0 || !this.#isCertain(module, local, 1)) return undefined;
        if (this.#isOverwritten(module, local, ANY)) return undefined;
        return Array.from(
          { length: operands[from]! },
          (_, at) => strings[operands[from + 1 + 2 * at]!]!,
        );
      }
      case Kind.Guard:
        return this.keysOf(module, operands[from]!, depth - 1);
      case Kind.Phi: {
        const all = Array.from(operands.subarray(from, operandStart[local + 1]!), (one) =>
          this.keysOf(module, one, depth - 1),
        );
        const [first] = all;
        return all.every((one) => one?.join("\0") === first?.join("\0")) ? first : undefined;
      }
      case Kind.Captured: {
        const written = this.#written[module.variableBase + operands[from]!]!;
        return written < 0 ? undefined : this.keysOf(module, written, depth - 1);
      }
      case Kind.Imported: {
        const name = strings[operands[from + 1]!]!;
        const target = this.#tracking.linker.resolve(module, strings[operands[from]!]!, name);
        const exported = target && this.exportOf(target, name);
        return exported && this.keysOf(exported.module, exported.local, depth - 1);
      }
      default:
        return undefined;
    }
  }

  /** The value at a position of a call; undefined when nothing is given there or it cannot be told. */
  atPosition(
    module: SourceModule,
    call: number,
    segments: readonly Segment[],
  ): ValueAt | undefined {
    const { operands, operandStart } = module.ir;
    const from = operandStart[call]!;
    const keywords = keywordsOf(module.ir, operands.subarray(from + 4, operandStart[call + 1]!));
    const count = operandStart[call + 1]! - from - 4 - (keywords < 0 ? 0 : 1);
    const [first, ...rest] = segments;
    if (first?.kind !== "argument") return undefined;
    let local = -1;
    if (keywords >= 0) {
      for (const name of first.names)
        local = Math.max(local, writtenField(module.ir, keywords, name));
    }
    if (local >= 0) {
      // Given by name.
    } else if (first.from === ArgumentPosition.This) local = operands[from + 2]!;
    else {
      const index = first.from === ArgumentPosition.Last ? count - 1 : first.from;
      if (index >= 0 && index < count && !isSpread(operands[from + 4 + index]!))
        local = operands[from + 4 + index]!;
    }
    if (local < 0) return undefined;
    let at: ValueAt = { module, local };
    for (const segment of rest) {
      const next = this.#inside(at, segment);
      if (!next) return undefined;
      at = next;
    }
    return at;
  }

  /** A field of a value, or an argument of the one call that made it. */
  #inside(at: ValueAt, segment: Segment): ValueAt | undefined {
    if (segment.kind === "argument") {
      const call = this.#madeBy(at);
      return call && this.atPosition(call.module, call.local, [segment]);
    }
    if (segment.kind !== "member" || !segment.names) return undefined;
    return segment.names
      .map((name) => this.fieldOf(at.module, at.local, name))
      .find((one) => one !== undefined);
  }

  /** The one call that a value comes from, through variables and as one of its results. */
  #madeBy({ module, local }: ValueAt, depth = DEPTH): ValueAt | undefined {
    if (depth === 0 || local < 0) return undefined;
    const { kinds, operands, operandStart, strings } = module.ir;
    const from = operandStart[local]!;
    switch (kinds[local]) {
      case Kind.Call:
        return { module, local };
      case Kind.Guard:
      case Kind.Load:
        return this.#madeBy({ module, local: operands[from]! }, depth - 1);
      case Kind.Phi: {
        const [first, ...others] = Array.from(
          operands.subarray(from, operandStart[local + 1]!),
          (one) => this.#madeBy({ module, local: one }, depth - 1),
        );
        return others.every((one) => one?.local === first?.local) ? first : undefined;
      }
      case Kind.Captured: {
        const written = this.#written[module.variableBase + operands[from]!]!;
        return this.#madeBy({ module, local: written }, depth - 1);
      }
      case Kind.Imported: {
        const name = strings[operands[from + 1]!]!;
        const target = this.#tracking.linker.resolve(module, strings[operands[from]!]!, name);
        const exported = target && this.exportOf(target, name);
        return exported && this.#madeBy(exported, depth - 1);
      }
      default:
        return undefined;
    }
  }
}

/** A regular expression literal as one that can be run; undefined when the engine does not know it. */
export function regexOf(
  constant: ConstantValue,
): { readonly regex: RegExp; readonly global: boolean } | undefined {
  if (constant.type !== ConstantType.Regex) return undefined;
  const end = constant.text.lastIndexOf("/");
  const flags = constant.text.slice(end + 1);
  try {
    return {
      regex: new RegExp(constant.text.slice(1, end), flags.replace(/[gy]/g, "")),
      global: flags.includes("g"),
    };
  } catch {
    return undefined;
  }
}

/** Spellings of regular expressions that other languages have for what JavaScript has too. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/\(\?P</g, "(?<"],
  [/\(\?P=(\w+)\)/g, "\\k<$1>"],
  [/\\A/g, "^"],
  [/\\[zZ]/g, "$"],
];

/** A constant as a regular expression where a text is one too; `anchors` says where the call itself anchors it. */
export function patternOf(
  constant: ConstantValue,
  anchors: "start" | "both" | undefined,
): { readonly regex: RegExp; readonly global: boolean } | undefined {
  if (constant.type !== ConstantType.String) return regexOf(constant);
  let source = constant.text;
  for (const [spelling, ours] of SPELLINGS) source = source.replace(spelling, ours);
  const flags = /^\(\?([ims]+)\)/.exec(source);
  if (flags) source = source.slice(flags[0].length);
  if (anchors !== undefined) source = `^(?:${source})${anchors === "both" ? "$" : ""}`;
  try {
    return { regex: new RegExp(source, flags?.[1] ?? ""), global: true };
  } catch {
    return undefined;
  }
}

/** Whether a constant counts as true in a test; undefined when it is not constant. */
export function truthOf(constant: ConstantValue | undefined): boolean | undefined {
  switch (constant?.type) {
    case undefined:
      return undefined;
    case ConstantType.Boolean:
      return constant.text === "true";
    case ConstantType.String:
      return constant.text !== "";
    case ConstantType.Number:
    case ConstantType.BigInt:
      return !/^[-+]?0*(?:\.0*)?n?$/.test(constant.text);
    case ConstantType.Null:
    case ConstantType.Undefined:
      return false;
    default:
      return true;
  }
}
