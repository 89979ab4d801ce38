/** `queries/surface.yml`: what the security log of a change looks for. */
import { z } from "zod";

const globs = z.array(z.string().min(1)).min(1);
const language = z.enum(["javascript", "python", "java", "go"]);
const kind = z.enum(["environment", "permission", "ci"]);

export const SurfaceFile = z.strictObject({
  sinks: z
    .record(z.string(), z.strictObject({ label: z.string(), constant: z.boolean().default(false) }))
    .describe("Kinds of sinks that are told; `constant`: also where all that arrives is constant"),
  environment: z.array(
    z.strictObject({
      language,
      object: z.string().optional().describe("A value whose members are variables"),
      call: z.string().optional().describe("A call that reads the variable named at `name`"),
      name: z.string().optional(),
    }),
  ),
  crypto: z.array(
    z.strictObject({
      language,
      call: z.string(),
      at: z.string().describe("The parameter: `Argument[0]`"),
      label: z.string(),
    }),
  ),
  hosts: z.strictObject({
    ignored: z.array(z.string()).describe("Hosts that are no outside: globs"),
  }),
  migrations: z.strictObject({
    files: globs,
    notFiles: z.array(z.string()).default([]),
    destructive: z.string().describe("Regular expression on a line that deletes data"),
    undone: z
      .string()
      .describe("Regular expression on the line from which on it says how to go back"),
  }),
  lines: z.array(
    z.strictObject({
      kind,
      files: globs,
      pattern: z.string().describe("On one line; the group `name` is what is told"),
      unless: z.string().optional(),
      label: z.string().describe("`{name}` is the group's"),
      grows: z.boolean().default(true),
      anywhere: z
        .boolean()
        .default(false)
        .describe("What any file of base says is not new, whether it was changed or not"),
    }),
  ),
  settings: z.array(
    z.strictObject({
      kind,
      files: globs,
      at: z.string().describe("Keys with dots between: `jobs.*.permissions.*`"),
      value: z.string().default("").describe("Regular expression on the value"),
      label: z.string().describe("`{key}` is the last key, `{value}` the value, `{path}` all keys"),
    }),
  ),
});
export type SurfaceFile = z.infer<typeof SurfaceFile>;
