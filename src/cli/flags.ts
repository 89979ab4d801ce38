/** Flags of the commands that scan, as commander gives them. */
import type { Confidence, Persona, Severity } from "../findings/finding.ts";
import type { Format } from "../report/index.ts";
import type { CalibrationChoice } from "./calibration-file.ts";

export interface Flags extends CalibrationChoice {
  readonly staged?: boolean;
  readonly format?: Format;
  readonly output?: string;
  readonly failOn?: Severity | "none";
  readonly minConfidence?: Confidence;
  readonly query?: readonly string[];
  readonly excludeQuery?: readonly string[];
  readonly persona?: Persona;
  readonly includeTests?: boolean;
  readonly config?: string;
  readonly strict?: boolean;
  readonly all?: boolean;
  readonly sarifAll?: boolean;
  readonly cacheDir?: string;
  readonly cache?: boolean;
}
