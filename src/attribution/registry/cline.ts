/** Traces of Cline. */
import type { Tool } from "../rule.ts";

export const cline: Tool = {
  id: "cline",
  name: "Cline",
  aliases: [],
  rules: [
    {
      name: "identity",
      kind: "email",
      match: /^noreply@cline\.bot$/,
      class: "B",
      source: "detector",
      yes: ["Cline <noreply@cline.bot>"],
      no: ["Travis Cline <travis@example.com>", "Aiden Cline <cline@example.com>"],
    },
    {
      name: "app",
      kind: "email",
      match: /^(\d+\+)?cline(-cloud)?\[bot\]@users\.noreply\.github\.com$/,
      class: "B",
      source: "detector",
      yes: ["cline-cloud[bot] <276134852+cline-cloud[bot]@users.noreply.github.com>"],
      no: ["cline <3+cline@users.noreply.github.com>"],
    },
    {
      name: "environment",
      kind: "variable",
      match: /^CLINE_ACTIVE$/,
      class: "B",
      source: "detector",
      yes: ["CLINE_ACTIVE"],
    },
    {
      name: "configuration",
      kind: "path",
      match: /(^|\/)\.clinerules($|\/)/,
      class: "D",
      source: "vendor",
      yes: [".clinerules", ".clinerules/a.md"],
      no: ["clinerules.md"],
    },
  ],
};
