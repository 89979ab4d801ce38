/** Patterns of `instanceof` and `switch`: each is a test, and names what fits. */
import type { Block, Value } from "../../ir/builder.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import type { Lowering } from "./lowering.ts";

/** `value instanceof Type name`, where both ways are still open. */
export function lowerTypeTest(
  lower: Lowering,
  test: Syntax,
  value: Value,
  then: Block,
  otherwise: Block,
): void {
  const { builder } = lower;
  const type = test.get("right");
  const name = test.get("name");
  const condition = builder.operator("instanceof", [value], test);
  if (name === undefined) {
    builder.branch(condition, then, otherwise, test);
    return;
  }
  goOn(lower, condition, otherwise, test);
  lower.write(lower.text(name), lower.typed(value, lower.typeOf(type), name), name);
  builder.jump(then);
}

/** Goes on where the value fits, with the names of the pattern bound; leads to `otherwise` where it does not. */
export function lowerPattern(
  lower: Lowering,
  pattern: Syntax,
  value: Value,
  otherwise: Block,
): void {
  const { builder } = lower;
  switch (pattern.type) {
    case "pattern":
      for (const child of pattern.children) lowerPattern(lower, child, value, otherwise);
      return;
    case "type_pattern":
      goOn(lower, builder.operator("instanceof", [value], pattern), otherwise, pattern);
      bindName(lower, pattern, value);
      return;
    case "record_pattern": {
      goOn(lower, builder.operator("instanceof", [value], pattern), otherwise, pattern);
      const parts = pattern.first("record_pattern_body")?.children ?? [];
      for (const part of parts) {
        // Which component a place stands for, its record alone knows: any of them.
        const component = builder.load(value, "*", part);
        if (part.type === "record_pattern") lowerPattern(lower, part, component, otherwise);
        else bindName(lower, part, component);
      }
      return;
    }
    default:
  }
}

function bindName(lower: Lowering, pattern: Syntax, value: Value): void {
  const [type] = pattern.children;
  const name = pattern.children.findLast((one) => one.type === "identifier");
  if (name === undefined || name === type) return;
  lower.write(lower.text(name), lower.typed(value, lower.typeOf(type), name), name);
}

/** Goes on where a condition holds. */
export function goOn(lower: Lowering, condition: Value, otherwise: Block, span: Syntax): void {
  const { builder } = lower;
  const fits = builder.block();
  builder.branch(condition, fits, otherwise, span);
  builder.seal(fits);
  builder.enter(fits);
}
