/** What a model file may say about a library, and what a query may say of itself; files are checked against this. */
import { z } from "zod";
import { type SoftKind, softKinds } from "./kinds.ts";

const path = z
  .string()
  .describe("A path from a library or type: `pg.Client.Member[query].Argument[0]`");
const position = z
  .string()
  .describe("A path from a call: `Argument[0]`, `Argument[this]`, `ReturnValue`");
const kinds = z.array(z.string()).min(1);

const Source = z.strictObject({
  kind: z.string(),
  at: path,
  label: z.string().optional(),
  converted: z
    .boolean()
    .optional()
    .describe("Of formals: converted to the declared type, so that a declared number is one"),
});

const Sink = z.strictObject({
  kind: z.string(),
  at: path.describe(
    "An argument of a call, a member that is assigned to, or the result of a function that the library calls",
  ),
  label: z.string().optional(),
  deep: z
    .boolean()
    .optional()
    .describe("Data anywhere inside the value counts, not only the value itself"),
  state: z.string().optional().describe("Only data in this state counts; see propagators' `as`"),
  vulnerable: position
    .optional()
    .describe("Counts only if the regular expression at this position is open to ReDoS"),
  unless: z
    .array(z.strictObject({ at: position, equals: z.union([z.string(), z.number(), z.boolean()]) }))
    .optional()
    .describe("Not a sink when a constant at the position is this"),
  when: z
    .array(z.strictObject({ at: position, equals: z.union([z.string(), z.number(), z.boolean()]) }))
    .optional()
    .describe("A sink only when a constant at the position is this"),
});

const Sanitizer = z.strictObject({
  call: path.describe("The function: `validator.Member[escape]`"),
  neutralises: kinds,
  from: position.default("Argument[0]"),
  to: position.default("ReturnValue"),
});

const Propagator = z.strictObject({
  call: path,
  from: position,
  to: position,
  as: z
    .string()
    .optional()
    .describe("What arrives is in this state: only sinks that ask for the state take it"),
  whole: z
    .boolean()
    .optional()
    .describe("What arrives is the value itself, with its fields, not something derived"),
  undoes: kinds
    .optional()
    .describe("What was neutralised before and is dangerous again: a decoder undoes an encoder"),
});

const Guard = z.strictObject({
  call: path,
  value: position.describe("What is tested"),
  how: z
    .enum(["is", "matches", "contains", "prefix", "member"])
    .describe(
      "is: a validator; matches: a regular expression; contains, prefix: a constant text; member: of a collection",
    ),
  pattern: position.optional().describe("The regular expression, text or collection"),
  own: z
    .boolean()
    .optional()
    .describe(
      "With `how: member`: inherited properties do not count, so the key leads to no prototype",
    ),
  outcome: z
    .union([z.boolean(), z.literal("returned")])
    .optional()
    .describe(
      "The answer that proves something; `returned`: it throws otherwise; both when absent",
    ),
  neutralises: kinds.optional(),
});

const Rewrite = z.strictObject({
  call: path,
  value: position,
  pattern: position,
  all: z.boolean().optional().describe("Replaces every match whatever the pattern's flags"),
});

const Route = z.strictObject({
  call: path.describe("The call that registers: `express.Router.Member[get]`"),
  method: z.string().describe("GET, POST ... or `*`; `use` for middleware"),
  path: position.optional(),
  handlers: position,
});

const Named = z.strictObject({
  kind: z.string(),
  field: z
    .string()
    .optional()
    .describe("Regular expression on the name of a field or variable that is assigned"),
  returnOf: z
    .string()
    .optional()
    .describe("Regular expression on the name of a function that returns it"),
});

