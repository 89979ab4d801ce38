/** Where an error happened, with names of files and functions, is told to whoever caused it. */
import { type Code, defineLogicQuery, plainName } from "../../../src/query-api.ts";
import { isAside, isInBrowser } from "../paths.ts";
import { answersIn, shownBy } from "../responses.ts";

const TRACE =
  /^(?:stack|stack_?trace|traceback|format_exc|format_exception|print_exc|debug\.stack)$/;
/** The program asks in which mode it runs, or who is asking. */
const MODE =
  /node_env|^env$|environment|production|development|is_?dev|is_?prod|debug|verbose|show_?stack|test|admin|staff/;

export default defineLogicQuery({
  id: "verbose-error-to-client",
  name: "The trace of an error is sent to the client",
  cwe: ["CWE-209"],
  severity: "medium",
  precision: "high",
  persona: "regular",
  languages: ["javascript", "typescript", "python"],
  message:
    "Whoever causes an error here is told how the program is built: the answer has the trace of it.",
  why: "A trace names files, libraries, their versions and often values. It is the map that somebody who tries things out would otherwise have to draw.",
  fix: "Write the error to the log with a number, and answer with that number and a sentence. Best in one place for all routes.",
  good: `
const express = require("express");
const app = express();
app.get("/orders", async (req, res) => {
  try { res.json(await orders()); } catch (error) { res.status(500).json({ error: "internal error" }); }
});
`,
  bad: `
const express = require("express");
const app = express();
app.get("/orders", async (req, res) => {
  try { res.json(await orders()); } catch (error) { res.status(500).json({ error: error.stack }); }
});
`,

  *find({ code }) {
    for (const body of code.bodies) {
      if (isAside(body.file) || isInBrowser(body.file)) continue;
      for (const { call, given } of answersIn(code, body)) {
        const shown = given.flatMap((one) => [...shownBy(code, one)]);
        const trace = shown.find((one) => isTrace(code, one));
        if (trace === undefined || isForMode(code, call) || isForMode(code, trace)) continue;
        yield { at: call, values: {}, related: [], confidence: "high" };
      }
    }
  },
});

/** The trace of what was caught, or of what a handler of errors was given. */
function isTrace(code: Code, value: number): boolean {
  const part = code.part(value);
  if (part.kind !== "member" && part.kind !== "call") return false;
  if (!TRACE.test(plainName(part.name ?? ""))) return false;
  if (part.kind === "call") return /^(?:format_exc|format_exception)$/.test(part.name);
  return code.isCaught(part.object) || code.part(code.behind(part.object)).kind === "formal";
}

const isForMode = (code: Code, value: number): boolean =>
  [...code.decidedBy(value)].some(({ branch }) =>
    [...code.words(branch)].some((word) => MODE.test(plainName(word))),
  );
