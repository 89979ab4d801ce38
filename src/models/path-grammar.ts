/**
 * The path grammar that model rows and queries are written in: `pg.Client.Member[query].Argument[0]`.
 * The tokens are those of CodeQL's models-as-data (github.com/github/codeql, "Customizing library models").
 */

/** One step of a path. */
export type Segment =
  /** `Member[a,b]`, or `Member[*]` when `names` is undefined. */
  | { readonly kind: "member"; readonly names: readonly string[] | undefined }
  /**
   * `Argument[0]`, `Argument[1..]`, `Argument[*]`, `Argument[last]`, `Argument[this]`; `Argument[**]` is the record of
   * all arguments that are given by name, `Argument[name:]` one that is given by
   * name, `Argument[1,name:]` either way.
   */
  | {
      readonly kind: "argument";
      readonly from: number;
      readonly to: number;
      readonly names: readonly string[];
    }
  /** `Parameter[0]`, `Parameter[*]`. */
  | { readonly kind: "parameter"; readonly from: number; readonly to: number }
  /** `Key[0]`: the member that the constant at argument 0 of the call names, any element where it is none. */
  | { readonly kind: "key"; readonly argument: number }
  /** `Subclass`: what a class of the program that extends it is to the library. */
  | { readonly kind: "return" | "instance" | "awaited" | "element" | "decorated" | "subclass" };

/** Argument positions that are not counted from the front; `Keywords`: the record of all that are given by name. */
export const ArgumentPosition = { This: -1, Last: -2, Named: -3, Keywords: -4 } as const;
const UNBOUNDED = Number.MAX_SAFE_INTEGER;

export interface Path {
  /** A library (`pg`, `@prisma/client`), a type defined by rows (`pg.Client`), `global`, `any` or `syntax`. */
  readonly root: string;
  readonly segments: readonly Segment[];
}

export class PathSyntaxError extends Error {}

const SEGMENT =
  /^(Member|Argument|Parameter|ReturnValue|Instance|Awaited|Element|Decorated|Subclass|Key)(?:\[([^\]]*)\])?/;

/** Reads a whole path; throws {@link PathSyntaxError}. */
export function parsePath(text: string): Path {
  const start = text.search(
    /\.(?:Member|Argument|Parameter|ReturnValue|Instance|Awaited|Element|Decorated|Subclass|Key)\b/,
  );
  const root = start < 0 ? text : text.slice(0, start);
  if (!/^[@\w$][\w$@/.:-]*$/.test(root))
    throw new PathSyntaxError(`"${text}" does not start with a library or type`);
  return { root, segments: start < 0 ? [] : parseSegments(text.slice(start + 1)) };
}

/** Reads a path that starts at a call: `Argument[0].Member[text]`, `ReturnValue`. */
export function parseSegments(text: string): Segment[] {
  const segments: Segment[] = [];
  let rest = text;
  while (rest !== "") {
    const match = SEGMENT.exec(rest);
    if (!match) throw new PathSyntaxError(`"${rest}" is no path segment in "${text}"`);
    segments.push(segment(match[1]!, match[2], text));
    rest = rest.slice(match[0].length);
    if (rest.startsWith(".")) rest = rest.slice(1);
    else if (rest !== "") throw new PathSyntaxError(`expected "." before "${rest}" in "${text}"`);
  }
  return segments;
}

function segment(name: string, inside: string | undefined, text: string): Segment {
  switch (name) {
    case "Member":
      if (!inside) throw new PathSyntaxError(`Member needs names in "${text}"`);
      return {
        kind: "member",
        names: inside === "*" ? undefined : inside.split(",").map((one) => one.trim()),
      };
    case "Argument":
      return { kind: "argument", ...argument(inside, text) };
    case "Key":
      return { kind: "key", argument: range(inside, text).from };
    case "Parameter":
      return { kind: "parameter", ...range(inside, text) };
    default:
      if (inside !== undefined) throw new PathSyntaxError(`${name} takes no brackets in "${text}"`);
      return { kind: name === "ReturnValue" ? "return" : (name.toLowerCase() as "instance") };
  }
}

function argument(
  inside: string | undefined,
  text: string,
): { from: number; to: number; names: string[] } {
  const parts = (inside ?? "").split(",").map((one) => one.trim());
  const names = parts.filter((one) => one.endsWith(":")).map((one) => one.slice(0, -1));
  const [position, ...more] = parts.filter((one) => !one.endsWith(":"));
  if (more.length > 0) throw new PathSyntaxError(`more than one position in "${text}"`);
  if (position === undefined)
    return { from: ArgumentPosition.Named, to: ArgumentPosition.Named, names };
  return { ...range(position, text), names };
}

function range(inside: string | undefined, text: string): { from: number; to: number } {
  if (inside === "this") return { from: ArgumentPosition.This, to: ArgumentPosition.This };
  if (inside === "**") return { from: ArgumentPosition.Keywords, to: ArgumentPosition.Keywords };
  if (inside === "last") return { from: ArgumentPosition.Last, to: ArgumentPosition.Last };
  if (inside === "*") return { from: 0, to: UNBOUNDED };
  const match = /^(\d+)(\.\.(\d*))?$/.exec(inside ?? "");
  if (!match) throw new PathSyntaxError(`"${inside ?? ""}" is no position in "${text}"`);
  const from = Number(match[1]);
  if (match[2] === undefined) return { from, to: from };
  return { from, to: match[3] ? Number(match[3]) : UNBOUNDED };
}
