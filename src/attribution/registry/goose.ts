/** Traces of Goose. */
import type { Tool } from "../rule.ts";

export const goose: Tool = {
  id: "goose",
  name: "Goose",
  aliases: ["codename goose"],
  rules: [
    {
      name: "configuration",
      kind: "path",
      match: /(^|\/)\.goosehints$/,
      class: "D",
      source: "vendor",
      yes: [".goosehints"],
    },
  ],
};
