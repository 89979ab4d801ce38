/** Traces of Qwen Code. */
import type { Tool } from "../rule.ts";

export const qwenCode: Tool = {
  id: "qwen-code",
  name: "Qwen Code",
  aliases: ["qwen code", "qwen-code", "qwen-coder"],
  rules: [
    {
      name: "identity",
      kind: "email",
      match: /^qwen-coder@alibabacloud\.com$/,
      class: "A",
      source: "issue",
      yes: ["Qwen-Coder <qwen-coder@alibabacloud.com>"],
      no: ["Ada <ada@alibabacloud.com>"],
    },
    {
      name: "environment",
      kind: "variable",
      match: /^QWEN_CODE$/,
      class: "B",
      source: "detector",
      yes: ["QWEN_CODE"],
    },
    {
      name: "configuration",
      kind: "path",
      match: /(^|\/)(QWEN\.md$|\.qwen\/)/,
      class: "D",
      source: "vendor",
      yes: ["QWEN.md"],
    },
  ],
};
