// Writes queries/README.md from the queries. Run it after `npm run build` when one was added or changed:
// `node scripts/query-list.mjs`. A test fails while the list is stale.
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "queries");

/** The list as Markdown, from the data of the folder `queries` and the queries there that are code. */
export function queryList({ queries, models }, logic, files) {
  const all = [
    ...queries,
    ...logic.map((query) => ({ file: `logic/${query.id}/query.ts`, data: query })),
    ...files.map((query) => ({ file: `file/${query.id}/query.ts`, data: query })),
  ];
  const sorted = all.sort((a, b) => compare(a.data.id, b.data.id));
  return `${[
    "# The queries",
    `<!-- Written by scripts/query-list.mjs; change the queries instead. -->`,
    `${all.length} queries, and models of ${models.length} libraries or families of them in [\`models/\`](models). [docs/queries.md](../docs/queries.md) says how to write one. Severity is the impact of a true finding; precision is how many of a query's findings are expected to be true; the persona is whom it is shown to.`,
    table(
      ["Query", "What it finds", "CWE", "Severity", "Precision", "Persona"],
      sorted.map(({ file, data }) => [
        `[${data.id}](${file})`,
        data.name,
        data.cwe.map((cwe) => cwe.replace("CWE-", "")).join(", "),
        data.severity,
        data.precision,
        data.persona,
      ]),
    ),
    "## What they look for",
    ...sorted.map(
      ({ data }) => `### ${data.id}\n\n${data.why.trim()}\n\n_Fix:_ ${data.fix.trim()}`,
    ),
  ].join("\n\n")}\n`;
}

function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { readQueryData } = await import("../dist/src/queries/data.js");
  const { fileQueries, logicQueries } = await import("../dist/src/queries/logic-registry.js");
  writeFileSync(
    join(folder, "README.md"),
    queryList(readQueryData(folder), logicQueries, fileQueries),
  );
}
