/** What a commit, or the environment of what is not committed yet, claims about who wrote it. */
import type { Commit } from "../change/commit.ts";
import type { Evidence, EvidenceClass } from "./attribution.ts";
import { isBot, isRunner } from "./bots.ts";
import { modelIn, type Named, namedIn, namedInLine } from "./free-text.ts";
import { type Identity, readMessage } from "./message.ts";
import { tools } from "./registry/tools.ts";
import { unnamed } from "./registry/unnamed.ts";
import type { Role, Rule, RuleKind, Tool } from "./rule.ts";

/** One trace, with what its weight depends on. */
export interface Claim {
  readonly evidence: Evidence;
  readonly role: Role | "environment" | "record";
  /** Of a few accepted lines in a commit that may hold many. */
  readonly suggestion: boolean;
  /** What the commit or a record of it says is the tool's share of its lines. */
  readonly share: number | undefined;
  /** Paths in the commit that it speaks of; undefined: of all. */
  readonly paths?: ReadonlySet<string>;
}

export interface Claims {
  /** Strongest first. */
  readonly claims: readonly Claim[];
  /** Written by a bot without a model. */
  readonly bot: boolean;
  /** Several people's commits in one, so a trailer may speak of a part only. */
  readonly squashedWithPeople: boolean;
  /** The author's date is before any such tool. */
  readonly tooOld: boolean;
}

export const NO_CLAIMS: Claims = {
  claims: [],
  bot: false,
  squashedWithPeople: false,
  tooOld: false,
};

/** Before this nothing wrote code from a prompt: 2021-01-01. */
const FIRST_TOOLS = Date.UTC(2021, 0, 1) / 1000;

const rows: readonly (readonly [Tool, Rule])[] = tools.flatMap((tool) =>
  tool.rules.map((rule): readonly [Tool, Rule] => [tool, rule]),
);
const byKind = (kind: RuleKind) => rows.filter(([, rule]) => rule.kind === kind);
const emails = byKind("email");
const names = byKind("name");
const trailers = byKind("trailer");
const lines = byKind("line");
const subjects = byKind("subject");
const variables = byKind("variable");

/** The row that knows an identity: its address first, its name only where no row knows the address. */
function rowOf({ name, email }: Identity): readonly [Tool, Rule] | undefined {
  const address = email.trim().toLowerCase();
  return (
    emails.find(([, rule]) => rule.match.test(address)) ??
    names.find(([, rule]) => rule.match.test(name.trim()))
  );
}

interface Hit {
  readonly tool: Tool;
  readonly rule: Rule;
  readonly role: Role;
  /** Text that may name a model. */
  readonly text: string;
}

/** A revert brings back lines that were written before: who made it wrote none of them. */
const REVERT = /^This reverts commit [0-9a-f]{7,64}\b/m;

export function claimsOf(commit: Commit): Claims {
  if (REVERT.test(commit.message)) return NO_CLAIMS;
  const message = readMessage(commit.message);
  const hits: Hit[] = [];
  const identity = (who: Identity, role: Role) => {
    const row = rowOf(who);
    if (row !== undefined) hits.push({ tool: row[0], rule: row[1], role, text: who.name });
    return row !== undefined;
  };
  const byTool = identity(commit.author, "author");
  identity(commit.committer, "committer");
  let people = 0;
  for (const { key, value, identity: named } of message.trailers) {
    if (named !== undefined && !identity(named, "trailer")) {
      const other = named.email.toLowerCase() !== commit.author.email.toLowerCase();
      if (key.startsWith("co-") && other && !isBot(named.name, named.email)) people++;
    }
    const line = `${key}: ${value}`;
    for (const [tool, rule] of trailers)
      if (rule.match.test(line)) hits.push({ tool, rule, role: "trailer", text: value });
  }
  for (const line of message.lines)
    for (const [tool, rule] of lines)
      if (rule.match.test(line)) hits.push({ tool, rule, role: "trailer", text: line });
  for (const [tool, rule] of subjects)
    if (rule.match.test(message.subject)) hits.push({ tool, rule, role: "trailer", text: "" });

  const locus = `commit ${commit.id.slice(0, 7)}`;
  const tooOld = commit.author.date < FIRST_TOOLS;
  const share = attributedShare(message.trailers);
  const claims = new Map<string, Claim>();
  const add = (claim: Claim) => {
    const id = `${claim.evidence.rule} ${claim.role}`;
    // A squash repeats its trailers; one in each place is enough.
    if (!claims.has(id)) claims.set(id, claim);
  };
  for (const { tool, rule, role, text } of hits) {
    if (tool.id === "entire" && share === 0) continue;
    const given = classOf(
      rule,
      role,
      commit,
      hits.filter((hit) => hit.tool === tool),
    );
    const model = modelIn(text);
    add({
      role,
      suggestion: rule.suggestion === true,
      share: tool.id === "entire" ? share : undefined,
      evidence: {
        tier: "commit",
        rule: `${tool.id}/${rule.name}`,
        class: tooOld ? "C" : given,
        tool: tool.id,
        locus,
        claim: `${sourceOf(rule, role)} claims ${tool.name}${model === undefined ? "" : ` (${model})`}${tooOld ? ", though it is dated before such tools" : ""}`,
        ...(model === undefined ? {} : { model }),
      },
    });
  }
  const known = new Set(hits.map(({ tool }) => tool.id));
  const addNamed = (named: Named | undefined, rule: string, source: string) => {
    if (named === undefined || (known.has(named.tool.id) && named.tool !== unnamed)) return;
    add({
      role: "trailer",
      suggestion: false,
      share: undefined,
      evidence: {
        tier: "commit",
        rule: `${named.tool.id}/${rule}`,
        class: tooOld ? "C" : "B",
        tool: named.tool.id,
        locus,
        claim: `${source} claims ${named.tool.name}${named.model === undefined ? "" : ` (${named.model})`}`,
        ...(named.model === undefined ? {} : { model: named.model }),
      },
    });
  };
  for (const each of message.trailers) addNamed(namedIn(each), each.key, "trailer");
  for (const line of message.lines) addNamed(namedInLine(line), "footer", "line of the message");
  return {
    claims: [...claims.values()].sort((a, b) => (a.evidence.class < b.evidence.class ? -1 : 1)),
    bot:
      !byTool &&
      (isBot(commit.author.name, commit.author.email) ||
        (claims.size === 0 && isRunner(commit.author.name, commit.author.email))),
    squashedWithPeople: people > 0 && isSquash(commit),
    tooOld,
  };
}

