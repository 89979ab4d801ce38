/** The intermediate form as text, for tests and for people. */
import {
  CallForm,
  ConstantType,
  IteratePart,
  isSpread,
  Kind,
  ParameterFlag,
  Position,
  unspread,
} from "./kinds.ts";
import type { ClassRecord, FunctionRecord, ModuleIr } from "./module-ir.ts";

/** Values and blocks are numbered from 0 in each function; variables, functions and classes in the module. */
const OUTCOMES = ["false", "true", "returned"];
const POSITIONS: ReadonlyMap<number, string> = new Map([
  [Position.Receiver, "this"],
  [Position.Caught, "caught"],
  [Position.Declared, "declared"],
]);

export function print(module: ModuleIr): string {
  const sections = [
    module.imports.map(({ local, module: from, name }) => `import ${local} = ${from} ${name}`),
    module.exports.map((one) =>
      "variable" in one
        ? `export ${one.name} = ${variableName(module, one.variable)}`
        : `export ${one.name} = ${one.module} ${one.imported}`,
    ),
    module.typeAliases.map(({ name, target }) => `type ${name} = ${target}`),
    module.interfaces.map(({ name, methods }) => `interface ${name} ${methods.join(" ")}`),
    module.problems.map(
      ({ kind, message, span }) => `problem ${kind} at ${span.start}..${span.end}: ${message}`,
    ),
    module.variables.map(
      ({ type, function: owner }, index) =>
        `variable ${variableName(module, index)} of ${owner}${type === "" ? "" : ` : ${type}`}`,
    ),
    ...module.classes.map((record, index) => printClass(module, record, index)),
    ...module.functions.map((record, index) => printFunction(module, record, index)),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

const variableName = (module: ModuleIr, variable: number): string =>
  `${module.variables[variable]!.name}#${variable}`;

function printClass(module: ModuleIr, record: ClassRecord, index: number): string[] {
  let header = `class ${index} ${record.name}`;
  if (record.superclass >= 0) {
    const owner = module.functions.findIndex(
      (one) => one.firstInstruction <= record.superclass && record.superclass < one.endInstruction,
    );
    header += ` extends %${record.superclass - module.functions[owner]!.firstInstruction} of ${owner}`;
  }
  return [
    header,
    `  constructor = function ${record.constructor_}`,
    ...record.members.map(
      ({ name, role, isStatic, function: method }) =>
        `  ${isStatic ? "static " : ""}${role} ${name} = function ${method}`,
    ),
    ...record.fieldTypes.map(({ field, type }) => `  ${field}: ${type}`),
  ];
}

function printFunction(module: ModuleIr, record: FunctionRecord, index: number): string[] {
  const words = [`function ${index}`];
  if (record.name !== "") words.push(record.name);
  words.push(`${record.role}(${record.parameters})`);
  if (record.isStatic) words.push("static");
  if (record.async) words.push("async");
  if (record.generator) words.push("generator");
  if (record.class >= 0) words.push(`of class ${record.class}`);
  if (record.parent > 0) words.push(`in ${record.parent}`);
  if (record.captures.length > 0)
    words.push(`captures ${record.captures.map((one) => variableName(module, one)).join(" ")}`);
  const lines = [words.join(" ")];
  for (let block = record.firstBlock; block < record.endBlock; block++) {
    const to = [
      ...module.successors.subarray(
        module.successorStart[block]!,
        module.successorStart[block + 1]!,
      ),
    ].map((one) => `b${one - record.firstBlock}`);
    lines.push(`  b${block - record.firstBlock}:`);
    const start = module.blockStart[block]!;
    const end = module.blockStart[block + 1]!;
    for (let value = start; value < end; value++) {
      // Constants stand where they are used.
      if (module.kinds[value] !== Kind.Constant)
        lines.push(`    ${printInstruction(module, record, value, to)}`);
    }
    // What is left of the successors is the way of an exception, or of no decision at all.
    if (to.length > 0) {
      const isDecided = end > start && ENDS.has(module.kinds[end - 1]!);
      lines.push(`    ${isDecided ? "or" : "->"} ${to.join(" or ")}`);
    }
  }
  return lines;
}

const ENDS: ReadonlySet<number> = new Set([Kind.Branch, Kind.Return, Kind.Throw]);
const FORMS = keysByValue(CallForm);
const PARTS = keysByValue(IteratePart);

function keysByValue(table: Readonly<Record<string, number>>): readonly string[] {
  return Object.keys(table).sort((a, b) => table[a]! - table[b]!);
}

function printInstruction(
  module: ModuleIr,
  record: FunctionRecord,
  value: number,
  successors: string[],
): string {
  const operands = module.operands.subarray(
    module.operandStart[value]!,
    module.operandStart[value + 1]!,
  );
  const [a = -1, b = -1, c = -1, d = -1] = operands;
  const text = (index: number): string => module.strings[index]!;
  const at = (operand: number): string =>
    module.kinds[operand] === Kind.Constant
      ? printConstant(module, operand)
      : `%${operand - record.firstInstruction}`;
  const item = (operand: number): string =>
    isSpread(operand) ? `...${at(unspread(operand))}` : at(operand);
  const items = (from: number): string => [...operands.subarray(from)].map(item).join(", ");
  const values = (from: number): string => [...operands.subarray(from)].map(at).join(" ");
  const path = (): string => (b >= 0 ? `${at(a)} ${text(b)}` : `${at(a)} [${at(c)}]`);
  const define = (body: string): string => `${at(value)} = ${body}`;
  switch (module.kinds[value]!) {
    case Kind.Parameter: {
      const position = POSITIONS.get(a!) ?? a;
      const rest = b & ParameterFlag.Rest ? "..." : "";
      const named =
        b & ParameterFlag.Named ? "named " : b & ParameterFlag.Keywords ? "keywords " : "";
      const name = d >= 0 ? ` ${text(d)}` : "";
      const type = c >= 0 ? ` : ${text(c)}` : "";
      return define(`Parameter ${rest}${named}${position}${name}${type}`);
    }
    case Kind.Captured:
      return define(`Captured ${variableName(module, a)}`);
    case Kind.Imported:
      return define(`Imported ${text(a)} ${text(b)}`);
    case Kind.Cell:
      return define(`Cell ${text(a)}`);
    case Kind.Closure: {
      let captured = "";
      for (let index = 1; index < operands.length; index += 2)
        captured += ` ${variableName(module, operands[index]!)}=${at(operands[index + 1]!)}`;
      return define(`Closure ${a}${captured}`);
    }
    case Kind.ClassValue:
      return define(`Class ${a}`);
    case Kind.Record:
      return define(`Record ${printRecord(operands, text, at)}`);
    case Kind.Sequence:
      return define(`Sequence [${items(0)}]`);
    case Kind.Concat:
      return define(`Concat ${values(0)}`);
    case Kind.Operator:
      return define(`Operator ${text(a)} ${values(1)}`.trimEnd());
    case Kind.Phi:
      return define(`Phi ${values(0)}`.trimEnd());
    case Kind.Guard:
      return define(`Guard ${at(a)} ${at(b)} ${OUTCOMES[c]}`);
    case Kind.Load:
      return define(`Load ${path()}`);
    case Kind.Store:
      return `Store ${path()} ${at(d)}`;
    case Kind.SetCaptured:
      return `SetCaptured ${variableName(module, a)} ${at(b)}`;
    case Kind.SetCell:
      return `SetCell ${text(a)} ${at(b)}`;
    case Kind.Call: {
      const form = a === CallForm.Call ? "" : `${FORMS[a]} `;
      const method = c < 0 ? "" : ` on ${at(c)}${d < 0 ? "" : `.${text(d)}`}`;
      return define(`Call ${form}${at(b)}${method}(${items(4)})`);
    }
    case Kind.Await:
      return define(`Await ${at(a)}`);
    case Kind.Yield:
      return define(`Yield${b === 1 ? " all" : ""}${a < 0 ? "" : ` ${at(a)}`}`);
    case Kind.Iterate:
      return define(`Iterate ${at(a)} ${PARTS[b]}`);
    case Kind.Branch:
      return `Branch ${at(a)} ${successors.splice(0, 2).join(" ")}`;
    case Kind.Return:
      return a < 0 ? "Return" : `Return ${at(a)}`;
    case Kind.Throw:
      return `Throw ${at(a)}`;
    default:
      return define(`Unknown ${text(a)} ${values(1)}`.trimEnd());
  }
}

function printConstant(module: ModuleIr, value: number): string {
  const from = module.operandStart[value]!;
  const text = module.strings[module.operands[from + 1]!]!;
  switch (module.operands[from]) {
    case ConstantType.String:
      return JSON.stringify(text);
    case ConstantType.BigInt:
      return `${text}n`;
    default:
      return text;
  }
}

function printRecord(
  operands: Int32Array,
  text: (index: number) => string,
  at: (operand: number) => string,
): string {
  const parts: string[] = [];
  let index = 1;
  for (let left = operands[0]!; left > 0; left--, index += 2)
    parts.push(`${text(operands[index]!)}: ${at(operands[index + 1]!)}`);
  while (index < operands.length) {
    const count = operands[index + 1]!;
    const except = [...operands.subarray(index + 2, index + 2 + count)].map(text);
    parts.push(`...${at(operands[index]!)}${count > 0 ? ` except ${except.join(" ")}` : ""}`);
    index += 2 + count;
  }
  return `{${parts.join(", ")}}`;
}
