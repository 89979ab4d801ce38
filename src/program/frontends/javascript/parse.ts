/** Source text to Babel syntax tree, whatever state the text is in. */
import { type ParserOptions, type ParserPlugin, parse as parseBabel } from "@babel/parser";
import type * as t from "@babel/types";
import type { Dialect, ModuleProblem } from "../../ir/module-ir.ts";
import {
  blankBelow,
  blankChunk,
  blankConflictMarkers,
  blankLine,
  closeBrackets,
  type Repair,
} from "./recovery.ts";
import { scriptBlocks } from "./vue.ts";

/** Offending lines that are blanked one by one before whole declarations are. */
const MOST_LINES = 8;
/** Declarations that are blanked before the file is given up. */
const MOST_CHUNKS = 16;

/** Brackets inside brackets that are kept of text on which the parser's stack overflows. */
const MOST_DEPTH = 50;

const COMMON: readonly ParserPlugin[] = [
  "decorators-legacy",
  "decoratorAutoAccessors",
  "explicitResourceManagement",
  ["importAttributes", { deprecatedAssertSyntax: true }],
  "deferredImportEvaluation",
  "sourcePhaseImports",
  "exportDefaultFrom",
  "doExpressions",
  "throwExpressions",
  "functionBind",
  "regexpUnicodeSets",
];

const OPTIONS: ParserOptions = {
  sourceType: "unambiguous",
  errorRecovery: true,
  attachComment: false,
  createImportExpressions: true,
  allowAwaitOutsideFunction: true,
  allowImportExportEverywhere: true,
  allowNewTargetOutsideFunction: true,
  allowReturnOutsideFunction: true,
  allowSuperOutsideMethod: true,
  allowUndeclaredExports: true,
};

const PLUGINS = {
  js: [[...COMMON, "jsx"]],
  flow: [[...COMMON, "jsx", ["flow", { all: false }]]],
  ts: [
    [...COMMON, "typescript"],
    [...COMMON, "typescript", "jsx"],
  ],
  tsx: [[...COMMON, "typescript", "jsx"]],
  dts: [[...COMMON, ["typescript", { dts: true }]]],
} satisfies Record<string, readonly ParserPlugin[][]>;

/** Undefined program: nothing of the text could be read. */
export interface Parsed {
  readonly program: t.Program | undefined;
  readonly problems: ModuleProblem[];
}

/** Never throws, except for a stack overflow that no repair prevents. */
export function parse(source: string, dialect: Dialect): Parsed {
  const problems: ModuleProblem[] = [];
  let text = source;
  let variants: readonly ParserPlugin[][];
  if (dialect === "vue") {
    const script = scriptBlocks(source);
    text = script.text;
    variants = script.isTypeScript ? PLUGINS.ts : PLUGINS.js;
  } else {
    variants = PLUGINS[dialect as keyof typeof PLUGINS];
  }
  if (variants === PLUGINS.js) {
    // Flow's syntax costs time and reads some plain code otherwise, so only a file that asks for it gets it first.
    variants = text.includes("@flow")
      ? [...PLUGINS.flow, ...PLUGINS.js]
      : [...PLUGINS.js, ...PLUGINS.flow];
  }
  try {
    return parseOrRecover(text, variants, problems);
  } catch (error) {
    const flat = error instanceof RangeError ? blankBelow(text, MOST_DEPTH) : undefined;
    if (flat === undefined) throw error;
    const { start, end } = flat;
    problems.push({ kind: "too-deep", message: "nested too deeply", span: { start, end } });
    return parseOrRecover(flat.text, variants, problems);
  }
}

function parseOrRecover(
  text: string,
  variants: readonly ParserPlugin[][],
  problems: ModuleProblem[],
): Parsed {
  const first = attempt(text, variants);
  if (!(first instanceof Failure)) return { program: first, problems };
  return recover(text, variants[0]!, first, problems);
}

/** A syntax error that Babel does not get over by itself. */
class Failure {
  readonly offset: number;
  readonly message: string;

  constructor(error: unknown, text: string) {
    const { pos, message } = error as { pos?: number; message?: string };
    this.offset = Math.min(pos ?? 0, text.length);
    this.message = (message ?? String(error)).replace(/\s*\(\d+:\d+\)$/, "");
  }
}

/** The first reading that succeeds; else the failure of the first. */
function attempt(text: string, variants: readonly ParserPlugin[][]): t.Program | Failure {
  let failure: Failure | undefined;
  for (const plugins of variants) {
    try {
      return parseBabel(text, { ...OPTIONS, plugins }).program;
    } catch (error) {
      if (error instanceof RangeError) throw error;
      failure ??= new Failure(error, text);
    }
  }
  return failure!;
}

/** Blanks as little as makes the rest readable: the text keeps its length, so that offsets stay right. */
function recover(
  source: string,
  plugins: ParserPlugin[],
  first: Failure,
  problems: ModuleProblem[],
): Parsed {
  const markers = blankConflictMarkers(source);
  let text = markers.text;
  let failure: Failure = first;
  const note = ({ start, end }: Repair): void => {
    // Closing brackets stand behind the end of what there is.
    const span = { start: Math.min(start, source.length), end: Math.min(end, source.length) };
    problems.push({ kind: "syntax-error", message: failure.message, span });
  };
  if (markers.text !== source) {
    note(markers);
    const result = attempt(text, [plugins]);
    if (!(result instanceof Failure)) return { program: result, problems };
    failure = result;
  }
  for (let turn = 0; turn < MOST_LINES + MOST_CHUNKS; turn++) {
    const repairs =
      turn < MOST_LINES ? [closeBrackets, blankLine, blankChunk] : [closeBrackets, blankChunk];
    const repair = repairs
      .map((make) => make(text, failure.offset))
      .find((made) => made !== undefined);
    if (repair === undefined) break;
    note(repair);
    text = repair.text;
    const result = attempt(text, [plugins]);
    if (!(result instanceof Failure)) return { program: result, problems };
    failure = result;
  }
  problems.push({
    kind: "not-parsed",
    message: failure.message,
    span: { start: 0, end: source.length },
  });
  return { program: undefined, problems };
}
