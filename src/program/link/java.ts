/** Finds the file of the tree that a Java class is in: by its package's folders, wherever the source roots are. */
import type { Linker, Program, SourceModule } from "../program.ts";

/** Between the names of a specifier, of which the first that there is counts. */
const OR = "|";

export function createJavaLinker(program: Program): Linker {
  const bySuffix = new Map<string, SourceModule[]>();
  for (const module of program.modules) {
    if (module.ir.language !== "java") continue;
    const path = module.path.replace(/\.\w+$/, "");
    for (let at = 0; at >= 0; at = path.indexOf("/", at) + 1 || -1) {
      const suffix = path.slice(at);
      const known = bySuffix.get(suffix);
      if (known) known.push(module);
      else bySuffix.set(suffix, [module]);
    }
  }
  const cache = new Map<string, SourceModule | undefined>();

  /** Of several modules of a build that have the class, the one that is nearest. */
  const named = (from: SourceModule, name: string): SourceModule | undefined => {
    const path = name.replaceAll(".", "/");
    // A class of no package is seen from its own folder alone.
    if (!path.includes("/")) return program.at(`${folderOf(from.path)}${path}.java`);
    const [first, ...others] = bySuffix.get(path) ?? [];
    let best = first;
    for (const other of others)
      if (shared(other.path, from.path) > shared(best!.path, from.path)) best = other;
    return best;
  };

  const cached = (from: SourceModule, name: string): SourceModule | undefined => {
    const key = `${folderOf(from.path)}\0${name}`;
    if (!cache.has(key)) cache.set(key, named(from, name));
    return cache.get(key);
  };

  const firstOf = (from: SourceModule, specifier: string, rest = ""): SourceModule | undefined => {
    for (const name of specifier.split(OR)) {
      const module = cached(from, rest === "" || name === "" ? name + rest : `${name}.${rest}`);
      if (module) return module;
    }
    return undefined;
  };

  return {
    resolve: (from, specifier) => firstOf(from, specifier),
    /** A class of a package; failing that, one inside of the class that the specifier means. */
    submodule: (from, specifier, name) =>
      /^[A-Z]/.test(name)
        ? (firstOf(from, specifier, name) ?? firstOf(from, specifier))
        : undefined,
    libraries: (_from, specifier) => specifier.split(OR).map((name) => [name]),
  };
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1);

/** How much of two paths is the same, from the beginning. */
function shared(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}
