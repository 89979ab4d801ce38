/** Traces of Nori. */
import type { Tool } from "../rule.ts";

export const nori: Tool = {
  id: "nori",
  name: "Nori",
  aliases: [],
  rules: [
    {
      name: "footer",
      kind: "line",
      match: /^[\W_]{0,6}generated with \[nori\]/i,
      class: "B",
      yes: ["🤖 Generated with [Nori](https://example.com)"],
      no: ["Generated with Nori"],
    },
  ],
};
