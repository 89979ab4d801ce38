/** Statements in SQL, as far as access control needs them: what is done to which table, under which conditions. */
import type { AccessRow, Operation } from "../models/rows.ts";
import { CallForm, Kind, unspread } from "../program/ir/kinds.ts";
import type { Evaluator, Term } from "./evaluate.ts";

export interface Statement {
  readonly operation: Operation;
  readonly table: string;
  readonly where: readonly StatementField[];
  readonly written: readonly StatementField[];
  /** Objects that are put in as a whole. */
  readonly spread: readonly Term[];
  /** Parts of it could not be read. */
  readonly open: boolean;
  /** The columns that are asked for; undefined: all of them. */
  readonly selected: readonly string[] | undefined;
  /** How many records at most: a value, `constant`, or undefined where nothing says so. */
  readonly limit: Term | "constant" | undefined;
  /** `for update`: others wait. */
  readonly locks: boolean;
}

export interface StatementField {
  readonly name: string;
  /** Undefined: a constant, or another column. */
  readonly value: Term | undefined;
  /** Made of what the column holds: `balance = balance - ?`. */
  readonly atomic: boolean;
}

/** The statement at a call; undefined when its text is not known. */
export function statementOf(
  evaluator: Evaluator,
  call: Term,
  row: AccessRow,
): Statement | undefined {
  const { module, local, frame } = call;
  const { operands, operandStart } = module.ir;
  const from = operandStart[local]!;
  const args = Array.from(operands.subarray(from + 4, operandStart[local + 1]!), unspread);
  const term = (value: number): Term => ({ kind: "term", module, local: value, frame });
  const [first, ...holes] = args;
  if (first === undefined) return undefined;
  if (operands[from] === CallForm.Tag) {
    const parts = Array.from(
      operands.subarray(operandStart[first]!, operandStart[first + 1]!),
      (part) => evaluator.textOf(term(unspread(part))) ?? "",
    );
    return read(parts, holes.map(term));
  }
  const [given] = row.sql ? evaluator.at(call, row.sql.segments) : [];
  const [text] = given?.meaning ?? [];
  if (text?.kind !== "term") return undefined;
  const constant = evaluator.textOf(text);
  if (constant !== undefined) {
    // `$1`, `?` and `%s` stand for the values in order, which come as a list or one by one.
    const parts = constant.split(/\$\d+|\?|%s/);
    const behind = args.slice(indexOf(row) + 1).map(term);
    const listed = behind[0] && evaluator.elementsOf(behind[0]);
    const given = listed && evaluator.flatten(listed).flatMap(({ written }) => written ?? []);
    return read(parts, given ?? behind);
  }
  if (text.module.ir.kinds[text.local] !== Kind.Concat) return undefined;
  const { operands: inner, operandStart: start } = text.module.ir;
  const parts: string[] = [""];
  const found: Term[] = [];
  for (const part of inner.subarray(start[text.local]!, start[text.local + 1]!)) {
    const piece: Term = { ...text, local: part };
    const known = evaluator.textOf(piece);
    if (known !== undefined) parts[parts.length - 1] += known;
    else {
      found.push(piece);
      parts.push("");
    }
  }
  return read(parts, found);
}

/** The argument that is the statement. */
function indexOf({ sql }: AccessRow): number {
  const [first] = sql?.segments ?? [];
  return first?.kind === "argument" ? Math.max(first.from, 0) : 0;
}

const VERBS: Readonly<Record<string, Operation>> = {
  select: "read",
  insert: "create",
  update: "update",
  delete: "delete",
};

/** What stands for a value between the constant pieces. */
const HOLE = "\u0000";

/** `parts` are the constant pieces around the holes. */
function read(parts: readonly string[], holes: readonly Term[]): Statement | undefined {
  const whole = parts.join(` ${HOLE} `);
  const verb = /\b(select|insert|update|delete)\b/i.exec(whole)?.[1]?.toLowerCase();
  const table = /\b(?:from|into|update)\s+["'`[]?([\w.]+)/i.exec(whole)?.[1];
  if (verb === undefined || table === undefined) return undefined;
  const where: StatementField[] = [];
  const written: StatementField[] = [];
  const spread: Term[] = [];
  const inserted = verb === "insert" ? insertedColumns(whole) : [];
  let limit: Term | "constant" | undefined = /\blimit\s+\d/i.test(whole) ? "constant" : undefined;
  let open = false;
  let isCondition = false;
  parts.forEach((part, index) => {
    const hole = holes[index];
    isCondition = /\bwhere\b|\bon\b/i.test(part) || (isCondition && !/\bset\b/i.test(part));
    where.push(...(isCondition ? constantConditions(part) : []));
    if (!hole) return;
    const text = part.trimEnd();
    if (/\blimit$/i.test(text)) {
      limit = hole;
      return;
    }
    if (/\boffset$/i.test(text)) return;
    const own = /(\w+)["'`\]]?\s*=\s*(?:\w+\.)?["'`[]?\1["'`\]]?\s*[-+*]\s*\(*$/i.exec(text)?.[1];
    const name =
      own ??
      /["'`[]?(\w+)["'`\]]?\s*(?:=|<>|!=|[<>]=?|\bin|\blike|\bilike|=\s*any)\s*\(*$/i.exec(
        text,
      )?.[1] ??
      (isCondition ? undefined : inserted[index]);
    if (name === undefined) {
      if (isCondition) open = true;
      else spread.push(hole);
    } else (isCondition ? where : written).push({ name, value: hole, atomic: own !== undefined });
  });
  const columns = /\bselect\s+(.*?)\s+from\b/is.exec(whole)?.[1];
  return {
    operation: VERBS[verb]!,
    table: table.split(".").at(-1)!,
    where,
    written,
    spread,
    open,
    selected: columns === undefined || columns.includes("*") ? undefined : columnsOf(columns),
    limit,
    locks: /\bfor\s+(?:no\s+key\s+)?update\b/i.test(whole),
  };
}

/** `deleted = false`, `used_at is null`: conditions without a value of the program. */
function constantConditions(part: string): StatementField[] {
  const conditions = part.replace(/^.*\bwhere\b/is, "");
  return Array.from(
    conditions.matchAll(
      /(\w+)["'`\]]?\s*(?:is\s+(?:not\s+)?null|(?:=|<>|!=|[<>]=?)\s*(?:\d|'|true|false|now))/gi,
    ),
    ([, name]): StatementField => ({ name: name!, value: undefined, atomic: false }),
  );
}

/** The columns that the values of an insertion go to, one a hole; undefined for those that cannot be told. */
function insertedColumns(whole: string): (string | undefined)[] {
  const found = /\binto\s+[^(]*\(([^)]*)\)\s*values\s*\((.*)\)/is.exec(whole);
  if (!found || found[1]!.includes(HOLE)) return [];
  const columns = columnsOf(found[1]!);
  let depth = 0;
  let at = 0;
  const names: (string | undefined)[] = [];
  for (const character of found[2]!) {
    if (character === "(") depth++;
    else if (character === ")") depth--;
    else if (character === "," && depth === 0) at++;
    else if (character === HOLE) names.push(columns[at]);
  }
  return names;
}

const columnsOf = (list: string): string[] =>
  list.split(",").map((column) => /(\w+)\W*$/.exec(column.trim())?.[1] ?? "");
