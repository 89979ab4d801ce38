/** Paths as git stores them, which are bytes, as text that can be shown and told apart. */
import { isUtf8 } from "node:buffer";

/** Paths whose bytes are not UTF-8, by how they are shown. */
export type RawPaths = Map<string, Buffer>;

/**
 * A path given as one character a byte. What is not UTF-8 is shown as `\xff`, and its bytes are kept in `raw`, for
 * opening the file.
 */
export function decodePath(latin1: string, raw: RawPaths): string {
  if (/^[\x00-\x7f]*$/.test(latin1)) return latin1;
  const bytes = Buffer.from(latin1, "latin1");
  if (isUtf8(bytes)) return bytes.toString("utf8");
  let shown = "";
  for (let at = 0; at < bytes.length; ) {
    const length = [1, 2, 3, 4].find(
      (each) => at + each <= bytes.length && isUtf8(bytes.subarray(at, at + each)),
    );
    if (length === undefined) shown += `\\x${bytes[at++]!.toString(16).padStart(2, "0")}`;
    else {
      shown += bytes.toString("utf8", at, at + length);
      at += length;
    }
  }
  raw.set(shown, bytes);
  return shown;
}

/** Whether a path stays below the folder it is taken from: git's own objects and index may say anything. */
export function isPlainPath(path: string): boolean {
  if (path === "" || path.startsWith("/") || path.includes("\0")) return false;
  if (process.platform === "win32" && /[\\:]/.test(path)) return false;
  return path
    .split("/")
    .every((part) => part !== "" && part !== "." && part !== ".." && part.toLowerCase() !== ".git");
}

/** A path as git writes it where it holds unusual characters: in quotes, with escapes as in C. */
export function unquoted(name: string): string {
  if (!name.startsWith('"')) return Buffer.from(name, "latin1").toString();
  const escapes: Readonly<Record<string, string>> = {
    a: "\x07",
    b: "\b",
    f: "\f",
    n: "\n",
    r: "\r",
    t: "\t",
    v: "\v",
  };
  const bytes = name
    .slice(1, -1)
    .replace(/\\([0-7]{3}|.)/g, (_, code: string) =>
      code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (escapes[code] ?? code),
    );
  return Buffer.from(bytes, "latin1").toString();
}
