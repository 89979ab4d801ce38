/** What code does that the log tells: sinks that data can reach, variables of the environment, parameters of cryptography. */
import type { Analysis } from "../dataflow/analysis.ts";
import { normalise } from "../findings/fingerprint.ts";
import type { Constraint, Row, SinkRow } from "../models/rows.ts";
import { Kind } from "../program/ir/kinds.ts";
import { lineOf, lineStarts } from "../program/ir/module-ir.ts";
import type { SourceModule } from "../program/program.ts";
import type { Watched } from "./watch.ts";

export interface Site {
  readonly kind: "sink" | "environment" | "crypto";
  /** The kind of the sink, the name of the variable, what the parameter is of. */
  readonly name: string;
  /** What a sink is of, or the value of a parameter. */
  readonly detail: string;
  readonly path: string;
  readonly line: number;
  /** Enclosing functions. */
  readonly symbol: string;
  /** The statement without differences of layout. */
  readonly text: string;
}

/** The sites of some files in the order of the code. */
export function sitesOf(
  analysis: Analysis,
  watched: Watched,
  paths: ReadonlySet<string>,
  textOf: (path: string) => string | undefined,
): Site[] {
  return analysis.program.modules
    .filter(({ path }) => paths.has(path))
    .flatMap((module) => new ModuleSites(analysis, watched, module, textOf(module.path)).all());
}

/** Names of the variables of the environment that some files read. */
export function variablesOf(
  analysis: Analysis,
  watched: Watched,
  isWanted: (path: string) => boolean,
): Set<string> {
  const names = new Set<string>();
  for (const module of analysis.program.modules) {
    if (!isWanted(module.path)) continue;
    for (const { kind, name } of new ModuleSites(analysis, watched, module, undefined).all())
      if (kind === "environment") names.add(name);
  }
  return names;
}

const VARIABLE = /^[A-Za-z_]\w*$/;

class ModuleSites {
  readonly #analysis: Analysis;
  readonly #watched: Watched;
  readonly #module: SourceModule;
  readonly #text: string | undefined;
  readonly #starts: Int32Array;
  readonly #found: Site[] = [];

  constructor(
    analysis: Analysis,
    watched: Watched,
    module: SourceModule,
    text: string | undefined,
  ) {
    this.#analysis = analysis;
    this.#watched = watched;
    this.#module = module;
    this.#text = text;
    this.#starts = lineStarts(text ?? "");
  }

  all(): readonly Site[] {
    const { kinds } = this.#module.ir;
    for (let local = 0; local < kinds.length; local++) {
      if (kinds[local] === Kind.Call) this.#call(local);
      else if (kinds[local] === Kind.Load) this.#load(local);
      else if (kinds[local] === Kind.Store) this.#store(local);
    }
    return this.#found;
  }

