/** Who sends a webhook is not asked, or only where somebody has configured it. */
import {
  type Code,
  defineLogicQuery,
  identifying,
  isGuardedBy,
  type LogicResult,
  plainName,
  type Route,
  type Service,
  titleOf,
  writes,
} from "../../../src/query-api.ts";
import { HOOK, isAside } from "../paths.ts";
import { presence } from "../presence.ts";
import { reachedFrom, wordsOf } from "../reach.ts";

/** Where services tell each other what has happened. */
const PROVIDER =
  /stripe|paypal|github|gitlab|bitbucket|slack|shopify|twilio|clerk|svix|lemon_?squeezy|paddle|sendgrid|mailgun|postmark|discord|linear|adyen|razorpay|braintree|mollie|square|coinbase|plaid|docusign|hubspot|intercom|calendly|zoom|telegram|whatsapp/i;

/** Any of these shows that somebody asks who is calling, or asks the provider itself. */
const ASKS =
  /signature|hmac|digest|construct_?event|verif|timing_?safe|compare_?(?:digest|safe)|secure_?compare|constant_?time|secret|authenticat|authoriz|allow_?list|white_?list|trusted_?ip|x_hub|x-hub|svix|(?:^|[_-])token|api_?key|retrieve|checksum|nonce/i;

export default defineLogicQuery({
  id: "webhook-signature-missing",
  name: "Webhook that does not ask who sends it",
  cwe: ["CWE-345", "CWE-347"],
  severity: "high",
  precision: "high",
  persona: "regular",
  languages: ["javascript", "typescript", "python", "go"],
  message: "{claim}",
  why: "The address of a webhook is no secret. Who finds it reports payments, sign-ups or pushes that never happened, and the service believes them.",
  fix: "Check the provider's signature over the body as it came, before anything else, and refuse where the signing secret is not set. Test it with a forged body and without a signature.",
  good: `
const express = require("express");
const { PrismaClient } = require("@prisma/client");
const Stripe = require("stripe");
const db = new PrismaClient();
const stripe = new Stripe(process.env.STRIPE_KEY);
const app = express();
app.post("/stripe/webhook", express.raw({ type: "*/*" }), async (req, res) => {
  const event = stripe.webhooks.constructEvent(req.body, req.headers["stripe-signature"], process.env.STRIPE_WEBHOOK_SECRET);
  await db.order.update({ where: { id: event.data.object.id }, data: { paid: true } });
  res.sendStatus(200);
});
`,
  bad: `
const express = require("express");
const { PrismaClient } = require("@prisma/client");
const db = new PrismaClient();
const app = express();
app.post("/stripe/webhook", express.json(), async (req, res) => {
  await db.order.update({ where: { id: req.body.data.object.id }, data: { paid: true } });
  res.sendStatus(200);
});
`,

  *find(service) {
    for (const route of service.routes) {
      const result = unsigned(service, route);
      if (result) yield result;
    }
    for (const body of service.code.bodies) yield* optional(service.code, body.fn);
  },
});

function unsigned(service: Service, route: Route): LogicResult | undefined {
  const { code } = service;
  if (!/^(?:POST|PUT|\*)$/.test(route.method) || route.handlers.length === 0) return undefined;
  const named = plainName(`${route.path}/${route.label}`);
  if (!HOOK.test(route.path) && !HOOK.test(plainName(route.label))) return undefined;
  // `/webhooks/:id` is where somebody manages the webhooks that this service sends.
  if (/\/:?\{?\w*id\}?$/i.test(route.path) || route.chain !== "whole") return undefined;
  if (isGuardedBy(route, ...identifying)) return undefined;
  const written = service.accessesOf(route).filter(writes);
  const changing = written.find(
    ({ where, written: fields, spread }) =>
      [...where, ...fields].some(({ from }) => from.some(({ kind }) => kind === "request")) ||
      spread.some(({ kind }) => kind === "request"),
  );
  if (!changing) return undefined;
  const run = reachedFrom(code, [
    ...route.handlers,
    ...route.guards.flatMap(({ functions }) => functions),
  ]);
  const words = [...wordsOf(code, run), ...route.guards.map(({ label }) => label)];
  if (words.some((word) => ASKS.test(plainName(word)))) return undefined;
  return {
    at: route.registration,
    values: {
      claim: `Whoever knows the address ${titleOf(route)} can report what never happened: nothing asks who sends it, and ${changing.table || "a record"} is changed by what it says.`,
    },
    related: [{ at: changing.value, note: "is changed by what the webhook says" }],
    confidence: PROVIDER.test(named) ? "high" : "medium",
  };
}

/** Functions that check who signed something. */
const CHECKS =
  /^(?:is_|has_)?(?:verify|validate|check|valid|authenticate|assert)_(?:\w+_)?(?:signature|hmac|webhook)|(?:signature|hmac|webhook)_(?:is_)?(?:valid|verif|check)/;
/** What is needed to check it. */
const KEY =
  /(?:^|_)(?:secret|hmac|signing_?key|hmac_?key|webhook_?key|key)$|secret|hmac_?key|signing_?key/;

/** `if (!secret) return true`: where nobody has set the secret, everything is signed well. */
function* optional(code: Code, fn: number): Iterable<LogicResult> {
  const body = code.bodyOf(fn);
  if (!CHECKS.test(plainName(body.name)) || isAside(body.file)) return;
  for (let value = body.from; value < body.to; value++) {
    const part = code.part(value);
    if (part.kind !== "branch") continue;
    const tested = presence(code, part.condition);
    if (!tested) continue;
    const names = code.names(tested.value);
    const name = plainName(keyName(code, tested.value) ?? names.at(-1) ?? "");
    if (!KEY.test(name) || names.some((one) => /^(?:headers?|body|query|params)$/.test(one)))
      continue;
    const answer = code
      .arm(value, !tested.present)
      .map((one) => code.part(one))
      .find((one) => one.kind === "return");
    if (answer?.kind !== "return" || answer.input === undefined) continue;
    if (!passes(code, answer.input)) continue;
    yield {
      at: value,
      values: {
        claim: `Where no key is set, everything counts as signed: ${body.name}() lets whatever is sent pass, and whoever knows the address can report what never happened.`,
      },
      related: [],
      confidence: "high",
    };
  }
}

/** `settings.get("webhook_secret")` */
function keyName(code: Code, value: number): string | undefined {
  const part = code.part(code.behind(value));
  if (part.kind !== "call") return undefined;
  const [first] = part.args;
  return first === undefined ? undefined : code.constant(first);
}

/** `true`, or that there is no signature either. */
function passes(code: Code, value: number): boolean {
  const part = code.part(value);
  if (part.kind === "operator") return /^(?:!|not)$/.test(part.op);
  return /^true$/i.test(code.constant(value) ?? "");
}
