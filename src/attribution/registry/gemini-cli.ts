/** Traces of Gemini CLI. */
import type { Tool } from "../rule.ts";

export const geminiCli: Tool = {
  id: "gemini-cli",
  name: "Gemini CLI",
  aliases: ["gemini cli", "gemini-cli"],
  recordedAs: ["gemini"],
  rules: [
    {
      name: "identity",
      kind: "email",
      match:
        /^(gemini-cli-agent@google\.com|(\d+\+)?gemini-cli(-robot)?@users\.noreply\.github\.com)$/,
      class: "B",
      source: "detector",
      yes: [
        "gemini-cli <218195315+gemini-cli@users.noreply.github.com>",
        "Gemini <gemini-cli-agent@google.com>",
      ],
      no: ["Gemini Rossi <gemini@example.com>", "Checkpoint <gemini-cli@google.com>"],
    },
    {
      name: "environment",
      kind: "variable",
      match: /^GEMINI_CLI$/,
      class: "A",
      source: "vendor",
      yes: ["GEMINI_CLI"],
      no: ["GEMINI_API_KEY"],
    },
    {
      name: "configuration",
      kind: "path",
      match: /(^|\/)(GEMINI\.md$|\.gemini\/)/,
      class: "D",
      source: "vendor",
      yes: ["GEMINI.md"],
      no: ["gemini.md"],
    },
  ],
};
