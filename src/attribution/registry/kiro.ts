/** Traces of Kiro. */
import type { Tool } from "../rule.ts";

export const kiro: Tool = {
  id: "kiro",
  name: "Kiro",
  aliases: ["kiro cli"],
  rules: [
    {
      name: "identity",
      kind: "email",
      match: /^noreply@kiro\.dev$/,
      class: "B",
      source: "detector",
      yes: ["Kiro <noreply@kiro.dev>"],
      no: ["Kiro Tanaka <kiro@example.com>"],
    },
    {
      name: "app",
      kind: "email",
      match: /^(\d+\+)?kiro-agent\[bot\]@users\.noreply\.github\.com$/,
      class: "B",
      source: "detector",
      yes: ["kiro-agent[bot] <1+kiro-agent[bot]@users.noreply.github.com>"],
    },
    {
      name: "trailer",
      kind: "trailer",
      match: /^ai-authored-by:\s*kiro\b/i,
      class: "B",
      source: "detector",
      yes: ["ai-authored-by: kiro"],
      no: ["ai-authored-by: none"],
    },
    {
      name: "configuration",
      kind: "path",
      match: /(^|\/)\.kiro\//,
      class: "D",
      source: "vendor",
      yes: [".kiro/specs/a.md"],
    },
  ],
};
