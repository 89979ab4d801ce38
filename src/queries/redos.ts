/** Asks recheck whether a regular expression can be made to take exponential or quadratic time. */
import { createRequire } from "node:module";
import type { IsVulnerable } from "./run.ts";

/** Longer expressions are left alone: generated ones, whose analysis takes longer than they are worth. */
const LENGTH = 2000;

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
      const { status } = recheck.checkSync(source, flags.replace(/[^gimsuy]/g, ""), {
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
