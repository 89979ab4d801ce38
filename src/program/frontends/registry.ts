/** The languages there are. */

import { documents } from "./documents/documents.ts";
import { type Claim, claimOf, type Frontend } from "./frontend.ts";
import { go } from "./go/go.ts";
import { java } from "./java/java.ts";
import { javascript } from "./javascript/javascript.ts";
import { python } from "./python/python.ts";

export const frontends: readonly Frontend[] = [javascript, python, go, java, documents];

/** The frontend that reads a file, and how; undefined when no language claims it. */
export const frontendFor = (path: string, firstLine: string): Claim | undefined =>
  claimOf(frontends, path, firstLine);
