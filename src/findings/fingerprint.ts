/** What makes two findings the same flaw: what is said and the text it is said of, never where the text stands. */
import { digest } from "../support/hash.ts";
import type { Finding } from "./finding.ts";

/** Characters of a statement that count; a longer one is told apart well enough by its beginning. */
const STATEMENT = 300;

/** Text with the differences of layout taken out. */
export const normalise = (text: string): string =>
  text
    .slice(0, STATEMENT * 4)
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, STATEMENT);

export interface Identity {
  readonly query: string;
  readonly sourceKind: string;
  readonly sinkKind: string;
  /** Enclosing names of the sink and of the source. */
  readonly symbol: string;
  readonly sourceSymbol: string;
  readonly statement: string;
  readonly sourceStatement: string;
  /** The call by which the data leaves the function it entered in, when the sink is in another. */
  readonly through: string;
}

/** 32 hexadecimal digits; `ordinal` counts equal findings in order of path and line. */
export function fingerprint(identity: Identity, ordinal: number): string {
  const { query, sourceKind, sinkKind, symbol, sourceSymbol, statement, sourceStatement } =
    identity;
  const through = identity.through === "" ? [] : [normalise(identity.through)];
  return digest(
    "adrFlow/v1",
    query,
    sourceKind,
    sinkKind,
    symbol,
    sourceSymbol,
    normalise(statement),
    normalise(sourceStatement),
    ...through,
    String(ordinal),
  ).slice(0, 32);
}

/** A finding before it is known how many are equal to it. */
export type Unnumbered = Omit<Finding, "fingerprint"> & { readonly identity: Identity };

/** Equal findings get ordinals in the order of path and line. */
export function withFingerprints(findings: readonly Unnumbered[]): Finding[] {
  const sorted = [...findings].sort(
    (a, b) =>
      compare(a.at.path, b.at.path) ||
      a.at.line - b.at.line ||
      a.at.column - b.at.column ||
      compare(a.query.id, b.query.id) ||
      compare(a.source?.path ?? "", b.source?.path ?? "") ||
      (a.source?.line ?? 0) - (b.source?.line ?? 0) ||
      (a.source?.column ?? 0) - (b.source?.column ?? 0),
  );
  const counts = new Map<string, number>();
  return sorted.map(({ identity, ...finding }) => {
    const plain = fingerprint(identity, 0);
    const ordinal = counts.get(plain) ?? 0;
    counts.set(plain, ordinal + 1);
    return { ...finding, fingerprint: ordinal === 0 ? plain : fingerprint(identity, ordinal) };
  });
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
