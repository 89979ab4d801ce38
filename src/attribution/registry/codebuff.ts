/** Traces of Codebuff. */
import type { Tool } from "../rule.ts";

export const codebuff: Tool = {
  id: "codebuff",
  name: "Codebuff",
  aliases: ["codebuff"],
  rules: [
    {
      name: "identity",
      kind: "email",
      match: /^noreply@codebuff\.com$/,
      class: "B",
      source: "detector",
      yes: ["Codebuff <noreply@codebuff.com>"],
    },
  ],
};
