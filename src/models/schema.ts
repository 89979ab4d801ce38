/** What a model file may say about a library, and what a query may say of itself; files are checked against this. */
import { z } from "zod";
import { guardKinds } from "../support/guard-kinds.ts";
import { type SoftKind, softKinds } from "./kinds.ts";

const path = z
  .string()
  .describe("A path from a library or type: `pg.Client.Member[query].Argument[0]`");
const position = z
  .string()
  .describe("A path from a call: `Argument[0]`, `Argument[this]`, `ReturnValue`");
const kinds = z.array(z.string()).min(1);

const Constraint = z.strictObject({
  at: position,
  equals: z.union([z.string(), z.number(), z.boolean()]).optional(),
  matches: z.string().optional().describe("Regular expression on a constant text"),
  is: path.optional().describe("What the value is of a library: `ssl.Member[CERT_NONE]`"),
});

const Source = z.strictObject({
  kind: z.string(),
  at: path,
  label: z.string().optional(),
  converted: z
    .boolean()
    .optional()
    .describe("Of formals: converted to the declared type, so that a declared number is one"),
  structured: z
    .boolean()
    .optional()
    .describe("An object, or a list of objects: text lies in their fields only"),
  when: z
    .array(Constraint)
    .optional()
    .describe("Of the result of a call: a source only when a constant at the position is this"),
});

const Precaution = z.strictObject({
  call: path.describe("The call that sets something up: `setFeature`"),
  when: z.array(Constraint).optional(),
  neutralises: kinds
    .optional()
    .describe("Kinds of places that are harmless to flows through functions that make the call"),
  undoes: kinds.optional().describe("Kinds of which such a call takes back what others set"),
});

const readsRegex = z
  .boolean()
  .optional()
  .describe("A text at the pattern's position is a regular expression");

const Sink = z.strictObject({
  kind: z.string(),
  regex: readsRegex,
  at: path.describe(
    "An argument of a call, a member that is assigned to, or the result of a function that the library calls",
  ),
  label: z.string().optional(),
  deep: z
    .boolean()
    .optional()
    .describe("Data anywhere inside the value counts, not only the value itself"),
  textual: z
    .boolean()
    .optional()
    .describe("Only text counts: an object is turned into something harmless, as JSON of its type"),
  state: z.string().optional().describe("Only data in this state counts; see propagators' `as`"),
  vulnerable: position
    .optional()
    .describe("Counts only if the regular expression at this position is open to ReDoS"),
  unless: z
    .array(Constraint)
    .optional()
    .describe("Not a sink when a constant at the position is this"),
  when: z
    .array(Constraint)
    .optional()
    .describe("A sink only when a constant at the position is this"),
});

const Setting = z.strictObject({
  setting: z.string().describe("What is set, as `harmless-when` of kinds.yml names it"),
  at: path.describe("The call that sets it, or the member that is assigned to"),
  value: position.optional().describe("Of a call: what it is set to"),
  key: position
    .optional()
    .describe("Of a call that sets many things: must be the setting's name, in any case"),
});

const Sanitizer = z.strictObject({
  call: path.describe("The function: `validator.Member[escape]`"),
  neutralises: kinds,
  beginning: z
    .string()
    .optional()
    .describe("Only of texts whose constant beginning matches this regular expression"),
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
  neutralises: kinds
    .optional()
    .describe("What is harmless afterwards; a sanitizer that keeps the fields apart"),
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
  regex: readsRegex,
  anchors: z
    .enum(["start", "both"])
    .optional()
    .describe("Where the call anchors a regular expression that is a text"),
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
  regex: readsRegex,
  all: z.boolean().optional().describe("Replaces every match whatever the pattern's flags"),
});

const Router = z.strictObject({
  call: path.describe("The call that makes something routes are registered on"),
  path: position.optional().describe("What the paths of its routes begin with"),
  mounted: z
    .boolean()
    .optional()
    .describe("It belongs to the router it is called on, from here on"),
  fixed: z.boolean().optional().describe("All its routes have its path: they name none"),
  steps: position.optional().describe("Middleware that all its routes get"),
  root: z.boolean().optional().describe("Serves requests though nothing mounts it"),
  ofModule: z
    .boolean()
    .optional()
    .describe("Where nothing mounts it, it belongs to what its module registers"),
});

