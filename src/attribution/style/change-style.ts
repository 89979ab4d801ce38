/** The style of a change's commits and hunks, and its context, asked where nobody claims anything. */
import type { Commit } from "../../change/commit.ts";
import type { Sign } from "../context.ts";
import type { Draft } from "../draft.ts";
import { LEAST_LINES } from "./code-signals.ts";
import { measuredLanguage } from "./comments.ts";
import { messageSignals } from "./message-signals.ts";
import { opinionOf, type StyleTable } from "./opinion.ts";
import type { SignalId } from "./signals.ts";
import { sizeSignals } from "./size-signals.ts";

export class ChangeStyle {
  readonly #commits: ReadonlyMap<string, readonly SignalId[]>;
  readonly #context: readonly Sign[];
  readonly #table: StyleTable;
  readonly #isFormatted: boolean;

  constructor(
    commits: ReadonlyMap<string, readonly SignalId[]>,
    context: readonly Sign[],
    table: StyleTable,
    isFormatted: boolean,
  ) {
    this.#commits = commits;
    this.#context = context;
    this.#table = table;
    this.#isFormatted = isFormatted;
  }

  opinionOn({ file, written, commits, signals }: Draft) {
    const isEnough = written >= LEAST_LINES && measuredLanguage(file.path) !== undefined;
    const [main] = commits;
    const all = isEnough
      ? [...signals, ...((main && this.#commits.get(main.id)) ?? [])].filter(
          (id) => !(this.#isFormatted && id === "trailing-space"),
        )
      : [];
    const locus = main === undefined ? "the hunk" : `the hunk and commit ${main.id.slice(0, 7)}`;
    return opinionOf(all, this.#context, locus, this.#table);
  }
}

/** A formatter removes blanks at the end of lines, whoever wrote them. */
export const FORMATTER =
  /^(\.prettierrc(\.\w+)?|prettier\.config\.[cm]?[jt]s|biome\.jsonc?|dprint\.jsonc?|\.editorconfig|\.pre-commit-config\.yaml)$/;

/** Signs of the style of each commit: of its message, and of its size as far as the change shows it. */
export function commitSignals(
  commits: readonly Commit[],
  drafts: readonly Draft[],
): ReadonlyMap<string, readonly SignalId[]> {
  const sizes = new Map<string, { lines: number; paths: Set<string> }>();
  for (const { file, commits: from } of drafts)
    for (const { id, lines } of from) {
      const size = sizes.get(id) ?? { lines: 0, paths: new Set<string>() };
      size.lines += lines;
      size.paths.add(file.path);
      sizes.set(id, size);
    }
  return new Map(
    commits.map((commit, at) => {
      const { lines, paths } = sizes.get(commit.id) ?? { lines: 0, paths: new Set<string>() };
      const previous = commits
        .slice(at + 1)
        .find(({ author }) => author.email === commit.author.email);
      const seconds =
        previous === undefined ? undefined : commit.author.date - previous.author.date;
      return [
        commit.id,
        [...messageSignals(commit.message), ...sizeSignals(lines, [...paths], seconds)],
      ];
    }),
  );
}
