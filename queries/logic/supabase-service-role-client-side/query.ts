/** A key that passes every policy is given to everybody who opens the page. */
import { type Code, defineLogicQuery, plainName } from "../../../src/query-api.ts";

/** Settings that builders put into pages. */
const SHIPPED =
  /^(?:NEXT_PUBLIC|VITE|EXPO_PUBLIC|REACT_APP|PUBLIC|NUXT_PUBLIC|GATSBY|VUE_APP|NG_APP)_/;
const SECRET =
  /service_?role|service_?key|secret_?key|(?:^|_)secret(?:$|_)|private_?key|admin_?key|master_?key/;

export default defineLogicQuery({
  id: "supabase-service-role-client-side",
  name: "A key for servers is shipped with the page",
  cwe: ["CWE-522", "CWE-798"],
  severity: "critical",
  precision: "high",
  persona: "regular",
  languages: ["javascript", "typescript"],
  message: "Everybody who opens the page has {what}, and with it everything that it opens.",
  why: "What a page is built with is read by whoever opens it. A service key is asked for no owner and no policy.",
  fix: "Replace the key, and use it on the server alone. A page works with the public key, behind policies that name the owner.",
  good: `
import { createClient } from "@supabase/supabase-js";
export const client = createClient(process.env.NEXT_PUBLIC_SUPABASE_URL, process.env.NEXT_PUBLIC_SUPABASE_ANON_KEY);
`,
  bad: `
import { createClient } from "@supabase/supabase-js";
export const client = createClient(process.env.NEXT_PUBLIC_SUPABASE_URL, process.env.NEXT_PUBLIC_SUPABASE_SERVICE_ROLE_KEY);
`,

  *find({ code }) {
    for (const body of code.bodies)
      for (let value = body.from; value < body.to; value++) {
        const part = code.part(value);
        if (part.kind === "member" && part.name !== undefined && SHIPPED.test(part.name)) {
          const isSecret =
            SECRET.test(plainName(part.name)) &&
            !/public_?key|anon|publishable/.test(plainName(part.name.replace(SHIPPED, "")));
          if (isSecret && /^(?:env|environment)$/.test(code.names(part.object).at(-1) ?? ""))
            yield {
              at: value,
              values: { what: `the secret ${part.name}` },
              related: [],
              confidence: "high",
            };
        }
        if (part.kind !== "member" || part.name === undefined) continue;
        // A file that says that it runs in the page.
        if (
          /service_?role/.test(plainName(part.name)) &&
          !SHIPPED.test(part.name) &&
          isPage(code, value) &&
          code.names(part.object).at(-1) === "env"
        )
          yield {
            at: value,
            values: { what: `the secret ${part.name}` },
            related: [],
            confidence: "medium",
          };
      }
    for (const body of code.bodies)
      for (const call of code.calls(body)) {
        const part = code.part(call);
        if (part.kind !== "call" || part.name !== "createClient") continue;
        const key = part.args[1] === undefined ? undefined : code.constant(part.args[1]);
        if (key !== undefined && roleOf(key) === "service_role")
          yield {
            at: call,
            values: { what: "the key of the service itself, which is written here" },
            related: [],
            confidence: "high",
          };
      }
  },
});

const isPage = (code: Code, value: number): boolean =>
  code.directivesOf(value).includes("use client");

/** The role that a signed key is for. */
function roleOf(key: string): string | undefined {
  if (/^sb_secret_/.test(key)) return "service_role";
  const payload = /^eyJ[\w-]+\.(eyJ[\w-]+)\./.exec(key)?.[1];
  if (payload === undefined) return undefined;
  return /"role"\s*:\s*"(\w+)"/.exec(Buffer.from(payload, "base64url").toString("utf8"))?.[1];
}