const Route = z.strictObject({
  call: path.describe("The call that registers: `express.Router.Member[get]`"),
  method: z
    .string()
    .optional()
    .describe(
      "GET, POST ... or `*`; `use`: middleware; `param`: middleware of a parameter; `prefix`: of the router's paths",
    ),
  methodAt: position.optional().describe("Where the call says the method, when it does"),
  path: position.optional(),
  before: z
    .array(position)
    .optional()
    .describe("Steps that come before the handlers: options that list hooks"),
  handlers: position.describe(
    "The last of them handles the request, the others come before; `Decorated`: what the call's result decorates",
  ),
  chain: z
    .boolean()
    .optional()
    .describe("Its middleware are the calls it is chained to; a table of routes names it"),
  anyOrder: z
    .boolean()
    .optional()
    .describe("Middleware that counts for routes registered before it, too"),
  replaces: z.boolean().optional().describe("The path stands in place of the mounted router's own"),
  ofModule: z
    .boolean()
    .optional()
    .describe("It registers for the module it stands in, whatever it is called on"),
  everywhere: z
    .boolean()
    .optional()
    .describe("Middleware of everything, whichever router it is registered on"),
});

const Scope = z.strictObject({
  call: path.describe("The call that runs a function which registers routes"),
  body: position,
  parameter: z.number().int().describe("The parameter of the function that is the router"),
  path: position.optional().describe("What the paths of its routes begin with"),
});

const Decorator = z.strictObject({
  at: path.describe("The decorator, or the function that makes it"),
  is: z
    .enum([
      "controller",
      "route",
      "guards",
      "check",
      "public",
      "metadata",
      "several",
      "input",
      "methods",
    ])
    .describe(
      "several: its arguments are decorators; methods: it says which methods a handler answers; input: it fills a formal from the request; metadata: read by guards, which it may tell to let everybody pass",
    ),
  method: z.string().optional(),
  methodAt: position.optional().describe("Where the call that made it says the methods"),
  path: position.optional().describe("Of what made the decorator"),
  detail: position
    .optional()
    .describe("True where the key of a record comes before the path, in a class of handlers"),
  steps: position.optional().describe("The guards it lists, or the decorators it puts together"),
  kind: z.enum(guardKinds).optional(),
});

const View = z.strictObject({
  class: path.describe("A class of a library whose subclasses answer requests, a method each"),
  members: z
    .record(z.string(), z.string())
    .default({})
    .describe("What a method answers, and what comes after the path: `retrieve: GET {pk}`"),
  provides: z
    .record(z.string(), z.array(z.string()))
    .default({})
    .describe("Methods that the class has itself, with those of the program that they call"),
  steps: z
    .array(z.string())
    .default([])
    .describe("Attributes and methods that list guards; the first that a class has counts"),
  wrappers: z.array(z.string()).default([]).describe("Attributes that list decorators"),
  maker: z.string().optional().describe("The member whose call makes a handler of the class"),
});

const Form = z.strictObject({
  class: path.describe("A class of a library whose subclasses write what was sent to a record"),
  save: z.string().describe("The method that writes"),
  data: z.array(position).describe("What was sent, of the call that makes one"),
  options: z.string().describe("The inner class that says which record and which fields"),
  model: z.string().describe("The option that names the class of the record"),
  fields: z.string().describe("The option that lists the fields"),
  every: z.string().describe("What stands there for all fields"),
  exclude: z
    .string()
    .describe("The option that lists fields which may not be sent, and lets all others"),
  readonly: z.string().optional().describe("The option that lists fields which are only shown"),
});

const Include = z.strictObject({
  at: path.describe("A call, or a member, that stands for routes registered elsewhere"),
  of: position
    .optional()
    .describe("The module's name, the list or the router; what the member is read from if absent"),
});

const Global = z.strictObject({
  token: path.describe("What marks a record as a guard of everything"),
  field: z.string().describe("The field that has the token"),
  guard: z.string().describe("The field that has the guard"),
});

