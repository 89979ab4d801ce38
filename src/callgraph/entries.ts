/** The functions that users of a library can call: reachable from its entry modules through what they export. */

import { Kind } from "../program/ir/kinds.ts";
import { isTest } from "../program/link/packages.ts";
import type { SourceModule } from "../program/program.ts";
import {
  kindOfToken,
  makeToken,
  numberOfToken,
  type Token,
  TokenKind,
  type ValueTracking,
} from "./value-tracking.ts";

/** Fields, instances and results that are followed from an export. */
const DEPTH = 5;

export function exportedFunctions(
  tracking: ValueTracking,
  entries: readonly SourceModule[],
): number[] {
  const seen = new Set<Token>();
  const exported = new Set<number>();
  const visit = (token: Token, depth: number): void => {
    if (depth === 0 || seen.has(token)) return;
    seen.add(token);
    const number = numberOfToken(token);
    switch (kindOfToken(token)) {
      case TokenKind.Function: {
        exported.add(number);
        visit(makeToken(TokenKind.Prototype, number), depth);
        visit(makeToken(TokenKind.Instance, number), depth);
        for (const one of tracking.returnTokens(number)) visit(one, depth - 1);
        break;
      }
      case TokenKind.Instance:
        visit(makeToken(TokenKind.Prototype, number), depth);
        break;
      case TokenKind.Prototype:
        for (const one of tracking.fieldTokens(makeToken(TokenKind.Function, number), "prototype"))
          visit(one, depth);
        break;
      case TokenKind.Exports: {
        const module = tracking.program.modules[number]!;
        for (const one of tracking.exportTokens(module)) if (one !== token) visit(one, depth);
        for (const record of module.ir.exports) {
          if (!("module" in record)) continue;
          const target = tracking.linker.resolve(module, record.module);
          if (target && record.name === "*")
            visit(makeToken(TokenKind.Exports, target.index), depth - 1);
        }
        break;
      }
      case TokenKind.Object:
        break;
      default:
        return;
    }
    for (const [name, tokens] of tracking.fieldsOf(token)) {
      // A leading underscore or `#` says that a member is not for others.
      if (/^[_#]/.test(name)) continue;
      for (const one of tokens) visit(one, depth - 1);
    }
  };
  for (const module of entries) {
    visit(makeToken(TokenKind.Exports, module.index), DEPTH);
    for (const token of tracking.exportTokens(module)) visit(token, DEPTH);
    for (const token of scriptExports(tracking, module)) visit(token, DEPTH);
  }
  for (const { module, value } of tracking.storedOnLibraries) {
    if (!entries.some(({ index }) => index === module)) continue;
    for (const token of tracking.tokensOf(value)) visit(token, DEPTH - 1);
  }
  return [...exported]
    .filter((fn) => !isTest(tracking.program.moduleOf(fn).path))
    .sort((a, b) => a - b);
}

/** What a script puts into the page: values of globals it assigns. */
function scriptExports(tracking: ValueTracking, module: SourceModule): Token[] {
  const { kinds, operands, operandStart, strings } = module.ir;
  const tokens: Token[] = [];
  for (let local = 0; local < kinds.length; local++) {
    if (kinds[local] !== Kind.SetCell) continue;
    tokens.push(
      ...tracking.cellTokens(module.ir.language, strings[operands[operandStart[local]!]!]!),
    );
  }
  const isScript = module.ir.exports.length === 0 && tracking.exportTokens(module).length <= 1;
  if (isScript && !kinds.includes(Kind.Imported)) {
    // Functions declared at the top of a page's script are globals; a program that imports something keeps them.
    module.ir.variables.forEach((variable, index) => {
      if (variable.function === 0)
        tokens.push(...tracking.variableTokens(module.variableBase + index));
    });
  }
  return tokens;
}
