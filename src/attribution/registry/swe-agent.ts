/** Traces of SWE-agent. */
import type { Tool } from "../rule.ts";

export const sweAgent: Tool = {
  id: "swe-agent",
  name: "SWE-agent",
  aliases: ["swe-agent", "mini-swe-agent"],
  rules: [
    {
      name: "name",
      kind: "name",
      match: /^swe-?agent(\[bot\])?$/i,
      class: "C",
      source: "detector",
      yes: ["swe-agent <x@example.com>"],
      no: ["Swe Agentson <s@example.com>"],
    },
  ],
};
