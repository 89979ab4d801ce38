/** Expressions as people read them: `requireRole("admin")`, from the intermediate form, since no text is at hand. */
import type { Analysis } from "../dataflow/analysis.ts";
import { CallForm, ConstantType, isSpread, Kind, unspread } from "../program/ir/kinds.ts";
import type { SourceModule } from "../program/program.ts";
import type { Given, Meaning } from "./evaluate.ts";

const DEPTH = 5;
const ARGUMENTS = 4;

/** A value as it might be written; `...` for what would lead too far. */
export function render(
  analysis: Analysis,
  module: SourceModule,
  local: number,
  depth = DEPTH,
): string {
  if (depth === 0) return "...";
  const { kinds, operands, operandStart, strings, variables, functions, classes } = module.ir;
  const from = operandStart[local]!;
  const to = operandStart[local + 1]!;
  const inner = (value: number): string => render(analysis, module, value, depth - 1);
  switch (kinds[local]) {
    case Kind.Constant: {
      const text = strings[operands[from + 1]!]!;
      return operands[from] === ConstantType.String ? JSON.stringify(text) : text;
    }
    case Kind.Cell:
      return strings[operands[from]!]!;
    case Kind.Captured:
      return variables[operands[from]!]!.name;
    case Kind.Imported: {
      const name = strings[operands[from + 1]!]!;
      return name === "*" || name === "default" ? localName(module, local) : name;
    }
    case Kind.Guard:
    case Kind.Await:
      return inner(operands[from]!);
    case Kind.Closure:
      return functions[operands[from]!]!.name || "(anonymous function)";
    case Kind.ClassValue:
      return classes[operands[from]!]!.name || "(anonymous class)";
    case Kind.Load: {
      const object = inner(operands[from]!);
      // `const { requireUser } = require("./auth")`
      if (object === "" && operands[from + 1]! >= 0) return strings[operands[from + 1]!]!;
      return operands[from + 1]! >= 0
        ? `${object}.${strings[operands[from + 1]!]!}`
        : `${object}[${inner(operands[from + 2]!)}]`;
    }
    case Kind.Parameter:
      if (operands[from + 3]! >= 0) return strings[operands[from + 3]!]!;
      return operands[from] === -1 ? "this" : `argument ${operands[from]! + 1}`;
    case Kind.Concat:
      return `\`${Array.from(operands.subarray(from, to), (part) => {
        const isText =
          kinds[part] === Kind.Constant && operands[operandStart[part]!] === ConstantType.String;
        return isText ? strings[operands[operandStart[part]! + 1]!]! : `\${${inner(part)}}`;
      }).join("")}\``;
    case Kind.Sequence:
      return `[${list(operands.subarray(from, to), inner)}]`;
    case Kind.Record:
      return "{...}";
    case Kind.Operator: {
      const op = strings[operands[from]!]!;
      const parts = Array.from(operands.subarray(from + 1, to), inner);
      return parts.length === 1 ? `${op}${parts[0]}` : parts.join(` ${op} `);
    }
    case Kind.Call: {
      const args = list(operands.subarray(from + 4, to), inner);
      return `${operands[from] === CallForm.New ? "new " : ""}${inner(operands[from + 1]!)}(${args})`;
    }
    default:
      return "...";
  }
}

function list(operands: Int32Array, inner: (value: number) => string): string {
  const shown = Array.from(operands.subarray(0, ARGUMENTS), (operand) =>
    isSpread(operand) ? `...${inner(unspread(operand))}` : inner(operand),
  );
  return [...shown, ...(operands.length > ARGUMENTS ? ["..."] : [])].join(", ");
}

/** What a module calls a namespace or default import; `""` where it takes it apart at once. */
function localName(module: SourceModule, local: number): string {
  const { operands, operandStart, strings, imports } = module.ir;
  const specifier = strings[operands[operandStart[local]!]!]!;
  const named = imports.find(
    ({ module: from, name }) => from === specifier && /^(?:\*|default)$/.test(name),
  );
  // A class may be named where it stands, by all of its name: `shop.Orders`.
  return named?.local ?? /^[\w.]*\.([A-Z]\w*)(?:\||$)/.exec(specifier)?.[1] ?? "";
}

/** An argument as it is written, or else what it means. */
export function labelOf(analysis: Analysis, { meaning, written }: Given): string {
  if (written) {
    const text = render(analysis, written.module, written.local);
    const isPlain = !/\bargument \d/.test(text) && text !== "...";
    const name = meaning[0]?.kind === "function" ? labelOfMeaning(analysis, meaning[0]) : "";
    if (isPlain || name === "" || name.startsWith("(")) return text;
  }
  return meaning[0] ? labelOfMeaning(analysis, meaning[0]) : "...";
}

function labelOfMeaning(analysis: Analysis, meaning: Meaning): string {
  switch (meaning.kind) {
    case "function":
      return analysis.program.symbolOf(meaning.fn) || "(anonymous function)";
    case "router":
      return "(router)";
    default:
      return render(analysis, meaning.module, meaning.local);
  }
}
