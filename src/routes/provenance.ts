/** Where the values come from that a route puts into a query: the request, whoever sends it, a record, a constant. */
import type { Analysis } from "../dataflow/analysis.ts";
import { PROVENANCE_DEPTH } from "../limits.ts";
import { Kind, Position, unspread } from "../program/ir/kinds.ts";
import type { Evaluator, Term } from "./evaluate.ts";
import { callName } from "./names.ts";

/** The part of a request that something stands in; empty where it is not known. */
export type Part = "path" | "query" | "body" | "";

export type Origin =
  /**
   * `name`: of the field of the request; `shaped`: it has gone through a function that lets only some through: an object
   * has the fields of a fixed list, a number is within bounds; `whole`: it is no field, but all that was sent.
   */
  | {
      readonly kind: "request";
      readonly name: string;
      readonly shaped: boolean;
      readonly part: Part;
      readonly whole: boolean;
    }
  | { readonly kind: "principal"; readonly name: string }
  /** A cookie or a header: what the client proves itself with, as far as it does. */
  | { readonly kind: "credential"; readonly name: string }
  /** `of`: the access that found the record, as a value of the program; `name`: the field of it, or nothing for all of it. */
  | { readonly kind: "database"; readonly name: string; readonly of: number }
  | { readonly kind: "constant" | "environment" | "unknown" };

/** Whether a formal of an entry function is what the client sent; `shaped`: with the fields of a declared class. */
export type IsInput = (formal: Term) => boolean | "shaped";

/** What was sent, after it went through what lets only some through; `field`: what is read of that in the end. */
function shapedOf(origin: Origin, field: string): Origin {
  if (origin.kind !== "request") return origin;
  const isField = origin.whole && field !== "";
  return {
    ...origin,
    shaped: true,
    name: isField ? field : origin.name,
    whole: origin.whole && !isField,
  };
}

export class Provenance {
  readonly #analysis: Analysis;
  readonly #evaluator: Evaluator;

  constructor(analysis: Analysis, evaluator: Evaluator) {
    this.#analysis = analysis;
    this.#evaluator = evaluator;
  }

  /** All origins of a value; `isInput`: whether a formal of an entry function is what the client sent. */
  of(term: Term, isInput: IsInput, depth = PROVENANCE_DEPTH): Origin[] {
    const found = new Map<string, Origin>();
    const seen = new Set<string>();
    const add = (origin: Origin): void => {
      found.set(JSON.stringify(origin), origin);
    };
    const visit = (one: Term, depth: number, field: string): void => {
      if (depth <= 0) {
        add({ kind: "unknown" });
        return;
      }
      for (const meaning of this.#evaluator.meaningOf(one)) {
        if (meaning.kind !== "term") continue;
        const key = `${meaning.module.valueBase + meaning.local} ${meaning.frame?.depth ?? 0} ${field}`;
        if (seen.has(key)) continue;
        seen.add(key);
        this.#leaf(meaning, depth, field, add, visit, isInput);
      }
    };
    visit(term, depth, "");
    return [...found.values()];
  }

