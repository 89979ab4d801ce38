/** What a manifest says the program needs. */
export interface Dependency {
  /** As its ecosystem writes it: `@scope/name`, `group:artifact`, `github.com/owner/module`. */
  readonly name: string;
  /** As it is written; `""` for any. */
  readonly version: string;
  /** Only to build or test the program, not to run it. */
  readonly dev: boolean;
  /** 1-based. */
  readonly line: number;
}

export type Ecosystem = "npm" | "pypi" | "go" | "maven";
