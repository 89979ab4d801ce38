/**
 * The queries of `queries/logic` and `queries/file`: the directory listing is the registry. They are code, and compiled
 * with the rest.
 */
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { FileQuery, LogicQuery } from "../query-api.ts";

const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";

async function load<Q extends { readonly id: string }>(kind: string): Promise<Q[]> {
  const folder = new URL(`../../queries/${kind}/`, import.meta.url);
  if (!existsSync(folder)) return [];
  const names = readdirSync(fileURLToPath(folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  const queries: Q[] = [];
  // One after the other: each loads the same modules, and not every loader shares them between unfinished imports.
  for (const name of names) {
    const { default: query } = (await import(
      new URL(`${name}/query.${extension}`, folder).href
    )) as {
      readonly default: Q;
    };
    if (query.id !== name) throw new Error(`queries/${kind}/${name} has the id "${query.id}"`);
    queries.push(query);
  }
  return queries;
}

export const logicQueries: readonly LogicQuery[] = await load("logic");
export const fileQueries: readonly FileQuery[] = await load("file");
