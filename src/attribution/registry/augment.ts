/** Traces of Augment. */
import type { Tool } from "../rule.ts";

export const augment: Tool = {
  id: "augment",
  name: "Augment",
  aliases: ["augment code", "auggie"],
  rules: [
    {
      name: "environment",
      kind: "variable",
      match: /^AUGMENT_AGENT$/,
      class: "B",
      source: "detector",
      yes: ["AUGMENT_AGENT"],
    },
    {
      name: "configuration",
      kind: "path",
      match: /(^|\/)\.augment\//,
      class: "D",
      source: "vendor",
      yes: [".augment/rules/a.md"],
    },
  ],
};
