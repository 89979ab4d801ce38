/** A route is registered with the function as it was before its guard was put around it. */
import { defineLogicQuery, identifying } from "../../../src/query-api.ts";

export default defineLogicQuery({
  id: "guard-decorator-order",
  name: "Guard above the route it should protect",
  cwe: ["CWE-696", "CWE-306"],
  severity: "high",
  precision: "high",
  persona: "regular",
  languages: ["python"],
  message:
    "{guard} stands above the route and protects nothing: {route} was registered with {function} as it was before, so anyone can call it.",
  why: "Decorators are applied from the bottom up. What registers a route keeps the function it is given; a guard that is put around it afterwards is never called by the service.",
  fix: "Put the guard below the route, next to the function; or ask for it before every request of the blueprint. Test it without credentials.",
  good: `
from flask import Flask
from flask_login import login_required

app = Flask(__name__)


@app.route("/backup")
@login_required
def backup():
    return "done"
`,
  bad: `
from flask import Flask
from flask_login import login_required

app = Flask(__name__)


@login_required
@app.route("/backup")
def backup():
    return "done"
`,

  *find(service) {
    const functions = service.functions().filter(({ language }) => language === "python");
    /** Files in which something is asked before every request. */
    const asked = new Set(
      functions
        .filter(({ decorators }) =>
          decorators.some(({ name }) => /^before_(?:app_)?request$/.test(name)),
        )
        .map(({ path }) => path),
    );
    for (const fn of functions) {
      if (asked.has(fn.path)) continue;
      const { decorators } = fn;
      const registered = decorators.findIndex(
        ({ name, text, receiver }) =>
          REGISTERS.test(name) && receiver !== "" && text?.startsWith("/"),
      );
      if (registered < 0) continue;
      const isGuard = ({ kinds }: (typeof decorators)[number]): boolean =>
        kinds.some((kind) => identifying.includes(kind));
      const late = decorators.slice(registered + 1).find(isGuard);
      // Another guard below the route is one that holds.
      if (!late || decorators.slice(0, registered).some(isGuard)) continue;
      yield {
        at: late.at,
        values: {
          guard: `@${late.name}`,
          route: decorators[registered]!.text ?? "the route",
          function: fn.name,
        },
        related: [
          { at: decorators[registered]!.at, note: "registers the function without the guard" },
        ],
        confidence: "high",
      };
    }
  },
});

/** Decorators that register what they are given at once. */
const REGISTERS = /^(?:route|get|post|put|patch|delete|api_route|websocket)$/;
