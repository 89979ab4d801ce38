/** Traces of Factory Droid. */
import type { Tool } from "../rule.ts";

export const factoryDroid: Tool = {
  id: "factory-droid",
  name: "Factory Droid",
  aliases: ["factory droid", "factory-droid"],
  recordedAs: ["droid"],
  rules: [
    {
      name: "app",
      kind: "email",
      match: /^(\d+\+)?factory-droid\[bot\]@users\.noreply\.github\.com$/,
      class: "A",
      source: "history",
      yes: ["factory-droid[bot] <138933559+factory-droid[bot]@users.noreply.github.com>"],
    },
    {
      name: "identity",
      kind: "email",
      match: /^droid@factory\.ai$/,
      class: "A",
      source: "detector",
      yes: ["Droid <droid@factory.ai>"],
      no: ["Ada <ada@factory.ai>"],
    },
    {
      name: "configuration",
      kind: "path",
      match: /(^|\/)\.factory\//,
      class: "D",
      source: "vendor",
      yes: [".factory/droids/a.md"],
      no: ["src/factory/a.js"],
    },
  ],
};
