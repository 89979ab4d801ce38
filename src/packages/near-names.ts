/** Names that are one slip of the finger away from another. */

/** Shorter parts have too many neighbours. */
const SHORTEST = 5;

/** The first of some names that a name is one edit away from in one of its parts; undefined where it is none. */
export function nearName(name: string, others: Iterable<string>): string | undefined {
  for (const other of others) if (other !== name && isNear(name, other)) return other;
  return undefined;
}

function isNear(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1) return false;
  const [scope = "", otherScope = ""] = [one, other].map((name) => /^@[^/]+\//.exec(name)?.[0]);
  if (scope !== otherScope) return false;
  const [left, right] = [partsOf(one), partsOf(other)];
  if (left.length !== right.length) {
    // `expressjwt` for `express-jwt`
    return left.join("") === right.join("") && left.join("").length >= SHORTEST;
  }
  const differ = left.flatMap((part, at) =>
    part === right[at] ? [] : [[part, right[at]!] as const],
  );
  if (differ.length === 0) return one !== other;
  const [[part, twin] = ["", ""], ...more] = differ;
  return (
    more.length === 0 &&
    Math.min(part.length, twin.length) >= SHORTEST &&
    // Numbers are versions, and a letter at the end is often a plural.
    part.replace(/\d+$/, "") !== twin.replace(/\d+$/, "") &&
    part.replace(/s$/, "") !== twin.replace(/s$/, "") &&
    isOneEdit(part, twin)
  );
}

const partsOf = (name: string): string[] => name.split(/[-_./]/).filter((part) => part !== "");

/** One letter added, left out or replaced, or two neighbours swapped. */
function isOneEdit(one: string, other: string): boolean {
  let start = 0;
  while (start < one.length && one[start] === other[start]) start++;
  let [left, right] = [one.length, other.length];
  while (left > start && right > start && one[left - 1] === other[right - 1]) {
    left--;
    right--;
  }
  const [gone, come] = [one.slice(start, left), other.slice(start, right)];
  if (gone.length <= 1 && come.length <= 1) return true;
  return gone.length === 2 && come.length === 2 && gone[0] === come[1] && gone[1] === come[0];
}
