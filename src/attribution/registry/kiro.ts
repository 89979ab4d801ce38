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
      yes: ["Kiro <noreply@kiro.dev>"],
      no: ["Kiro Tanaka <kiro@example.com>"],
    },
    {
      name: "app",
      kind: "email",
      match: /^(\d+\+)?kiro-agent\[bot\]@users\.noreply\.github\.com$/,
      class: "B",
      yes: ["kiro-agent[bot] <1+kiro-agent[bot]@users.noreply.github.com>"],
    },
    {
      name: "trailer",
      kind: "trailer",
      match: /^ai-authored-by:\s*kiro\b/i,
      class: "B",
      yes: ["ai-authored-by: kiro"],
      no: ["ai-authored-by: none"],
    },
    {
      name: "configuration",
      kind: "path",
      match: /(^|\/)\.kiro\//,
      class: "D",
      yes: [".kiro/specs/a.md"],
    },
  ],
};
