/** What is validated is asked whether it is valid, and nobody hears the answer. */
import {
  defineLogicQuery,
  type FunctionCall,
  type LogicResult,
  type ServiceFunction,
} from "../../../src/query-api.ts";

export default defineLogicQuery({
  id: "validation-result-unused",
  name: "Result of a validation that nobody looks at",
  cwe: ["CWE-252"],
  severity: "medium",
  precision: "high",
  persona: "regular",
  languages: ["javascript", "typescript", "python", "go"],
  message:
    "{function} validates what it is given by {call} and ignores the answer, so invalid data goes on to {next}.",
  why: "These functions do not fail: they say in their result whether the data is valid. Without looking at it the validation might as well not be there, and what it should keep out is stored and used.",
  fix: "Look at the result and refuse what is invalid, and go on with the parsed value rather than with what was sent. Test it with a field too many and one of the wrong type.",
  good: `
import { z } from "zod";
const Note = z.object({ title: z.string() });
export async function create(input) {
  const note = Note.safeParse(input);
  if (!note.success) throw new Error("invalid");
  await db.note.create({ data: { title: note.data.title } });
}
`,
  bad: `
import { z } from "zod";
const Note = z.object({ title: z.string() });
export async function create(input) {
  Note.safeParse(input);
  await db.note.create({ data: { title: input.title } });
}
`,

  *find(service) {
    for (const fn of service.functions())
      for (const call of fn.calls) {
        const result = ignored(fn, call);
        if (result) yield result;
      }
  },
});

/** Functions that tell by their result alone, by the language that has them. */
const TELLING: Readonly<Record<string, RegExp>> = {
  script: /^(?:safeParse|safeParseAsync|validationResult)$/,
  python: /^is_valid$/,
  go: /^(?:Struct|StructCtx|StructPartial|ValidateStruct)$/,
};

const languageOf = ({ language }: ServiceFunction): string =>
  language.replace(/^.*script$/, "script");

function ignored(fn: ServiceFunction, call: FunctionCall): LogicResult | undefined {
  const language = languageOf(fn);
  if (call.result !== "unused" && call.result !== "awaited") return undefined;
  const isSchema = language === "script" && call.result === "unused" && isSchemaCall(call);
  if (!isSchema && !TELLING[language]?.test(call.name)) return undefined;
  if (call.targets.length > 0) return undefined;
  if (language === "go" && !/valid/i.test(call.receiver + call.label)) return undefined;
  // Told to fail, it fails.
  if (call.arguments.some((one) => /^raise_exception: /.test(one))) return undefined;
  const [effect] = call.after;
  const next = effect ?? call.later.find((one) => usesData(call, one));
  if (!next) return undefined;
  return {
    at: call.at,
    values: {
      function: fn.name === "" ? "This function" : fn.name,
      call: `${call.name}()`,
      next: effect?.kind === "goes on" ? "the next step" : next.label,
    },
    related: [{ at: next.at, note: "is done with what may be invalid" }],
    confidence: "high",
  };
}

/** `schema.validate(body)`: it returns the error, or a promise that nobody waits for. */
const isSchemaCall = ({ name, receiver }: FunctionCall): boolean =>
  /^(?:validate|validateAsync)$/.test(name) && /(?:^|\.)\w*[sS]chema$/.test(receiver);

/** Whether a call stores what it is given, other than through what was validated, which knows of its errors. */
const usesData = (
  validation: FunctionCall,
  { name, receiver, arguments: given }: FunctionCall,
): boolean =>
  /^(?:create|update|insert|bulk_create|get_or_create|update_or_create|Create|Save|Insert|save|persist)$/.test(
    name,
  ) &&
  receiver !== validation.receiver &&
  given.length > 0;
