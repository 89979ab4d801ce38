/** From a tree's object ids to modules, through the cache; unchanged files are neither read nor parsed. */
import { FILE_BYTES } from "../limits.ts";
import { claimOf, type Frontend } from "./frontends/frontend.ts";
import type { Dialect, ModuleIr } from "./ir/module-ir.ts";
import { type GoModule, readGoModule } from "./link/go.ts";
import { isTest, type Manifest, readManifest } from "./link/packages.ts";
import type { TsConfigText } from "./link/resolve.ts";
import { Program } from "./program.ts";

export interface TextReader {
  read(
    files: readonly { readonly path: string; readonly id: string }[],
  ): Promise<ReadonlyMap<string, string>>;
  readonly unread: readonly {
    readonly path: string;
    readonly kind: string;
    readonly message: string;
  }[];
}

/** Modules by the content they are made of. */
export interface ModuleCache {
  get(id: string, frontend: Frontend, dialect: Dialect): ModuleIr | undefined;
  put(id: string, frontend: Frontend, dialect: Dialect, ir: ModuleIr): void;
}

export type LeftOut = "generated" | "minified" | "vendored" | "test" | "declaration" | "excluded";

export interface LoadProblem {
  readonly path: string;
  readonly line: number | undefined;
  readonly kind: string;
  readonly message: string;
}

export interface LoadedProgram {
  readonly program: Program;
  readonly manifests: readonly Manifest[];
  readonly tsconfigs: readonly TsConfigText[];
  readonly goModules: readonly GoModule[];
  readonly leftOut: ReadonlyMap<string, LeftOut>;
  readonly problems: readonly LoadProblem[];
}

export interface LoadOptions {
  readonly includeTests: boolean;
  readonly excluded: (path: string) => boolean;
}

const VENDORED =
  /(?:^|\/)(?:node_modules|bower_components|jspm_packages|vendors?|third[_-]?party|external|\.yarn|\.pnp\.[cm]?js|site-packages|\.git)(?:\/|$)/i;
const VENDORED_FILE =
  /(?:^|\/)(?:jquery|bootstrap|angular|react|vue|d3|lodash|underscore|moment|backbone|handlebars|modernizr|prism|highlight)(?:[.-]\d[\w.]*)?(?:[.-](?:min|full|slim|bundle|pack))+\.js$/i;
const BUILT =
  /(?:^|\/)(?:dist|build|out|coverage|\.next|\.nuxt|\.output|storybook-static|public\/assets|_site)\//i;
const MINIFIED = /[.-]min\.[cm]?js$|\.(?:bundle|chunk|pack)\.js$/i;
const GENERATED_MARK =
  /@generated\b|\bDO NOT EDIT\b|\bauto-?generated (?:file|by|from)\b|\bThis file (?:is|was) (?:auto-?)?generated\b/i;
/** Characters of a file's beginning in which a generator signs. */
const HEADER = 600;
/** A text whose lines are longer than this on average was not written by hand. */
const MINIFIED_LINE = 400;

/** Why a file is left out, as far as its path tells. */
export function leftOutByPath(path: string, options: LoadOptions): LeftOut | undefined {
  if (options.excluded(path)) return "excluded";
  if (VENDORED.test(path) || VENDORED_FILE.test(path)) return "vendored";
  if (MINIFIED.test(path)) return "minified";
  if (BUILT.test(path)) return "generated";
  if (/\.d\.[cm]?ts$/.test(path)) return "declaration";
  if (!options.includeTests && isTest(path)) return "test";
  return undefined;
}

/** `index.js` beside `index.ts`: what the compiler made of it. */
function isCompiledTwin(path: string, entries: ReadonlyMap<string, string>): boolean {
  const match = /^(.+)\.([cm]?)jsx?$/.exec(path);
  return (
    match !== null &&
    [`${match[1]}.${match[2]}ts`, `${match[1]}.tsx`].some((twin) => entries.has(twin))
  );
}

export function leftOutByText(text: string): LeftOut | undefined {
  if (GENERATED_MARK.test(text.slice(0, HEADER))) return "generated";
  if (text.length > 5000) {
    let lines = 1;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines++;
    if (text.length / lines > MINIFIED_LINE) return "minified";
  }
  return undefined;
}

