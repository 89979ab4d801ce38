/** Traces of Lovable. */
import type { Tool } from "../rule.ts";

export const lovable: Tool = {
  id: "lovable",
  name: "Lovable",
  aliases: ["lovable"],
  rules: [
    {
      name: "app",
      kind: "email",
      match: /^(\d+\+)?(gpt-engineer-app|lovable-dev)\[bot\]@users\.noreply\.github\.com$/,
      class: "A",
      source: "detector",
      yes: ["gpt-engineer-app[bot] <159125892+gpt-engineer-app[bot]@users.noreply.github.com>"],
      no: ["x-lovable <4+x-lovable@users.noreply.github.com>"],
    },
    {
      name: "name",
      kind: "name",
      match: /^(gpt-engineer-app|lovable-dev)\[bot\]$/i,
      class: "A",
      source: "detector",
      yes: ["lovable-dev[bot] <x@example.com>"],
      no: ["Lovable Person <l@example.com>"],
    },
  ],
};
