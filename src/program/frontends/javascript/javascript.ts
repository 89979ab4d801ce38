/** The frontend for JavaScript and TypeScript: source text to intermediate representation. */
import type * as t from "@babel/types";
import { ModuleBuilder } from "../../ir/builder.ts";
import type { Dialect, Language, ModuleIr, ModuleProblem } from "../../ir/module-ir.ts";
import type { Frontend } from "../frontend.ts";
import { cutDeepest } from "./depth.ts";
import { lowerExpression } from "./expressions.ts";
import { receiveThis } from "./functions.ts";
import { Lowering, type Syntax } from "./lowering.ts";
import { lowerImportDeclaration, recordExports, recordImport } from "./modules.ts";
import { parse } from "./parse.ts";
import { resolve } from "./resolve.ts";
import { lowerStatement } from "./statements.ts";
import { recordType } from "./typescript.ts";

const EXTENSIONS: ReadonlyMap<string, Dialect> = new Map([
  ["js", "js"],
  ["jsx", "js"],
  ["mjs", "js"],
  ["cjs", "js"],
  ["es6", "js"],
  ["ts", "ts"],
  ["mts", "ts"],
  ["cts", "ts"],
  ["tsx", "tsx"],
  ["vue", "vue"],
]);

/** Statements that are left out of a module, one after the other, when the stack overflows. */
const MOST_CUTS = 8;
const TOO_DEEP = "nested too deeply";

const SHEBANG = /^#!.*\b(?:node|nodejs|bun|deno|ts-node|tsx)\b/;

export const javascript: Frontend = {
  languages: ["javascript", "typescript"],
  version: 3,
  accepts(path, firstLine) {
    const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
    const dot = name.lastIndexOf(".");
    if (dot <= 0) return SHEBANG.test(firstLine) ? "js" : undefined;
    if (/\.d\.[cm]?ts$/.test(name)) return "dts";
    return EXTENSIONS.get(name.slice(dot + 1));
  },
  lower(source, dialect) {
    try {
      return lowerModule(source, dialect);
    } catch (error) {
      const isTooDeep = error instanceof RangeError;
      return emptyModule(source, dialect, {
        kind: isTooDeep ? "too-deep" : "not-lowered",
        message: isTooDeep ? TOO_DEEP : String(error),
        span: { start: 0, end: source.length },
      });
    }
  },
};

const syntax: Syntax = { expression: lowerExpression, statement: lowerStatement };

function lowerModule(source: string, dialect: Dialect): ModuleIr {
  const { program, problems } = parse(source, dialect);
  for (let cuts = 0; ; cuts++) {
    try {
      return buildModule(source, dialect, program, problems);
    } catch (error) {
      if (!(error instanceof RangeError) || program === undefined || cuts === MOST_CUTS)
        throw error;
      const cut = cutDeepest(program);
      problems.push({ kind: "too-deep", message: TOO_DEEP, span: cut });
    }
  }
}

function buildModule(
  source: string,
  dialect: Dialect,
  program: t.Program | undefined,
  problems: readonly ModuleProblem[],
): ModuleIr {
  const builder = new ModuleBuilder(languageOf(dialect), dialect);
  builder.problems.push(...problems);
  const span = { start: 0, end: source.length };
  const top = builder.function({ name: "", role: "module", span, parent: -1 });
  if (program !== undefined && dialect === "dts") {
    recordDeclarations(builder, program);
  } else if (program !== undefined) {
    const scopes = resolve(program);
    const scope = scopes.get(program)!;
    lowerProgram(new Lowering({ builder, scopes, syntax }, top, scope), program);
  }
  top.return(-1, span);
  return builder.finish();
}

function lowerProgram(lower: Lowering, program: t.Program): void {
  lower.enterScope(lower.scope);
  receiveThis(lower, program);
  for (const statement of program.body) {
    if (statement.type === "ImportDeclaration") lowerImportDeclaration(lower, statement);
    recordExports(lower, statement);
  }
  lower.statements(program.body);
}

/** A declaration file has no code: it says only what types are called elsewhere. */
function recordDeclarations(builder: ModuleBuilder, program: t.Program): void {
  for (const statement of program.body) {
    if (statement.type === "ImportDeclaration") recordImport(builder, statement);
    const declaration =
      statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (declaration) recordType(builder, declaration);
  }
}

function emptyModule(source: string, dialect: Dialect, problem: ModuleProblem): ModuleIr {
  const builder = new ModuleBuilder(languageOf(dialect), dialect);
  const span = { start: 0, end: source.length };
  builder.function({ name: "", role: "module", span, parent: -1 }).return(-1, span);
  builder.problems.push(problem);
  return builder.finish();
}

function languageOf(dialect: Dialect): Language {
  return dialect === "js" || dialect === "vue" ? "javascript" : "typescript";
}
