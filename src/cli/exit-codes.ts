/** What the exit status says; scripts rely on it. */
export const ExitCode = {
  /** Nothing at or above the gate. */
  Clean: 0,
  /** An introduced finding at or above the gate. */
  Findings: 1,
  /** Usage, configuration, unknown revision: nothing was scanned. */
  Usage: 2,
  /** Something could not be analysed; only with --strict. */
  Incomplete: 3,
} as const;
