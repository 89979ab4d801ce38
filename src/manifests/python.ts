/** Dependencies of requirements files and of pyproject.toml. */
import type { Dependency } from "./dependency.ts";
import { linesOf } from "./lines.ts";

/** Names of files and groups that are for developing alone. */
const DEV =
  /(?:^|[-_./])(?:dev|develop|development|test|tests|testing|lint|docs?|typing|ci)(?:[-_.]|$)/i;

/** `name[extra]>=1,<2 ; python_version < "3.11"` */
const REQUIREMENT =
  /^\s*([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*((?:[<>=!~]=?=?|@)[^;#]*)?(?:\s*[;#].*)?$/;

/** Names are equal whatever their case and their dashes: https://peps.python.org/pep-0503. */
export const normalisedName = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-");

export function requirements(path: string, text: string): Dependency[] {
  const dev = DEV.test(path.slice(path.lastIndexOf("/") + 1));
  return linesOf(text).flatMap((line, index) => {
    const plain = line.replace(/\s+\\$|\s--hash=.*$/g, "");
    const one = requirement(plain, dev, index + 1);
    return one ? [one] : [];
  });
}

function requirement(text: string, dev: boolean, line: number): Dependency | undefined {
  const match = REQUIREMENT.exec(text);
  return match
    ? { name: normalisedName(match[1]!), version: (match[2] ?? "").trim(), dev, line }
    : undefined;
}

/** A table of pyproject.toml that lists requirements, and whether they are for developing. */
function tableOf(section: string, key: string): { dev: boolean; by: "text" | "key" } | undefined {
  if (section === "project" && key === "dependencies") return { dev: false, by: "text" };
  if (section === "project.optional-dependencies") return { dev: DEV.test(key), by: "text" };
  if (section === "dependency-groups") return { dev: true, by: "text" };
  if (section === "tool.uv" && key === "dev-dependencies") return { dev: true, by: "text" };
  if (section === "tool.poetry.dependencies") return { dev: false, by: "key" };
  if (section === "tool.poetry.dev-dependencies") return { dev: true, by: "key" };
  const group = /^tool\.poetry\.group\.([^.]+)\.dependencies$/.exec(section)?.[1];
  return group === undefined ? undefined : { dev: DEV.test(group), by: "key" };
}

/** Texts are kept as they are, whatever stands in them. */
const withoutComment = (line: string): string =>
  line.replace(/("(?:[^"\\]|\\.)*"|'[^']*')|#.*/g, (_, text?: string) => text ?? "");

/** Read line by line: only tables of one kind matter, and their lines are wanted. */
export function pyproject(text: string): Dependency[] {
  const found: Dependency[] = [];
  let section = "";
  let open: { dev: boolean } | undefined;
  linesOf(text).forEach((written, index) => {
    const line = withoutComment(written);
    const header = /^\s*\[+\s*([^\]]+?)\s*\]+\s*(?:#.*)?$/.exec(line);
    if (header && !open) {
      section = header[1]!.replaceAll('"', "");
      return;
    }
    let rest = line;
    if (!open) {
      const assigned = /^\s*"?([\w.-]+)"?\s*=\s*(.*)$/.exec(line);
      const table = assigned && tableOf(section, assigned[1]!);
      if (!assigned || !table) return;
      if (table.by === "key") {
        const [, name, value] = assigned as unknown as [string, string, string];
        if (name === "python") return;
        const version = /^"([^"]*)"/.exec(value)?.[1] ?? /version\s*=\s*"([^"]*)"/.exec(value)?.[1];
        found.push({
          name: normalisedName(name),
          version: version ?? "",
          dev: table.dev,
          line: index + 1,
        });
        return;
      }
      open = table;
      rest = assigned[2]!;
    }
    for (const [, double, single] of rest.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g)) {
      const one = requirement((double ?? single ?? "").replaceAll('\\"', '"'), open.dev, index + 1);
      if (one) found.push(one);
    }
    if (/\]\s*(?:#.*)?,?\s*$/.test(rest.replace(/"[^"]*"|'[^']*'/g, ""))) open = undefined;
  });
  return found;
}
