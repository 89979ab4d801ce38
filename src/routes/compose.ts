/** Routes from what was registered on routers: prefixes of all mounts, and middleware in the order it runs. */
import type { Analysis } from "../dataflow/analysis.ts";
import { ROUTES } from "../limits.ts";
import type { RouteRow } from "../models/rows.ts";
import type { Decorations } from "./decorations.ts";
import type { Dependencies } from "./dependencies.ts";
import type { Step, Steps } from "./guards.ts";
import { handsOn } from "./hands-on.ts";
import { covers, join, matches, parametersOf } from "./paths.ts";
import { publicReason } from "./public.ts";
import type { Event, Router } from "./registrations.ts";
import type { Guard, GuardOrigin, Route } from "./route.ts";
import type { ViewRoute, Views } from "./views.ts";

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
  /** What mounts it says a path that stands in place of its own. */
  readonly replaced: boolean;
}

/** What tells what a step is. */
interface Tools {
  readonly steps: Steps;
  readonly decorations: Decorations;
  readonly views: Views;
  readonly dependencies: Dependencies;
}

type Registered = Extract<Event, { kind: "route" | "use" | "param" }>;

export function compose(
  analysis: Analysis,
  routers: ReadonlyMap<string, Router>,
  { steps, decorations, views, dependencies }: Tools,
): Route[] {
  const routes: Route[] = [];
  const mountedBy = (all: Iterable<Router>): Set<string> =>
    new Set(
      [...all].flatMap(({ events }) =>
        events.flatMap((event) => (event.kind === "mount" ? [event.router] : [])),
      ),
    );
  const everyMount = mountedBy(routers.values());
  /** Nobody is seen to serve it: what a function is given that nobody calls. */
  const isForeign = ({ id, root }: Router): boolean => !root && !everyMount.has(id);
  const mounted = mountedBy([...routers.values()].filter((one) => !isForeign(one)));
  // A service that serves by itself does so whoever else may mount it.
  const isOwn = ({ id, root, top }: Router): boolean => root && top === true && !mounted.has(id);
  const visit = ({ router, prefix, standing, whole, above, replaced }: Visit): void => {
    if (above.includes(router.id) || routes.length >= ROUTES) return;
    const isTop = above.length === 0;
    const base = join(prefix, replaced ? "" : router.prefix);
    const here: Standing[] = [...standing];
    const origin = (path: string): GuardOrigin => (isTop && path === "/" ? "global" : "router");
    for (const event of router.events)
      if (event.kind === "use" && event.row.anyOrder && !event.row.everywhere)
        here.push(...standingOf(event, base, origin));
    for (const event of router.events) {
      if (event.kind === "mount") {
        const child = routers.get(event.router);
        const path = join(base, event.path);
        if (child && !(isForeign(router) && isOwn(child)))
          visit({
            router: child,
            prefix: path,
            // What covers only a part below the mount is sorted out route by route.
            standing: here,
            whole,
            above: [...above, router.id],
            replaced: event.replaces,
          });
      } else if (event.kind === "route") {
        for (const path of event.paths ?? [event.paths === null ? "{?}" : ""]) {
          const full = join(base, path);
          const classRoutes = views.of(event.steps.at(-1)!, event.call);
          if (classRoutes) {
            const isWhole = whole && event.paths !== null;
            for (const one of classRoutes) routes.push(viewRoute(event, full, one, here, isWhole));
            continue;
          }
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
          for (const method of methodsOf(event, handler))
            routes.push(
              routeOf(event, method, full, handler, before, here, whole && event.paths !== null),
            );
        }
      } else if (!event.row.anyOrder && !event.row.everywhere)
        here.push(...standingOf(event, base, origin));
    }
  };

  const standingOf = (
    event: Registered,
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
  const split = (event: Registered): { handler: Step | undefined; before: Step[] } => {
    const all = event.steps.map((given) => steps.stepOf(given, event.call));
    const last = all.at(-1)!;
    if (takesOne(event.row)) return { handler: last, before: all.slice(0, -1) };
    const { evidence } = steps.guardOf(last, "route");
    const goesOn =
      evidence === "model" ||
      (last.functions.length > 0 &&
        last.functions.every((fn) => handsOn(analysis, fn, evidence === "structure")));
    return goesOn
      ? { handler: undefined, before: all }
      : { handler: last, before: all.slice(0, -1) };
  };

  /** The methods that a handler answers, where a decorator says so. */
  const methodsOf = (event: Registered, handler: Step): string[] => {
    const said =
      event.method === "*"
        ? steps.handlersOf(handler).flatMap((fn) => decorations.methodsOf(fn))
        : [];
    return said.length > 0 ? said : [event.method];
  };

  /** Guards of routers that a request for a path passes. */
  const standingAt = (method: string, path: string, here: readonly Standing[]): Guard[] => {
    const parameters = parametersOf(path);
    return here
      .filter(
        (one) =>
          (one.method === "*" || method === "*" || one.method === method) &&
          (one.exact ? matches(one.path, path) : covers(one.path, path)) &&
          (one.parameter === undefined || parameters.includes(one.parameter)),
      )
      .map(({ guard }) => guard);
  };

  const viewRoute = (
    event: Registered,
    base: string,
    { method, suffix, handlers, label, guards, public: open }: ViewRoute,
    here: readonly Standing[],
    whole: boolean,
  ): Route => {
    const path = join(base, suffix);
    return {
      method,
      path,
      parameters: parametersOf(path),
      framework: event.row.library,
      handlers,
      inputs: handlers.flatMap((fn) => dependencies.inputsOf(fn)),
      label,
      registration: event.call.module.valueBase + event.call.local,
      guards: [...standingAt(method, path, here), ...guards, ...steps.inlineOf(handlers)],
      chain: whole ? "whole" : "partial",
      public: open ?? publicReason(analysis, path, handlers),
    };
  };

  const routeOf = (
    event: Registered,
    method: string,
    path: string,
    handler: Step,
    before: readonly Step[],
    here: readonly Standing[],
    whole: boolean,
  ): Route => {
    const handlers = steps.handlersOf(handler);
    const { below, library } = decorations.aboutHandlers(handlers, event.call);
    const own = handlers.flatMap((fn) => decorations.guardsOfFunction(fn, below));
    const guards = [
      ...standingAt(method, path, here),
      ...before.map((step) => steps.guardOf(step, "route")),
      ...steps.wrappersOf(handler),
      ...own,
      ...(library !== undefined ? views.defaultsOf(library, event.call) : []),
      ...steps.dependenciesOf(handlers),
      ...steps.inlineOf(handlers),
    ].filter((guard) => !guard.except?.includes(method));
    return {
      method,
      path,
      parameters: parametersOf(path),
      framework: event.row.library,
      handlers,
      // What is no request of HTTP is called with what the client sent.
      inputs: HTTP.test(method) ? handlers.flatMap((fn) => dependencies.inputsOf(fn)) : "all",
      label: handler.label,
      registration: event.call.module.valueBase + event.call.local,
      guards,
      // What is no request of HTTP is mounted nowhere.
      chain: whole || !HTTP.test(event.method) ? "whole" : "partial",
      public: publicReason(analysis, path, handlers),
    };
  };

  const everywhere = [...routers.values()].flatMap(({ events }) =>
    events.flatMap((event) =>
      event.kind === "use" && event.row.everywhere ? standingOf(event, "", () => "global") : [],
    ),
  );
  for (const router of routers.values())
    if (!everyMount.has(router.id) || isOwn(router))
      visit({
        router,
        prefix: "",
        standing: everywhere,
        whole: router.root,
        above: [],
        replaced: false,
      });
  return routes;
}

/** Whether what registers takes one handler, which then is no middleware, whatever wraps it. */
function takesOne({ handlers: { segments } }: RouteRow): boolean {
  const [first] = segments;
  return (
    first?.kind === "decorated" ||
    (first?.kind === "argument" && first.from === first.to && first.names.length > 0)
  );
}

const HTTP = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|\*)$/;
