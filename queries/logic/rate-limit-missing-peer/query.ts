/** Passwords and codes can be tried as often as one likes, though the service limits how often other things are asked. */
import {
  defineLogicQuery,
  isGuardedBy,
  type LogicResult,
  plainName,
  type Route,
  type Service,
  titleOf,
} from "../../../src/query-api.ts";
import { reachedFrom, wordsOf } from "../reach.ts";

/** Where something is guessed, or a message is sent to whomever one names. */
const GUESSED =
  /(?:^|[/_-])(?:log_?in|sign_?in|authenticate|otp|2fa|mfa|totp|two_?factor|verify_?(?:otp|code|pin)|forg[eo]t_?pass(?:word|wd)?|reset_?pass(?:word|wd)?|request_?reset|magic_?link|recover|resend\w*)$/;
const CODE = /otp|2fa|mfa|totp|two_?factor|verify_?(?:code|pin)/;
/** Shows that tries are counted somewhere. */
const COUNTED =
  /rate_?limit|throttl|limiter|slow_?down|brute|attempt|(?:^|_)tries|lock_?out|locked|captcha|turnstile|too_?many|consume_?points|ratelimit/;
const COMPARES = /compare|verify|check|match|authenticate|sign_?in|log_?in|send|totp|otp/;

export default defineLogicQuery({
  id: "rate-limit-missing-peer",
  name: "Passwords or codes can be tried without a limit",
  cwe: ["CWE-307", "CWE-799"],
  severity: "medium",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "go"],
  message: "Whoever wants into an account may try as often as they like at {route}: {evidence}.",
  why: "A code of six digits is found in minutes and a common password in hours where nobody counts the tries.",
  fix: "Limit the tries for each account and each address, count them on the code itself, and make it worthless after a few. Test that the tenth try is answered with 429.",
  good: `
const express = require("express");
const rateLimit = require("express-rate-limit");
const app = express();
const limiter = rateLimit({ windowMs: 600000, max: 10 });
app.post("/forgot-password", limiter, async (req, res) => { await sendMail(String(req.body.email)); res.sendStatus(204); });
app.post("/register", limiter, async (req, res) => { await register(req.body); res.sendStatus(204); });
app.post("/login", limiter, async (req, res) => res.json(await checkPassword(req.body.email, req.body.password)));
`,
  bad: `
const express = require("express");
const rateLimit = require("express-rate-limit");
const app = express();
const limiter = rateLimit({ windowMs: 600000, max: 10 });
app.post("/forgot-password", limiter, async (req, res) => { await sendMail(String(req.body.email)); res.sendStatus(204); });
app.post("/register", limiter, async (req, res) => { await register(req.body); res.sendStatus(204); });
app.post("/login", async (req, res) => res.json(await checkPassword(req.body.email, req.body.password)));
`,

  *find(service) {
    const limited = service.routes.filter((route) => isGuardedBy(route, "rate"));
    for (const route of service.routes) {
      const result = unlimited(service, route, limited);
      if (result) yield result;
    }
  },
});

function unlimited(
  service: Service,
  route: Route,
  limited: readonly Route[],
): LogicResult | undefined {
  const { code } = service;
  if (!/^(?:POST|PUT|PATCH|MUTATION|ACTION)$/.test(route.method) || route.chain !== "whole")
    return undefined;
  const named = [route.path, route.label.split(".").at(-1) ?? ""].map(plainName);
  if (!named.some((name) => GUESSED.test(name)) || isGuardedBy(route, "rate")) return undefined;
  // Whoever is signed in already guesses nobody's password.
  if (
    isGuardedBy(route, "authentication", "role", "permission") &&
    !named.some((name) => CODE.test(name))
  )
    return undefined;
  const run = reachedFrom(code, [
    ...route.handlers,
    ...route.guards.flatMap(({ functions }) => functions),
  ]);
  const words = [...wordsOf(code, run), ...route.guards.map(({ label }) => label)].map(plainName);
  if (words.some((word) => COUNTED.test(word)) || !words.some((word) => COMPARES.test(word)))
    return undefined;
  const peers = limited.filter((one) => one.framework === route.framework);
  const alike = peers.filter((one) =>
    [one.path, one.label].map(plainName).some((name) => GUESSED.test(name)),
  );
  const near = peers.filter((one) => service.fileOf(one) === service.fileOf(route));
  const shown = alike.length > 0 ? alike : near;
  if (shown.length === 0) return undefined;
  return {
    at: route.registration,
    values: {
      route: titleOf(route),
      evidence: `${shown.length} ${shown.length === 1 ? "route" : "routes"} like it ${shown.length === 1 ? "has" : "have"} a limit, as ${titleOf(shown[0]!)} does`,
    },
    deviant: route,
    related: shown
      .slice(0, 3)
      .map((one) => ({ at: one.registration, note: `${titleOf(one)} has a limit` })),
    confidence: alike.length > 0 || shown.length > 2 ? "high" : "medium",
  };
}
