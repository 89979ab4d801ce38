/** A secret of the program's own that is written in the source for the case that none is set. */
import { defineLogicQuery, plainName } from "../../../src/query-api.ts";
import { isAside } from "../paths.ts";
import { demanded, fallbacks } from "../settings.ts";

/** What the program signs, encrypts or lets in with; keys for other people's services open nothing of its own. */
const OWN =
  /(?:^|_)(?:jwt|session|cookie|auth|app|token|signing|sign|signature|encryption|encrypt|cipher|crypto|csrf|nextauth|internal|webhook|hmac|hash|flask|django|master|state|refresh|server)_(?:\w+_)?(?:secret|secret_?key|key|salt|pepper)$|^(?:\w+_)?(?:jwt|session|cookie|signing|encryption|token)_?(?:secret|key)$|^(?:secret|secret_?key|app_?secret|auth_?secret)$|(?:^|_)(?:admin|root|super_?user)_(?:initial_)?(?:password|passwd|token|secret)$/;
const FOREIGN =
  /client_secret|public|publishable|aws|azure|gcp|google|github|gitlab|stripe|twilio|slack|openai|anthropic|smtp|mail|sms|redis|postgres|mysql|mongo|^db_|database|minio|s3|sentry|recaptcha|turnstile|_id$|_(?:name|header|file|path|url|uri|ttl|length|size|algorithm|field|prefix|rotation|version|type|format)$/;

export default defineLogicQuery({
  id: "placeholder-or-default-secret",
  name: "A secret falls back to a value that is written in the source",
  cwe: ["CWE-1392", "CWE-798", "CWE-547"],
  severity: "high",
  precision: "high",
  persona: "regular",
  languages: ["javascript", "typescript", "python", "java", "go"],
  message:
    "Wherever {setting} is not set, the program runs with the secret that stands here, and whoever has read the source can make its tokens, sessions or signatures.",
  why: "A default keeps a program running that nobody configured. It does so in production too, silently, with a secret that everybody knows.",
  fix: "Fail at the start where the setting is missing; keep a default for development outside of the code. Replace the secret wherever the default may have been used, and test a start with an empty environment.",
  good: `
const jwt = require("jsonwebtoken");
const secret = process.env.JWT_SECRET;
if (!secret) throw new Error("JWT_SECRET is required");
exports.issue = (user) => jwt.sign({ sub: user.id }, secret, { expiresIn: "15m" });
`,
  bad: `
const jwt = require("jsonwebtoken");
const secret = process.env.JWT_SECRET || "change-me";
exports.issue = (user) => jwt.sign({ sub: user.id }, secret, { expiresIn: "15m" });
`,

  *find(service) {
    let known: ReadonlySet<string> | undefined;
    for (const { setting, text, at } of fallbacks(service)) {
      const name = plainName(setting);
      if (!OWN.test(name) || FOREIGN.test(name) || isNoSecret(text)) continue;
      // The program does not start with it after all.
      known ??= demanded(service);
      if (known.has(setting) || known.has(text)) continue;
      const file = service.code.fileOf(at);
      yield {
        at,
        values: { setting },
        related: [],
        confidence: isAside(file) ? "low" : "high",
      };
    }
  },
});

/** An address, a path, a number, or an answer to another question. */
const isNoSecret = (text: string): boolean =>
  /^(?:\w+:)?\/\/|^[./~]|^\d{1,4}$|^(?:true|false|null|undefined|none|auto|env|file|HS\d+|RS\d+)$/i.test(
    text,
  ) || /\$\{|\{\{/.test(text);
