/** What a change does to what can be reached, used or asked of a program: its security log. */
import type { Place } from "../findings/finding.ts";

/** In the order in which they are told. */
export const surfaceKinds = [
  "open-route",
  "route",
  "sink",
  "host",
  "environment",
  "dependency",
  "dev-dependency",
  "permission",
  "crypto",
  "migration",
  "ci",
] as const;
export type SurfaceKind = (typeof surfaceKinds)[number];

export const surfaceEffects = ["added", "changed", "removed"] as const;
export type SurfaceEffect = (typeof surfaceEffects)[number];

export interface SurfaceEntry {
  readonly kind: SurfaceKind;
  readonly effect: SurfaceEffect;
  /** What it is: `POST /users/:id`, `express`, `api.example.com`. */
  readonly name: string;
  /** What is to be known of it, in a few words; `""` where the name says it all. */
  readonly detail: string;
  /** Whether the program can be attacked in more ways than before. */
  readonly grows: boolean;
  /** In head; in base for what was removed. */
  readonly at: Place;
}

export const wholeLine = (path: string, line: number): Place => ({
  path,
  line,
  column: 1,
  endLine: line,
  endColumn: 1,
});

/** What counts more first, then what was added, then by name and place. */
export function sorted(entries: readonly SurfaceEntry[]): SurfaceEntry[] {
  const order = (one: SurfaceEntry): readonly (string | number)[] => [
    surfaceKinds.indexOf(one.kind),
    surfaceEffects.indexOf(one.effect),
    one.name,
    one.at.path,
    one.at.line,
    one.detail,
  ];
  return [...entries].sort((a, b) => {
    const [left, right] = [order(a), order(b)];
    const at = left.findIndex((value, index) => value !== right[index]);
    return at < 0 ? 0 : left[at]! < right[at]! ? -1 : 1;
  });
}
