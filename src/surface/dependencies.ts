/** Dependencies that a change adds, takes away or moves to another version. */
import type { Dependency, Ecosystem } from "../manifests/dependency.ts";
import { manifestKind } from "../manifests/read.ts";
import type { ChangedText } from "./files.ts";
import { type SurfaceEntry, wholeLine } from "./surface.ts";

interface Placed extends Dependency {
  readonly ecosystem: Ecosystem;
  readonly path: string;
}

export function compareDependencies(files: readonly ChangedText[]): SurfaceEntry[] {
  const found: SurfaceEntry[] = [];
  const all: Record<"base" | "head", Placed[]> = { base: [], head: [] };
  for (const { path, basePath, base, head } of files) {
    all.base.push(...read(basePath, base));
    all.head.push(...read(path, head));
  }
  // What moves from one manifest of a repository to another is new to neither.
  const keyOf = (one: Placed): string => `${one.ecosystem} ${one.name}`;
  const before = new Map(all.base.map((one) => [keyOf(one), one]));
  const after = new Map(all.head.map((one) => [keyOf(one), one]));
  for (const [key, one] of after) {
    const was = before.get(key);
    if (!was) found.push(entry(one, "added", one.version, !one.dev));
    else if (was.dev && !one.dev) found.push(entry(one, "changed", "was for development", true));
    else if (was.version !== one.version)
      found.push(
        entry(one, "changed", `${was.version || "any"} to ${one.version || "any"}`, false),
      );
  }
  for (const [key, one] of before)
    if (!after.has(key)) found.push(entry(one, "removed", one.version, false));
  return found;
}

function read(path: string, text: string | undefined): Placed[] {
  const kind = text === undefined ? undefined : manifestKind(path);
  if (!kind) return [];
  return kind.read(path, text!).map((one) => ({ ...one, path, ecosystem: kind.ecosystem }));
}

const entry = (
  { name, dev, ecosystem, path, line }: Placed,
  effect: SurfaceEntry["effect"],
  detail: string,
  grows: boolean,
): SurfaceEntry => ({
  kind: dev ? "dev-dependency" : "dependency",
  effect,
  name,
  detail: [ecosystem, detail].filter((one) => one !== "").join(" "),
  grows,
  at: wholeLine(path, line),
});
