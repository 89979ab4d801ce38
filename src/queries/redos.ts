/** Asks recheck whether a regular expression can be made to take exponential or quadratic time. */
import { createRequire } from "node:module";
import type { IsVulnerable } from "./run.ts";

/** Longer expressions are left alone: generated ones, whose analysis takes longer than they are worth. */
const LENGTH = 2000;

/**
 * Repetitions that are counted: each count is a copy of what is repeated, and the analysis grows with the square of it or
 * worse. What a count bounds is not what makes an expression slow, so a few copies stand for many.
 */
const COUNTED = 4;

interface Recheck {
  checkSync(source: string, flags: string, parameters: object): { readonly status: string };
}

export function createRegexChecker(): IsVulnerable {
  let recheck: Recheck | undefined;
  const known = new Map<string, boolean>();
  return (source, flags) => {
    if (source.length > LENGTH || !/[*+{]/.test(source)) return false;
    const key = `/${source}/${flags}`;
    let answer = known.get(key);
    if (answer === undefined) {
      if (!recheck) {
        // The library would otherwise look for a Java or native program of its own.
        process.env.RECHECK_BACKEND = "pure";
        process.env.RECHECK_SYNC_BACKEND = "pure";
        recheck = createRequire(import.meta.url)("recheck") as Recheck;
      }
      // Limits in steps, and no clock, so that the answer is the same everywhere.
      const { status } = recheck.checkSync(simplified(source), flags.replace(/[^gimsuy]/g, ""), {
        timeout: null,
        attackTimeout: null,
        incubationTimeout: null,
        checker: "automaton",
        maxNFASize: 5000,
        maxPatternSize: LENGTH,
        recallLimit: -1,
      });
      answer = status === "vulnerable";
      known.set(key, answer);
    }
    return answer;
  };
}

/** Escapes, classes and what opens a group are left alone. */
const TOKEN =
  /\\(?:u\{[^}]*\}|u[\da-f]{4}|x[\da-f]{2}|k<[^>]*>|p\{[^}]*\}|[\s\S])|\[(?:\\[\s\S]|[^\]\\])*\]|\(\?(?:<[^=!>][^>]*>|<?[=!:])|\{(\d+)(?:(,)(\d*))?\}|\w{3,}/gi;

/**
 * An expression that takes as long, but is sooner told to: no count above {@link COUNTED}, and of words only their
 * ends, for what lies between stands between the same repetitions.
 */
export function simplified(source: string): string {
  return source.replace(
    TOKEN,
    (token, low: string | undefined, comma: string | undefined, high: string | undefined) => {
      if (/^\w/.test(token)) return token[0]! + token.at(-1)!;
      if (low === undefined) return token;
      const least = Math.min(Number(low), comma === undefined ? COUNTED : COUNTED / 2);
      if (comma === undefined) return `{${least}}`;
      return high
        ? `{${least},${Math.max(Math.min(Number(high), COUNTED), least)}}`
        : `{${least},}`;
    },
  );
}
