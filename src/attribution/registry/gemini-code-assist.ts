/** Traces of Gemini Code Assist. */
import type { Tool } from "../rule.ts";

export const geminiCodeAssist: Tool = {
  id: "gemini-code-assist",
  name: "Gemini Code Assist",
  aliases: ["gemini code assist"],
  rules: [
    {
      name: "app",
      kind: "email",
      match: /^(\d+\+)?gemini-code-assist\[bot\]@users\.noreply\.github\.com$/,
      class: "B",
      source: "history",
      suggestion: true,
      yes: ["gemini-code-assist[bot] <176961590+gemini-code-assist[bot]@users.noreply.github.com>"],
      no: ["Gemini <gemini@example.com>"],
    },
  ],
};
