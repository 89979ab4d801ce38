/** Object literals. */
import type * as t from "@babel/types";
import type { Value } from "../../ir/builder.ts";
import { CallForm } from "../../ir/kinds.ts";
import { lowerFunction } from "./functions.ts";
import type { Lowering } from "./lowering.ts";
import { at, keyField } from "./syntax.ts";

/** Names that say where an object goes, not what it is: its methods are not called after them. */
const PLACES = new Set(["", "default", "module.exports", "exports"]);

export function lowerObject(lower: Lowering, node: t.ObjectExpression, name: string): Value {
  const { builder } = lower;
  const fields = new Map<string, Value>();
  const spreads: { value: Value; except: string[] }[] = [];
  /** What needs the object itself: computed keys and getters. */
  const later: ((object: Value) => void)[] = [];
  const qualified = (field: string): string => (PLACES.has(name) ? field : `${name}.${field}`);
  for (const property of node.properties) {
    if (property.type === "SpreadElement") {
      spreads.push({ value: lower.expression(property.argument), except: [] });
      continue;
    }
    const field = keyField(property.key, property.computed);
    const key = field === undefined ? lower.expression(property.key) : -1;
    const value =
      property.type === "ObjectMethod"
        ? lowerFunction(lower, property, qualified(field ?? ""))
        : lower.expression(property.value, qualified(field ?? ""));
    if (property.type === "ObjectMethod" && property.kind === "get") {
      later.push((object) => {
        const got = builder.callMethod(CallForm.Call, value, object, field ?? "", [], at(property));
        if (field === undefined) builder.storeKey(object, key, got, at(property));
        else builder.store(object, field, got, at(property));
      });
    } else if (property.type === "ObjectMethod" && property.kind === "set") {
      // What it assigns is unknown before it is called; the function itself is lowered above.
    } else if (field === undefined) {
      later.push((object) => builder.storeKey(object, key, value, at(property)));
    } else {
      fields.set(field, value);
      // A field written after a spread hides what the spread brings under that name.
      for (const { except } of spreads) except.push(field);
    }
  }
  const named = [...fields].map(([field, value]) => ({ name: field, value }));
  const object = builder.record(named, spreads, at(node));
  for (const write of later) write(object);
  return object;
}