const File = z.strictObject({
  path: z
    .string()
    .optional()
    .describe("Regular expression on a file's path; the group `route` is what it serves"),
  drop: z.string().optional().describe("Regular expression on what in the route is not served"),
  directive: z
    .string()
    .optional()
    .describe("A text that stands first in the module or the function"),
  exports: z
    .array(z.string())
    .optional()
    .describe("What it must export to handle requests; every function when absent"),
  members: z.boolean().optional().describe("The export is an object of handlers"),
  method: z.string().optional().describe("The export's name when absent; `use` for middleware"),
  matcher: z
    .string()
    .optional()
    .describe("The export that says which paths middleware is for, with a dot for its member"),
});

const Table = z.strictObject({
  call: path.describe("The call that is given an object of handlers"),
  at: position,
  method: z.string().optional().describe("The name of the outermost key when absent"),
});

export const operations = [
  "read",
  "list",
  "create",
  "update",
  "delete",
  "upsert",
  "count",
] as const;

const Access = z.strictObject({
  call: path.describe("A call that reads or writes records"),
  operation: z.enum(operations),
  table: position.optional().describe("What names the table; the receiver's name when absent"),
  key: position.optional().describe("The identifier of the record"),
  where: position.optional().describe("The conditions, as an object"),
  data: position.optional().describe("What is written, as an object"),
  sql: position
    .optional()
    .describe("A statement; operation, table and conditions are read from it"),
  select: position
    .optional()
    .describe("The fields that are asked for, as an object, a list or a text"),
  limit: position.optional().describe("How many records are given at most"),
  onRecord: z
    .boolean()
    .default(false)
    .describe("It is called on a record that another access found, and changes that one"),
  chain: position
    .optional()
    .describe("A query put together by `parts`; then arguments at `where` may compare fields"),
  named: z
    .boolean()
    .optional()
    .describe("The method's name says what it does and asks for: `findByIdAndOwner`"),
  record: position
    .optional()
    .describe("A record read or made before, by the conditions of which it is found"),
});

const Clause = z.strictObject({
  call: path.describe("A call in a chain that makes a query"),
  operation: z.enum(operations).optional().describe("What the chain does with it"),
  table: position.optional().describe("What names the table"),
  key: position.optional().describe("The identifier of the record"),
  where: position.optional().describe("Conditions: an object, or a call that makes one"),
  field: position.optional().describe("The name of one condition or one written field"),
  value: position.optional().describe("The value of that field"),
  data: position.optional().describe("What is written, as an object"),
  text: position.optional().describe("A piece of a statement, with `:name` for values"),
  params: position.optional().describe("The values of that piece, as an object"),
  select: position.optional().describe("The fields that are asked for"),
  limit: position.optional().describe("How many records are given at most"),
  atomic: z
    .boolean()
    .default(false)
    .describe("The field is written by the database from what it holds"),
});

const Condition = z.strictObject({
  call: path.describe("A call that makes a condition"),
  field: position.optional().describe("The field; absent where the call puts conditions together"),
  value: position.optional().describe("What it is compared with"),
});

const Part = z.strictObject({
  call: path.describe("A call, or a member, that a query is put together by"),
  operation: z.enum(operations).optional().describe("What the query does, if it begins here"),
  table: position.optional().describe("What names the table; of a member, what it is read from"),
  where: z.boolean().optional().describe("Its arguments compare fields, or name them"),
  key: position.optional(),
  data: position.optional(),
  chain: position.optional().describe("The query it goes on with, if not what it is called on"),
});

const Check = z.strictObject({
  at: path.describe("A value that is a guard, or a call that makes or is one"),
  kind: z.enum(guardKinds),
  except: z.array(z.string()).optional().describe("Methods of HTTP that it lets everybody use"),
  unless: z
    .array(Constraint)
    .optional()
    .describe("No guard where a constant of the call that makes it is this"),
});

/** What calls do that logic queries ask about. */
export const actKinds = [
  "issue-token",
  "verify-token",
  "decode-token",
  "read-setting",
  "hash-password",
  "compare-password",
  "keyed-digest",
  "compare-plainly",
  "send-message",
  "join-channel",
] as const;

