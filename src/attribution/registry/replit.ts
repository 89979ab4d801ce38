/** Traces of Replit Agent. */
import type { Tool } from "../rule.ts";

export const replit: Tool = {
  id: "replit",
  name: "Replit Agent",
  aliases: ["replit agent"],
  rules: [
    {
      name: "author",
      kind: "trailer",
      match: /^replit-commit-author:\s*(agent|assistant)\b/i,
      class: "A",
      source: "detector",
      yes: ["Replit-Commit-Author: Agent"],
      no: ["Replit-Commit-Author: Deployment"],
    },
    {
      name: "session",
      kind: "trailer",
      match: /^replit-commit-session-id:\s*\S/i,
      class: "A",
      source: "detector",
      yes: ["Replit-Commit-Session-Id: 1"],
    },
    {
      name: "identity",
      kind: "email",
      match: /^agent@replit\.com$/,
      class: "A",
      source: "detector",
      yes: ["Agent <agent@replit.com>"],
      no: ["Ada <12-ada@users.noreply.replit.com>"],
    },
    {
      name: "workspace",
      kind: "variable",
      match: /^REPL_ID$/,
      class: "D",
      source: "vendor",
      yes: ["REPL_ID"],
    },
    {
      name: "configuration",
      kind: "path",
      match: /^replit\.md$/,
      class: "D",
      source: "vendor",
      yes: ["replit.md"],
      no: ["docs/replit.md"],
    },
  ],
};
