/**
 * Flows through an object that several functions share without calling each other: methods meet in the fields of their
 * receiver, the steps of a route in the request and the response they are handed one after the other.
 */
import { functionsOf } from "../callgraph/callees.ts";
import { kindOfToken, type Token, TokenKind } from "../callgraph/value-tracking.ts";
import { FUNCTIONS_PER_OBJECT } from "../limits.ts";
import { ArgumentPosition, type Segment } from "../models/path-grammar.ts";
import { isSpread, Kind, Position, unspread } from "../program/ir/kinds.ts";
import type { Analysis } from "./analysis.ts";
import { EMPTY_PATH, type FactKey, type LabelId, OriginKind } from "./facts.ts";
import type { Hit } from "./summary.ts";

/** What one function stores in the shared object, another brings to a sink. */
export interface SharedHit {
  readonly hit: Hit;
  /** The function that stores, the position of the shared object among its formals, and the fact it stores there. */
  readonly storer: number;
  readonly position: number;
  readonly stored: FactKey;
}

export function sharedHits(analysis: Analysis): SharedHit[] {
  const found = new Map<string, SharedHit>();
  for (const group of receiverGroups(analysis))
    collect(analysis, group, group, Position.Receiver, found);
  const { routes, middleware } = routesOf(analysis);
  for (const steps of routes) {
    for (const position of [0, 1])
      collect(analysis, [...middleware, ...steps], steps, position, found);
  }
  return [...found.values()];
}

function collect(
  analysis: Analysis,
  storers: readonly number[],
  users: readonly number[],
  position: number,
  found: Map<string, SharedHit>,
): void {
  const { facts } = analysis;
  const origin = facts.origin(OriginKind.Parameter, position);
  const stored = new Map<FactKey, { label: LabelId; storer: number }>();
  for (const fn of storers) {
    for (const [key, label] of analysis.summaryOf(fn).stores.get(origin) ?? []) {
      if (!facts.isSource(key) || facts.outputOf(key) === EMPTY_PATH) continue;
      const known = stored.get(key);
      if (!known) stored.set(key, { label, storer: fn });
      else known.label = facts.meet(known.label, label);
    }
  }
  if (stored.size === 0) return;
  for (const fn of users) {
    for (const entry of analysis.summaryOf(fn).sinks) {
      if (facts.originOf(entry.key) !== origin || facts.stateOf(entry.key) !== 0) continue;
      const { row } = analysis.siteAt(entry.site);
      for (const [key, { label, storer }] of stored) {
        const met = facts.substitute(entry.key, key);
        if (met === undefined || !facts.onlyElements(facts.outputOf(met))) continue;
        const joined = facts.join(entry.label, label);
        if ((facts.neutralised(joined) & row.bit) !== 0n) continue;
        const source = facts.originOf(met);
        const id = `${source},${entry.site}`;
        if (found.has(id)) continue;
        const hit = {
          apex: fn,
          source,
          site: entry.site,
          label: joined,
          at: -1,
          argument: -1,
          key,
          entry,
        };
        found.set(id, { hit, storer, position, stored: key });
      }
    }
  }
}

/** Functions with the same receiver, by what the receiver is. */
function receiverGroups(analysis: Analysis): number[][] {
  const groups = new Map<Token, number[]>();
  for (let fn = 0; fn < analysis.program.functionCount; fn++) {
    for (const { position, value } of analysis.tracking.parameters[fn]!) {
      if (position !== Position.Receiver) continue;
      for (const token of analysis.tracking.tokensOf(value)) {
        const kind = kindOfToken(token);
        if (kind !== TokenKind.Instance && kind !== TokenKind.Object && kind !== TokenKind.Function)
          continue;
        const group = groups.get(token) ?? [];
        group.push(fn);
        groups.set(token, group);
      }
    }
  }
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([, group]) => group)
    .filter(({ length }) => length <= FUNCTIONS_PER_OBJECT);
}

/** The functions of each route in the order of their registration, and those that run before every route. */
function routesOf(analysis: Analysis): { routes: number[][]; middleware: number[] } {
  const routes: number[][] = [];
  const middleware: number[] = [];
  for (const module of analysis.program.modules) {
    const { kinds, operands, operandStart } = module.ir;
    for (let local = 0; local < kinds.length; local++) {
      if (kinds[local] !== Kind.Call) continue;
      for (const row of analysis.models.rows(analysis.callees.at(module, local).api).rows) {
        if (row.role !== "route") continue;
        const args = Array.from(operands.slice(operandStart[local]! + 4, operandStart[local + 1]!));
        const steps = positionsIn(row.handlers.segments, args).flatMap((value) =>
          stepsOf(analysis, module.valueBase + value),
        );
        if (row.method === "use") middleware.push(...steps);
        else if (steps.length > 0) routes.push(steps);
      }
    }
  }
  return { routes, middleware: [...new Set(middleware)] };
}

/** Functions a handler argument stands for; a list of handlers stands for its elements. */
function stepsOf(analysis: Analysis, value: number): number[] {
  const tokens = analysis.tracking.tokensOf(value);
  const direct = functionsOf(tokens);
  if (direct.length > 0) return direct;
  return tokens
    .filter((token) => kindOfToken(token) === TokenKind.Object)
    .flatMap((token) =>
      [...analysis.tracking.fieldsOf(token)].flatMap(([, inner]) => functionsOf(inner)),
    );
}

function positionsIn(segments: readonly Segment[], args: readonly number[]): number[] {
  const [first] = segments;
  if (first?.kind !== "argument") return [];
  const low = first.from === ArgumentPosition.Last ? args.length - 1 : first.from;
  const high = first.from === ArgumentPosition.Last ? low : Math.min(first.to, args.length - 1);
  return args
    .slice(Math.max(low, 0), high + 1)
    .filter((one) => !isSpread(one))
    .map(unspread);
}