const Act = z.strictObject({
  call: path,
  act: z.enum(actKinds),
  of: position.optional().describe("The argument it is about: the token, the name of the setting"),
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
  settings: z.array(Setting).default([]),
  sanitizers: z.array(Sanitizer).default([]),
  propagators: z.array(Propagator).default([]),
  guards: z.array(Guard).default([]),
  precautions: z.array(Precaution).default([]),
  rewrites: z.array(Rewrite).default([]),
  routers: z.array(Router).default([]),
  routes: z.array(Route).default([]),
  scopes: z.array(Scope).default([]),
  shared: z
    .array(path)
    .default([])
    .describe("Calls whose result makes no scope of its own: what it registers is the router's"),
  tables: z.array(Table).default([]),
  decorators: z.array(Decorator).default([]),
  views: z.array(View).default([]),
  forms: z.array(Form).default([]),
  includes: z.array(Include).default([]),
  defaults: z
    .array(z.string())
    .default([])
    .describe("Keys of settings that list the guards of classes and functions which name none"),
  globals: z.array(Global).default([]),
  files: z.array(File).default([]),
  accesses: z.array(Access).default([]),
  clauses: z.array(Clause).default([]),
  conditions: z.array(Condition).default([]),
  parts: z.array(Part).default([]),
  checks: z.array(Check).default([]),
  acts: z.array(Act).default([]),
  named: z.array(Named).default([]),
  injectors: z
    .array(path)
    .default([])
    .describe(
      "Calls that, as a formal's default, say that its value does not come from the caller",
    ),
  present: z
    .array(path)
    .default([])
    .describe("Calls whose result counts as true in every test: never null, false or empty"),
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
      bindings: z
        .string()
        .optional()
        .describe(
          "How such a text marks the places of what is handed over beside it: a regular expression, read with the flags g and i",
        ),
      openings: z
        .array(z.string())
        .default([])
        .describe("Constant beginnings after which the rest cannot do harm: regular expressions"),
      "harmless-when-bounded": z
        .boolean()
        .default(false)
        .describe("A comparison of size with anything takes the harm"),
      "harmless-when-short": z
        .boolean()
        .default(false)
        .describe("A limit on the length takes the harm"),
      "harmless-when": z
        .strictObject({ setting: z.string(), matches: z.string() })
        .optional()
        .describe(
          "Set before on every way to a text that matches, a setting takes the harm: models' `settings`",
        ),
    }),
  ),
  neutralisations: z.record(z.string(), z.string()).default({}),
  defences: z
    .string()
    .default("(?!)")
    .describe("Regular expression on names of functions that make data harmless"),
  states: z.record(z.string(), z.string()).default({}),
});
export type KindFile = z.infer<typeof KindFile>;

const code = z.string().describe("Regular expression on code, read with the flags g and i");
const pattern = z.string().describe("Regular expression on a name in lower case with underscores");

export const fieldClasses = [
  "owner",
  "tenant",
  "privilege",
  "money",
  "quantity",
  "state",
  "secret",
  "key",
] as const;

/** What protects data by the code that stands around its use. */
export const watchedCares = ["transaction", "lock"] as const;

