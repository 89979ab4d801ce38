/** Annotations: each is a call of its type, and where it decorates something a decorator made by that call. */
import type { Value } from "../../ir/builder.ts";
import { CallForm } from "../../ir/kinds.ts";
import type { Syntax } from "../tree-sitter/syntax.ts";
import type { Lowering } from "./lowering.ts";
import { classNamed, classPath } from "./references.ts";
import { annotationName, dottedName } from "./syntax.ts";

/** Annotations that are meant for the compiler. */
const PLAIN =
  /^(?:Override|Deprecated|SuppressWarnings|SafeVarargs|FunctionalInterface|Nullable|NonNull|NotNull|Nonnull|Documented|Retention|Target|Inherited)$/;

/** What an annotation's type makes of its elements; undefined for those that say nothing to the program. */
export function lowerAnnotation(lower: Lowering, annotation: Syntax): Value | undefined {
  const { builder, module } = lower;
  const parts = dottedName(annotation.get("name")!, module.text);
  if (parts === undefined || PLAIN.test(annotationName(annotation, module.text))) return undefined;
  const callee =
    parts.length === 1
      ? classNamed(lower, parts[0]!, annotation)
      : classPath(lower, parts, annotation);
  const positional: Value[] = [];
  const named: { name: string; value: Value }[] = [];
  for (const one of annotation.get("arguments")?.children ?? []) {
    if (one.type !== "element_value_pair") positional.push(element(lower, one));
    else named.push({ name: lower.text(one.get("key")), value: element(lower, one.get("value")!) });
  }
  const given = positional.map((value) => ({ value, spread: false }));
  if (named.length > 0) given.push({ value: builder.record(named, [], annotation), spread: true });
  return builder.call(CallForm.Call, callee, given, annotation);
}

function element(lower: Lowering, syntax: Syntax): Value {
  if (syntax.type === "annotation" || syntax.type === "marker_annotation")
    return lowerAnnotation(lower, syntax) ?? lower.builder.undefined(syntax);
  return lower.expression(syntax);
}

/** Argument 0 is what is decorated, argument 1 what that belongs to. */
export function decorate(
  lower: Lowering,
  annotations: readonly Syntax[],
  targets: () => readonly Value[],
): void {
  for (const one of annotations) {
    const decorator = lowerAnnotation(lower, one);
    if (decorator === undefined) continue;
    const items = targets().map((value) => ({ value, spread: false }));
    lower.builder.call(CallForm.Decorator, decorator, items, one);
  }
}
