/** Statements. */
import { CallForm, Kind } from "../../ir/kinds.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import { isCalled } from "./assignment.ts";
import { items, lowerArguments } from "./calls.ts";
import { lowerClass } from "./classes.ts";
import { lowerBranches } from "./conditions.ts";
import { lowerAssert, lowerTry } from "./exceptions.ts";
import { lowerLooseMethod } from "./functions.ts";
import { lowerDo, lowerEach, lowerFor, lowerWhile } from "./loops.ts";
import type { Lowering } from "./lowering.ts";
import { announce, superclassOf } from "./references.ts";
import { lowerSwitch } from "./switch.ts";
import { declaratorsOf, isClassDeclaration, isWhole, unwrap } from "./syntax.ts";

export function lowerStatement(lower: Lowering, syntax: Syntax): void {
  const { exits } = lower;
  if (!isWhole(syntax)) {
    lower.statements(syntax);
    return;
  }
  switch (syntax.type) {
    case "expression_statement":
      for (const child of syntax.children) lowerEffect(lower, child);
      return;
    case "local_variable_declaration":
      lowerLocals(lower, syntax);
      return;
    case "block":
    case "constructor_body":
      lower.within(syntax, () => {
        announce(lower, syntax.children);
        lower.statements(syntax);
      });
      return;
    case "if_statement":
      lowerIf(lower, syntax);
      return;
    case "for_statement":
      lowerFor(lower, syntax);
      return;
    case "enhanced_for_statement":
      lowerEach(lower, syntax);
      return;
    case "while_statement":
      lowerWhile(lower, syntax);
      return;
    case "do_statement":
      lowerDo(lower, syntax);
      return;
    case "labeled_statement":
      lowerLabelled(lower, syntax);
      return;
    case "break_statement":
    case "continue_statement": {
      const [label] = syntax.children;
      const keyword = syntax.type === "break_statement" ? "break" : "continue";
      exits.leave(keyword, label ? lower.text(label) : undefined);
      return;
    }
    case "return_statement": {
      const [value] = syntax.children;
      exits.return(value ? lowerResult(lower, value) : -1, syntax);
      return;
    }
    case "yield_statement": {
      const [value] = syntax.children;
      if (value) lower.takeYield?.(lower.expression(value), syntax);
      return;
    }
    case "throw_statement": {
      const [value] = syntax.children;
      if (value) lower.builder.throw(lower.expression(value), syntax);
      return;
    }
    case "try_statement":
    case "try_with_resources_statement":
      lowerTry(lower, syntax);
      return;
    case "assert_statement":
      lowerAssert(lower, syntax);
      return;
    case "switch_expression":
      lowerSwitch(lower, syntax);
      return;
    case "synchronized_statement":
      for (const child of syntax.children) {
        if (child.field === "body") lower.statement(child);
        else lower.expression(child);
      }
      return;
    case "explicit_constructor_invocation":
      lowerConstructorCall(lower, syntax);
      return;
    case "ERROR":
      lower.statements(syntax);
      return;
    case "method_declaration":
      lowerLooseMethod(lower, syntax);
      return;
    case "import_declaration":
    case "package_declaration":
    case "module_declaration":
      return;
    default:
      if (isClassDeclaration(syntax)) lowerClass(lower, syntax);
      else if (/_expression$|_invocation$/.test(syntax.type)) lowerEffect(lower, syntax);
  }
}

/** An expression for what it does. A call that came back has let its arguments pass. */
function lowerEffect(lower: Lowering, syntax: Syntax): void {
  const { builder, contents } = lower;
  if (syntax.type === "switch_expression") {
    lowerSwitch(lower, syntax);
    return;
  }
  const value = lower.expression(syntax);
  if (syntax.type !== "method_invocation" || builder.unreachable) return;
  if (builder.kindOf(value) !== Kind.Call) return;
  const before = builder.current;
  builder.returned(value);
  contents.carryOn(before);
}

function lowerLocals(lower: Lowering, syntax: Syntax): void {
  const type = lower.typeOf(syntax.get("type"));
  for (const one of declaratorsOf(syntax)) {
    const value = one.get("value");
    if (value === undefined) continue;
    const name = one.get("name")!;
    const given = lower.expression(value, lower.text(name));
    const own = one.get("dimensions") ? "" : type;
    lower.write(lower.text(name), isCalled(value) ? lower.typed(given, own, value) : given, name);
  }
}

/** What a method gives back is of its declared type. */
function lowerResult(lower: Lowering, syntax: Syntax): number {
  const value = lower.numbered(lower.expression(syntax), lower.returns, syntax);
  return isCalled(syntax) && unwrap(syntax).type !== "identifier"
    ? lower.typed(value, lower.returns, syntax)
    : value;
}

function lowerIf(lower: Lowering, syntax: Syntax): void {
  const otherwise = syntax.get("alternative");
  lowerBranches(
    lower,
    syntax.get("condition")!,
    () => lower.statement(syntax.get("consequence")),
    () => {
      if (otherwise) lower.statement(otherwise);
    },
  );
}

function lowerLabelled(lower: Lowering, syntax: Syntax): void {
  const { builder } = lower;
  const [label, body] = syntax.children;
  if (label === undefined || body === undefined) return;
  const name = lower.text(label);
  if (/^(?:for|enhanced_for|while|do)_statement$/.test(body.type)) {
    lower.labelled(name, () => lower.statement(body));
    return;
  }
  const after = builder.block();
  const exit = { breakTo: after, continueTo: undefined, isPlain: false };
  lower.exits.within({ kind: "jump", labels: [name], ...exit }, () => lower.statement(body));
  builder.jump(after);
  builder.seal(after);
  builder.enter(after);
}

/** `super(...)` and `this(...)`. */
function lowerConstructorCall(lower: Lowering, syntax: Syntax): void {
  const { builder } = lower;
  const self = lower.self(syntax);
  const given = items(lowerArguments(lower, syntax.get("arguments")));
  if (self === undefined) return;
  if (syntax.get("constructor")?.type === "super") {
    builder.callMethod(CallForm.Super, superclassOf(lower, syntax), self, "", given, syntax);
    return;
  }
  for (const one of lower.constructors) {
    if (one.parameters !== given.length || one.builder === builder) continue;
    const callee = builder.closure(one.builder, syntax);
    builder.callMethod(CallForm.Call, callee, self, "", given, syntax);
  }
}
