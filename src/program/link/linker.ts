/** One linker for a tree of several languages: each import is resolved as its module's language does. */
import type { Linker, Program } from "../program.ts";
import { createGoLinker, type GoModule } from "./go.ts";
import { createJavaLinker } from "./java.ts";
import type { Manifest } from "./packages.ts";
import { createPythonLinker } from "./python.ts";
import { createScriptLinker, type TsConfigText } from "./resolve.ts";

export function createLinker(
  program: Program,
  manifests: readonly Manifest[],
  tsconfigs: readonly TsConfigText[],
  goModules: readonly GoModule[],
): Linker {
  const script = createScriptLinker(program, manifests, tsconfigs);
  const byLanguage: Readonly<Record<string, Linker>> = {
    javascript: script,
    typescript: script,
    python: createPythonLinker(program),
    go: createGoLinker(program, goModules),
    java: createJavaLinker(program),
  };
  const linkerOf = (language: string): Linker => byLanguage[language] ?? script;
  return {
    resolve: (from, specifier, name) => linkerOf(from.ir.language).resolve(from, specifier, name),
    submodule: (from, specifier, name) =>
      linkerOf(from.ir.language).submodule(from, specifier, name),
    libraries: (from, specifier) => linkerOf(from.ir.language).libraries(from, specifier),
  };
}
