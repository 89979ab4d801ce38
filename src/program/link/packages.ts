/** The packages of a tree, and which of its modules are their entries. */
import { posix } from "node:path";
import type { Program, SourceModule } from "../program.ts";

export interface Manifest {
  /** Folder of the package.json, `""` for the root. */
  readonly folder: string;
  readonly name: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** Reads a package.json; a broken one is no package. */
export function readManifest(path: string, text: string): Manifest | undefined {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== "object" || json === null || Array.isArray(json)) return undefined;
    const record = json as Record<string, unknown>;
    const folder = posix.dirname(path);
    return {
      folder: folder === "." ? "" : folder,
      name: typeof record.name === "string" ? record.name : "",
      json: record,
    };
  } catch {
    return undefined;
  }
}

/** Every string below a value: the targets of a conditional `exports`. */
function targets(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(targets);
  return [];
}

const SOURCE = /\.(?:[cm]?[jt]s|[jt]sx|vue)$/;
/** What a package.json speaks of: the folder may hold other languages too. */
const SCRIPT: ReadonlySet<string> = new Set(["javascript", "typescript"]);
const BUILT = /^(?:dist|build|lib|out|output|es|esm|cjs|umd|dist-.*|compiled|release|bin)$/;

/** Folders that hold tests, examples or benchmarks rather than the product. */
const TEST_FOLDER =
  /(?:^|\/)(?:tests?|__tests__|specs?|__mocks__|__fixtures__|fixtures?|e2e|cypress|examples?|samples?|demos?|bench(?:marks?)?|mocks?|stubs?|perf|test-.*)\//i;
const TEST_FILE =
  /(?:^|[./_-])(?:test|tests|spec|bench|stories|e2e)\.[cm]?[jt]sx?$|(?:^|\/)(?:test|tests|gulpfile|gruntfile|karma\.conf|rollup\.config|webpack\.config|jest\.config|babel\.config|vite\.config|\.eslintrc)\.[cm]?[jt]s$/i;
/** Where a build keeps sources apart by purpose: below, folders are packages and say nothing of theirs. */
const SOURCE_SET = /^(.*?)(?:^|\/)src\/(\w+)\/java\//;
const GO_TEST = /_test\.go$|(?:^|\/)testdata\//;
const JAVA_TEST = /(?:Tests?|IT|TestCase|Spec)\.java$/;

/** True for a path that reads like a test, an example or a benchmark rather than the product. */
export function isTest(path: string): boolean {
  const [, above, set] = SOURCE_SET.exec(path) ?? [];
  if (set !== undefined)
    return /test|^it$|^jmh$/i.test(set) || TEST_FOLDER.test(`${above}/`) || JAVA_TEST.test(path);
  return [TEST_FOLDER, TEST_FILE, GO_TEST, JAVA_TEST].some((pattern) => pattern.test(path));
}

/** True when the package is run rather than imported: a program or a service, whose exports nobody outside calls. */
function isService(manifest: Manifest): boolean {
  const scripts = manifest.json.scripts;
  const start =
    typeof scripts === "object" && scripts !== null
      ? (scripts as Record<string, unknown>).start
      : undefined;
  const declaresEntry = ["exports", "main", "module", "browser", "bin"].some(
    (key) => manifest.json[key] !== undefined,
  );
  return manifest.json.private === true && (start !== undefined || !declaresEntry);
}

/**
 * The entry modules of each library of the tree: `exports`, `main`, `module`, `browser`, `bin`, else `index.*`. An
 * entry that is built and not in the tree is mapped to its source by name; failing that, every module of the package
 * that is no test is an entry.
 */
export function libraryEntries(program: Program, manifests: readonly Manifest[]): SourceModule[] {
  const entries = new Set<SourceModule>();
  const folders = manifests.map(({ folder }) => folder);
  for (const manifest of manifests) {
    if (isTest(`${manifest.folder}/`) || isService(manifest)) continue;
    const own = modulesOf(program, manifest.folder, folders);
    if (own.length === 0) continue;
    const { json } = manifest;
    const declared = [
      "exports",
      "main",
      "module",
      "browser",
      "bin",
      "es2015",
      "source",
      "jsnext:main",
    ].flatMap((key) => targets(json[key]));
    const wanted = declared.length > 0 ? declared : ["index"];
    let found = 0;
    let missing = 0;
    for (const target of wanted) {
      if (/\.(?:json|css|scss|less|d\.ts|d\.mts|d\.cts|wasm|node|map|html|md)$/.test(target))
        continue;
      const module = locate(program, own, manifest.folder, target);
      for (const one of module) entries.add(one);
      if (module.length > 0) found++;
      else missing++;
    }
    if (found === 0 || (missing > 0 && declared.length > 0 && found < missing)) {
      for (const module of own) if (!isTest(module.path)) entries.add(module);
    }
  }
  return [...entries].sort((a, b) => a.index - b.index);
}

/** Modules of the package in `folder`, without those of packages inside it. */
function modulesOf(program: Program, folder: string, folders: readonly string[]): SourceModule[] {
  const inner = folders.filter(
    (one) => one !== folder && (folder === "" || one.startsWith(`${folder}/`)),
  );
  const prefix = folder === "" ? "" : `${folder}/`;
  return program.modules.filter(
    ({ path, ir }) =>
      SCRIPT.has(ir.language) &&
      path.startsWith(prefix) &&
      !inner.some((one) => path.startsWith(`${one}/`)),
  );
}

function locate(
  program: Program,
  own: readonly SourceModule[],
  folder: string,
  target: string,
): SourceModule[] {
  const path = posix.normalize(posix.join(folder, target)).replace(/\/$/, "");
  if (path.includes("*")) {
    const [before = "", after = ""] = path.split("*");
    return own.filter(
      (module) =>
        module.path.startsWith(before) && module.path.endsWith(after) && !isTest(module.path),
    );
  }
  for (const candidate of candidates(path)) {
    const module = program.at(candidate);
    if (module) return [module];
  }
  // A built file: the same name under another folder, or the package's index.
  const name = posix
    .basename(path)
    .replace(SOURCE, "")
    .replace(/\.(?:min|umd|cjs|esm|es|common|module|bundle|prod|production|development)$/i, "");
  const rest = path.slice(folder === "" ? 0 : folder.length + 1).split("/");
  const inBuilt = rest.length > 1 && BUILT.test(rest[0]!);
  const tail = inBuilt ? rest.slice(1).join("/").replace(SOURCE, "") : "";
  const prefix = folder === "" ? "" : `${folder}/`;
  for (const root of ["src/", "source/", "lib/", "js/", "js/src/", "src/js/", ""]) {
    for (const stem of [tail, name, "index", "main"]) {
      if (stem === "") continue;
      for (const candidate of candidates(`${prefix}${root}${stem}`)) {
        const module = program.at(candidate);
        if (module && (stem !== "index" || inBuilt || root !== "")) return [module];
      }
    }
  }
  return [];
}

/** Paths a target without or with its extension may mean, in order. */
export function candidates(path: string): string[] {
  const stem = path.replace(/\.(?:[cm]?jsx?)$/, "");
  const extensions = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".es6"];
  return [
    path,
    ...extensions.map((extension) => path + extension),
    ...(stem === path ? [] : extensions.map((extension) => stem + extension)),
    ...extensions.map((extension) => `${path}/index${extension}`),
  ];
}
