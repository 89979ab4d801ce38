/** Statements. */
import { CallForm } from "../../ir/kinds.ts";
import { loop } from "../../ir/regions.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { lowerAssignment, lowerAugmented } from "./assignment.ts";
import { lowerClass } from "./classes.ts";
import { lowerEach } from "./comprehensions.ts";
import { lowerBranches, lowerCondition } from "./conditions.ts";
import { decorate } from "./decorators.ts";
import { lowerAssert, lowerRaise, lowerTry, lowerWith } from "./exceptions.ts";
import { defineFunction } from "./functions.ts";
import type { Lowering } from "./lowering.ts";
import { lowerMatch } from "./match.ts";
import { lowerImport } from "./modules.ts";
import { definitionOf, textOf } from "./syntax.ts";
import { typeName } from "./types.ts";

export function lowerStatement(lower: Lowering, syntax: Syntax): void {
  const { builder } = lower;
  switch (syntax.type) {
    case "expression_statement":
      for (const child of syntax.children) lowerStatement(lower, child);
      return;
    case "assignment":
      lowerAssignment(lower, syntax);
      return;
    case "augmented_assignment":
      lowerAugmented(lower, syntax);
      return;
    case "decorated_definition":
    case "function_definition":
    case "class_definition":
      lowerDefinition(lower, syntax);
      return;
    case "return_statement": {
      const [value] = syntax.children;
      lower.exits.return(value ? lower.expression(value) : -1, syntax);
      return;
    }
    case "if_statement":
      lowerIf(lower, syntax, syntax.all("alternative"));
      return;
    case "for_statement":
      lowerFor(lower, syntax);
      return;
    case "while_statement":
      lowerWhile(lower, syntax);
      return;
    case "break_statement":
      lower.exits.leave("break", undefined);
      return;
    case "continue_statement":
      lower.exits.leave("continue", undefined);
      return;
    case "try_statement":
      lowerTry(lower, syntax);
      return;
    case "raise_statement":
      lowerRaise(lower, syntax);
      return;
    case "assert_statement":
      lowerAssert(lower, syntax);
      return;
    case "with_statement":
      lowerWith(lower, syntax);
      return;
    case "match_statement":
      lowerMatch(lower, syntax);
      return;
    case "import_statement":
    case "import_from_statement":
    case "future_import_statement":
      lowerImport(lower, syntax);
      return;
    case "type_alias_statement":
      lower.module.builder.typeAliases.push({
        name: typeName(syntax.get("left"), lower.module.text),
        target: typeName(syntax.get("right"), lower.module.text),
      });
      return;
    case "print_statement":
    case "exec_statement":
      lowerOldStatement(lower, syntax);
      return;
    case "pass_statement":
    case "global_statement":
    case "nonlocal_statement":
      return;
    case "block":
    case "ERROR":
    case "delete_statement":
      lower.statements(syntax);
      return;
    default:
      if (!builder.unreachable && !/^[^a-z]/.test(syntax.type)) lower.expression(syntax);
  }
}

function lowerDefinition(lower: Lowering, syntax: Syntax): void {
  const definition = definitionOf(syntax);
  if (definition.type === "class_definition") {
    lowerClass(lower, syntax);
    return;
  }
  const name = definition.get("name");
  if (name === undefined) return;
  const closure = lower.builder.closure(defineFunction(lower, definition), definition);
  lower.write(textOf(name, lower.module.text), decorate(lower, syntax, closure), name);
}

/** What `elif` and `else` are left decides what is on the other side. */
function lowerIf(lower: Lowering, syntax: Syntax, [next, ...rest]: readonly Syntax[]): void {
  lowerBranches(
    lower,
    syntax.get("condition")!,
    () => lower.statements(syntax.get("consequence")),
    () => {
      if (next?.type === "elif_clause") lowerIf(lower, next, rest);
      else lower.statements(next?.get("body"));
    },
  );
}

function lowerFor(lower: Lowering, syntax: Syntax): void {
  const collection = lower.expression(syntax.get("right")!);
  const otherwise = syntax.get("alternative")?.get("body");
  lowerEach(
    lower,
    syntax,
    collection,
    () => lower.statements(syntax.get("body")),
    () => lower.statements(otherwise),
  );
}

function lowerWhile(lower: Lowering, syntax: Syntax): void {
  const otherwise = syntax.get("alternative")?.get("body");
  loop(lower.builder, lower.exits, [], {
    test: (body, exit) => lowerCondition(lower, syntax.get("condition")!, body, exit),
    body: () => lower.statements(syntax.get("body")),
    otherwise: () => lower.statements(otherwise),
  });
}

/** Python 2's `print x` and `exec x` are what are functions now. */
function lowerOldStatement(lower: Lowering, syntax: Syntax): void {
  const { builder } = lower;
  const name = syntax.type === "print_statement" ? "print" : "exec";
  const items = syntax.children
    .filter(({ type }) => type !== "chevron" && /^[a-z]/.test(type) && type !== "in")
    .map((child) => ({ value: lower.expression(child), spread: false }));
  const callee = builder.imported("builtins", name, syntax);
  builder.call(CallForm.Call, callee, items, syntax);
}
