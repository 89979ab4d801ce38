/** Traces of v0. */
import type { Tool } from "../rule.ts";

export const v0: Tool = {
  id: "v0",
  name: "v0",
  aliases: [],
  rules: [
    {
      name: "app",
      kind: "email",
      match: /^(\d+\+)?v0\[bot\]@users\.noreply\.github\.com$/,
      class: "A",
      source: "detector",
      yes: ["v0[bot] <v0[bot]@users.noreply.github.com>"],
      no: ["v0 <2+v0@users.noreply.github.com>"],
    },
    {
      name: "branch",
      kind: "branch",
      match: /^v0\/\S/,
      class: "C",
      source: "detector",
      yes: ["v0/main-1a2b"],
      no: ["v0.1/fix"],
    },
  ],
};
