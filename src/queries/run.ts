/** Puts the queries to an analysed program: hits and misuses become findings, with their paths and their doubts. */

import type { Analysis } from "../dataflow/analysis.ts";
import { patternOf, regexOf } from "../dataflow/constants.ts";
import { guardsOnPath } from "../dataflow/path-guards.ts";
import type { SharedHit } from "../dataflow/shared-state.ts";
import type { Hit } from "../dataflow/summary.ts";
import { Tracer, type TraceStep } from "../dataflow/trace.ts";
import type { CheckedFunction } from "../findings/checked-function.ts";
import {
  type Confidence,
  confidences,
  type Exposure,
  type Finding,
  type Place,
  type QueryInfo,
  type Step,
} from "../findings/finding.ts";
import { normalise, type Unnumbered, withFingerprints } from "../findings/fingerprint.ts";
import type { Ask, GuardedRoute } from "../findings/guarded-route.ts";
import type { OptionSite } from "../findings/option.ts";
import { type SoftKind, softKinds } from "../models/kinds.ts";
import type { GuardKind } from "../models/rows.ts";
import { Kind } from "../program/ir/kinds.ts";
import type { SourceModule } from "../program/program.ts";
import { identifying, isFromPrincipal, titleOf } from "../query-api.ts";
import { isGuardedBy, type Route } from "../routes/route.ts";
import { Service } from "../routes/service.ts";
import { checkedFunctions } from "./checked-functions.ts";
import { findLogic, type LogicFinding } from "./logic.ts";
import { findMisuses, type Misuse } from "./misuse.ts";
import { type FoundOption, findOptions } from "./options.ts";
import { Places, type TextOf } from "./places.ts";
import { Precautions } from "./precautions.ts";
import type { QueryEntry, QuerySet, TaintQueryEntry } from "./registry.ts";

/** Functions that one flow is said to pass. */
const FUNCTIONS_PASSED = 24;

/** Whether a regular expression can be made to take exponential or quadratic time. */
export type IsVulnerable = (source: string, flags: string) => boolean;

const VALIDATED = "a step before the handler validates the request";

/** Sources that one sink is reported for; the rest say nothing new. */
const SOURCES_PER_SINK = 24;

interface Candidate {
  readonly query: TaintQueryEntry;
  readonly hit: Hit;
  readonly shared: SharedHit | undefined;
  /** The constant that makes the sink one, as a number of the program. */
  readonly pattern: number | undefined;
  readonly confidence: Confidence;
  readonly doubts: readonly string[];
}

/** What the queries found, before the texts of the files it is in are at hand. */
export interface Found {
  /** Files whose text {@link Found.findings} needs. */
  readonly paths: ReadonlySet<string>;
  readonly findings: (textOf: TextOf) => Finding[];
  /** What the service offers, for a comparison with another state of it. */
  readonly routes: (textOf: TextOf) => GuardedRoute[];
  /** What the functions of the files that are compared check. */
  readonly functions: (textOf: TextOf) => CheckedFunction[];
  /** Options of calls, for the same. */
  readonly options: (textOf: TextOf) => OptionSite[];
}

