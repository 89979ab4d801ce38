/** Traces of kdeps. */
import type { Tool } from "../rule.ts";

export const kdeps: Tool = {
  id: "kdeps",
  name: "kdeps",
  aliases: ["kdeps"],
  rules: [
    {
      name: "identity",
      kind: "email",
      match: /^noreply@kdeps\.com$/,
      class: "B",
      source: "issue",
      yes: ["kdeps (gpt-5) <noreply@kdeps.com>"],
    },
  ],
};
