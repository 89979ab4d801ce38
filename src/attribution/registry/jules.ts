/** Traces of Jules. */
import type { Tool } from "../rule.ts";

export const jules: Tool = {
  id: "jules",
  name: "Jules",
  aliases: ["google jules", "google-labs-jules"],
  rules: [
    {
      name: "app",
      kind: "email",
      match: /^(\d+\+)?google-labs-jules(\[bot\])?@users\.noreply\.github\.com$/,
      class: "A",
      source: "history",
      yes: ["google-labs-jules[bot] <161369871+google-labs-jules[bot]@users.noreply.github.com>"],
      no: ["Jules Verne <jules@example.com>"],
    },
  ],
};
