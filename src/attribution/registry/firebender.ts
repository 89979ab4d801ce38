/** Traces of Firebender. */
import type { Tool } from "../rule.ts";

export const firebender: Tool = {
  id: "firebender",
  name: "Firebender",
  aliases: ["firebender"],
  rules: [
    {
      name: "identity",
      kind: "email",
      match: /^help@firebender\.com$/,
      class: "B",
      source: "history",
      yes: ["Firebender <help@firebender.com>"],
    },
    {
      name: "footer",
      kind: "line",
      match: /^[\W_]{0,6}generated with \[firebender\]/i,
      class: "B",
      source: "history",
      yes: ["🤖 Generated with [Firebender](https://firebender.com)"],
    },
  ],
};
