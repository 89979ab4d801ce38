/** Traces of Windsurf. */
import type { Tool } from "../rule.ts";

export const windsurf: Tool = {
  id: "windsurf",
  name: "Windsurf",
  aliases: ["windsurf", "windsurf cascade"],
  rules: [
    {
      name: "app",
      kind: "email",
      match: /^(\d+\+)?windsurf-bot\[bot\]@users\.noreply\.github\.com$/,
      class: "B",
      source: "detector",
      yes: ["windsurf-bot[bot] <189301087+windsurf-bot[bot]@users.noreply.github.com>"],
      no: ["Wind Surf <windsurf@example.com>"],
    },
    {
      name: "configuration",
      kind: "path",
      match: /(^|\/)(\.windsurfrules$|\.windsurf\/)/,
      class: "D",
      source: "vendor",
      yes: [".windsurfrules"],
    },
  ],
};
