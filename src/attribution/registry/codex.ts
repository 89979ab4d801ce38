/** Traces of Codex. */
import type { Tool } from "../rule.ts";

export const codex: Tool = {
  id: "codex",
  name: "Codex",
  aliases: ["codex", "openai codex", "codex cli", "chatgpt codex"],
  recordedAs: ["codex-cli"],
  rules: [
    {
      name: "identity",
      kind: "email",
      match: /^(noreply|codex)@openai\.com$/,
      class: "A",
      source: "vendor",
      yes: ["Codex <noreply@openai.com>", "Codex CLI (gpt-5-codex) <noreply@openai.com>"],
      no: ["Ada <ada@openai.com>"],
    },
    {
      name: "app",
      kind: "email",
      match: /^(\d+\+)?chatgpt-codex-connector(\[bot\])?@users\.noreply\.github\.com$/,
      class: "A",
      source: "history",
      yes: [
        "chatgpt-codex-connector[bot] <199175422+chatgpt-codex-connector[bot]@users.noreply.github.com>",
      ],
    },
    {
      name: "placeholder",
      kind: "email",
      match: /^codex(-agent)?@example\.com$/,
      class: "C",
      source: "issue",
      yes: ["Codex Test <codex@example.com>"],
      no: ["Ada <ada@example.com>"],
    },
    {
      name: "environment",
      kind: "variable",
      match:
        /^(CODEX_SANDBOX|CODEX_SANDBOX_NETWORK_DISABLED|CODEX_THREAD_ID|CODEX_CI|CODEX_INTERNAL_ORIGINATOR_OVERRIDE)$/,
      class: "A",
      source: "vendor",
      yes: ["CODEX_THREAD_ID"],
      no: ["CODEX_HOME"],
    },
    {
      name: "branch",
      kind: "branch",
      match: /^codex\/\S/,
      class: "C",
      source: "history",
      yes: ["codex/add-tests"],
      no: ["fix/codex"],
    },
    {
      name: "configuration",
      kind: "path",
      match: /(^|\/)\.codex\//,
      class: "D",
      source: "vendor",
      yes: [".codex/config.toml"],
      no: ["codex/index.js"],
    },
  ],
};
