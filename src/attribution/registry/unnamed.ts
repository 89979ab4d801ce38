/** Traces that say that an AI tool took part, and not which. */
import type { Tool } from "../rule.ts";

export const unnamed: Tool = {
  id: "unnamed",
  name: "an AI tool",
  aliases: [],
  rules: [
    {
      name: "joint-name",
      kind: "name",
      match: /\((gpt|gemini)-[\w.-]+\)$/i,
      class: "B",
      source: "history",
      yes: ["Ada (gpt-5.1) <ada@example.com>"],
      no: ["Ada (gemini) <ada@example.com>", "GPT-5 Fan <fan@example.com>"],
    },
    {
      name: "environment",
      kind: "variable",
      match: /^AI_AGENT$/,
      class: "A",
      source: "vendor",
      yes: ["AI_AGENT"],
      no: ["MAIL_AGENT"],
    },
    {
      name: "agent-variable",
      kind: "variable",
      match: /^AGENT$/,
      class: "C",
      source: "vendor",
      yes: ["AGENT"],
      no: ["SSH_AGENT"],
    },
    {
      name: "configuration",
      kind: "path",
      match: /(^|\/)AGENTS\.md$/,
      class: "D",
      source: "vendor",
      yes: ["AGENTS.md", "packages/a/AGENTS.md"],
      no: ["docs/agents.md"],
    },
  ],
};