  #call(local: number): void {
    const { api, targets, apiByName } = this.#analysis.callees.at(this.#module, local);
    if (targets.length > 0) return;
    const { rows } = this.#analysis.models.rows(api);
    for (const row of rows) if (row.role === "mark") this.#marked(local, row.mark);
    // One call is one sink, of the kind that is listed first.
    const sinks = rows.filter(
      (row) => row.role === "sink" && !apiByName && this.#isSink(local, row),
    );
    this.#addSink(sinks as SinkRow[], local);
  }

  #marked(local: number, mark: number): void {
    const seen = this.#watched.marks.get(mark);
    if (!seen || seen.is === "variables") return;
    const { constants } = this.#analysis;
    const at = constants.atPosition(this.#module, local, seen.at.segments);
    const constant = at && constants.constantOf(at.module, at.local);
    if (seen.is === "variable") {
      if (constant && VARIABLE.test(constant.text))
        this.#add("environment", constant.text, "", local);
    } else if (constant) this.#add("crypto", seen.label, constant.text, local);
  }

  #isSink(local: number, row: SinkRow): boolean {
    const told = this.#watched.file.sinks[row.kind];
    if (!told || !row.at || !this.#holds(local, row.when, true)) return false;
    if (!this.#holds(local, row.unless, false)) return false;
    const { constants } = this.#analysis;
    const { segments } = row.at;
    const isNamed = segments.slice(1).every((one) => one.kind === "member" && one.names);
    const at = constants.atPosition(this.#module, local, isNamed ? segments : segments.slice(0, 1));
    return at !== undefined && (told.constant || !constants.constantOf(at.module, at.local));
  }

  #addSink(rows: readonly SinkRow[], local: number): void {
    const { sinks } = this.#watched.file;
    const kind = Object.keys(sinks).find((name) => rows.some((row) => row.kind === name));
    if (kind !== undefined) this.#add("sink", kind, sinks[kind]!.label, local);
  }

  #holds(local: number, conditions: readonly Constraint[], wanted: boolean): boolean {
    const { constants, models, tracking } = this.#analysis;
    return conditions.every(({ at, equals, is }) => {
      const value = constants.atPosition(this.#module, local, at.segments);
      if (is !== undefined)
        return (
          wanted ===
          (value !== undefined &&
            models.isMarked(tracking.apiOf(value.module.valueBase + value.local), is))
        );
      const constant = value && constants.constantOf(value.module, value.local);
      return wanted === (constant?.text === String(equals));
    });
  }

  /** `process.env.NAME`, `os.environ["NAME"]` */
  #load(local: number): void {
    const { operands, operandStart, strings } = this.#module.ir;
    const [object, field, key] = operands.subarray(operandStart[local]!);
    const api = this.#analysis.tracking.apiOf(this.#module.valueBase + object!);
    if (api === 0 || !this.#isOfVariables(this.#analysis.models.rows(api).rows)) return;
    const name =
      field! >= 0 ? strings[field!] : this.#analysis.constants.constantOf(this.#module, key!)?.text;
    if (name !== undefined && VARIABLE.test(name) && !this.#isCalled(local))
      this.#add("environment", name, "", local);
  }

  #isOfVariables(rows: readonly Row[]): boolean {
    return rows.some(
      (row) => row.role === "mark" && this.#watched.marks.get(row.mark)?.is === "variables",
    );
  }

  /** `os.environ.get` is no variable. */
  #isCalled(local: number): boolean {
    const { kinds, operands, operandStart } = this.#module.ir;
    for (let at = local + 1; at < Math.min(local + 12, kinds.length); at++)
      if (kinds[at] === Kind.Call && operands[operandStart[at]! + 1] === local) return true;
    return false;
  }

  /** Members that are sinks when something is assigned to them. */
  #store(local: number): void {
    const { operands, operandStart, strings } = this.#module.ir;
    const [object, field, , value] = operands.subarray(operandStart[local]!);
    if (field! < 0 || this.#analysis.constants.constantOf(this.#module, value!)) return;
    const { models, tracking } = this.#analysis;
    const name = strings[field!]!;
    const known = models.member(tracking.apiOf(this.#module.valueBase + object!), name);
    const api = models.union(known, this.#analysis.anyMember(this.#module, name));
    const sinks = models.rows(api).rows.filter((row) => row.role === "sink" && !row.at);
    this.#addSink(sinks as SinkRow[], local);
  }

  #add(kind: Site["kind"], name: string, detail: string, local: number): void {
    const { ir, path, valueBase } = this.#module;
    const [start, end] = [ir.spans[local * 2]!, ir.spans[local * 2 + 1]!];
    const { program } = this.#analysis;
    const site: Site = {
      kind,
      name,
      detail,
      path,
      line: this.#text === undefined ? 1 : lineOf(this.#starts, start),
      symbol: program.symbolOf(program.functionOfValue(valueBase + local)),
      text: normalise(this.#text?.slice(start, end) ?? ""),
    };
    const isKnown = this.#found.some(
      (one) =>
        one.kind === kind && one.name === name && one.line === site.line && one.text === site.text,
    );
    if (!isKnown || this.#text === undefined) this.#found.push(site);
  }
}
