/** What a route reads and writes: conditions, written fields, and where their values come from. */
import { describe, expect, test } from "@jest/globals";
import type { Access, Origin } from "../src/query-api.ts";
import { Service } from "../src/routes/service.ts";
import { analyse } from "./support/analyse.ts";

const text = (from: readonly Origin[]): string =>
  from
    .map((origin) => {
      if (origin.kind === "request") return `${origin.part || "request"}.${origin.name}`;
      if (origin.kind === "principal") return `sender.${origin.name}`;
      return origin.kind === "database" ? `record.${origin.name}` : origin.kind;
    })
    .join("|");

/** `update stock where id=path.id set count@=body.n; limit`; `@`: made of what the database holds. */
function told(access: Access): string {
  const fields = (list: Access["where"]): string =>
    list.map(({ name, from, atomic }) => `${name}${atomic ? "@" : ""}=${text(from)}`).join(" ");
  return [
    `${access.operation} ${access.table}`,
    ...(access.where.length > 0 ? [`where ${fields(access.where)}`] : []),
    ...(access.written.length > 0 ? [`set ${fields(access.written)}`] : []),
    ...(access.spread.length > 0 ? [`spread ${text(access.spread)}`] : []),
    ...(access.selected === "all" ? [] : [`select ${access.selected.join(" ")}`]),
    ...(access.limit ? [`limit ${text(access.limit)}`] : []),
    ...(access.open ? ["open"] : []),
    ...(access.inTransaction ? ["as one"] : []),
    ...(access.locked ? ["locked"] : []),
  ].join(", ");
}

async function serviceOf(body: string): Promise<Service> {
  const { analysis } = await analyse(
    new Map([
      [
        "app.js",
        `import express from "express";
         const app = express();
         ${body}`,
      ],
    ]),
  );
  return new Service(analysis);
}

async function accessesOf(body: string): Promise<string[]> {
  const service = await serviceOf(body);
  return service.routes.flatMap((route) => service.accessesOf(route).map(told));
}

describe("a chain of calls", () => {
  test("of Knex", async () => {
    expect(
      await accessesOf(`
        import createKnex from "knex";
        const knex = createKnex({});
        app.get("/orders/:id", async (req, res) => {
          await knex("orders").where({ id: req.params.id, user_id: req.user.id }).first("id", "total");
          await knex("orders").where("id", req.params.id).andWhere("total", ">", 5).orderBy("id").limit(Number(req.query.limit));
          await knex("stock").where("id", 1).decrement("count", req.body.n);
          let open = knex("orders").where("state", req.query.state);
          if (req.query.mine) open = open.where("user_id", req.user.id);
          await open;
        });`),
    ).toEqual([
      "read orders, where id=path.id user_id=sender.id, select id total",
      "list orders, where id=path.id total=constant, limit query.limit",
      "update stock, where id=constant, set count@=body.n",
      "list orders, where state=query.state user_id=sender.id, open",
    ]);
  });

  test("of Drizzle", async () => {
    expect(
      await accessesOf(`
        import { and, eq } from "drizzle-orm";
        import { drizzle } from "drizzle-orm/node-postgres";
        import { posts, users } from "./schema.js";
        const db = drizzle("postgres://localhost");
        app.put("/posts/:id", async (req, res) => {
          const [user] = await db.select({ id: users.id }).from(users).where(and(eq(users.id, req.body.userId), eq(users.orgId, req.user.orgId))).limit(1);
          await db.update(posts).set({ title: req.body.title }).where(eq(posts.id, req.params.id));
          await db.insert(posts).values({ ...req.body, authorId: user.id });
          await db.transaction(async (tx) => { await tx.delete(posts).where(eq(posts.authorId, user.id)); });
        });`),
    ).toEqual([
      "list users, where id=body.userId orgId=sender.orgId, select id, limit constant",
      "update posts, where id=path.id, set title=body.title",
      "create posts, set authorId=record.id, spread body.body",
      "delete posts, where authorId=record.id, as one",
    ]);
  });

  test("of TypeORM, whose record is written back", async () => {
    expect(
      await accessesOf(`
        import { DataSource } from "typeorm";
        import { Account } from "./account.js";
        const source = new DataSource({});
        app.patch("/accounts/:id", async (req, res) => {
          const accounts = source.getRepository(Account);
          const account = await accounts.createQueryBuilder("a").where("a.id = :id and a.orgId = :org", { id: req.params.id, org: req.user.orgId }).getOne();
          account.name = req.body.name;
          await accounts.save(account);
        });`),
    ).toEqual([
      "read Account, where id=path.id orgId=sender.orgId",
      "upsert Account, where id=record., set name=body.name",
    ]);
  });

  test("of Firestore", async () => {
    expect(
      await accessesOf(`
        import { getFirestore } from "firebase-admin/firestore";
        const db = getFirestore();
        app.get("/notes/:id", async (req, res) => {
          await db.collection("notes").doc(req.params.id).update({ text: req.body.text });
          await db.collection("notes").where("owner", "==", req.user.id).limit(5).get();
        });`),
    ).toEqual([
      "update notes, where id=path.id, set text=body.text",
      "list notes, where owner=sender.id, limit constant",
    ]);
  });
});