/** `isCompared`: files whose functions are compared with another state of them; undefined when nothing is compared. */
export function runQueries(
  queries: QuerySet,
  analysis: Analysis,
  isVulnerable: IsVulnerable,
  wanted: (query: QueryEntry) => boolean,
  isCompared: ((path: string) => boolean) | undefined,
): Found {
  const tracer = new Tracer(analysis);
  const wantsLogic = queries.logic.filter(wanted);
  const text = queries.models.kinds.bit("text");
  const wantsText = queries.taint.some(
    (query) => (query.sanitizers & text) !== 0n && wanted(query),
  );
  const service =
    wantsLogic.length > 0 || wantsText || isCompared ? new Service(analysis) : undefined;
  const validated = validatedHandlers(service);
  const isValidated = (query: TaintQueryEntry, value: number): boolean =>
    (query.sanitizers & text) !== 0n && isWithin(analysis, value, validated);
  const found = [...candidates(queries, analysis, isVulnerable, wanted, isValidated)];
  const flows = found.map((candidate) => {
    const { hit, shared } = candidate;
    const steps = tracer.trace(
      hit,
      shared && { fn: shared.storer, position: shared.position, stored: shared.stored },
    );
    return {
      candidate,
      steps,
      guards: guardsOnPath(analysis, steps),
      passes: passedBy(analysis, steps),
    };
  });
  const misuses = findMisuses(analysis, queries.misuse.filter(wanted));
  const paths = new Set<string>();
  for (const { steps, passes } of flows) {
    for (const { value } of steps) paths.add(analysis.program.moduleOfValue(value).path);
    for (const fn of passes) paths.add(analysis.program.moduleOf(fn).path);
  }
  for (const { value } of misuses) paths.add(analysis.program.moduleOfValue(value).path);
  // A query speaks of the languages it was made for: elsewhere guards may stand where it does not look.
  const logic = (service ? findLogic(service, wantsLogic) : []).filter(({ query, result }) =>
    query.languages.includes(analysis.program.moduleOfValue(result.at).ir.language),
  );
  const routes = isCompared ? (service?.routes ?? []) : [];
  for (const { registration, guards } of routes)
    for (const value of [registration, ...guards.map((guard) => guard.value)])
      paths.add(analysis.program.moduleOfValue(value).path);
  for (const { result } of logic)
    for (const { at } of [result, ...result.related])
      paths.add(analysis.program.moduleOfValue(at).path);
  if (isCompared)
    for (const { path } of analysis.program.modules) if (isCompared(path)) paths.add(path);
  const options = isCompared ? findOptions(analysis, queries.option.filter(wanted)) : [];
  for (const { call } of options) paths.add(analysis.program.moduleOfValue(call).path);
  return {
    paths,
    findings: (textOf) =>
      withFingerprints(build(analysis, flows, misuses, logic, new Places(analysis, textOf))),
    routes: (textOf) =>
      service && isCompared ? placed(service, new Places(analysis, textOf)) : [],
    functions: (textOf) =>
      isCompared ? checkedFunctions(analysis, new Places(analysis, textOf), isCompared) : [],
    options: (textOf) => optionSites(options, new Places(analysis, textOf)),
  };
}

/** Options in places and words. */
const optionSites = (options: readonly FoundOption[], places: Places): OptionSite[] =>
  options.flatMap(({ query, option, value, same, call, at, presence }) => {
    const place = places.of(call);
    if (!place) return [];
    return {
      claim: query,
      option: option.option,
      judge: option.judge,
      value,
      key: [query.info.id, option.row, same].join(" "),
      symbol: places.symbolOf(call),
      call: place,
      at: places.of(at) ?? place,
      presence,
      named: option.named !== undefined,
      text: presence === undefined ? "" : normalise(places.textOf(at)),
    };
  });

/** Functions that handle requests which were validated by a step before them. */
const validatedHandlers = (service: Service | undefined): ReadonlySet<number> =>
  new Set(
    service?.routes
      .filter((route) => isGuardedBy(route, "validation"))
      .flatMap(({ handlers }) => handlers),
  );

/** Whether a value belongs to one of some functions, or to one written inside it. */
function isWithin({ program }: Analysis, value: number, functions: ReadonlySet<number>): boolean {
  if (functions.size === 0) return false;
  const module = program.moduleOfValue(value);
  for (
    let inner = program.functionOfValue(value) - module.functionBase;
    inner >= 0;
    inner = module.ir.functions[inner]!.parent
  )
    if (functions.has(module.functionBase + inner)) return true;
  return false;
}

/** Kinds of tests that are about who sends the request, which is plain from what they compare. */
const tellsWho = (kind: GuardKind): boolean =>
  kind === "authentication" || kind === "role" || kind === "owner" || kind === "tenant";

/** Who owns a record is compared with somebody; that there is a record is no such test. */
const compares = (kinds: readonly GuardKind[], label: string): boolean =>
  !kinds.every((kind) => kind === "owner" || kind === "tenant") || /[!=]==?/.test(label);

