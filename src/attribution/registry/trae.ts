/** Traces of Trae. */
import type { Tool } from "../rule.ts";

export const trae: Tool = {
  id: "trae",
  name: "Trae",
  aliases: ["trae agent"],
  rules: [
    {
      name: "branch",
      kind: "branch",
      match: /(^|\/)trae\/agent-/,
      class: "C",
      source: "detector",
      yes: ["trae/agent-x1"],
      no: ["trae/x1"],
    },
    {
      name: "configuration",
      kind: "path",
      match: /(^|\/)\.trae\//,
      class: "D",
      source: "vendor",
      yes: [".trae/rules/a.md"],
    },
  ],
};
