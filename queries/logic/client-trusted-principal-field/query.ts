/** Whose a record is, the client says, though the service knows who the client is. */
import {
  type Access,
  type AccessField,
  defineLogicQuery,
  isFromPrincipal,
  type LogicResult,
  type Route,
  type Service,
  titleOf,
  writes,
} from "../../../src/query-api.ts";
import {
  fieldsSent,
  isForAdministrators,
  isMembership,
  isReference,
  isUnclear,
  knowsSender,
  sameName,
  Ties,
  type Use,
  usesOf,
} from "../ties.ts";

/** Fields that say who did it: nobody else can have. */
const AUTHOR =
  /^(?:author|creator|created_?by|sender|poster|uploader|submitter|reporter)(?:_?id)?$/i;

export default defineLogicQuery({
  id: "client-trusted-principal-field",
  name: "Owner or tenant taken from the request",
  cwe: ["CWE-639"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "go"],
  message:
    "Anyone signed in can {act} of anybody else's choice through {route}: {field} comes from the request, though the service knows who sends it ({evidence}).",
  why: "Who sends the request is known from the session or the token. Where the client says it once more in a field of its own, it says what it likes.",
  fix: "Take the owner and the tenant from the session, or from the record that is acted on, and drop the field from what may be sent. Test it with another one's id.",
  good: `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
app.use((req, res, next) => (req.user ? next() : res.status(401).end()));
app.post("/comments", async (req, res) => res.json(await db.comment.create({ data: { text: req.body.text, authorId: req.user.id } })));
`,
  bad: `
import express from "express";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const app = express();
app.use((req, res, next) => (req.user ? next() : res.status(401).end()));
app.post("/comments", async (req, res) => res.json(await db.comment.create({ data: { text: req.body.text, authorId: req.body.authorId } })));
`,

  *find(service) {
    const uses = usesOf(service);
    for (const route of service.routes) {
      if (route.public !== undefined || isForAdministrators(service, route)) continue;
      const accesses = service.accessesOf(route);
      if (accesses.length === 0) continue;
      const ties = new Ties(service, route);
      const isOpen = (name: string): boolean => !ties.isFieldChecked(name);
      for (const access of accesses) {
        const result =
          written(service, uses, route, access, isOpen) ??
          filtered(service, uses, route, access, isOpen);
        if (result && knowsSender(service, route)) yield result;
      }
      yield* vouched(service, route, ties);
    }
  },
});

const isOwner = (service: Service, name: string): boolean => {
  const kind = service.fieldClass(name);
  return kind === "owner" || kind === "tenant";
};

/** Names of fields in the body or query of the request, which anybody fills as they like. */
const sentBeside = (from: AccessField["from"]): string[] =>
  from.some((origin) => origin.kind === "request" && origin.part === "path")
    ? []
    : fieldsSent(from);

/** Places where the same field of the table is taken from the sender. */
const fromSender = (uses: readonly Use[], access: Access, field: string): readonly Use[] =>
  uses.filter(
    ({ access: other }) =>
      other.table === access.table &&
      other.value !== access.value &&
      [...other.where, ...other.written].some(
        (one) => sameName(one.name, field) && isFromPrincipal(one),
      ),
  );

function written(
  service: Service,
  uses: readonly Use[],
  route: Route,
  access: Access,
  isOpen: (name: string) => boolean,
): LogicResult | undefined {
  if (access.operation !== "create" && access.operation !== "upsert") return undefined;
  for (const field of access.written) {
    if (!isOwner(service, field.name)) continue;
    const sent = sentBeside(field.from).find(isOpen);
    if (sent === undefined) continue;
    const peers = fromSender(uses, access, field.name);
    const isAuthor = AUTHOR.test(field.name) || AUTHOR.test(sent);
    if (peers.length === 0 && !isAuthor) continue;
    if (!isAuthor && isMembership(access.table)) continue;
    return resultOf(
      route,
      access,
      field.name,
      `create ${named(access)} in the name`,
      peers,
      "high",
    );
  }
  return undefined;
}

function filtered(
  service: Service,
  uses: readonly Use[],
  route: Route,
  access: Access,
  isOpen: (name: string) => boolean,
): LogicResult | undefined {
  if (access.operation === "create" || isUnclear(access)) return undefined;
  if (access.where.some(isFromPrincipal) || isMembership(access.table)) return undefined;
  for (const field of access.where) {
    if (!isOwner(service, field.name)) continue;
    const sent = sentBeside(field.from).find(isOpen);
    if (sent === undefined) continue;
    const peers = fromSender(uses, access, field.name);
    if (peers.length === 0) continue;
    const verb = writes(access) ? "change" : "read";
    return resultOf(route, access, field.name, `${verb} ${named(access)}`, peers, "medium");
  }
  return undefined;
}

/** The sender's rights are asked for in a tenant of the client's choice, while the record is another field's. */
function* vouched(service: Service, route: Route, ties: Ties): Iterable<LogicResult> {
  const isByReference = service
    .accessesOf(route)
    .some(
      (access) =>
        writes(access) &&
        access.operation !== "create" &&
        access.where.some(({ from }) => fieldsSent(from).some(isReference)),
    );
  if (!isByReference) return;
  const { questions } = service.relationsOf(route);
  for (const question of questions) {
    if (!service.vocabulary.isDemand(question.name)) continue;
    if (!question.about.some(({ kind }) => kind === "principal")) continue;
    const tenant = question.about.find(
      (origin) =>
        origin.kind === "request" &&
        origin.part !== "path" &&
        service.fieldClass(origin.name) === "tenant",
    );
    if (tenant?.kind !== "request") continue;
    for (const access of service.accessesOf(route)) {
      if (!writes(access) || access.operation === "create" || isUnclear(access)) continue;
      const sent = access.where.flatMap(({ from }) => fieldsSent(from));
      const record = sent.find((name) => isReference(name) && name !== tenant.name);
      if (record === undefined || sent.some((name) => ties.isFieldChecked(name))) continue;
      if (access.where.some(({ from }) => from.some(({ kind }) => kind === "database"))) continue;
      yield {
        at: question.value,
        values: {
          route: titleOf(route),
          act: `change ${named(access)}`,
          field: tenant.name,
          evidence: `${question.name} asks for rights there, and nothing ties ${record} to it`,
        },
        related: [{ at: access.value, note: `${access.table} is changed by ${record}` }],
        confidence: "high",
      };
      break;
    }
  }
}

const named = ({ table }: Access): string => (table === "" ? "records" : table);

const resultOf = (
  route: Route,
  access: Access,
  field: string,
  act: string,
  peers: readonly Use[],
  confidence: LogicResult["confidence"],
): LogicResult => ({
  at: access.value,
  values: {
    route: titleOf(route),
    act,
    field,
    evidence:
      peers.length > 0
        ? `${peers.length} other ${peers.length === 1 ? "place takes" : "places take"} it from there`
        : "it says who did this",
  },
  related: peers.slice(0, 3).map(({ route: one, access: other }) => ({
    at: other.value,
    note: `${titleOf(one)} takes ${field} from the sender`,
  })),
  confidence,
});
