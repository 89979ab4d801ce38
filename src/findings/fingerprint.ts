/** What makes two findings the same flaw: what is said and the text it is said of, never where the text stands. */
import { digest } from "../support/hash.ts";

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
