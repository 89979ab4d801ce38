/** Traces of Antigravity. */
import type { Tool } from "../rule.ts";

export const antigravity: Tool = {
  id: "antigravity",
  name: "Antigravity",
  aliases: ["antigravity"],
  rules: [
    {
      name: "identity",
      kind: "email",
      match: /^antigravity@gemini\.ai$/,
      class: "B",
      source: "detector",
      yes: ["Antigravity <antigravity@gemini.ai>"],
      no: ["Ada <ada@gemini.ai>"],
    },
    {
      name: "environment",
      kind: "variable",
      match: /^ANTIGRAVITY_AGENT$/,
      class: "B",
      source: "detector",
      yes: ["ANTIGRAVITY_AGENT"],
    },
  ],
};
