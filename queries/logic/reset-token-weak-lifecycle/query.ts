/** The link by which somebody gets a new password: it works too long, more than once, or without a token at all. */
import {
  type Body,
  type Code,
  defineLogicQuery,
  type LogicResult,
  plainName,
  type Service,
} from "../../../src/query-api.ts";
import { isAside, isInBrowser } from "../paths.ts";
import { presence } from "../presence.ts";
import { reachedFrom, wordsOf } from "../reach.ts";

/** Functions and routes that set a password for whoever has a token. */
const RESETS =
  /reset_?(?:the_?)?(?:user_?)?pass(?:word|wd)|pass(?:word|wd)_?reset|set_?new_?pass(?:word|wd)|(?:confirm|complete|finish)_?(?:password_?)?reset/;
/** Asking for the link is another matter. */
const ASKS =
  /request|forg[eo]t|send|mail|init|start|generate|create|issue|link|template|validate$|verify$/;
const TOKEN = /(?:^|_)(?:token|code|otp|reset_?key|reset_?hash)$/;
const PASSWORD =
  /^(?:new_?)?(?:encrypted_?|hashed_?)?pass(?:word|wd)(?:_?(?:hash|digest))?$|^credential$/;
/** Shows that a token is used up, or bound to what the password was. */
const ONCE =
  /used|consum|revok|black_?list|deny_?list|invalidat|jti|nonce|token_?version|changed_?at|last_?password|delete|^del$|remove|destroy|one_?time|(?:recovery|reset|temp|password)_?(?:reset_?)?token|token_?hash|expire|clear/;

export default defineLogicQuery({
  id: "reset-token-weak-lifecycle",
  name: "A link for a new password that can be used again, or without its token",
  cwe: ["CWE-640", "CWE-613"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "python", "go"],
  message: "Accounts can be taken over by the link for a new password: {claim}.",
  why: "Such links lie in mailboxes, histories and logs. One that still works after it was used, or after its time, is a second password.",
  fix: "Make the token of 32 random bytes and keep its hash and its end. Refuse an empty token, compare the end with now, and delete the token in the statement that sets the password. Test it with an empty, an old and a used token.",
  good: `
const express = require("express");
const app = express();
app.post("/reset-password", async (req, res) => {
  const user = await users.findOne({ resetToken: hash(String(req.body.token)), resetExpires: { $gt: new Date() } });
  if (!user) return res.sendStatus(400);
  user.passwordHash = await hashPassword(req.body.password);
  user.resetToken = null;
  await user.save();
  res.sendStatus(204);
});
`,
  bad: `
const express = require("express");
const jwt = require("jsonwebtoken");
const app = express();
app.post("/reset-password", async (req, res) => {
  const { email } = jwt.verify(req.body.token, process.env.JWT_KEY, { algorithms: ["HS256"] });
  const user = await users.findOne({ email });
  user.passwordHash = await hashPassword(req.body.password);
  await user.save();
  res.sendStatus(204);
});
`,

  *find(service) {
    for (const body of service.code.bodies) {
      if (isAside(body.file) || isInBrowser(body.file) || !isReset(service, body)) continue;
      yield* weaknesses(service.code, body);
    }
  },
});

/** Whether a function is what sets the password: by its name or its route, and by doing it. */
function isReset({ code, routes }: Service, body: Body): boolean {
  const paths = routes.filter(({ handlers }) => handlers.includes(body.fn)).map(({ path }) => path);
  const names = [body.name, ...paths].map(plainName);
  if (!names.some((name) => RESETS.test(name) && !ASKS.test(name.replace(RESETS, ""))))
    return false;
  let hasToken = false;
  let sets = false;
  for (let value = body.from; value < body.to; value++) {
    const part = code.part(value);
    if (part.kind === "member" || part.kind === "formal" || part.kind === "call")
      hasToken ||=
        TOKEN.test(plainName(part.name ?? "")) ||
        /verify_?(?:jwt|token)/.test(plainName(part.name ?? ""));
    if (part.kind === "store") sets ||= PASSWORD.test(plainName(part.name ?? ""));
    if (part.kind === "record")
      sets ||= [...part.fields.keys()].some((name) => PASSWORD.test(plainName(name)));
    if (part.kind === "call")
      sets ||= /^(?:set|update|change|hash|save)_?(?:user_?)?pass(?:word|wd)/.test(
        plainName(part.name),
      );
  }
  return hasToken && sets;
}

