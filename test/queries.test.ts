/** Every annotated fixture holds: marks that require findings, marks that forbid them, and silence where there is none. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { confidences, type Finding } from "../src/findings/finding.ts";
import { packageRoot } from "../src/package-root.ts";
import { loosenedSettings } from "../src/queries/loosened-settings.ts";
import { classify } from "../src/relevance/classify.ts";
import { goneGuards } from "../src/relevance/gone-guards.ts";
import { loosenedOptions, saidOnce } from "../src/relevance/loosened-options.ts";
import { lostCares } from "../src/relevance/lost-cares.ts";
import { lostChecks } from "../src/relevance/lost-checks.ts";
import { lostScopes } from "../src/relevance/lost-scopes.ts";
import { removedGuards } from "../src/relevance/removed-guards.ts";
import { withoutSiblings } from "../src/relevance/siblings.ts";
import { analyse, queries } from "./support/analyse.ts";
import { changeOf } from "./support/change-of.ts";

const root = join(packageRoot, "fixtures");
const ids = new Set(
  [
    ...queries().taint,
    ...queries().misuse,
    ...queries().logic,
    ...queries().file,
    ...queries().guard,
    ...queries().option,
  ].map(({ info }) => info.id),
);

interface Mark {
  readonly line: number;
  readonly verdict: "bad" | "todo-bad" | "todo-ok";
  readonly query: string;
  readonly from: number | undefined;
  readonly relevance: string | undefined;
}

const MARK =
  /(?:\/\/|\/\*|<!--|#|--)\s*(bad|todo-bad|todo-ok):\s*([a-z0-9-]+)((?:\s+(?:from=\d+|introduced|touched))*)/g;

function marksOf(text: string): Mark[] {
  return text.split(/\r?\n/).flatMap((line, index) =>
    [...line.matchAll(MARK)].map((match) => ({
      line: index + 1,
      verdict: match[1] as Mark["verdict"],
      query: match[2]!,
      from:
        /from=(\d+)/.exec(match[3]!)?.[1] === undefined
          ? undefined
          : Number(/from=(\d+)/.exec(match[3]!)![1]),
      relevance: /introduced|touched/.exec(match[3]!)?.[0],
    })),
  );
}

function filesBelow(folder: string): Map<string, string> {
  return new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [relative(folder, path).replaceAll("\\", "/"), readFileSync(path, "utf8")]),
  );
}

/** What the marks and the findings disagree on, as lines a person can read; empty when they agree. */
function disagreements(
  files: ReadonlyMap<string, string>,
  findings: readonly (Finding & { relevance?: string })[],
): string[] {
  const found = findings.filter(({ confidence }) => confidences.indexOf(confidence) >= 1);
  const wrong: string[] = [];
  const expected = new Set<string>();
  for (const [path, text] of files) {
    for (const { line, verdict, query, from, relevance } of marksOf(text)) {
      if (!ids.has(query)) wrong.push(`${path}:${line}: there is no query ${query}`);
      const here = found.filter(
        (one) =>
          one.at.path === path &&
          one.query.id === query &&
          one.at.line <= line &&
          line <= one.at.endLine,
      );
      expected.add(`${path}:${line} ${query}`);
      for (const one of here) expected.add(`${path}:${one.at.line} ${query}`);
      if (verdict === "bad") {
        if (here.length === 0) wrong.push(`${path}:${line}: ${query} is not found`);
        else if (from !== undefined && !here.some((one) => one.source?.line === from)) {
          wrong.push(
            `${path}:${line}: ${query} comes from line ${here.map((one) => one.source?.line)}, not ${from}`,
          );
        }
        if (relevance && here.length > 0 && !here.some((one) => one.relevance === relevance)) {
          wrong.push(
            `${path}:${line}: ${query} is ${here.map((one) => one.relevance)}, not ${relevance}`,
          );
        }
      } else if (verdict === "todo-bad" && here.length > 0)
        wrong.push(`${path}:${line}: ${query} is found now: make it bad`);
      else if (verdict === "todo-ok" && here.length === 0)
        wrong.push(`${path}:${line}: ${query} is silent now: make it ok`);
    }
  }
  for (const one of found) {
    if (expected.has(`${one.at.path}:${one.at.line} ${one.query.id}`)) continue;
    wrong.push(
      `${one.at.path}:${one.at.line}: ${one.query.id} is claimed: ${one.message} (source line ${one.source?.line})`,
    );
  }
  return wrong;
}

const isFolder = (path: string): boolean => statSync(path).isDirectory();
const shown = ({ confidence }: Finding): boolean => confidences.indexOf(confidence) >= 1;

for (const id of readdirSync(root)
  .filter((name) => ids.has(name))
  .sort()) {
  describe(id, () => {
    for (const language of readdirSync(join(root, id)).sort()) {
      const folder = join(root, id, language);
      if (!isFolder(folder)) continue;
      for (const name of readdirSync(folder).sort()) {
        const path = join(folder, name);
        test(`${language}/${name}`, async () => {
          if (!isFolder(path)) {
            const files = new Map([[name, readFileSync(path, "utf8")]]);
            expect(disagreements(files, (await analyse(files)).findings)).toEqual([]);
            return;
          }
          if (readdirSync(path).includes("tree")) {
            const files = filesBelow(join(path, "tree"));
            expect(disagreements(files, (await analyse(files)).findings)).toEqual([]);
            return;
          }
          const base = filesBelow(join(path, "base"));
          const head = filesBelow(join(path, "head"));
          const before = await analyse(base);
          const after = await analyse(head);
          const change = changeOf(base, head);
          const flows = withoutSiblings(
            classify(before.findings.filter(shown), after.findings.filter(shown), change),
            before.routes,
            after.routes,
            change,
          );
          const lost = [
            ...removedGuards(before, after, change, queries().guard),
            ...lostChecks(before, after, change, queries().guard),
          ];
          const texts = { base, head };
          const found = [
            ...flows,
            ...lost,
            ...lostCares(before, after, change, queries().guard, texts, [...flows, ...lost]),
            ...lostScopes(before.routes, after.routes, change, queries().guard, flows),
            ...loosenedOptions(before.options, after.options, change),
            ...goneGuards(before, after, change),
            ...loosenedSettings(queries().option, change.files, { base, head }).map((finding) => ({
              finding,
              relevance: "introduced" as const,
              reason: "",
              primary: finding.at,
            })),
          ];
          const classified = saidOnce(found, queries().option).filter(
            ({ relevance }) => relevance !== "fixed",
          );
          expect(
            disagreements(
              head,
              classified.map(({ finding, relevance }) => ({ ...finding, relevance })),
            ),
          ).toEqual([]);
        });
      }
    }
  });
}
