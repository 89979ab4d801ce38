/** Hosts outside that head's changed code names and base's code did not. */
import picomatch from "picomatch";
import { Kind } from "../program/ir/kinds.ts";
import { lineOf, lineStarts } from "../program/ir/module-ir.ts";
import type { Program, SourceModule } from "../program/program.ts";
import { type SurfaceEntry, wholeLine } from "./surface.ts";

const ADDRESS =
  /\b(?:https?|wss?|ftps?|amqps?|redis|mongodb(?:\+srv)?|postgres(?:ql)?|mysql|smtps?):\/\/(?:[^\s/?#"'`@]*@)?([a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+|\[[0-9a-f:]+\])/gi;

export function newHosts(
  base: Program,
  head: Program,
  changed: ReadonlySet<string>,
  textOf: (path: string) => string | undefined,
  ignored: readonly string[],
): SurfaceEntry[] {
  const isIgnored = picomatch([...ignored]);
  const known = new Set(base.modules.flatMap((module) => [...hostsOf(module).keys()]));
  const found = new Map<string, SurfaceEntry>();
  for (const module of head.modules) {
    if (!changed.has(module.path)) continue;
    const starts = lineStarts(textOf(module.path) ?? "");
    for (const [host, offset] of hostsOf(module)) {
      if (known.has(host) || isIgnored(host) || found.has(host)) continue;
      found.set(host, {
        kind: "host",
        effect: "added",
        name: host,
        detail: "",
        grows: true,
        at: wholeLine(module.path, lineOf(starts, offset)),
      });
    }
  }
  return [...found.values()];
}

/** Hosts of a module's texts, each with the offset at which it is first named. */
function hostsOf({ ir }: SourceModule): Map<string, number> {
  const { kinds, operands, operandStart, strings, spans } = ir;
  const hosts = new Map<string, number>();
  if (!strings.some((text) => text.includes("://"))) return hosts;
  for (let local = 0; local < kinds.length; local++) {
    if (kinds[local] !== Kind.Constant) continue;
    const text = strings[operands[operandStart[local]! + 1]!] ?? "";
    if (!text.includes("://")) continue;
    for (const [, host] of text.matchAll(ADDRESS)) {
      const name = host!.toLowerCase();
      if (!hosts.has(name)) hosts.set(name, spans[local * 2]!);
    }
  }
  return hosts;
}
