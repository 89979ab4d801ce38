/** Traces of Sourcegraph Cody. */
import type { Tool } from "../rule.ts";

export const cody: Tool = {
  id: "cody",
  name: "Sourcegraph Cody",
  aliases: ["sourcegraph cody"],
  rules: [
    {
      name: "app",
      kind: "email",
      match: /^(\d+\+)?sourcegraph-cody\[bot\]@users\.noreply\.github\.com$/,
      class: "B",
      source: "detector",
      yes: ["sourcegraph-cody[bot] <201248094+sourcegraph-cody[bot]@users.noreply.github.com>"],
      no: ["Cody <cody@example.com>"],
    },
  ],
};