/** `queries/vocabulary.yml`: what things are called where nobody has modelled them. */
export const VocabularyFile = z.strictObject({
  principals: pattern,
  credentials: pattern,
  inputs: pattern,
  parts: z.strictObject({ path: pattern, query: pattern, body: pattern }),
  carried: pattern,
  transactions: pattern,
  locks: pattern,
  shapers: pattern,
  mergers: pattern,
  makers: pattern,
  queries: pattern,
  lookups: pattern,
  demands: pattern,
  ends: pattern,
  logs: z.strictObject({ calls: pattern, on: pattern }),
  stops: z.strictObject({ methods: pattern, functions: pattern }),
  guards: z.record(z.enum(guardKinds), pattern),
  provers: pattern.describe("Functions that give what they are asked for only where it is genuine"),
  writes: pattern.describe("Methods that write a record"),
  effects: pattern.describe("Functions that change something, wherever it is kept"),
  cleaners: pattern.describe("Functions that take from a text what would be more than text"),
  cares: z
    .record(z.enum(watchedCares), z.strictObject({ has: code, mentions: code }))
    .describe("Code that protects data, and words of which one shows that something does"),
  optional: pattern,
  denials: z.strictObject({
    unauthenticated: pattern,
    forbidden: pattern,
    rate: pattern,
    missing: pattern,
    login: pattern,
  }),
  public: pattern,
  own: pattern,
  open: pattern,
  fields: z.record(z.enum(fieldClasses), pattern),
});
export type VocabularyFile = z.infer<typeof VocabularyFile>;

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
        overrides: path
          .optional()
          .describe("A member of a library's class that a class of the program has: `X.Member[m]`"),
        returns: z
          .union([z.boolean(), z.literal("nothing")])
          .optional()
          .describe("With `overrides`: it does nothing but return this"),
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
              is: path
                .optional()
                .describe("What the value is of a library: `ssl.Member[CERT_NONE]`"),
              returns: z
                .union([z.boolean(), z.literal("nothing")])
                .optional()
                .describe("A function is given there that does nothing but return this"),
              absent: z.boolean().optional().describe("Nothing is given there"),
              unused: z
                .boolean()
                .optional()
                .describe(
                  "Nobody looks at the result, or at one of several: `ReturnValue.Member[1]`",
                ),
              restates: position
                .optional()
                .describe("The very text that the constant there matches, and nothing more"),
              repeated: z
                .literal(false)
                .optional()
                .describe("It is done once, and not until nothing changes any more"),
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

const { languages: _, ...languageNeutral } = texts;
const linePattern = z
  .string()
  .describe(
    "A regular expression, read with the flags i and u; `(?&name)` stands for a list of `words`",
  );
const files = z.array(z.string().min(1)).min(1);

/** Conditions on a changed line; those of the query hold for every match that has none of its own. */
const conditions = {
  files: files.optional().describe("Globs of paths; every file when absent"),
  notFiles: files.optional(),
  about: linePattern
    .optional()
    .describe("Only when the line matches this, or what it is an annotation of"),
  block: linePattern
    .optional()
    .describe("Only when the block the line belongs to, by indentation, matches this"),
  notBlock: linePattern.optional(),
};

const LineMatch = z
  .strictObject({
    ...conditions,
    label: z.string(),
    on: z
      .enum(["added", "removed", "file"])
      .describe("Lines of which side; `file`: any change of such a file, told once"),
    pattern: linePattern
      .optional()
      .describe(
        "On one line. What one line loses and another gains is only moved and no match: the whole line anywhere in the change, and in the file what the group `what` holds",
      ),
    in: z
      .enum(["line", "comment", "code"])
      .default("line")
      .describe("The part of the line that the pattern is put to"),
    unless: linePattern.optional().describe("Not when the line matches this"),
    replacedBy: linePattern
      .optional()
      .describe("Each line of the other side of the file that matches this makes up for one"),
    once: z.boolean().default(false).describe("The first of a file stands for the others"),
  })
  .refine(
    ({ on, pattern }) => (on === "file") === (pattern === undefined),
    "a pattern is needed for lines, and for nothing else",
  );

/** A query about the lines that a change adds or removes, in files of any kind: `queries/change/<id>/query.yml` */
export const ChangeQuery = z.strictObject({
  ...languageNeutral,
  ...conditions,
  kind: z.literal("change"),
  words: z
    .record(z.string(), z.array(z.string()).min(1))
    .default({})
    .describe("Alternatives that several patterns share, as regular expressions"),
  message: z
    .string()
    .describe("`{label}` is the match's, `{text}` the line, or what the group `what` holds"),
  matches: z.array(LineMatch).min(1),
});
export type ChangeQuery = z.infer<typeof ChangeQuery>;

/** What protects data and not who may ask for it: writes that belong together, one at a time, nothing taken for markup. */
const careKinds = [...watchedCares, "escaping"] as const;

/** What is said when a change takes a guard of one kind away from a route. */
export const GuardQuery = z.strictObject({
  ...languageNeutral,
  kind: z.literal("guard"),
  guard: z.enum([...guardKinds, ...careKinds]),
  message: z
    .string()
    .describe("`{guard}` is the guard as it stood, `{routes}` what it stood before"),
});
export type GuardQuery = z.infer<typeof GuardQuery>;

