/** A function that is there to choose who may read answers with cookies, and lets everybody. */
import { type Code, defineLogicQuery } from "../../../src/query-api.ts";
import { isAside } from "../paths.ts";

export default defineLogicQuery({
  id: "cors-reflect-credentials",
  name: "A function lets every origin read with credentials",
  cwe: ["CWE-942", "CWE-346"],
  severity: "medium",
  precision: "high",
  persona: "regular",
  languages: ["javascript", "typescript"],
  message:
    "Every site may ask in its visitor's name and read the answers: the function that chooses origins lets all of them pass.",
  why: "With cookies allowed, a page of any site reads what this service shows the person who looks at it.",
  fix: "Compare the whole origin with a list, and refuse the others. Test it with an origin that only ends like yours.",
  good: `
const express = require("express"), cors = require("cors");
const app = express();
const origins = ["https://shop.example.com"];
app.use(cors({ credentials: true, origin: (origin, done) => done(null, origins.includes(origin)) }));
`,
  bad: `
const express = require("express"), cors = require("cors");
const app = express();
app.use(cors({ credentials: true, origin: (origin, done) => done(null, true) }));
`,

  *find({ code }) {
    for (const body of code.bodies) {
      if (isAside(body.file)) continue;
      for (let value = body.from; value < body.to; value++) {
        const part = code.part(value);
        if (part.kind !== "record") continue;
        const [origin, credentials] = [part.fields.get("origin"), part.fields.get("credentials")];
        if (
          origin === undefined ||
          credentials === undefined ||
          code.constant(credentials) !== "true"
        )
          continue;
        if (code.functionsAt(origin).some((fn) => letsAll(code, fn)))
          yield { at: value, values: {}, related: [], confidence: "high" };
      }
    }
  },
});

/** Whether a function asks nothing, and answers yes by its last formal or by its result. */
function letsAll(code: Code, fn: number): boolean {
  const body = code.bodyOf(fn);
  let answers = false;
  for (let value = body.from; value < body.to; value++) {
    const part = code.part(value);
    if (part.kind === "branch" || part.kind === "throw" || part.kind === "compare") return false;
    if (part.kind === "call") {
      const callee = code.part(code.behind(part.callee));
      const isDone = callee.kind === "formal" && callee.position === 1;
      if (!isDone) {
        if (/^(?:log|info|debug|warn|error)$/.test(part.name)) continue;
        return false;
      }
      const [, allowed] = part.args;
      if (allowed === undefined) return false;
      const given = code.part(code.behind(allowed));
      answers =
        code.constant(allowed) === "true" || (given.kind === "formal" && given.position === 0);
      if (!answers) return false;
    }
  }
  return answers;
}
