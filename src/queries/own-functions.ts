/** What the configuration of a repository says of its own functions, as a model of a library that is called by their names. */
import { OWN_ROOT } from "../models/models.ts";
import type { GuardKind } from "../models/rows.ts";
import { ModelFile } from "../models/schema.ts";

export interface OwnFunctions {
  /** The file that says so, for errors. */
  readonly file: string;
  readonly guards: readonly { readonly name: string; readonly kind: GuardKind }[];
  readonly sanitizers: readonly {
    readonly name: string;
    readonly neutralises: readonly string[];
  }[];
  readonly sources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly label?: string | undefined;
  }[];
}

export const NONE_OWN: OwnFunctions = { file: "", guards: [], sanitizers: [], sources: [] };

/** A name means the same in every language of the repository. */
export const ownLanguages = ["javascript", "python", "java", "go"] as const;

export function ownGuards({ guards }: OwnFunctions): Map<string, GuardKind[]> {
  const found = new Map<string, GuardKind[]>();
  for (const { name, kind } of guards) found.set(name, [...(found.get(name) ?? []), kind]);
  return found;
}

const pathOf = (name: string): string => `${OWN_ROOT}.Member[${name}]`;

export const ownModel = ({ sanitizers, sources }: OwnFunctions): ModelFile =>
  ModelFile.parse({
    library: OWN_ROOT,
    ecosystem: "builtin",
    sanitizers: sanitizers.map(({ name, neutralises }) => ({ call: pathOf(name), neutralises })),
    sources: sources.map(({ name, kind, label }) => ({
      kind,
      at: `${pathOf(name)}.ReturnValue`,
      ...(label === undefined ? {} : { label }),
    })),
  });
