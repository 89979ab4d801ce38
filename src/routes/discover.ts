/** All routes of a program, in the order of their registration. */
import type { Analysis } from "../dataflow/analysis.ts";
import { Checks } from "./checks.ts";
import { Classes } from "./classes.ts";
import { compose } from "./compose.ts";
import { Controllers } from "./controllers.ts";
import { Conventions } from "./conventions.ts";
import { Decorations } from "./decorations.ts";
import { Dependencies } from "./dependencies.ts";
import { Evaluator } from "./evaluate.ts";
import { Steps } from "./guards.ts";
import { registrations } from "./registrations.ts";
import type { Route } from "./route.ts";
import { Tables } from "./tables.ts";
import { Views } from "./views.ts";

export function discoverRoutes(analysis: Analysis, evaluator = new Evaluator(analysis)): Route[] {
  const checks = new Checks(analysis);
  const dependencies = new Dependencies(analysis, evaluator);
  const steps = new Steps(analysis, evaluator, checks, dependencies);
  const decorations = new Decorations(analysis, evaluator, steps, checks);
  const classes = new Classes(analysis, evaluator);
  const views = new Views(analysis, evaluator, classes, steps, decorations);
  const routers = registrations(analysis, evaluator, dependencies);
  const routes = [
    ...compose(analysis, routers, { steps, decorations, views, dependencies }),
    ...new Controllers(analysis, evaluator, steps, decorations).routes(),
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
