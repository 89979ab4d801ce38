/** Traces of CodeRabbit. */
import type { Tool } from "../rule.ts";

export const coderabbit: Tool = {
  id: "coderabbit",
  name: "CodeRabbit",
  aliases: ["coderabbit"],
  rules: [
    {
      name: "app",
      kind: "email",
      match: /^(\d+\+)?coderabbitai\[bot\]@users\.noreply\.github\.com$/,
      class: "B",
      suggestion: true,
      yes: ["coderabbitai[bot] <136622811+coderabbitai[bot]@users.noreply.github.com>"],
    },
  ],
};