/** Routes in places and words. */
function placed(service: Service, places: Places): GuardedRoute[] {
  return service.routes.flatMap((route) => {
    const { registration, guards, handlers } = route;
    const place = places.of(registration);
    if (!place) return [];
    return {
      title: titleOf(route),
      symbol: places.symbolOf(registration),
      place,
      handlers: handlers.flatMap((fn) => places.ofFunction(fn) ?? []),
      isOpen: route.chain === "whole" && !isGuardedBy(route, ...identifying),
      asks: () =>
        service.accessesOf(route).flatMap(({ table, where, value }): Ask[] => {
          const at = places.of(value);
          const scope = where.filter(isFromPrincipal).map(({ name }) => ({
            field: name,
            kind: service.fieldClass(name) === "tenant" ? ("tenant" as const) : ("owner" as const),
          }));
          return at ? [{ table, scope, place: at }] : [];
        }),
      guards: guards.flatMap(({ kinds, evidence, origin, label, value }) => {
        // A test inside a handler that compares no identity may be about anything.
        const isTold =
          origin !== "inline" ||
          evidence === "model" ||
          (kinds.some(tellsWho) && compares(kinds, label));
        const at = kinds.length > 0 && isTold ? places.of(value) : undefined;
        return at
          ? {
              label: normalise(label),
              kinds,
              known: evidence !== "name",
              inline: origin === "inline",
              place: at,
            }
          : [];
      }),
    };
  });
}

/** What is said of one place. */
interface Claim {
  readonly info: QueryInfo;
  readonly message: string;
  /** As a number of the program. */
  readonly value: number;
  readonly related: readonly { readonly at: number; readonly note: string }[];
  readonly confidence: Confidence;
  readonly exposure: Exposure;
  readonly deviant?: Route | undefined;
}

/** The code of a route that says how it does what its siblings do otherwise. */
const codeOf = (analysis: Analysis, route: Route, at: number, places: Places): Place[] =>
  [...route.handlers, analysis.program.functionOfValue(at)].flatMap((fn) => {
    const { parent } = analysis.program.functionAt(fn);
    // All registrations of a file may stand in one function, or in none.
    return parent < 0 || (route.registration === at && !route.handlers.includes(fn))
      ? []
      : (places.ofFunction(fn) ?? []);
  });

interface Flow {
  readonly candidate: Candidate;
  readonly steps: readonly TraceStep[];
  /** Conditions and calls, as numbers of the program. */
  readonly guards: readonly number[];
  /** Functions that the data comes back from, as numbers of the program. */
  readonly passes: readonly number[];
}

function build(
  analysis: Analysis,
  flows: readonly Flow[],
  misuses: readonly Misuse[],
  logic: readonly LogicFinding[],
  places: Places,
): Unnumbered[] {
  const unnumbered: Unnumbered[] = [];
  for (const { candidate, steps, guards, passes } of flows) {
    const { query, hit, pattern, confidence, doubts } = candidate;
    const source = analysis.sourceOf(hit.source);
    const site = analysis.siteAt(hit.site);
    const sink = site.row.labels?.get(places.nameOf(site.value)) ?? site.row.label;
    const flow = steps
      .map((step) => places.step(step, source.label, sink))
      .filter((one) => one !== undefined);
    const at = places.of(site.value);
    if (!at) continue;
    unnumbered.push({
      query: query.info,
      message: sentence(
        query.message.replaceAll("{source}", source.label).replaceAll("{sink}", sink),
      ),
      at,
      source: places.of(source.value),
      sourceKind: source.kind,
      sinkKind: site.kind,
      symbol: places.symbolOf(site.value),
      flows: [withoutRepeats(flow)],
      related: pattern === undefined ? [] : places.related(pattern, "the expression"),
      guards: guards.flatMap((value) => {
        const place = places.of(value);
        return place ? [{ text: normalise(places.textOf(value)), place }] : [];
      }),
      passes: passes.flatMap((fn) => places.ofFunction(fn) ?? []),
      confidence,
      doubts,
      exposure: exposureOf(analysis, source.kind),
      identity: {
        query: query.info.id,
        sourceKind: source.kind,
        sinkKind: site.kind,
        symbol: places.symbolOf(site.value),
        sourceSymbol: places.symbolOf(source.value),
        statement:
          places.textOf(site.value) + (pattern === undefined ? "" : places.textOf(pattern)),
        sourceStatement: places.textOf(source.value),
        through: hit.entry && hit.at >= 0 ? places.textOf(apexCall(analysis, hit)) : "",
      },
    });
  }
  const claims: readonly Claim[] = [
    ...misuses.map(({ query, value }) => ({
      info: query.info,
      message: query.message,
      value,
      related: [],
      confidence: query.info.precision,
      exposure: "none" as const,
    })),
    ...logic.map(({ query, message, result }) => ({
      info: query.info,
      message,
      value: result.at,
      related: result.related,
      confidence: result.confidence,
      exposure: "entry" as const,
      deviant: result.deviant,
    })),
  ];
  for (const { info, message, value, related, confidence, exposure, deviant } of claims) {
    const at = places.of(value);
    if (!at) continue;
    const symbol = places.symbolOf(value);
    unnumbered.push({
      query: info,
      message,
      at,
      source: undefined,
      sourceKind: "",
      sinkKind: "",
      symbol,
      flows: [],
      related: related.flatMap((one) => {
        const place = places.of(one.at);
        return place ? [{ place, note: one.note }] : [];
      }),
      guards: [],
      passes: [],
      confidence,
      doubts: [],
      exposure,
      ...(deviant && {
        deviant: { route: titleOf(deviant), code: codeOf(analysis, deviant, value, places) },
      }),
      identity: {
        query: info.id,
        sourceKind: "",
        sinkKind: "",
        symbol,
        sourceSymbol: "",
        statement: places.textOf(value),
        sourceStatement: "",
        through: "",
      },
    });
  }
  return unnumbered;
}

