/** Traces of Aider. */
import type { Tool } from "../rule.ts";

export const aider: Tool = {
  id: "aider",
  name: "Aider",
  aliases: ["aider"],
  rules: [
    {
      name: "identity",
      kind: "email",
      match: /^(aider@aider\.chat|noreply@aider\.(chat|dev))$/,
      class: "A",
      source: "vendor",
      yes: ["aider (gpt-4o) <aider@aider.chat>"],
      no: ["Ada <ada@aider.chat>"],
    },
    {
      name: "name",
      kind: "name",
      match: /\(aider\)$/i,
      class: "A",
      source: "vendor",
      yes: ["Jane (aider) <jane@example.com>"],
      no: ["Jane Aider <jane@example.com>"],
    },
    {
      name: "subject",
      kind: "subject",
      match: /^aider:\s/i,
      class: "C",
      source: "vendor",
      yes: ["aider: fix the parser"],
      no: ["fix aider: the parser"],
    },
  ],
};
