/** From flags and the configuration that counts to the options of a scan. */
import { existsSync, readFileSync } from "node:fs";
import { commitDay, dayOf } from "../change/commit-day.ts";
import { UsageError } from "../change/errors.ts";
import type { ReadChange } from "../change/read-change.ts";
import { CONFIG_NAME, parseConfig } from "../config/config.ts";
import { globs } from "../config/globs.ts";
import type { ConfigFile } from "../config/schema.ts";
import { BASELINE_NAME, emptyBaseline, parseBaseline } from "../findings/baseline.ts";
import { confidences, type Finding, personas } from "../findings/finding.ts";
import { builtInAreas, compileAreas } from "../policy/areas.ts";
import type { Gate } from "../policy/gate.ts";
import { READ_LIMIT, type TextReader } from "../program/load.ts";
import { isOwnQueryFile } from "../queries/data.ts";
import { allQueries, loadQueries, type QueryEntry, type QuerySet } from "../queries/registry.ts";
import type { Notice } from "../report/report.ts";
import type { ScanOptions } from "../scan.ts";
import { watch } from "../surface/watch.ts";
import type { Flags } from "./flags.ts";

/** What a change is held to stands in its base: a change must not weaken the gate it has to pass. */
export async function settingsOfChange(flags: Flags, read: ReadChange): Promise<ScanOptions> {
  const { base, head, range } = read.change;
  const before = repositoryFiles(base.entries, read.files("base", READ_LIMIT));
  const own = await ownQueries(base.entries, read.files("base", READ_LIMIT));
  const after = repositoryFiles(head.entries, read.files("head", READ_LIMIT));
  const remarks: Notice[] = [];
  for (const [name, parse] of ownFiles) {
    if (name === CONFIG_NAME && flags.config !== undefined) continue;
    const [was, is] = [base.entries.get(name), head.entries.get(name)];
    if (was === is) continue;
    remarks.push(remark("note", name, effectOfChange(name, was, is)));
    const next = await after(name);
    if (next !== undefined) remarks.push(...problemsOf(name, next, parse));
  }
  for (const path of new Set([...base.entries.keys(), ...head.entries.keys()])) {
    const [was, is] = [base.entries.get(path), head.entries.get(path)];
    if (was !== is && isOwnQueryFile(path))
      remarks.push(remark("note", path, effectOfChange(path, was, is)));
  }
  const day = await commitDay(read.repository, range.tip);
  return settings(flags, before, own, day, remarks);
}

/** A scan of a tree is held to what the tree itself says. `day` is that of its commit. */
export async function settingsOfTree(
  flags: Flags,
  entries: ReadonlyMap<string, string>,
  reader: TextReader,
  day: string | undefined,
): Promise<ScanOptions> {
  const own = await ownQueries(entries, reader);
  return settings(flags, repositoryFiles(entries, reader), own, day, []);
}

/** Files of the repository that decide what is reported, with what reads them. */
const ownFiles: readonly (readonly [name: string, parse: (text: string) => unknown])[] = [
  [CONFIG_NAME, (text) => parseConfig(text, CONFIG_NAME, Object.keys(builtInAreas()))],
  [BASELINE_NAME, (text) => parseBaseline(text)],
];

/** Text of a file of a tree; undefined where it is not there. */
type FileText = (path: string) => Promise<string | undefined>;

const repositoryFiles =
  (entries: ReadonlyMap<string, string>, reader: TextReader): FileText =>
  async (path) => {
    const id = entries.get(path);
    return id === undefined ? undefined : (await reader.read([{ path, id }])).get(path);
  };

/** Texts of the repository's own models and queries by path, sorted. */
async function ownQueries(
  entries: ReadonlyMap<string, string>,
  reader: TextReader,
): Promise<[string, string][]> {
  const files = [...entries].filter(([path]) => isOwnQueryFile(path));
  const texts = await reader.read(files.map(([path, id]) => ({ path, id })));
  return [...texts].sort(([a], [b]) => (a < b ? -1 : 1));
}

function effectOfChange(name: string, was: string | undefined, is: string | undefined): string {
  if (was === undefined)
    return `${name} is new in this change: it takes effect once it is merged, and counts for nothing until then`;
  const what = is === undefined ? "removed" : "changed";
  return `${name} is ${what} by this change: that takes effect once it is merged, and the base's counts until then`;
}

