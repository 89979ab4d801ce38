/** Traces of Plandex. */
import type { Tool } from "../rule.ts";

export const plandex: Tool = {
  id: "plandex",
  name: "Plandex",
  aliases: ["plandex"],
  rules: [
    {
      name: "subject",
      kind: "subject",
      match: /^🤖 plandex →/i,
      class: "B",
      source: "detector",
      yes: ["🤖 Plandex → add routes"],
      no: ["Plandex → add routes"],
    },
  ],
};