/** Functions that data comes back from on its way, and those they ask in turn; in the order of the way. */
function passedBy(analysis: Analysis, steps: readonly TraceStep[]): number[] {
  const found = new Set<number>();
  const visit = (module: SourceModule, local: number, depth: number): void => {
    for (const target of analysis.callees.at(module, local).targets) {
      if (found.has(target) || found.size >= FUNCTIONS_PASSED) continue;
      found.add(target);
      if (depth === 0) continue;
      const inner = analysis.program.moduleOf(target);
      const { firstInstruction, endInstruction } = analysis.program.functionAt(target);
      for (let at = firstInstruction; at < endInstruction; at++)
        if (inner.ir.kinds[at] === Kind.Call) visit(inner, at, depth - 1);
    }
  };
  for (const { value, note } of steps) {
    const module = analysis.program.moduleOfValue(value);
    if (note === "call") visit(module, value - module.valueBase, 2);
  }
  return [...found];
}

/** The call in which the source's function hands the data on, as a number of the program. */
const apexCall = (analysis: Analysis, { apex, at }: Hit): number =>
  analysis.program.moduleOf(apex).valueBase + at;

/** Hits that a query takes, with how sure it is. */
function* candidates(
  queries: QuerySet,
  analysis: Analysis,
  isVulnerable: IsVulnerable,
  wanted: (query: QueryEntry) => boolean,
  isValidated: (query: TaintQueryEntry, value: number) => boolean,
): Iterable<Candidate> {
  const taint = queries.taint.filter(wanted);
  const precautions = new Precautions(analysis);
  const soft = Object.keys(softKinds).map((name) => ({
    name: name as SoftKind,
    bit: queries.models.kinds.bit(name),
  }));
  const perSink = new Map<string, number>();
  const all = [
    ...analysis.hits.map((hit) => ({ hit, shared: undefined })),
    ...analysis.sharedHits.map((shared) => ({ hit: shared.hit, shared })),
  ];
  const sorted = all.sort(
    (a, b) =>
      analysis.siteAt(a.hit.site).value - analysis.siteAt(b.hit.site).value ||
      analysis.facts.sizeOf(a.hit.label) - analysis.facts.sizeOf(b.hit.label) ||
      (a.hit.entry?.depth ?? -1) - (b.hit.entry?.depth ?? -1) ||
      analysis.sourceOf(a.hit.source).value - analysis.sourceOf(b.hit.source).value,
  );
  const seen = new Set<string>();
  for (const { hit, shared } of sorted) {
    const source = analysis.sourceOf(hit.source);
    const site = analysis.siteAt(hit.site);
    const neutralised = analysis.facts.neutralised(hit.label);
    let harmless: bigint | undefined;
    for (const query of taint) {
      if (!query.sources.has(source.kind) || !query.sinks.has(site.kind)) continue;
      if ((neutralised & query.sanitizers) !== 0n) continue;
      harmless ??= precautions.of(hit);
      if ((harmless & site.row.bit) !== 0n) continue;
      const id = `${query.info.id},${hit.source},${site.value},${hit.entry ? hit.at : -1}`;
      const sink = `${query.info.id},${site.value}`;
      if (seen.has(id) || (perSink.get(sink) ?? 0) >= SOURCES_PER_SINK) continue;
      const patterns = site.row.vulnerable
        ? vulnerableAt(analysis, hit, isVulnerable)
        : [undefined];
      if (patterns.length === 0) continue;
      seen.add(id);
      perSink.set(sink, (perSink.get(sink) ?? 0) + 1);
      const partly = queries.models.kinds.partly(site.kind);
      const doubts = soft
        .filter(
          ({ name, bit }) =>
            (neutralised & (name === "rewritten" ? bit | partly : bit)) !== 0n &&
            !query.ignores.has(name),
        )
        .map(({ name }) => name);
      const validated = isValidated(query, source.value);
      const confidence = confidenceOf(
        query.info.precision,
        analysis.models.kinds.file.sources[source.kind]!.exposure,
        doubts,
        validated,
      );
      for (const pattern of patterns)
        yield {
          query,
          hit,
          shared,
          pattern,
          confidence,
          doubts: [...doubts.map((name) => softKinds[name]), ...(validated ? [VALIDATED] : [])],
        };
    }
  }
}

