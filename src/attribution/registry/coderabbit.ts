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
      match: /^((\d+\+)?coderabbitai\[bot\]@users\.noreply\.github\.com|noreply@coderabbit\.ai)$/,
      class: "B",
      source: "history",
      suggestion: true,
      yes: [
        "CodeRabbit <noreply@coderabbit.ai>",
        "coderabbitai[bot] <136622811+coderabbitai[bot]@users.noreply.github.com>",
      ],
    },
  ],
};
