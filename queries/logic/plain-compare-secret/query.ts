/** A secret or a signature is compared the way texts are: the time it takes tells how much of it was right. */
import { type Code, defineLogicQuery, plainName } from "../../../src/query-api.ts";
import { isAside, isInBrowser } from "../paths.ts";
import { settingAt } from "../settings.ts";

/** Names of what lets somebody in. */
const SECRET =
  /(?:^|_)(?:secret|api_?key|access_?key|auth_?key|token|signature|passphrase|password)$/;
/** Parts of a request that hold what its sender proves itself with. */
const SENT = /^(?:headers?|authorization|cookies?|query|body|params|get_?header|header)$/i;

export default defineLogicQuery({
  id: "plain-compare-secret",
  name: "A secret is compared as plain text",
  cwe: ["CWE-208", "CWE-347"],
  severity: "low",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "python", "go", "java"],
  message:
    "{what} is compared letter by letter here: who measures how long the answer takes finds it out piece by piece.",
  why: "A comparison of texts ends at the first letter that differs. Repeated often enough, the time tells how many letters were right.",
  fix: "Compare digests of the same length with a function made for it: crypto.timingSafeEqual, hmac.compare_digest, hmac.Equal, MessageDigest.isEqual. Refuse where the expected secret is not set.",
  good: `
const crypto = require("crypto");
exports.isSigned = (body, signature) => {
  const expected = crypto.createHmac("sha256", process.env.HOOK_KEY).update(body).digest();
  return crypto.timingSafeEqual(expected, Buffer.from(signature, "hex"));
};
`,
  bad: `
const crypto = require("crypto");
exports.isSigned = (body, signature) => {
  const expected = crypto.createHmac("sha256", process.env.HOOK_KEY).update(body).digest("hex");
  return expected === signature;
};
`,

  *find({ code }) {
    for (const body of code.bodies) {
      if (isAside(body.file) || isInBrowser(body.file)) continue;
      for (let value = body.from; value < body.to; value++) {
        const sides = comparedAt(code, value);
        if (!sides || sides.some((one) => code.constant(one) !== undefined)) continue;
        const what = secretOf(code, sides[0], sides[1]) ?? secretOf(code, sides[1], sides[0]);
        if (what) yield { at: value, values: { what }, related: [], confidence: "medium" };
      }
    }
  },
});

/** What is compared, by an operator or by a function that does no more. */
function comparedAt(code: Code, value: number): readonly [number, number] | undefined {
  const part = code.part(value);
  if (part.kind === "compare") return part.sides;
  if (part.kind !== "call" || !code.acts(value).some(({ act }) => act === "compare-plainly"))
    return undefined;
  const [first, second] = part.args;
  return first === undefined || second === undefined ? undefined : [first, second];
}

/** What is to be found out: a signature that is computed here, or a secret that the program has. */
function secretOf(code: Code, own: number, sent: number): string | undefined {
  if (isDigest(code, own) && !isDigest(code, sent)) return "The signature";
  const names = code.names(own);
  const setting = settingAt(code, code.behind(own));
  const name =
    setting ??
    (/^(?:config|settings|env|environment)$/i.test(names.at(-2) ?? "") ? names.at(-1) : undefined);
  if (name === undefined || !SECRET.test(plainName(name))) return undefined;
  const from = code.names(sent);
  const isSent =
    from.some((one) => SENT.test(one)) ||
    [...code.enters(code.behind(sent))].some((kind) => /^(?:remote|header)/.test(kind));
  return isSent ? `The secret ${name}` : undefined;
}

/** Whether a value is what a function with a key makes of a text. */
function isDigest(code: Code, value: number, depth = 10): boolean {
  const at = code.behind(value);
  const part = code.part(at);
  if (depth === 0) return false;
  if (part.kind === "call") {
    if (code.acts(at).some(({ act }) => act === "keyed-digest")) return true;
    // `hmac.update(body).digest("hex")`, `base64.b64encode(mac.digest()).decode()`
    const inner = [
      ...(part.receiver === undefined ? [] : [part.receiver]),
      ...(/^(?:b64encode|hexlify|EncodeToString|from|toString|String|Sprintf|encode|decode|digest|hexdigest)$/.test(
        part.name,
      )
        ? part.args
        : []),
    ];
    return inner.some((one) => isDigest(code, one, depth - 1));
  }
  if (part.kind === "text") return code.inputs(at).some((one) => isDigest(code, one, depth - 1));
  return false;
}
