/**
 * A ModuleIr as bytes and back. The large arrays are written as they are and read back as views of the record; the
 * rest is one JSON text, but for functions, which there are too many of.
 */
import type { FunctionRecord, FunctionRole, ModuleIr } from "../program/ir/module-ir.ts";

/** Part of every key: change it with the layout, or with the meaning of what is laid out. */
export const CODEC = 3;

const MAGIC = 0x4d495231;

/** Words: magic, length of the JSON, length of `kinds`, then of the six arrays and of the functions' rows. */
const HEADER = 10;

const ROLES: readonly FunctionRole[] = [
  "module",
  "function",
  "arrow",
  "method",
  "constructor",
  "getter",
  "setter",
];

const STATIC = 1;
const ASYNC = 2;
const GENERATOR = 4;

export function encodeModule(ir: ModuleIr): Uint8Array {
  const {
    kinds,
    operandStart,
    operands,
    spans,
    blockStart,
    successorStart,
    successors,
    functions,
    ...rest
  } = ir;
  const arrays = [operandStart, operands, spans, blockStart, successorStart, successors];
  const rows = Int32Array.from(functions.flatMap(rowOf));
  const names = functions.map(({ name }) => name);
  const json = Buffer.from(JSON.stringify({ names, rest }));
  const words = [...arrays, rows].reduce((sum, { length }) => sum + length, HEADER);
  const buffer = new ArrayBuffer(words * 4 + kinds.length + json.length);
  const header = new Int32Array(buffer, 0, HEADER);
  header.set([
    MAGIC,
    json.length,
    kinds.length,
    ...arrays.map(({ length }) => length),
    rows.length,
  ]);
  let at = HEADER;
  for (const array of [...arrays, rows]) {
    new Int32Array(buffer, at * 4, array.length).set(array);
    at += array.length;
  }
  const bytes = new Uint8Array(buffer);
  bytes.set(kinds, at * 4);
  bytes.set(json, at * 4 + kinds.length);
  return bytes;
}

/** Throws where the bytes are not a module of this layout. */
export function decodeModule(bytes: Uint8Array): ModuleIr {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const { buffer, byteOffset, byteLength } = aligned;
  if (byteLength < HEADER * 4) throw new RangeError("too short for a module");
  const header = new Int32Array(buffer, byteOffset, HEADER);
  const [jsonLength, kindsLength] = [header[1]!, header[2]!];
  let words = HEADER;
  let isWhole = header[0] === MAGIC && jsonLength >= 0 && kindsLength >= 0;
  for (let word = 3; word < HEADER; word++) {
    words += header[word]!;
    isWhole &&= header[word]! >= 0;
  }
  if (!isWhole || words * 4 + kindsLength + jsonLength !== byteLength)
    throw new RangeError("not a module of this layout");
  let at = byteOffset + HEADER * 4;
  let word = 3;
  const next = () => {
    const array = new Int32Array(buffer, at, header[word++]!);
    at += array.byteLength;
    return array;
  };
  const operandStart = next();
  const operands = next();
  const spans = next();
  const blockStart = next();
  const successorStart = next();
  const successors = next();
  const rows = next();
  const kinds = new Uint8Array(buffer, at, kindsLength);
  const text = Buffer.from(buffer, at + kindsLength, jsonLength).toString("utf8");
  const { names, rest } = JSON.parse(text) as { names: string[]; rest: Rest };
  return {
    ...rest,
    kinds,
    operandStart,
    operands,
    spans,
    blockStart,
    successorStart,
    successors,
    functions: functionsOf(rows, names),
  };
}

type Rest = Omit<
  ModuleIr,
  | "kinds"
  | "operandStart"
  | "operands"
  | "spans"
  | "blockStart"
  | "successorStart"
  | "successors"
  | "functions"
>;

function rowOf(record: FunctionRecord): number[] {
  return [
    ROLES.indexOf(record.role),
    record.span.start,
    record.span.end,
    record.parent,
    record.class,
    (record.isStatic ? STATIC : 0) |
      (record.async ? ASYNC : 0) |
      (record.generator ? GENERATOR : 0),
    record.parameters,
    record.firstInstruction,
    record.endInstruction,
    record.firstBlock,
    record.endBlock,
    record.captures.length,
    ...record.captures,
  ];
}

function functionsOf(rows: Int32Array, names: readonly string[]): FunctionRecord[] {
  let at = 0;
  return names.map((name): FunctionRecord => {
    const flags = rows[at + 5]!;
    const captured = rows[at + 11]!;
    const captures: number[] = [];
    for (let word = at + 12; word < at + 12 + captured; word++) captures.push(rows[word]!);
    const record: FunctionRecord = {
      name,
      role: ROLES[rows[at]!]!,
      span: { start: rows[at + 1]!, end: rows[at + 2]! },
      parent: rows[at + 3]!,
      class: rows[at + 4]!,
      isStatic: (flags & STATIC) !== 0,
      async: (flags & ASYNC) !== 0,
      generator: (flags & GENERATOR) !== 0,
      parameters: rows[at + 6]!,
      captures,
      firstInstruction: rows[at + 7]!,
      endInstruction: rows[at + 8]!,
      firstBlock: rows[at + 9]!,
      endBlock: rows[at + 10]!,
    };
    at += 12 + captured;
    return record;
  });
}
