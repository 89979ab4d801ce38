/** Signs of style in how much a commit holds and how fast it came. */
import type { SignalId } from "./signals.ts";

const VERY_LARGE = 500;
const TEST_SHARE = 0.4;
/** Added lines a minute, and the longest time in which they count as written in one go. */
const TYPED = 20;
const SITTING_SECONDS = 4 * 3600;

const TEST =
  /(^|\/)(tests?|__tests__|spec|e2e)\/|[._-](test|spec)\.\w+$|(^|\/)test_[^/]*\.py$|_test\.go$/;

/**
 * @param lines Added lines of the commit.
 * @param seconds Since its author's previous commit; undefined where there is none.
 */
export function sizeSignals(
  lines: number,
  paths: readonly string[],
  seconds: number | undefined,
): SignalId[] {
  const found: SignalId[] = [];
  const isSitting = seconds !== undefined && seconds > 0 && seconds <= SITTING_SECONDS;
  if (isSitting && lines / (seconds / 60) >= TYPED) found.push("burst");
  const tests = paths.filter((path) => TEST.test(path)).length;
  if (paths.length >= 2 && tests / paths.length >= TEST_SHARE) found.push("mostly-tests");
  if (lines >= VERY_LARGE) found.push("very-large");
  return found;
}
