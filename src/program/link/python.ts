/** Finds the module of the tree that a Python import means: packages, relative imports, namespace packages. */
import { posix } from "node:path";
import type { Linker, Program, SourceModule } from "../program.ts";

/** Folders below a project's that its packages may lie in. */
const SOURCE_FOLDERS = ["", "src", "lib", "python"];

export function createPythonLinker(program: Program): Linker {
  const own = program.modules.filter(({ ir }) => ir.language === "python");
  const bySuffix = new Map<string, SourceModule[]>();
  for (const module of own) {
    const name = moduleName(module.path);
    for (let at = name.indexOf("/"); at >= 0; at = name.indexOf("/", at + 1)) {
      const suffix = name.slice(at + 1);
      bySuffix.set(suffix, [...(bySuffix.get(suffix) ?? []), module]);
    }
  }
  const cache = new Map<string, SourceModule | undefined>();

  const at = (path: string): SourceModule | undefined =>
    program.at(`${path}.py`) ?? program.at(posix.join(path, "__init__.py"));
  const isPackage = (folder: string): boolean =>
    program.at(posix.join(folder, "__init__.py")) !== undefined;

  const absolute = (folder: string, path: string): SourceModule | undefined => {
    for (let root = folder; ; root = folderOf(root)) {
      // Inside of a package nothing is imported by its last name alone.
      if (!isPackage(root)) {
        for (const source of SOURCE_FOLDERS) {
          const found = at(posix.join(root, source, path));
          if (found) return found;
        }
      }
      if (root === "") break;
    }
    // A project of its own elsewhere in the tree: sure enough if the name has several parts and only one place has it.
    const elsewhere = path.includes("/") ? (bySuffix.get(path) ?? []) : [];
    return elsewhere.length === 1 ? elsewhere[0] : undefined;
  };

  const resolve = (folder: string, specifier: string): SourceModule | undefined => {
    const dots = /^\.*/.exec(specifier)![0].length;
    const path = specifier.slice(dots).replaceAll(".", "/");
    if (dots === 0) return absolute(folder, path);
    let base = folder;
    for (let up = 1; up < dots; up++) {
      if (base === "") return undefined;
      base = folderOf(base);
    }
    return at(posix.join(base, path));
  };

  const cached = (from: SourceModule, specifier: string): SourceModule | undefined => {
    const folder = folderOf(from.path);
    const key = `${folder}\0${specifier}`;
    if (!cache.has(key)) cache.set(key, resolve(folder, specifier));
    return cache.get(key);
  };

  return {
    resolve: cached,
    submodule: (from, specifier, name) =>
      cached(from, specifier.endsWith(".") ? specifier + name : `${specifier}.${name}`),
    libraries(_from, specifier) {
      if (specifier.startsWith(".")) return [];
      const parts = specifier.split(".");
      return parts.map((_, index) => {
        const end = parts.length - index;
        return [parts.slice(0, end).join("."), ...parts.slice(end)];
      });
    },
  };
}

/** The path a module is imported by: `app/models` for `app/models.py` and for `app/models/__init__.py`. */
const moduleName = (path: string): string =>
  path.replace(/\.\w+$/, "").replace(/(?:^|\/)__init__$/, "");

const folderOf = (path: string): string => {
  const folder = posix.dirname(path);
  return folder === "." ? "" : folder;
};
