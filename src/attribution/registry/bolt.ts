/** Traces of Bolt. */
import type { Tool } from "../rule.ts";

export const bolt: Tool = {
  id: "bolt",
  name: "Bolt",
  aliases: ["bolt.new"],
  rules: [
    {
      name: "configuration",
      kind: "path",
      match: /(^|\/)\.bolt\//,
      class: "D",
      source: "vendor",
      yes: [".bolt/config.json"],
    },
  ],
};
