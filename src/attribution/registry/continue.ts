/** Traces of Continue. */
import type { Tool } from "../rule.ts";

export const continueDev: Tool = {
  id: "continue",
  name: "Continue",
  aliases: [],
  recordedAs: ["continue-cli"],
  rules: [
    {
      name: "app",
      kind: "email",
      match: /^(\d+\+)?continue(-agent)?\[bot\]@users\.noreply\.github\.com$/,
      class: "B",
      source: "detector",
      yes: ["continue[bot] <230936708+continue[bot]@users.noreply.github.com>"],
      no: ["continue <1+continue@users.noreply.github.com>"],
    },
    {
      name: "configuration",
      kind: "path",
      match: /(^|\/)\.continue\//,
      class: "D",
      source: "vendor",
      yes: [".continue/config.yaml"],
      no: ["continue/config.yaml"],
    },
  ],
};
