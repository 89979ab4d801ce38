/** `adr-scan routes`: the map of a service, for people as a list and for tools as JSON. */
import { openModuleCache } from "../cache/module-cache.ts";
import type { Analysis } from "../dataflow/analysis.ts";
import { lineOf, lineStarts } from "../program/ir/module-ir.ts";
import { READ_LIMIT } from "../program/load.ts";
import { loadQueries } from "../queries/registry.ts";
import { discoverRoutes } from "../routes/discover.ts";
import type { Guard, Route } from "../routes/route.ts";
import { understandTree } from "../scan.ts";
import { ExitCode } from "./exit-codes.ts";
import { openTree } from "./tree.ts";

export interface RoutesFlags {
  readonly format: "text" | "json";
  readonly includeTests?: boolean;
  readonly cacheDir?: string;
  readonly cache?: boolean;
}

/** A place in a file; the line is 1-based. */
interface At {
  readonly path: string;
  readonly line: number;
}

export async function runRoutes(folder: string, flags: RoutesFlags): Promise<number> {
  const { tree, files, close } = await openTree(folder);
  const cache =
    flags.cache === false
      ? undefined
      : openModuleCache(flags.cacheDir, process.cwd(), (message) =>
          process.stderr.write(`adr-scan: ${message}\n`),
        );
  try {
    const { analysis, texts } = await understandTree(
      tree.entries,
      files(READ_LIMIT),
      loadQueries(),
      { includeTests: flags.includeTests ?? false, excluded: () => false },
      cache,
    );
    const routes = discoverRoutes(analysis);
    const textOf = await texts(filesOf(analysis, routes));
    const starts = new Map<string, Int32Array>();
    const at = (value: number): At => {
      const module = analysis.program.moduleOfValue(value);
      let lines = starts.get(module.path);
      if (!lines) {
        lines = lineStarts(textOf(module.path) ?? "");
        starts.set(module.path, lines);
      }
      return {
        path: module.path,
        line: lineOf(lines, module.ir.spans[2 * (value - module.valueBase)]!),
      };
    };
    const placeOf = (fn: number): At => {
      const module = analysis.program.moduleOf(fn);
      return at(module.valueBase + analysis.program.functionAt(fn).firstInstruction);
    };
    process.stdout.write(
      flags.format === "json"
        ? `${JSON.stringify({ version: 1, routes: routes.map((route) => record(route, at, placeOf)) }, undefined, 2)}\n`
        : table(routes, at),
    );
    return ExitCode.Clean;
  } finally {
    cache?.close();
    close();
  }
}

/** The files that a place of some route is in. */
function filesOf({ program }: Analysis, routes: readonly Route[]): Set<string> {
  const paths = new Set<string>();
  for (const { registration, guards, handlers } of routes) {
    for (const value of [registration, ...guards.map((guard) => guard.value)])
      paths.add(program.moduleOfValue(value).path);
    for (const fn of handlers) paths.add(program.moduleOf(fn).path);
  }
  return paths;
}

/** A route as JSON shows it. */
function record(route: Route, at: (value: number) => At, placeOf: (fn: number) => At) {
  return {
    method: route.method,
    path: route.path,
    parameters: route.parameters,
    framework: route.framework,
    registeredAt: at(route.registration),
    handler: { label: route.label, at: route.handlers.map(placeOf) },
    guards: route.guards.filter(isGuard).map((guard) => ({
      kinds: guard.kinds,
      origin: guard.origin,
      evidence: guard.evidence,
      label: guard.label,
      at: at(guard.value),
    })),
    chain: route.chain,
    public: route.public ?? null,
  };
}

const isGuard = ({ kinds }: Guard): boolean => kinds.length > 0;

/** One line a route, and one for each of its guards. */
function table(routes: readonly Route[], at: (value: number) => At): string {
  if (routes.length === 0) return "No routes found.\n";
  const width = Math.max(...routes.map(({ method }) => method.length));
  const lines: string[] = [];
  for (const route of routes) {
    const { path, line } = at(route.registration);
    const notes = [
      ...(route.public === undefined ? [] : [`public: ${route.public}`]),
      ...(route.chain === "partial" ? ["what is mounted above it is not known"] : []),
    ];
    const note = notes.length === 0 ? "" : `  (${notes.join("; ")})`;
    lines.push(`${route.method.padEnd(width)}  ${route.path}  ${path}:${line}${note}`);
    const indent = " ".repeat(width + 4);
    const guards = route.guards.filter(isGuard);
    for (const guard of guards)
      lines.push(`${indent}${guard.kinds.join(", ")} by ${guard.origin} ${guard.label}`);
    if (guards.length === 0) lines.push(`${indent}no guard`);
  }
  return `${lines.join("\n")}\n`;
}
