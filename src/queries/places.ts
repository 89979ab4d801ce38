/** Instructions as places and texts of the scanned files. */
import type { Analysis } from "../dataflow/analysis.ts";
import type { TraceStep } from "../dataflow/trace.ts";
import type { Place, Step } from "../findings/finding.ts";
import { Kind } from "../program/ir/kinds.ts";
import { lineOf, lineStarts } from "../program/ir/module-ir.ts";

/** Text of a module, for statements and places; undefined when it cannot be had any more. */
export type TextOf = (path: string) => string | undefined;

export class Places {
  readonly #analysis: Analysis;
  readonly #textOf: TextOf;
  readonly #lines = new Map<
    string,
    { readonly text: string; readonly starts: Int32Array } | undefined
  >();

  constructor(analysis: Analysis, textOf: TextOf) {
    this.#analysis = analysis;
    this.#textOf = textOf;
  }

  symbolOf(value: number): string {
    return this.#analysis.program.symbolOf(this.#analysis.program.functionOfValue(value));
  }

  of(value: number): Place | undefined {
    const module = this.#analysis.program.moduleOfValue(value);
    const local = value - module.valueBase;
    const start = module.ir.spans[local * 2]!;
    return this.#place(module.path, start, Math.max(module.ir.spans[local * 2 + 1]!, start));
  }

  #place(path: string, start: number, end: number): Place | undefined {
    const source = this.#source(path);
    if (!source) return undefined;
    const line = lineOf(source.starts, start);
    const endLine = lineOf(source.starts, end);
    return {
      path,
      line,
      column: start - source.starts[line - 1]! + 1,
      endLine,
      endColumn: end - source.starts[endLine - 1]! + 1,
    };
  }

  /** A place with what it has to do with the finding, unless it is not to be had. */
  related(value: number, note: string): Step[] {
    const place = this.of(value);
    return place ? [{ place, note }] : [];
  }

  ofFunction(fn: number): Place | undefined {
    const module = this.#analysis.program.moduleOf(fn);
    const { span } = this.#analysis.program.functionAt(fn);
    return this.#place(module.path, span.start, span.end);
  }

  /** A function as it is written, with the lines of marks (`@...`) above it, and the offset where that begins. */
  textOfFunction(fn: number): { readonly text: string; readonly start: number } {
    const module = this.#analysis.program.moduleOf(fn);
    const { span } = this.#analysis.program.functionAt(fn);
    const source = this.#source(module.path);
    if (!source) return { text: "", start: span.start };
    let line = lineOf(source.starts, span.start);
    const lineAt = (at: number): string =>
      source.text.slice(source.starts[at - 1], source.starts[at] ?? source.text.length);
    while (line > 1 && /^\s*@/.test(lineAt(line - 1))) line--;
    const start = Math.min(span.start, source.starts[line - 1]!);
    return { text: source.text.slice(start, span.end), start };
  }

  textOf(value: number): string {
    const module = this.#analysis.program.moduleOfValue(value);
    const source = this.#source(module.path);
    const local = value - module.valueBase;
    return source
      ? source.text.slice(module.ir.spans[local * 2], module.ir.spans[local * 2 + 1])
      : "";
  }

  /** A place by its offsets in a file. */
  at(path: string, start: number, end: number): Place | undefined {
    return this.#place(path, start, end);
  }

  /** What a call calls, as the program writes it: the member's name, or the last word before the arguments. */
  nameOf(value: number): string {
    const { ir, valueBase } = this.#analysis.program.moduleOfValue(value);
    const local = value - valueBase;
    const name = ir.kinds[local] === Kind.Call ? ir.operands[ir.operandStart[local]! + 3]! : -1;
    return name >= 0
      ? ir.strings[name]!
      : (/[\w$]+(?=\s*[(`])/.exec(this.textOf(value))?.[0] ?? "");
  }

  step({ value, note, callee }: TraceStep, source: string, sink: string): Step | undefined {
    const place = this.of(value);
    if (!place) return undefined;
    const name = callee >= 0 ? this.#analysis.program.symbolOf(callee) : "";
    switch (note) {
      case "source":
        return { place, note: source };
      case "sink":
        return { place, note: `reaches ${sink}` };
      case "argument":
        return { place, note: name === "" ? "is passed on" : `is passed to ${name}()` };
      case "stored":
        return { place, note: "is stored" };
      default:
        return { place, note: this.#happens(value) };
    }
  }

  /** What a step between the ends does with the data, where its kind alone tells. */
  #happens(value: number): string {
    const { ir, valueBase } = this.#analysis.program.moduleOfValue(value);
    switch (ir.kinds[value - valueBase]) {
      case Kind.Parameter:
        return "arrives as a parameter";
      case Kind.Concat:
        return "becomes part of a text";
      default:
        return "";
    }
  }

  #source(path: string): { readonly text: string; readonly starts: Int32Array } | undefined {
    if (!this.#lines.has(path)) {
      const text = this.#textOf(path);
      this.#lines.set(path, text === undefined ? undefined : { text, starts: lineStarts(text) });
    }
    return this.#lines.get(path);
  }
}
