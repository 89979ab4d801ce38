/** Files whose author means nothing: they are generated, vendored, or recorded by a tool. */
import ignore, { type Ignore } from "ignore";

const PATHS = [
  // Locks
  /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|deno\.lock)$/,
  /(^|\/)(Cargo\.lock|composer\.lock|Gemfile\.lock|poetry\.lock|Pipfile\.lock|uv\.lock|pdm\.lock|go\.sum|mix\.lock|pubspec\.lock|Podfile\.lock|flake\.lock|gradle\.lockfile)$/,
  // Generated
  /\.generated\.[^/]+$/,
  /\.min\.(js|css|mjs)$/,
  /\.map$/,
  /(_pb2(_grpc)?\.pyi?|\.pb\.(go|cc|h|rs|swift)|_pb\.(js|ts|d\.ts)|\.pb\.[jt]s|\.g\.dart|\.freezed\.dart|\.designer\.cs)$/i,
  // Snapshots of tests
  /(^|\/)__snapshots__\//,
  /\.snap(\.new)?$/,
  // Vendored
  /(^|\/)(node_modules|vendor|third[_-]party|bower_components)\//,
];

/** A mark that generators leave in the first lines. */
const MARK = /@generated\b|\bDO NOT EDIT\b/i;
const MARKED_LINES = 5;

export function isAuthorlessPath(path: string): boolean {
  return PATHS.some((each) => each.test(path));
}

export function isMarkedGenerated(head: readonly string[]): boolean {
  return head.slice(0, MARKED_LINES).some((line) => MARK.test(line));
}

/** Patterns with more wildcards take long to match, and none that is meant well has them. */
const WILDCARDS = 6;

/** Paths that `.gitattributes` at the root marks as generated or vendored. */
export function linguistPaths(attributes: string): (path: string) => boolean {
  const marked: [match: Ignore, is: boolean][] = [];
  for (const line of attributes.split(/\r?\n/)) {
    const [pattern = "", ...words] = line.trim().split(/\s+/);
    const last = words.filter((word) => /^-?linguist-(generated|vendored)(=|$)/.test(word)).at(-1);
    if (last === undefined || /^[#!]/.test(pattern)) continue;
    if ((pattern.match(/[*?[]/g)?.length ?? 0) > WILDCARDS) continue;
    marked.push([ignore().add(pattern), !/^-|=false$/.test(last)]);
  }
  return (path) => marked.findLast(([match]) => match.ignores(path))?.[1] ?? false;
}
