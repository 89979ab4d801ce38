/** Packages that added lines import. */
import { builtinModules } from "node:module";
import type { ChangedFile } from "../change/change-set.ts";
import { hunkAt } from "../change/change-set.ts";
import { Kind } from "../program/ir/kinds.ts";
import type { Linker, Program, SourceModule } from "../program/program.ts";

export interface AddedImport {
  readonly ecosystem: "npm" | "pypi";
  /** The package, or for Python the outermost module. */
  readonly name: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

const ECOSYSTEMS: Readonly<Record<string, AddedImport["ecosystem"]>> = {
  javascript: "npm",
  typescript: "npm",
  python: "pypi",
};

/** What each ecosystem's modules import that is no file of theirs, by name. */
export function importedNames(program: Program, ecosystem: AddedImport["ecosystem"]): Set<string> {
  const names = new Set<string>();
  for (const module of program.modules) {
    if (ECOSYSTEMS[module.ir.language] !== ecosystem) continue;
    for (const specifier of specifiersOf(module)) {
      const name = packageOf(ecosystem, specifier);
      if (name !== undefined) names.add(name);
    }
  }
  return names;
}

export function addedImports(
  program: Program,
  linker: Linker,
  files: readonly ChangedFile[],
  texts: ReadonlyMap<string, string>,
): AddedImport[] {
  return files.flatMap((file): AddedImport[] => {
    const module = program.at(file.path);
    const ecosystem = module && ECOSYSTEMS[module.ir.language];
    const text = texts.get(file.path);
    if (!module || !ecosystem || text === undefined) return [];
    const lines = text.split(/\r\n|\n|\r/);
    const found = new Map<string, AddedImport>();
    for (const specifier of specifiersOf(module)) {
      const name = packageOf(ecosystem, specifier);
      if (name === undefined || found.has(name) || linker.resolve(module, specifier)) continue;
      const place = placeOf(ecosystem, specifier, lines, file);
      if (place) found.set(name, { ecosystem, name, path: file.path, ...place });
    }
    return [...found.values()];
  });
}

function specifiersOf({ ir }: SourceModule): ReadonlySet<string> {
  const { kinds, operands, operandStart, strings, imports, exports } = ir;
  const found = new Set(imports.map(({ module }) => module));
  for (const record of exports) if ("module" in record) found.add(record.module);
  for (let local = 0; local < kinds.length; local++)
    if (kinds[local] === Kind.Imported) found.add(strings[operands[operandStart[local]!]!]!);
  return found;
}

const PACKAGE = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;
const BUILTIN: ReadonlySet<string> = new Set(builtinModules);

/** The package that a specifier names; undefined for files, aliases and what comes with the language. */
function packageOf(ecosystem: AddedImport["ecosystem"], specifier: string): string | undefined {
  if (ecosystem === "pypi") {
    const [name = ""] = specifier.split(".");
    return /^[A-Za-z_]\w*$/.test(name) ? name : undefined;
  }
  // `node:fs`, `virtual:pages`, `#internal`, `~/lib`, `@/lib`, `$app/stores`, `pkg!loader`, `x?raw`
  if (/^[./#~$\\]|^@\/|[:!?]/.test(specifier)) return undefined;
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  return PACKAGE.test(name) && !BUILTIN.has(name) && !BUILTIN.has(specifier) ? name : undefined;
}

/** The first added line that imports it for good; undefined where it is only tried. */
function placeOf(
  ecosystem: AddedImport["ecosystem"],
  specifier: string,
  lines: readonly string[],
  file: ChangedFile,
): { line: number; column: number } | undefined {
  const quoted = specifier.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  const pattern =
    ecosystem === "pypi"
      ? new RegExp(
          `^\\s*(?:from\\s+|import\\s+(?:[\\w.]+(?:\\s+as\\s+\\w+)?\\s*,\\s*)*)(?=${quoted}(?![\\w]))`,
        )
      : new RegExp(
          `(?:\\bfrom\\s*|\\brequire\\s*\\(\\s*|\\bimport\\s*\\(?\\s*)(?=["'\`]${quoted}["'\`])`,
        );
  for (const [index, line] of lines.entries()) {
    const match = hunkAt(file, index + 1) ? pattern.exec(line.slice(0, LONG)) : null;
    if (match && !isTried(lines, index) && !isOfTypes(lines, index))
      return { line: index + 1, column: match.index + match[0].length + 1 };
  }
  return undefined;
}

/** `import type { A } from "a"`, on one line or several: nothing of it is there at run time. */
function isOfTypes(lines: readonly string[], index: number): boolean {
  for (let at = index; at >= 0 && at > index - AROUND; at--) {
    const start = /^\s*(?:import|export)\s+(type(?:of)?\s+[\w{*])?/.exec(lines[at]!);
    if (start) return start[1] !== undefined;
  }
  return false;
}

/** Characters of a line in which an import is looked for. */
const LONG = 1000;

/** Whether the innermost statements around a line, by their indentation, include a `try` or a condition. */
function isTried(lines: readonly string[], index: number): boolean {
  let inner = indentation(lines[index]!);
  for (let at = index; at >= 0 && at > index - AROUND; at--) {
    const line = lines[at]!;
    if (line.trim() === "" || (at !== index && indentation(line) >= inner)) continue;
    if (/^\s*(?:[})]\s*)?(?:try|except|catch|if|elif|else|with)\b/.test(line)) return true;
    if (/\btry\s*\{|\.catch\s*\(/.test(line)) return true;
    inner = indentation(line);
  }
  return /\.catch\s*\(/.test(lines.slice(index, index + 3).join("\n"));
}

/** Lines above that are looked at. */
const AROUND = 60;

const indentation = (line: string): number => line.length - line.trimStart().length;
