/** A query of a table without the owner or tenant that the other queries of the table ask for. */
import {
  type Access,
  type AccessField,
  defineLogicQuery,
  isFromPrincipal,
  type LogicResult,
  type Route,
  type Service,
  tierOf,
  titleOf,
  writes,
} from "../../../src/query-api.ts";
import {
  fieldsSent,
  isForAdministrators,
  isReference,
  isUnclear,
  knowsSender,
  Ties,
  type Use,
  usesOf,
} from "../ties.ts";

export default defineLogicQuery({
  id: "tenant-filter-missing-peer",
  name: "Query without the tenant that its siblings ask for",
  cwe: ["CWE-639"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "go"],
  message:
    "Anyone signed in can {verb} {table} of every tenant through {route}: {asking} of {total} queries of {table} ask for {field}, this one does not.",
  why: "Records of all customers stand in one table; the condition on the tenant is what keeps them apart. One query without it shows or changes all of them.",
  fix: "Add the tenant of the sender to the condition, best where no query can forget it: in a repository or a client that is made for one tenant. Test it with two tenants.",
  good: example("where: { projectId: req.user.projectId, status: String(req.query.status) }"),
  bad: example("where: { status: String(req.query.status) }"),

  *find(service) {
    const uses = usesOf(service);
    for (const route of service.routes) {
      if (route.public !== undefined || isForAdministrators(service, route)) continue;
      const accesses = service.accessesOf(route);
      if (accesses.length === 0) continue;
      const ties = new Ties(service, route);
      for (const access of accesses) {
        if (access.table === "" || access.operation === "create" || access.operation === "upsert")
          continue;
        if (!isUnbound(service, access, ties)) continue;
        const result = byPeers(service, uses, route, access);
        if (result && knowsSender(service, route)) yield result;
      }
    }
  },
});

/** Whether nothing in the conditions says whose the records are. A record found by its key is another query's. */
function isUnbound(service: Service, access: Access, ties: Ties): boolean {
  if (isUnclear(access) || access.where.length === 0) return false;
  const isByKey =
    !["list", "count"].includes(access.operation) &&
    access.where.some(({ name }) => isReference(name));
  if (isByKey || access.where.some((field) => saysWhose(service, field))) return false;
  if (
    access.where.some(({ from }) =>
      from.some(({ kind }) => kind === "database" || kind === "principal"),
    )
  )
    return false;
  const sent = access.where.flatMap(({ from }) => fieldsSent(from));
  return sent.length > 0 && !sent.some((name) => ties.isFieldChecked(name));
}

const saysWhose = (service: Service, { name }: AccessField): boolean =>
  ["owner", "tenant"].includes(service.fieldClass(name) ?? "");

function byPeers(
  service: Service,
  uses: readonly Use[],
  route: Route,
  access: Access,
): LogicResult | undefined {
  const distinct = new Map<number, Use>();
  for (const use of uses)
    if (
      use.access.table === access.table &&
      use.access.operation !== "create" &&
      // What was found for somebody before says nothing of how the table is asked.
      (!use.access.where.some(({ from }) => from.some(({ kind }) => kind === "database")) ||
        use.access.where.some((field) => saysWhose(service, field))) &&
      writes(use.access) === writes(access)
    )
      distinct.set(use.access.value, use);
  const peers = [...distinct.values()];
  const asking = peers.filter(({ access: one }) =>
    one.where.some((field) => saysWhose(service, field)),
  );
  const fromSender = asking.filter(({ access: one }) =>
    one.where.some((field) => saysWhose(service, field) && isFromPrincipal(field)),
  );
  const tier = tierOf(asking.length, peers.length);
  const [example] = fromSender;
  if (!tier || !example) return undefined;
  const field = example.access.where.find((one) => saysWhose(service, one))!;
  return {
    at: access.value,
    values: {
      route: titleOf(route),
      verb: writes(access) ? "change" : "read",
      table: access.table,
      asking: asking.length,
      total: peers.length,
      field: field.name,
    },
    deviant: route,
    related: fromSender.slice(0, 3).map(({ route: one, access: other }) => ({
      at: other.value,
      note: `${titleOf(one)} asks for it`,
    })),
    confidence: tier,
  };
}

function example(condition: string): string {
  return `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
app.use((req, res, next) => (req.user ? next() : res.status(401).end()));
app.get("/issues", async (req, res) => res.json(await db.issue.findMany({ where: { projectId: req.user.projectId }, take: 50 })));
app.get("/issues/mine", async (req, res) => res.json(await db.issue.findMany({ where: { projectId: req.user.projectId, authorId: req.user.id }, take: 50 })));
app.get("/issues/count", async (req, res) => res.json(await db.issue.count({ where: { projectId: req.user.projectId } })));
app.get("/issues/by-status", async (req, res) => res.json(await db.issue.findMany({ ${condition}, take: 50 })));
`;
}
