/** Statements. */
import { CallForm } from "../../ir/kinds.ts";
import { join } from "../../ir/regions.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { lowerAssignment, lowerShortDeclaration, lowerStep } from "./assignment.ts";
import { ELEMENT } from "./builtins.ts";
import { lowerCall } from "./calls.ts";
import { lowerCondition, unlessUnreachable } from "./conditions.ts";
import { lowerConstants, lowerTypes, lowerVariables } from "./declarations.ts";
import { lowerReturn } from "./functions.ts";
import { lowerFor } from "./loops.ts";
import type { Lowering } from "./lowering.ts";
import { lowerSelect, lowerSwitch, lowerTypeSwitch } from "./switch.ts";
import { listOf, statementsOf, unwrap } from "./syntax.ts";

/** `labels` are those that stand before the statement. */
export function lowerStatement(lower: Lowering, syntax: Syntax, labels: readonly string[]): void {
  const { builder } = lower;
  switch (syntax.type) {
    case "expression_statement":
    case "ERROR":
    case "statement_list":
      for (const child of syntax.children) lower.statement(child);
      return;
    case "block":
      lower.statements(statementsOf(syntax));
      return;
    case "short_var_declaration":
      lowerShortDeclaration(lower, syntax);
      return;
    case "assignment_statement":
      lowerAssignment(lower, syntax);
      return;
    case "inc_statement":
    case "dec_statement":
      lowerStep(lower, syntax);
      return;
    case "var_declaration":
      lowerVariables(lower, syntax);
      return;
    case "const_declaration":
      lowerConstants(lower, syntax);
      return;
    case "type_declaration":
      lowerTypes(lower, [syntax]);
      return;
    case "return_statement":
      lowerReturn(lower, listOf(syntax.children[0]), syntax);
      return;
    case "if_statement":
      lowerIf(lower, syntax);
      return;
    case "for_statement":
      lowerFor(lower, syntax, labels);
      return;
    case "expression_switch_statement":
      lowerSwitch(lower, syntax, labels);
      return;
    case "type_switch_statement":
      lowerTypeSwitch(lower, syntax, labels);
      return;
    case "select_statement":
      lowerSelect(lower, syntax, labels);
      return;
    case "break_statement":
    case "continue_statement": {
      const label = syntax.first("label_name");
      const keyword = syntax.type === "break_statement" ? "break" : "continue";
      lower.exits.leave(keyword, label && lower.text(label));
      return;
    }
    case "goto_statement": {
      const label = syntax.first("label_name");
      if (label) builder.jump(lower.blockAt(lower.text(label)));
      return;
    }
    case "fallthrough_statement":
      if (lower.fallthrough !== undefined) builder.jump(lower.fallthrough);
      return;
    case "labeled_statement":
      lowerLabeled(lower, syntax, labels);
      return;
    case "go_statement":
    case "defer_statement":
      lowerDetached(lower, syntax);
      return;
    case "send_statement": {
      const channel = lower.expression(syntax.get("channel")!);
      builder.store(channel, ELEMENT, lower.expression(syntax.get("value")!), syntax);
      return;
    }
    default:
      if (/^[a-z]/.test(syntax.type)) lower.expression(syntax);
  }
}

function lowerLabeled(lower: Lowering, syntax: Syntax, labels: readonly string[]): void {
  const { builder } = lower;
  const label = syntax.get("label")!;
  const name = lower.text(label);
  if (isGotoTarget(lower, name)) lower.placeLabel(name);
  else if (builder.unreachable) return;
  const statement = syntax.children.find((child) => child !== label);
  if (statement) lower.statement(statement, [...labels, name]);
}

/** Most labels are for `break` and `continue`, which need no block that stays open. */
const isGotoTarget = (lower: Lowering, label: string): boolean =>
  lower.module.gotoLabels.has(label);

function lowerIf(lower: Lowering, syntax: Syntax): void {
  const { builder } = lower;
  const initializer = syntax.get("initializer");
  if (initializer) lower.statement(initializer);
  const yes = builder.block();
  const no = builder.block();
  lowerCondition(lower, syntax.get("condition")!, yes, no);
  const alternative = syntax.get("alternative");
  join(builder, [
    [
      yes,
      unlessUnreachable(lower, () => lower.statements(statementsOf(syntax.get("consequence")))),
    ],
    [no, unlessUnreachable(lower, () => alternative && lower.statement(alternative))],
  ]);
}

/** `go f(x)` and `defer f(x)`. */
function lowerDetached(lower: Lowering, syntax: Syntax): void {
  const [only] = syntax.children;
  if (only === undefined) return;
  const call = unwrap(only);
  const form = syntax.type === "go_statement" ? CallForm.Spawn : CallForm.Defer;
  if (call.type === "call_expression") lowerCall(lower, call, form);
  else lower.expression(call);
}
