/** Traces of Roo Code. */
import type { Tool } from "../rule.ts";

export const rooCode: Tool = {
  id: "roo-code",
  name: "Roo Code",
  aliases: ["roo code", "roo-code"],
  rules: [
    {
      name: "identity",
      kind: "email",
      match: /^roomote@roocode\.com$/,
      class: "A",
      yes: ["Roomote <roomote@roocode.com>"],
      no: ["Tai Groot <tai.groot@example.com>"],
    },
  ],
};
