/** Traces of Cursor. */
import type { Tool } from "../rule.ts";

export const cursor: Tool = {
  id: "cursor",
  name: "Cursor",
  aliases: ["cursor", "cursor agent", "cursor cli"],
  rules: [
    {
      name: "identity",
      kind: "email",
      match: /^(cursoragent|agent)@cursor\.com$/,
      class: "A",
      yes: ["Cursor Agent <cursoragent@cursor.com>"],
      no: ["Ada <ada@cursor.com>"],
    },
    {
      name: "app",
      kind: "email",
      match: /^(\d+\+)?cursor\[bot\]@users\.noreply\.github\.com$/,
      class: "A",
      yes: ["cursor[bot] <206951365+cursor[bot]@users.noreply.github.com>"],
      no: ["cursor <9+cursor@users.noreply.github.com>"],
    },
    {
      name: "made-with",
      kind: "trailer",
      match: /^made-?with:\s*\[?cursor\b/i,
      class: "B",
      yes: ["Made-with: Cursor"],
      no: ["Made-with: love"],
    },
    {
      name: "footer",
      kind: "line",
      match: /^[\W_]{0,6}(made|generated) with (\[cursor\]|cursor[.!]?\s*$)/i,
      class: "B",
      yes: ["Made with [Cursor](https://cursor.com)"],
      no: ["Made with a cursor in the table", "Made with cursor keys in mind"],
    },
    {
      name: "environment",
      kind: "variable",
      match: /^CURSOR_AGENT$/,
      class: "A",
      yes: ["CURSOR_AGENT"],
      no: ["CURSOR_TRACE_ID"],
    },
    {
      name: "terminal",
      kind: "variable",
      match: /^(CURSOR_TRACE_ID|CURSOR_EXTENSION_HOST_ROLE)$/,
      class: "D",
      yes: ["CURSOR_TRACE_ID"],
    },
    {
      name: "branch",
      kind: "branch",
      match: /^cursor\/.*-[0-9a-f]{4}$/,
      class: "C",
      yes: ["cursor/fix-the-list-ec21"],
      no: ["cursor/position", "fix/cursor-ec21"],
    },
    {
      name: "configuration",
      kind: "path",
      match: /(^|\/)(\.cursorrules$|\.cursor\/)/,
      class: "D",
      yes: [".cursorrules", ".cursor/rules/a.mdc"],
      no: ["src/cursor/index.js"],
    },
  ],
};
