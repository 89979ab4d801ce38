/** The security log of a change in words, grouped by what is told of. */
import {
  type SurfaceEffect,
  type SurfaceEntry,
  type SurfaceKind,
  surfaceEffects,
  surfaceKinds,
} from "../surface/surface.ts";

export const surfaceTitles: Readonly<Record<SurfaceKind, string>> = {
  "open-route": "Routes without authentication",
  route: "Routes",
  sink: "Sinks",
  host: "Hosts outside",
  environment: "Environment variables",
  dependency: "Dependencies",
  "dev-dependency": "Dependencies for development",
  permission: "Permissions",
  crypto: "Cryptography",
  migration: "Database migrations",
  ci: "CI",
};

export interface SurfaceGroup {
  readonly kind: SurfaceKind;
  readonly title: string;
  readonly entries: readonly SurfaceEntry[];
}

export const surfaceGroups = (entries: readonly SurfaceEntry[]): SurfaceGroup[] =>
  surfaceKinds
    .map((kind) => ({
      kind,
      title: surfaceTitles[kind],
      entries: entries.filter((one) => one.kind === kind),
    }))
    .filter((group) => group.entries.length > 0);

/** Names of an effect that are told where there is little room. */
const NAMED = 4;

/** "2 added: GET /a (no guard), GET /b (no guard)", one text an effect; equal words are said once, with their number. */
export function effectWords({ entries }: SurfaceGroup): string[] {
  return surfaceEffects.flatMap((effect) => {
    const own = entries.filter((one) => one.effect === effect);
    if (own.length === 0) return [];
    const counts = new Map<string, number>();
    for (const one of own) counts.set(entryWords(one), (counts.get(entryWords(one)) ?? 0) + 1);
    const words = [...counts].map(([text, count]) => (count === 1 ? text : `${text} x ${count}`));
    const more = words.length - NAMED;
    const named = words.slice(0, NAMED).join(", ") + (more > 0 ? ` and ${more} more` : "");
    return [`${own.length} ${effect}: ${named}`];
  });
}

export const entryWords = ({ name, detail }: SurfaceEntry): string =>
  detail === "" ? name : `${name} (${detail})`;

export const effectMarks: Readonly<Record<SurfaceEffect, string>> = {
  added: "+",
  changed: "~",
  removed: "-",
};
