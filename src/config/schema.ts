/** What `.adr-scan.yml` may say: the schema that files are checked against and that editors get as JSON Schema. */
import { z } from "zod";
import { confidences, personas, severities } from "../findings/finding.ts";
import { guardKinds } from "../support/guard-kinds.ts";

/** The groups of authors a policy speaks of; which verdicts belong to which is in `policy/authors.ts`. */
export const authors = ["ai", "human", "bot", "unknown"] as const;
export type Author = (typeof authors)[number];

const glob = z.string().refine((text) => text.trim() !== "", "an empty glob matches nothing");
const paths = z.array(glob);
const severity = z.enum(severities);
const confidence = z.enum(confidences);
const riskBudget = z
  .number()
  .min(0)
  .max(100)
  .describe("The gate fails when the risk score of the change is above this");

export const Area = z
  .strictObject({
    paths: paths.default([]).describe("Globs of files that belong to it"),
    does: z
      .array(z.string())
      .default([])
      .describe("Sink kinds of queries/kinds.yml: what a finding must reach to belong to it"),
    queries: z.array(glob).default([]).describe("Globs of query ids whose findings belong to it"),
  })
  .refine(
    (area) => area.paths.length + area.does.length + area.queries.length > 0,
    "an area needs paths, does or queries",
  );
export type Area = z.infer<typeof Area>;

export const Policy = z.strictObject({
  name: z.string().min(1).optional().describe("Named in the report when it decides something"),
  when: z
    .strictObject({
      author: z
        .array(z.enum(authors))
        .min(1)
        .optional()
        .describe("Any of these wrote it; ai covers likely-ai and mixed"),
      touches: z.array(z.string()).min(1).optional().describe("Any of these areas is touched"),
      queries: z.array(glob).min(1).optional().describe("Globs of query ids"),
    })
    .default({}),
  // biome-ignore lint/suspicious/noThenProperty: the word of the configuration file; the value is never awaited.
  then: z
    .strictObject({
      failOn: severity.optional(),
      minConfidence: confidence.optional(),
      requireReview: z.boolean().optional().describe("The report asks for a review by a person"),
      riskBudget: riskBudget.optional(),
    })
    .refine((then) => Object.keys(then).length > 0, "a policy must demand something"),
});
export type Policy = z.infer<typeof Policy>;

const functionName = z
  .string()
  .regex(
    /^[\p{L}_$][\p{L}\p{N}_$]*$/u,
    "the name of a function or method, without what it belongs to",
  );

/** What functions of the repository itself are, by their names: for all that no model says of libraries. */
const own = {
  guards: z
    .array(
      z.strictObject({
        name: functionName,
        kind: z.enum(guardKinds).describe("What it asks of who sends the request"),
      }),
    )
    .default([])
    .describe("Functions of the repository that refuse a request: its middleware and its checks"),
  sanitizers: z
    .array(
      z.strictObject({
        name: functionName,
        neutralises: z
          .array(z.string())
          .min(1)
          .describe("Sink kinds of queries/kinds.yml that its result is harmless for"),
      }),
    )
    .default([])
    .describe("Functions of the repository that make data harmless"),
  sources: z
    .array(
      z.strictObject({
        name: functionName,
        kind: z.string().default("remote").describe("A source kind of queries/kinds.yml"),
        label: z.string().min(1).optional().describe("What its result is called in messages"),
      }),
    )
    .default([])
    .describe("Functions of the repository whose result comes from outside"),
};

export const ConfigFile = z.strictObject({
  ...own,
  exclude: paths.default([]).describe("Globs of paths that are not analysed"),
  includeTests: z.boolean().optional().describe("Analyse tests too"),
  excludeQueries: z.array(glob).default([]).describe("Globs of query ids that are not run"),
  persona: z.enum(personas).optional(),
  failOn: z
    .enum(["none", ...severities])
    .optional()
    .describe("The gate fails on introduced findings at least this severe; high unless given"),
  minConfidence: confidence
    .optional()
    .describe("How sure a finding must be to fail the gate; medium unless given"),
  riskBudget: riskBudget.optional(),
  areas: z
    .record(z.string().regex(/^[a-z0-9-]+$/, "a name has small letters, digits and -"), Area)
    .default({})
    .describe("Sensitive parts of the repository, by name; auth, payments and others are built in"),
  policies: z
    .array(Policy)
    .default([])
    .describe("What is demanded of some changes beyond the general gate; never less"),
});
export type ConfigFile = z.infer<typeof ConfigFile>;
