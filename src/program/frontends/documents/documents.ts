/**
 * Documents that describe a service and name the functions that answer it: `operationId: shop.orders.show`. Each
 * operation is lowered to a call that is given its method, its path and the function, for models to say what that means.
 */
import { ModuleBuilder } from "../../ir/builder.ts";
import { CallForm, ConstantType } from "../../ir/kinds.ts";
import type { Frontend } from "../frontend.ts";

const DOCUMENT = /(?:^|\/)[^/]*(?:openapi|swagger)[^/]*\.(?:ya?ml|json)$/i;

/** A path, a method and a name, as a line of YAML or JSON starts with them. */
const PATH = /^\s*["']?(\/[^"'\s]*?)["']?\s*:\s*(?:\{\s*)?$/;
const METHOD = /^\s*["']?(get|post|put|patch|delete|head|options)["']?\s*:\s*(?:\{\s*)?$/;
const OPERATION = /^\s*["']?operationId["']?\s*:\s*["']?([A-Za-z_][\w.]*)\.([A-Za-z_]\w*)["']?/;

export const documents: Frontend = {
  languages: ["python"],
  version: 1,
  accepts: (path) => (DOCUMENT.test(path) ? "document" : undefined),
  lower: (source, dialect) => {
    const builder = new ModuleBuilder("python", dialect);
    const whole = { start: 0, end: source.length };
    const top = builder.function({ name: "", role: "module", span: whole, parent: -1 });
    let path = "";
    let method = "";
    let start = 0;
    for (const line of source.split("\n")) {
      const span = { start: start + line.search(/\S|$/), end: start + line.trimEnd().length };
      start += line.length + 1;
      path = PATH.exec(line)?.[1] ?? path;
      method = METHOD.exec(line)?.[1] ?? method;
      const [, module, name] = OPERATION.exec(line) ?? [];
      if (module === undefined || name === undefined || path === "") continue;
      const callee = top.imported("openapi", "operation", span);
      const args = [
        top.constant(ConstantType.String, method.toUpperCase(), span),
        top.constant(ConstantType.String, path, span),
        top.imported(module, name, span),
      ];
      top.call(
        CallForm.Call,
        callee,
        args.map((value) => ({ value, spread: false })),
        span,
      );
    }
    top.return(-1, whole);
    return builder.finish();
  },
};