/** What would stop every later scan is told before it is merged. */
function problemsOf(name: string, text: string, parse: (text: string) => unknown): Notice[] {
  try {
    parse(text);
    return [];
  } catch (error) {
    return [remark("warning", name, `as changed, it is not valid: ${(error as Error).message}`)];
  }
}

const remark = (level: Notice["level"], path: string, message: string): Notice => ({
  level,
  kind: "configuration",
  message,
  path,
  line: undefined,
});

async function settings(
  flags: Flags,
  fileText: FileText,
  own: readonly (readonly [string, string])[],
  day: string | undefined,
  remarks: readonly Notice[],
): Promise<ScanOptions> {
  const areas = builtInAreas();
  const path = flags.config ?? CONFIG_NAME;
  const text = flags.config === undefined ? await fileText(CONFIG_NAME) : readGiven(flags.config);
  const baseline = await fileText(BASELINE_NAME);
  const config = parseConfig(text ?? "", path, Object.keys(areas));
  const persona = flags.persona ?? config.persona ?? "regular";
  const queries = loadQueries(own, { ...config, file: path });
  checkQueries(queries, [...(flags.query ?? []), ...(flags.excludeQuery ?? [])]);
  const only = globs(flags.query ?? []);
  const without = globs([...(flags.excludeQuery ?? []), ...config.excludeQueries]);
  const isWanted = ({ info }: QueryEntry): boolean =>
    ((flags.query ?? []).length === 0 || only(info.id)) &&
    !without(info.id) &&
    // Whoever names a query wants it, whatever they want otherwise.
    (personas.indexOf(info.persona) <= personas.indexOf(persona) ||
      (flags.query ?? []).includes(info.id));
  // What a person is shown unasked must be worth their time: the regular persona sees medium confidence and better.
  const least = persona === "regular" ? "medium" : "low";
  const shown = ({ confidence }: Finding): boolean =>
    confidences.indexOf(confidence) >= confidences.indexOf(least);
  return {
    queries,
    watched: watch(queries.models),
    wanted: isWanted,
    shown,
    includeTests: flags.includeTests ?? config.includeTests ?? false,
    excluded: globs(config.exclude),
    gate: gateOf(flags, config, areas),
    remarks,
    baseline: baseline === undefined ? emptyBaseline : parseBaseline(baseline),
    today: day ?? today(process.env),
    environment: process.env,
  };
}

/** A misspelt query would make an empty report look like a clean one. */
function checkQueries(queries: QuerySet, patterns: readonly string[]): void {
  for (const pattern of patterns) {
    const matches = globs([pattern]);
    if (!allQueries(queries).some(({ info }) => matches(info.id)))
      throw new UsageError(`no query matches ${pattern}: \`adr-scan queries\` lists them`);
  }
}

function readGiven(file: string): string {
  if (!existsSync(file)) throw new UsageError(`there is no configuration ${file}`);
  return readFileSync(file, "utf8");
}

/** Where no commit says it: https://reproducible-builds.org/specs/source-date-epoch, or else the clock. */
function today({ SOURCE_DATE_EPOCH: given }: NodeJS.ProcessEnv): string {
  const chosen = given === undefined ? undefined : dayOf(Number(given));
  return chosen ?? new Date().toISOString().slice(0, 10);
}

function gateOf(
  { failOn, minConfidence }: Flags,
  config: ConfigFile,
  builtIn: ReturnType<typeof builtInAreas>,
): Gate {
  // `--fail-on none` is for runs that only report: nothing fails, but who has to look is still said.
  const off = failOn === "none";
  return {
    failOn: failOn ?? config.failOn ?? "high",
    minConfidence: minConfidence ?? config.minConfidence ?? "medium",
    riskBudget: off ? undefined : config.riskBudget,
    policies: off
      ? config.policies.map((policy) => ({
          ...policy,
          // biome-ignore lint/suspicious/noThenProperty: the word of the configuration file; the value is never awaited.
          then: { requireReview: policy.then.requireReview },
        }))
      : config.policies,
    areas: compileAreas(config.areas, builtIn),
  };
}