const isExtensionless = (path: string): boolean =>
  !/\.[^/]*$/.test(path.slice(path.lastIndexOf("/") + 1));
/** Names without an extension that are never scripts. */
const NEVER_SCRIPT =
  /(?:^|\/)(?:LICEN[CS]E|README|CHANGELOG|AUTHORS|NOTICE|COPYING|Makefile|Dockerfile|Procfile|Gemfile|Rakefile|CODEOWNERS|VERSION|Jenkinsfile|Vagrantfile)$/i;

/** Texts asked for at a time: bounds what is held at once. */
const BATCH = 256;

export async function loadProgram(
  entries: ReadonlyMap<string, string>,
  reader: TextReader,
  frontends: readonly Frontend[],
  cache: ModuleCache | undefined,
  options: LoadOptions,
): Promise<LoadedProgram> {
  const leftOut = new Map<string, LeftOut>();
  const problems: LoadProblem[] = [];
  const modules: { path: string; id: string; ir: ModuleIr }[] = [];
  const wanted: {
    path: string;
    id: string;
    frontend: Frontend | undefined;
    dialect: Dialect | undefined;
  }[] = [];
  const data: { path: string; id: string }[] = [];
  const byContent = new Map<string, ModuleIr>();

  for (const [path, id] of [...entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (/(?:^|\/)(?:package\.json|[jt]sconfig(?:\.[\w-]+)?\.json|go\.mod)$/.test(path)) {
      if (!VENDORED.test(path)) data.push({ path, id });
      continue;
    }
    const accepted = claimOf(frontends, path, "");
    const maybeScript = !accepted && isExtensionless(path) && !NEVER_SCRIPT.test(path);
    if (!accepted && !maybeScript) continue;
    const reason =
      leftOutByPath(path, options) ?? (isCompiledTwin(path, entries) ? "generated" : undefined);
    if (reason) {
      if (accepted) leftOut.set(path, reason);
      continue;
    }
    const known = accepted && cache?.get(id, accepted.frontend, accepted.dialect);
    if (known) modules.push({ path, id, ir: known });
    else wanted.push({ path, id, frontend: accepted?.frontend, dialect: accepted?.dialect });
  }

  for (let at = 0; at < wanted.length; at += BATCH) {
    const batch = wanted.slice(at, at + BATCH);
    const texts = await reader.read(batch.map(({ path, id }) => ({ path, id })));
    for (const { path, id, frontend, dialect } of batch) {
      const text = texts.get(path);
      if (text === undefined) continue;
      const accepted =
        frontend && dialect
          ? { frontend, dialect }
          : claimOf(frontends, path, text.slice(0, 200).split("\n")[0]!);
      if (!accepted) continue;
      const reason = leftOutByText(text);
      if (reason) {
        leftOut.set(path, reason);
        continue;
      }
      const key = `${id} ${accepted.dialect}`;
      let ir = byContent.get(key) ?? cache?.get(id, accepted.frontend, accepted.dialect);
      if (!ir) {
        await accepted.frontend.prepare?.();
        ir = accepted.frontend.lower(text, accepted.dialect);
        cache?.put(id, accepted.frontend, accepted.dialect, ir);
        byContent.set(key, ir);
      }
      modules.push({ path, id, ir });
    }
  }
  for (const { path, kind, message } of reader.unread)
    problems.push({ path, kind, message, line: undefined });

  const texts = await reader.read(data);
  const manifests: Manifest[] = [];
  const tsconfigs: TsConfigText[] = [];
  const goModules: GoModule[] = [];
  for (const { path } of data) {
    const text = texts.get(path);
    if (text === undefined) continue;
    if (path.endsWith("package.json")) {
      const manifest = readManifest(path, text);
      if (manifest) manifests.push(manifest);
    } else if (path.endsWith("go.mod")) {
      const module = readGoModule(path, text);
      if (module) goModules.push(module);
    } else tsconfigs.push({ path, text });
  }
  return { program: new Program(modules), manifests, tsconfigs, goModules, leftOut, problems };
}

export const READ_LIMIT = FILE_BYTES;
