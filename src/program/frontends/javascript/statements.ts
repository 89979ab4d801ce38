/** Statements, by kind of syntax. */
import type * as t from "@babel/types";
import { lowerBranches, lowerEffect } from "./conditions.ts";
import { lowerTry } from "./exceptions.ts";
import { lowerUnknown } from "./expressions.ts";
import { lowerDoWhile, lowerFor, lowerForEach, lowerLabeled, lowerWhile } from "./loops.ts";
import type { Lowering } from "./lowering.ts";
import { lowerExport, recordRequire } from "./modules.ts";
import { assign, nameOf } from "./patterns.ts";
import { lowerSwitch } from "./switch.ts";
import { at, isType } from "./syntax.ts";
import {
  lowerEnum,
  lowerExportAssignment,
  lowerImportEquals,
  lowerNamespace,
  recordType,
} from "./typescript.ts";

export function lowerStatement(lower: Lowering, node: t.Node): void {
  const { builder } = lower;
  switch (node.type) {
    case "ExpressionStatement":
      lowerEffect(lower, node.expression);
      return;
    case "VariableDeclaration":
      lowerVariables(lower, node);
      return;
    case "ReturnStatement":
      lower.exits.return(node.argument ? lower.expression(node.argument) : -1, at(node));
      return;
    case "IfStatement": {
      const { alternate } = node;
      lowerBranches(
        lower,
        node.test,
        () => lowerNested(lower, node.consequent),
        () => alternate && lowerNested(lower, alternate),
      );
      return;
    }
    case "BlockStatement":
      lower.within(node, () => lower.statements(node.body));
      return;
    case "ThrowStatement":
      builder.throw(lower.expression(node.argument), at(node));
      return;
    case "ForStatement":
      lowerFor(lower, node);
      return;
    case "ForInStatement":
    case "ForOfStatement":
      lowerForEach(lower, node);
      return;
    case "WhileStatement":
      lowerWhile(lower, node);
      return;
    case "DoWhileStatement":
      lowerDoWhile(lower, node);
      return;
    case "LabeledStatement":
      lowerLabeled(lower, node);
      return;
    case "BreakStatement":
      lower.exits.leave("break", node.label?.name);
      return;
    case "ContinueStatement":
      lower.exits.leave("continue", node.label?.name);
      return;
    case "SwitchStatement":
      lowerSwitch(lower, node);
      return;
    case "TryStatement":
      lowerTry(lower, node);
      return;
    case "ClassDeclaration":
      if (!node.declare) lower.expression(node);
      return;
    case "WithStatement":
      lower.expression(node.object);
      lower.statement(node.body);
      return;
    case "ExportNamedDeclaration":
    case "ExportDefaultDeclaration":
      lowerExport(lower, node);
      return;
    case "TSEnumDeclaration":
      lowerEnum(lower, node);
      return;
    case "TSModuleDeclaration":
      lowerNamespace(lower, node);
      return;
    case "TSImportEqualsDeclaration":
      lowerImportEquals(lower, node);
      return;
    case "TSExportAssignment":
      lowerExportAssignment(lower, node);
      return;
    case "FunctionDeclaration":
    case "ImportDeclaration":
    case "ExportAllDeclaration":
    case "EmptyStatement":
    case "DebuggerStatement":
      // Functions and imports are there before the block's first statement.
      return;
    default:
      if (!recordType(lower.module.builder, node) && !isType(node)) lowerUnknown(lower, node);
  }
}

/** The arm of an `if`; in old code a function declaration may stand there with no block around it. */
function lowerNested(lower: Lowering, node: t.Statement): void {
  if (node.type === "FunctionDeclaration") lower.statements([node]);
  else lower.statement(node);
}

function lowerVariables(lower: Lowering, node: t.VariableDeclaration): void {
  if (node.declare) return;
  const { builder } = lower;
  for (const declarator of node.declarations) {
    const { id, init } = declarator;
    if (init) {
      recordRequire(lower, declarator);
      let value = lower.expression(init, nameOf(id));
      if (node.kind === "await using") value = builder.await(value, at(init));
      assign(lower, id, value);
    } else if (node.kind !== "var") {
      assign(lower, id, builder.undefined(at(declarator)));
    }
  }
}
