/** Workflow commands that make GitHub annotate the changed lines of a pull request. */
import type { Severity } from "../findings/finding.ts";
import type { Report } from "./report.ts";
import { authorWords, byRisk, plural, sectionsOf, whyNotClean } from "./sections.ts";
import { visible } from "./visible.ts";

/** GitHub drops further annotations of a type without a word. */
export const MAX_OF_TYPE = 10;

type Type = "error" | "warning" | "notice";

const types: Readonly<Record<Severity, Type>> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "notice",
};

/** The riskiest first; the last line says how many were left out, by annotation and where to find them. */
export function toAnnotations(report: Report): string {
  const commands: string[] = [];
  // The places of the two messages that are not about a finding are kept for them.
  const used: Record<Type, number> = { error: 0, warning: 0, notice: 1 };
  let left = 0;

  const obstacle = whyNotClean(report);
  if (obstacle !== undefined) {
    used.warning++;
    commands.push(command("warning", {}, obstacle));
  }
  for (const { finding, primary, risk, attribution } of byRisk(sectionsOf(report).main)) {
    const type = types[finding.query.severity];
    if (used[type] === MAX_OF_TYPE) {
      left++;
      continue;
    }
    used[type]++;
    const author = attribution && authorWords(attribution, report.mode);
    // A path that hides something must not reach the log as it is; it is told in the text instead.
    const tellable = visible(primary.path) === primary.path;
    const text = [
      ...(tellable ? [] : [`${primary.path}:${primary.line}:${primary.column}`]),
      finding.message,
      finding.query.fix,
      ...(author === undefined ? [] : [`Author: ${author}.`]),
    ];
    const place = {
      file: primary.path,
      line: String(primary.line),
      endLine: String(primary.line),
      col: String(primary.column),
      ...(primary.endLine === primary.line
        ? { endColumn: String(Math.max(primary.column, primary.endColumn - 1)) }
        : {}),
    };
    const title = `${finding.query.id} (${finding.query.severity}, risk ${Math.round(risk.score)})`;
    commands.push(
      command(type, { ...(tellable ? place : {}), title }, text.map(visible).join("\n")),
    );
  }
  if (left > 0) {
    const words = `${plural(left, "more finding")} of lower risk not annotated; the report has all of them.`;
    commands.push(command("notice", {}, words));
  }
  return commands.map((line) => `${line}\n`).join("");
}

function command(type: Type, properties: Readonly<Record<string, string>>, text: string): string {
  const listed = Object.entries(properties).map(([name, value]) => `${name}=${property(value)}`);
  return `::${[type, listed.join(",")].filter((part) => part !== "").join(" ")}::${data(text)}`;
}

function data(text: string): string {
  return text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}

function property(text: string): string {
  return data(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
}
