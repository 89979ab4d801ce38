/** Puts the logic queries to the model of the service. */
import type { LogicResult } from "../query-api.ts";
import type { Service } from "../routes/service.ts";
import type { LogicQueryEntry } from "./registry.ts";

export interface LogicFinding {
  readonly query: LogicQueryEntry;
  readonly message: string;
  readonly result: LogicResult;
}

export function findLogic(service: Service, queries: readonly LogicQueryEntry[]): LogicFinding[] {
  const found = new Map<string, LogicFinding>();
  for (const query of queries) {
    for (const result of query.find(service)) {
      const key = `${query.info.id} ${result.at}`;
      // A place that is wrong in several ways is one finding.
      if (found.has(key)) continue;
      const message = query.message.replace(/\{(\w+)\}/g, (whole, name: string) =>
        String(result.values[name] ?? whole),
      );
      found.set(key, { query, message, result });
    }
  }
  return [...found.values()];
}
