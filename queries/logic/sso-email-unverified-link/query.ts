/** Whoever registers somebody else's address at a provider is let into that person's account. */
import { type Body, type Code, defineLogicQuery, plainName } from "../../../src/query-api.ts";
import { isAside, isInBrowser } from "../paths.ts";
import { reachedFrom, wordsOf } from "../reach.ts";

/** What a provider says of somebody. */
const PROFILE =
  /(?:^|_)(?:profile|claims|user_?info|id_?token|identity|oauth_user|sso_user|provider_user|external_user|social_user)$/;
const CALLBACK =
  /o_?auth|oidc|openid|sso|saml|social|provider|federat|strategy|callback|identity|passport/;
/** It is asked whether the address is the person's, or who may sign in through the provider at all. */
const ASKED =
  /verif|hosted_?domain|^hd$|tenant|allowed_?domain|domain_?allow|trusted_?(?:provider|idp|email)|link_?existing|confirm/;
/** Providers that give out addresses only after they have asked for them. */
const TRUSTED = /google|apple|microsoft|azure|github|gitlab|okta/;

export default defineLogicQuery({
  id: "sso-email-unverified-link",
  name: "Accounts are joined by an address that the provider has not verified",
  cwe: ["CWE-287"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "python", "go"],
  message: "Whoever enters another one's address at the provider gets that account: {claim}.",
  why: "Many providers let people write down any address. Who is found by it alone may be somebody else.",
  fix: "Let in only whose address the provider has verified (email_verified), find people by the provider's own identifier, and ask for the password before an account is joined. Test it with a profile that is not verified.",
  good: `
exports.onOAuthProfile = async (profile, done) => {
  if (profile.email_verified !== true) return done(null, false);
  const user = await users.findOne({ email: String(profile.email) });
  done(null, user);
};
`,
  bad: `
exports.onOAuthProfile = async (profile, done) => {
  const user = await users.findOne({ email: String(profile.email) });
  done(null, user);
};
`,

  *find({ code }) {
    for (const body of code.bodies) {
      if (isAside(body.file) || isInBrowser(body.file)) continue;
      for (let value = body.from; value < body.to; value++) {
        const part = code.part(value);
        const allowed =
          part.kind === "record" ? part.fields.get("allowDangerousEmailAccountLinking") : undefined;
        if (allowed !== undefined && code.constant(allowed) === "true")
          yield {
            at: value,
            values: { claim: "accounts with the same address are joined without a question" },
            related: [],
            confidence: isTrusted(code, body, value) ? "low" : "medium",
          };
      }
      const found = lookedUp(code, body);
      if (found === undefined || !CALLBACK.test(placeOf(code, body))) continue;
      const parent = code.parentOf(body.fn);
      // A whole file is about other things too.
      const around = [
        body.fn,
        ...(parent === undefined || code.parentOf(parent) === undefined ? [] : [parent]),
      ];
      const callers = code.callersOf(body.fn).map((call) => code.functionOf(call));
      const words = [...wordsOf(code, new Set([...reachedFrom(code, around, 2), ...callers]))];
      if (words.some((word) => ASKED.test(plainName(word)))) continue;
      yield {
        at: found,
        values: {
          claim:
            "the account is found by the address in the profile, and nobody asks whether it was verified",
        },
        related: [],
        confidence:
          words.some((word) => TRUSTED.test(plainName(word))) || TRUSTED.test(placeOf(code, body))
            ? "low"
            : "medium",
      };
    }
  },
});

/** A call that looks for an account by the address of a profile. */
function lookedUp(code: Code, body: Body): number | undefined {
  for (const call of code.calls(body)) {
    const part = code.part(call);
    if (
      part.kind !== "call" ||
      !/find|get|first|lookup|select|filter|one|where|by_?email|load/i.test(part.name)
    )
      continue;
    for (const arg of [...part.args, ...part.named.values()]) if (isAddress(code, arg)) return call;
  }
  return undefined;
}

function isAddress(code: Code, value: number, depth = 4): boolean {
  const at = code.behind(value);
  const part = code.part(at);
  if (depth === 0) return false;
  if (part.kind === "record")
    return [...part.fields.values()].some((one) => isAddress(code, one, depth - 1));
  if (
    part.kind === "call" &&
    /^(?:String|str|toLowerCase|lower|trim|strip|ToLower|toString)$/.test(part.name)
  )
    return [...part.args, ...(part.receiver === undefined ? [] : [part.receiver])].some((one) =>
      isAddress(code, one, depth - 1),
    );
  if (part.kind !== "member") return false;
  const names = code.names(at).map(plainName);
  const holders = names.filter((name) => PROFILE.test(name));
  return (
    /^(?:e_?mail|mail|value)$/.test(names.at(-1) ?? "") &&
    (holders.length > 0 || isProfile(code, part.object))
  );
}

/** A formal that the function's own name says is a profile: names of formals are not always kept. */
function isProfile(code: Code, value: number): boolean {
  const at = code.behind(value);
  const part = code.part(at);
  if (part.kind !== "formal") return false;
  const { name } = code.bodyOf(code.functionOf(at));
  return /profile|claims|user_?info/.test(plainName(name));
}

const placeOf = (code: Code, body: Body): string => {
  const parent = code.parentOf(body.fn);
  return plainName(
    [
      body.name,
      code.classOf(body.fn),
      parent === undefined ? "" : code.bodyOf(parent).name,
      body.file.split("/").slice(-2).join("/"),
      ...code.importsOf(body.from),
    ].join(" "),
  );
};

const isTrusted = (code: Code, body: Body, record: number): boolean =>
  code.users(record).some((user) => {
    const part = code.part(user);
    return part.kind === "call" && TRUSTED.test(plainName(part.name));
  }) && body.fn >= 0;
