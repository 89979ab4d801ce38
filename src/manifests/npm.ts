/** Dependencies of a package.json. */
import { settingsOf } from "../support/structured.ts";
import type { Dependency } from "./dependency.ts";

const SECTIONS: Readonly<Record<string, boolean>> = {
  dependencies: false,
  optionalDependencies: false,
  peerDependencies: false,
  devDependencies: true,
};

export function npmDependencies(text: string): Dependency[] {
  const found = new Map<string, Dependency>();
  for (const { keys, value, line } of settingsOf(text)) {
    const [section, name, more] = keys;
    if (section === undefined || name === undefined || more !== undefined) continue;
    if (!Object.hasOwn(SECTIONS, section)) continue;
    const dev = SECTIONS[section]!;
    const known = found.get(name);
    // A peer that is installed for the tests too is what the program needs.
    if (!known || (known.dev && !dev)) found.set(name, { name, version: value, dev, line });
  }
  return [...found.values()];
}
