/** Assignment to names, attributes, items, and tuples of them. */
import type { Value } from "../../ir/builder.ts";
import { CallForm } from "../../ir/kinds.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import type { Lowering } from "./lowering.ts";
import { operate } from "./operators.ts";
import { annotations, typeName } from "./types.ts";

export function assign(lower: Lowering, target: Syntax, value: Value): void {
  const { builder } = lower;
  switch (target.type) {
    case "identifier":
      lower.write(lower.text(target), value, target);
      return;
    case "attribute": {
      const object = lower.expression(target.get("object")!);
      builder.store(object, lower.text(target.get("attribute")!), value, target);
      return;
    }
    case "subscript":
      assignItem(lower, target, value);
      return;
    case "pattern_list":
    case "tuple_pattern":
    case "list_pattern":
    case "expression_list":
    case "tuple":
    case "list":
      assignParts(lower, target.children, value);
      return;
    case "parenthesized_expression":
    case "as_pattern_target":
    case "list_splat_pattern":
    case "list_splat":
      if (target.children[0]) assign(lower, target.children[0], value);
      return;
    default:
      lower.expression(target);
  }
}

function assignItem(lower: Lowering, target: Syntax, value: Value): void {
  const { builder } = lower;
  // What is known of a list does not outlive an assignment to one of its items.
  const object = lower.expression(target.get("value")!);
  const [only, ...more] = target.all("subscript");
  if (only === undefined || only.type === "slice" || more.length > 0) {
    for (const one of only ? [only, ...more] : [])
      for (const part of one.type === "slice" ? one.children : [one]) lower.expression(part);
    builder.store(object, "*", value, target);
    return;
  }
  const key = lower.expression(only);
  const field = lower.fieldOf(key);
  if (field === undefined) builder.storeKey(object, key, value, target);
  else builder.store(object, field, value, target);
}

/** `a, *b, c = value`. */
function assignParts(lower: Lowering, targets: readonly Syntax[], value: Value): void {
  const { builder } = lower;
  let isAfterStar = false;
  targets.forEach((target, position) => {
    if (/^list_splat/.test(target.type)) {
      isAfterStar = true;
      const callee = builder.load(value, "__getitem__", target);
      const rest = builder.callMethod(CallForm.Call, callee, value, "__getitem__", [], target);
      assign(lower, target, rest);
    } else if (isAfterStar) {
      assign(lower, target, builder.load(value, "*", target));
    } else {
      assign(lower, target, builder.load(value, String(position), target));
    }
  });
}

/** `left = right`, `left: type = right`, `left: type`. */
export function lowerAssignment(lower: Lowering, syntax: Syntax): Value | undefined {
  const left = syntax.get("left")!;
  const right = syntax.get("right");
  if (right === undefined) return undefined;
  const name = left.type === "identifier" ? lower.text(left) : "";
  // `SessionDep = Annotated[Session, Depends(session)]` is a name for the type.
  if (name !== "" && annotations(right, lower.module.text).length > 0)
    lower.module.builder.typeAliases.push({ name, target: typeName(right, lower.module.text) });
  const value =
    right.type === "assignment" ? lowerAssignment(lower, right) : lower.expression(right, name);
  if (value !== undefined) assign(lower, left, value);
  return value;
}

/** `left operator= right`. */
export function lowerAugmented(lower: Lowering, syntax: Syntax): void {
  const left = syntax.get("left")!;
  const operator = (syntax.get("operator")?.type ?? "").replace(/=$/, "");
  const before = lower.expression(left);
  const value = operate(lower, operator, before, lower.expression(syntax.get("right")!), syntax);
  assign(lower, left, value);
}
