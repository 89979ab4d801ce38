/** Traces of Warp. */
import type { Tool } from "../rule.ts";

export const warp: Tool = {
  id: "warp",
  name: "Warp",
  aliases: ["warp oz"],
  rules: [
    {
      name: "identity",
      kind: "email",
      match: /^(oz-)?agent@warp\.dev$/,
      class: "A",
      source: "history",
      yes: ["Oz <oz-agent@warp.dev>"],
      no: ["Ada <ada@warp.dev>"],
    },
  ],
};
