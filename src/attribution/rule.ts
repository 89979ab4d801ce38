/** What a row of the registry says: how one tool leaves one trace, and how far it is to be believed. */
import type { EvidenceClass } from "./attribution.ts";

export type RuleKind =
  /** E-mail address, in lower case, of author, committer or a person named in a trailer. */
  | "email"
  /** Name of the same; asked only where no rule knows the address. */
  | "name"
  /** A trailer anywhere in the body, as `key: value` with the key in lower case. */
  | "trailer"
  /** Another line of the body. */
  | "line"
  | "subject"
  /** Name of an environment variable, for what is not committed yet. */
  | "variable"
  /** Name of the branch, without its remote: context of the whole change. */
  | "branch"
  /** Path of a changed file that configures the tool: context of the whole change. */
  | "path";

export type Role = "author" | "committer" | "trailer";

/** How a trace is known. */
export type Source =
  /** The tool's own code or documentation says that it leaves it. */
  | "vendor"
  /** It was seen in the histories of public repositories. */
  | "history"
  /** People report it in public threads. */
  | "issue"
  /** Public programs that look for such traces list it. */
  | "detector";

export interface Rule {
  /** Unique within the tool: `claude-code/session` is the rule `session` of the tool `claude-code`. */
  readonly name: string;
  readonly kind: RuleKind;
  /** Anchored wherever the trace is. */
  readonly match: RegExp;
  readonly class: EvidenceClass;
  readonly source: Source;
  /** Another rule of the tool; where it matches the same commit, this one is class A and beyond doubt. */
  readonly confirmedBy?: string;
  /** Days of the author's date, inclusive, in which the trace was left on other people's work too: class C then. */
  readonly doubted?: { readonly from: string; readonly to: string };
  /** Left by an accepted suggestion of a few lines, whatever else the commit holds. */
  readonly suggestion?: true;
  /** Must match; for addresses and names written as `Name <address>`. */
  readonly yes: readonly string[];
  /** Must not match. */
  readonly no?: readonly string[];
}

export interface Tool {
  readonly id: string;
  readonly name: string;
  /** As written in free text: `Assisted-by: Crush:model`. In lower case. Not what is also a person's name. */
  readonly aliases: readonly string[];
  /** As line records name it, where that is neither its id nor an alias. In lower case. */
  readonly recordedAs?: readonly string[];
  readonly rules: readonly Rule[];
}