function classOf(rule: Rule, role: Role, commit: Commit, others: readonly Hit[]): EvidenceClass {
  // Tools rebase and commit what people wrote: the committer alone says little.
  if (role === "committer" && !others.some((other) => other.role === "author")) return "C";
  const names = others.map((other) => other.rule.name);
  if (rule.confirmedBy !== undefined && names.includes(rule.confirmedBy)) return "A";
  if (rule.doubted !== undefined) {
    const day = dayOf(commit.author.date);
    if (day >= rule.doubted.from && day <= rule.doubted.to) return "C";
  }
  return rule.class;
}

/** Dates come from commits, and may be any number. */
function dayOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString().slice(0, 10);
}

function sourceOf(rule: Rule, role: Role): string {
  if (rule.kind === "line") return "line of the message";
  if (rule.kind === "subject") return "subject";
  return role === "trailer" ? "trailer" : `${role} identity`;
}

/** `Entire-Attribution: 73% agent (146/200 lines)`. */
function attributedShare(
  trailers: readonly { readonly key: string; readonly value: string }[],
): number | undefined {
  const value = trailers.find(({ key }) => key === "entire-attribution")?.value;
  const percent = /^(\d{1,3})% agent\b/.exec(value ?? "")?.[1];
  return percent === undefined ? undefined : Math.min(1, Number(percent) / 100);
}

/** One commit made of several, as forges and `git merge --squash` write them. */
function isSquash({ message, parents }: Commit): boolean {
  if (parents.length > 1) return false;
  const [subject = ""] = message.split("\n", 1);
  return (
    /\(#\d+\)$/.test(subject.trimEnd()) ||
    /^Squashed commit of/m.test(message) ||
    (message.match(/^\* \S/gm)?.length ?? 0) > 1
  );
}

/** What the environment says of changes that are being made now. Names of variables only: values may be secrets. */
export function claimsOfEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Claims {
  const claims: Claim[] = [];
  for (const [variable, value] of Object.entries(environment)) {
    if (value === undefined || /^(|0|false)$/i.test(value)) continue;
    for (const [tool, rule] of variables)
      if (rule.match.test(variable))
        claims.push({
          role: "environment",
          suggestion: false,
          share: undefined,
          evidence: {
            tier: "run-time",
            rule: `${tool.id}/${rule.name}`,
            class: rule.class,
            tool: tool.id,
            locus: "environment",
            claim: `environment variable ${variable} claims ${tool.name}`,
          },
        });
  }
  claims.sort((a, b) =>
    `${a.evidence.class} ${a.evidence.claim}` < `${b.evidence.class} ${b.evidence.claim}` ? -1 : 1,
  );
  // A named tool says more than that there is one.
  const isNamed = claims.some(
    ({ evidence }) => evidence.tool !== unnamed.id && evidence.class !== "D",
  );
  return {
    ...NO_CLAIMS,
    claims: isNamed ? claims.filter(({ evidence }) => evidence.tool !== unnamed.id) : claims,
  };
}