  /** `field`: what is read of the value in the end. */
  #leaf(
    term: Term,
    depth: number,
    field: string,
    add: (origin: Origin) => void,
    visit: (term: Term, depth: number, field: string) => void,
    isInput: IsInput,
  ): void {
    const { module, local } = term;
    const { kinds, operands, operandStart, variables } = module.ir;
    const { vocabulary } = this.#analysis.models;
    const from = operandStart[local]!;
    const to = operandStart[local + 1]!;
    const inner = (value: number): void => visit({ ...term, local: value }, depth - 1, field);
    switch (kinds[local]) {
      case Kind.Constant:
        add({ kind: "constant" });
        return;
      case Kind.Load: {
        const modelled = this.#modelled(term);
        if (modelled !== undefined) {
          add(modelled);
          return;
        }
        const { names, root, part: sent } = this.#chain(term);
        if (sent !== undefined) {
          const shaped = names.some((name) => vocabulary.isShaper(name));
          add(
            sent.kind === "request" ? { ...sent, name: names.at(-1)!, shaped, whole: false } : sent,
          );
          return;
        }
        if (names.some((name) => /^(?:headers?|cookies)$/.test(name))) {
          add({ kind: "credential", name: names.at(-1)! });
          return;
        }
        const part = names.findIndex((name) => vocabulary.isInput(name));
        const sender = names.findIndex(
          (name) => /^[^A-Z]/.test(name) && vocabulary.isPrincipal(name),
        );
        // `(await verifyJwt(token)).payload` is what the service signed, not what the client says.
        const proof = names.findIndex((name) => vocabulary.isCredential(name));
        if (part >= 0 && proof >= 0 && proof < part) {
          add({ kind: "credential", name: names.at(-1)! });
          return;
        }
        if (part >= 0 && (sender < 0 || part < sender)) {
          add({
            kind: "request",
            name: field === "" || part < names.length - 1 ? names.at(-1)! : field,
            shaped: false,
            part: vocabulary.partOf(names[part]!),
            whole: part === names.length - 1 && field === "",
          });
          return;
        }
        if (sender >= 0) {
          add({ kind: "principal", name: names.at(-1)! });
          return;
        }
        const carried = names.findIndex((name) => vocabulary.isCarried(name));
        const rootKind = root.module.ir.kinds[root.local];
        if (carried >= 0 && carried < names.length - 1 && rootKind === Kind.Parameter) {
          add({ kind: "principal", name: names.at(-1)! });
          return;
        }
        if (names.includes("env")) {
          add({ kind: "environment" });
          return;
        }
        if (root.module === module && root.local === local) {
          add({ kind: "unknown" });
          return;
        }
        // What a check has let through: `serializer.validated_data`. Calls that shape are judged as calls.
        const members = rootKind === Kind.Call ? names.slice(1) : names;
        const shaper = members.findIndex((name) => vocabulary.isShaper(name));
        if (shaper >= 0) {
          const read = shaper < members.length - 1 ? members.at(-1)! : field;
          for (const origin of this.of(root, isInput, depth - 1)) add(shapedOf(origin, read));
          return;
        }
        visit(root, depth - 1, this.#fieldOf(term) ?? field);
        return;
      }
      case Kind.Parameter: {
        if (operands[from] === Position.Declared) return;
        if (operands[from] === Position.Caught) {
          add({ kind: "unknown" });
          return;
        }
        const given = isInput(term);
        const called = operands[from + 3]! < 0 ? "" : module.ir.strings[operands[from + 3]!]!;
        const isSender = !given && called !== "" && vocabulary.isPrincipal(called);
        if (given)
          add({
            kind: "request",
            name: field !== "" ? field : called !== "" ? called : `argument ${operands[from]! + 1}`,
            shaped: given === "shaped",
            part: "",
            whole: false,
          });
        else add(isSender ? { kind: "principal", name: called } : { kind: "unknown" });
        return;
      }
      case Kind.Imported: {
        const name = module.ir.strings[operands[from + 1]!]!;
        const isSender = /^[^A-Z]/.test(name) && vocabulary.isPrincipal(name);
        add(isSender ? { kind: "principal", name } : { kind: "unknown" });
        return;
      }
      case Kind.Captured: {
        const { name } = variables[operands[from]!]!;
        add(vocabulary.isPrincipal(name) ? { kind: "principal", name } : { kind: "unknown" });
        return;
      }
      case Kind.Call: {
        const callee: Term = { ...term, local: operands[from + 1]! };
        const api = this.#evaluator.apiOf(callee);
        if (
          this.#evaluator.rowsAt(term).some(({ role }) => role === "access" || role === "clause")
        ) {
          const root = this.#evaluator.rootOf(term);
          add({ kind: "database", name: field, of: module.valueBase + root.local });
          return;
        }
        const result = this.#analysis.models.rows(this.#analysis.models.result(api)).rows;
        if (result.some((row) => row.role === "source" && /^remote|^header/.test(row.kind))) {
          const named = this.#constantArgument(term);
          const called = callName(module, local);
          add({
            kind: "request",
            name: named === "" ? field : named,
            shaped: false,
            part: vocabulary.partOf(called),
            whole: named === "" && field === "",
          });
          return;
        }
        const name = callName(module, local);
        // What a signature is verified for is its signer's word.
        const isProved =
          /verif|construct/i.test(name) &&
          (vocabulary.isCredential(name) || vocabulary.guardKinds(name).includes("signature"));
        if (isProved) {
          add({ kind: "credential", name: field });
          return;
        }
        if (/^[^A-Z]/.test(name) && vocabulary.isPrincipal(name)) {
          add({ kind: "principal", name });
          return;
        }
        // What a step before the handler has put there, under the sender's name: `context.Get("userID")`.
        if (/^(?:must_?)?get(?:_|[A-Z]|$)|^value$/i.test(name) && this.#isCarriedBySender(term)) {
          add({ kind: "principal", name: this.#constantArgument(term) });
          return;
        }
        if (this.#evaluator.isShaping(term, name)) {
          for (let at = from + 4; at < to; at++)
            for (const origin of this.of(
              { ...term, local: unspread(operands[at]!) },
              isInput,
              depth - 1,
            ))
              add(shapedOf(origin, field));
          return;
        }
        if (operands[from + 2]! >= 0) inner(operands[from + 2]!);
        for (let at = from + 4; at < to; at++) inner(unspread(operands[at]!));
        return;
      }
      case Kind.Concat:
      case Kind.Sequence:
        for (let at = from; at < to; at++) inner(unspread(operands[at]!));
        return;
      case Kind.Operator:
        for (let at = from + 1; at < to; at++) inner(operands[at]!);
        return;
      case Kind.Iterate:
        inner(operands[from]!);
        return;
      case Kind.Record: {
        let at = from;
        for (let count = operands[at++]!; count > 0; count--, at += 2) inner(operands[at + 1]!);
        for (; at < to; at += 2 + operands[at + 1]!) inner(operands[at]!);
        return;
      }
      default:
        add({ kind: "unknown" });
        return;
    }
  }

  /** Whether what a handler was given is asked for something by a name of the sender's, and not what was sent. */
  #isCarriedBySender(call: Term): boolean {
    const { operands, operandStart } = call.module.ir;
    const receiver = operands[operandStart[call.local]! + 2]!;
    const { vocabulary } = this.#analysis.models;
    if (receiver < 0 || !vocabulary.isPrincipal(this.#constantArgument(call))) return false;
    const { names, root, part } = this.#chain({ ...call, local: receiver });
    return (
      part === undefined &&
      root.module.ir.kinds[root.local] === Kind.Parameter &&
      !names.some((name) => vocabulary.isInput(name))
    );
  }

  /** What a model says of a member: `r.URL` of a request. */
  #modelled({ module, local }: Term): Origin | undefined {
    const { models, tracking } = this.#analysis;
    const { operands, operandStart, strings } = module.ir;
    const field = operands[operandStart[local]! + 1]!;
    const name = field < 0 ? "" : strings[field]!;
    for (const row of models.rows(tracking.apiOf(module.valueBase + local)).rows) {
      if (row.role !== "source") continue;
      if (row.kind.startsWith("remote"))
        return {
          kind: "request",
          name,
          shaped: false,
          part: models.vocabulary.partOf(name),
          whole: models.vocabulary.isInput(name),
        };
      if (row.kind === "header") return { kind: "credential", name };
    }
    return undefined;
  }

  /** The last named member of a chain; what stands in a list has the name of nothing. */
  #fieldOf({ module, local }: Term): string | undefined {
    const { kinds, operands, operandStart, strings } = module.ir;
    for (let at = local; ; at = operands[operandStart[at]!]!) {
      if (kinds[at] === Kind.Guard || kinds[at] === Kind.Await) continue;
      if (kinds[at] !== Kind.Load) return undefined;
      const field = operands[operandStart[at]! + 1]!;
      if (field >= 0 && !/^\d+$/.test(strings[field]!)) return strings[field]!;
    }
  }

  /** Names from the root of a chain of members, the root, and what a model says of a member on the way. */
  #chain(term: Term): { names: string[]; root: Term; part: Origin | undefined } {
    const names: string[] = [];
    let part: Origin | undefined;
    let at = term;
    for (let steps = 0; steps < PROVENANCE_DEPTH * 2; steps++) {
      const { kinds, operands, operandStart, strings, variables } = at.module.ir;
      const from = operandStart[at.local]!;
      if (kinds[at.local] === Kind.Load) {
        if (operands[from + 1]! >= 0) names.unshift(strings[operands[from + 1]!]!);
        part ??= this.#modelled(at);
        at = { ...at, local: operands[from]! };
      } else if (kinds[at.local] === Kind.Guard || kinds[at.local] === Kind.Await)
        at = { ...at, local: operands[from]! };
      else {
        const [only, ...others] = this.#evaluator.meaningOf(at);
        const isCopy =
          only?.kind === "term" &&
          others.length === 0 &&
          (only.module !== at.module || only.local !== at.local);
        if (isCopy && only.kind === "term") at = only;
        else {
          if (kinds[at.local] === Kind.Captured) names.unshift(variables[operands[from]!]!.name);
          if (kinds[at.local] === Kind.Imported) names.unshift(strings[operands[from + 1]!]!);
          if (kinds[at.local] === Kind.Parameter && operands[from + 3]! >= 0)
            names.unshift(strings[operands[from + 3]!]!);
          if (kinds[at.local] === Kind.Call) names.unshift(callName(at.module, at.local));
          break;
        }
      }
    }
    return { names, root: at, part };
  }

  #constantArgument(term: Term): string {
    const { operands, operandStart } = term.module.ir;
    const from = operandStart[term.local]!;
    if (operandStart[term.local + 1]! <= from + 4) return "";
    return this.#evaluator.textOf({ ...term, local: unspread(operands[from + 4]!) }) ?? "";
  }
}
