/**
 * Tables that the key every visitor has can read or write. Migrations are done in thought, in their order: what a later
 * one closes is closed.
 */
import { defineFileQuery, type FileResult, type TextFile } from "../../../src/query-api.ts";
import { nameOf, statementsOf } from "../sql.ts";

/** What is about somebody, or lets somebody in. */
const PERSONAL =
  /^(?:e_?mail\w*|phone\w*|password\w*|passwd|address\w*|street|birth\w*|dob|ssn|tax_?id|iban|card_\w+|first_?name|last_?name|full_?name|token|access_token|refresh_token|api_?key|secret\w*|ip_address|latitude|longitude|salary|balance|stripe_\w+|user_id|owner_id|author_id|account_id|customer_id|patient_id|created_by|profile_id|member_id|org(?:anization)?_id|team_id|tenant_id|workspace_id|message|content|body)$/;
const SENSITIVE =
  /^(?:e_?mail\w*|phone\w*|password\w*|passwd|address\w*|street|birth\w*|dob|ssn|tax_?id|iban|card_\w+|token|access_token|refresh_token|api_?key|secret\w*|ip_address|salary|balance|stripe_\w+)$/;

interface Policy {
  readonly name: string;
  readonly command: string;
  readonly line: number;
  readonly path: string;
  readonly using: string | undefined;
  readonly check: string | undefined;
}

interface Table {
  readonly path: string;
  readonly line: number;
  readonly columns: Set<string>;
  protected: boolean;
  /** Where protection was taken away. */
  off: { readonly path: string; readonly line: number } | undefined;
  readonly policies: Map<string, Policy>;
}

