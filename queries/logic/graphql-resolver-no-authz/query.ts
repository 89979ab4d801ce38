/** A resolver that asks nobody who is calling, among siblings that do. */
import { defineLogicQuery } from "../../../src/query-api.ts";
import { unaskedRoutes } from "../unasked.ts";

export default defineLogicQuery({
  id: "graphql-resolver-no-authz",
  name: "Resolver without the check its siblings make",
  cwe: ["CWE-862", "CWE-306"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript"],
  message:
    "Anybody can call {route}: {guarded} of {total} {siblings} ask who is calling, by {guard}.",
  why: "Every field of the schema can be asked for by itself, so each resolver must ask for itself, or a rule for the whole schema must.",
  fix: "Add the check its siblings make, or a rule that refuses by default. Test the query without a session.",
  good: `
import { ApolloServer } from "@apollo/server";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const signedIn = (context) => {
  if (!context.user) throw new Error("Unauthenticated");
};
export const server = new ApolloServer({
  typeDefs,
  resolvers: {
    Mutation: {
      addNote: (parent, args, context) => {
        signedIn(context);
        return db.note.create({ data: { ownerId: context.user.id } });
      },
      hideNotes: (parent, args, context) => {
        signedIn(context);
        return db.note.updateMany({ where: { ownerId: context.user.id }, data: { hidden: true } });
      },
      showNotes: (parent, args, context) => {
        signedIn(context);
        return db.note.updateMany({ where: { ownerId: context.user.id }, data: { hidden: false } });
      },
      clearNotes: (parent, args, context) => {
        signedIn(context);
        return db.note.deleteMany({ where: { ownerId: context.user.id } });
      },
    },
  },
});
`,
  bad: `
import { ApolloServer } from "@apollo/server";
import { PrismaClient } from "@prisma/client";
const db = new PrismaClient();
const signedIn = (context) => {
  if (!context.user) throw new Error("Unauthenticated");
};
export const server = new ApolloServer({
  typeDefs,
  resolvers: {
    Mutation: {
      addNote: (parent, args, context) => {
        signedIn(context);
        return db.note.create({ data: { ownerId: context.user.id } });
      },
      hideNotes: (parent, args, context) => {
        signedIn(context);
        return db.note.updateMany({ where: { ownerId: context.user.id }, data: { hidden: true } });
      },
      showNotes: (parent, args, context) => {
        signedIn(context);
        return db.note.updateMany({ where: { ownerId: context.user.id }, data: { hidden: false } });
      },
      purgeNotes: () => db.note.deleteMany({ where: { hidden: true } }),
    },
  },
});
`,

  find: (service) =>
    unaskedRoutes(
      service,
      ({ framework, method }) =>
        framework !== "@trpc/server" && ["MUTATION", "QUERY", "SUBSCRIPTION"].includes(method),
      false,
    ),
});
