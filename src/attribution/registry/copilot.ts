/** Traces of GitHub Copilot. */
import type { Tool } from "../rule.ts";

export const copilot: Tool = {
  id: "copilot",
  name: "GitHub Copilot",
  aliases: ["github copilot", "copilot", "copilot cli"],
  recordedAs: ["github-copilot", "copilot-cli", "github-copilot-cli"],
  rules: [
    {
      name: "agent",
      kind: "email",
      match:
        /^((198982749\+)?copilot|(\d+\+)?copilot-swe-agent)(\[bot\])?@users\.noreply\.github\.com$/,
      class: "A",
      yes: [
        "Copilot <198982749+Copilot@users.noreply.github.com>",
        "copilot-swe-agent[bot] <198982749+copilot-swe-agent[bot]@users.noreply.github.com>",
      ],
      no: [
        "Copilot <175728472+Copilot@users.noreply.github.com>",
        "Jane <7+jane@users.noreply.github.com>",
        "Co Pilot <copilot@airline.example>",
      ],
    },
    {
      name: "logs",
      kind: "trailer",
      match: /^agent-logs-url:\s*https?:\/\/\S/i,
      class: "A",
      yes: ["Agent-Logs-Url: https://github.com/o/r/sessions/1"],
      no: ["Agent-Logs-Url: none"],
    },
    {
      name: "session",
      kind: "trailer",
      match: /^copilot-session:\s*[0-9a-f-]{36}$/i,
      class: "A",
      yes: ["Copilot-Session: 6f1d0a3e-5a0c-4c0e-9a53-3b1b0f7f2b11"],
      no: ["Copilot-Session: yes"],
    },
    {
      name: "app",
      kind: "email",
      match: /^223556219\+copilot@users\.noreply\.github\.com$/,
      class: "B",
      confirmedBy: "session",
      doubted: { from: "2026-04-15", to: "2026-05-31" },
      yes: ["Copilot <223556219+Copilot@users.noreply.github.com>"],
    },
    {
      name: "editor",
      kind: "email",
      match: /^copilot@github\.com$/,
      class: "B",
      confirmedBy: "session",
      doubted: { from: "2026-04-15", to: "2026-05-31" },
      yes: ["Copilot <copilot@github.com>"],
      no: ["Ada <ada@github.com>"],
    },
    {
      name: "suggestion",
      kind: "email",
      match: /^175728472\+copilot@users\.noreply\.github\.com$/,
      class: "B",
      suggestion: true,
      yes: ["Copilot <175728472+Copilot@users.noreply.github.com>"],
    },
    {
      name: "autofix",
      kind: "email",
      match:
        /^((62310815\+)?github-advanced-security|(223894421\+)?github-code-quality)\[bot\]@users\.noreply\.github\.com$/,
      class: "B",
      suggestion: true,
      yes: [
        "Copilot Autofix powered by AI <62310815+github-advanced-security[bot]@users.noreply.github.com>",
      ],
    },
    {
      name: "environment",
      kind: "variable",
      match: /^(COPILOT_CLI|COPILOT_AGENT_SESSION_ID)$/,
      class: "A",
      yes: ["COPILOT_CLI"],
      no: ["COPILOT_TOKEN"],
    },
    {
      name: "branch",
      kind: "branch",
      match: /^copilot\/\S/,
      class: "C",
      yes: ["copilot/fix-12"],
      no: ["copilot-docs"],
    },
    {
      name: "configuration",
      kind: "path",
      match: /^\.github\/(copilot-instructions\.md$|copilot\/)/,
      class: "D",
      yes: [".github/copilot-instructions.md"],
      no: ["src/copilot/index.js"],
    },
  ],
};
