/** A function that any page of the world can call by a POST, without the session its siblings ask for. */
import { defineLogicQuery } from "../../../src/query-api.ts";
import { unaskedRoutes } from "../unasked.ts";

export default defineLogicQuery({
  id: "next-server-action-no-auth",
  name: "Server action without the session its siblings ask for",
  cwe: ["CWE-306", "CWE-862"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript"],
  message:
    "Anybody can call {route}, with whatever arguments, by a POST request: {guarded} of {total} {siblings} ask who is calling, by {guard}.",
  why: "An exported function of a file for the server is an address of its own. That the page which calls it is protected does not matter, nor does middleware that looks at the page's path.",
  fix: "Ask for the session in the first statement, or make all actions by one client that asks, so that none can forget it. Test it without a session.",
  good: `
"use server";
import { PrismaClient } from "@prisma/client";
import { auth } from "./auth";
const db = new PrismaClient();
export async function addPost(title) {
  const session = await auth();
  if (!session) throw new Error("Unauthorized");
  return db.post.create({ data: { title } });
}
export async function renamePost(id, title) {
  const session = await auth();
  if (!session) throw new Error("Unauthorized");
  return db.post.updateMany({ where: { id, authorId: session.user.id }, data: { title } });
}
export async function hidePosts() {
  const session = await auth();
  if (!session) throw new Error("Unauthorized");
  return db.post.updateMany({ where: { authorId: session.user.id }, data: { hidden: true } });
}
export async function removePost(id) {
  const session = await auth();
  if (!session) throw new Error("Unauthorized");
  return db.post.deleteMany({ where: { id, authorId: session.user.id } });
}
`,
  bad: `
"use server";
import { PrismaClient } from "@prisma/client";
import { auth } from "./auth";
const db = new PrismaClient();
export async function addPost(title) {
  const session = await auth();
  if (!session) throw new Error("Unauthorized");
  return db.post.create({ data: { title } });
}
export async function renamePost(id, title) {
  const session = await auth();
  if (!session) throw new Error("Unauthorized");
  return db.post.updateMany({ where: { id, authorId: session.user.id }, data: { title } });
}
export async function hidePosts() {
  const session = await auth();
  if (!session) throw new Error("Unauthorized");
  return db.post.updateMany({ where: { authorId: session.user.id }, data: { hidden: true } });
}
export async function removePosts() {
  return db.post.deleteMany({ where: { old: true } });
}
`,

  find: (service) => unaskedRoutes(service, ({ method }) => method === "ACTION", true),
});
