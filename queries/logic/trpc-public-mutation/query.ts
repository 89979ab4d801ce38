/** A procedure without the middleware that asks who is calling, among siblings that have it. */
import { defineLogicQuery } from "../../../src/query-api.ts";
import { unaskedRoutes } from "../unasked.ts";

export default defineLogicQuery({
  id: "trpc-public-mutation",
  name: "Procedure without the sign-in its siblings ask for",
  cwe: ["CWE-306", "CWE-862"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript"],
  message:
    "Anybody can call {route}: {guarded} of {total} {siblings} ask who is calling, by {guard}.",
  why: "What a procedure may do is decided by the builder it is made of. One that is made of the open builder changes or shows the same data without an account.",
  fix: "Make it of the builder for those who are signed in, and put the sender into the condition of the query. Test the caller without a session: it answers UNAUTHORIZED.",
  good: `
import { initTRPC, TRPCError } from "@trpc/server";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const t = initTRPC.context().create();
const open = t.procedure;
const signedIn = t.procedure.use(({ ctx, next }) => {
  if (!ctx.user) throw new TRPCError({ code: "UNAUTHORIZED" });
  return next();
});
export const notes = t.router({
  add: signedIn.mutation(({ ctx }) => db.note.create({ data: { ownerId: ctx.user.id } })),
  hide: signedIn.mutation(({ ctx }) => db.note.updateMany({ where: { ownerId: ctx.user.id }, data: { hidden: true } })),
  show: signedIn.mutation(({ ctx }) => db.note.updateMany({ where: { ownerId: ctx.user.id }, data: { hidden: false } })),
  clear: signedIn.mutation(({ ctx }) => db.note.deleteMany({ where: { ownerId: ctx.user.id } })),
});
`,
  bad: `
import { initTRPC, TRPCError } from "@trpc/server";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const t = initTRPC.context().create();
const open = t.procedure;
const signedIn = t.procedure.use(({ ctx, next }) => {
  if (!ctx.user) throw new TRPCError({ code: "UNAUTHORIZED" });
  return next();
});
export const notes = t.router({
  add: signedIn.mutation(({ ctx }) => db.note.create({ data: { ownerId: ctx.user.id } })),
  hide: signedIn.mutation(({ ctx }) => db.note.updateMany({ where: { ownerId: ctx.user.id }, data: { hidden: true } })),
  show: signedIn.mutation(({ ctx }) => db.note.updateMany({ where: { ownerId: ctx.user.id }, data: { hidden: false } })),
  purge: open.mutation(() => db.note.deleteMany({ where: { hidden: true } })),
});
`,

  find: (service) => unaskedRoutes(service, ({ framework }) => framework === "@trpc/server", false),
});
