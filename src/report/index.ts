/** The table of reporters: what `--format` may name, and the function behind each name. */
import { toAnnotations } from "./annotations.ts";
import { toJson } from "./json.ts";
import { toMarkdown } from "./markdown.ts";
import type { Report } from "./report.ts";
import { sarifText } from "./sarif.ts";
import { toText } from "./text.ts";

export const formats = ["text", "json", "sarif", "markdown", "annotations"] as const;
export type Format = (typeof formats)[number];

export interface ReportOptions {
  /** Show also what the change does not answer for, where a format would leave it out. */
  readonly all: boolean;
  /** Of the text report alone. */
  readonly color: boolean;
  readonly width: number;
}

export type Reporter = (report: Report, options: ReportOptions) => string;

export const reporters: Readonly<Record<Format, Reporter>> = {
  text: toText,
  json: toJson,
  sarif: sarifText,
  markdown: toMarkdown,
  annotations: toAnnotations,
};