export default defineFileQuery({
  id: "supabase-rls-off-or-open",
  name: "A table that everybody with the public key can read or write",
  cwe: ["CWE-284", "CWE-732"],
  severity: "high",
  precision: "high",
  persona: "regular",
  files: ["**/supabase/**/*.sql"],
  example: "supabase/migrations/1_profiles.sql",
  message: "Anybody who opens the site can {deed} {table}: {evidence}.",
  why: "The key that a page comes with is public, and the database answers whoever has it. What keeps people apart are the policies of each table alone.",
  fix: "Switch row level security on in the migration that makes the table, and name the owner in each policy, in USING and in WITH CHECK: (select auth.uid()) = user_id. Test it with the public key and with two users.",
  good: `
create table profiles (id uuid primary key, email text, phone text);
alter table profiles enable row level security;
create policy own on profiles for select to authenticated using ((select auth.uid()) = id);
`,
  bad: `
create table profiles (id uuid primary key, email text, phone text);
alter table profiles enable row level security;
create policy everybody on profiles for select using (true);
`,

  *find(files) {
    // What lies in different projects is about different databases.
    const projects = new Map<string, TextFile[]>();
    for (const file of files) {
      if (/seed|(?:^|\/)tests?\//i.test(file.path)) continue;
      const folder = /^(.*?)(?:^|\/)supabase\//i.exec(file.path)?.[1] ?? "";
      projects.set(folder, [...(projects.get(folder) ?? []), file]);
    }
    for (const own of projects.values()) yield* claims(replay(own));
  },
});

/** The tables as they are after all migrations. */
function replay(files: readonly TextFile[]): Map<string, Table> {
  const tables = new Map<string, Table>();
  for (const { path, text } of files)
    for (const { text: sql, line } of statementsOf(text)) {
      const created = /^create (?:unlogged )?table (?:if not exists )?([\w".]+) ?\((.*)\)/i.exec(
        sql,
      );
      if (created) {
        const name = nameOf(created[1]!);
        if (!tables.has(name))
          tables.set(name, {
            path,
            line,
            columns: columnsOf(created[2]!),
            protected: false,
            off: undefined,
            policies: new Map(),
          });
        continue;
      }
      const dropped = /^drop table (?:if exists )?([\w".]+)/i.exec(sql);
      if (dropped) tables.delete(nameOf(dropped[1]!));
      const altered = /^alter table (?:if exists )?(?:only )?([\w".]+) (.*)$/i.exec(sql);
      const table = altered && tables.get(nameOf(altered[1]!));
      if (altered && table) {
        const deed = altered[2]!;
        if (/\b(?:enable|force) row level security/i.test(deed)) {
          table.protected = true;
          table.off = undefined;
        } else if (/\bdisable row level security/i.test(deed)) {
          table.protected = false;
          table.off = { path, line };
        }
        for (const [, column] of deed.matchAll(/\badd column (?:if not exists )?"?(\w+)"?/gi))
          table.columns.add(column!.toLowerCase());
        const renamed = /\brename to ([\w".]+)/i.exec(deed);
        if (renamed) {
          tables.delete(nameOf(altered[1]!));
          tables.set(nameOf(renamed[1]!), table);
        }
      }
      policy(tables, path, line, sql);
      // `do` blocks and helpers that go through all tables are not followed: what they protect counts as protected.
      if (/^do\b/i.test(sql) && /enable row level security/i.test(sql))
        for (const one of tables.values()) one.protected = true;
    }
  return tables;
}

function policy(tables: ReadonlyMap<string, Table>, path: string, line: number, sql: string): void {
  const dropped = /^drop policy (?:if exists )?("[^"]+"|\w+) on ([\w".]+)/i.exec(sql);
  if (dropped) tables.get(nameOf(dropped[2]!))?.policies.delete(dropped[1]!.toLowerCase());
  const made = /^(create|alter) policy ("[^"]+"|\w+) on ([\w".]+)(.*)$/i.exec(sql);
  const table = made && tables.get(nameOf(made[3]!));
  if (!made || !table) return;
  const rest = made[4]!;
  const name = made[2]!.toLowerCase();
  if (/\bas restrictive\b/i.test(rest)) return;
  const head = rest.split(/\b(?:using|with check) ?\(/i)[0]!;
  const roles = /\bto (.+)$/i.exec(head.trim())?.[1]?.toLowerCase() ?? "public";
  // The service itself passes every policy anyway.
  if (!/\b(?:public|anon|authenticated)\b/.test(roles)) {
    table.policies.delete(name);
    return;
  }
  table.policies.set(name, {
    name,
    command:
      /\bfor (\w+)/i.exec(head)?.[1]?.toLowerCase() ?? table.policies.get(name)?.command ?? "all",
    line,
    path,
    using: conditionOf(rest, "using"),
    check: conditionOf(rest, "with check"),
  });
}

/** What stands between the brackets after a word. */
function conditionOf(text: string, word: string): string | undefined {
  const at = new RegExp(`\\b${word} ?\\(`, "i").exec(text);
  if (!at) return undefined;
  let depth = 1;
  let end = at.index + at[0].length;
  const start = end;
  for (; end < text.length && depth > 0; end++) {
    if (text[end] === "(") depth++;
    else if (text[end] === ")") depth--;
  }
  return text.slice(start, end - 1).trim();
}

/** Names of columns: what each part of a definition begins with. */
function columnsOf(definition: string): Set<string> {
  const columns = new Set<string>();
  let depth = 0;
  let part = "";
  for (const character of `${definition},`) {
    if (character === "(") depth++;
    if (character === ")") depth--;
    if (character === "," && depth === 0) {
      const name = /^\s*"?(\w+)"?/.exec(part)?.[1]?.toLowerCase();
      if (
        name !== undefined &&
        !/^(?:constraint|primary|foreign|unique|check|exclude|like)$/.test(name)
      )
        columns.add(name);
      part = "";
    } else part += character;
  }
  return columns;
}

const isOpen = (condition: string | undefined): boolean =>
  condition !== undefined && /^\(*(?:true|1 ?= ?1)\)*$/i.test(condition);

function* claims(tables: ReadonlyMap<string, Table>): Iterable<FileResult> {
  for (const [name, table] of tables) {
    // Other schemas are not served.
    if (!name.startsWith("public.")) continue;
    const short = name.slice("public.".length);
    const personal = [...table.columns].filter((column) => PERSONAL.test(column));
    const sensitive = [...table.columns].filter((column) => SENSITIVE.test(column));
    if (!table.protected) {
      const at = table.off ?? table;
      if (personal.length === 0) continue;
      yield {
        path: at.path,
        line: at.line,
        about: `${name} unprotected`,
        values: {
          deed: "read, change and delete",
          table: short,
          evidence: table.off
            ? `row level security is switched off, and the table has ${listed(personal)}`
            : `row level security is never switched on, and the table has ${listed(personal)}`,
        },
        confidence: "high",
      };
      continue;
    }
    for (const policy of table.policies.values()) {
      const reads = /^(?:select|all)$/.test(policy.command) && isOpen(policy.using);
      const changes =
        (/^(?:update|delete|all)$/.test(policy.command) && isOpen(policy.using)) ||
        (/^(?:update|all)$/.test(policy.command) &&
          isOpen(policy.check) &&
          policy.using === undefined);
      if (changes)
        yield {
          path: policy.path,
          line: policy.line,
          about: `${name} ${policy.command} open`,
          values: {
            deed: policy.command === "delete" ? "delete any row of" : "change any row of",
            table: short,
            evidence: `the policy ${policy.name} asks nothing`,
          },
          confidence: "high",
        };
      // What everybody may read is often meant so: only what nobody publishes is told.
      else if (reads && sensitive.length > 0)
        yield {
          path: policy.path,
          line: policy.line,
          about: `${name} select open`,
          values: {
            deed: "read every row of",
            table: short,
            evidence: `the policy ${policy.name} asks nothing, and the table has ${listed(sensitive)}`,
          },
          confidence: "high",
        };
    }
  }
}

const listed = (columns: readonly string[]): string => columns.slice(0, 3).join(", ");
