/** Traces of Zed. */
import type { Tool } from "../rule.ts";

export const zed: Tool = {
  id: "zed",
  name: "Zed",
  aliases: ["zed agent"],
  rules: [
    {
      name: "identity",
      kind: "email",
      match: /^assistant@zed\.dev$/,
      class: "C",
      source: "detector",
      yes: ["Zed <assistant@zed.dev>"],
      no: ["Zed Zedson <zed@example.com>"],
    },
  ],
};
