/** The security log of a change as SARIF results that claim nothing: `kind: informational`. */
import type { PhysicalLocation, ReportingDescriptor, Result } from "sarif";
import type { Place } from "../findings/finding.ts";
import type { SurfaceEntry } from "../surface/surface.ts";
import { entryWords, surfaceGroups } from "./surface.ts";
import { visible } from "./visible.ts";

const idOf = (kind: SurfaceEntry["kind"]): string => `surface-${kind}`;

/** A rule for each kind that is told of. */
export const surfaceRules = (entries: readonly SurfaceEntry[]): ReportingDescriptor[] =>
  surfaceGroups(entries).map(({ kind, title }) => ({
    id: idOf(kind),
    name: title,
    shortDescription: { text: `Attack surface: ${title}` },
    defaultConfiguration: { level: "none" },
  }));

const states = { added: "new", changed: "updated", removed: "absent" } as const;

/**
 * `first`: the number of rules before those of the log. Where one result states suppressions, all have to, which
 * `statesSuppression` says.
 */
export const surfaceResults = (
  entries: readonly SurfaceEntry[],
  first: number,
  rules: readonly ReportingDescriptor[],
  statesSuppression: boolean,
  physical: (place: Place) => PhysicalLocation,
): Result[] =>
  entries.map((entry) => ({
    ruleId: idOf(entry.kind),
    ruleIndex: first + rules.findIndex(({ id }) => id === idOf(entry.kind)),
    kind: "informational",
    level: "none",
    message: { text: visible(`${entry.effect}: ${entryWords(entry)}`) },
    locations: [{ physicalLocation: physical(entry.at) }],
    baselineState: states[entry.effect],
    ...(statesSuppression ? { suppressions: [] } : {}),
    properties: { effect: entry.effect, grows: entry.grows },
  }));
