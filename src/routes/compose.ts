/** Routes from what was registered on routers: prefixes of all mounts, and middleware in the order it runs. */
import type { Analysis } from "../dataflow/analysis.ts";
import { ROUTES } from "../limits.ts";
import type { Step, Steps } from "./guards.ts";
import { handsOn } from "./hands-on.ts";
import { covers, join, matches, parametersOf } from "./paths.ts";
import { publicReason } from "./public.ts";
import type { Event, Router } from "./registrations.ts";
import type { Guard, GuardOrigin, Route } from "./route.ts";

/** Middleware that holds for what comes after it. */
interface Standing {
  readonly guard: Guard;
  readonly path: string;
  /** `*`, or the one method it is for. */
  readonly method: string;
  /** It answers its path alone, not what lies below. */
  readonly exact: boolean;
  readonly parameter: string | undefined;
}

interface Visit {
  readonly router: Router;
  readonly prefix: string;
  readonly standing: readonly Standing[];
  readonly whole: boolean;
  readonly above: readonly string[];
}

export function compose(
  analysis: Analysis,
  routers: ReadonlyMap<string, Router>,
  steps: Steps,
): Route[] {
  const routes: Route[] = [];
  const mounted = new Set(
    [...routers.values()].flatMap(({ events }) =>
      events.flatMap((event) => (event.kind === "mount" ? [event.router] : [])),
    ),
  );
  const visit = ({ router, prefix, standing, whole, above }: Visit): void => {
    if (above.includes(router.id) || routes.length >= ROUTES) return;
    const isTop = above.length === 0;
    const base = join(prefix, router.prefix);
    const here: Standing[] = [...standing];
    const origin = (path: string): GuardOrigin => (isTop && path === "/" ? "global" : "router");
    for (const event of router.events)
      if (event.kind === "use" && event.row.anyOrder) here.push(...standingOf(event, base, origin));
    for (const event of router.events) {
      if (event.kind === "mount") {
        const child = routers.get(event.router);
        const path = join(base, event.path);
        if (child)
          visit({
            router: child,
            prefix: path,
            // What covers only a part below the mount is sorted out route by route.
            standing: here,
            whole,
            above: [...above, router.id],
          });
      } else if (event.kind === "route") {
        for (const path of event.paths ?? [event.paths === null ? "{?}" : ""]) {
          const full = join(base, path);
          const { handler, before } = split(event);
          if (!handler) {
            // A route whose steps all go on is middleware of its path.
            for (const step of before)
              here.push({
                guard: steps.guardOf(step, "route"),
                path: full,
                method: event.method,
                exact: true,
                parameter: undefined,
              });
            continue;
          }
          routes.push(routeOf(event, full, handler, before, here, whole && event.paths !== null));
        }
      } else if (!event.row.anyOrder) here.push(...standingOf(event, base, origin));
    }
  };

  const standingOf = (
    event: Extract<Event, { kind: "route" | "use" | "param" }>,
    base: string,
    origin: (path: string) => GuardOrigin,
  ): Standing[] =>
    (event.kind === "param" ? [""] : (event.paths ?? [""])).flatMap((path) =>
      event.steps.map((given) => {
        const full = join(base, path);
        return {
          guard: steps.guardOf(
            steps.stepOf(given, event.call),
            event.kind === "param" ? "router" : origin(full),
          ),
          path: full,
          method: "*",
          exact: false,
          parameter: event.kind === "param" ? (event.paths?.[0] ?? "") : undefined,
        };
      }),
    );

  /** The last step handles the request unless it hands every request on. */
  const split = (
    event: Extract<Event, { kind: "route" | "use" | "param" }>,
  ): { handler: Step | undefined; before: Step[] } => {
    const all = event.steps.map((given) => steps.stepOf(given, event.call));
    const last = all.at(-1)!;
    const { evidence } = steps.guardOf(last, "route");
    const goesOn =
      evidence === "model" ||
      (last.functions.length > 0 &&
        last.functions.every((fn) => handsOn(analysis, fn, evidence === "structure")));
    return goesOn
      ? { handler: undefined, before: all }
      : { handler: last, before: all.slice(0, -1) };
  };

  const routeOf = (
    event: Extract<Event, { kind: "route" | "use" | "param" }>,
    path: string,
    handler: Step,
    before: readonly Step[],
    here: readonly Standing[],
    whole: boolean,
  ): Route => {
    const parameters = parametersOf(path);
    const standing = here.filter(
      (one) =>
        (one.method === "*" || event.method === "*" || one.method === event.method) &&
        (one.exact ? matches(one.path, path) : covers(one.path, path)) &&
        (one.parameter === undefined || parameters.includes(one.parameter)),
    );
    const handlers = steps.handlersOf(handler);
    const guards = [
      ...standing.map(({ guard }) => guard),
      ...before.map((step) => steps.guardOf(step, "route")),
      ...steps.wrappersOf(handler),
      ...steps.inlineOf(handlers),
    ];
    return {
      method: event.method,
      path,
      parameters,
      framework: event.row.library,
      handlers,
      // What is no request of HTTP is called with what the client sent.
      inputs: HTTP.test(event.method) ? [] : "all",
      label: handler.label,
      registration: event.call.module.valueBase + event.call.local,
      guards,
      // What is no request of HTTP is mounted nowhere.
      chain: whole || !HTTP.test(event.method) ? "whole" : "partial",
      public: publicReason(analysis, path, handlers),
    };
  };

  for (const router of routers.values())
    if (!mounted.has(router.id))
      visit({ router, prefix: "", standing: [], whole: router.root, above: [] });
  return routes;
}

const HTTP = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|\*)$/;
