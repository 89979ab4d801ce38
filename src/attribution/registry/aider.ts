/** Traces of Aider. */
import type { Tool } from "../rule.ts";

/** Commits with the suffix on the committer alone hold what a person wrote and aider only committed. */
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
      yes: ["aider (gpt-4o) <aider@aider.chat>"],
      no: ["Ada <ada@aider.chat>"],
    },
    {
      name: "name",
      kind: "name",
      match: /\(aider\)$/i,
      class: "A",
      committerClass: "C",
      yes: ["Jane (aider) <jane@example.com>"],
      no: ["Jane Aider <jane@example.com>"],
    },
    {
      name: "subject",
      kind: "subject",
      match: /^aider:\s/i,
      class: "C",
      yes: ["aider: fix the parser"],
      no: ["fix aider: the parser"],
    },
  ],
};
