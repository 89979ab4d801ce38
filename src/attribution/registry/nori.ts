/** Traces of Nori. */
import type { Tool } from "../rule.ts";

export const nori: Tool = {
  id: "nori",
  name: "Nori",
  aliases: [],
  rules: [
    {
      name: "identity",
      kind: "email",
      match: /^contact@tilework\.tech$/,
      class: "B",
      source: "history",
      yes: ["Nori <contact@tilework.tech>"],
    },
    {
      name: "footer",
      kind: "line",
      match: /^[\W_]{0,6}generated with \[nori\]/i,
      class: "B",
      source: "history",
      yes: ["🤖 Generated with [Nori](https://example.com)"],
      no: ["Generated with Nori"],
    },
  ],
};