test("statements say columns, limits and locks", async () => {
  expect(
    await accessesOf(`
      import postgres from "postgres";
      const sql = postgres();
      app.post("/pay", async (req, res) => {
        await sql\`select id, balance from wallet where user_id = \${req.user.id} and deleted = false for update\`;
        await sql\`insert into payment (id, user_id, amount) values (gen_random_uuid(), \${req.user.id}, \${req.body.amount})\`;
        await sql\`update wallet set balance = balance - \${req.body.amount} where user_id = \${req.user.id}\`;
        await sql\`select * from payment where user_id = \${req.user.id} limit \${req.query.limit}\`;
      });`),
  ).toEqual([
    "read wallet, where user_id=sender.id deleted=constant, select id balance, locked",
    // Whoever waits for the first waits for what comes after it too.
    "create payment, set user_id=sender.id amount=body.amount, locked",
    "update wallet, where user_id=sender.id, set balance@=body.amount, locked",
    "read payment, where user_id=sender.id, limit query.limit, locked",
  ]);
});

test("what happens as one is what a transaction is given, or what comes after it is begun", async () => {
  expect(
    await accessesOf(`
      import { PrismaClient } from "@prisma/client";
      const db = new PrismaClient();
      app.post("/a", async (req, res) => {
        await db.note.create({ data: { text: "before" } });
        await db.$transaction([db.note.create({ data: { text: "one" } }), db.log.create({ data: { text: "two" } })]);
        await db.$transaction(async (tx) => tx.note.update({ where: { id: 1 }, data: { count: { increment: 1 } } }));
      });`),
  ).toEqual([
    "create note, set text=constant",
    "create note, set text=constant, as one",
    "create log, set text=constant, as one",
    "update note, where id=constant, set count@=constant, as one",
  ]);
});

test("a name that the path does not have is no part of it", async () => {
  expect(
    await accessesOf(`
      import { PrismaClient } from "@prisma/client";
      const db = new PrismaClient();
      app.get("/users/:id", async (req, res) => {
        const filter = { params: load() };
        await db.user.findFirst({ where: { id: filter.params.other } });
        await db.user.findFirst({ where: { id: req.params.id } });
      });`),
  ).toEqual(["read user, where id=unknown", "read user, where id=path.id"]);
});

test("what is compared, asked and answered", async () => {
  const service = await serviceOf(`
    import { PrismaClient } from "@prisma/client";
    const db = new PrismaClient();
    app.get("/boards/:boardId/cards/:cardId", async (req, res) => {
      await canRead(req.user, req.params.boardId);
      const card = await db.card.findUnique({ where: { id: req.params.cardId } });
      if (card.boardId !== req.params.boardId) return res.sendStatus(404);
      delete card.secret;
      res.json({ card });
    });`);
  const [route] = service.routes;
  const { comparisons, questions, answers, removed } = service.relationsOf(route!);
  expect(
    comparisons.map(({ operator, left, right }) => [text(left), operator, text(right)]),
  ).toEqual([["record.boardId", "!==", "path.boardId"]]);
  expect(questions.map(({ name, about }) => [name, text(about)])).toEqual([
    ["canRead", "sender.user|path.boardId"],
  ]);
  expect(answers.map(({ of }) => of)).toEqual(service.accessesOf(route!).map(({ value }) => value));
  expect([...removed]).toEqual(["secret"]);
});
