/** Traces of Amazon Q Developer. */
import type { Tool } from "../rule.ts";

export const amazonQ: Tool = {
  id: "amazon-q",
  name: "Amazon Q Developer",
  aliases: ["amazon q", "amazon q developer"],
  rules: [
    {
      name: "app",
      kind: "email",
      match: /^(\d+\+)?amazon-q-developer\[bot\]@users\.noreply\.github\.com$/,
      class: "A",
      source: "detector",
      yes: ["amazon-q-developer[bot] <208079219+amazon-q-developer[bot]@users.noreply.github.com>"],
    },
    {
      name: "configuration",
      kind: "path",
      match: /(^|\/)\.amazonq\//,
      class: "D",
      source: "vendor",
      yes: [".amazonq/rules/a.md"],
    },
  ],
};
