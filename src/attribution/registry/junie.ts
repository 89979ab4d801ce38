/** Traces of Junie. */
import type { Tool } from "../rule.ts";

export const junie: Tool = {
  id: "junie",
  name: "Junie",
  aliases: ["jetbrains junie"],
  rules: [
    {
      name: "identity",
      kind: "email",
      match: /^junie@jetbrains\.com$/,
      class: "A",
      source: "detector",
      yes: ["Junie <junie@jetbrains.com>"],
      no: ["Ada <ada@jetbrains.com>"],
    },
    {
      name: "app",
      kind: "email",
      match:
        /^(\d+\+)?(junie(-the-developer|-live-agent)?|jetbrains-ai)\[bot\]@users\.noreply\.github\.com$/,
      class: "A",
      source: "detector",
      yes: [
        "junie-the-developer[bot] <311396830+junie-the-developer[bot]@users.noreply.github.com>",
      ],
      no: ["Junie B <junie@example.com>"],
    },
    {
      name: "configuration",
      kind: "path",
      match: /(^|\/)\.junie\//,
      class: "D",
      source: "vendor",
      yes: [".junie/guidelines.md"],
    },
  ],
};
