/** The instruction kinds of the intermediate representation, and the layout of their operands. */

/**
 * Each instruction defines at most one value, and a value's id *is* its instruction's index in the module.
 * Operand notation: `v` value id, `s` index into the module's strings (-1: none), `i` plain integer,
 * `v*` any number of values, `a*` any number of arguments (a spread argument or element is stored as `-(v + 1)`).
 */
export const Kind = {
  /** `type i, text s`: a literal; `type` is a {@link ConstantType}; a regular expression keeps `/source/flags`. */
  Constant: 0,
  /**
   * `position i, flags i, type s, name s`: a formal; see {@link Position} and {@link ParameterFlag}; `type` as declared.
   * It has a name where arguments can be given by name.
   */
  Parameter: 1,
  /** `variable i`: reads a variable of an enclosing function, or one of this function that inner functions write. */
  Captured: 2,
  /** `module s, name s`: any import or `require`; name is `*`, `default` or the imported name. */
  Imported: 3,
  /** `name s`: reads a global variable. */
  Cell: 4,
  /**
   * `function i, (variable i, value v)*`: a function value. A variable that is assigned once is captured with its
   * value here; the others that its {@link FunctionRecord} names are read through, whenever it runs.
   */
  Closure: 5,
  /** `class i`: a class object. */
  ClassValue: 6,
  /** `count i, (name s, value v) * count, (spread v, excepted i, (name s) * excepted)*`: an object literal. */
  Record: 7,
  /** `a*`: array, list, tuple, set or variadic bundle. */
  Sequence: 8,
  /** `v*`: string building; constants are kept as parts. */
  Concat: 9,
  /** `op s, v*`: arithmetic, comparison, `!`, `typeof`, `in`, `instanceof` ... */
  Operator: 10,
  /** `v*`: a join; at a block's head one input a predecessor, elsewhere a choice in place (`a ? b : c`). */
  Phi: 11,
  /** `value v, condition v, outcome i`: the same value, known to have passed a condition; see {@link GuardOutcome}. */
  Guard: 12,
  /** `object v, field s, key v`: `o.x` has the field, `o[k]` the key; the absent one is -1. */
  Load: 13,
  /** `object v, field s, key v, value v`. */
  Store: 14,
  /** `variable i, value v`: writes a variable that another function reads or writes. */
  SetCaptured: 15,
  /** `name s, value v`: writes a global variable. */
  SetCell: 16,
  /**
   * `form i, callee v, receiver v, name s, a*`: receiver and name are -1 for a plain call; see {@link CallForm}.
   * Arguments that are given by name are one record, spread, in the last place.
   */
  Call: 17,
  /** `v`: what a promise, future or channel yields. */
  Await: 18,
  /** `value v, delegate i`: generator output (-1: none); the result is what `next(x)` gave. */
  Yield: 19,
  /** `collection v, part i`: one element, key or entry a turn; see {@link IteratePart}. */
  Iterate: 20,
  /** `condition v`: ends a block; its first two successors are then and else. */
  Branch: 21,
  /** `v` (-1: nothing): ends a block. */
  Return: 22,
  /** `v`: ends a block. */
  Throw: 23,
  /** `syntax s, v*`: not lowered; depends on all its inputs, so taint goes on. */
  Unknown: 24,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/** What is known of a guard's condition. */
export const GuardOutcome = {
  Failed: 0,
  Passed: 1,
  /** The condition is a call that came back: whoever throws at bad arguments has let these pass. */
  Returned: 2,
} as const;
export type GuardOutcome = (typeof GuardOutcome)[keyof typeof GuardOutcome];

export const ConstantType = {
  String: 0,
  Number: 1,
  Boolean: 2,
  Null: 3,
  Undefined: 4,
  Regex: 5,
  BigInt: 6,
} as const;
export type ConstantType = (typeof ConstantType)[keyof typeof ConstantType];

/** Parameter positions below zero. */
export const Position = {
  /** `this`, `self`. */
  Receiver: -1,
  /** The exception in a handler block. */
  Caught: -2,
  /** Given by nobody: stands for what a declared type alone says of a value, beside what the value is made from. */
  Declared: -3,
} as const;

export const ParameterFlag = {
  /** Takes this position and everything after it, as a sequence. */
  Rest: 1,
  /** Is given by its name alone. */
  Named: 2,
  /** Takes everything that is given by a name that no other formal has, as a record. */
  Keywords: 4,
} as const;

export const CallForm = {
  Call: 0,
  New: 1,
  /** `super(...)`: the callee is the superclass, the receiver is `this`. */
  Super: 2,
  /** A tagged template: argument 0 is the sequence of constant parts, the others are the holes. */
  Tag: 3,
  /** A decorator: the callee is the decorator, argument 0 what it decorates. */
  Decorator: 4,
  Defer: 5,
  Spawn: 6,
} as const;
export type CallForm = (typeof CallForm)[keyof typeof CallForm];

export const IteratePart = { Value: 0, Key: 1, Entry: 2 } as const;
export type IteratePart = (typeof IteratePart)[keyof typeof IteratePart];

/** True when the instruction ends its block and defines no value. */
export const isTerminator = (kind: number): boolean =>
  kind === Kind.Branch || kind === Kind.Return || kind === Kind.Throw;

/** An argument or element as stored: spread ones are negative. */
export const isSpread = (operand: number): boolean => operand < 0;
export const spread = (value: number): number => -(value + 1);
export const unspread = (operand: number): number => (operand < 0 ? -operand - 1 : operand);

/**
 * Calls `visit(index)` for each index in `operands[from, to)` that holds a value id. An index that may hold a
 * spread value is visited too (read it with {@link unspread}); an absent value (-1) is not.
 */
export function forEachValueOperand(
  kind: number,
  operands: ArrayLike<number>,
  from: number,
  to: number,
  visit: (index: number) => void,
): void {
  const present = (index: number): void => {
    if (operands[index]! >= 0) visit(index);
  };
  switch (kind) {
    case Kind.Record: {
      let at = from + 1;
      for (let n = operands[from]!; n > 0; n--, at += 2) visit(at + 1);
      while (at < to) {
        visit(at);
        at += 2 + operands[at + 1]!;
      }
      return;
    }
    case Kind.Closure:
      for (let at = from + 2; at < to; at += 2) visit(at);
      return;
    case Kind.Concat:
    case Kind.Phi:
    case Kind.Sequence:
      for (let at = from; at < to; at++) visit(at);
      return;
    case Kind.Operator:
    case Kind.Unknown:
      for (let at = from + 1; at < to; at++) visit(at);
      return;
    case Kind.Guard:
      visit(from);
      visit(from + 1);
      return;
    case Kind.Load:
      visit(from);
      present(from + 2);
      return;
    case Kind.Store:
      visit(from);
      present(from + 2);
      visit(from + 3);
      return;
    case Kind.SetCaptured:
    case Kind.SetCell:
      visit(from + 1);
      return;
    case Kind.Call:
      visit(from + 1);
      present(from + 2);
      for (let at = from + 4; at < to; at++) visit(at);
      return;
    case Kind.Await:
    case Kind.Iterate:
    case Kind.Branch:
    case Kind.Throw:
      visit(from);
      return;
    case Kind.Yield:
    case Kind.Return:
      present(from);
      return;
    default:
      return;
  }
}