function* weaknesses(code: Code, body: Body): Iterable<LogicResult> {
  const claim = (at: number, text: string, confidence: LogicResult["confidence"]): LogicResult => ({
    at,
    values: { claim: text },
    related: [],
    confidence,
  });
  const empty = emptyMatches(code, body);
  if (empty !== undefined)
    yield claim(
      empty,
      "a token that was used up is an empty text, and an empty text is not refused",
      "high",
    );
  for (const call of code.calls(body)) {
    const part = code.part(call);
    if (part.kind !== "call" || part.name !== "abs") continue;
    const decides = [...code.dependents(call)].some((one) => code.part(one).kind === "branch");
    const words = [...code.words(call)].join(" ");
    if (decides && /expir|diff|now|age/i.test(words))
      yield claim(
        call,
        "how far its end is away is compared without its sign, so that it works again long after",
        "high",
      );
  }
  const again = worksAgain(code, body);
  if (again !== undefined)
    yield claim(
      again,
      "nothing is used up when it is followed, so that it works again until it ends",
      "medium",
    );
}

/** A comparison with the stored token that an empty one passes after the token was cleared with an empty text. */
function emptyMatches(code: Code, body: Body): number | undefined {
  let cleared = false;
  const tested = new Set<string>();
  const compared: number[] = [];
  for (let value = body.from; value < body.to; value++) {
    const part = code.part(value);
    if (part.kind === "store" && TOKEN.test(plainName(part.name ?? "")))
      cleared ||= isEmpty(code, part.input);
    if (part.kind === "record")
      for (const [name, field] of part.fields)
        cleared ||= TOKEN.test(plainName(name)) && isEmpty(code, field);
    if (part.kind === "compare" && part.sides.every((one) => isToken(code, one)))
      compared.push(value);
    if (part.kind === "branch") {
      const asked = presence(code, part.condition);
      if (asked && code.part(part.condition).kind !== "call")
        tested.add(code.names(asked.value).join("."));
    }
  }
  if (!cleared) return undefined;
  return compared.find((value) => {
    const part = code.part(value);
    return (
      part.kind === "compare" && !part.sides.some((one) => tested.has(code.names(one).join(".")))
    );
  });
}

const isEmpty = (code: Code, value: number): boolean => {
  const part = code.part(value);
  return part.kind === "constant" && part.type === "text" && part.text === "";
};

const isToken = (code: Code, value: number): boolean =>
  TOKEN.test(plainName(code.names(value).at(-1) ?? ""));

/** A signed token says whose password it is, and nothing remembers that it was used. */
function worksAgain(code: Code, body: Body): number | undefined {
  const verified = [...code.calls(body)].find((call) => {
    const part = code.part(call);
    if (part.kind !== "call") return false;
    const isVerifying =
      code.acts(call).some(({ act }) => act === "verify-token") ||
      /^(?:verify|decode|parse)_?(?:reset_?)?(?:jwt|token)$/.test(plainName(part.name));
    return isVerifying && isFixed(code, part.args.slice(1));
  });
  if (verified === undefined) return undefined;
  const words = [...wordsOf(code, reachedFrom(code, [body.fn], 2))].filter(
    (word) => word !== body.name && !/\s/.test(word.trim()),
  );
  // The words of statements count too, one by one.
  const inTexts = [...wordsOf(code, [body.fn])].flatMap((word) => word.split(/[^\w]+/));
  return [...words, ...inTexts].some((word) => ONCE.test(plainName(word))) ? undefined : verified;
}

/** A key that is the same for everybody: one made of the account's own hash ends with the password. */
const isFixed = (code: Code, keys: readonly number[]): boolean =>
  keys.slice(0, 1).every((key) => {
    const words = [...code.words(key, 6)].join(" ");
    return !/hash|user|account|password(?!_?reset)/i.test(words);
  });
