/** Traces of Devin. */
import type { Tool } from "../rule.ts";

export const devin: Tool = {
  id: "devin",
  name: "Devin",
  aliases: ["devin ai"],
  recordedAs: ["devin"],
  rules: [
    {
      name: "app",
      kind: "email",
      match:
        /^(\d+\+)?(devin-ai-integration|cognition-devin)(\[bot\])?@users\.noreply\.github\.com$/,
      class: "A",
      source: "history",
      yes: [
        "Devin AI <158243242+devin-ai-integration[bot]@users.noreply.github.com>",
        "Devin <devin-ai-integration[bot]@users.noreply.github.com>",
      ],
      no: ["Devin Smith <devin@example.com>", "devin <5+devin@users.noreply.github.com>"],
    },
    {
      name: "identity",
      kind: "email",
      match: /^noreply@cognition\.ai$/,
      class: "A",
      source: "detector",
      yes: ["Devin <noreply@cognition.ai>"],
      no: ["Ada <ada@cognition.ai>"],
    },
    {
      name: "footer",
      kind: "line",
      match: /^[\W_]{0,6}generated with \[devin\]\(https:\/\/devin\.ai/i,
      class: "B",
      source: "detector",
      yes: ["Generated with [Devin](https://devin.ai)"],
      no: ["Generated with Devin from accounting"],
    },
    {
      name: "branch",
      kind: "branch",
      match: /^devin\/\d{10}-/,
      class: "C",
      source: "history",
      yes: ["devin/1735689600-add-list"],
      no: ["devin/my-branch"],
    },
  ],
};