/** Which values of an option are weaker than which. */
const judge = {
  default: constant
    .optional()
    .describe("What holds where nothing is given; not judged then when absent"),
  order: z.array(constant).default([]).describe("Values from the strongest to the weakest"),
  weak: z.array(constant).default([]).describe("Values that are weaker than every other"),
  weakMatches: z.string().optional().describe("Regular expression on such values"),
  number: z
    .strictObject({
      better: z.enum(["more", "less"]),
      factor: z.number().min(1).default(1).describe("How many times worse is worse"),
      enough: z.number().optional().describe("From here on it is good enough"),
    })
    .optional(),
};

/** Options whose loosening is reported, at calls and in files: `queries/option/<id>/query.yml` */
export const OptionQuery = z.strictObject({
  ...languageNeutral,
  kind: z.literal("option"),
  message: z.string().describe("`{changes}` is what was and what is"),
  besides: z
    .array(z.string())
    .default([])
    .describe("Queries that say the same of one place: where they do, this one is silent"),
  options: z
    .array(
      z
        .strictObject({
          ...judge,
          option: z.string().optional().describe("What it is called; the last member of `at`"),
          call: path.optional(),
          named: z.string().optional().describe("Regular expression on a name that is assigned"),
          language: z
            .enum(["javascript", "python", "java", "go"])
            .optional()
            .describe("Of a call JavaScript unless given; of a name any"),
          at: position.optional(),
          same: position.optional().describe("A constant that tells calls of a function apart"),
          when: z
            .array(
              z
                .strictObject({
                  at: position,
                  matches: z.string().optional(),
                  is: path.optional().describe("What the value is of a library"),
                })
                .refine(
                  ({ matches, is }) => (matches === undefined) !== (is === undefined),
                  "either a text or a value of a library",
                ),
            )
            .default([]),
          presence: z
            .enum(["guard", "equivalent"])
            .optional()
            .describe(
              "The call, or the item of a list of this name, is the guard: it is lost where it goes and nothing of the query's presences comes; `equivalent`: it only stands in",
            ),
          has: z.string().optional().describe("Regular expression on the item of the list"),
        })
        .refine(
          ({ call, at, named, presence, has }) =>
            (call === undefined) === (named !== undefined) &&
            (at === undefined) === (call === undefined || presence !== undefined) &&
            (has !== undefined) === (named !== undefined && presence !== undefined),
          "either a call with a position, or a name; a presence has an item in place of a value",
        ),
    )
    .default([]),
  settings: z
    .array(
      z.strictObject({
        ...judge,
        files: files,
        at: z.string().describe("Keys with dots between: `jobs.*.permissions.*`; `**`: any number"),
        owner: z
          .number()
          .int()
          .min(0)
          .describe("How many of the last keys are not its owner's, which both sides must have"),
        unless: z
          .array(z.strictObject({ key: z.string(), value: z.string() }))
          .default([])
          .describe("Not where the nearest setting of one of these keys matches"),
        elsewhere: z
          .array(z.string())
          .default([])
          .describe("Keys of settings that do the same: not where head has one that base has not"),
        beside: z
          .string()
          .optional()
          .describe("Keys of what the setting protects, which head must still have"),
      }),
    )
    .default([]),
});
export type OptionQuery = z.infer<typeof OptionQuery>;

/** Packages that a change brings in: `queries/package/<id>/query.yml` */
export const PackageQuery = z.strictObject({
  ...languageNeutral,
  kind: z.literal("package"),
  claims: z
    .enum(["missing", "near"])
    .describe("missing: nothing provides it; near: its name is one edit away from another's"),
  message: z
    .string()
    .describe("`{name}` is the package's, `{what}` or `{near}` what is wrong with it"),
});
export type PackageQuery = z.infer<typeof PackageQuery>;

export const QueryFile = z.discriminatedUnion("kind", [
  TaintQuery,
  MisuseQuery,
  ChangeQuery,
  GuardQuery,
  OptionQuery,
  PackageQuery,
]);
export type QueryFile = z.infer<typeof QueryFile>;
