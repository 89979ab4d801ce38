/** Paths of routes: joined, compared, and what in them the client chooses. */

/** `/api` and `users/:id` as `/api/users/:id`. */
export function join(prefix: string, path: string): string {
  const joined = `${prefix}/${path}`.replace(/\/{2,}/g, "/").replace(/(.)\/$/, "$1");
  return joined.startsWith("/") ? joined : `/${joined}`;
}

const segmentsOf = (path: string): string[] => path.split("/").filter((one) => one !== "");

const isVariable = (segment: string): boolean => /^[:*[{$<]|[*{]|^\(/.test(segment);

/** Whether middleware at `prefix` runs for a route at `path`: it covers all that begins with it. */
export function covers(prefix: string, path: string): boolean {
  const wanted = segmentsOf(prefix);
  const given = segmentsOf(path);
  for (let at = 0; at < wanted.length; at++) {
    const want = wanted[at]!;
    if (/^(?:\*+|\{\*.*|\(\.\*\))/.test(want)) return true;
    if (at >= given.length) return false;
    if (want !== given[at] && !isVariable(want)) return false;
  }
  return true;
}

/** Whether a route at `pattern` answers what a route at `path` answers, or more. */
export function matches(pattern: string, path: string): boolean {
  const wanted = segmentsOf(pattern);
  const isOpen = wanted.some((one) => /^\*|\{\*/.test(one));
  return covers(pattern, path) && (isOpen || wanted.length === segmentsOf(path).length);
}

/** Names of the parts that the client chooses: `:id`, `{id}`, `[id]`, `$id`, `<id>`. */
export function parametersOf(path: string): string[] {
  return [
    ...path.matchAll(/<(?:\w+:)?(\w+)>|[:$](\w+)|\{\.*(\w+)[^}]*\}|\[\[?(?:\.{3})?(\w+)\]/g),
  ].map((match) => (match[1] ?? match[2] ?? match[3] ?? match[4])!);
}
