/** Traces of Crush. */
import type { Tool } from "../rule.ts";

export const crush: Tool = {
  id: "crush",
  name: "Crush",
  aliases: ["crush"],
  rules: [
    {
      name: "identity",
      kind: "email",
      match: /^(crush@(crush\.)?charm\.land|noreply@crush\.charm\.land)$/,
      class: "A",
      source: "vendor",
      yes: ["Crush <crush@charm.land>", "GLM-5.1 via Crush <crush@charm.land>"],
      no: ["Ada <ada@charm.land>"],
    },
    {
      name: "trailer",
      kind: "trailer",
      match: /^assisted-by:\s*crush\b/i,
      class: "A",
      source: "vendor",
      yes: ["Assisted-by: Crush:qwen3.7-max"],
      no: ["Assisted-by: Crusher"],
    },
    {
      name: "footer",
      kind: "line",
      match: /^[\W_]{0,6}generated with crush\s*$/i,
      class: "A",
      source: "vendor",
      yes: ["💘 Generated with Crush"],
      no: ["Generated with crushing regret"],
    },
    {
      name: "configuration",
      kind: "path",
      match: /(^|\/)(CRUSH\.md$|\.?crush\.json$|\.crush\/)/,
      class: "D",
      source: "vendor",
      yes: ["CRUSH.md", "crush.json"],
      no: ["candy/crush.md"],
    },
  ],
};
