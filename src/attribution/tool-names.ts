/** Tools by what records and reports call them. */
import { tools } from "./registry/tools.ts";
import type { Tool } from "./rule.ts";

const byId = new Map(tools.map((tool) => [tool.id, tool]));
const byName = new Map(
  tools.flatMap((tool) =>
    [tool.id, tool.name.toLowerCase(), ...tool.aliases, ...(tool.recordedAs ?? [])].map(
      (name): [string, Tool] => [name, tool],
    ),
  ),
);

/** What people call the tool of an id. */
export function nameOf(id: string): string {
  return byId.get(id)?.name ?? id;
}

/** The tool that a line record means by a name. */
export function toolRecordedAs(name: string): Tool | undefined {
  return byName.get(name.trim().toLowerCase());
}
