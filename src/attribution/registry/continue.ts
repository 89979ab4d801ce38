/** Traces of Continue. */
import type { Tool } from "../rule.ts";

export const continueDev: Tool = {
  id: "continue",
  name: "Continue",
  aliases: [],
  rules: [
    {
      name: "app",
      kind: "email",
      match: /^(\d+\+)?continue(-agent)?\[bot\]@users\.noreply\.github\.com$/,
      class: "B",
      yes: ["continue[bot] <230936708+continue[bot]@users.noreply.github.com>"],
      no: ["continue <1+continue@users.noreply.github.com>"],
    },
  ],
};
