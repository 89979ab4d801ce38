/** Traces of Kilo Code. */
import type { Tool } from "../rule.ts";

export const kiloCode: Tool = {
  id: "kilo-code",
  name: "Kilo Code",
  aliases: ["kilo code", "kilo-code"],
  rules: [
    {
      name: "app",
      kind: "email",
      match: /^(\d+\+)?kilo-?code-bot\[bot\]@users\.noreply\.github\.com$/,
      class: "B",
      source: "detector",
      yes: ["kilo-code-bot[bot] <240665456+kilo-code-bot[bot]@users.noreply.github.com>"],
    },
    {
      name: "configuration",
      kind: "path",
      match: /(^|\/)\.kilocode\//,
      class: "D",
      source: "vendor",
      yes: [".kilocode/rules/a.md"],
    },
  ],
};
