/** Traces of Roo Code. */
import type { Tool } from "../rule.ts";

export const rooCode: Tool = {
  id: "roo-code",
  name: "Roo Code",
  aliases: ["roo code", "roo-code"],
  recordedAs: ["roo", "roo-background"],
  rules: [
    {
      name: "identity",
      kind: "email",
      match: /^roomote@roocode\.com$/,
      class: "A",
      source: "detector",
      yes: ["Roomote <roomote@roocode.com>"],
      no: ["Tai Groot <tai.groot@example.com>"],
    },
    {
      name: "configuration",
      kind: "path",
      match: /(^|\/)(\.roorules$|\.roo\/)/,
      class: "D",
      source: "vendor",
      yes: [".roo/rules/a.md"],
      no: ["kangaroo/a.md"],
    },
  ],
};