/** `queries/models/<language>/<library>.yml` */
export const ModelFile = z.strictObject({
  library: z.string(),
  ecosystem: z.enum(["npm", "pypi", "maven", "go", "builtin"]),
  types: z.record(z.string(), z.array(path)).default({}),
  sources: z.array(Source).default([]),
  sinks: z.array(Sink).default([]),
  sanitizers: z.array(Sanitizer).default([]),
  propagators: z.array(Propagator).default([]),
  guards: z.array(Guard).default([]),
  rewrites: z.array(Rewrite).default([]),
  routes: z.array(Route).default([]),
  named: z.array(Named).default([]),
  injectors: z
    .array(path)
    .default([])
    .describe("Calls that, as a formal's default, say that its value does not come from the caller"),
  silent: z
    .array(path)
    .default([])
    .describe("Calls through which nothing flows; a listed call with no row is not unknown"),
});
export type ModelFile = z.infer<typeof ModelFile>;

/** `queries/kinds.yml`: every kind, so that a misspelt one is an error. */
export const KindFile = z.strictObject({
  sources: z.record(
    z.string(),
    z.strictObject({ label: z.string(), exposure: z.enum(["remote", "library", "local"]) }),
  ),
  sinks: z.record(
    z.string(),
    z.strictObject({
      label: z.string(),
      dangerous: z
        .array(z.string())
        .default([])
        .describe(
          "Texts that do harm there: what refuses or rewrites each of them neutralises the kind",
        ),
      openings: z
        .array(z.string())
        .default([])
        .describe("Constant beginnings after which the rest cannot do harm: regular expressions"),
    }),
  ),
  neutralisations: z.record(z.string(), z.string()).default({}),
  states: z.record(z.string(), z.string()).default({}),
});
export type KindFile = z.infer<typeof KindFile>;

const texts = {
  id: z.string().regex(/^[a-z0-9-]+$/),
  name: z.string(),
  cwe: z.array(z.string().regex(/^CWE-\d+$/)).min(1),
  severity: z.enum(["low", "medium", "high", "critical"]),
  precision: z.enum(["low", "medium", "high"]),
  persona: z.enum(["regular", "pedantic", "auditor"]).default("regular"),
  languages: z.array(z.enum(["javascript", "typescript", "python", "java", "go"])).min(1),
  message: z.string().describe("`{source}` and `{sink}` are replaced"),
  why: z.string(),
  fix: z.string(),
  good: z.string().optional(),
  bad: z.string().optional(),
};

export const TaintQuery = z.strictObject({
  ...texts,
  kind: z.literal("taint"),
  sources: kinds,
  sinks: kinds,
  ignores: z
    .array(z.enum(Object.keys(softKinds) as [SoftKind, ...SoftKind[]]))
    .default([])
    .describe("Doubts of the engine that say nothing about this flaw"),
  sanitizers: kinds.describe(
    "Neutralisations that clear this query; sink kinds of its own are implied",
  ),
});
export type TaintQuery = z.infer<typeof TaintQuery>;

const constant = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const MisuseQuery = z.strictObject({
  ...texts,
  kind: z.literal("misuse"),
  matches: z
    .array(
      z.strictObject({
        call: path.optional(),
        store: path.optional().describe("A member that is assigned to"),
        named: z
          .string()
          .optional()
          .describe("Regular expression on the name of a field or variable that is assigned"),
        language: z
          .enum(["javascript", "python", "java", "go"])
          .optional()
          .describe("Whose libraries `call` and `store` name; JavaScript's when absent"),
        when: z
          .array(
            z.strictObject({
              at: position.optional().describe("In the call; the assigned value when absent"),
              equals: constant.optional(),
              matches: z.string().optional().describe("Regular expression on a constant text"),
              absent: z.boolean().optional().describe("Nothing is given there"),
              text: z.boolean().optional().describe("A constant text, not empty"),
              entropy: z
                .number()
                .optional()
                .describe("Bits of Shannon entropy a character, at least"),
            }),
          )
          .default([]),
      }),
    )
    .min(1),
});
export type MisuseQuery = z.infer<typeof MisuseQuery>;

export const QueryFile = z.discriminatedUnion("kind", [TaintQuery, MisuseQuery]);
export type QueryFile = z.infer<typeof QueryFile>;
