/** Gathers what is claimed of the lines of a hunk. */
import type { ChangedFile, Hunk } from "../change/change-set.ts";
import type { Origin } from "../change/history.ts";
import type { Claims } from "./claims.ts";
import type { LineRecords, Statement } from "./lines/line-records.ts";
import { codeSignals } from "./style/code-signals.ts";
import { measuredLanguage } from "./style/comments.ts";
import type { SignalId } from "./style/signals.ts";
import { lineProbability, type Part } from "./verdict.ts";

/** Lines of a hunk of which the same is said. */
export interface Group {
  lines: number;
  readonly claims: Claims;
  readonly statements: readonly Statement[];
}

/** What is known of a hunk before the change as a whole is. */
export interface Draft {
  readonly file: ChangedFile;
  readonly hunk: Hunk;
  readonly groups: readonly Group[];
  /** Lines that somebody wrote. */
  readonly written: number;
  readonly commits: readonly { readonly id: string; readonly lines: number }[];
  /** Signs of style in the written lines. */
  readonly signals: readonly SignalId[];
}

/** Gathers what is claimed of the lines of hunks. */
export class Drafter {
  readonly #records: LineRecords;
  readonly #claimsOf: (origin: Origin) => Claims;
  readonly #ofFile = new Map<string, Claims>();

  constructor(records: LineRecords, claimsAt: (origin: Origin) => Claims) {
    this.#records = records;
    this.#claimsOf = claimsAt;
  }

  /** @param moved Lines that are older than the change. */
  async draft(
    file: ChangedFile,
    hunk: Hunk,
    lines: readonly string[],
    origin: (line: number) => Origin,
    moved: ReadonlySet<number>,
  ): Promise<Draft> {
    const groups = new Map<string, Group>();
    const commits = new Map<string, number>();
    const written: string[] = [];
    for (let line = hunk.headStart; line < hunk.headStart + hunk.headCount; line++) {
      const from = origin(line);
      // Blame sees through moves that the comparison of blocks does not.
      if (moved.has(line) || from.kind === "before") continue;
      written.push(lines[line - 1] ?? "");
      let statements: readonly Statement[] = [];
      if (from.kind === "commit") {
        commits.set(from.commit, (commits.get(from.commit) ?? 0) + 1);
        await this.#records.prepare(from.commit, from.path);
        statements = this.#records.at(from.commit, from.path, from.line);
      }
      const key = [
        ...(from.kind === "commit" ? [from.commit, from.path] : [from.kind]),
        ...statements.flatMap(({ record, range }) => [
          record.source,
          range.author,
          range.tool,
          range.model,
        ]),
      ].join("\n");
      const group = groups.get(key);
      if (group !== undefined) group.lines++;
      else groups.set(key, { lines: 1, claims: this.#claimsAt(from), statements });
    }
    return {
      file,
      hunk,
      // What says most comes first, then the larger.
      groups: [...groups.values()].sort((a, b) => strength(b) - strength(a) || b.lines - a.lines),
      written: written.length,
      commits: [...commits]
        .map(([id, count]) => ({ id, lines: count }))
        .sort((a, b) => b.lines - a.lines || (a.id < b.id ? -1 : 1)),
      signals: measuredLanguage(file.path) === undefined ? [] : codeSignals(written, file.path),
    };
  }

  /** The claims of a commit that hold for a file. */
  #claimsAt(origin: Origin): Claims {
    const all = this.#claimsOf(origin);
    if (origin.kind !== "commit" || all.claims.every(({ paths }) => paths === undefined))
      return all;
    const key = `${origin.commit} ${origin.path}`;
    const known = this.#ofFile.get(key) ?? {
      ...all,
      claims: all.claims.filter(({ paths }) => paths === undefined || paths.has(origin.path)),
    };
    this.#ofFile.set(key, known);
    return known;
  }
}

export function partOf({ lines, claims, statements }: Group): Part {
  const recorded = [...new Set(statements.map(({ range }) => range.author))];
  return { lines, claims, recorded };
}

function strength(group: Group): number {
  const { recorded, claims } = partOf(group);
  if (recorded.length > 0) return recorded.includes("human") ? 1 : 2;
  return lineProbability(claims) ?? -1;
}
