/** Which files are manifests, and what reads each. */
import type { Dependency, Ecosystem } from "./dependency.ts";
import { goModules, gradleDependencies, mavenDependencies } from "./jvm-and-go.ts";
import { npmDependencies } from "./npm.ts";
import { pyproject, requirements } from "./python.ts";

export interface ManifestKind {
  readonly ecosystem: Ecosystem;
  readonly read: (path: string, text: string) => Dependency[];
}

const KINDS: readonly (readonly [RegExp, ManifestKind])[] = [
  [/^package\.json$/, { ecosystem: "npm", read: (_, text) => npmDependencies(text) }],
  [/^[\w.-]*requirements[\w.-]*\.(?:txt|in)$/, { ecosystem: "pypi", read: requirements }],
  [/^pyproject\.toml$/, { ecosystem: "pypi", read: (_, text) => pyproject(text) }],
  [/^go\.mod$/, { ecosystem: "go", read: (_, text) => goModules(text) }],
  [/^pom\.xml$/, { ecosystem: "maven", read: (_, text) => mavenDependencies(text) }],
  [
    /^[\w.-]+\.gradle(?:\.kts)?$/,
    { ecosystem: "maven", read: (_, text) => gradleDependencies(text) },
  ],
];

/** `requirements/base.txt` */
const IN_FOLDER = /(?:^|\/)requirements\/[\w.-]+\.(?:txt|in)$/;

/** What reads a file of this path; undefined for what is no manifest, or of a package that was copied in. */
export function manifestKind(path: string): ManifestKind | undefined {
  if (/(?:^|\/)(?:node_modules|vendor|site-packages)\//.test(path)) return undefined;
  if (IN_FOLDER.test(path)) return { ecosystem: "pypi", read: requirements };
  const name = path.slice(path.lastIndexOf("/") + 1);
  return KINDS.find(([pattern]) => pattern.test(name))?.[1];
}
