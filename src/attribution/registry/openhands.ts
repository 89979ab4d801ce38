/** Traces of OpenHands. */
import type { Tool } from "../rule.ts";

export const openhands: Tool = {
  id: "openhands",
  name: "OpenHands",
  aliases: ["openhands", "all-hands"],
  rules: [
    {
      name: "identity",
      kind: "email",
      match: /^openhands@(all-hands|openhands)\.dev$/,
      class: "A",
      source: "vendor",
      yes: ["openhands <openhands@all-hands.dev>"],
      no: ["Ada <ada@all-hands.dev>", "OpenHands Bot <contact@all-hands.dev>"],
    },
    {
      name: "branch",
      kind: "branch",
      match: /^openhands\/\S/,
      class: "C",
      source: "history",
      yes: ["openhands/fix-3"],
      no: ["openhands"],
    },
    {
      name: "configuration",
      kind: "path",
      match: /(^|\/)\.openhands\//,
      class: "D",
      source: "vendor",
      yes: [".openhands/setup.sh"],
    },
  ],
};
