/** All routes of a program, in the order of their registration. */
import type { Analysis } from "../dataflow/analysis.ts";
import { Checks } from "./checks.ts";
import { compose } from "./compose.ts";
import { Controllers } from "./controllers.ts";
import { Conventions } from "./conventions.ts";
import { Evaluator } from "./evaluate.ts";
import { Steps } from "./guards.ts";
import { registrations } from "./registrations.ts";
import type { Route } from "./route.ts";
import { Tables } from "./tables.ts";

export function discoverRoutes(analysis: Analysis, evaluator = new Evaluator(analysis)): Route[] {
  const checks = new Checks(analysis);
  const steps = new Steps(analysis, evaluator, checks);
  const routes = [
    ...compose(analysis, registrations(analysis, evaluator), steps),
    ...new Controllers(analysis, evaluator, steps, checks).routes(),
    ...new Conventions(analysis, evaluator, steps).routes(),
    ...new Tables(analysis, evaluator, steps).routes(),
  ];
  const seen = new Set<string>();
  return routes
    .sort((a, b) => a.registration - b.registration || compare(a.path, b.path))
    .filter((route) => {
      // One registration may be walked more than once: through two callers, two roots.
      const key = `${route.registration} ${route.method} ${route.path} ${route.label}`;
      return !seen.has(key) && seen.add(key);
    });
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
