/** Traces of opencode. */
import type { Tool } from "../rule.ts";

export const opencode: Tool = {
  id: "opencode",
  name: "opencode",
  aliases: ["opencode"],
  rules: [
    {
      name: "identity",
      kind: "email",
      match: /^noreply@opencode\.ai$/,
      class: "B",
      source: "history",
      yes: ["opencode <noreply@opencode.ai>"],
    },
    {
      name: "app",
      kind: "email",
      match: /^(\d+\+)?opencode(-agent)?\[bot\]@users\.noreply\.github\.com$/,
      class: "B",
      source: "history",
      yes: ["opencode-agent[bot] <1+opencode-agent[bot]@users.noreply.github.com>"],
    },
    {
      name: "footer",
      kind: "line",
      match: /^[\W_]{0,6}generated with (\[opencode\]|opencode[.!]?\s*$)/i,
      class: "B",
      source: "history",
      yes: ["🤖 Generated with opencode"],
      no: ["generated without opencode"],
    },
    {
      name: "environment",
      kind: "variable",
      match: /^OPENCODE(_CLIENT|_SERVER)?$/,
      class: "B",
      source: "detector",
      yes: ["OPENCODE"],
      no: ["OPENCODE_CONFIG"],
    },
    {
      name: "configuration",
      kind: "path",
      match: /(^|\/)(opencode\.jsonc?$|\.opencode\/)/,
      class: "D",
      source: "vendor",
      yes: [".opencode/agent/a.md", "opencode.json"],
    },
  ],
};
