// Draws the beginning of the demo's report as docs/demo.svg, from what adr-scan writes to a terminal with colours.
// Run it after `npm run build` when the report has changed: `node scripts/demo-picture.mjs`.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeDemoRepository } from "./demo.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const COLUMNS = 80;
const SIZE = 14;
const WIDTH = SIZE * 0.6;
const HEIGHT = 19;
const MARGIN = 18;

const FOREGROUND = "#d6deeb";
const BACKGROUND = "#10151f";
/** By the last digit of a colour's code, as in `31` and `91`. */
const COLOURS = [
  "#10151f",
  "#ff7b72",
  "#7ee787",
  "#e3b341",
  "#79b8ff",
  "#d2a8ff",
  "#76d9e6",
  "#ffffff",
];
/** A background in the same colour would drown the text on it. */
const BEHIND = [
  "#10151f",
  "#b3261e",
  "#2f7d3b",
  "#8a6d1a",
  "#2a5c99",
  "#6d4aa3",
  "#1f7a86",
  "#ffffff",
];

/** Runs of text with one look, line by line. */
function parse(ansi) {
  let style = {};
  return ansi.split("\n").map((line) => {
    const runs = [];
    for (const [, codes, text] of line.matchAll(/\x1b\[([\d;]*)m|([^\x1b]+)/g)) {
      if (text !== undefined) runs.push({ ...style, text });
      else for (const code of codes.split(";").map(Number)) style = apply(style, code);
    }
    return runs;
  });
}

function apply(style, code) {
  if (code === 0) return {};
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 39) return { ...style, colour: undefined };
  if (code === 49) return { ...style, behind: undefined };
  if (code >= 30 && code <= 37) return { ...style, colour: COLOURS[code - 30] };
  if (code >= 90 && code <= 97) return { ...style, colour: COLOURS[code - 90] };
  if (code >= 40 && code <= 47) return { ...style, behind: BEHIND[code - 40] };
  throw new Error(`no such style is known: ${code}`);
}

function draw(lines) {
  const width = COLUMNS * WIDTH + 2 * MARGIN;
  const height = lines.length * HEIGHT + 2 * MARGIN;
  const body = lines.flatMap((runs, row) => {
    let column = 0;
    return runs.flatMap((run) => {
      const x = MARGIN + column * WIDTH;
      const y = MARGIN + row * HEIGHT;
      column += run.text.length;
      return run.text.trim() === "" && run.behind === undefined ? [] : drawRun(run, x, y);
    });
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${height}" width="${round(width)}" height="${height}" role="img" aria-label="The beginning of adr-scan's report on the demo's branch">
<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${SIZE}" fill="${FOREGROUND}">
${body.join("\n")}
</g>
</svg>
`;
}

function drawRun({ text, colour, behind, bold, dim }, x, y) {
  const length = round(text.length * WIDTH);
  const box =
    behind &&
    `<rect x="${round(x)}" y="${y}" width="${length}" height="${HEIGHT}" fill="${behind}"/>`;
  const look = [
    colour && ` fill="${colour}"`,
    bold && ' font-weight="bold"',
    dim && ' fill-opacity="0.6"',
  ].filter(Boolean);
  // The length keeps columns in line whatever font there is.
  const words = `<text x="${round(x)}" y="${y + SIZE}" textLength="${length}" lengthAdjust="spacingAndGlyphs" xml:space="preserve"${look.join("")}>${escapeXml(text)}</text>`;
  return box ? [box, words] : [words];
}

function escapeXml(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function round(number) {
  return Math.round(number * 100) / 100;
}

/** The command, and the report as far as the end of its first finding. */
function beginning(report) {
  const lines = parse(report.trimEnd());
  const text = (runs) => runs.map((run) => run.text).join("");
  const second = lines.findIndex((runs) => text(runs).startsWith("2. "));
  const shown = second < 0 ? lines : lines.slice(0, second);
  const command = [
    { text: "$ ", dim: true },
    { text: "adr-scan diff main", bold: true },
  ];
  return [command, [], ...shown, [{ text: "...", dim: true }]];
}

const folder = mkdtempSync(join(tmpdir(), "adr-scan-picture-"));
try {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, "bin", "adr-scan.js"), "diff", "main", "--no-cache"],
    {
      cwd: makeDemoRepository(folder),
      encoding: "utf8",
      env: { ...process.env, FORCE_COLOR: "1" },
    },
  );
  if (status !== 0 && status !== 1)
    throw new Error(`adr-scan ended with status ${status}: ${stderr}`);
  writeFileSync(join(root, "docs", "demo.svg"), draw(beginning(stdout)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
