/** Method calls whose receiver is still unknown though some class of the tree has such a method. */
import { Kind } from "../program/ir/kinds.ts";
import type { SourceModule } from "../program/program.ts";
import type { TypeOracle } from "../program/types/type-oracle.ts";
import { Callees } from "./callees.ts";
import { makeToken, TokenKind, type ValueTracking } from "./value-tracking.ts";

interface OpenReceiver {
  readonly module: SourceModule;
  /** The receiver, as a local number of the module. */
  readonly local: number;
}

/** Open receivers in modules that `isAsked` accepts; in the order of the program. */
export function openReceivers(
  tracking: ValueTracking,
  isAsked: (path: string) => boolean,
): OpenReceiver[] {
  const names = new Set([...tracking.methods()].map(([name]) => name));
  const callees = new Callees(tracking);
  const open: OpenReceiver[] = [];
  for (const module of tracking.program.modules) {
    const { dialect, kinds, operands, operandStart, strings } = module.ir;
    if (!isAsked(module.path) || (dialect !== "ts" && dialect !== "tsx")) continue;
    for (let local = 0; local < kinds.length; local++) {
      if (kinds[local] !== Kind.Call) continue;
      const from = operandStart[local]!;
      const receiver = operands[from + 2]!;
      const name = operands[from + 3]!;
      if (receiver < 0 || name < 0 || !names.has(strings[name]!)) continue;
      const { targets, api, byName } = callees.at(module, local);
      if ((targets.length === 0 || byName) && api === 0) open.push({ module, local: receiver });
    }
  }
  return open;
}

/** Asks for the class of each open receiver, and tracks on from the answers. */
export function answer(
  tracking: ValueTracking,
  open: readonly OpenReceiver[],
  oracle: TypeOracle,
): void {
  for (const { module, local } of open) {
    const found = oracle.classOf(
      module.path,
      module.ir.spans[local * 2]!,
      module.ir.spans[local * 2 + 1]!,
    );
    const target = found && tracking.program.at(found.path);
    const record = target?.ir.classes.find(
      ({ name, constructor_ }) => name === found!.name && constructor_ >= 0,
    );
    if (!target || !record) continue;
    tracking.learn(
      module.valueBase + local,
      makeToken(TokenKind.Instance, target.functionBase + record.constructor_),
    );
  }
}