/**
 * A query's precision is where confidence starts. Data that is not certainly an outsider's, and what is not known on
 * the way, cap it at medium; a test, a validation or a rewriting that is not understood takes one step each.
 */
function confidenceOf(
  precision: Confidence,
  exposure: string,
  doubts: readonly SoftKind[],
  validated: boolean,
): Confidence {
  let level = confidences.indexOf(precision);
  if (exposure !== "remote" || doubts.includes("unmodelled") || doubts.includes("by-name"))
    level = Math.min(level, 1);
  if (doubts.includes("tested") || doubts.includes("member")) level--;
  if (doubts.includes("rewritten")) level--;
  if (validated) level--;
  return confidences[Math.max(level, 0)]!;
}

function exposureOf(analysis: Analysis, sourceKind: string): Exposure {
  const { exposure } = analysis.models.kinds.file.sources[sourceKind]!;
  return exposure === "remote" ? "entry" : exposure === "library" ? "library" : "none";
}

/** The constant expressions at a hit that are open to attack, as numbers of the program. */
function vulnerableAt(analysis: Analysis, hit: Hit, isVulnerable: IsVulnerable): readonly number[] {
  const site = analysis.siteAt(hit.site);
  const module = analysis.program.moduleOfValue(site.value);
  const at = analysis.constants.atPosition(
    module,
    site.value - module.valueBase,
    site.row.vulnerable!.segments,
  );
  if (!at) return [];
  return analysis.constants
    .alternativesOf(at.module, at.local)
    .filter(({ constant }) => {
      if (site.row.regex) {
        const pattern = patternOf(constant, undefined);
        return pattern !== undefined && isVulnerable(pattern.regex.source, pattern.regex.flags);
      }
      if (!regexOf(constant)) return false;
      const end = constant.text.lastIndexOf("/");
      return isVulnerable(constant.text.slice(1, end), constant.text.slice(end + 1));
    })
    .map(({ module: owner, local }) => owner.valueBase + local);
}

/** Consecutive steps on one line are one step. */
function withoutRepeats(steps: readonly Step[]): Step[] {
  const kept: Step[] = [];
  for (const step of steps) {
    const last = kept.at(-1);
    if (
      last &&
      last.place.path === step.place.path &&
      last.place.line === step.place.line &&
      last.note === ""
    )
      kept.pop();
    else if (
      last &&
      last.place.path === step.place.path &&
      last.place.line === step.place.line &&
      step.note === ""
    )
      continue;
    kept.push(step);
  }
  return kept;
}

/** Labels are written as they stand within a sentence. */
const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
