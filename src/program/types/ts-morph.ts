/** A type oracle over the compiler of TypeScript, loaded only when there is a question to answer. */
import { createRequire } from "node:module";
import type { ClassDeclaration, Node, Project, Type } from "ts-morph";
import type { TypeOracle } from "./type-oracle.ts";

/** Where the tree's files lie in the compiler's memory; the disk is never read. */
const ROOT = "/";

/** `texts` holds every TypeScript file of the tree by path: types come from anywhere. */
export function createTypeOracle(texts: ReadonlyMap<string, string>): TypeOracle {
  const morph = createRequire(import.meta.url)("ts-morph") as typeof import("ts-morph");
  let project: Project | undefined;
  const open = (): Project => {
    if (project) return project;
    project = new morph.Project({
      useInMemoryFileSystem: true,
      skipFileDependencyResolution: true,
      skipLoadingLibFiles: true,
      compilerOptions: {
        allowJs: true,
        noLib: true,
        strict: true,
        experimentalDecorators: true,
        jsx: morph.ts.JsxEmit.Preserve,
        target: morph.ts.ScriptTarget.ES2022,
        module: morph.ts.ModuleKind.ESNext,
        moduleResolution: morph.ts.ModuleResolutionKind.Bundler,
        baseUrl: ROOT,
      },
    });
    for (const [path, text] of texts)
      project.createSourceFile(ROOT + path, text, { overwrite: true });
    return project;
  };
  return {
    classOf(path, start, end) {
      try {
        const file = open().getSourceFile(ROOT + path);
        const node = file && smallestAt(file, start, end);
        const declaration = node && classDeclaration(node.getType());
        const name = declaration?.getName();
        if (!declaration || !name) return undefined;
        return { path: declaration.getSourceFile().getFilePath().slice(ROOT.length), name };
      } catch {
        // The compiler gives up on some broken code; no answer is an answer.
        return undefined;
      }
    },
  };
}

function smallestAt(file: Node, start: number, end: number): Node | undefined {
  let node: Node | undefined = file;
  let found: Node | undefined;
  while (node) {
    if (node.getStart() === start && node.getEnd() === end) found = node;
    node = node.getChildAtPos(start);
  }
  return found;
}

function classDeclaration(type: Type): ClassDeclaration | undefined {
  const candidates = type.isUnion() ? type.getUnionTypes() : [type];
  for (const candidate of candidates) {
    for (const declaration of candidate.getSymbol()?.getDeclarations() ?? []) {
      if (declaration.getKindName() === "ClassDeclaration") return declaration as ClassDeclaration;
    }
  }
  return undefined;
}
