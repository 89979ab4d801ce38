/** Where the comment of a line begins, for languages in which one line tells: no parser, so that every file can be asked. */

const SLASHES = ["//", "/*"];
const HASH = ["#"];
const MARKUP = ["<!--"];
const DASHES = ["--", "/*"];

/** Extension to what opens a comment there. */
const openersOf: Readonly<Record<string, readonly string[]>> = {
  ...table(SLASHES, "js cjs mjs jsx ts cts mts tsx java go c h cc cpp hpp cs kt kts swift scala"),
  ...table(SLASHES, "rs dart groovy gradle jsonc json5 scss less css sol proto zig prisma"),
  ...table(HASH, "py pyi rb sh bash zsh fish yml yaml toml pl r ex exs mk cmake conf ini cfg env"),
  ...table(HASH, "properties graphql gql nix ps1"),
  ...table([...SLASHES, ...HASH], "php tf tfvars hcl"),
  ...table(MARKUP, "html htm xml md mdx svg jsp"),
  ...table([...SLASHES, ...MARKUP], "vue svelte astro"),
  ...table(DASHES, "sql lua hs"),
  json: [],
};

/** Of files that no row of the table names: `Dockerfile`, `Makefile`, `.gitignore`. */
const ANY = [...SLASHES, ...HASH, ...MARKUP];

function table(openers: readonly string[], extensions: string): Record<string, readonly string[]> {
  return Object.fromEntries(extensions.split(" ").map((extension) => [extension, openers]));
}

/** Index of the comment in a line of a file, or -1. A line that goes on a block comment with `*` is one as a whole. */
export function commentStart(path: string, line: string): number {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  const openers = (dot > 0 && openersOf[name.slice(dot + 1).toLowerCase()]) || ANY;
  if (openers.includes("/*")) {
    const goesOn = /^\s*\*(?:\s|\/|$)/.exec(line);
    if (goesOn) return line.indexOf("*");
  }
  let quote = "";
  for (let at = 0; at < line.length; at++) {
    const character = line[at]!;
    if (quote !== "") {
      if (character === "\\") at++;
      else if (character === quote) quote = "";
      continue;
    }
    const opener = openers.find((one) => line.startsWith(one, at));
    if (opener !== undefined && opens(opener, line, at)) return at;
    // An apostrophe between letters is no quote.
    if (
      character === '"' ||
      character === "`" ||
      (character === "'" && !/\w/.test(line[at - 1] ?? ""))
    )
      quote = character;
  }
  return -1;
}

/** `https://` and `a#b` open nothing. */
function opens(opener: string, line: string, at: number): boolean {
  const before = line[at - 1] ?? " ";
  if (opener === "//") return before !== ":";
  if (opener === "#" || opener === "--") return /[\s;]/.test(before);
  return true;
}
