/** Traces of Amp. */
import type { Tool } from "../rule.ts";

export const amp: Tool = {
  id: "amp",
  name: "Amp",
  aliases: ["sourcegraph amp", "ampcode"],
  rules: [
    {
      name: "identity",
      kind: "email",
      match: /^amp@(ampcode|sourcegraph)\.com$/,
      class: "A",
      source: "history",
      yes: ["Amp <amp@ampcode.com>"],
      no: ["Amp <amp@amplifiers.example>"],
    },
    {
      name: "thread",
      kind: "trailer",
      match: /^amp-thread-id:\s*\S*t-[0-9a-f-]{8,}/i,
      class: "A",
      source: "history",
      yes: ["Amp-Thread-ID: https://ampcode.com/threads/T-0123abcd-0000"],
      no: ["Amp-Thread-ID: none"],
    },
    {
      name: "placeholder",
      kind: "email",
      match: /^amp@example\.com$/,
      class: "C",
      source: "history",
      yes: ["Amp <amp@example.com>"],
    },
  ],
};
