/** Control flow that languages share: joins, loops, finalisers, and the ways out that lead through them. */
import type { Block, FunctionBuilder, Local, Value } from "./builder.ts";
import { Position } from "./kinds.ts";
import type { Span } from "./module-ir.ts";

/** Somewhere that `break`, `continue` and `return` pass or lead to. */
export type Exit =
  | {
      readonly kind: "jump";
      readonly labels: readonly string[];
      readonly breakTo: Block;
      /** Undefined for what is no loop. */
      readonly continueTo: Block | undefined;
      /** Whether a `break` without a label means it: not so for a labelled block. */
      readonly isPlain: boolean;
    }
  | {
      readonly kind: "finally";
      readonly entry: Block;
      readonly returned: Local;
      /** What to go on with after the finaliser, by a name that tells ways out apart. */
      readonly pending: Map<string, () => void>;
    };

/** The ways out of the statement that is being lowered, innermost last. */
export class Exits {
  readonly #builder: FunctionBuilder;
  readonly #exits: Exit[] = [];

  constructor(builder: FunctionBuilder) {
    this.#builder = builder;
  }

  /** Runs `body` with one more way out of it. */
  within(exit: Exit, body: () => void): void {
    this.#exits.push(exit);
    body();
    this.#exits.pop();
  }

  return(value: Value | -1, span: Span): void {
    const builder = this.#builder;
    const frame = this.#exits.findLast((exit) => exit.kind === "finally");
    if (frame === undefined) {
      builder.return(value, span);
      return;
    }
    if (value >= 0) builder.write(frame.returned, value, span);
    frame.pending.set("return", () =>
      this.return(value >= 0 ? builder.read(frame.returned, span) : -1, span),
    );
    builder.jump(frame.entry);
  }

  /** `break` and `continue`, with or without a label. */
  leave(keyword: "break" | "continue", label: string | undefined): void {
    for (let index = this.#exits.length - 1; index >= 0; index--) {
      const exit = this.#exits[index]!;
      if (exit.kind === "finally") {
        exit.pending.set(`${keyword} ${label ?? ""}`, () => this.leave(keyword, label));
        this.#builder.jump(exit.entry);
        return;
      }
      const isMeant = label === undefined ? exit.isPlain : exit.labels.includes(label);
      const to = keyword === "break" ? exit.breakTo : exit.continueTo;
      if (isMeant && to !== undefined) {
        this.#builder.jump(to);
        return;
      }
    }
  }
}

/** Fills blocks whose predecessors are known, and goes on where they meet. */
export function join(
  builder: FunctionBuilder,
  sides: readonly (readonly [Block, () => void])[],
): void {
  const after = builder.block();
  for (const [block, body] of sides) {
    builder.seal(block);
    builder.enter(block);
    body();
    builder.jump(after);
  }
  builder.seal(after);
  builder.enter(after);
}

/** What lowers a function, as far as it knows which values are constants of the language. */
interface Folding {
  readonly builder: FunctionBuilder;
  literalOf(value: Value): unknown;
}

/**
 * A branch; only the way that can be taken, where the condition is a constant. A text as a condition is no switch that
 * somebody has set but a slip (`role == "a" or "b"`), which is kept for those who ask.
 */
export function branch(
  lower: Folding,
  condition: Value,
  then: Block,
  otherwise: Block,
  span: Span,
): void {
  const literal = lower.literalOf(condition);
  if (literal === undefined || (typeof literal === "string" && literal !== ""))
    lower.builder.branch(condition, then, otherwise, span);
  else lower.builder.jump(literal ? then : otherwise);
}

/**
 * Ends the current block with the edges of `left and right`, or of `left or right`; each side ends a block with its own.
 * The caller seals both blocks.
 */
export function shortCircuit(
  builder: FunctionBuilder,
  isAnd: boolean,
  then: Block,
  otherwise: Block,
  left: (then: Block, otherwise: Block) => void,
  right: (then: Block, otherwise: Block) => void,
): void {
  const outcome = isAnd ? otherwise : then;
  const rest = builder.block();
  // Both sides can decide. Each does so by a block of its own, or what it proves would be lost where they join.
  const byLeft = builder.block();
  const byRight = builder.block();
  left(isAnd ? rest : byLeft, isAnd ? byLeft : rest);
  builder.seal(byLeft);
  builder.enter(byLeft);
  builder.jump(outcome);
  builder.seal(rest);
  builder.enter(rest);
  right(isAnd ? then : byRight, isAnd ? byRight : otherwise);
  builder.seal(byRight);
  builder.enter(byRight);
  builder.jump(outcome);
}

export interface Loop {
  /** Decides, at the loop's head, between one more turn and the exit. */
  readonly test: (body: Block, exit: Block) => void;
  readonly body: () => void;
  /** What happens between two turns, after `continue` too. */
  readonly update?: () => void;
  /** What happens when the test has failed, and not after a `break`. */
  readonly otherwise?: () => void;
}

export function loop(
  builder: FunctionBuilder,
  exits: Exits,
  labels: readonly string[],
  { test, body, update, otherwise }: Loop,
): void {
  const head = builder.block();
  const turn = builder.block();
  const exit = builder.block();
  const after = builder.block();
  const next = update ? builder.block() : head;
  builder.jump(head);
  builder.enter(head);
  test(turn, exit);
  builder.seal(turn);
  builder.enter(turn);
  exits.within({ kind: "jump", labels, breakTo: after, continueTo: next, isPlain: true }, body);
  builder.jump(next);
  if (update) {
    builder.seal(next);
    builder.enter(next);
    update();
    builder.jump(head);
  }
  builder.seal(head);
  // What the failed test proves would be lost where a `break` joins it.
  builder.seal(exit);
  builder.enter(exit);
  otherwise?.();
  builder.jump(after);
  builder.seal(after);
  builder.enter(after);
}

/**
 * All ways out of `body` lead through the finaliser, and each goes on behind it. The usual way, off the end of the body,
 * gets a copy of its own when that is cheap (`isRepeatable`): what the body has checked stays known after it.
 */
export function withFinaliser(
  builder: FunctionBuilder,
  exits: Exits,
  span: Span,
  isRepeatable: boolean,
  body: () => void,
  finaliser: () => void,
): void {
  const entry = builder.block();
  const thrown = builder.block();
  const after = builder.block();
  const exception = builder.local();
  const pending = new Map<string, () => void>();
  builder.beginTry(thrown);
  exits.within({ kind: "finally", entry, returned: builder.local(), pending }, body);
  builder.endTry();
  if (isRepeatable) {
    if (!builder.unreachable) finaliser();
    builder.jump(after);
  } else if (!builder.unreachable) {
    pending.set("end", () => builder.jump(after));
    builder.jump(entry);
  }
  builder.seal(thrown);
  builder.enter(thrown);
  builder.write(exception, builder.parameter(Position.Caught, span), span);
  builder.jump(entry);
  builder.seal(entry);
  builder.enter(entry);
  finaliser();
  for (const resume of pending.values()) {
    if (builder.unreachable) break;
    const taken = builder.block();
    const others = builder.block();
    builder.branch(builder.operator("completion", [], span), taken, others, span);
    builder.seal(taken);
    builder.enter(taken);
    resume();
    // A `break` that leads nowhere is an error of meaning, which a parser may let pass.
    builder.jump(after);
    builder.seal(others);
    builder.enter(others);
  }
  if (!builder.unreachable) builder.throw(builder.read(exception, span), span);
  builder.seal(after);
  builder.enter(after);
}
