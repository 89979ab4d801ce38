/** What the log watches in code, as marks on the values of libraries. */
import { join } from "node:path";
import type { Models } from "../models/models.ts";
import { parseSegments } from "../models/path-grammar.ts";
import type { CallPosition } from "../models/rows.ts";
import { packageRoot } from "../package-root.ts";
import { readDataFile } from "../support/data-file.ts";
import { SurfaceFile } from "./schema.ts";

/** What a marked value is to the log. */
export type Watch =
  | { readonly is: "variables" }
  | { readonly is: "variable"; readonly at: CallPosition }
  | { readonly is: "crypto"; readonly at: CallPosition; readonly label: string };

export interface Watched {
  readonly file: SurfaceFile;
  /** By mark. */
  readonly marks: ReadonlyMap<number, Watch>;
}

const position = (text: string): CallPosition => ({ segments: parseSegments(text) });

/** To be called before a program is analysed with the models: marks are seen by what is analysed later. */
export function watch(models: Models): Watched {
  const file = readDataFile(join(packageRoot, "queries", "surface.yml"), SurfaceFile);
  const marks = new Map<number, Watch>();
  for (const { language, object, call, name } of file.environment) {
    if (object !== undefined) marks.set(models.mark(object, language), { is: "variables" });
    if (call !== undefined)
      marks.set(models.mark(call, language), {
        is: "variable",
        at: position(name ?? "Argument[0]"),
      });
  }
  for (const { language, call, at, label } of file.crypto)
    marks.set(models.mark(call, language), { is: "crypto", at: position(at), label });
  return { file, marks };
}
