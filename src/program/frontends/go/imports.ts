/** Imports: which package each name before a dot is. */
import type { Syntax } from "../tree-sitter/syntax.ts";
import { textOf } from "./syntax.ts";

export interface Imports {
  readonly packages: ReadonlyMap<string, string>;
  readonly dotImports: readonly string[];
}

export function importsOf(root: Syntax, text: string, qualifiers: ReadonlySet<string>): Imports {
  const packages = new Map<string, string>();
  const dotImports: string[] = [];
  for (const spec of specsOf(root)) {
    const path = textOf(spec.get("path")!, text).slice(1, -1);
    const name = spec.get("name");
    if (name?.type === "dot") dotImports.push(path);
    else if (name?.type === "package_identifier") packages.set(textOf(name, text), path);
    else if (name === undefined) packages.set(nameOf(path, qualifiers), path);
  }
  return { packages, dotImports };
}

const specsOf = (root: Syntax): readonly Syntax[] =>
  root.children
    .filter(({ type }) => type === "import_declaration")
    .flatMap(({ children }) =>
      children.flatMap((child) => (child.type === "import_spec" ? [child] : [...child.children])),
    )
    .filter((spec) => spec.get("path") !== undefined);

/**
 * What a package calls itself is written in the package. Its path tells: the last part that is no version, often with
 * `go-` before it or `-go` behind it. Of several names that this may mean, the file uses the right one.
 */
function nameOf(path: string, qualifiers: ReadonlySet<string>): string {
  const parts = path.split("/");
  const last = parts.length > 1 && /^v\d+$/.test(parts.at(-1)!) ? parts.at(-2)! : parts.at(-1)!;
  const plain = last.replace(/\.v\d+$/, "");
  const candidates = [
    plain,
    plain.replaceAll("-", "_"),
    plain.replace(/^(?:go|golang)[-.]?/, ""),
    plain.replace(/[-.]?(?:go|golang)$/, ""),
    plain.replaceAll(/[-.]/g, ""),
    ...plain.split(/[-.]/).reverse(),
    parts.at(-1)!,
  ];
  return candidates.find((name) => qualifiers.has(name)) ?? plain;
}
