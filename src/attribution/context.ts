/** What speaks for a tool without speaking of any line: the name of the branch, and the tools' own files in the change. */
import type { Evidence } from "./attribution.ts";
import { tools } from "./registry/tools.ts";
import type { RuleKind } from "./rule.ts";

/** A sign with its weight. */
export interface Sign {
  readonly evidence: Evidence;
  /** Natural logarithm of a likelihood ratio. */
  readonly weight: number;
}

/** A name that a tool gives to its branches is chosen by nobody else; a tool's file is edited by people too. */
const BRANCH_WEIGHT = 0.8;
const CONFIGURATION_WEIGHT = 0.4;

const rowsOf = (kind: RuleKind) =>
  tools.flatMap((tool) =>
    tool.rules.filter((rule) => rule.kind === kind).map((rule) => ({ tool, rule })),
  );
const branches = rowsOf("branch");
const paths = rowsOf("path");

/**
 * @param names Of the branches that point to the head.
 * @param changed Paths of changed files.
 */
export function contextOf(names: readonly string[], changed: readonly string[]): Sign[] {
  const found = new Map<string, Sign>();
  for (const name of names)
    for (const { tool, rule } of branches)
      if (rule.match.test(name))
        found.set(`${tool.id}/${rule.name}`, {
          weight: BRANCH_WEIGHT,
          evidence: {
            tier: "context",
            rule: `${tool.id}/${rule.name}`,
            class: rule.class,
            tool: tool.id,
            locus: "name of the branch",
            claim: `the branch is named as ${tool.name} names its branches`,
          },
        });
  for (const path of changed)
    for (const { tool, rule } of paths) {
      const id = `${tool.id}/${rule.name}`;
      if (rule.match.test(path) && !found.has(id))
        found.set(id, {
          weight: CONFIGURATION_WEIGHT,
          evidence: {
            tier: "context",
            rule: id,
            class: rule.class,
            tool: tool.id,
            locus: path,
            claim: `the change touches what configures ${tool.name}`,
          },
        });
    }
  return [...found.values()];
}
